"""A query with all that its search needs looked up: filters, names, vectors, calibrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.giving_up import GivingUp
from core.outfits import Bilingual
from core.people import Person
from core.query import Query
from core.types import Leg, SearchResult
from db.search import NOWHERE, Wanted
from db.spaces import (
    CAPTION_SPACE,
    VIDEO_SPACE,
    Space,
    all_spaces,
    spaces_named,
)
from pipeline.asked import Asked, ask
from pipeline.query_text import without_particles
from pipeline.query_vectors import caption_vector, video_vector
from pipeline.spoken import Spoken, named_in, worn_in

if TYPE_CHECKING:
    from core.config import Config
    from db.pool import Database
    from db.rows import Connection
    from pipeline.registry import Registry
    from pipeline.rulers import Ruler, Rulers

BEING_REBUILT = (
    "A new model is being built up; until it has everything, the one before answers.",
    "새 모델을 준비하고 있습니다. 준비가 끝날 때까지 이전 모델로 찾습니다.",
)
NO_VECTORS = (
    "Nothing has been compared by meaning yet: the library has no vectors; searched by words only.",
    "아직 벡터가 없어 의미로는 비교하지 못했습니다. 낱말로만 찾았습니다.",
)
NO_THINGS = (
    "The built-in detector knows people only; models.profile cpu finds 79 kinds of things.",
    "기본 검출기는 사람만 압니다. models.profile을 cpu로 바꾸면 사물 79종을 찾습니다.",
)
NO_GARMENTS = (
    "The built-in model knows colours only: which garment it is, models.profile cpu can tell.",
    "기본 모델은 옷의 색만 압니다. 옷의 종류는 models.profile을 cpu로 바꾸면 알 수 있습니다.",
)
LEGS: tuple[Leg, ...] = ("vector", "text", "clothes", "seen", "video")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks: their ``timezone`` (None: the library's) and the moment it is, for dates;
    ``giving_up`` says that they do not wait any more."""

    timezone: ZoneInfo | None = None
    now: datetime | None = None
    giving_up: GivingUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a search works with."""

    config: Config
    database: Database
    registry: Registry
    rulers: Rulers


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """``moments`` is the size of the library; ``captions`` and ``pictures`` are the spaces of the
    vectors in ``wanted``."""

    asked: Asked
    spoken: Spoken
    wanted: Wanted
    notes: tuple[Bilingual, ...]
    captions: Space | None
    pictures: Space | None
    moments: int

    def result(self, query: str) -> SearchResult:
        """Without answers yet."""
        return SearchResult(
            query=query,
            hits=(),
            total=0,
            took_ms=0,
            notes=tuple(en for en, _ in self.notes),
            notes_ko=tuple(ko for _, ko in self.notes),
            chips=self.asked.chips,
            problems=self.asked.problems,
        )


def prepare(
    tools: Tools,
    query: Query,
    asker: Asking,
    *,
    legs: frozenset[Leg] | None = None,
    space: str | None = None,
    chipped: bool = True,
) -> Prepared:
    """Look up what the query names, then make its vectors. ``legs`` are those that count (None:
    all), ``space`` is the name or number of one to use instead of the active one of its kind."""
    wanted_legs = frozenset(LEGS) if legs is None else legs
    notes: list[Bilingual] = []
    with tools.database.transaction(asker.giving_up) as conn:
        asked = _asked(tools, conn, query, asker, chipped=chipped)
        spoken = named_in(conn, query.words)
        spaces = all_spaces(conn)
        captions, pictures = spaces_of(spaces, space)
        rulers = {one: tools.rulers.of(conn, one) for one in (captions, pictures) if one}
        moments = tools.rulers.moments(conn)
        if any(one.state == "building" and not one.held_back for one in spaces):
            notes.append(BEING_REBUILT)
    said = "" if asked.problems else spoken.without_names(query.words)
    if captions is None and moments and said:
        notes.append(NO_VECTORS)
    if asked.scope.labels and tools.registry.chosen["person_detector"] == "background":
        notes.append(NO_THINGS)
    if any(one.kind for one in asked.worn) and not tools.registry.looks_again("image_text_matcher"):
        notes.append(NO_GARMENTS)
    by_meaning = said if "vector" in wanted_legs else ""
    by_looks = said if "video" in wanted_legs and tools.config.search.video_weight else ""
    vector = caption_vector(tools.registry, captions, by_meaning, notes)
    looks = video_vector(tools.registry, pictures, by_looks, notes)
    worn = worn_in(query.words)
    # A query that names clothes, or somebody by a name that is no ordinary word, is not answered
    # by others, however alike they are described or move.
    decided = bool(worn or spoken.meant)
    seen = "seen" in wanted_legs
    if spoken.meant and seen:
        notes.append(_only_with(spoken.meant))
    return Prepared(
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
            farthest=farthest(rulers.get(captions), vector, decided=decided),
            video_vector=looks,
            video_farthest=farthest(rulers.get(pictures), looks, decided=decided),
            people=tuple(person.id for person in spoken.people) if seen else (),
            only=tuple(person.id for person in spoken.meant) if seen else (),
            groups=tuple(spoken.groups) if seen else (),
            labels=spoken.things if seen else (),
        ),
    )


def with_filters(tools: Tools, prepared: Prepared, query: Query, asker: Asking) -> Prepared:
    """``prepared`` for a query that looks for the same by other filters, without chips; where its
    words are others too, they are looked up anew."""
    if query.words != prepared.asked.query.words:
        return prepare(tools, query, asker, chipped=False)
    with tools.database.transaction(asker.giving_up) as conn:
        asked = _asked(tools, conn, query, asker, chipped=False)
    return replace(prepared, asked=asked)


def _asked(tools: Tools, conn: Connection, query: Query, asker: Asking, *, chipped: bool) -> Asked:
    now = asker.now or datetime.now(UTC)
    timezone = asker.timezone or ZoneInfo(tools.config.timezone)
    return ask(conn, query, now=now, timezone=timezone, chipped=chipped)


def spaces_of(
    spaces: Sequence[Space], chosen: str | None = None
) -> tuple[Space | None, Space | None]:
    """Those of captions and of pictures to search, out of all; NotFound for a name nobody knows."""
    used = {one.kind: one for one in spaces if one.state == "active"}
    used |= {one.kind: one for one in (spaces_named(spaces, chosen) if chosen else ())}
    return used.get(CAPTION_SPACE), used.get(VIDEO_SPACE)


def farthest(ruler: Ruler | None, vector: Sequence[float] | None, *, decided: bool) -> float:
    """The distance beyond which nothing answers; where what is merely alike is no answer, one that
    nothing is as near as."""
    if ruler is None or vector is None or decided:
        return NOWHERE
    return ruler.farthest(vector)


def _only_with(people: Sequence[Person]) -> Bilingual:
    """Somebody named by a name of their own is not answered by others, and the answer says so."""
    english = ", ".join(person.label_in("en") for person in people)
    korean = ", ".join(person.label_in("ko") for person in people)
    return (
        f"Only moments with {english} or with your words; what is merely alike is left out.",
        f"{korean}: 이 인물이나 검색어가 나오는 순간만 보여 줍니다. 뜻만 비슷한 순간은 뺐습니다.",
    )
