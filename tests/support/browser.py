"""Chromium of the machine, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def chromium() -> str:
    """The path of an installed Chromium; skips the test, saying so, where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium on this machine; install it with: apt-get install chromium")


def driver_works() -> None:
    """Skip the test, saying why, where Playwright's driver cannot start."""
    command = [sys.executable, "-m", "playwright", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"Playwright's driver does not start: {done.stderr.strip().splitlines()[-1:]}")


def launch_arguments() -> list[str]:
    """Chromium's own sandbox refuses to run as root; containers have a small /dev/shm."""
    flags = ["--disable-dev-shm-usage"]
    return [*flags, "--no-sandbox"] if os.geteuid() == 0 else flags
