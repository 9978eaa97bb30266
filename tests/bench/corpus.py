"""A large made-up library: scenes laid out in videos, each with its captions and its vector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from pipeline.describer import describe
from pipeline.facts import SegmentFacts
from pipeline.ports import TextEncoder
from tests.bench import scenes

SEGMENTS_PER_VIDEO = 50
QUIET_SHARE = 0.35
PROBED = 64
"""Pairs of like captions encoded to see how near their vectors are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One segment: its place in the library and what is told of it. ``family`` numbers the
    encoded caption that its vector derives from; ``head`` is the entry with that caption."""

    segment_id: int
    video_id: int
    start_ms: int
    facts: SegmentFacts
    caption: str
    caption_ko: str
    family: int
    head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """``vectors`` float32 (n, dim), unit length, row i belongs to entry i. ``encoded`` of the
    captions were really encoded; ``likeness`` is the mean cosine of two like captions."""

    entries: tuple[Entry, ...]
    vectors: npt.NDArray[np.float32]
    encoded: int
    distinct_captions: int
    likeness: float


def build(encoder: TextEncoder, *, segments: int, families: int, seed: int = 7) -> Corpus:
    """``segments`` entries of at most ``families`` lively kinds, and quiet ones among them."""
    entries = tuple(_entries(segments, families, Random(seed)))
    heads = {entry.family: entry.caption for entry in entries if entry.head}
    texts = list(dict.fromkeys(heads.values()))
    encoded = dict(zip(texts, encoder.encode(texts), strict=True))
    likeness = _likeness(encoder, entries, heads, encoded)
    # One vector per caption, as a model gives it: segments that read alike share theirs exactly.
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.caption, entry)
    anchors = np.stack([encoded[heads[entry.family]] for entry in first.values()])
    known = np.array([caption in encoded for caption in first])
    turned = _perturbed(anchors, likeness, np.random.default_rng(seed))
    turned[known] = np.stack([encoded[caption] for caption in first if caption in encoded])
    row = {caption: index for index, caption in enumerate(first)}
    vectors = turned[[row[entry.caption] for entry in entries]]
    return Corpus(
        entries=entries,
        vectors=vectors,
        encoded=len(texts),
        distinct_captions=len(first),
        likeness=likeness,
    )


def _entries(segments: int, families: int, random: Random) -> Iterator[Entry]:
    lively = [scenes.lively(random) for _ in range(families)]
    quiet = [scenes.quiet(random) for _ in range(max(families // 20, 1))]
    used: set[int] = set()
    start_ms = 0
    for number in range(segments):
        if number % SEGMENTS_PER_VIDEO == 0:
            start_ms = 0
        if random.random() < QUIET_SHARE:
            pick = random.randrange(len(quiet))
            family, facts = families + pick, quiet[pick]
        else:
            family = random.randrange(families)
            facts = scenes.alike(lively[family], random) if family in used else lively[family]
        caption = describe(facts)
        yield Entry(
            segment_id=number + 1,
            video_id=number // SEGMENTS_PER_VIDEO + 1,
            start_ms=start_ms,
            facts=facts,
            caption=caption.en,
            caption_ko=caption.ko,
            family=family,
            head=family not in used,
        )
        used.add(family)
        start_ms += facts.end_ms


def _likeness(
    encoder: TextEncoder,
    entries: tuple[Entry, ...],
    heads: dict[int, str],
    encoded: dict[str, npt.NDArray[np.float32]],
) -> float:
    pairs = [(e.caption, heads[e.family]) for e in entries if e.caption != heads[e.family]]
    if not pairs:
        return 1.0
    step = max(len(pairs) // PROBED, 1)
    chosen = pairs[::step][:PROBED]
    found = encoder.encode([caption for caption, _ in chosen])
    anchors = np.stack([encoded[head] for _, head in chosen])
    return float(np.mean(np.sum(found * anchors, axis=1)))


def _perturbed(
    anchors: npt.NDArray[np.float32], likeness: float, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Each row turned by the same angle (cosine ``likeness``) in a direction of its own."""
    noise = random.standard_normal(anchors.shape, dtype=np.float32)
    noise -= np.sum(noise * anchors, axis=1, keepdims=True) * anchors
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    turned = likeness * anchors + np.sqrt(max(1 - likeness**2, 0.0)) * noise
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return turned.astype(np.float32)
