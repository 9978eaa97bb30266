"""python -m pipeline search: the same answers as in Slack and on the web."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import psycopg2.extensions
from psycopg2.extras import wait_select

from core.config import Config
from core.errors import InputError
from core.query_problems import caret
from core.timecode import format_range
from core.types import Hit, SearchResult
from pipeline.commands.library import library, print_json

MOST_PICTURE_BYTES = 64 * 2**20


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    find = commands.add_parser(
        "search",
        help="find moments in all videos",
        description="Words in English or Korean, and filters: person: group: camera: video: "
        'object: clothes: after: before: on: longer: sort: -word "exact phrase". '
        "docs/search.md has them all. A query that begins with a minus comes after --.",
    )
    find.add_argument("words", nargs="*")
    find.add_argument("--similar", type=int, metavar="SEGMENT", help="what is like a segment")
    find.add_argument("--picture", type=Path, metavar="FILE", help="what looks like a picture")
    find.add_argument("--face", type=int, metavar="APPEARANCE", help="where this face is seen")
    find.add_argument("--limit", type=_count, default=10)
    find.add_argument("--offset", type=_count, default=0)
    find.add_argument("--korean", action="store_true", help="reasons and notes in Korean")
    find.add_argument("--json", action="store_true", help="one JSON document on standard output")
    find.set_defaults(run=_search)


def _search(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline import documents

    # Ctrl-C cancels the statement that runs instead of waiting for it.
    psycopg2.extensions.set_wait_callback(wait_select)
    with library(config) as database:
        from pipeline.search import Searcher

        result = _ask(Searcher(config, database), arguments)
    if arguments.json:
        print_json(documents.search_document(result))
    elif result.problems:
        _print_problems(result, korean=arguments.korean)
    else:
        _print_result(result, korean=arguments.korean)
    return 1 if result.problems else 0


def _ask(searcher: object, arguments: argparse.Namespace) -> SearchResult:
    from pipeline.search import Searcher

    assert isinstance(searcher, Searcher)
    page = {"limit": arguments.limit, "offset": arguments.offset}
    asked = [bool(arguments.words), arguments.similar, arguments.picture, arguments.face]
    if sum(one is not None and one is not False for one in asked) != 1:
        raise InputError("Say what to look for: words, or one of --similar, --picture, --face.")
    if arguments.similar is not None:
        return searcher.similar_to_segment(arguments.similar, **page)
    if arguments.face is not None:
        return searcher.similar_to_face(arguments.face, **page)
    if arguments.picture is not None:
        return searcher.similar_to_picture(_picture(arguments.picture), **page)
    return searcher.search(" ".join(arguments.words), **page)


def _picture(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_PICTURE_BYTES:
            raise InputError(f"{path} has more than 64 MiB; save it smaller.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _print_problems(result: SearchResult, *, korean: bool) -> None:
    for problem in result.problems:
        print(problem.message_ko if korean else problem.message, file=sys.stderr)
        if problem.end > problem.start:
            print(caret(problem, result.query), file=sys.stderr)
    corrected = next((one.corrected for one in result.problems if one.corrected), None)
    if corrected:
        print(f"{'이렇게 찾아 보세요' if korean else 'Try'}: {corrected}", file=sys.stderr)


def _print_result(result: SearchResult, *, korean: bool) -> None:
    for note in result.notes_ko if korean else result.notes:
        print(note, file=sys.stderr)
    if not result.hits and result.total:
        english, korean_text = "There are no more than {}.", "{}개가 전부입니다."
        print((korean_text if korean else english).format(result.total))
    elif not result.hits:
        nothing = "찾은 것이 없습니다" if korean else "Nothing good enough"
        print(f"{nothing}: {result.query}")
    for hit in result.hits:
        _print_hit(hit, korean=korean)
    if result.nearest:
        print("가장 가까운 것(약한 일치):" if korean else "Nearest misses (weak):")
        for hit in result.nearest:
            _print_hit(hit, korean=korean)
    for one in result.removed:
        label = one.chip.label_ko if korean else one.chip.label
        count = f"{one.count}{'+' if one.at_least else ''}"
        without = f"{label} 빼면 {count}개" if korean else f"Without {label}: {count}"
        print(f"{without}  ({one.chip.without})")


def _print_hit(hit: Hit, *, korean: bool) -> None:
    first, second = hit.segment.caption, hit.segment.caption_ko
    where = format_range(hit.start_ms, hit.end_ms)
    score = f"{hit.score:.2f}  " if hit.parts and not hit.weak else ""
    print(f"{score}{hit.video_title}  {where}  (segment {hit.segment.id})")
    for caption in (second, first) if korean else (first, second):
        if caption:
            print(f"      {caption}")
    reasons = "; ".join(hit.reasons_ko if korean else hit.reasons)
    if reasons:
        print(f"      {reasons}")


def _count(text: str) -> int:
    if not text.isdigit() or int(text) > 1_000:
        raise argparse.ArgumentTypeError("give a number from 0 to 1000")
    return int(text)
