"""ClipOps as ``make run`` starts it: the launcher with a library of its own in one folder."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from db import postmaster
from tests.support import REPOSITORY
from tests.support.ports import free_ports
from tests.support.process import wait_until


class Launched:
    """A launcher with its own library in ``folder``, as a person at a terminal has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data_dir = folder / "var"
        self.videos = folder / "videos"
        self.output = folder / "output.txt"
        self.config_file = folder / "config.json"
        editor, slack, sandbox = free_ports(3)
        self.ports = {"editor": editor, "slack": slack, "sandbox": sandbox}
        self.configure()
        self.process: subprocess.Popen[bytes] | None = None

    def configure(self, **sections: dict[str, Any]) -> None:
        settings: dict[str, Any] = {
            "data_dir": str(self.data_dir),
            "editor": {"port": self.ports["editor"]},
            "slack": {"port": self.ports["slack"], "sandbox_port": self.ports["sandbox"]},
        }
        self.config_file.write_text(json.dumps(settings | sections), encoding="utf-8")

    def start(self, *arguments: str) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "up", *arguments],
                cwd=REPOSITORY,
                env=os.environ | {"CLIPOPS_CONFIG": str(self.config_file)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str) -> None:
        def heard() -> bool:
            return words in self.said() or self._running().poll() is not None

        wait_until(heard, seconds=120, what=words)
        assert words in self.said(), self.said()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        process = self._running()
        os.killpg(process.pid, number)
        status = process.wait(30)
        self.process = None
        return status

    def kill(self) -> None:
        process = self._running()
        process.kill()
        process.wait()
        self.process = None

    def ended(self) -> int:
        status = self._running().wait(60)
        self.process = None
        return status

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._running().pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process:
        """The process whose command line ends with ``words``."""
        for process in self.children():
            # One that ends this moment (a Postgres backend, say) has no command line any more.
            with suppress(psutil.NoSuchProcess):
                if process.cmdline()[-len(words) :] == list(words):
                    return process
        raise AssertionError(f"no process {words} among {self.children()}")

    def status(self, name: str) -> int:
        """What an HTTP GET of the start page of a process answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=20)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        finally:
            connection.close()

    def listens(self, name: str) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports[name])) == 0

    def database_runs(self) -> bool:
        return postmaster.status(self.data_dir / "pg") is not None

    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process
