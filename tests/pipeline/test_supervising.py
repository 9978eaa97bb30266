"""A killed worker is started again; one that is asked to stop stays stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.process import wait_until

CHILD = """
import os, sys, time
from pathlib import Path
from pipeline.supervising import die_with_parent
die_with_parent()
with Path(sys.argv[1]).open("a") as file:
    file.write(f"{os.getpid()}\\n")
time.sleep(60)
"""

PARENT = """
import sys
from pipeline.supervising import keep_running
sys.exit(keep_running([sys.executable, "-c", sys.argv[1], sys.argv[2]]))
"""


def start(pids: Path, child: str = CHILD) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, child, str(pids)],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def written(pids: Path) -> list[int]:
    return [int(line) for line in pids.read_text().split()] if pids.exists() else []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state != "Z"


def test_a_killed_child_is_started_again_and_one_told_to_stop_is_not(tmp_path):
    pids = tmp_path / "pids"
    parent = start(pids)
    wait_until(lambda: len(written(pids)) == 1, what="the child runs")
    os.kill(written(pids)[0], signal.SIGKILL)
    wait_until(lambda: len(written(pids)) == 2, what="it was started again")
    parent.terminate()
    assert parent.wait(10) == 0
    assert not is_alive(written(pids)[1])


def test_the_child_dies_with_its_parent(tmp_path):
    pids = tmp_path / "pids"
    parent = start(pids)
    wait_until(lambda: len(written(pids)) == 1, what="the child runs")
    parent.kill()
    parent.wait()
    (child,) = written(pids)
    wait_until(lambda: not is_alive(child), what="the child is gone")


def test_an_ordinary_failure_is_passed_on(tmp_path):
    parent = start(tmp_path / "pids", "import sys; sys.exit(3)")
    assert parent.wait(30) == 3
