"""Filters of a search as SQL conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.vocabulary import has_korean
from db.queries import queries
from db.rows import Connection, fetch_value
from db.scope import Scope, Worn, filters_of

SQL = queries("scope")
# Where the colour and the kind of a part are kept.
_ATTRIBUTES = {
    "upper": ("upper", "upper_kind"),
    "lower": ("lower", "lower_kind"),
    "feet": ("shoes_colour", "shoes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """A scope as SQL: ``sql`` speaks of ``s`` (segments) and, unless ``by_video``, of ``v``
    (videos); "true" where everything passes. ``members`` are the segments of a narrow scope, None
    for a wider one. ``by_video``: whole videos pass, and single segments of those at its edges, so
    that links and detections can be asked too; ``few``: so few that every link of theirs is
    compared; ``values`` then list all of them as ``scope_videos``."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)
    members: tuple[int, ...] | None = None
    by_video: bool = False
    few: bool = False

    @property
    def passing(self) -> str:
        """What ``sql`` refers to, the beginning of a WITH; "" for nothing."""
        return SQL["passing"] if self.by_video else ""

    def on(self, alias: str, segment_id: str) -> str:
        """``sql`` for rows ``alias`` of a segment (its column), which know their video."""
        if not self.by_video:
            return self.sql
        return in_videos(f"{alias}.video_id", f"{alias}.{segment_id}", parts=self.parts)

    @property
    def parts(self) -> bool:
        """True where single segments pass besides whole videos."""
        return bool(self.values.get("scope_segments"))

    @property
    def of_videos(self) -> str:
        """What ``sql`` says of the video ``v`` of a segment that passes."""
        if not self.by_video:
            return "true"
        sql = SQL["in_videos_or_edges"].replace("{in_videos}", _uncommented(SQL["in_videos"]))
        return sql.replace("{video_id}", "v.id")


def in_videos(video_id: str, segment_id: str, *, parts: bool) -> str:
    """Of a video that passes as a whole; or, where there are ``parts``, one of those. Both ids are
    columns."""
    sql = _uncommented(SQL["in_videos"])
    if parts:
        sql = SQL["in_videos_or_parts"].replace("{in_videos}", sql)
    return sql.format(video_id=video_id, segment_id=segment_id)


def conditions(conn: Connection, scope: Scope) -> Conditions:
    """The conditions of a scope; ``members`` are not looked up."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, (name, value) in enumerate(filters_of(scope)):
        parameter = f"scope_{number}"
        if name in ("clothes", "not_clothes"):
            worn, more = _worn(value, parameter)
            sql = SQL["clothes"].replace("{worn}", worn)
            values |= more
        else:
            values |= time_values(name, value, parameter)
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


def time_values(name: str, value: Any, parameter: str) -> dict[str, Any]:
    """The parameters of a condition on a video or a time."""
    if name == "not_between":
        return {f"{parameter}_start": value[0], f"{parameter}_end": value[1]}
    if name == "within":
        starts, ends = zip(*value, strict=True)
        return {f"{parameter}_starts": list(starts), f"{parameter}_ends": list(ends)}
    return {parameter: list(value) if isinstance(value, tuple) else value}


def phrase_pattern(phrase: str) -> str:
    """A regular expression: the phrase as a whole; inside words only for Korean, which adds
    particles."""
    escaped = re.sub(r"([^\w\s가-힣])", r"\\\1", phrase)
    escaped = re.sub(r"\s+", r"\\s+", escaped)
    start = "" if has_korean(phrase[:1]) or not phrase[:1].isalnum() else r"\m"
    end = "" if has_korean(phrase[-1:]) or not phrase[-1:].isalnum() else r"\M"
    return f"{start}{escaped}{end}"


def all_terms(conn: Connection, text: str) -> str:
    """One tsquery for all terms of a text; "" where it has none."""
    return str(fetch_value(conn, SQL["all_terms"], {"text": text}) or "")


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


def _uncommented(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
