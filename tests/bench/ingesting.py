"""Section ``ingest``: whole ``builtin`` ingests into empty libraries, against decoding alone."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.config import Config, DatabaseConfig
from core.errors import ClipOpsError
from tests.bench.clips import Footage, footage
from tests.bench.references import NO_FFMPEG, ffmpeg_to_null, read_every_frame
from tests.bench.report import Table, Value
from tests.bench.run import Run
from tests.bench.timing import Times, seconds_of
from tests.support import process

TARGET = 5.0
COLUMNS = (
    "clip", "clip s", "segments", "ingest s", "min s", "max s", "x real time",
    "x real time with process and new database", "x time of OpenCV loop", "x time of ffmpeg",
    "peak MiB", "x memory of bare Python", "target 5 met",
)  # fmt: skip
BARE_MEMORY = "from tests.bench.ingest_child import peak_mib; print(peak_mib())"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingests:
    """The runs of one clip beside those of its references."""

    clip: Footage
    documents: tuple[dict[str, Any], ...]
    opencv: Times
    ffmpeg: Times | None

    def times(self, name: str) -> Times:
        return Times(tuple(document[name] for document in self.documents))


def measure(run: Run) -> list[Table]:
    clips, notes = footage(run)
    bare = float(subprocess.run(
        [sys.executable, "-c", BARE_MEMORY], capture_output=True, text=True, check=True
    ).stdout)  # fmt: skip
    found = []
    for clip in clips:
        run.say(f"ingest: {clip.name}")
        found.append(_ingests(run, clip))
    if any(one.ffmpeg is None for one in found):
        notes.append(NO_FFMPEG)
    notes.append(
        "Each ingest is a process of its own with an empty data folder; 'ingest' counts from the "
        "source being resolved to the video being ready, the other figure from the start of the "
        "process, imports, the making of the database and its schema included."
    )
    whole = Table(
        title="Whole ingest",
        columns=COLUMNS,
        rows=tuple(_row(one, bare) for one in found),
        notes=tuple(notes),
    )
    return [whole, _stages(found)]


def _ingests(run: Run, clip: Footage) -> Ingests:
    ffmpeg = ffmpeg_to_null(clip.path)
    documents: list[dict[str, Any]] = []
    opencv_s: list[float] = []
    ffmpeg_s: list[float] = []
    read_every_frame(clip.path)
    for number in range(run.pick(3, 1)):
        opencv_s.append(seconds_of(lambda: read_every_frame(clip.path)))
        if ffmpeg:
            ffmpeg_s.append(seconds_of(ffmpeg))
        documents.append(_ingest(run.folder / str(number), clip))
    return Ingests(
        clip=clip,
        documents=tuple(documents),
        opencv=Times(tuple(opencv_s)),
        ffmpeg=Times(tuple(ffmpeg_s)) if ffmpeg_s else None,
    )


def _ingest(folder: Path, clip: Footage) -> dict[str, Any]:
    """Raises ClipOpsError with what the ingest said when it failed."""
    folder.mkdir(mode=0o755)
    config = Config(data_dir=folder / "data", database=DatabaseConfig(url=None))
    config_file = folder / "config.json"
    config_file.write_text(json.dumps(config.model_dump(mode="json")), encoding="utf-8")
    spawned = time.monotonic()
    child = process.start(config_file, "tests.bench.ingest_child", str(clip.path), repr(spawned))
    out, said = child.communicate()
    shutil.rmtree(folder)
    if child.returncode != 0:
        raise ClipOpsError(f"The ingest of {clip.name} ended with {child.returncode}:\n{said}")
    document: dict[str, Any] = json.loads(out)
    if document["error"]:
        raise ClipOpsError(f"The ingest of {clip.name} failed: {document['error']}")
    return document


def _row(one: Ingests, bare_mib: float) -> tuple[Value, ...]:
    ingest, whole = one.times("ingest_s"), one.times("whole_s")
    multiple = one.clip.seconds / ingest.median
    peak = one.times("peak_mib").most
    return (
        one.clip.name,
        one.clip.seconds,
        one.documents[0]["segments"],
        ingest.median,
        ingest.least,
        ingest.most,
        multiple,
        one.clip.seconds / whole.median,
        ingest.median / one.opencv.median,
        None if one.ffmpeg is None else ingest.median / one.ffmpeg.median,
        peak,
        peak / bare_mib,
        multiple >= TARGET if one.clip.real else None,
    )


def _stages(found: Sequence[Ingests]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for one in found:
        taken = {
            stage: statistics.median(document["stages_ms"][stage] for document in one.documents)
            for stage in one.documents[0]["stages_ms"]
        }
        whole_ms = 1_000 * one.times("ingest_s").median
        taken = {"probe, hash, jobs": max(whole_ms - sum(taken.values()), 0.0)} | taken
        for stage, took_ms in taken.items():
            rows.append(
                (
                    one.clip.name,
                    stage,
                    float(took_ms),
                    100 * took_ms / whole_ms,
                    1_000 * one.clip.seconds / took_ms if took_ms else None,
                    took_ms / 1_000 / one.opencv.median,
                )
            )
    return Table(
        title="Stages of the ingest",
        columns=("clip", "stage", "ms", "share, %", "x real time", "x time of OpenCV loop"),
        rows=tuple(rows),
        notes=("Medians of the same runs; the first row is what the stages do not account for.",),
    )
