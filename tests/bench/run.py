"""What every section is told."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support import REPOSITORY

KEPT = REPOSITORY / "var" / "bench"
SHARED = REPOSITORY.parent / "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """``folder`` is empty and short-lived; ``quick`` asks for the least that proves it works;
    ``keep`` leaves what took long to make for the next run."""

    quick: bool
    folder: Path
    keep: bool = False

    def pick(self, full: int, quick: int) -> int:
        """A number of runs, rows or queries."""
        return quick if self.quick else full

    def say(self, sentence: str) -> None:
        """Progress, on standard error."""
        print(sentence, file=sys.stderr, flush=True)
