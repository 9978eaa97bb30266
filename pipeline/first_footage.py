"""The first videos of a library: a folder the user named, or the rendered sample shop.

Runs as its own process beside the others (``python -m pipeline.first_footage``), so the editor
answers and shows the progress from the first second on.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core import logging
from core.config import Config, load
from core.errors import ClipOpsError, InputError
from db import server, videos
from db.pool import Database

if TYPE_CHECKING:  # the launcher asks this module whether footage is needed, and stays light
    from pipeline.ingest import Outcome
    from pipeline.progress_bar import ProgressBar
    from pipeline.workshop import Workshop


def is_needed(config: Config, database: Database) -> bool:
    """True where the library is empty or the sample was begun and not finished."""
    with database.transaction() as conn:
        return not videos.list_videos(conn, limit=1) or _unfinished(config).exists()


def check_folder(folder: Path) -> None:
    """Raises InputError before anything is started."""
    if not folder.exists():
        raise InputError(f"There is no folder {folder}; give one with videos: make run VIDEOS=...")


def main() -> int:
    """Exit status 0 when every video became searchable; each failure is one sentence."""
    from pipeline.ingest import ingest
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry
    from pipeline.workshop import Workshop

    parser = argparse.ArgumentParser(prog="python -m pipeline.first_footage", description=__doc__)
    parser.add_argument("--videos", type=Path, help="ingest this folder instead of the sample")
    folder = parser.parse_args().videos
    logging.configure()
    # The launcher says SIGTERM; the stages commit on their own, so leaving at once loses nothing.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        config = load()
        with server.start(config) as running, ProgressBar() as bar:
            database = Database.open(running.url, config.database)
            workshop = Workshop(config=config, database=database, registry=Registry(config))
            try:
                if folder is not None:
                    outcomes = ingest(workshop, [str(folder)], camera=None, report=bar)
                else:
                    outcomes = _ingest_sample(workshop, bar)
            finally:
                database.close()
    except ClipOpsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return _report(outcomes)


def _ingest_sample(workshop: Workshop, bar: ProgressBar) -> list[Outcome]:
    from pipeline.ingest import ingest
    from pipeline.sample import render

    config = workshop.config
    _unfinished(config).touch()
    bar.stage("A small shop", "sample")
    outcomes = []
    for clip in render(config.data_dir / "sample", bar.progress):
        with workshop.database.transaction() as conn:
            videos.upsert_camera(conn, clip.stem, config.timezone)
        outcomes += ingest(workshop, [str(clip)], camera=clip.stem, report=bar)
    _unfinished(config).unlink()
    return outcomes


def _unfinished(config: Config) -> Path:
    """There while the sample is being brought in."""
    return config.data_dir / "sample.unfinished"


def _report(outcomes: list[Outcome]) -> int:
    failed = [one for one in outcomes if one.error]
    for one in failed:
        print(f"{one.source}: {one.error}", file=sys.stderr)
    ready = len(outcomes) - len(failed)
    segments = sum(one.segments for one in outcomes)
    print(f"{_counted(ready, 'video')} ready, {_counted(segments, 'segment')} to search.")
    return 1 if failed else 0


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


if __name__ == "__main__":
    sys.exit(main())
