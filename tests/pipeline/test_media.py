from __future__ import annotations

import resource
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.config import Config
from core.errors import MachineError
from core.types import Video, VideoFacts
from pipeline.media import playable_path, replacing, thumbnail_path

FACTS = VideoFacts(
    duration_ms=1_000,
    start_ms=0,
    fps=10,
    width=160,
    height=120,
    codec="h264",
    container="mp4",
    rotation=0,
    has_audio=False,
    browser_playable=True,
    recorded_at=None,
)

VIDEO = Video(
    id=7,
    source="/films/a.mp4",
    path="/films/a.mp4",
    sha256="0" * 64,
    title="a",
    camera=None,
    recorded_at=None,
    added_at=datetime(2026, 11, 21, tzinfo=UTC),
    facts=FACTS,
    status="ready",
    stage=None,
    progress=1.0,
    error=None,
    segment_count=0,
)


def test_a_thumbnail_lies_under_its_video_and_moment(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    assert thumbnail_path(config, 7, 1_500) == tmp_path / "media" / "thumbnails" / "7" / "1500.jpg"


def test_the_original_is_played_where_browsers_can(tmp_path: Path) -> None:
    assert playable_path(Config(data_dir=tmp_path), VIDEO) == Path("/films/a.mp4")


def test_the_copy_is_played_where_they_cannot(tmp_path: Path) -> None:
    gif = replace(VIDEO, facts=replace(FACTS, browser_playable=False))
    assert tmp_path in playable_path(Config(data_dir=tmp_path), gif).parents


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.txt"
    for text in ("one", "two"):
        with replacing(target) as part:
            part.write_text(text)
            assert not target.exists() or target.read_text() == "one"
    assert target.read_text() == "two"
    assert [p.name for p in target.parent.iterdir()] == ["a.txt"]


def test_a_failure_keeps_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def half_done() -> None:
        with replacing(target) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with (
            pytest.raises(MachineError, match=r"cannot be written .*free some disk space"),
            replacing(tmp_path / "a.bin") as part,
        ):
            part.write_bytes(b"x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(MachineError, match="cannot be written"),
        replacing(tmp_path / "file" / "a.txt"),
    ):
        pytest.fail("the folder cannot exist")
