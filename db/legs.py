"""Where each leg of the search takes its candidates from: a piece of SQL for what the query has
something for, one for a narrow scope and one for a wide one. Planning a branch costs more than
running it, so nothing else is in the statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from db.conditions import Conditions
from db.queries import queries
from db.scope import Worn
from db.spaces import OPERATORS, Space, order_by_index
from db.vocabulary import Words

SQL = queries("search")
# Segments whose vectors are compared exactly after their signs; few signs tell less.
BY_SIGNS, MANY_BY_SIGNS, TELLING_SIGNS = 2_000, 4_000, 256
# Where a kind of garment is kept, with the colour beside it, and what is wanted there.
KINDS_OF_PARTS = (
    ("upper_kind", "upper", ("upper", "any")),
    ("lower_kind", "lower", ("lower",)),
    ("shoes", "shoes_colour", ("feet",)),
)


def nearest(space: Space | None, query: str, scope: Conditions) -> str:
    """The nearest vectors of a space to the parameter ``query``; no row without a space."""
    if space is None:
        return SQL["nothing_near"]
    operator = OPERATORS[space.distance][0]
    numbers = {"space_id": space.id, "dim": space.dim, "operator": operator, "query": query}
    if scope.members is not None:
        return SQL["nearest_of_scope"].format(**numbers)
    if scope.few:
        by_signs = MANY_BY_SIGNS if space.dim < TELLING_SIGNS else BY_SIGNS
        return (
            SQL["nearest_of_videos"]
            .replace("{conditions}", scope.on("l", "segment_id") if scope.parts else "true")
            .format(**numbers, by_signs=by_signs)
        )
    join = ""
    if scope.values and not scope.by_video:
        join = "JOIN segments AS s ON s.id = l.segment_id JOIN videos AS v ON v.id = s.video_id"
    return (
        SQL["nearest"]
        .replace("{by_index}", order_by_index(space, query))
        .replace("{segment_join}", join)
        .replace("{conditions}", scope.on("l", "segment_id"))
        .format(**numbers)
    )


def texts(words: Words, scope: Conditions) -> str:
    """What has the words that bring segments."""
    if scope.members is not None:
        return SQL["texts_of_scope"]
    return _scoped(SQL["texts"], scope) if words.together else SQL["without_words"]


def sightings(scope: Conditions, *, wanted: bool) -> str:
    """Where those named were seen."""
    if not wanted:
        return SQL["nothing_named"]
    if scope.members is not None:
        return SQL["sightings_of_scope"]
    sql = SQL["sightings"].replace("{group_source}", SQL["group_sightings"])
    return _scoped(sql, scope)


def clothes(worn: Sequence[Worn], scope: Conditions) -> str:
    """The people to look at for what they wear."""
    if not worn:
        return SQL["nothing_worn"]
    if scope.members is not None:
        return SQL["people_of_scope"]
    branches = []
    if any(one.colour and one.part != "feet" for one in worn):
        upper = "d.attributes ->> 'upper' = w.colour AND w.part IN ('upper', 'any')"
        lower = "d.attributes ->> 'lower' = w.colour AND w.part IN ('lower', 'any')"
        other = "d.attributes ->> 'lower' = other.colour AND other.part IN ('lower', 'any')"
        branches.append(
            SQL["in_colour"]
            .replace("{upper}", _surest(upper, scope))
            .replace("{lower}", _surest(lower, scope))
            .replace("{both}", _surest(f"{upper} AND {other}", scope))
        )
    for kind, colour, parts in KINDS_OF_PARTS:
        if any(one.kind and one.part in parts for one in worn):
            of_kind = f"d.attributes ->> '{kind}' = w.kind"
            in_colour = f"{of_kind} AND d.attributes ->> '{colour}' = w.colour"
            branches.append(
                SQL["of_kind"]
                .replace("{parts}", "{" + ",".join(parts) + "}")
                .replace("{any_colour}", _surest(of_kind, scope))
                .replace("{same_colour}", _surest(in_colour, scope))
            )
    if any(one.colour and one.part == "feet" for one in worn):
        described = "d.attributes ->> 'shoes_colour' = w.colour"
        branches.append(SQL["in_shoe_colour"].replace("{shoes}", _surest(described, scope)))
    return "\nUNION\n".join(branches) or SQL["nothing_worn"]


def _surest(described: str, scope: Conditions) -> str:
    return _scoped(SQL["surest"].replace("{described}", described), scope)


def _scoped(sql: str, scope: Conditions) -> str:
    """The conditions of a wide scope on segments ``s`` and on detections ``d``, which know their
    video; and the video that those on segments may speak of."""
    join = "JOIN videos AS v ON v.id = s.video_id" if scope.values and not scope.by_video else ""
    return (
        sql.replace("{video_join}", join)
        .replace("{conditions}", scope.sql)
        .replace("{seen_conditions}", scope.on("d", "segment_id"))
    )
