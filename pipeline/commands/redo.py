"""redo: have a stage of stored videos done again, with the models configured now."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import Config
from core.errors import InputError
from core.types import Video
from db import videos
from db.segments import list_segments
from pipeline.commands.library import library

if TYPE_CHECKING:
    from pipeline.workshop import Workshop


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
            if arguments.stage == "caption":
                _say_what_stayed(workshop, done)
    return 1 if incomplete else 0


def _say_what_stayed(workshop: Workshop, video: Video) -> None:
    """Only the describer's words are replaced; who wants others looks at proposals first."""
    from pipeline.captioning import author_of, captioned_by, is_describers

    captioner = workshop.registry.captioner()
    if captioner is None:
        print(
            "  No model captions pictures in this configuration; set models.profile to cpu or gpu."
        )
        return
    with workshop.database.transaction() as conn:
        others = [
            one.caption_author
            for one in list_segments(conn, video.id)
            if captioned_by(one.caption_author) != author_of(captioner) and not is_describers(one)
        ]
    if others:
        print(
            f"  Captions by {', '.join(sorted(set(others)))} stay as they are ({len(others)}); "
            f"`python -m pipeline captions propose {video.id}` proposes new ones."
        )
