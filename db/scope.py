"""Filters of a search as SQL conditions, and the segments that pass them.

A scope of few segments is read in full and every leg of the search looks at just those: exact, and
cheaper than any index that knows nothing of the filter. A wide one is given to the legs as a
condition on each row they read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from core.vocabulary import has_korean
from db.queries import queries
from db.rows import Connection, fetch_all, fetch_one, fetch_value

SQL = queries("scope")
NARROW = 5_000
"""Up to so many segments every one is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worn:
    """Clothes to look for: a colour, a kind of core.garments, or one in the other."""

    part: Literal["upper", "lower", "any", "feet"]
    colour: str | None = None
    kind: str | None = None


# Where the colour and the kind of a part are kept.
_ATTRIBUTES = {
    "upper": ("upper", "upper_kind"),
    "lower": ("lower", "lower_kind"),
    "feet": ("shoes_colour", "shoes"),
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """A scope as SQL: ``sql`` speaks of ``s`` (segments) and, unless ``by_video``, of ``v``
    (videos); "true" where everything passes. ``members`` are the segments of a narrow scope, None
    for a wider one. ``by_video``: whole videos pass, and single segments of those at its edges, so
    that links and detections can be asked too, and ``passing`` begins the WITH that ``sql`` refers
    to; ``few``: so few that every link of theirs is compared; ``values`` then list all of them as
    ``scope_videos``."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)
    members: tuple[int, ...] | None = None
    by_video: bool = False
    few: bool = False
    passing: str = ""

    def on(self, alias: str, segment_id: str) -> str:
        """``sql`` for rows ``alias`` of a segment (its column), which know their video."""
        if not self.by_video:
            return self.sql
        return _in_videos(alias, segment_id, parts=bool(self.values["scope_segments"]))

    def beside_videos(self, alias: str, segment_id: str) -> str:
        """What rows of ``scope_videos`` have to be besides. Without it the planner asks the index
        of words once for each of these videos."""
        return self.on(alias, segment_id) if self.values["scope_segments"] else "true"


def resolve(conn: Connection, scope: Scope) -> Conditions:
    """The conditions of a scope, and its members where they are few."""
    if scope.is_open:
        return Conditions(sql="true")
    wanted = list(_wanted(scope))
    if all(name in _OF_VIDEOS for name, _ in wanted):
        found = _by_video(conn, scope, wanted)
        if found is not None:
            return found
    found = conditions(conn, scope)
    sql = SQL["members"].replace("{conditions}", found.sql)
    rows = fetch_all(conn, sql, {**found.values, "most": NARROW + 1})
    members = tuple(row["id"] for row in rows) if len(rows) <= NARROW else None
    return Conditions(sql=found.sql, values=found.values, members=members)


_OF_VIDEOS = frozenset(
    {"camera", "not_camera", "video", "not_video", "after", "before", "within", "not_between"}
)
# A longer list costs more than it saves.
MOST_VIDEOS, MOST_EDGES = 50_000, 5_000
# Up to so many segments the signs of every vector are compared: 1,000,000 segments gave .98 of the
# ten nearest of 97,150 in a seventh of the time the index took to find what passes.
FEW = 100_000
USUALLY_PER_VIDEO = 50.0


def _by_video(
    conn: Connection, scope: Scope, wanted: Sequence[tuple[str, Any]]
) -> Conditions | None:
    """A scope that says nothing of segments but when they were; None for too many videos."""
    part, whole = ["true"], ["true"]
    values: dict[str, Any] = {}
    for number, (name, value) in enumerate(wanted):
        parameter = f"scope_{number}"
        values |= _time_values(name, value, parameter)
        exact = f"{name}_of_video" in SQL
        for parts, query in (
            (part, f"{name}_of_video" if exact else f"{name}_part"),
            (whole, f"{name}_of_video" if exact else f"{name}_whole"),
        ):
            parts.append(f"({SQL[query].replace('{p}', parameter)})")
    either, all_of = " AND ".join(part), " AND ".join(whole)
    per_video = float(fetch_value(conn, SQL["moments_per_video"]) or USUALLY_PER_VIDEO)
    few = int(FEW / per_video)
    sql = SQL["videos"].replace("{whole}", all_of).replace("{part}", either)
    counted = fetch_one(conn, sql, {**values, "few": few})
    assert counted is not None
    edges = counted["edges"] or []
    if counted["videos"] > MOST_VIDEOS or len(edges) > MOST_EDGES:
        return None
    passing = SQL["passing"].replace("{whole}", all_of).replace("{part}", either)
    values["scope_segments"] = _parts(conn, scope, edges) if edges else []
    parts_pass = bool(values["scope_segments"])
    members = None
    if counted["videos"] <= few:
        whole_videos = sorted(set(counted["listed"] or ()).difference(edges))
        values["scope_videos"] = [*whole_videos, *(edges if parts_pass else ())]
        if counted["videos"] * per_video <= 2 * NARROW:
            members = _members(conn, whole_videos, values["scope_segments"])
    return Conditions(
        sql=_in_videos("s", "id", parts=parts_pass),
        values=values,
        members=members,
        by_video=True,
        few=counted["videos"] <= few,
        passing=passing,
    )


def _members(
    conn: Connection, videos: Sequence[int], segments: Sequence[int]
) -> tuple[int, ...] | None:
    values = {"videos": list(videos), "segments": list(segments), "most": NARROW + 1}
    rows = fetch_all(conn, SQL["members_of_videos"], values)
    return tuple(row["id"] for row in rows) if len(rows) <= NARROW else None


def _in_videos(alias: str, segment_id: str, *, parts: bool) -> str:
    """Of a video that passes as a whole; or, where there are ``parts``, one of those."""
    sql = SQL["in_videos_or_parts" if parts else "in_videos"]
    return sql.format(alias=alias, segment_id=segment_id)


def _parts(conn: Connection, scope: Scope, videos: Sequence[int]) -> list[int]:
    found = conditions(conn, scope)
    sql = SQL["parts_of_videos"].replace("{conditions}", found.sql)
    return [row["id"] for row in fetch_all(conn, sql, {**found.values, "part_videos": videos})]


def _time_values(name: str, value: Any, parameter: str) -> dict[str, Any]:
    """The parameters of a condition on a video or a time."""
    if name == "not_between":
        return {f"{parameter}_start": value[0], f"{parameter}_end": value[1]}
    if name == "within":
        starts, ends = zip(*value, strict=True)
        return {f"{parameter}_starts": list(starts), f"{parameter}_ends": list(ends)}
    return {parameter: list(value) if isinstance(value, tuple) else value}


def listing(
    conn: Connection, found: Conditions, *, oldest_first: bool, most: int
) -> list[dict[str, Any]]:
    """What passes, by the time it happened: ``segment_id``, ``video_id``, ``start_ms``, ``end_ms``
    and ``quiet``."""
    direction = "ASC" if oldest_first else "DESC"
    if found.members is not None:
        sql = SQL["listing_of"].replace("{direction}", direction)
        return fetch_all(conn, sql, {"scope": list(found.members)})[:most]
    sql = SQL["listing"].replace("{direction}", direction).replace("{conditions}", found.sql)
    if found.by_video:
        sql = f"WITH {found.passing}\n{sql}"
    return fetch_all(conn, sql, {**found.values, "most": most})


def conditions(conn: Connection, scope: Scope) -> Conditions:
    """The conditions of a scope; ``members`` are not looked up."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, (name, value) in enumerate(_wanted(scope)):
        parameter = f"scope_{number}"
        if name in ("clothes", "not_clothes"):
            worn, more = _worn(value, parameter)
            sql = SQL["clothes"].replace("{worn}", worn)
            values |= more
        else:
            values |= _time_values(name, value, parameter)
            if name.endswith(("phrase", "word")):
                values[f"{parameter}_terms"] = all_terms(conn, value)
                values[parameter] = phrase_pattern(value)
                if not values[f"{parameter}_terms"]:
                    continue  # words that stand everywhere tell nothing
            sql = SQL[name.removeprefix("not_") if name in _NEGATABLE else name]
        sql = _uncommented(sql).replace("{p}", parameter)
        parts.append(f"NOT ({sql})" if name in _NEGATABLE else f"({sql})")
    return Conditions(sql=" AND ".join(parts) or "true", values=values)


_NEGATABLE = frozenset({"not_person", "not_group", "not_object", "not_clothes"})


def phrase_pattern(phrase: str) -> str:
    """A regular expression: the phrase as a whole; inside words only for Korean, which adds
    particles."""
    escaped = re.sub(r"([^\w\s가-힣])", r"\\\1", phrase)
    escaped = re.sub(r"\s+", r"\\s+", escaped)
    start = "" if has_korean(phrase[:1]) or not phrase[:1].isalnum() else r"\m"
    end = "" if has_korean(phrase[-1:]) or not phrase[-1:].isalnum() else r"\M"
    return f"{start}{escaped}{end}"


def _wanted(scope: Scope) -> Iterator[tuple[str, Any]]:
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


def _worn(worn: Sequence[Worn], parameter: str) -> tuple[str, dict[str, str]]:
    """Conditions on one detection ``d``: in the colour asked for; of the kind, or of one nobody
    could make out where a colour is asked for too."""
    parts: list[str] = []
    values: dict[str, str] = {}
    for number, one in enumerate(worn):
        colour, kind = _ATTRIBUTES.get(one.part, _ATTRIBUTES["upper"])
        if one.colour is not None:
            name = f"{parameter}_{number}_colour"
            values[name] = one.colour
            sql = SQL["worn_any_colour" if one.part == "any" else "worn_colour"]
            parts.append(sql.replace("{attribute}", colour).replace("{p}", name))
        if one.kind is not None:
            name = f"{parameter}_{number}_kind"
            values[name] = one.kind
            sql = SQL["worn_kind" if one.colour is None else "worn_kind_if_known"]
            parts.append(sql.replace("{attribute}", kind).replace("{p}", name))
    return " AND ".join(parts), values


def all_terms(conn: Connection, text: str) -> str:
    """One tsquery for all terms of a text; "" where it has none."""
    return str(fetch_value(conn, SQL["all_terms"], {"text": text}) or "")


def _uncommented(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
