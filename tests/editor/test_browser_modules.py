"""The pure modules of the browser under Node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import REPOSITORY

TESTS = Path(__file__).with_name("segments.test.mjs")


def test_the_segment_arithmetic_of_the_browser() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine; install it with: apt-get install nodejs")
    done = subprocess.run(
        [node, "--test", str(TESTS)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
