"""Search: a query's words, meaning, names, clothes and looks fused in one statement, with reasons.

The bot, the editor and the command line all call ``Searcher.search``.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.config import Config
from core.errors import InputError, ModelError
from core.outfits import Bilingual
from core.people import Person
from core.types import SearchResult
from core.vocabulary import english_gloss, has_korean
from db.appearances import people_of_segments
from db.pool import Database
from db.search import VIDEO_ALONE, Wanted, Weights, search
from db.spaces import Space, active_space
from pipeline.hits import hit
from pipeline.registry import Registry
from pipeline.spoken import named_in, worn_in

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
NO_PICTURES = (
    "The pictures themselves were not compared: the model of their vectors is not here.",
    "화면 자체는 비교하지 않았습니다. 화면 벡터를 만든 모델이 여기에 없습니다.",
)
PICTURES_UNREAD = (
    "The pictures themselves were not compared: not all of this query could be put into English.",
    "화면 자체는 비교하지 않았습니다. 이 검색어를 모두 영어로 옮기지는 못했습니다.",
)
MAX_QUERY_CHARACTERS = 500
# Cosine distance beyond which meaning alone is no match. Measured with the built-in encoder on the
# sample's captions: the best hit of 11 apt queries lay at .35-.72, of 13 absurd ones at .78-.97.
FARTHEST = 0.75
# A query that names clothes, or somebody by a name that is no ordinary word (pipeline.spoken), is
# not answered by others, however alike they move.
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
            video=config.search.video_weight,
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
        worn = worn_in(words)
        with self._database.transaction() as conn:
            space = active_space(conn, CAPTION_SPACE)
            video_space = active_space(conn, VIDEO_SPACE)
            spoken = named_in(conn, words)
        encoder, notes = self._encoder_of(space)
        said = spoken.without_names(words)
        text = _text_to_embed(said, encoder, notes)
        decided = bool(worn or spoken.meant)
        wanted = Wanted(
            words=without_particles(words),
            vector=encoder.encode([text])[0].tolist() if encoder and text else None,
            video_vector=self._video_vector(said, video_space, notes),
            worn=worn,
            farthest=NAMES_DECIDE if decided else FARTHEST,
            video_alone=0 if decided else VIDEO_ALONE,
            people=tuple(person.id for person in spoken.people),
            only=tuple(person.id for person in spoken.meant),
            groups=tuple(spoken.groups),
            labels=spoken.things,
        )
        if spoken.meant:
            notes.append(_only_with(spoken.meant))
        with self._database.transaction() as conn:
            found = search(
                conn,
                wanted,
                space=space,
                video_space=video_space,
                weights=self._weights,
                limit=limit,
                offset=offset,
            )
            appearances = people_of_segments(conn, [one.segment for one in found])
        best = self._weights.best(wanted)
        return SearchResult(
            query=query,
            hits=tuple(
                hit(
                    one,
                    words=words,
                    worn=worn,
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

    def _video_vector(
        self, words: str, space: Space | None, notes: list[Bilingual]
    ) -> list[float] | None:
        """The words in the space of pictures, whose encoders read English; None, with a note,
        where the model or an English wording is missing."""
        if space is None or not words or not self._weights.video:
            return None
        try:
            encoder = self._registry.video_encoder()
        except ModelError:  # its sentence is said by the checks; a search goes on without
            encoder = None
        if encoder is None or (encoder.name, encoder.revision) != (space.model, space.revision):
            notes.append(NO_PICTURES)
            return None
        english = english_gloss(words)
        if english is None:
            if WORDS_ONLY not in notes:
                notes.append(PICTURES_UNREAD)
            return None
        vector: list[float] = encoder.encode_texts([english])[0].tolist()
        return vector


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


def _only_with(people: Sequence[Person]) -> Bilingual:
    """Somebody named by a name of their own is not answered by others, and the answer says so."""
    english = ", ".join(person.label_in("en") for person in people)
    korean = ", ".join(person.label_in("ko") for person in people)
    return (
        f"Only moments with {english} or with your words; what is merely alike is left out.",
        f"{korean}: 이 인물이나 검색어가 나오는 순간만 보여 줍니다. 뜻만 비슷한 순간은 뺐습니다.",
    )


def without_particles(words: str) -> str:
    """Latin words and numbers without the Korean particle that follows: ``CCTV에서`` is CCTV."""
    return _AFTER_LATIN.sub("", words)


_AFTER_LATIN = re.compile(r"(?<=[A-Za-z0-9])[가-힣]{1,3}(?![가-힣])")


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
