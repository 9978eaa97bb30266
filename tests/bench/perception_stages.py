"""The stages of the models with random weights, each from the kept frames to its rows in the
database, against the bare model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.types import Video
from db.segments import list_segments
from pipeline.captioning import write_captions
from pipeline.clothes import write_clothes
from pipeline.frames import Progress
from pipeline.registry import Registry
from pipeline.vectors import write_clip_vectors, write_vectors
from pipeline.workshop import Workshop
from tests.bench import perception_ways as ways
from tests.bench.ingest_child import peak_mib
from tests.bench.perception_calls import Calls, watching
from tests.bench.perception_figures import Figures, Spent, Work
from tests.bench.perception_library import Library, video_called
from tests.bench.perception_pass import WORDS, title
from tests.bench.perception_rounds import chosen_precision, nowhere, pace, spent, work

SEE = "transformers.models.blip.modeling_blip:BlipVisionModel.forward"
SAY = "transformers.models.blip.modeling_blip_text:BlipTextLMHeadModel.generate"
READ = "transformers.models.blip.modeling_blip_text:BlipTextModel.forward"
CLIP = "transformers:CLIPVisionModelWithProjection.forward"
TEXT = "sentence_transformers:SentenceTransformer.forward"

CLOTHES_SEGMENTS = 3
"""Segments with people that a round of ``clothes`` reads: each person is two dozen sentences."""

Stage = Callable[[Workshop, Video, Progress], object]


def caption(library: Library, *, quick: bool) -> Figures:
    registry = Registry(library.config)
    registry.captioner()
    stage = Measured(library, registry, "caption", write_captions, (SAY, SEE), quick=quick)
    found = stage.figures("captions from the kept frames", "captions", rounds=3)
    return replace(found, ways=ways.captions(library, quick=quick), notes=(ways.instructions(),))


def clips(library: Library, *, quick: bool) -> Figures:
    registry = Registry(library.config)
    registry.video_encoder()
    stage = Measured(library, registry, "clips", write_clip_vectors, (CLIP,), quick=quick)
    found = stage.figures("clip vectors from the kept frames", "frames", rounds=3)
    return replace(found, ways=ways.clips(library, quick=quick))


def clothes(library: Library, *, quick: bool) -> Figures:
    registry = Registry(library.config)
    registry.image_text_matcher()
    stage = Measured(library, registry, "clothes", write_clothes, (READ, SEE), quick=quick)
    some = stage.with_people(CLOTHES_SEGMENTS)

    def read(workshop: Workshop, video: Video, progress: Progress) -> int:
        return write_clothes(workshop, video, progress, only=some)

    return stage.figures("clothes from the kept frames", "sentences matched", rounds=2, part=read)


def words(library: Library, *, quick: bool) -> Figures:
    registry = Registry(library.config)
    registry.text_encoder()
    stage = Measured(library, registry, "embed", write_vectors, (TEXT,), quick=quick)
    found = stage.figures("vectors of captions", "texts", rounds=4, of=WORDS)
    return replace(found, ways=ways.texts(library, quick=quick))


class Measured:
    """One stage: all of both clips once, then rounds of it on the busy clip. ``methods`` are its
    models', the one that is asked once for every item first."""

    def __init__(
        self,
        library: Library,
        registry: Registry,
        name: str,
        run: Stage,
        methods: Sequence[str],
        *,
        quick: bool,
    ) -> None:
        self._library, self._registry, self._quick = library, registry, quick
        self._name, self._run, self._methods = name, run, methods

    def figures(
        self, what: str, unit: str, *, rounds: int, part: Stage | None = None, of: str | None = None
    ) -> Figures:
        """``part`` takes the stage's place in the rounds, ``of`` (a title) the busy clip's."""
        works: list[Work] = []
        for clip in ("busy", "quiet"):
            took, video, calls = self._watched(self._run, title(clip, quick=self._quick))
            works.append(work(clip, self._name, video.facts.duration_ms, took, calls))
        peak = peak_mib()
        run, named = part or self._run, of or title("busy", quick=self._quick)
        _, _, calls = self._watched(run, named)
        found = pace(
            what,
            unit,
            lambda: self._once(run, named)[0],
            calls,
            items=calls.rows[_model(self._methods[0])],
            precision=chosen_precision(self._library),
            rounds=1 if self._quick else rounds,
        )
        return Figures(
            stage=self._name,
            chosen=found.precision,
            peak_mib=peak,
            works=tuple(works),
            paces=(found,) if found.items else (),
        )

    def with_people(self, count: int) -> list[int]:
        """Ids of the first segments of the busy clip that show somebody."""
        with self._library.copied(self._registry) as workshop:
            video = video_called(workshop, title("busy", quick=self._quick))
            with workshop.database.transaction() as conn:
                segments = list_segments(conn, video.id)
        seen = [s.id for s in segments if any(d.label == "person" for d in s.detections)]
        return seen[:count]

    def _watched(self, run: Stage, named: str) -> tuple[Spent, Video, Calls]:
        with watching(*self._methods) as calls:
            took, video = self._once(run, named)
        return took, video, calls

    def _once(self, run: Stage, named: str) -> tuple[Spent, Video]:
        with self._library.copied(self._registry) as workshop:
            video = video_called(workshop, named)
            return spent(lambda: run(workshop, video, nowhere)), video


def _model(method: str) -> str:
    """``module:Class.method`` -> ``Class``."""
    return method.partition(":")[2].partition(".")[0]
