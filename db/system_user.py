"""The system user that runs the embedded database when ClipOps itself runs as root.

PostgreSQL refuses to run as root. A server started by root therefore runs as the owner of its
data, or as the system user ``clipops``, which must be able to reach the data and the programs.
Where a private folder (a home directory) is in the way, that one user is let through it with a
POSIX access-control entry that allows passing and nothing else; file systems without such
entries get the bit that lets everyone pass, which still shows nobody what the folder holds.
"""

from __future__ import annotations

import os
import pwd
import stat
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import structlog

from core.errors import MachineError

log = structlog.get_logger()

NAME = "clipops"

_ACL = "system.posix_acl_access"
_ACL_VERSION = 2
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_PASS = 1  # the x bit of a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemUser:
    """An account the database programs run as."""

    name: str
    uid: int
    gid: int


def for_data(data_dir: Path, cluster: Path) -> SystemUser | None:
    """The account to run the database as; None when not root (it runs as whoever runs ClipOps).

    Raises MachineError where root can make no such account.
    """
    if os.geteuid() != 0:
        return None
    for folder in (cluster, data_dir):
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            return SystemUser(name=_name_of(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)
    entry = _find(NAME) or _create(NAME)
    return SystemUser(name=NAME, uid=entry.pw_uid, gid=entry.pw_gid)


def let_reach(user: SystemUser, *, folders: list[Path], programs: Path) -> None:
    """Let ``user`` pass into each of ``folders`` and read and run ``programs``."""
    opened: list[str] = []
    for folder in [*folders, programs]:
        while (closed := _first_closed(user, folder)) is not None:
            _let_pass(user, closed)
            if _first_closed(user, folder) == closed:
                raise MachineError(
                    f"The database runs as the user {user.name}, who cannot enter {closed}; "
                    "run ClipOps as a normal user or set data_dir to a folder outside it."
                )
            opened.append(str(closed))
    _make_readable(programs)
    if opened:
        log.warning(
            "private_folder_opened",
            message=f"Running as root: the database's own user {user.name} may now pass through "
            f"{', '.join(opened)} (what is inside is no more readable than before); run ClipOps "
            "as a normal user, or outside a private home, and nothing of this is needed.",
        )


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _create(name: str) -> pwd.struct_passwd:
    command = [
        "useradd",
        "--system",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        name,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        made_meanwhile = _find(name)
        if made_meanwhile is not None:
            return made_meanwhile
        raise MachineError(
            f"PostgreSQL does not run as root and the system user {name} could not be made; run "
            f"'{' '.join(command)}' once, or run ClipOps as a normal user."
        ) from error
    return pwd.getpwnam(name)


def _first_closed(user: SystemUser, folder: Path) -> Path | None:
    """The topmost folder on the way into ``folder`` that ``user`` may not enter."""
    way = [*reversed(folder.parents), folder]
    script = 'for folder; do [ -x "$folder" ] || { printf %s "$folder"; exit; }; done'
    answer = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *map(str, way)],
        cwd="/",
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        capture_output=True,
        check=True,
    )
    return Path(os.fsdecode(answer.stdout)) if answer.stdout else None


def _let_pass(user: SystemUser, folder: Path) -> None:
    mode = folder.stat().st_mode
    if hasattr(os, "setxattr"):
        try:
            os.setxattr(folder, _ACL, _with_pass(_acl_of(folder, mode), user.uid))
            return
        except OSError:
            log.debug("no_access_control_entries", folder=str(folder))
    folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _acl_of(folder: Path, mode: int) -> list[tuple[int, int, int]]:
    """The folder's entries as (tag, permission, id); those of its plain mode if it has none."""
    try:
        raw = os.getxattr(folder, _ACL)
    except OSError:
        return [
            (_USER_OBJ, mode >> 6 & 7, _NO_ID),
            (_GROUP_OBJ, mode >> 3 & 7, _NO_ID),
            (_OTHER, mode & 7, _NO_ID),
        ]
    return list(struct.iter_unpack("<HHI", raw[4:]))


def _with_pass(entries: list[tuple[int, int, int]], uid: int) -> bytes:
    """``entries`` in the kernel's binary form, with the right to pass for ``uid`` added."""
    merged = {(tag, ident): permission for tag, permission, ident in entries}
    merged[_USER, uid] = merged.get((_USER, uid), 0) | _PASS
    group = merged[_GROUP_OBJ, _NO_ID]
    merged[_MASK, _NO_ID] = merged.get((_MASK, _NO_ID), group) | _PASS
    rows = sorted((tag, ident, permission) for (tag, ident), permission in merged.items())
    packed = b"".join(
        struct.pack("<HHI", tag, permission, ident) for tag, ident, permission in rows
    )
    return struct.pack("<I", _ACL_VERSION) + packed


def _make_readable(programs: Path) -> None:
    """Let everyone read and run the programs: a strict umask at install time forbids it."""
    for path in [programs, *programs.rglob("*")]:
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
