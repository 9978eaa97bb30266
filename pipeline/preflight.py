"""What must hold before ClipOps starts: one launcher per library, free ports, space on the disk."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import structlog

from core.config import Config
from core.errors import ConfigError, MachineError

log = structlog.get_logger()

SPACE_TO_RUN = 500 * 2**20
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one of the processes listens, and the setting that says so."""

    host: str
    port: int
    setting: str


class Register:
    """The launcher's lock file: who runs this library, and the processes it started."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, pids: Sequence[int]) -> None:
        """Note this process and its children, so that a killed launcher's can be found."""
        note = {"launcher": os.getpid(), "processes": [_identity(pid) for pid in pids]}
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(note).encode(), 0)


@contextmanager
def only_launcher(config: Config) -> Iterator[Register]:
    """Hold the library's launcher lock, after ending what a killed launcher left running.

    Raises MachineError when another launcher runs this library or its folder cannot be used.
    The lock is a record lock: unlike db/server.py's it is not shared with forked children, so
    it is free the moment the launcher is gone, whatever became of the processes it started.
    """
    path = config.data_dir / "launcher.lock"
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise MachineError(
            f"The data folder {config.data_dir} cannot be used ({error.strerror}); set data_dir in "
            "config.json to a folder you may write to, on a disk with free space."
        ) from error
    try:
        note = _read(descriptor)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise MachineError(
                f"ClipOps already runs on {config.data_dir} (process {note.get('launcher', '?')}) "
                f"at {config.editor_url}; use that one, or stop it with Ctrl-C first."
            ) from error
        _end_survivors(note.get("processes", []))
        register = Register(descriptor)
        register.write([])
        yield register
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def check_space(folder: Path) -> None:
    """Raises MachineError where the disk is nearly full."""
    free = shutil.disk_usage(folder).free
    if free < SPACE_TO_RUN:
        raise MachineError(
            f"The disk that holds {folder} has {free // 2**20} MB left and ClipOps needs "
            f"{SPACE_TO_RUN // 2**20} MB; free some space or set data_dir in config.json elsewhere."
        )


def check_ports(addresses: Sequence[Address]) -> None:
    """Raises ConfigError for two settings with one port, MachineError for a port in use."""
    seen: dict[int, str] = {}
    for address in addresses:
        if address.port == 0:
            raise ConfigError(f"{address.setting}: give it a fixed port, so that links stay right.")
        if address.port in seen:
            raise ConfigError(
                f"{seen[address.port]} and {address.setting} are both {address.port}; give each "
                "its own port in config.json."
            )
        seen[address.port] = address.setting
    for address in addresses:
        _check_port(address)


def _check_port(address: Address) -> None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: a port whose last connection is only waiting out its time is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host.strip("[]"), address.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise MachineError(
                    f"Port {address.port} is taken by {_owner(address.port)}; stop it, or set "
                    f"another {address.setting} in config.json."
                ) from error
            raise MachineError(
                f"Nothing can listen on {address.host}:{address.port} ({error.strerror}); change "
                f"{address.setting} in config.json."
            ) from error


def _owner(port: int) -> str:
    """The program that listens on ``port``, as far as this user may know."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.laddr and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return "another program"


def _read(descriptor: int) -> dict[str, object]:
    """The note in the lock file; empty when there is none or it was cut off."""
    try:
        note = json.loads(os.pread(descriptor, 2**16, 0))
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


def _identity(pid: int) -> list[float]:
    try:
        return [pid, psutil.Process(pid).create_time()]
    except psutil.NoSuchProcess:
        return [pid, 0.0]


def _end_survivors(identities: object) -> None:
    """End the processes a killed launcher started; a number that was given anew is left alone."""
    survivors = []
    for pid, created in identities if isinstance(identities, list) else []:
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            process = psutil.Process(int(pid))
            if process.create_time() == created:
                # Each is the leader of its own session, so its group is its own children.
                os.killpg(process.pid, signal.SIGTERM)
                survivors.append(process)
    psutil.wait_procs(survivors, timeout=STOP_SECONDS)
    for process in survivors:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if survivors:
        log.info("survivors_ended", processes=len(survivors))
