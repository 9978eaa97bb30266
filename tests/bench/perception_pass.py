"""The library the stages are measured on, and what the one pass through its clips costs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest import register
from pipeline.processing import Silent
from pipeline.registry import Registry
from pipeline.sources import resolve
from pipeline.stages import STAGES
from pipeline.workshop import Workshop
from tests.bench import perception_films as films
from tests.bench.ingest_child import peak_mib
from tests.bench.perception_calls import ONNX, watching
from tests.bench.perception_figures import Figures, Work
from tests.bench.perception_library import Library, video_called
from tests.bench.perception_rounds import nowhere, spent, work
from tests.bench.perception_texts import captions
from tests.support.library import add_video

WORDS = "words"
"""Title of the video with many captions."""


def minutes(*, quick: bool) -> int:
    """Of the quiet film."""
    return 1 if quick else 10


def title(clip: str, *, quick: bool) -> str:
    """Of "busy" or "quiet" in the library."""
    return films.BUSY.stem if clip == "busy" else films.quiet_path(minutes(quick=quick)).stem


def make_library(library: Library, *, quick: bool) -> Figures:
    """Both clips through the stages before the models with random weights, and many captions."""
    registry = Registry(library.config)
    quiet = films.quiet(minutes=minutes(quick=quick))
    works: list[Work] = []
    with library.itself(registry) as workshop:
        registry.person_detector()
        registry.face_analyzer()
        for clip, path in (("busy", films.BUSY), ("quiet", quiet)):
            works += _passed(workshop, clip, path)
        peak = peak_mib()
        pairs = captions(64 if quick else 256)
        said = [(n * 1_000, n * 1_000 + 900, *pair) for n, pair in enumerate(pairs)]
        add_video(workshop.database, said, title=WORDS, duration_ms=1_000 * len(said))
    return Figures(stage="pass", chosen="fp32", peak_mib=peak, works=tuple(works))


def _passed(workshop: Workshop, clip: str, path: Path) -> Iterator[Work]:
    (source,) = resolve(workshop.config, [str(path)], nowhere)
    register(workshop, source, None, Silent())
    video = video_called(workshop, source.title)
    for stage in ("segment", "understand"):
        with watching(ONNX) as calls:
            took = spent(lambda name=stage: STAGES[name](workshop, video, nowhere))  # type: ignore[misc]
        yield work(clip, stage, video.facts.duration_ms, took, calls)
