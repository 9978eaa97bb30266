"""python -m pipeline search: what a person at a terminal sees."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.config import Config
from core.errors import InputError
from core.types import Chip, Removed, SearchResult
from db.pool import Database
from pipeline.answers import ADDED_COUNTS
from pipeline.commands import search
from pipeline.search import MORE, Searcher
from tests.support.library import add_video

Run = Callable[..., int]


@pytest.fixture
def run(config: Config, database: Database) -> Run:
    parser = argparse.ArgumentParser()
    search.register(parser.add_subparsers())

    def call(*words: str) -> int:
        arguments = parser.parse_args(["search", *words])
        return int(arguments.run(config, arguments))

    return call


@pytest.fixture
def library(database: Database) -> None:
    """Twelve moments that stand apart."""
    times = [(n * 20_000, n * 20_000 + 5_000) for n in range(12)]
    add_video(
        database, [(a, b, "A red car.", "빨간 차입니다.") for a, b in times], duration_ms=300_000
    )


@pytest.mark.parametrize("query", [["longer:2s"], ["--", "-dark"], ["red car"]])
def test_what_is_not_shown_is_counted(run, library, capsys, query):
    assert run(*query) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "10 of 12 moments; --limit 12 shows more."
    assert run("--korean", "--limit", "5", *query) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "순간 12개 중 5개입니다. 더 보기: --limit 12"


def test_a_later_page_says_where_it_stands(run, library, capsys):
    run("longer:2s", "--limit", "5", "--offset", "5")
    assert capsys.readouterr().out.splitlines()[-1] == "6–10 of 12 moments; --offset 10 shows more."
    run("longer:2s", "--limit", "5", "--offset", "5", "--korean")
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "순간 12개 중 6–10번째입니다. 더 보기: --offset 10"
    run("longer:2s", "--offset", "10")
    assert "shows more" not in capsys.readouterr().out
    run("longer:2s", "--offset", "20")
    assert capsys.readouterr().out == "There are no more than 12.\n"


def test_a_count_that_is_not_all_says_so(config, database, library, capsys):
    few = Searcher(config, database).search("longer:2s", limit=1)
    english, korean = zip(ADDED_COUNTS, MORE, strict=True)
    result = replace(few, total=300, notes=english, notes_ko=korean)
    search.print_result(result, korean=False)
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 300+ moments; --limit 300 shows more."
    search.print_result(result, korean=True)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "순간 300+개 중 1개입니다. 더 보기: --limit 300"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["car", "--limit", "0"], "--limit takes a number from 1 to 1000, not 0."),
        (["car", "--limit", "abc"], "--limit takes a number from 1 to 1000, not abc."),
        (["car", "--limit", "1001"], "--limit takes a number from 1 to 1000, not 1001."),
        (["car", "--limit", "²"], "--limit takes a number from 1 to 1000, not ²."),
        (["car", "--offset", "-1"], "--offset takes a number from 0 to 1000, not -1."),
        (
            ["--similar", "abc"],
            "--similar takes the number of a segment, as hits show it, not abc.",
        ),
        (["--similar", "9" * 19], f"There is no segment {'9' * 19}."),
        (["--face", "x"], "--face takes the number of an appearance, not x."),
        ([], "Say what to look for: words, or one of --similar, --picture, --face."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(run, arguments, message):
    with pytest.raises(InputError) as refused:
        run(*arguments)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "arguments",
    [
        ["--picture", "x.jpg", "--", "black"],
        ["--similar", "14", "--picture", "x.jpg"],
        ["--similar", "0", "--face", "0"],
    ],
)
def test_two_ways_to_ask_cannot_be_combined(run, arguments):
    with pytest.raises(InputError, match="cannot be combined"):
        run(*arguments)


@pytest.mark.parametrize(
    ("label", "label_ko", "english", "korean"),
    [
        ("not person: 지민", "제외: 인물: 지민", "-person: 지민", "-인물: 지민"),
        ("camera: hall", "카메라: hall", "camera: hall", "카메라: hall"),
        ("not dark", "제외: dark", "-dark", "-dark"),
    ],
)
def test_what_a_filter_costs_reads_as_it_was_typed(capsys, label, label_ko, english, korean):
    chip = Chip(name="any", label=label, label_ko=label_ko, without="red")
    for count, at_least, said in ((1, False, "1 moment"), (300, True, "300+ moments")):
        removed = (Removed(chip=chip, count=count, at_least=at_least),)
        found = SearchResult(query="red", hits=(), total=0, took_ms=0, removed=removed)
        search.print_result(found, korean=False)
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == f"Without {english}: {said}  (red)"
        search.print_result(found, korean=True)
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == f"{korean} 빼면 {count}{'+' if at_least else ''}개  (red)"
