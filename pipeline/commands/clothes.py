"""clothes: who is dressed like that, and when?"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.config import Config
from core.links import edit_url
from core.timecode import format_ms
from db import videos
from pipeline.commands.library import library, print_json

if TYPE_CHECKING:
    from pipeline.clothes_search import ClothesAnswer, ClothesHit
    from pipeline.documents import Document

AS_CONFIGURED = -1.0
"""``--fps`` without a number."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    clothes = commands.add_parser("clothes", help="find people by what they wear")
    clothes.add_argument(
        "description", nargs="+", help="for example: black shirt, blue jeans, white shoes"
    )
    clothes.add_argument(
        "--video", action="append", help="number, file or title; may be given again (default: all)"
    )
    clothes.add_argument("--camera", help="only what this camera recorded")
    clothes.add_argument("--confidence", type=float, help="least score of the detector, 0 to 1")
    clothes.add_argument("--similarity", type=float, help="least fit of picture and words, 0 to 1")
    clothes.add_argument(
        "--fps",
        type=float,
        nargs="?",
        const=AS_CONFIGURED,
        help="look through the footage anew, so many frames a second (default: only compare the "
        "people found at ingest; without a number: clothes.sample_fps)",
    )
    clothes.add_argument("--top-k", type=int, help="show at most so many people")
    clothes.add_argument("--json", action="store_true", help="one JSON document on standard output")
    clothes.set_defaults(run=_clothes)


def _clothes(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.clothes_search import find_people
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry
    from pipeline.workshop import Workshop

    fps = config.clothes.sample_fps if arguments.fps == AS_CONFIGURED else arguments.fps
    with library(config) as database, ProgressBar() as bar:
        chosen = None
        if arguments.video:
            with database.transaction() as conn:
                chosen = [videos.find_video(conn, one).id for one in arguments.video]
        answer = find_people(
            Workshop(config=config, database=database, registry=Registry(config)),
            " ".join(arguments.description),
            videos=chosen,
            camera=arguments.camera,
            confidence=arguments.confidence,
            similarity=arguments.similarity,
            top_k=arguments.top_k,
            sample_fps=fps,
            report=bar,
        )
    if arguments.json:
        print_json(_document(config, answer))
    else:
        _print(config, answer)
    return 0


def _print(config: Config, answer: ClothesAnswer) -> None:
    for note in answer.notes:
        print(note, file=sys.stderr)
    if not answer.hits:
        print(f"Nobody found for: {answer.description}")
    for hit in answer.hits:
        stayed = f"{format_ms(hit.start_ms)}-{format_ms(hit.end_ms)}"
        where = "" if hit.segment_id is None else f"  (segment {hit.segment_id})"
        print(
            f"{hit.score:.2f}  {format_ms(hit.at_ms, tenths=True):>8}  {hit.title}  {stayed}{where}"
        )
        for line in (", ".join(hit.matched), hit.caption, _link(config, hit), str(hit.picture)):
            if line:
                print(f"{'':16}{line}")
    if len(answer.hits) < answer.total:
        print(f"{len(answer.hits)} of {answer.total} people shown; --top-k shows more.")


def _link(config: Config, hit: ClothesHit) -> str:
    return edit_url(
        config,
        video_id=hit.video_id,
        segment_id=hit.segment_id,
        user=None,
        now=datetime.now(tz=UTC),
    )


def _document(config: Config, answer: ClothesAnswer) -> Document:
    return {
        "description": answer.description,
        "english": answer.english,
        "model": answer.model,
        "total": answer.total,
        "compared": answer.compared,
        "took_ms": answer.took_ms,
        "notes": list(answer.notes),
        "notes_ko": list(answer.notes_ko),
        "hits": [
            {**asdict(hit), "picture": str(hit.picture), "link": _link(config, hit)}
            for hit in answer.hits
        ],
    }
