"""Section ``decode``: reading and sampling video, against ffmpeg and a plain OpenCV loop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.config import IngestConfig
from pipeline.frames import plan_sampling
from pipeline.models.container import Clip
from pipeline.understanding import WIDTH
from pipeline.video import packet_sizes, sample_frames
from tests.bench.clips import Footage, footage
from tests.bench.references import NO_FFMPEG, ffmpeg_to_null, read_every_frame
from tests.bench.report import Table, Value
from tests.bench.run import Run
from tests.bench.timing import Times, interleaved

OPENCV, FFMPEG, PACKETS = "OpenCV, every frame", "ffmpeg -f null", "packets listed, none decoded"
SAMPLED_FPS = (1.0, IngestConfig().sample_fps)
TARGET = 4.0
COLUMNS = (
    "clip", "how", "median ms", "min ms", "max ms", "x real time", "packets decoded, %",
    "x faster than OpenCV loop", "x faster than ffmpeg", "target 4 met",
)  # fmt: skip


def measure(run: Run) -> list[Table]:
    clips, notes = footage(run)
    rows: list[tuple[Value, ...]] = []
    for clip in clips:
        run.say(f"decode: {clip.name}")
        rows += _rows(clip, interleaved(_subjects(clip.path), runs=run.pick(5, 2)))
    if not any(row[1] == FFMPEG for row in rows):
        notes.append(NO_FFMPEG)
    notes.append(
        f"Sampled frames come {WIDTH} pixels wide in BGR, as the ingest looks at them; the target "
        "is for fixed cameras at 1 frame a second."
    )
    notes.append(
        "OpenCV hands over BGR frames in full size, ffmpeg throws its frames away undelivered; "
        "both decode with every core, the product's sampling too."
    )
    return [Table(title="Decode and sampling", columns=COLUMNS, rows=tuple(rows), notes=(*notes,))]


def _subjects(path: Path) -> dict[str, Callable[[], object]]:
    subjects: dict[str, Callable[[], object]] = {OPENCV: lambda: read_every_frame(path)}
    ffmpeg = ffmpeg_to_null(path)
    if ffmpeg:
        subjects[FFMPEG] = ffmpeg
    subjects[PACKETS] = lambda: packet_sizes(path)
    for fps in SAMPLED_FPS:
        subjects[_sampled(fps)] = lambda fps=fps: _sample(path, fps)  # type: ignore[misc]
    return subjects


def _sample(path: Path, fps: float) -> int:
    return sum(1 for _ in sample_frames(path, fps=fps, width=WIDTH))


def _sampled(fps: float) -> str:
    return f"sampled, {fps:g} a second"


def _rows(clip: Footage, found: dict[str, Times]) -> list[tuple[Value, ...]]:
    decoded = {OPENCV: 100.0, FFMPEG: 100.0, PACKETS: 0.0}
    decoded |= {_sampled(fps): _decoded_percent(clip.path, fps) for fps in SAMPLED_FPS}
    opencv, ffmpeg = found[OPENCV], found.get(FFMPEG)
    rows: list[tuple[Value, ...]] = []
    for how, times in found.items():
        ratio = opencv.median / times.median
        judged = how == _sampled(1.0) and clip.fixed_camera
        rows.append(
            (
                clip.name,
                how,
                times.median * 1_000,
                times.least * 1_000,
                times.most * 1_000,
                clip.seconds / times.median,
                decoded[how],
                ratio,
                None if ffmpeg is None else ffmpeg.median / times.median,
                ratio >= TARGET if judged else None,
            )
        )
    return rows


def _decoded_percent(path: Path, fps: float) -> float:
    """How much of the file the sampling plan hands to the decoder."""
    with Clip(path) as clip:
        clip.rewind()
        table = clip.table()
    end_ms = int(table.at_ms.max(initial=0)) + 1
    plan = plan_sampling(table, fps=fps, start_ms=0, end_ms=end_ms)
    return 100.0 * float(plan.decode.mean())
