"""ClipOps as real processes, on a configuration file of the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import REPOSITORY


def start(config_file: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """``python -m <arguments>`` with its output captured as text."""
    environment = os.environ | {"CLIPOPS_CONFIG": str(config_file)}
    return subprocess.Popen(
        [sys.executable, "-W", "error::SyntaxWarning", "-m", *arguments],
        cwd=REPOSITORY,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


@contextmanager
def running(config_file: Path, *arguments: str) -> Iterator[None]:
    """``python -m <arguments>`` until the end of the block; killed where it does not end within a
    minute."""
    child = start(config_file, *arguments)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()


def run(config_file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run to the end; a test that hangs is a failure after two minutes."""
    process = start(config_file, *arguments)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def run_json(config_file: Path, *arguments: str) -> Any:
    """The document a command prints with --json; it must be all of standard output."""
    return json.loads(run(config_file, *arguments, "--json").stdout)


def wait_until(condition: Callable[[], bool], *, seconds: float = 60.0, what: str = "") -> None:
    """Poll ``condition``; fails with ``what`` when it does not come true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {seconds:g} s: {what or condition}")
