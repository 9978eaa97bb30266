"""The one pass against its bare models, and who waits for whom in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from core.types import Segment, Video
from db.segments import list_segments
from pipeline import looking
from pipeline.face_tracks import FaceWatch
from pipeline.faces import WIDTH as FACES_WIDTH
from pipeline.faces import FaceWitness
from pipeline.models.shelf import Shelf
from pipeline.ports import FaceAnalyzer
from pipeline.reading_ahead import Waiting, read_ahead
from pipeline.registry import Registry
from pipeline.understanding import understand
from pipeline.video import sample_frames
from pipeline.workshop import Workshop
from tests.bench import perception_films as films
from tests.bench.ingest_child import peak_mib
from tests.bench.perception_calls import ONNX, watching
from tests.bench.perception_figures import Figures, Spent, Waits
from tests.bench.perception_library import Library, video_called
from tests.bench.perception_pass import title
from tests.bench.perception_rounds import chosen_precision, nowhere, pace, spent
from tests.bench.perception_weights import weights

RT_DETR = "transformers:RTDetrV2ForObjectDetection.forward"

LOOKED_AT_MS, QUICKLY_MS = 30_000, 6_000
"""Of the busy clip, from its start."""

RT_DETR_FRAMES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks at the start of the busy clip in the product's ways."""

    workshop: Workshop
    video: Video
    segments: tuple[Segment, ...]
    end_ms: int
    folder: Path

    @property
    def path(self) -> Path:
        return Path(self.video.path)

    def whole(self, waiting: Waiting | None = None) -> Spent:
        """The whole pass, as the stage ``understand`` makes it; seconds."""
        analyzer = self.workshop.registry.face_analyzer()
        assert analyzer is not None
        spans = [(s.start_ms, min(s.end_ms, self.end_ms), s.kind) for s in self.segments]
        shelf = Shelf(self.folder, self.path, [(start, end) for start, end, _ in spans])
        shelf.remove()
        faces = FaceWitness(analyzer, FaceWatch(analyzer, self.workshop.config.people))
        return spent(
            lambda: understand(
                self.path,
                self.video.facts,
                spans,
                registry=self.workshop.registry,
                fixed_camera=True,
                sample_fps=self.workshop.config.ingest.sample_fps,
                progress=nowhere,
                witnesses=[faces, shelf],
                waiting=waiting,
            )
        )

    def detect(self) -> Spent:
        """Decoding, scaling and the detector, without anything that is done with what it saw."""
        return spent(lambda: self.frames_detected(fps=self.workshop.config.ingest.sample_fps))

    def frames_detected(self, *, fps: float) -> int:
        detector = self.workshop.registry.person_detector()
        work = looking.Work(
            path=self.path,
            facts=self.video.facts,
            registry=self.workshop.registry,
            fps=fps,
            progress=nowhere,
            detector=detector,
        )
        watch = detector.watch(())
        views = work.views(fps=fps, end_ms=self.end_ms, alone=True)
        count = 0
        while batch := list(islice(views, looking.BATCH)):
            watch.look([view.detected for view in batch])
            count += len(batch)
        return count


def look(library: Library, *, quick: bool) -> Figures:
    """The pass and its parts against the bare detector and face models; who waits for whom."""
    rounds = 1 if quick else 4
    registry = Registry(library.config)
    with library.copied(registry) as workshop:
        looker = _looker(workshop, quick=quick)
        with watching(ONNX) as detected:
            looker.detect()
        with watching(ONNX) as passed:
            looker.whole()
        analyzer = registry.face_analyzer()
        assert analyzer is not None
        film = films.faces(workshop.config.data_dir)
        with watching(ONNX) as faced:
            _find_faces(film, analyzer, workshop)
        peak = peak_mib()
        frames = sum(detected.rows.values())
        paces = (
            pace(
                "people and things from the file",
                "frames",
                looker.detect,
                detected,
                items=frames,
                precision="fp32",
                rounds=rounds,
            ),
            pace(
                "faces from the file",
                "frames with two faces",
                lambda: _find_faces(film, analyzer, workshop),
                faced,
                items=films.MOST_FACES_FRAMES,
                precision="fp32",
                rounds=rounds,
            ),
            pace(
                "whole pass: people, things, clothes, faces, kept frames",
                "frames",
                looker.whole,
                passed,
                items=frames,
                precision="fp32",
                rounds=rounds,
            ),
        )
        waits = _waits(looker, rounds)
    return Figures(stage="look", chosen="fp32", peak_mib=peak, paces=paces, waits=waits)


