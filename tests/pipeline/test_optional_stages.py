"""A model that fails leaves a video that can be found, watched and edited, and a stage to try
again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import Config, ModelsConfig
from core.types import Actor
from db import edits
from db.pool import Database
from db.segments import list_segments
from db.spaces import CAPTION_SPACE, active_space, unembedded
from db.videos import failed_stages, finished_stages, with_failed_stages
from pipeline.ingest import Outcome, ingest
from pipeline.media import shelf_dir
from pipeline.models.encoding import encode_mp4
from pipeline.processing import MOST_DEATHS, Silent
from pipeline.registry import Registry
from pipeline.search import Searcher
from pipeline.worker import refresh_video
from pipeline.workshop import Workshop
from tests.support.checkpoints import captioners, faces
from tests.support.drawing import blank_room, draw_person


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "room.mp4"

    def frames():
        for number in range(60):
            image = blank_room(seed=number)
            if 20 <= number < 45:
                draw_person(image, x=40 + 14 * (number - 20), step=number)
            yield image

    encode_mp4(path, frames(), fps=10)
    return path


def workshop_with(config: Config, database: Database, **overrides: str) -> Workshop:
    models = ModelsConfig(device="cpu", precision="fp32", overrides=overrides)
    configured = config.model_copy(update={"models": models})
    return Workshop(config=configured, database=database, registry=Registry(configured))


def take_in(workshop: Workshop, clip: Path) -> Outcome:
    (outcome,) = ingest(workshop, [str(clip)], camera=None, report=Silent())
    return outcome


def stages(database: Database, video_id: int | None) -> tuple[set[str], set[str]]:
    assert video_id is not None
    with database.transaction() as conn:
        return set(finished_stages(conn, video_id)), set(failed_stages(conn, video_id))


def test_missing_weights_cost_only_what_they_are_for(config, database, clip, tmp_path):
    nowhere = str(tmp_path / "nowhere")
    workshop = workshop_with(
        config, database, face_analyzer=f"insightface:{nowhere}", captioner=f"blip:{nowhere}"
    )
    outcome = take_in(workshop, clip)
    assert outcome.status == "ready"
    assert outcome.segments > 0
    assert outcome.error is not None
    assert outcome.error.startswith("Faces were not looked for; the captions are the simple ones.")
    assert nowhere in outcome.error
    finished, failed = stages(database, outcome.video_id)
    assert failed == {"faces", "caption"}
    assert finished == {"segment", "understand", "thumbnails", "copy", "embed"}
    searcher = Searcher(config, database)
    assert searcher.search("a person walks").hits[0].segment.video_id == outcome.video_id


def test_the_next_ingest_does_only_what_was_missing(config, database, clip, tmp_path):
    nowhere = str(tmp_path / "nowhere")
    broken = workshop_with(
        config, database, face_analyzer=f"insightface:{nowhere}", captioner=f"blip:{nowhere}"
    )
    first = take_in(broken, clip)
    assert shelf_dir(config, first.video_id or 0).exists()  # the captioner will want the frames
    with database.transaction() as conn:
        before = finished_stages(conn, first.video_id or 0)
        assert with_failed_stages(conn) == [first.video_id]

    pack, blip = tmp_path / "pack", tmp_path / "blip"
    pack.mkdir()
    faces.pack(pack)
    captioners.blip(blip)
    mended = workshop_with(
        config, database, face_analyzer=f"insightface:{pack}", captioner=f"blip:{blip}"
    )
    second = take_in(mended, clip)
    assert (second.video_id, second.status, second.error) == (first.video_id, "ready", None)
    finished, failed = stages(database, second.video_id)
    assert failed == set()
    assert {"faces", "caption"} <= finished
    with database.transaction() as conn:
        after = finished_stages(conn, first.video_id or 0)
    assert {stage: after[stage] for stage in before} == before
    assert not shelf_dir(config, first.video_id or 0).exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from core.config import Config, load
from db import edits
from db.pool import Database
from db.segments import list_segments
from db.spaces import CAPTION_SPACE, active_space, unembedded
from pipeline.ingest import ingest
from pipeline.processing import Silent
from pipeline.registry import Registry
from pipeline.workshop import Workshop

class Deadly:
    name, revision = "deadly", "1"
    def moments(self, start_ms, end_ms, best_ms):
        return (best_ms,)
    def caption(self, clips):
        os.kill(os.getpid(), signal.SIGKILL)

class DeadlyRegistry(Registry):
    def captioner(self):
        return Deadly()
    def looks_again(self, port):
        return port == "captioner"

config = load(Path(sys.argv[1]))
database = Database.open(config.database.url, config.database)
workshop = Workshop(config=config, database=database, registry=DeadlyRegistry(config))
ingest(workshop, [sys.argv[2]], camera=None, report=Silent())
"""


