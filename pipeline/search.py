"""Search: a query's filters, words, meaning, names, clothes and looks fused in one statement, with
reasons.

The bot, the editor and the command line all call ``Searcher.search``.
"""

from __future__ import annotations

import time
from dataclasses import replace

from core.config import Config
from core.errors import InputError
from core.giving_up import GivingUp
from core.query import parse
from core.types import Leg, Removed, SearchResult
from db.conditions import Conditions
from db.passing import listing, resolve
from db.pool import Database
from db.rows import Connection
from db.search import CANDIDATES, MOST, Found, Weights, happened, search, tune
from pipeline.answers import Page, Ranked, answered, joined_windows
from pipeline.prepared import Asking, Prepared, Tools, prepare, with_filters
from pipeline.query_text import as_query
from pipeline.registry import Registry
from pipeline.reranking import rerank
from pipeline.rulers import Rulers
from pipeline.similar import Alike, alike_to_face, alike_to_picture, alike_to_segment

# Without words there is nothing to rank: what passes is listed by time.
LISTED = 1_000
# Filters that are tried without, where there is no answer, and how long that may take altogether.
MOST_REMOVED, REMOVED_S = 8, 5.0
MORE = (
    "Only the best are counted: there may be more. Say more, or add a filter, to narrow it.",
    "가장 잘 맞는 것만 세었습니다. 더 있을 수 있으니 말이나 조건을 더해 좁혀 보세요.",
)
BY_TIME_OF_BEST = (
    "Sorted by time are the moments that match best, not every one that has the words.",
    "가장 잘 맞는 순간들을 시간순으로 보여 줍니다. 낱말이 있는 모든 순간은 아닙니다.",
)


