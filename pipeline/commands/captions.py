"""captions: propose captions by the configured model, look at them, take or drop them."""

from __future__ import annotations

import argparse
import getpass
import secrets
from collections.abc import Sequence

from core.config import Config
from core.errors import NotFound
from core.timecode import format_range
from core.types import Actor, Video
from db import videos
from db.drafts import Draft, list_drafts, videos_with_drafts
from db.pool import Database
from pipeline.commands.library import library, print_json

EVERYTHING = 100_000


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    captions = commands.add_parser("captions", help="caption again in bulk, with a preview")
    actions = captions.add_subparsers(required=True, metavar="action")
    for name, run, text in (
        ("propose", _propose, "have the model caption every segment; nothing changes yet"),
        ("preview", _preview, "show the proposed captions beside the present ones"),
        ("take", _take, "make the proposed captions the captions, one operation per video"),
        ("drop", _drop, "forget the proposed captions"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("videos", nargs="*", help="number, file or title (default: all)")
        if name in ("take", "drop"):
            action.add_argument("--segment", type=int, action="append", help="only this segment")
        if name in ("propose", "preview"):
            action.add_argument("--json", action="store_true", help="one JSON document")
        action.set_defaults(run=run)


def _propose(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.progress_bar import ProgressBar
    from pipeline.recaption import draft, require_captioner
    from pipeline.registry import Registry
    from pipeline.workshop import Workshop

    with library(config) as database, ProgressBar() as bar:
        workshop = Workshop(config=config, database=database, registry=Registry(config))
        require_captioner(workshop)
        drafts: list[Draft] = []
        for video in _videos(database, arguments.videos):
            bar.stage(video.title, "caption")
            drafts += draft(workshop, video, bar.progress)
    return _show(drafts, arguments)


def _preview(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        chosen = [video.id for video in _videos(database, arguments.videos)]
        with database.transaction() as conn:
            drafts = list_drafts(conn, chosen)
    return _show(drafts, arguments)


def _take(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.recaption import take

    by = Actor(name=getpass.getuser(), origin="api")
    with library(config) as database:
        for video in _with_drafts(database, arguments.videos):
            taken = take(
                database,
                video.id,
                by=by,
                idempotency_key=secrets.token_hex(8),
                segment_ids=arguments.segment,
            )
            print(
                f"{video.title}: {len(taken.result.segments)} captions changed "
                f"(operation {taken.result.change_set_id}; revert it in the editor's history)"
            )
            if taken.left:
                print(f"  left alone, changed since: {', '.join(map(str, taken.left))}")
    return 0


def _drop(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.recaption import drop

    with library(config) as database:
        for video in _with_drafts(database, arguments.videos):
            print(f"{video.title}: {drop(database, video.id, arguments.segment)} proposals dropped")
    return 0


def _videos(database: Database, wanted: Sequence[str]) -> list[Video]:
    with database.transaction() as conn:
        if wanted:
            return [videos.find_video(conn, one) for one in wanted]
        return videos.list_videos(conn, limit=EVERYTHING)


def _with_drafts(database: Database, wanted: Sequence[str]) -> list[Video]:
    """Of the wanted videos those with proposals. Raises NotFound where there is none."""
    with database.transaction() as conn:
        have = set(videos_with_drafts(conn))
    found = [video for video in _videos(database, wanted) if video.id in have]
    if not found:
        raise NotFound(
            "There are no proposed captions; propose some with: python -m pipeline captions propose"
        )
    return found


def _show(drafts: Sequence[Draft], arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"drafts": [_document(one) for one in drafts]})
        return 0
    for one in drafts:
        where = format_range(one.start_ms, one.end_ms)
        note = "  (changed since: propose again)" if one.stale else ""
        print(f"{one.segment_id:>6}  {where:>13}  {one.before}{note}")
        print(f"{'':21}-> {one.caption}")
        if one.caption_ko != one.before_ko:
            print(f"{'':24}{one.before_ko}\n{'':21}-> {one.caption_ko}")
    if drafts:
        print("Make them the captions with: python -m pipeline captions take")
    else:
        print("There are no proposed captions.")
    return 0


def _document(one: Draft) -> dict[str, object]:
    return {
        "video_id": one.video_id,
        "segment_id": one.segment_id,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "before": one.before,
        "before_ko": one.before_ko,
        "caption": one.caption,
        "caption_ko": one.caption_ko,
        "author": one.author,
        "stale": one.stale,
    }
