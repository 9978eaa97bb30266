"""Search: a query's words, meaning and clothes fused in one statement, with reasons.

The bot, the editor and the command line all call ``Searcher.search``.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.config import Config
from core.errors import InputError
from core.timecode import format_ms
from core.types import Detection, Hit, SearchResult
from core.vocabulary import (
    AttributeTerm,
    attributes_in,
    english_gloss,
    has_korean,
    korean_colour,
)
from db.pool import Database
from db.search import Found, Wanted, Weights, search
from db.spaces import Space, active_space
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
# A query that names clothes is not answered by people dressed otherwise, however alike they move.
CLOTHES_DECIDE = -1.0


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
        encoder, notes = self._encoder_of(space)
        text = None if encoder is None else _text_to_embed(words, encoder)
        if encoder is not None and text is None:
            notes.append(WORDS_ONLY)
        wanted = Wanted(
            words=words,
            vector=None if encoder is None or text is None else encoder.encode([text])[0].tolist(),
            colours=tuple(term.colour for term in clothes),
            parts=tuple(term.part for term in clothes),
            farthest=CLOTHES_DECIDE if clothes else FARTHEST,
        )
        with self._database.transaction() as conn:
            found = search(
                conn, wanted, space=space, weights=self._weights, limit=limit, offset=offset
            )
        return SearchResult(
            query=query,
            hits=tuple(_hit(f, words, clothes, self._weights.best) for f in found),
            total=found[0].total if found else 0,
            took_ms=round((time.perf_counter() - started) * 1_000),
            notes=tuple(en for en, _ in notes),
            notes_ko=tuple(ko for _, ko in notes),
        )

    def _encoder_of(self, space: Space | None) -> tuple[TextEncoder | None, list[tuple[str, str]]]:
        """The encoder that made the vectors of ``space``. While the library is given the vectors
        of a new model, that is the one before; None, with a note, where it is not here."""
        if space is None:
            return self._registry.text_encoder(), []
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


def describe_person(person: Detection) -> str | None:
    """``red top, black bottoms`` as far as it was measured; None where nothing was."""
    upper, lower = person.attributes.get("upper"), person.attributes.get("lower")
    parts = [f"{upper} top" if upper else "", f"{lower} bottoms" if lower else ""]
    return ", ".join(p for p in parts if p) or None


def _text_to_embed(words: str, encoder: TextEncoder) -> str | None:
    """The query in a language the encoder reads; None where there is no such wording."""
    if "ko" in encoder.languages or not has_korean(words):
        return words
    return english_gloss(words)


def _hit(found: Found, words: str, clothes: Sequence[AttributeTerm], best: float) -> Hit:
    people = [d for d in found.segment.detections if d.label == "person"]
    described = dict.fromkeys(filter(None, map(describe_person, people)))
    reasons = list(_reasons(found, words, clothes))
    return Hit(
        segment=found.segment,
        video_title=found.title,
        source=found.source,
        camera=found.camera,
        recorded_at=found.recorded_at,
        people=tuple(described),
        score=round(found.score / best, 4),
        reasons=tuple(en for en, _ in reasons),
        reasons_ko=tuple(ko for _, ko in reasons),
    )


def _reasons(
    found: Found, words: str, clothes: Sequence[AttributeTerm]
) -> Sequence[tuple[str, str]]:
    """English and Korean, strongest first."""
    reasons: list[tuple[str, str]] = []
    if found.clothes_rank is not None and found.worn_at_ms is not None:
        at = format_ms(found.worn_at_ms)
        for index in found.matched_clothes:
            term = clothes[index]
            part = {"upper": ("top", "상의"), "lower": ("bottoms", "하의")}.get(
                term.part, ("clothes", "옷")
            )
            korean = f"{at}에 {korean_colour(term.colour)} {part[1]}"
            reasons.append((f"{term.colour} {part[0]} at {at}", korean))
    matched = _matched_words(words, found.matched_terms)
    if matched:
        listed = ", ".join(matched)
        reasons.append((f"caption says: {listed}", f"설명에 있는 말: {listed}"))
    if found.vector_rank is not None:
        rank = found.vector_rank
        reasons.append((f"meaning: number {rank} of all", f"의미 유사도 {rank}위"))
    return reasons


def _matched_words(words: str, terms: Sequence[str]) -> list[str]:
    """The words of the query that stand behind the matched terms (``'walk'``, ``'옷':*``)."""
    stems = [term.removesuffix(":*").strip("'") for term in terms]
    return [
        word
        for word in dict.fromkeys(words.split())
        if any(s in word.lower() or word.lower().startswith(s[:-1] or s) for s in stems)
    ]
