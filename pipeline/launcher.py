"""``python -m pipeline up``: the database, then every process of the Procfile, until Ctrl-C.

The processes start first and the addresses are printed as soon as they answer; the first footage
is brought in beside them, so a newcomer sees the library fill instead of waiting for it.
"""

from __future__ import annotations

import http.client
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog
from honcho import manager
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from core.config import Config
from core.errors import ClipOpsError
from db import migrate, server
from db.pool import Database
from pipeline import first_footage
from pipeline.preflight import Address, Register, check_ports, check_space, only_launcher

log = structlog.get_logger()

PROCFILE = Path(__file__).resolve().parent.parent / "Procfile"
# The worker may finish the job at hand within ten seconds of being asked to stop.
STOP_SECONDS = 12
ANSWER_SECONDS = 60
WATCH_INTERVAL_S = 2.0

_STARTED = re.compile(r"^(\w+) started \(pid=(\d+)\)")
_STOPPED = re.compile(r"^(\w+) stopped \(rc=(-?\d+)\)")


def up(config: Config, folder: Path | None) -> int:
    """Run everything until it is told to stop; 0 then, 1 when one of the processes failed.

    ``folder`` is ingested instead of the sample. Raises ClipOpsError with one sentence when the
    machine or the configuration stands in the way.
    """
    if folder is not None:
        first_footage.check_folder(folder)
    with _stop_on_signals(), only_launcher(config) as register:
        check_space(config.data_dir)
        check_ports(addresses(config))
        with server.start(config) as running:
            migrate.upgrade(running.url)
            footage = _footage_command(config, folder, running.url)
            return _Processes(config, running, register, footage).run()


def addresses(config: Config) -> list[Address]:
    """Where the processes of this configuration listen."""
    slack = config.slack
    found = [Address(host=config.editor.host, port=config.editor.port, setting="editor.port")]
    if not slack.app_token:
        found.append(Address(host="127.0.0.1", port=slack.port, setting="slack.port"))
    if config.uses_sandbox:
        found.append(
            Address(host="127.0.0.1", port=slack.sandbox_port, setting="slack.sandbox_port")
        )
    return found


