"""What an answer about people's clothes has to admit, in English and Korean."""

from __future__ import annotations

from collections.abc import Sequence

Bilingual = tuple[str, str]
"""The same in English and Korean."""


def _said(english: Sequence[str], korean: Sequence[str]) -> Bilingual:
    return " ".join(english), " ".join(korean)


COLOURS_ONLY: Bilingual = _said(
    [
        "The built-in model compares the colours of upper and lower body;",
        "kinds of clothes, shoes and bags play no part.",
    ],
    ["기본 모델은 상의와 하의의 색만 비교합니다.", "옷의 종류, 신발, 가방은 보지 않습니다."],
)

NOBODY_STORED: Bilingual = _said(
    [
        "No people large and sure enough are stored here; look at the footage itself with a",
        "sampling rate (--fps), or ask for less confidence (--confidence).",
    ],
    [
        "저장된 사람 중 충분히 크고 확실한 사람이 없습니다.",
        "초당 프레임 수(--fps)를 정해 영상을 다시 살펴보거나 신뢰도(--confidence)를 낮추세요.",
    ],
)

NOBODY_SEEN: Bilingual = _said(
    [
        "Nobody large and sure enough was seen; ask for less confidence (--confidence) or look at",
        "more frames a second (--fps).",
    ],
    [
        "충분히 크고 확실한 사람이 보이지 않았습니다.",
        "신뢰도(--confidence)를 낮추거나 초당 프레임 수(--fps)를 늘리세요.",
    ],
)


def only_likeliest(most: int) -> Bilingual:
    """Not everybody stored was compared."""
    return _said(
        [
            f"More than {most} people may fit; the {most} likeliest were compared.",
            "Name videos or a camera to look at fewer.",
        ],
        [
            f"해당할 수 있는 사람이 {most}명이 넘어 가장 유력한 {most}명만 비교했습니다.",
            "동영상이나 카메라를 지정하면 범위를 좁힐 수 있습니다.",
        ],
    )


def left_out(title: str, reason: str) -> Bilingual:
    """A video that could not be read; ``reason`` is a whole sentence."""
    return f"{title} was left out: {reason}", f"{title} 영상은 읽을 수 없어 제외했습니다."


def moving_camera(title: str) -> Bilingual:
    """A video the built-in detector is of no use for."""
    return _said(
        [
            f"{title} was left out: its camera moves, and the built-in detector needs one at rest;",
            "a detector such as yolox does not.",
        ],
        [
            f"{title} 영상은 카메라가 움직여 제외했습니다. 기본 검출기는 고정 카메라만 볼 수 있고,",
            "yolox 같은 검출기는 움직이는 카메라도 볼 수 있습니다.",
        ],
    )


def untranslated(words: Sequence[str]) -> Bilingual:
    """Korean words that were left out."""
    listed = ", ".join(words)
    return (
        f"Not looked for, because it could not be translated: {listed}.",
        f"번역할 수 없어 찾지 않은 말: {listed}",
    )


def nobody_similar(nearest: float, similarity: float) -> Bilingual:
    """People were compared and none fits."""
    return (
        f"Nobody reached the similarity of {similarity:g}; the nearest had {nearest:.2f}.",
        f"유사도가 {similarity:g} 이상인 사람이 없습니다. 가장 가까운 값은 {nearest:.2f}입니다.",
    )


def without_captions(reason: str) -> Bilingual:
    """The captioner could not be used; ``reason`` is a whole sentence."""
    return f"Without captions: {reason}", "설명 모델을 쓸 수 없어 장면 설명은 붙이지 못했습니다."
