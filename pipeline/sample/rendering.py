"""Rendering the sample: three clips and their ground truth, each file complete or not there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.sample.frame import Clip
from pipeline.sample.script import CAMERAS, DURATION_MS, FPS
from pipeline.sample.truth import truth_of

EDITION = 1
"""Grows when the footage changes, so that an older rendering is replaced."""
TRUTH_FILE = "ground_truth.json"
TRUTH_SHARE = 0.08
"""Part of the work on a clip that goes into measuring its ground truth."""

_done: SynchronizedArray[float] | None = None


def render(folder: Path, progress: Callable[[float], None]) -> list[Path]:
    """Write ``<camera>.mp4`` for every camera and ``ground_truth.json`` into ``folder``.

    What is there and complete is left alone: files appear under their names only when finished.
    ``progress`` hears 0..1. Returns the clips, in the order of ``CAMERAS``.
    Uses one process a camera; two cores need about a minute.
    """
    clips = [folder / f"{camera}.mp4" for camera in CAMERAS]
    if _is_complete(folder, clips):
        progress(1.0)
        return clips
    folder.mkdir(parents=True, exist_ok=True)
    if _edition(folder) != EDITION:
        for clip in clips:
            clip.unlink(missing_ok=True)
    context = get_context("spawn")
    done = context.Array("d", len(CAMERAS))
    with ProcessPoolExecutor(
        len(CAMERAS), mp_context=context, initializer=_share, initargs=(done,)
    ) as pool:
        work = [pool.submit(_camera, index, folder) for index in range(len(CAMERAS))]
        _report(work, done, progress)
        truths = [future.result() for future in work]
    _write_truth(folder, truths)
    progress(1.0)
    return clips


def _is_complete(folder: Path, clips: list[Path]) -> bool:
    return _edition(folder) == EDITION and all(clip.exists() for clip in clips)


def _edition(folder: Path) -> int | None:
    """Edition of the rendering in ``folder``; None where there is none that can be read."""
    try:
        found = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("edition") if isinstance(found, dict) else None


def _share(done: SynchronizedArray[float]) -> None:
    """Runs first in each process: where it writes how far it is."""
    global _done
    _done = done


def _report(
    work: list[Future[dict[str, Any]]],
    done: SynchronizedArray[float],
    progress: Callable[[float], None],
) -> None:
    pending = set(work)
    while pending:
        _, pending = wait(pending, timeout=0.5)
        progress(min(sum(done[:]) / len(CAMERAS), 0.999))


def _camera(index: int, folder: Path) -> dict[str, Any]:
    """Render one camera's clip unless it is there; measure its ground truth."""
    camera = CAMERAS[index]
    clip = Clip.of(camera)
    target = folder / f"{camera}.mp4"
    if not target.exists():
        from pipeline.video import encode_mp4

        unfinished = folder / f".{camera}.{os.getpid()}.mp4"
        try:
            encode_mp4(unfinished, _pictures(clip, index), fps=FPS)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
    truth = truth_of(clip, camera)
    _tell(index, 1.0)
    return truth


def _pictures(clip: Clip, index: int) -> Iterator[np.ndarray]:
    count = DURATION_MS * FPS // 1000
    for number in range(count):
        yield clip.picture(number * 1000 / FPS, number)
        _tell(index, (1.0 - TRUTH_SHARE) * (number + 1) / count)


def _tell(index: int, share: float) -> None:
    if _done is not None:
        _done[index] = share


def _write_truth(folder: Path, truths: list[dict[str, Any]]) -> None:
    document = {"edition": EDITION, "cameras": truths}
    unfinished = folder / f".{TRUTH_FILE}.{os.getpid()}"
    unfinished.write_text(
        json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    unfinished.replace(folder / TRUTH_FILE)
