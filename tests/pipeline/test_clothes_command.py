"""python -m pipeline clothes: what a person at a terminal sees."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.config import Config
from core.errors import InputError, NotFound
from db.pool import Database
from pipeline.commands import clothes
from tests.support import dressed
from tests.support.dressed import seen

Run = Callable[..., int]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dressed.film(tmp_path_factory.mktemp("hall") / "hall.mp4")


@pytest.fixture
def hall(database: Database, clip: Path) -> tuple[int, list[int]]:
    return dressed.add_film(database, clip, [[seen(0)], [seen(1)], [seen(2)]], camera="hall")


@pytest.fixture
def run(config: Config, database: Database) -> Run:
    parser = argparse.ArgumentParser()
    clothes.register(parser.add_subparsers())

    def call(*words: str) -> int:
        arguments = parser.parse_args(["clothes", *words])
        return int(arguments.run(config, arguments))

    return call


def test_hits_are_shown_with_time_link_and_picture(run, hall, config, capsys):
    video_id, segment_ids = hall
    assert run("red", "shirt,", "blue", "trousers") == 0
    shown, noted = capsys.readouterr()
    lines = [line.strip() for line in shown.splitlines()]
    assert lines[0].split() == [
        "1.00",
        "0:06.0",
        "hall",
        "0:04-0:10",
        "(segment",
        f"{segment_ids[0]})",
    ]
    assert lines[1] == "red top, blue bottoms"
    assert lines[2] == f"{config.editor_url}/videos/{video_id}?segment={segment_ids[0]}"
    assert Path(lines[3]).is_file()
    assert "comparing people" in noted
    assert "kinds of clothes, shoes and bags play no part" in noted


def test_json_is_one_document(run, hall, capsys):
    assert run("검은 바지", "--json", "--top-k", "1", "--similarity", "0.1") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["description"] == "검은 바지"
    assert found["english"] == "a person wearing black trousers"
    assert (found["total"], found["compared"]) == (2, 3)
    (hit,) = found["hits"]
    assert hit["at_ms"] in (dressed.span_ms(1)[0] + 2_000, dressed.span_ms(2)[0] + 2_000)
    assert hit["matched_ko"] == ["검은 하의"]
    assert set(hit["box"]) == {"left", "top", "width", "height"}
    assert Path(hit["picture"]).is_file()
    assert "/videos/" in hit["link"]


def test_nobody_found_is_said(run, hall, capsys):
    assert run("purple", "jacket") == 0
    shown, noted = capsys.readouterr()
    assert shown == "Nobody found for: purple jacket\n"
    assert "the nearest had 0.00" in noted


def test_more_than_shown_are_counted(run, hall, capsys):
    assert run("black trousers", "--top-k", "1") == 0
    assert "1 of 2 people shown; --top-k shows more." in capsys.readouterr().out


def test_footage_is_looked_at_anew_at_the_configured_or_the_given_rate(run, hall, capsys):
    assert run("green jacket", "--fps", "--video", "hall") == 0
    once = capsys.readouterr().out
    assert run("green jacket", "--fps", "1", "--camera", "hall") == 0
    assert capsys.readouterr().out == once
    assert "green top" in once


def test_what_there_is_not_is_one_sentence(run, hall):
    with pytest.raises(NotFound, match="There is no video cellar"):
        run("red jacket", "--video", "cellar")
    with pytest.raises(NotFound, match="There is no camera cellar"):
        run("red jacket", "--camera", "cellar")
    with pytest.raises(InputError, match="similarity is a number from 0 to 1"):
        run("red jacket", "--similarity", "7")
