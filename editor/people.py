"""What the pages about people show, read in one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.names import folded, number_in
from core.people import Appearance, GalleryFace, PeopleChange, PersonSummary
from core.types import Video
from db import appearances, galleries, people, people_history, videos
from db.rows import Connection

# Named people on one page; searching looks through all of them.
NAMED_PAGE = 240
UNKNOWN_PAGE = 36
SEEN_PAGE = 36
MOST_UNDECIDED = 12
EVERYBODY = 10_000
HISTORY_SHOWN = 30
# Operations looked at to find one's own last one; the history page reaches everything.
REMEMBERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An appearance with the video it is in."""

    appearance: Appearance
    video: Video


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Named people by group, faces between two people, and a page of unknown ones, with how many
    there are of each over all pages."""

    groups: dict[str, list[PersonSummary]]
    named: int
    undecided: tuple[Seen, ...]
    unknown: tuple[PersonSummary, ...]
    unknowns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person; ``seen`` is a page of ``summary.appearances``, the largest faces first."""

    summary: PersonSummary
    seen: tuple[Seen, ...]
    undecided: tuple[Seen, ...]
    gallery: tuple[GalleryFace, ...]
    history: tuple[PeopleChange, ...]


def read_people(
    conn: Connection, *, wanted: str = "", named_offset: int = 0, unknown_offset: int = 0
) -> PeoplePage:
    """A page of people; ``wanted`` keeps those whose label holds it, or the one with that
    number."""
    if wanted:
        named, unknown = _found(conn, wanted)
        named_total, unknown_total = len(named), len(unknown)
    else:
        named = people.list_people(conn, "named", limit=NAMED_PAGE, offset=named_offset)
        unknown = people.list_people(conn, "unknown", limit=UNKNOWN_PAGE, offset=unknown_offset)
        named_total = people.count_people(conn, "named")
        unknown_total = people.count_people(conn, "unknown")
    groups: dict[str, list[PersonSummary]] = {}
    for one in named:
        groups.setdefault(one.person.group or "", []).append(one)
    return PeoplePage(
        groups=groups,
        named=named_total,
        undecided=_undecided(conn, [one.person.id for one in named]),
        unknown=tuple(unknown),
        unknowns=unknown_total,
    )


def read_person(conn: Connection, person_id: int, *, offset: int = 0) -> PersonPage:
    """Raises NotFound."""
    summary = people.summary_of(conn, person_id)
    root = summary.person
    found = appearances.appearances_of_person(conn, root.id, limit=SEEN_PAGE, offset=offset)
    return PersonPage(
        summary=summary,
        seen=_with_videos(conn, found),
        undecided=_undecided(conn, [root.id]),
        gallery=tuple(galleries.faces_of(conn, root.id)),
        history=tuple(people_history.list_changes(conn, person_id=root.id, limit=HISTORY_SHOWN)),
    )


def _found(conn: Connection, wanted: str) -> tuple[list[PersonSummary], list[PersonSummary]]:
    """Named people whose label holds the words, and the unknown one whose number it is."""
    words = folded(wanted)
    everybody = people.list_people(conn, "named", limit=EVERYBODY)
    named = [one for one in everybody if any(words in folded(label) for label in _labels(one))]
    number = number_in(wanted)
    unknown: list[PersonSummary] = []
    if number is not None and number in people.get_people(conn, [number]):
        summary = people.summary_of(conn, number)
        if summary.person.name is None and not summary.person.removed:
            unknown = [summary]
    return named, unknown


def _labels(one: PersonSummary) -> list[str]:
    return [one.person.label, *(merged.label for merged in one.merged)]


def _undecided(conn: Connection, person_ids: Sequence[int]) -> tuple[Seen, ...]:
    """The newest faces that may be either of two people, one of them among these."""
    if not person_ids:
        return ()
    tree = people.tree_of(conn, person_ids)
    ids = sorted(appearances.undecided_between(conn, tree), reverse=True)[:MOST_UNDECIDED]
    found = [appearances.get_appearance(conn, one) for one in ids]
    # Of a model that another one replaced nothing is asked any more.
    shown = {
        one.id
        for video_id in {one.video_id for one in found}
        for one in appearances.appearances_of_video(conn, video_id)
    }
    open_ones = [
        one for one in found if one.id in shown and one.person is None and len(one.candidates) == 2
    ]
    return _with_videos(conn, open_ones)


def _with_videos(conn: Connection, found: Sequence[Appearance]) -> tuple[Seen, ...]:
    by_id = {one: videos.get_video(conn, one) for one in {one.video_id for one in found}}
    return tuple(Seen(appearance=one, video=by_id[one.video_id]) for one in found)
