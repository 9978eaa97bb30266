"""redo: have a stage of stored videos done again, with the models configured now."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.config import Config
from core.errors import InputError
from db import videos
from pipeline.commands.library import library


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    redo = commands.add_parser(
        "redo", help="do faces, caption, clothes or clips of stored videos with today's models"
    )
    redo.add_argument("stage", choices=("faces", "caption", "clothes", "clips"))
    redo.add_argument("videos", nargs="*", help="number, file or title")
    redo.add_argument("--all", action="store_true", help="every video of the library")
    redo.set_defaults(run=_redo)


def _redo(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.processing import again, process
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry
    from pipeline.workshop import Workshop

    if not arguments.videos and not arguments.all:
        raise InputError(f"Say which videos: python -m pipeline redo {arguments.stage} <video>...")
    incomplete = 0
    with library(config) as database, ProgressBar() as bar:
        workshop = Workshop(config=config, database=database, registry=Registry(config))
        with database.transaction() as conn:
            if arguments.all:
                chosen = videos.list_videos(conn, limit=100_000)
            else:
                chosen = [videos.find_video(conn, one) for one in arguments.videos]
            for video in chosen:
                videos.redo_stage(conn, video.id, arguments.stage)
                again(conn, video.id)
        for video in chosen:
            done = process(workshop, video.id, bar)
            incomplete += done.error is not None
            print(f"{Path(done.path).name}: {done.error or 'done'}")
    return 1 if incomplete else 0
