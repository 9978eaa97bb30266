"""Which operation Undo and Redo of one person mean, read from the history itself.

There is no stack to lose: the history is replayed, so undo works after a restart, in a second
browser, and for what the same person did from Slack. An operation is taken back by reverting it
and comes again by reverting that revert. A video has its history, and people have theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from core.types import Actor


class Operation(Protocol):
    """What both histories say of an operation."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def reverts(self) -> int | None: ...
    @property
    def reverted_by(self) -> int | None: ...


Op = TypeVar("Op", bound=Operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoState(Generic[Op]):
    """Operations to revert for one step back or forward; None where there is none."""

    undo: Op | None
    redo: Op | None


def undo_state(history: Iterable[Op], name: str) -> UndoState[Op]:
    """The next step back and forward for the person ``name``; ``history`` is newest first."""
    done: list[Op] = []
    undone: list[tuple[Op, Op]] = []
    reverted: set[int] = set()
    by_id: dict[int, Op] = {}
    for change in sorted(history, key=lambda item: item.id):
        by_id[change.id] = change
        mine = change.actor.name == name and change.kind != "ingest"
        if mine:
            _replay(change, done, undone, reverted)
        if change.reverts is not None:
            reverted.add(change.reverts)
            target = by_id.get(change.reverts)
            if target is not None and target.reverts is not None:
                reverted.discard(target.reverts)
    standing = [item for item in done if item.id not in reverted and item.reverted_by is None]
    again = [by for _, by in undone if by.id not in reverted and by.reverted_by is None]
    return UndoState(
        undo=standing[-1] if standing else None,
        redo=again[-1] if again else None,
    )


def _replay(
    change: Op,
    done: list[Op],
    undone: list[tuple[Op, Op]],
    reverted: set[int],
) -> None:
    """Move one operation of the person between what is done and what is undone."""
    standing = [item for item in done if item.id not in reverted]
    if standing and change.reverts == standing[-1].id:
        done.remove(standing[-1])
        undone.append((standing[-1], change))
    elif undone and change.reverts == undone[-1][1].id:
        original, _ = undone.pop()
        done.append(original)
    else:
        done.append(change)
        undone.clear()
