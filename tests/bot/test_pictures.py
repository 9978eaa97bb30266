"""Thumbnails uploaded to the sandbox through the real client, remembered in a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.connection import access
from bot.pictures import PROOF_S, Pictures, Thumbnail
from bot.sandbox.options import options_from
from bot.sandbox.server import Sandbox
from core.config import Config
from db import slack_files
from db.pool import Database
from tests.bot.office import JPEG


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sandbox(config: Config) -> Iterator[Sandbox]:
    with Sandbox(replace(options_from(config), settle_s=0.3)) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pictures(
    config: Config, database: Database, sandbox: Sandbox, clock: Clock
) -> Iterator[Pictures]:
    opened = Pictures(access(config).client, database, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def thumbnails(tmp_path: Path) -> dict[int, Thumbnail]:
    made = {}
    for number in range(1, 8):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(JPEG)
        made[number] = Thumbnail(key=f"T:{number}", path=path, title=f"Picture {number}")
    return made


def test_uploads_are_returned_once_slack_can_show_them(
    pictures: Pictures, thumbnails: dict[int, Thumbnail], sandbox: Sandbox
) -> None:
    assert pictures.proven(thumbnails) == {}
    uploaded = pictures.upload(thumbnails)
    assert uploaded.keys() == thumbnails.keys()
    assert all(sandbox.backend.files.can_show(file_id) for file_id in uploaded.values())
    assert pictures.proven(thumbnails) == uploaded


def test_another_process_proves_remembered_files_before_it_shows_them(
    pictures: Pictures,
    thumbnails: dict[int, Thumbnail],
    config: Config,
    database: Database,
) -> None:
    uploaded = pictures.upload(thumbnails)
    later = Pictures(access(config).client, database)
    assert later.proven(thumbnails) == uploaded
    later.close()


def test_a_file_slack_lost_is_forgotten_and_uploaded_again(
    pictures: Pictures,
    thumbnails: dict[int, Thumbnail],
    sandbox: Sandbox,
    clock: Clock,
    database: Database,
) -> None:
    before = pictures.upload(thumbnails)
    sandbox.backend.files.delete(before[1])
    clock.now += PROOF_S + 1
    proven = pictures.proven(thumbnails)
    assert proven.keys() == thumbnails.keys() - {1}
    with database.transaction() as conn:
        assert slack_files.find(conn, ["T:1"]) == {}
    again = pictures.upload({1: thumbnails[1]})
    assert again[1] != before[1]


def test_a_thumbnail_that_vanished_or_is_no_picture_is_left_out(
    pictures: Pictures, thumbnails: dict[int, Thumbnail], tmp_path: Path
) -> None:
    (tmp_path / "1.jpg").unlink()
    (tmp_path / "2.jpg").write_bytes(b"not a picture")
    uploaded = pictures.upload({number: thumbnails[number] for number in (1, 2, 3)})
    assert uploaded.keys() == {3}


def test_without_slack_every_hit_is_left_without_a_picture(
    pictures: Pictures, thumbnails: dict[int, Thumbnail], sandbox: Sandbox
) -> None:
    sandbox.close()
    assert pictures.upload(thumbnails) == {}
    assert pictures.proven(thumbnails) == {}
