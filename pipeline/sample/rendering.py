"""Rendering the sample: three clips and their ground truth, each file complete or not there."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import MachineError
from pipeline.media import replacing
from pipeline.sample.frame import Clip
from pipeline.sample.script import CAMERAS, DURATION_MS, FPS
from pipeline.sample.truth import STEP_MS, Witness

EDITION = 4
"""Grows when the footage changes, so that an older rendering is replaced."""
TRUTH_FILE = "ground_truth.json"
CRF = 26
"""Quality of the encoder: as cheap as a recorder's, 1-3 MB a minute."""
KEYFRAME_S = 2

_done: SynchronizedArray[float] | None = None


def render(folder: Path, progress: Callable[[float], None]) -> list[Path]:
    """Write ``<camera>.mp4`` for every camera and ``ground_truth.json`` into ``folder``.

    What is there and complete is left alone: files appear under their names only when finished.
    ``progress`` hears 0..1. Returns the clips, in the order of ``CAMERAS``. Uses one process a
    camera; two cores need about a minute. Raises MachineError where the folder cannot be written
    or the machine ends a process.
    """
    clips = [folder / f"{camera}.mp4" for camera in CAMERAS]
    edition = _edition(folder)
    if edition == EDITION and all(clip.exists() for clip in clips):
        progress(1.0)
        return clips
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if edition not in (None, EDITION):
            for stale in (*clips, folder / TRUTH_FILE):
                stale.unlink(missing_ok=True)
        _write_truth(folder, _all_cameras(folder, progress))
    except OSError as error:
        raise MachineError(
            f"The sample cannot be written to {folder}: {error.strerror or error}."
        ) from error
    except BrokenProcessPool as error:
        raise MachineError(
            "The machine ended a process that was drawing the sample, most likely for lack of "
            "memory; free about 2 GB and try again."
        ) from error
    progress(1.0)
    return clips


def _all_cameras(folder: Path, progress: Callable[[float], None]) -> list[dict[str, Any]]:
    """Ground truth of every camera, each drawn in a process of its own."""
    context = get_context("spawn")
    done = context.Array("d", len(CAMERAS))
    with ProcessPoolExecutor(
        len(CAMERAS), mp_context=context, initializer=_start_process, initargs=(done,)
    ) as pool:
        work = [pool.submit(_camera, index, folder) for index in range(len(CAMERAS))]
        _report(work, done, progress)
        return [future.result() for future in work]


def _edition(folder: Path) -> int | None:
    """Edition of the rendering in ``folder``; None where there is none that can be read."""
    try:
        found = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("edition") if isinstance(found, dict) else None


def _start_process(done: SynchronizedArray[float]) -> None:
    """Runs first in each process: where it says how far it is, and that it ends with its parent."""
    global _done
    _done = done
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent ended by a signal cannot tell its processes; they would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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
    """Render one camera's clip unless it is there; say what its ground truth is."""
    camera = CAMERAS[index]
    clip = Clip.of(camera)
    witness = Witness(clip)
    target = folder / f"{camera}.mp4"
    if target.exists():
        witness.watch_all()
    else:
        from pipeline.video import encode_mp4

        pictures = _pictures(clip, index, witness)
        encode_mp4(target, pictures, fps=FPS, crf=CRF, keyframe_interval=KEYFRAME_S * FPS)
    _tell(index, 1.0)
    return witness.truth()


def _pictures(clip: Clip, index: int, witness: Witness) -> Iterator[np.ndarray]:
    count = DURATION_MS * FPS // 1000
    for number in range(count):
        at_ms = number * 1000 / FPS
        picture, sightings = clip.picture(at_ms, number)
        if at_ms % STEP_MS == 0:
            witness.watch(round(at_ms), sightings)
        yield picture
        _tell(index, (number + 1) / count)


def _tell(index: int, share: float) -> None:
    if _done is not None:
        _done[index] = share


def _write_truth(folder: Path, truths: list[dict[str, Any]]) -> None:
    document = {"edition": EDITION, "cameras": truths}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    with replacing(folder / TRUTH_FILE) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
