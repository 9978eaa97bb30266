"""A second look at the best answers: an image-text model over their keyframes.

As in BLIP's retrieval recipe (Li et al., "BLIP: Bootstrapping Language-Image Pre-training", 2022,
section 5.1) the probability of the matching head and the contrastive cosine are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from core.errors import InputError, ModelError
from core.giving_up import GivingUp
from core.outfits import Bilingual
from core.vocabulary import english_gloss
from db.search import Found, details
from pipeline.answers import Ranked
from pipeline.media import thumbnail_path
from pipeline.prepared import Prepared, Tools

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.ports import Image

NO_SECOND_LOOK = (
    "The pictures were not looked at again: {reason}",
    "화면을 다시 살펴보지 못했습니다: {reason}",
)
NO_MODEL = (
    "search.rerank needs an image-text model: set models.profile to cpu or gpu.",
    "search.rerank에는 이미지·텍스트 모델이 필요합니다. models.profile을 cpu나 gpu로 바꿔 주세요.",
)
NOT_USABLE = "모델을 쓸 수 없습니다. python -m pipeline models check로 확인해 주세요."
NOT_IN_ENGLISH = (
    "not all of this query could be put into English.",
    "영어로 옮길 수 없는 말입니다.",
)


@runtime_checkable
class RetrievalMatcher(Protocol):
    """An ImageTextMatcher with a contrastive head besides the matching one."""

    def match(self, images: Sequence[Image], texts: Sequence[str]) -> NDArray[np.float32]:
        """(images, texts) float32, 0 to 1."""
        ...

    def cosine(self, images: Sequence[Image], texts: Sequence[str]) -> NDArray[np.float32]:
        """(images, texts) float32, -1 to 1."""
        ...


def rerank(
    tools: Tools, prepared: Prepared, ranked: Ranked, giving_up: GivingUp | None
) -> tuple[Ranked, Bilingual | None]:
    """The best ``search.rerank_top`` answers in the order of how well their keyframes fit the
    words, where ``search.rerank`` says so; a note where that could not be done. Answers whose
    keyframe is not there keep their places behind them."""
    settings = tools.config.search
    words = prepared.asked.query.words
    if settings.rerank == "none" or not words:
        return ranked, None
    english = english_gloss(prepared.spoken.without_names(words))
    if not english:
        return ranked, _note(*NOT_IN_ENGLISH)
    best = ranked.answers[: settings.rerank_top]
    if not tools.registry.looks_again("image_text_matcher"):
        return ranked, _note(*NO_MODEL)
    try:
        scores = _scores(tools, best, english, giving_up)
    except ModelError as error:
        return ranked, _note(str(error), NOT_USABLE)
    seen = sorted(
        (one for one in best if one.segment_id in scores), key=lambda one: -scores[one.segment_id]
    )
    unseen = [one for one in best if one.segment_id not in scores]
    again = [replace(one, second_rank=place) for place, one in enumerate(seen, start=1)]
    rest = ranked.answers[settings.rerank_top :]
    return replace(ranked, answers=[*again, *unseen, *rest]), None


def _scores(
    tools: Tools, found: Sequence[Found], words: str, giving_up: GivingUp | None
) -> dict[int, float]:
    """Segment id -> probability plus cosine. Raises ModelError for a model that cannot do that."""
    from pipeline.models.picture_files import read_picture

    matcher = tools.registry.image_text_matcher()
    if not isinstance(matcher, RetrievalMatcher):
        raise ModelError(NO_MODEL[0])
    with tools.database.transaction(giving_up) as conn:
        moments = details(conn, [one.segment_id for one in found])
    pictures: dict[int, Image] = {}
    for segment_id, moment in moments.items():
        segment = moment.segment
        path = thumbnail_path(tools.config, segment.video_id, segment.thumbnail_ms)
        try:
            pictures[segment_id] = read_picture(path)
        except InputError:  # not made yet, or gone: this answer keeps its place
            continue
    if giving_up is not None:
        giving_up.check()
    images = list(pictures.values())
    if not images:
        return {}
    both = cast(RetrievalMatcher, matcher)
    fits = both.match(images, [words])[:, 0] + both.cosine(images, [words])[:, 0]
    return dict(zip(pictures, map(float, fits), strict=True))


def _note(english: str, korean: str) -> Bilingual:
    return NO_SECOND_LOOK[0].format(reason=english), NO_SECOND_LOOK[1].format(reason=korean)
