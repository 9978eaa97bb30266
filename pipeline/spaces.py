"""Embedding spaces as people manage them: which there are, what a smaller index loses, and which
one searches use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import psycopg2
import structlog

from core.errors import DatabaseUnavailable, EditRefused, InputError, ModelError
from core.types import Leg
from db import spaces
from db.search import nearest_distances
from db.spaces import CAPTION_SPACE, VIDEO_SPACE, IndexKind, Space, SpaceSummary
from pipeline.evaluation.bootstrap import SEED
from pipeline.evaluation.gate import Verdict, compare, gate_queries
from pipeline.evaluation.known_items import known_items
from pipeline.query_vectors import caption_vector, video_vector
from pipeline.search import Searcher

if TYPE_CHECKING:
    from core.outfits import Bilingual
    from db.rows import Connection
    from pipeline.frames import Progress
    from pipeline.workshop import Workshop

log = structlog.get_logger()
LEG_OF: dict[str, Leg] = {CAPTION_SPACE: "vector", VIDEO_SPACE: "video"}
# Queries that say what an index loses.
ASKED = 200
NEAREST = 10
SAME = 1e-6
"""Distances no further apart are one place: equal vectors may come in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What one kind of index finds of the ten nearest vectors (mean and worst share of them over
    ``queries``), and its size."""

    kind: IndexKind
    recall: float
    worst: float
    queries: int
    bytes: int


def chosen(conn: Connection, name: str) -> Space:
    """The one space of a name or number. Raises NotFound, InputError for a name of several."""
    found = spaces.spaces_named(spaces.all_spaces(conn), name)
    if len(found) > 1:
        listed = ", ".join(f"{one.id} ({one.kind})" for one in found)
        raise InputError(f"Several spaces are called {name}: {listed}. Say the number.")
    return found[0]


def listed(workshop: Workshop) -> list[SpaceSummary]:
    """Every space with what is in it."""
    with workshop.database.transaction() as conn:
        return spaces.list_spaces(conn)


def judge(workshop: Workshop, space: Space, progress: Progress) -> Verdict | None:
    """Is a space surely worse than the one in use? None where the encoder of that one is not here
    any more: there is nothing to compare with. Raises ModelError where its own is not."""
    with workshop.database.transaction() as conn:
        present = spaces.active_space(conn, space.kind)
    if present is None or present.id == space.id:
        return None
    queries = gate_queries(workshop.database).all
    searcher = Searcher(workshop.config, workshop.database, workshop.registry)
    legs = frozenset({LEG_OF[space.kind]})
    if _vector(workshop, present, "ready") is None:
        return None
    if _vector(workshop, space, "ready") is None:
        raise ModelError(f"The encoder of {space.name} is not here: see models.overrides.")
    rank_present, rank_new = (
        partial(searcher.ranking, legs=legs, space=str(one.id)) for one in (present, space)
    )
    tolerance = workshop.config.search.gate_tolerance
    return compare(rank_present, rank_new, queries, tolerance=tolerance, progress=progress)


def switch_if_better(
    workshop: Workshop, space: Space, progress: Progress, *, without: Sequence[int] = ()
) -> bool:
    """Have searches use ``space`` where it is complete and not surely worse; else it says why it
    was held back. True where searches use it now."""
    verdict = judge(workshop, space, progress)
    with workshop.database.transaction() as conn:
        if verdict is not None and not verdict.passes:
            spaces.hold_back(conn, space, verdict.sentence)
            log.warning("space_held_back", space_id=space.id, reason=verdict.sentence)
            return False
        switched = spaces.activate_if_complete(conn, space, without=without)
        if switched:
            spaces.hold_back(conn, space, "")
    return switched


def switch(workshop: Workshop, name: str, progress: Progress, *, anyway: bool) -> Verdict | None:
    """Have searches use a space; ``anyway``: worse or not. Raises EditRefused for one that lacks
    segments the present one has, and for one that is worse."""
    with workshop.database.transaction() as conn:
        space = chosen(conn, name)
        if space.state == "active":
            raise EditRefused(f"Searches use {space.name} already.")
        missing = spaces.count_unembedded(conn, space)
    if not _is_configured(workshop, space):
        port = "text_encoder" if space.kind == CAPTION_SPACE else "video_encoder"
        raise EditRefused(
            f"The worker would switch back from {space.name}: name its model in "
            f"models.overrides.{port} first."
        )
    if missing:
        raise EditRefused(
            f"{space.name} lacks {missing} moments that the space in use has; name its model in "
            "models.overrides and let the worker fill it."
        )
    verdict = None if anyway else judge(workshop, space, progress)
    if verdict is not None and not verdict.passes:
        raise EditRefused(f"{verdict.sentence} Switch with --anyway all the same.")
    with workshop.database.transaction() as conn:
        if not spaces.activate_if_complete(conn, space):
            raise EditRefused(f"{space.name} fell behind just now; try again.")
        spaces.hold_back(conn, space, "")
    return verdict


def _is_configured(workshop: Workshop, space: Space) -> bool:
    registry = workshop.registry
    encoder = registry.text_encoder() if space.kind == CAPTION_SPACE else registry.video_encoder()
    return encoder is not None and space.name == f"{encoder.name}@{encoder.revision}"


def reindex(workshop: Workshop, name: str, kind: IndexKind, progress: Progress) -> list[Loss]:
    """Give a space an index of another kind, beside searches, and say what each kind finds of the
    exact nearest: the kind before, then the new one. Raises ModelError without its encoder."""
    with workshop.database.transaction() as conn:
        space = chosen(conn, name)
        before = space.index_kind
        old = spaces.indexes(conn, space)
        queries = [one.query for one in known_items(conn, ASKED, seed=SEED)]
    vectors = [v for v in (_vector(workshop, space, query) for query in queries) if v is not None]
    if queries and not vectors:
        raise ModelError(f"The encoder of {space.name} is not here, so no loss can be measured.")
    if space.dim > spaces.MOST_DIMENSIONS[kind]:
        raise EditRefused(
            f"An index of kind {kind} holds at most {spaces.MOST_DIMENSIONS[kind]:,} numbers a "
            f"vector; {space.name} has {space.dim:,}."
        )
    progress(0.1)
    losses = [_loss(workshop, space, before, vectors)]
    progress(0.3)
    if kind != before:
        _build(workshop, space, kind)
        progress(0.8)
        losses.append(_loss(workshop, space, kind, vectors))
        with workshop.database.transaction() as conn:
            spaces.set_index_kind(conn, space, kind)
            for one in old:
                spaces.drop_index(conn, one)
    progress(1.0)
    return losses


def _build(workshop: Workshop, space: Space, kind: IndexKind) -> None:
    """Without holding up writers. A build that died leaves an index that is not valid; it is
    removed first."""
    try:
        conn = psycopg2.connect(workshop.database.url, connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise DatabaseUnavailable from error
    try:
        conn.autocommit = True
        spaces.build_index(conn, space, kind)
    finally:
        conn.close()


def _loss(
    workshop: Workshop, space: Space, kind: IndexKind, vectors: Sequence[Sequence[float]]
) -> Loss:
    shares: list[float] = []
    with workshop.database.transaction() as conn:
        for vector in vectors:
            exact = nearest_distances(conn, space, vector, None, NEAREST)
            found = nearest_distances(conn, space, vector, kind, NEAREST)
            if exact:
                shares.append(sum(d <= exact[-1] + SAME for d in found) / len(exact))
        size = next((one.bytes for one in spaces.indexes(conn, space)), 0)
    count = len(shares)
    return Loss(
        kind=kind,
        recall=sum(shares) / count if count else 1.0,
        worst=min(shares, default=1.0),
        queries=count,
        bytes=size,
    )


def _vector(workshop: Workshop, space: Space, query: str) -> list[float] | None:
    notes: list[Bilingual] = []
    make = caption_vector if space.kind == CAPTION_SPACE else video_vector
    return cast("list[float] | None", make(workshop.registry, space, query, notes))
