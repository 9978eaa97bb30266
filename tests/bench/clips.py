"""The footage that is measured: the rendered sample, and real clips where they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.bench.run import KEPT, SHARED, Run

REAL = {
    "one-by-one-person-detection.mp4": True,
    "bottle-detection.mp4": True,
    "car-detection.mp4": True,
    "worker-zone-detection.mp4": True,
    "dev_six_shots.mp4": False,
}
"""Name -> whether it comes from a camera at rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """One clip; ``duration_ms`` as the product measures it."""

    name: str
    path: Path
    duration_ms: int
    fixed_camera: bool
    real: bool

    @property
    def seconds(self) -> float:
        return self.duration_ms / 1_000


def footage(run: Run) -> tuple[list[Footage], list[str]]:
    """The clips, and a sentence for each that is not here. Renders the sample when needed."""
    from pipeline.sample import render
    from pipeline.video import probe

    run.say("footage: the sample is drawn once (a minute or two), then kept")
    found = render(KEPT / "sample", lambda _share: None)
    if run.quick:
        found = found[:1]
    folder, missing = SHARED / "media", []
    for name in list(REAL)[1:2] if run.quick else REAL:
        if (folder / name).is_file():
            found.append(folder / name)
        else:
            missing.append(f"Skipped {name}: there is no ../shared/media/{name}.")
    clips = [
        Footage(
            name=path.name if path.parent == folder else f"sample {path.stem}",
            path=path,
            duration_ms=probe(path).duration_ms,
            fixed_camera=REAL.get(path.name, True),
            real=path.parent == folder,
        )
        for path in found
    ]
    return clips, missing