class _Processes:
    """Everything that runs, watched from a thread while honcho passes their lines on."""

    def __init__(
        self,
        config: Config,
        database: server.Server,
        register: Register,
        footage: Sequence[str] | None,
    ) -> None:
        self._config, self._database, self._register = config, database, register
        self._footage_command = footage
        self._footage: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watch")
        self._commands = _commands(config)
        self._pids: list[int] = []
        self._failure: str | None = None
        self._manager = _Manager(_Lines(self._on_started, self._on_stopped))

    def run(self) -> int:
        """Block until everything has stopped."""
        manager.KILL_WAIT = STOP_SECONDS
        for name, command in self._commands.items():
            self._manager.add_process(name, command)
        try:
            self._manager.loop()
        finally:
            self._stopping.set()
            if self._watcher.ident is not None:
                self._watcher.join()
            self._end_footage()
        if self._failure is None:
            print("ClipOps has stopped; nothing is lost.", flush=True)
            return 0
        print(f"{self._failure} Everything else was stopped too.", file=sys.stderr, flush=True)
        return 1

    def _on_started(self, pid: int) -> None:
        self._pids.append(pid)
        self._register.write(self._pids)
        if len(self._pids) == len(self._commands):
            # Not earlier: honcho forks, and a fork should see one thread only.
            self._watcher.start()
            self._manager.everything_started()

    def _on_stopped(self, name: str, status: int) -> None:
        if self._failure is None and not self._manager.asked_to_stop:
            self._failure = (
                f"The process '{name}' ended by itself (status {status}); its last lines above "
                "say why."
            )

    def _watch(self) -> None:
        """Print the addresses once they answer, bring in footage, keep the database alive."""
        waiting = addresses(self._config)
        elapsed = 0.0
        if self._footage_command is not None:
            self._start_footage(self._footage_command)
        while not self._stopping.wait(0.2 if waiting else WATCH_INTERVAL_S):
            if waiting:
                elapsed += 0.2
                waiting = [address for address in waiting if not _answers(address)]
                if not waiting:
                    _print_addresses(self._config)
                elif elapsed > ANSWER_SECONDS:
                    names = ", ".join(f"{a.host}:{a.port} ({a.setting})" for a in waiting)
                    print(f"Still no answer at {names}; see the lines above.", file=sys.stderr)
                    waiting = []
            if self._footage is not None:
                self._footage.poll()  # or it stays as a zombie once it is done
            self._keep_database()

    def _keep_database(self) -> None:
        try:
            if self._database.ensure_running():
                log.warning("database_restarted")
        except ClipOpsError as error:
            log.error("database_lost", message=str(error))

    def _start_footage(self, command: Sequence[str]) -> None:
        # Its own session: a Ctrl-C in the terminal is for the launcher, which then stops it.
        self._footage = subprocess.Popen(command, start_new_session=True)
        self._pids.append(self._footage.pid)
        self._register.write(self._pids)

    def _end_footage(self) -> None:
        """End it with its whole group: it draws and encodes in processes of its own."""
        if self._footage is None:
            return
        _signal_group(self._footage.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._footage.wait(STOP_SECONDS)
        _signal_group(self._footage.pid, signal.SIGKILL)
        self._footage.wait()


class _Manager(manager.Manager):  # type: ignore[misc]  # honcho ships no types
    """Honcho's manager, which loses its way when told to stop before everything has started."""

    def __init__(self, printer: Printer) -> None:
        super().__init__(printer)
        self.asked_to_stop = False
        self._all_up = False

    def terminate(self) -> None:
        self.asked_to_stop = True
        if self._all_up:
            super().terminate()

    def everything_started(self) -> None:
        self._all_up = True
        if self.asked_to_stop:
            super().terminate()


class _Lines(Printer):  # type: ignore[misc]  # honcho ships no types
    """Passes the processes' lines on; honcho's own lines become events."""

    def __init__(
        self, on_started: Callable[[int], None], on_stopped: Callable[[str, int], None]
    ) -> None:
        super().__init__(sys.stdout)
        self._on_started, self._on_stopped = on_started, on_stopped

    def write(self, message: Message) -> None:
        if message.name != manager.SYSTEM_PRINTER_NAME:
            if sys.stdout.isatty():
                # A progress bar may stand on this line; it draws itself again below.
                print("\r\033[K", end="")
            super().write(message)
        elif started := _STARTED.match(message.data):
            self._on_started(int(started[2]))
        elif stopped := _STOPPED.match(message.data):
            self._on_stopped(stopped[1], int(stopped[2]))


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    """Until honcho listens, SIGTERM ends this process in order; a closed terminal always does."""

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, leave)
    hangup = signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGHUP, hangup)
        signal.signal(signal.SIGINT, interrupt)


def _signal_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, number)


def _commands(config: Config) -> dict[str, str]:
    """The Procfile's commands, run by this very Python; the sandbox only where it is used."""
    found = parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes
    python = shlex.quote(sys.executable)
    return {
        name: re.sub(r"^python ", f"exec {python} ", command)
        for name, command in found.items()
        if name != "sandbox" or config.uses_sandbox
    }


def _footage_command(config: Config, folder: Path | None, url: str) -> list[str] | None:
    command = [sys.executable, "-m", "pipeline.first_footage"]
    if folder is not None:
        return [*command, "--videos", str(folder)]
    database = Database.open(url, config.database)
    try:
        return command if first_footage.is_needed(config, database) else None
    finally:
        database.close()


def _answers(address: Address) -> bool:
    """True when an HTTP server answers there, whatever it says."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104
    connection = http.client.HTTPConnection(host.strip("[]"), address.port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _print_addresses(config: Config) -> None:
    slack = config.slack
    if config.uses_sandbox:
        where = f"http://127.0.0.1:{slack.sandbox_port}"
        line = (
            f"Slack sandbox  {where}  (try {slack.command} red jacket or {slack.command} 빨간 옷)"
        )
    elif slack.app_token:
        line = f"Slack          connected by Socket Mode; try {slack.command} in your workspace"
    else:
        line = f"Slack          point the app's request URLs at port {slack.port} of this machine"
    print(f"\nEditor         {config.editor_url}\n{line}\nCtrl-C stops everything.\n", flush=True)
