"""What a moment has to be: the filters of a search as values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Worn:
    """Clothes to look for: a colour, a kind of core.garments, or one in the other."""

    part: Literal["upper", "lower", "any", "feet"]
    colour: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a moment has to be. One of ``cameras`` and one of ``videos``; of every entry of
    ``people`` (root ids), ``groups`` and ``labels`` (things) one; every outfit (``clothes``: all
    of it on one person) and phrase; in ``[after, before)``, in one of ``within`` where there are
    any and in none of ``outside``; at least ``longer_ms`` and less than ``shorter_ms`` long. The
    ``not_`` fields are what it must not be."""

    cameras: tuple[int, ...] = ()
    not_cameras: tuple[int, ...] = ()
    videos: tuple[int, ...] = ()
    not_videos: tuple[int, ...] = ()
    people: tuple[tuple[int, ...], ...] = ()
    not_people: tuple[tuple[int, ...], ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    not_groups: tuple[tuple[int, ...], ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    not_labels: tuple[tuple[str, ...], ...] = ()
    clothes: tuple[tuple[Worn, ...], ...] = ()
    not_clothes: tuple[tuple[Worn, ...], ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    within: tuple[tuple[datetime, datetime], ...] = ()
    outside: tuple[tuple[datetime, datetime], ...] = ()
    longer_ms: int | None = None
    shorter_ms: int | None = None
    phrases: tuple[str, ...] = ()
    not_phrases: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """True where everything passes."""
        return all(getattr(self, one.name) in ((), None) for one in fields(self))


def filters_of(scope: Scope) -> Iterator[tuple[str, Any]]:
    """The conditions in use, each under the name of its query."""
    for name, values in (
        ("camera", scope.cameras),
        ("not_camera", scope.not_cameras),
        ("video", scope.videos),
        ("not_video", scope.not_videos),
    ):
        if values:
            yield name, list(values)
    several: Sequence[tuple[str, Sequence[Any]]] = (
        ("person", scope.people),
        ("not_person", scope.not_people),
        ("group", scope.groups),
        ("not_group", scope.not_groups),
        ("object", scope.labels),
        ("not_object", scope.not_labels),
        ("clothes", scope.clothes),
        ("not_clothes", scope.not_clothes),
        ("not_between", scope.outside),
        ("phrase", scope.phrases),
        ("not_phrase", scope.not_phrases),
        ("not_word", scope.not_words),
    )
    for name, each in several:
        for value in each:
            yield name, value
    if scope.within:
        yield "within", scope.within
    for name, value in (
        ("after", scope.after),
        ("before", scope.before),
        ("longer", scope.longer_ms),
        ("not_longer", scope.shorter_ms),
    ):
        if value is not None:
            yield name, value
