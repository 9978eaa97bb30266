"""python -m pipeline search: the same answers as in Slack and on the web."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2.extensions
from psycopg2.extras import wait_select

from core.config import Config
from core.errors import InputError, NotFound
from core.query_problems import caret
from core.timecode import format_range
from core.types import Hit, Removed, SearchResult
from pipeline.commands.library import library, print_json

MOST_PICTURE_BYTES = 64 * 2**20
MOST_SHOWN = 1_000


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
    find.add_argument("--similar", metavar="SEGMENT", help="what is like a segment")
    find.add_argument("--picture", type=Path, metavar="FILE", help="what looks like a picture")
    find.add_argument("--face", metavar="APPEARANCE", help="where this face is seen")
    find.add_argument("--limit", default="10", metavar="N", help="how many, at most 1000")
    find.add_argument("--offset", default="0", metavar="N", help="how many to pass over first")
    find.add_argument("--korean", action="store_true", help="reasons and notes in Korean")
    find.add_argument("--json", action="store_true", help="one JSON document on standard output")
    find.set_defaults(run=_search)


def _search(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline import documents

    with _interruptible(), library(config) as database:
        from pipeline.search import Searcher

        result = _ask(Searcher(config, database), arguments)
    if arguments.json:
        print_json(documents.search_document(result))
    elif result.problems:
        _print_problems(result, korean=arguments.korean)
    else:
        print_result(result, offset=int(arguments.offset), korean=arguments.korean)
    return 1 if result.problems else 0


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C cancels the statement that runs instead of waiting for it."""
    psycopg2.extensions.set_wait_callback(wait_select)
    try:
        yield
    finally:
        psycopg2.extensions.set_wait_callback(None)


def _ask(searcher: object, arguments: argparse.Namespace) -> SearchResult:
    from pipeline.search import Searcher

    assert isinstance(searcher, Searcher)
    asked = [arguments.words or None, arguments.similar, arguments.picture, arguments.face]
    given = sum(one is not None for one in asked)
    if not given:
        raise InputError("Say what to look for: words, or one of --similar, --picture, --face.")
    if given > 1:
        raise InputError(
            "Words, --similar, --picture and --face cannot be combined; give one of them."
        )
    page = {
        "limit": _count("--limit", arguments.limit, least=1),
        "offset": _count("--offset", arguments.offset, least=0),
    }
    if arguments.similar is not None:
        wanted = "the number of a segment, as hits show it"
        segment_id = _number("--similar", arguments.similar, "segment", wanted)
        return searcher.similar_to_segment(segment_id, **page)
    if arguments.face is not None:
        wanted = "the number of an appearance"
        appearance_id = _number("--face", arguments.face, "appearance", wanted)
        return searcher.similar_to_face(appearance_id, **page)
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


def print_result(result: SearchResult, *, offset: int = 0, korean: bool) -> None:
    """Notes on standard error; hits, how many more there are, and what stands in the way."""
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
    if result.hits and offset + len(result.hits) < result.total:
        print(_rest(result, offset, korean=korean))
    if result.nearest:
        print("가장 가까운 것(약한 일치):" if korean else "Nearest misses (weak):")
        for hit in result.nearest:
            _print_hit(hit, korean=korean)
    for one in result.removed:
        print(_without(one, korean=korean))


def _rest(result: SearchResult, offset: int, *, korean: bool) -> str:
    """How many there are beside those shown, and what shows them."""
    from pipeline.search import BY_TIME_OF_BEST, MORE

    at_least = not {MORE[0], BY_TIME_OF_BEST[0]}.isdisjoint(result.notes)
    total = f"{result.total}{'+' if at_least else ''}"
    end = offset + len(result.hits)
    option = f"--offset {end}" if offset else f"--limit {min(result.total, MOST_SHOWN)}"
    if korean:
        shown = f"{offset + 1}–{end}번째" if offset else f"{end}개"
        return f"순간 {total}개 중 {shown}입니다. 더 보기: {option}"
    shown = f"{offset + 1}–{end}" if offset else f"{end}"
    return f"{shown} of {total} moments; {option} shows more."


def _without(one: Removed, *, korean: bool) -> str:
    """What there would be without a filter, which reads as it was typed."""
    label, negated = (one.chip.label_ko, "제외: ") if korean else (one.chip.label, "not ")
    if label.startswith(negated):
        label = f"-{label.removeprefix(negated)}"
    count = f"{one.count}{'+' if one.at_least else ''}"
    if korean:
        said = f"{label} 빼면 {count}개"
    else:
        said = f"Without {label}: {count} {'moment' if count == '1' else 'moments'}"
    return f"{said}  ({one.chip.without})"


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


def _count(option: str, text: str, *, least: int) -> int:
    if not _is_number(text) or not least <= int(text) <= MOST_SHOWN:
        raise InputError(f"{option} takes a number from {least} to {MOST_SHOWN}, not {text}.")
    return int(text)


def _number(option: str, text: str, what: str, wanted: str) -> int:
    """The id of something. Raises InputError for what is no number, NotFound for one that is
    longer than any id."""
    if not (text.isascii() and text.isdigit()):
        raise InputError(f"{option} takes {wanted}, not {text}.")
    if not _is_number(text):
        raise NotFound(f"There is no {what} {text}.")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
