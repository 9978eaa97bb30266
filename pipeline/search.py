"""Search: a query's filters, words, meaning, names, clothes and looks fused in one statement, with
reasons.

The bot, the editor and the command line all call ``Searcher.search``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.config import Config
from core.outfits import Bilingual
from core.people import Person
from core.query import Query, parse
from core.types import Chip, Hit, Leg, Removed, SearchResult
from core.windows import Stretch, Window, windows
from db.appearances import people_of_segments
from db.pool import Database
from db.scope import Conditions, listing, resolve
from db.search import MOST, Found, Wanted, Weights, details, happened, search
from db.spaces import Space, active_space, building_spaces, spaces_named
from pipeline.asked import Asked, ask
from pipeline.hits import Names, hit, object_names
from pipeline.hits import Query as Explained
from pipeline.query_text import as_query, without_particles
from pipeline.query_vectors import caption_vector, video_vector
from pipeline.registry import Registry
from pipeline.rulers import Rulers
from pipeline.spoken import Spoken, named_in, worn_in

if TYPE_CHECKING:
    from db.rows import Connection
    from pipeline.rulers import Ruler

CAPTION_SPACE, VIDEO_SPACE = "caption", "video"
BEING_REBUILT = (
    "A new model is being built up; until it has everything, the one before answers.",
    "새 모델을 준비하고 있습니다. 준비가 끝날 때까지 이전 모델로 찾습니다.",
)
NO_VECTORS = (
    "Nothing has been compared by meaning yet: the library has no vectors; searched by words only.",
    "아직 벡터가 없어 의미로는 비교하지 못했습니다. 낱말로만 찾았습니다.",
)
# Near misses shown where there is no answer.
NEAREST = 3
# Without words there is nothing to rank: what passes is listed by time.
LISTED = 1_000
LEGS: tuple[Leg, ...] = ("vector", "text", "clothes", "seen", "video")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks: their ``timezone`` (None: the library's) and the moment it is, for dates."""

    timezone: ZoneInfo | None = None
    now: datetime | None = None