class Searcher:
    """Thread-safe; light to make. The text encoder loads at the first search or by warm_up.

    Every search raises Busy where the database has no connection free or took too long, and GaveUp
    after ``giving_up.give_up()``.
    """

    def __init__(self, config: Config, database: Database, registry: Registry | None = None):
        self._tools = Tools(
            config=config,
            database=database,
            registry=registry or Registry(config),
            rulers=Rulers(),
        )
        self._weights = Weights(
            k=config.search.rrf_k,
            vector=config.search.vector_weight,
            text=config.search.text_weight,
            clothes=config.search.clothes_weight,
            seen=config.search.seen_weight,
            video=config.search.video_weight,
        )

    def warm_up(self) -> None:
        """Load the text encoder and run it once; takes seconds, safe in a thread."""
        self._tools.registry.text_encoder().encode(["ready"])

    def ready(self) -> bool:
        """True once a search does not have to load a model first."""
        return self._tools.registry.is_loaded("text_encoder")

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        offset: int = 0,
        asker: Asking | None = None,
        giving_up: GivingUp | None = None,
    ) -> SearchResult:
        """Hits for ``query``, best first; what is wrong with it where it cannot be run."""
        started = time.perf_counter()
        asker = replace(asker or Asking(), giving_up=giving_up)
        prepared = prepare(self._tools, parse(query), asker)
        result = prepared.result(query)
        if not prepared.asked.problems:
            ranked = self._rank(prepared, asker)
            if prepared.asked.query.order == "best" and ranked.answers:
                ranked, note = rerank(self._tools, prepared, ranked, asker.giving_up)
                result = _noted(result, note)
            page = Page(limit=limit, offset=offset)
            result = answered(
                self._tools, result, prepared, ranked, self._weights, page, asker.giving_up
            )
            if ranked.answers and _more(prepared, ranked):
                by_time = prepared.asked.query.words and prepared.asked.query.order != "best"
                result = _noted(result, BY_TIME_OF_BEST if by_time else MORE)
            if not ranked.answers:
                result = replace(result, removed=self._removed(prepared, asker))
        return replace(result, took_ms=round((time.perf_counter() - started) * 1_000))

    def similar_to_segment(
        self,
        segment_id: int,
        *,
        limit: int = 20,
        offset: int = 0,
        giving_up: GivingUp | None = None,
    ) -> SearchResult:
        """Moments that read and look like one, that one left out. Raises NotFound."""
        alike = alike_to_segment(self._tools, segment_id)
        return self._similar(alike, Page(limit=limit, offset=offset), giving_up)

    def similar_to_picture(
        self,
        picture: bytes,
        *,
        limit: int = 20,
        offset: int = 0,
        giving_up: GivingUp | None = None,
    ) -> SearchResult:
        """Moments that look like a picture file, and those with the people in it. Raises
        InputError for what is no picture, and where no model here compares pictures."""
        alike = alike_to_picture(self._tools, picture)
        return self._similar(alike, Page(limit=limit, offset=offset), giving_up)

    def similar_to_face(
        self,
        appearance_id: int,
        *,
        limit: int = 20,
        offset: int = 0,
        giving_up: GivingUp | None = None,
    ) -> SearchResult:
        """Moments with the face of an appearance, most alike first. Raises NotFound."""
        alike = alike_to_face(self._tools, appearance_id)
        return self._similar(alike, Page(limit=limit, offset=offset), giving_up)

    def ranking(
        self,
        query: str,
        *,
        legs: frozenset[Leg] | None = None,
        space: str | None = None,
        limit: int = 1_000,
    ) -> list[tuple[int, float]]:
        """Segment ids with their scores, best first, as an evaluation wants them: answers and near
        misses, unmerged. ``legs`` are those that count (None: all), ``space`` is the
        ``model@revision`` of a space to use instead of the active one of its kind.

        Raises InputError for a query that cannot be run, NotFound for an unknown space.
        """
        prepared = prepare(self._tools, as_query(query), Asking(), legs=legs, space=space)
        if prepared.asked.problems:
            raise InputError(prepared.asked.problems[0].message)
        ranked = self._rank(prepared, Asking(), most=limit)
        return [(one.segment_id, one.score) for one in (*ranked.answers, *ranked.misses)]

    def _rank(self, prepared: Prepared, asker: Asking, *, most: int = MOST) -> Ranked:
        order = prepared.asked.query.order
        with self._tools.database.transaction(asker.giving_up) as conn:
            tune(conn)
            scope = resolve(conn, prepared.asked.scope)
            if asker.giving_up is not None:
                asker.giving_up.check()
            if not prepared.asked.query.words:
                return Ranked(answers=_listed(conn, scope, order), scope=scope)
            found = search(
                conn,
                prepared.wanted,
                space=prepared.captions,
                video_space=prepared.pictures,
                weights=self._weights,
                scope=scope,
                vocabulary=self._tools.rulers.vocabulary(conn),
                most=most,
            )
            answers = [one for one in found if one.strong]
            if order != "best":
                at = happened(conn, [one.segment_id for one in answers])
                answers.sort(
                    key=lambda one: (at[one.segment_id], one.segment_id), reverse=order == "newest"
                )
        misses = [one for one in found if not one.strong]
        return Ranked(answers=answers, misses=misses, scope=scope)

    def _similar(self, alike: Alike, page: Page, giving_up: GivingUp | None) -> SearchResult:
        """What is like something, ranked by the legs that it gave something for."""
        started = time.perf_counter()
        prepared = alike.prepared
        with self._tools.database.transaction(giving_up) as conn:
            found = search(
                conn,
                prepared.wanted,
                space=prepared.captions,
                video_space=prepared.pictures,
                weights=self._weights,
            )
        found = [one for one in found if one.segment_id != alike.segment_id]
        ranked = Ranked(
            answers=[one for one in found if one.strong],
            misses=[one for one in found if not one.strong],
        )
        result = answered(
            self._tools,
            prepared.result(alike.name),
            prepared,
            ranked,
            self._weights,
            page,
            giving_up,
        )
        return replace(result, took_ms=round((time.perf_counter() - started) * 1_000))

    def _removed(self, prepared: Prepared, asker: Asking) -> tuple[Removed, ...]:
        """What there would be without each filter, most first: nothing is widened silently."""
        found: list[Removed] = []
        ends = time.monotonic() + REMOVED_S
        for chip in prepared.asked.chips[:MOST_REMOVED]:
            without = parse(chip.without)
            if without.problems or time.monotonic() > ends:
                continue
            other = with_filters(self._tools, prepared, without, asker)
            if other.asked.problems:
                continue
            ranked = self._rank(other, asker)
            joined = joined_windows(self._tools, ranked.answers)
            if joined:
                found.append(Removed(chip=chip, count=len(joined), at_least=_more(other, ranked)))
        return tuple(sorted(found, key=lambda one: -one.count))


def _more(prepared: Prepared, ranked: Ranked) -> bool:
    """True where there may be more answers than were ranked: each leg brings a bounded number."""
    if not prepared.asked.query.words:
        return len(ranked.answers) >= LISTED
    wide = bool(ranked.scope.values) and ranked.scope.members is None
    return wide or len(ranked.answers) >= CANDIDATES


def _listed(conn: Connection, scope: Conditions, order: str) -> list[Found]:
    rows = listing(conn, scope, oldest_first=order == "oldest", most=LISTED)
    return [Found(**row, score=0.0, ranks={}) for row in rows]


def _noted(result: SearchResult, note: tuple[str, str] | None) -> SearchResult:
    if note is None:
        return result
    return replace(result, notes=(*result.notes, note[0]), notes_ko=(*result.notes_ko, note[1]))
