"""The step that Undo and Redo mean, read from a history."""

from __future__ import annotations

from datetime import UTC, datetime

from core.types import Actor, ChangeKind, ChangeSet
from editor.undo import undo_state


def history(*steps: tuple[str, int | None]) -> list[ChangeSet]:
    """Operations 1, 2, 3 ...: who did it and which one it reverts; newest first, with the marks
    that the store keeps."""
    found: dict[int, ChangeSet] = {}
    marks: dict[int, int | None] = {}
    for number, (name, reverts) in enumerate(steps, start=1):
        if reverts is not None:
            marks[reverts] = number
            undone = found[reverts].reverts
            if undone is not None:
                marks[undone] = None
        found[number] = change(number, name, reverts)
    return [
        change(c.id, c.actor.name, c.reverts, marks.get(c.id)) for c in reversed(found.values())
    ]


def change(
    number: int, name: str, reverts: int | None, reverted_by: int | None = None
) -> ChangeSet:
    kind: ChangeKind = "ingest" if name == "pipeline" else "revert" if reverts else "caption"
    return ChangeSet(
        id=number,
        video_id=1,
        kind=kind,
        actor=Actor(name=name, origin="web"),
        reason="",
        at=datetime(2026, 11, 21, tzinfo=UTC),
        reverts=reverts,
        reverted_by=reverted_by,
        changes=(),
    )


def steps(*given: tuple[str, int | None], name: str = "ana") -> tuple[int | None, int | None]:
    state = undo_state(history(*given), name)
    return (state.undo and state.undo.id, state.redo and state.redo.id)


def test_a_fresh_video_has_nothing_to_undo() -> None:
    assert steps(("pipeline", None)) == (None, None)


def test_the_last_action_is_undone_first() -> None:
    assert steps(("ana", None), ("ana", None)) == (2, None)


def test_undo_goes_on_to_the_action_before_and_redo_returns_the_last_undone() -> None:
    assert steps(("ana", None), ("ana", None), ("ana", 2)) == (1, 3)
    assert steps(("ana", None), ("ana", None), ("ana", 2), ("ana", 1)) == (None, 4)


def test_redo_brings_actions_back_in_their_order() -> None:
    undone_twice = [("ana", None), ("ana", None), ("ana", 2), ("ana", 1)]
    assert steps(*undone_twice, ("ana", 4)) == (1, 3)
    assert steps(*undone_twice, ("ana", 4), ("ana", 3)) == (2, None)


def test_an_action_redone_can_be_undone_again() -> None:
    again = [("ana", None), ("ana", 1), ("ana", 2)]
    assert steps(*again) == (1, None)
    assert steps(*again, ("ana", 1)) == (None, 4)


def test_what_somebody_else_reverted_is_not_mine_to_undo() -> None:
    assert steps(("ana", None), ("ana", None), ("bo", 2)) == (1, None)


def test_reverting_what_somebody_else_did_is_an_action_of_mine() -> None:
    assert steps(("bo", None), ("ana", 1)) == (2, None)
