"""Every error ClipOps raises on purpose; the message of each is what a person reads.

ClipOpsError                 (exit status 1)
├── ConfigError              the configuration is wrong; names the key
├── InputError               a file, folder, link or value from outside cannot be used
│   ├── NotFound             there is no such thing
│   └── UnreadableMedia      the bytes are not a video ClipOps can read
├── EditRefused              an edit that makes no sense as asked
│   ├── StaleRevision        someone changed the segment first (carries both versions)
│   └── RevertBlocked        later operations depend on the one to revert (carries them)
├── ServiceUnavailable       something outside does not answer; trying again may help
│   ├── DatabaseUnavailable
│   └── Busy                 every connection or worker is taken
├── GaveUp                   whoever asked does not wait any more
├── ModelError               a model cannot be loaded or gave something of the wrong shape
└── MachineError             the machine lacks something: disk, library, port
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.types import ChangeSet, Segment


class ClipOpsError(Exception):
    """Something went wrong."""

    exit_status = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class ConfigError(ClipOpsError):
    """The configuration cannot be used."""


class InputError(ClipOpsError):
    """This input cannot be used."""


class NotFound(InputError):
    """There is no such thing."""


class UnreadableMedia(InputError):
    """This is not a video ClipOps can read."""


class EditRefused(ClipOpsError):
    """This edit cannot be made."""


class StaleRevision(EditRefused):
    """Someone changed this segment first; nothing was overwritten."""

    def __init__(self, *, expected_revision: int, current: Segment) -> None:
        super().__init__()
        self.expected_revision = expected_revision
        self.current = current


class RevertBlocked(EditRefused):
    """Later operations depend on this one; revert them together or leave it."""

    def __init__(self, message: str, *, dependents: tuple[ChangeSet, ...]) -> None:
        super().__init__(message)
        self.dependents = dependents


class ServiceUnavailable(ClipOpsError):
    """A service ClipOps needs does not answer; try again in a moment."""


class DatabaseUnavailable(ServiceUnavailable):
    """The database cannot be reached; check that its server runs and database.url is right."""


class Busy(ServiceUnavailable):
    """Everything is busy; try again in a moment."""


class GaveUp(ClipOpsError):
    """Stopped: nobody waits for this any more."""


class ModelError(ClipOpsError):
    """A model cannot be used."""


class MachineError(ClipOpsError):
    """The machine lacks something ClipOps needs."""
