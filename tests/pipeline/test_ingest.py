"""Ingest: what goes in can be found, once, and nobody who dies on the way loses anything."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import Config
from core.errors import NotFound
from db import jobs, videos
from db.pool import Database
from db.rows import fetch_all, fetch_value
from db.segments import list_segments
from pipeline.ingest import ingest, register
from pipeline.media import thumbnail_path
from pipeline.processing import Silent, process
from pipeline.registry import Registry
from pipeline.search import Searcher
from pipeline.sources import resolve
from pipeline.stages import OPTIONAL, STAGES
from pipeline.workshop import Workshop
from tests.support.process import run, run_json, start, wait_until


@pytest.fixture
def clip(sample: Path) -> Path:
    return sorted(sample.glob("*.mp4"))[0]


@pytest.fixture
def workshop(config: Config, database: Database) -> Workshop:
    return Workshop(config=config, database=database, registry=Registry(config))


def stored(database: Database) -> list[dict[str, object]]:
    with database.transaction() as conn:
        return fetch_all(conn, "SELECT id, status, error FROM videos ORDER BY id")


def assert_whole(database: Database, video_id: int) -> None:
    """Segments cover the video once, each with captions in both languages and one vector."""
    with database.transaction() as conn:
        video = videos.get_video(conn, video_id)
        found = list_segments(conn, video_id)
        vectors = fetch_value(conn, "SELECT count(*) FROM segment_vectors")
        stages = videos.finished_stages(conn, video_id)
    assert video.status == "ready"
    assert set(stages) == set(STAGES) - set(OPTIONAL)
    edges = [(s.start_ms, s.end_ms) for s in found]
    assert edges[0][0] == 0
    assert edges[-1][1] == video.facts.duration_ms
    assert all(a[1] == b[0] for a, b in itertools.pairwise(edges))
    assert all(s.caption and s.caption_ko and not s.needs_caption for s in found)
    assert vectors == len(found)


def test_a_file_whose_name_is_no_utf_8_fails_alone(workshop, clip, tmp_path):
    for name in (os.fsdecode("가.mp4".encode("cp949")), "나.mp4"):
        shutil.copy(clip, tmp_path / name)
    outcomes = ingest(workshop, [str(tmp_path)], camera=None, report=Silent())
    failed = next(outcome for outcome in outcomes if outcome.status == "failed")
    assert "not valid UTF-8" in (failed.error or "")
    assert failed.source == str(tmp_path / "??.mp4")
    assert [outcome.status for outcome in outcomes if outcome is not failed] == ["ready"]


def test_what_goes_in_is_found(workshop, config, database, clip):
    (outcome,) = ingest(workshop, [str(clip)], camera=None, report=Silent())
    assert (outcome.status, outcome.error) == ("ready", None)
    assert_whole(database, outcome.video_id)
    with database.transaction() as conn:
        found = list_segments(conn, outcome.video_id)
    assert all(thumbnail_path(config, outcome.video_id, s.thumbnail_ms).exists() for s in found)
    active = next(s for s in found if s.kind == "activity")
    searcher = Searcher(config, database)
    for words in (active.caption, active.caption_ko):
        assert searcher.search(words).hits[0].segment.caption == active.caption


def test_the_same_bytes_are_one_video_wherever_they_lie(workshop, database, clip, tmp_path):
    copy = tmp_path / "copy of the clip.mp4"
    shutil.copy(clip, copy)
    first, again, other = ingest(
        workshop, [str(clip), str(clip), str(copy)], camera=None, report=Silent()
    )
    assert first.video_id == again.video_id == other.video_id
    assert len(stored(database)) == 1
    assert_whole(database, first.video_id)


def test_a_moved_file_is_followed_to_its_new_place(workshop, database, clip, tmp_path):
    old, new = tmp_path / "old.mp4", tmp_path / "new.mp4"
    shutil.copy(clip, old)
    (first,) = ingest(workshop, [str(old)], camera=None, report=Silent())
    old.rename(new)
    ingest(workshop, [str(new)], camera=None, report=Silent())
    with database.transaction() as conn:
        assert videos.get_video(conn, first.video_id).path == str(new)


def test_two_ingests_of_one_file_at_once_are_one_video(config_file, database, clip):
    both = [start(config_file, "pipeline", "ingest", str(clip), "--json") for _ in range(2)]
    documents = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert [d["videos"][0]["status"] for d in documents] == ["ready", "ready"]
    (video,) = stored(database)
    assert_whole(database, video["id"])


def waiting_video(database: Database, config_file: Path, clip: Path) -> int:
    """A video whose ingest was killed at its very beginning: stored, with its job."""
    process = start(config_file, "pipeline", "ingest", str(clip))
    wait_until(lambda: bool(stored(database)), what="the video is stored")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (video,) = stored(database)
    return video["id"]


def test_a_killed_command_line_leaves_the_rest_to_the_worker(config_file, database, clip):
    video_id = waiting_video(database, config_file, clip)
    worker = start(config_file, "pipeline", "worker")
    wait_until(lambda: stored(database)[0]["status"] == "ready", what="the worker finishes")
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert_whole(database, video_id)


@pytest.mark.parametrize("stage", ["segment", "understand", "thumbnails"])
def test_a_worker_killed_in_the_middle_is_replaced_without_loss(config_file, database, clip, stage):
    video_id = waiting_video(database, config_file, clip)
    worker = start(config_file, "pipeline", "worker")
    reached = "SELECT stage FROM videos WHERE stage = %(stage)s"

    def in_stage() -> bool:
        with database.transaction() as conn:
            return fetch_value(conn, reached, {"stage": stage}) is not None

    wait_until(in_stage, what=f"the worker is in {stage}")
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    with database.transaction() as conn:
        assert videos.get_video(conn, video_id).status == "processing"
    second = start(config_file, "pipeline", "worker")
    wait_until(lambda: stored(database)[0]["status"] == "ready", what="the second worker finishes")
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=30)
    assert_whole(database, video_id)


def test_a_source_that_vanishes_fails_with_a_sentence_and_can_be_tried_again(
    workshop, database, clip, tmp_path
):
    moving = tmp_path / "moving.mp4"
    shutil.copy(clip, moving)
    (source,) = resolve(workshop.config, [str(moving)], lambda _: None)
    video_id = register(workshop, source, None, Silent())
    moving.rename(tmp_path / "away.mp4")
    with pytest.raises(NotFound, match="not there any more"):
        process(workshop, video_id, Silent())
    with database.transaction() as conn:
        assert videos.get_video(conn, video_id).status == "failed"
    (tmp_path / "away.mp4").rename(moving)
    ingest(workshop, [str(moving)], camera=None, report=Silent())
    assert_whole(database, video_id)


def test_a_failed_video_that_is_registered_again_gets_a_new_job(workshop, database, clip):
    (source,) = resolve(workshop.config, [str(clip)], lambda _: None)
    video_id = register(workshop, source, None, Silent())
    with database.transaction() as conn:
        jobs.finish_ingests(conn, video_id)
        videos.set_progress(conn, video_id, status="failed", error="The disk was full.")
    assert register(workshop, source, None, Silent()) == video_id
    with database.transaction() as conn:
        assert videos.get_video(conn, video_id).status == "queued"
        assert jobs.is_ingest_waiting(conn, video_id)


def bad_inputs(folder: Path) -> dict[str, Path]:
    from pipeline.video import encode_mp4

    good = folder / "good.mp4"
    import numpy as np

    encode_mp4(good, (np.full((64, 64, 3), n * 20, np.uint8) for n in range(10)), fps=5)
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "text.mp4").write_text("not a video\n" * 50)
    (folder / "truncated.mp4").write_bytes(good.read_bytes()[:200])
    (folder / "nothing").mkdir()
    (folder / "nothing" / "readme.txt").write_text("no video here")
    return {
        "missing": folder / "missing.mp4",
        "empty": folder / "empty.mp4",
        "text": folder / "text.mp4",
        "truncated": folder / "truncated.mp4",
        "folder without video": folder / "nothing",
    }


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "truncated", "folder without video"])
def test_bad_input_is_one_sentence_and_leaves_nothing(config_file, database, tmp_path, kind):
    path = bad_inputs(tmp_path)[kind]
    done = run(config_file, "pipeline", "ingest", str(path), "--json")
    assert done.returncode == 1
    (video,) = json.loads(done.stdout)["videos"]
    assert (video["status"], video["video_id"], video["segments"]) == ("failed", None, 0)
    assert str(path.name) in done.stderr
    assert video["error"] in done.stderr
    assert "Traceback" not in done.stderr
    assert "\n" not in video["error"]
    assert stored(database) == []


def test_one_bad_file_does_not_stop_the_good_ones(config_file, database, clip, tmp_path):
    shutil.copy(clip, tmp_path / "b.mp4")
    (tmp_path / "a.mp4").write_text("not a video")
    document = run_json(config_file, "pipeline", "ingest", str(tmp_path))
    assert sorted(v["status"] for v in document["videos"]) == ["failed", "ready"]
    assert len(stored(database)) == 1


def test_an_unknown_camera_is_refused_before_anything_is_done(config_file, database, clip):
    run(config_file, "pipeline", "cameras", "add", "front-door")
    done = run(config_file, "pipeline", "ingest", str(clip), "--camera", "frontdoor")
    assert done.returncode == 1
    assert "Did you mean front-door?" in done.stderr
    assert stored(database) == []


def test_the_command_line_says_one_sentence_when_the_database_is_away(config, tmp_path):
    path = tmp_path / "away.json"
    path.write_text(json.dumps({"database": {"url": "postgresql://u:hush@127.0.0.1:1/x"}}))
    done = run(path, "pipeline", "videos", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "hush" not in done.stderr


def test_json_is_all_of_standard_output_everywhere(config_file, clip):
    ingested = run_json(config_file, "pipeline", "ingest", str(clip))
    (video,) = ingested["videos"]
    assert set(video) == {"video_id", "source", "status", "segments", "error"}
    listed = run_json(config_file, "pipeline", "videos")
    assert [v["video_id"] for v in listed["videos"]] == [video["video_id"]]
    segments = run_json(config_file, "pipeline", "segments", str(clip))
    assert len(segments["segments"]) == video["segments"]
    found = run_json(config_file, "pipeline", "search", "person")
    assert {
        "segment_id", "video_id", "source", "start_ms", "end_ms", "caption", "caption_ko",
        "people", "score", "reasons",
    } <= set(found["hits"][0])  # fmt: skip


def test_jobs_of_a_finished_ingest_are_withdrawn(workshop, database, clip):
    (outcome,) = ingest(workshop, [str(clip)], camera=None, report=Silent())
    with database.transaction() as conn:
        assert not jobs.is_ingest_waiting(conn, outcome.video_id)


def test_importing_the_command_line_loads_no_model_library():
    heavy = ("torch", "cv2", "av", "transformers")
    code = f"import sys, pipeline.__main__; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