def rt_detr(library: Library, *, quick: bool) -> Figures:
    """The detector of the ``gpu`` profile in the same path."""
    chosen = library.config.models.overrides | {"person_detector": f"rt-detr:{weights('rt-detr')}"}
    models = library.config.models.model_copy(update={"overrides": chosen})
    registry = Registry(library.config.model_copy(update={"models": models}))
    with library.copied(registry) as workshop:
        looker = _looker(workshop, quick=quick)
        fps = 1_000 * RT_DETR_FRAMES / looker.end_ms

        def detect() -> Spent:
            return spent(lambda: looker.frames_detected(fps=fps))

        with watching(RT_DETR) as calls:
            detect()
        peak = peak_mib()
        found = pace(
            "people and things from the file, RT-DETRv2-r18",
            "frames",
            detect,
            calls,
            items=sum(calls.rows.values()),
            precision="bf16" if chosen_precision(library) == "bf16" else "fp32",
            rounds=1 if quick else 2,
        )
    return Figures(stage="rt-detr", chosen=found.precision, peak_mib=peak, paces=(found,))


def _looker(workshop: Workshop, *, quick: bool) -> Looker:
    video = video_called(workshop, title("busy", quick=quick))
    end_ms = min(QUICKLY_MS if quick else LOOKED_AT_MS, video.facts.duration_ms)
    with workshop.database.transaction() as conn:
        found = [one for one in list_segments(conn, video.id) if one.start_ms < end_ms]
    folder = workshop.config.data_dir / "work" / "bench"
    return Looker(
        workshop=workshop, video=video, segments=tuple(found), end_ms=end_ms, folder=folder
    )


def _find_faces(film: Path, analyzer: FaceAnalyzer, workshop: Workshop) -> Spent:
    """As the stage ``faces`` looks through a stretch."""

    def look() -> None:
        seen = FaceWitness(analyzer, FaceWatch(analyzer, workshop.config.people))
        fps = workshop.config.people.sample_fps
        for frame in read_ahead(sample_frames(film, fps=fps, width=FACES_WIDTH)):
            seen.see([frame], [True])

    return spent(look)


def _waits(looker: Looker, rounds: int) -> tuple[Waits, ...]:
    """With the decoder reading ahead and without, in turn."""
    ways = {"decoder reads ahead": _ahead, "decoder and models by turns": _by_turns}
    found: dict[str, list[tuple[Spent, float, float]]] = {how: [] for how in ways}
    for _ in range(rounds):
        for how, once in ways.items():
            found[how].append(once(looker))
    return tuple(
        Waits(
            how=how,
            took=tuple(one[0] for one in taken),
            models_waited_s=tuple(one[1] for one in taken),
            decoder_waited_s=tuple(one[2] for one in taken),
        )
        for how, taken in found.items()
    )


def _ahead(looker: Looker) -> tuple[Spent, float, float]:
    waiting = Waiting()
    return looker.whole(waiting), waiting.consumer_s, waiting.reader_s


def _by_turns(looker: Looker) -> tuple[Spent, float, float]:
    """One of the two always waits: for the models that is all the decoding."""
    waiting = Waiting()
    with not_reading_ahead():
        took = looker.whole(waiting)
    return took, waiting.consumer_s, took.seconds - waiting.consumer_s


@contextmanager
def not_reading_ahead() -> Iterator[None]:
    """The pass decodes a frame when it wants one; ``Waiting`` tells how long that took."""

    def in_turn(items: Iterable[Any], *, waiting: Waiting, **_: object) -> Iterator[Any]:
        remaining = iter(items)
        while True:
            started = time.perf_counter()
            item = next(remaining, None)
            waiting.consumer_s += time.perf_counter() - started
            if item is None:
                return
            yield item

    ahead = looking.read_ahead
    looking.read_ahead = in_turn
    try:
        yield
    finally:
        looking.read_ahead = ahead