class Searcher:
    """Thread-safe; light to make. The text encoder loads at the first search or by warm_up."""

    def __init__(self, config: Config, database: Database, registry: Registry | None = None):
        self._database = database
        self._registry = registry or Registry(config)
        self._config = config
        self._rulers = Rulers()
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
        self._registry.text_encoder().encode(["ready"])

    def ready(self) -> bool:
        """True once a search does not have to load a model first."""
        return self._registry.is_loaded("text_encoder")

    def search(
        self, query: str, *, limit: int = 20, offset: int = 0, asker: Asking | None = None
    ) -> SearchResult:
        """Hits for ``query``, best first; what is wrong with it where it cannot be run."""
        started = time.perf_counter()
        asker = asker or Asking()
        prepared = self._prepare(parse(query), asker)
        result = prepared.result(query)
        if not prepared.asked.problems:
            found = self._find(prepared)
            result = self._answer(result, prepared, found, limit=limit, offset=offset)
            if not found.answers:
                result = replace(result, removed=self._removed(prepared, asker))
        return replace(result, took_ms=round((time.perf_counter() - started) * 1_000))

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
        asker = Asking()
        prepared = self._prepare(as_query(query), asker, legs=legs, space=space)
        found = self._find(prepared, most=limit)
        return [(one.segment_id, one.score) for one in (*found.answers, *found.misses)]

    def _prepare(
        self,
        query: Query,
        asker: Asking,
        *,
        legs: frozenset[Leg] | None = None,
        space: str | None = None,
    ) -> _Prepared:
        """Look up what the query names, then its vectors."""
        now = asker.now or datetime.now(UTC)
        timezone = asker.timezone or ZoneInfo(self._config.timezone)
        wanted_legs = frozenset(LEGS) if legs is None else legs
        notes: list[Bilingual] = []
        with self._database.transaction() as conn:
            asked = ask(conn, query, now=now, timezone=timezone)
            spoken = named_in(conn, query.words)
            captions, pictures = _spaces(conn, space)
            rulers = {one: self._rulers.of(conn, one) for one in (captions, pictures) if one}
            moments = self._rulers.moments(conn)
            if building_spaces(conn, CAPTION_SPACE) or building_spaces(conn, VIDEO_SPACE):
                notes.append(BEING_REBUILT)
        if captions is None and moments:
            notes.append(NO_VECTORS)
        said = "" if asked.problems else spoken.without_names(query.words)
        by_meaning = said if "vector" in wanted_legs else ""
        by_looks = said if "video" in wanted_legs and self._weights.video else ""
        worn = worn_in(query.words)
        vector = caption_vector(self._registry, captions, by_meaning, notes)
        looks = video_vector(self._registry, pictures, by_looks, notes)
        # A query that names clothes, or somebody by a name that is no ordinary word, is not
        # answered by others, however alike they are described or move.
        decided = bool(worn or spoken.meant)
        seen = "seen" in wanted_legs
        if spoken.meant and seen:
            notes.append(_only_with(spoken.meant))
        return _Prepared(
            asked=asked,
            spoken=spoken,
            notes=tuple(notes),
            captions=captions,
            pictures=pictures,
            moments=moments,
            wanted=Wanted(
                words=without_particles(query.words) if "text" in wanted_legs else "",
                vector=vector,
                worn=worn if "clothes" in wanted_legs else (),
                farthest=_farthest(rulers.get(captions), vector, decided=decided),
                video_vector=looks,
                video_farthest=_farthest(rulers.get(pictures), looks, decided=decided),
                people=tuple(person.id for person in spoken.people) if seen else (),
                only=tuple(person.id for person in spoken.meant) if seen else (),
                groups=tuple(spoken.groups) if seen else (),
                labels=spoken.things if seen else (),
            ),
        )

    def _find(self, prepared: _Prepared, *, most: int = MOST) -> _Ranked:
        order = prepared.asked.query.order
        with self._database.transaction() as conn:
            scope = resolve(conn, prepared.asked.scope)
            if not prepared.asked.query.words:
                return _Ranked(answers=_listed(conn, scope, order), scope=scope)
            found = search(
                conn,
                prepared.wanted,
                space=prepared.captions,
                video_space=prepared.pictures,
                weights=self._weights,
                scope=scope,
                most=most,
            )
            answers = [one for one in found if one.strong]
            if order != "best":
                at = happened(conn, [one.segment_id for one in answers])
                answers.sort(
                    key=lambda one: (at[one.segment_id], one.segment_id), reverse=order == "newest"
                )
        return _Ranked(
            answers=answers, misses=[one for one in found if not one.strong], scope=scope
        )

    def _answer(
        self, result: SearchResult, prepared: _Prepared, found: _Ranked, *, limit: int, offset: int
    ) -> SearchResult:
        """One page of windows, or the nearest misses."""
        joined = _windows(found.answers, self._config.search.merge_gap_ms)
        page = joined[offset : offset + limit]
        misses = [] if found.answers else _windows(found.misses[:NEAREST], -1)
        by_id = {one.segment_id: one for one in (*found.answers, *found.misses)}
        shown = [window.best.segment_id for window in (*page, *misses)]
        with self._database.transaction() as conn:
            moments = details(conn, shown)
            segments = [one.segment for one in moments.values()]
            appearances = people_of_segments(conn, segments) if segments else {}
        query = self._explained(prepared, found.scope)

        def explain(window: Window) -> Hit:
            best = window.best.segment_id
            return hit(by_id[best], window, moments[best], query, appearances.get(best, ()))

        # A segment deleted between the statements is no answer any more.
        return replace(
            result,
            hits=tuple(explain(one) for one in page if one.best.segment_id in moments),
            nearest=tuple(explain(one) for one in misses if one.best.segment_id in moments),
            total=len(joined),
        )

    def _explained(self, prepared: _Prepared, scope: Conditions) -> Explained:
        asked = prepared.asked
        labels = {
            **prepared.spoken.names.labels,
            **{f"person {one}": (name, name) for one, name in asked.people.items()},
            **{f"group {name}": (name, name) for name in asked.groups.values()},
            **object_names(asked.things),
        }
        if scope.members is not None:
            moments = len(scope.members)
        else:
            moments = 0 if scope.values else prepared.moments
        return Explained(
            words=prepared.asked.query.words,
            worn=(*prepared.wanted.worn, *asked.worn),
            names=Names(labels=labels),
            best=self._weights.best(prepared.wanted) if asked.query.words else 0.0,
            weights=self._weights,
            moments=moments,
        )

    def _removed(self, prepared: _Prepared, asker: Asking) -> tuple[Removed, ...]:
        """What there would be without each filter, most first: nothing is widened silently."""
        found: list[Removed] = []
        for chip in prepared.asked.chips:
            without = parse(chip.without)
            other = None if without.problems else self._prepare(without, asker)
            if other is None or other.asked.problems:
                continue
            answers = self._find(other).answers
            joined = _windows(answers, self._config.search.merge_gap_ms)
            if joined:
                found.append(Removed(chip=chip, count=len(joined)))
        return tuple(sorted(found, key=lambda one: -one.count))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A query with everything looked up; ``moments`` is the size of the library."""

    asked: Asked
    spoken: Spoken
    wanted: Wanted
    notes: tuple[Bilingual, ...]
    captions: Space | None
    pictures: Space | None
    moments: int

    def result(self, query: str) -> SearchResult:
        """Without answers yet."""
        chips: tuple[Chip, ...] = self.asked.chips
        return SearchResult(
            query=query,
            hits=(),
            total=0,
            took_ms=0,
            notes=tuple(en for en, _ in self.notes),
            notes_ko=tuple(ko for _, ko in self.notes),
            chips=chips,
            problems=self.asked.problems,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    answers: Sequence[Found]
    scope: Conditions
    misses: Sequence[Found] = ()


def _spaces(conn: Connection, chosen: str | None) -> tuple[Space | None, Space | None]:
    captions, pictures = active_space(conn, CAPTION_SPACE), active_space(conn, VIDEO_SPACE)
    for space in spaces_named(conn, chosen) if chosen else ():
        if space.kind == CAPTION_SPACE:
            captions = space
        else:
            pictures = space
    return captions, pictures


def _farthest(ruler: Ruler | None, vector: Sequence[float] | None, *, decided: bool) -> float:
    """The distance beyond which nothing answers; -1 where what is merely alike is no answer."""
    if ruler is None or vector is None or decided:
        return -1.0
    return ruler.farthest(vector)


def _listed(conn: Connection, scope: Conditions, order: str) -> list[Found]:
    rows = listing(conn, scope, oldest_first=order == "oldest", most=LISTED)
    return [Found(**row, score=0.0, ranks={}) for row in rows]


def _windows(found: Sequence[Found], gap_ms: int) -> list[Window]:
    stretches = [
        Stretch(
            segment_id=one.segment_id,
            video_id=one.video_id,
            start_ms=one.start_ms,
            end_ms=one.end_ms,
        )
        for one in found
    ]
    return windows(stretches, gap_ms=gap_ms)


def _only_with(people: Sequence[Person]) -> Bilingual:
    """Somebody named by a name of their own is not answered by others, and the answer says so."""
    english = ", ".join(person.label_in("en") for person in people)
    korean = ", ".join(person.label_in("ko") for person in people)
    return (
        f"Only moments with {english} or with your words; what is merely alike is left out.",
        f"{korean}: 이 인물이나 검색어가 나오는 순간만 보여 줍니다. 뜻만 비슷한 순간은 뺐습니다.",
    )
