"""The command line: python -m pipeline ingest | search | videos | segments | cameras | ..."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from core import logging
from core.config import Config, hand_down, load
from core.errors import ClipOpsError, InputError
from core.timecode import format_range
from db import videos
from db.segments import list_segments
from pipeline import documents
from pipeline.commands import (
    captions,
    clothes,
    evaluate,
    models,
    people,
    redo,
    search,
    spaces,
    train,
)
from pipeline.commands.library import library, print_json


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 1 after one sentence on standard error."""
    arguments = _parser().parse_args(argv)
    logging.configure(verbose=arguments.verbose)
    try:
        return int(arguments.run(load(arguments.config), arguments))
    except ClipOpsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:  # whoever reads the answer has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Stopped; run the same command again to go on.", file=sys.stderr)
        return 130


def _ingest(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.ingest import ingest
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry
    from pipeline.workshop import Workshop

    with library(config) as database, ProgressBar() as bar:
        workshop = Workshop(config=config, database=database, registry=Registry(config))
        outcomes = ingest(workshop, arguments.sources, camera=arguments.camera, report=bar)
    for one in outcomes:
        if one.error:
            print(f"{one.source}: {one.error}", file=sys.stderr)
    if arguments.json:
        print_json(documents.ingest_document(outcomes))
    else:
        for one in outcomes:
            if one.status == "ready":
                print(f"{one.source}: {one.segments} segments (video {one.video_id})")
    return 0 if all(one.status == "ready" for one in outcomes) else 1


def _videos(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database, database.transaction() as conn:
        found = videos.list_videos(conn, limit=arguments.limit)
    if arguments.json:
        print_json(documents.videos_document(found))
        return 0
    if not found:
        print("The library is empty; add a video with: python -m pipeline ingest <file>")
    for video in found:
        state = video.status if not video.error else f"{video.status}: {video.error}"
        print(f"{video.id:>5}  {video.segment_count:>4} segments  {video.title}  ({state})")
    return 0


def _segments(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database, database.transaction() as conn:
        video = videos.find_video(conn, arguments.video)
        found = list_segments(conn, video.id)
    if arguments.json:
        print_json(documents.segments_document(video, found))
        return 0
    for one in found:
        print(f"{one.id:>6}  {format_range(one.start_ms, one.end_ms):>13}  {one.caption}")
        print(f"{'':23}{one.caption_ko}")
    return 0


def _cameras(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database, database.transaction() as conn:
        if arguments.action == "add":
            if not arguments.name:
                raise InputError("Say its name: python -m pipeline cameras add <name>")
            videos.upsert_camera(conn, arguments.name, arguments.timezone or config.timezone)
        found = videos.list_cameras(conn)
    if arguments.json:
        print_json(documents.cameras_document(found))
        return 0
    for camera in found:
        print(f"{camera.name}  ({camera.timezone})")
    return 0


def _worker(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.supervising import die_with_parent, keep_running

    if not arguments.supervised:
        options = ["--config", str(arguments.config)] if arguments.config else []
        command = [sys.executable, "-m", "pipeline", *options, "worker", "--supervised"]
        return keep_running(command)
    die_with_parent()
    from pipeline.registry import Registry
    from pipeline.worker import run
    from pipeline.workshop import Workshop

    with library(config) as database:
        run(Workshop(config=config, database=database, registry=Registry(config)))
    return 0


def _up(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.launcher import up

    if arguments.config:
        hand_down(arguments.config)
    return up(config, arguments.videos)


def _sample(_config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.progress_bar import ProgressBar
    from pipeline.sample import render

    with ProgressBar() as bar:
        bar.stage(str(arguments.folder), "sample")
        clips = render(arguments.folder, bar.progress)
    for clip in clips:
        print(clip)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    parser.add_argument("--config", type=Path, help="configuration file (default: config.json)")
    parser.add_argument("--verbose", action="store_true", help="log more to standard error")
    commands = parser.add_subparsers(required=True, metavar="command")

    add = commands.add_parser("ingest", help="add videos: files, folders, links")
    add.add_argument("sources", nargs="+", metavar="file|folder|url")
    add.add_argument("--camera", help="name of the fixed camera that recorded them")
    add.set_defaults(run=_ingest)

    show = commands.add_parser("videos", help="list the library")
    show.add_argument("--limit", type=_count, default=200)
    show.set_defaults(run=_videos)

    cut = commands.add_parser("segments", help="list the segments of a video")
    cut.add_argument("video", help="its number, file or title")
    cut.set_defaults(run=_segments)

    cameras = commands.add_parser("cameras", help="list the cameras, or add one")
    cameras.add_argument("action", nargs="?", choices=["list", "add"], default="list")
    cameras.add_argument("name", nargs="?")
    cameras.add_argument("--timezone", help="IANA name such as Asia/Seoul")
    cameras.set_defaults(run=_cameras)
    for one in (add, show, cut, cameras):
        one.add_argument("--json", action="store_true", help="one JSON document on standard output")

    for command in (search, people, clothes, models, captions, redo, evaluate, spaces, train):
        command.register(commands)

    worker = commands.add_parser("worker", help="run the jobs of edits and ingests")
    worker.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    worker.set_defaults(run=_worker)

    up = commands.add_parser("up", help="start everything: database, worker, bot, editor")
    up.add_argument("--videos", type=Path, help="ingest this folder instead of the sample")
    up.set_defaults(run=_up)

    sample = commands.add_parser("sample", help="render the sample footage into a folder")
    sample.add_argument("folder", type=Path)
    sample.set_defaults(run=_sample)
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) > 1_000:
        raise argparse.ArgumentTypeError("give a number from 0 to 1000")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
