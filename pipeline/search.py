"""Search: a query's words, meaning and clothes fused in one statement, with reasons.

The bot, the editor and the command line all call ``Searcher.search``.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.config import Config
from core.errors import InputError
from core.names import mentioned
from core.objects import labels_in
from core.outfits import Bilingual
from core.people import Person
from core.types import SearchResult
from core.vocabulary import attributes_in, english_gloss, has_korean
from db.appearances import people_of_segments
from db.people import groups_named_in, people_named_in
from db.pool import Database
from db.rows import Connection
from db.search import Wanted, Weights, search
from db.spaces import Space, active_space
from pipeline.hits import Names, hit, object_names
from pipeline.registry import Registry

if TYPE_CHECKING:
    from pipeline.ports import TextEncoder

CAPTION_SPACE, VIDEO_SPACE = "caption", "video"
# What an answer has to admit, in English and Korean.
WORDS_ONLY = (
    "Searched by words only: the built-in model cannot read all of this Korean query.",
    "낱말로만 찾았습니다. 기본 모델이 이 한국어 검색어를 모두 읽지는 못합니다.",
)
OTHER_MODEL = (
    "The stored vectors are of another model; searched by words only.",
    "저장된 벡터가 다른 모델의 것이어서 낱말로만 찾았습니다.",
)
MAX_QUERY_CHARACTERS = 500
# Cosine distance beyond which meaning alone is no match. Measured with the built-in encoder on the
# sample's captions: the best hit of 11 apt queries lay at .35-.72, of 13 absurd ones at .78-.97.
FARTHEST = 0.75
# A query that names somebody or clothes is not answered by others, however alike they move.
NAMES_DECIDE = -1.0


class Searcher:
    """Thread-safe; light to make. The text encoder loads at the first search or by warm_up."""

    def __init__(self, config: Config, database: Database, registry: Registry | None = None):
        self._database = database
        self._registry = registry or Registry(config)
        self._weights = Weights(
            k=config.search.rrf_k,
            vector=config.search.vector_weight,
            text=config.search.text_weight,
            clothes=config.search.clothes_weight,
            seen=config.search.seen_weight,
        )

    def warm_up(self) -> None:
        """Load the text encoder and run it once; takes seconds, safe in a thread."""
        self._registry.text_encoder().encode(["ready"])

    def ready(self) -> bool:
        """True once a search does not have to load a model first."""
        return self._registry.is_loaded("text_encoder")

    def search(self, query: str, *, limit: int = 20, offset: int = 0) -> SearchResult:
        """Hits for ``query``, best first. Raises InputError for an empty or endless query."""
        started = time.perf_counter()
        words = clean_query(query)
        clothes = attributes_in(words)
        with self._database.transaction() as conn:
            space = active_space(conn, CAPTION_SPACE)
            spoken = _named_in(conn, words)
        encoder, notes = self._encoder_of(space)
        text = _text_to_embed(spoken.without_names(words), encoder, notes)
        wanted = Wanted(
            words=words,
            vector=encoder.encode([text])[0].tolist() if encoder and text else None,
            colours=tuple(term.colour for term in clothes),
            parts=tuple(term.part for term in clothes),
            farthest=NAMES_DECIDE if clothes or spoken.anybody else FARTHEST,
            people=tuple(person.id for person in spoken.people),
            groups=tuple(spoken.groups),
            labels=spoken.things,
        )
        with self._database.transaction() as conn:
            found = search(
                conn, wanted, space=space, weights=self._weights, limit=limit, offset=offset
            )
            appearances = people_of_segments(conn, [one.segment for one in found])
        best = self._weights.best(wanted)
        return SearchResult(
            query=query,
            hits=tuple(
                hit(
                    one,
                    words=words,
                    clothes=clothes,
                    names=spoken.names,
                    appearances=appearances.get(one.segment.id, ()),
                    best=best,
                )
                for one in found
            ),
            total=found[0].total if found else 0,
            took_ms=round((time.perf_counter() - started) * 1_000),
            notes=tuple(en for en, _ in notes),
            notes_ko=tuple(ko for _, ko in notes),
        )

    def _encoder_of(self, space: Space | None) -> tuple[TextEncoder | None, list[Bilingual]]:
        """The encoder that made the vectors of ``space``. While the library is given the vectors
        of a new model, that is the one before; None, with a note, where it is not here."""
        if space is None:
            return None, []
        encoder = self._registry.text_encoder_of(space.model, space.revision)
        return encoder, [] if encoder is not None else [OTHER_MODEL]


def clean_query(query: str) -> str:
    """Full-width letters, odd blanks and control characters as people mean them.

    Raises InputError where nothing is left, or too much.
    """
    text = unicodedata.normalize("NFKC", query)
    text = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in text)
    words = " ".join(text.split())
    if not words:
        raise InputError("Say what to look for, for example: red jacket.")
    if len(words) > MAX_QUERY_CHARACTERS:
        raise InputError(f"A query can have at most {MAX_QUERY_CHARACTERS} characters.")
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """Whom and what the words of a query name."""

    people: tuple[Person, ...]
    groups: Mapping[int, str]
    things: tuple[str, ...]

    @property
    def anybody(self) -> bool:
        return bool(self.people or self.groups)

    @property
    def names(self) -> Names:
        labels = {f"person {one.id}": (one.label, one.label) for one in self.people}
        labels |= {f"group {number}": (name, name) for number, name in self.groups.items()}
        return Names(labels=labels | object_names(self.things))

    def without_names(self, words: str) -> str:
        """What the query says besides names: an encoder knows nobody."""
        called = {part for one in self.people for part in (one.name, one.group) if part}
        called |= set(self.groups.values())
        return " ".join(word for word in words.split() if not mentioned(word, called))


def _named_in(conn: Connection, words: str) -> _Spoken:
    things = tuple(label for label in labels_in(words) if label != "person")
    return _Spoken(
        people=people_named_in(conn, words), groups=groups_named_in(conn, words), things=things
    )


def _text_to_embed(words: str, encoder: TextEncoder | None, notes: list[Bilingual]) -> str | None:
    """The query in a language the encoder reads; None, with a note, where there is no such
    wording."""
    if encoder is None or not words:
        return None
    if "ko" in encoder.languages or not has_korean(words):
        return words
    gloss = english_gloss(words)
    if gloss is None:
        notes.append(WORDS_ONLY)
    return gloss
