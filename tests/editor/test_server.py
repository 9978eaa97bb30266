"""The editor as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from core.config import Config
from core.errors import MachineError
from editor.server import listen
from tests.support import REPOSITORY


def start(config_file: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "editor", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"CLIPOPS_CONFIG": str(config_file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_it_answers(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer")


def test_it_says_where_it_is_and_ends_cleanly_on_sigterm(config: Config, config_file: Path) -> None:
    process = start(config_file)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Editor: {config.editor_url}\n"
        wait_until_it_answers(f"{config.editor_url}/healthz")
        wait_until_it_answers(f"{config.editor_url}/")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.communicate()


def test_a_taken_port_is_one_sentence(config: Config, config_file: Path) -> None:
    with socket.create_server(("127.0.0.1", config.editor.port)):
        process = start(config_file)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.strip() == (
        f"Port {config.editor.port} is taken by another program; stop it or set another "
        "editor.port in config.json."
    )


def test_an_address_that_is_not_this_machine_is_one_sentence() -> None:
    with pytest.raises(MachineError, match=r"change editor\.host or editor\.port"):
        listen("203.0.113.7", 0)


def test_a_link_to_sign_in_can_be_had_from_the_shell(config: Config, config_file: Path) -> None:
    process = start(config_file, "link", "--user", "ana")
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert printed.startswith(f"{config.editor_url}/enter?token=")
