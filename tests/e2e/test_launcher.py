"""One command starts everything, says where it is, survives accidents and stops cleanly."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from pipeline.video import encode_mp4
from tests.support import REPOSITORY
from tests.support.launched import Launched
from tests.support.ports import free_ports
from tests.support.process import run_json, wait_until

SECOND_START_SECONDS = 10


@contextmanager
def _launched() -> Iterator[Launched]:
    folder = Path(tempfile.mkdtemp(prefix="clipops-test-up-"))
    folder.chmod(0o755)
    launched = Launched(folder)
    launched.videos.mkdir()
    _write_clip(launched.videos / "박스.mp4")
    try:
        yield launched
    finally:
        if launched.process is not None:
            launched.stop(signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def launched() -> Iterator[Launched]:
    with _launched() as ready:
        yield ready


@pytest.fixture(scope="module")
def running() -> Iterator[Launched]:
    """One that runs, shared by the tests that leave it as they found it."""
    with _launched() as ready:
        ready.start("--videos", str(ready.videos))
        ready.wait_for("Ctrl-C stops everything")
        ready.wait_for("1 video ready")
        yield ready


def _write_clip(path: Path) -> None:
    """Two seconds of a box that moves over a grey floor."""
    frames = np.full((20, 96, 128, 3), 128, np.uint8)
    for number, frame in enumerate(frames):
        frame[30:70, 4 * number : 4 * number + 20] = (200, 40, 40)
    encode_mp4(path, frames, fps=10)


def test_the_printed_addresses_answer(running: Launched) -> None:
    said = running.said()
    assert f"Editor         http://127.0.0.1:{running.ports['editor']}" in said
    assert f"Slack sandbox  http://127.0.0.1:{running.ports['sandbox']}" in said
    assert running.status("editor") == 200
    assert running.status("sandbox") == 200


def test_the_named_folder_is_in_the_library(running: Launched) -> None:
    videos = run_json(running.config_file, "pipeline", "videos")["videos"]
    assert [(video["title"], video["status"]) for video in videos] == [("박스", "ready")]


def test_a_second_launcher_says_where_the_first_one_is(running: Launched) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "pipeline", "up"],
        cwd=REPOSITORY,
        env=os.environ | {"CLIPOPS_CONFIG": str(running.config_file)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 1
    assert second.stderr.strip().startswith(f"ClipOps already runs on {running.data_dir}")
    assert running.status("editor") == 200


def test_a_killed_database_comes_back_under_everybody(running: Launched) -> None:
    pid = int((running.data_dir / "pg" / "postmaster.pid").read_text().split()[0])
    psutil.Process(pid).kill()
    running.wait_for("database_restarted")
    wait_until(lambda: running.status("editor") == 200, seconds=20, what="the editor answers")


def test_ctrl_c_stops_everything_and_the_next_start_is_quick(launched: Launched) -> None:
    launched.start("--videos", str(launched.videos))
    launched.wait_for("1 video ready")
    children = launched.children()
    assert launched.stop(signal.SIGINT) == 0
    assert "ClipOps has stopped; nothing is lost." in launched.said()
    assert [process for process in children if process.is_running()] == []
    assert not launched.database_runs()
    assert not any(launched.listens(name) for name in launched.ports)

    began = time.monotonic()
    launched.start()
    launched.wait_for("Ctrl-C stops everything")
    assert time.monotonic() - began < SECOND_START_SECONDS
    assert len(run_json(launched.config_file, "pipeline", "videos")["videos"]) == 1
    assert "sample" not in launched.said()


def test_what_a_killed_launcher_leaves_is_no_obstacle(launched: Launched) -> None:
    launched.start("--videos", str(launched.videos))
    launched.wait_for("1 video ready")
    launched.kill()
    assert launched.listens("editor")
    launched.start()
    launched.wait_for("Ctrl-C stops everything")
    assert launched.status("editor") == 200
    assert len(run_json(launched.config_file, "pipeline", "videos")["videos"]) == 1


def test_when_one_process_dies_the_others_stop_and_a_sentence_says_which(
    launched: Launched,
) -> None:
    launched.start("--videos", str(launched.videos))
    launched.wait_for("Ctrl-C stops everything")
    launched.child("-m", "bot").kill()
    assert launched.ended() == 1
    assert "The process 'bot' ended by itself (status -9)" in launched.said()
    assert not launched.database_runs()
    assert not launched.listens("editor")


def test_told_to_stop_in_the_first_second_it_leaves_nothing_behind(launched: Launched) -> None:
    launched.start("--videos", str(launched.videos))
    wait_until(launched.database_runs, what="the database runs")
    launched.stop(signal.SIGTERM)
    assert not launched.database_runs()
    assert not any(launched.listens(name) for name in launched.ports)


def test_a_busy_port_is_one_sentence(launched: Launched) -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", launched.ports["sandbox"]))
        owner.listen()
        launched.start()
        assert launched.ended() == 1
    assert f"Port {launched.ports['sandbox']} is taken by" in launched.said()
    assert "slack.sandbox_port" in launched.said()
    assert not launched.database_runs()


def test_a_folder_that_is_not_there_is_one_sentence(launched: Launched) -> None:
    launched.start("--videos", str(launched.folder / "nowhere"))
    assert launched.ended() == 1
    assert launched.said().strip().startswith(f"There is no folder {launched.folder / 'nowhere'}")


def test_a_database_nobody_answers_for_is_one_sentence(launched: Launched) -> None:
    (port,) = free_ports(1)
    launched.configure(database={"url": f"postgresql://me:s3cret@127.0.0.1:{port}/clips"})
    launched.start()
    assert launched.ended() == 1
    assert f"The database clips at 127.0.0.1:{port} cannot be reached" in launched.said()
    assert "s3cret" not in launched.said()