def test_a_model_that_takes_the_process_down_is_given_up_after_some_times(
    config, config_file, database, clip
):
    def run() -> int:
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(config_file), str(clip)],
            env={**os.environ, "PYTHONPATH": os.getcwd()},
            check=False,
        )
        return done.returncode

    for _ in range(MOST_DEATHS):
        assert run() == -signal.SIGKILL
        finished, failed = stages(database, 1)
        assert {"segment", "understand", "embed"} <= finished
        assert failed == {"caption"}
    assert run() == 0
    with database.transaction() as conn:
        (reason,) = failed_stages(conn, 1).values()
    assert "process stopped" in reason
    finished, _ = stages(database, 1)
    assert "embed" in finished


def test_a_model_configured_later_sees_the_video_at_its_next_ingest(
    config, database, clip, tmp_path
):
    first = take_in(workshop_with(config, database), clip)
    assert (first.status, first.error) == ("ready", None)
    pack = tmp_path / "pack"
    pack.mkdir()
    faces.pack(pack)
    later = workshop_with(config, database, face_analyzer=f"insightface:{pack}")
    second = take_in(later, clip)
    assert second.video_id == first.video_id
    assert "faces" in stages(database, second.video_id)[0]


def test_without_its_detector_a_video_is_described_and_found_and_people_are_looked_for_later(
    config, database, clip, tmp_path
):
    corrupt = tmp_path / "yolox.onnx"
    corrupt.write_bytes(b"no model")
    broken = workshop_with(config, database, person_detector=f"yolox:{corrupt}")
    first = take_in(broken, clip)
    assert first.status == "ready"
    assert first.error is not None
    assert first.error.startswith("People and things were not looked for.")
    with database.transaction() as conn:
        before = list_segments(conn, first.video_id or 0)
    assert all("not looked for" in one.caption for one in before)
    assert all("찾아보지는 않았습니다" in one.caption_ko for one in before)
    assert Searcher(config, database).search("something moves").hits

    second = take_in(workshop_with(config, database), clip)
    assert (second.video_id, second.status, second.error) == (first.video_id, "ready", None)
    with database.transaction() as conn:
        after = list_segments(conn, first.video_id or 0)
    assert any("person" in one.caption.lower() for one in after)
    with database.transaction() as conn:
        space = active_space(conn, CAPTION_SPACE)
        assert space is not None
        assert unembedded(conn, space, first.video_id or 0) == []
    assert any(seen.label == "person" for one in after for seen in one.detections)


def test_without_its_text_encoder_a_new_video_is_found_by_its_words(
    config, database, clip, tmp_path
):
    missing = tmp_path / "nowhere"
    workshop = workshop_with(config, database, text_encoder=f"kpf-sbert:{missing}")
    outcome = take_in(workshop, clip)
    assert outcome.status == "failed"
    assert outcome.error is not None
    assert outcome.error.startswith("The captions have no vectors of the configured model.")
    assert "thumbnails" in stages(database, outcome.video_id)[0]
    searcher = Searcher(workshop.config, database, workshop.registry)
    assert searcher.search("person").hits[0].segment.video_id == outcome.video_id


def test_vectors_of_the_encoder_before_go_on_while_the_new_one_is_missing(
    config, database, clip, tmp_path
):
    other = tmp_path / "other.mp4"
    encode_mp4(other, (blank_room(seed=number) for number in range(30)), fps=10)
    take_in(workshop_with(config, database), other)
    missing = tmp_path / "nowhere"
    workshop = workshop_with(config, database, text_encoder=f"kpf-sbert:{missing}")
    outcome = take_in(workshop, clip)
    assert outcome.status == "ready"
    assert outcome.error is not None
    assert outcome.error.startswith("The captions have no vectors of the configured model.")
    result = Searcher(workshop.config, database, workshop.registry).search("somebody strolls")
    assert result.notes == ()
    assert result.hits[0].segment.video_id == outcome.video_id


def test_an_edit_whose_model_is_missing_is_described_and_left_to_the_next_ingest(
    config, database, clip, tmp_path
):
    whole = workshop_with(config, database)
    video_id = take_in(whole, clip).video_id or 0
    with database.transaction() as conn:
        segment = max(list_segments(conn, video_id), key=lambda one: one.duration_ms)
    edits.split(
        database,
        segment.id,
        at_ms=(segment.start_ms + segment.end_ms) // 2,
        by=Actor(name="jimin", origin="web"),
        expected_revision=segment.revision,
        idempotency_key="split",
    )
    corrupt = tmp_path / "yolox.onnx"
    corrupt.write_bytes(b"no model")
    refresh_video(workshop_with(config, database, person_detector=f"yolox:{corrupt}"), video_id)
    with database.transaction() as conn:
        assert not any(one.needs_caption for one in list_segments(conn, video_id))
        assert set(failed_stages(conn, video_id)) == {"understand"}
    assert take_in(whole, clip).error is None


def test_ctrl_c_and_a_lost_database_are_no_deaths(config, database, clip):
    class Stopping(Registry):
        raised: type[BaseException] = KeyboardInterrupt

        def captioner(self):
            raise self.raised

        def looks_again(self, port):
            return port == "captioner"

    registry = Stopping(config)
    workshop = Workshop(config=config, database=database, registry=registry)
    for _ in range(MOST_DEATHS + 1):
        with pytest.raises(KeyboardInterrupt):
            ingest(workshop, [str(clip)], camera=None, report=Silent())
    assert stages(database, 1)[1] == set()
