"""Captions by a model: in place of the describer's, never of a person's; again in bulk, with a
preview."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import Config, GeminiConfig, ModelsConfig
from core.errors import EditRefused, ModelError
from core.types import Actor, Segment, Video
from db import edits, history
from db.drafts import list_drafts
from db.pool import Database
from db.segments import list_segments
from db.videos import get_video
from pipeline.captioning import GROUP, write_captions, write_korean
from pipeline.commands.redo import _say_what_stayed
from pipeline.models.encoding import encode_mp4
from pipeline.ports import Captioner
from pipeline.recaption import draft as propose
from pipeline.recaption import drop, take
from pipeline.registry import Registry
from pipeline.workshop import Workshop
from tests.support.checkpoints import captioners
from tests.support.drawing import blank_room, draw_person
from tests.support.library import add_segments, add_video, draft

JIMIN = Actor(name="jimin", origin="web")
SEGMENTS, LENGTH_MS = GROUP + 2, 300


def nowhere(_share: float) -> None:
    return None


def frames():
    for number in range(SEGMENTS * LENGTH_MS // 100):
        image = blank_room(seed=number)
        draw_person(image, x=40 + 7 * number, step=number)
        yield image


@pytest.fixture
def video(database: Database, tmp_path: Path) -> Video:
    """More segments than are captioned at once, described."""
    path = tmp_path / "room.mp4"
    encode_mp4(path, frames(), fps=10)
    video_id = add_video(database, title="room", path=str(path))
    drafts = [
        draft(video_id, LENGTH_MS * n, LENGTH_MS * (n + 1), f"Described {n}.", f"설명 {n}.")
        for n in range(SEGMENTS)
    ]
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        return get_video(conn, video_id)


@pytest.fixture
def workshop(config: Config, database: Database, tmp_path: Path) -> Workshop:
    folder = tmp_path / "blip"
    captioners.blip(folder)
    models = ModelsConfig(device="cpu", precision="fp32", overrides={"captioner": f"blip:{folder}"})
    configured = config.model_copy(update={"models": models})
    return Workshop(config=configured, database=database, registry=Registry(configured))


def segments_of(database: Database, video: Video) -> list[Segment]:
    with database.transaction() as conn:
        return list_segments(conn, video.id)


def correct(database: Database, segment: Segment, caption: str) -> Segment:
    edited = edits.edit_caption(
        database,
        segment.id,
        caption=caption,
        by=JIMIN,
        expected_revision=segment.revision,
        idempotency_key=f"correct-{segment.id}-{segment.revision}",
    )
    return edited.segments[0]


def author_of(workshop: Workshop) -> str:
    captioner = workshop.registry.captioner()
    assert captioner is not None
    return f"{captioner.name}@{captioner.revision}"


def test_the_model_replaces_the_describer_and_never_a_person(workshop, database, video):
    correct(database, segments_of(database, video)[2], "Jimin's words.")
    assert write_captions(workshop, video, nowhere) == SEGMENTS - 1
    after = segments_of(database, video)
    assert after[2].caption == "Jimin's words."
    for one in [*after[:2], *after[3:]]:
        assert one.caption_author == author_of(workshop)
        assert not one.caption.startswith("Described")
        assert one.caption_ko.startswith("설명")  # nobody writes Korean here: it stays
    assert write_captions(workshop, video, nowhere) == 0


class Watched:
    """A captioner that counts its clips and falls over at its call number ``dies_at``."""

    def __init__(self, captioner: Captioner, dies_at: int) -> None:
        self.name, self.revision = captioner.name, captioner.revision
        self.moments = captioner.moments
        self.clips: list[int] = []
        self._captioner, self._dies_at = captioner, dies_at

    def caption(self, clips):
        self.clips.append(len(clips))
        if len(self.clips) == self._dies_at:
            raise ModelError("The captioner fell over.")
        return self._captioner.caption(clips)


class WatchedRegistry(Registry):
    def __init__(self, config: Config, dies_at: int = 0) -> None:
        super().__init__(config)
        captioner = super().captioner()
        assert captioner is not None
        self.watched = Watched(captioner, dies_at)

    def captioner(self) -> Captioner:
        return self.watched


def test_a_model_that_dies_in_the_middle_loses_only_its_group(workshop, database, video):
    registry = WatchedRegistry(workshop.config, dies_at=2)
    watched = Workshop(config=workshop.config, database=database, registry=registry)
    with pytest.raises(ModelError, match="fell over"):
        write_captions(watched, video, nowhere)
    written = [one.caption_author == author_of(workshop) for one in segments_of(database, video)]
    assert written == [True] * GROUP + [False] * (SEGMENTS - GROUP)
    assert write_captions(watched, video, nowhere) == SEGMENTS - GROUP
    assert registry.watched.clips == [GROUP, SEGMENTS - GROUP, SEGMENTS - GROUP]


def test_the_empty_view_of_a_quiet_film_is_captioned_once(workshop, database, tmp_path):
    count, path = 40, tmp_path / "quiet.mp4"
    room = blank_room(seed=0)
    encode_mp4(path, (room for _ in range(count * LENGTH_MS // 100)), fps=10)
    video_id = add_video(database, title="quiet", path=str(path))
    spans = [(LENGTH_MS * n, LENGTH_MS * (n + 1)) for n in range(count)]
    with database.transaction() as conn:
        add_segments(conn, video_id, [draft(video_id, *span, "Described.") for span in spans])
        quiet = get_video(conn, video_id)
    registry = WatchedRegistry(workshop.config)
    watched = Workshop(config=workshop.config, database=database, registry=registry)
    assert write_captions(watched, quiet, nowhere) == count
    assert registry.watched.clips == [1]
    assert len({one.caption for one in segments_of(database, quiet)}) == 1


def test_a_silent_writer_leaves_the_describers_korean(workshop, database, video):
    gemini = GeminiConfig(api_key="key", base_url="http://127.0.0.1:9")  # nobody listens there
    models = workshop.config.models
    overrides = {**models.overrides, "writer": "gemini"}
    config = workshop.config.model_copy(
        update={"gemini": gemini, "models": models.model_copy(update={"overrides": overrides})}
    )
    keyed = Workshop(config=config, database=database, registry=Registry(config))
    assert write_captions(keyed, video, nowhere) == SEGMENTS
    for number, one in enumerate(segments_of(database, video)):
        assert one.caption_author == author_of(workshop)
        assert one.caption_ko == f"설명 {number}."
    with pytest.raises(ModelError, match="Korean captions are still the simple ones"):
        write_korean(keyed, video)


class Speaking:
    """A writer that answers."""

    name, revision = "writer", "1"

    def korean(self, captions):
        return [f"번역: {one}" for one in captions]


class SpeakingRegistry(Registry):
    def writer(self) -> Speaking:
        return Speaking()


def test_korean_a_silent_writer_left_out_is_written_later(workshop, database, video):
    assert write_captions(workshop, video, nowhere) == SEGMENTS
    corrected = correct(database, segments_of(database, video)[3], "Jimin's words.")
    speaking = Workshop(
        config=workshop.config, database=database, registry=SpeakingRegistry(workshop.config)
    )
    assert write_korean(workshop, video) == 0  # nobody to ask
    assert write_korean(speaking, video) == SEGMENTS - 1
    for one in segments_of(database, video):
        if one.id == corrected.id:
            assert one.caption_ko == corrected.caption_ko
        else:
            assert one.caption_ko == f"번역: {one.caption}"
            assert one.caption_author == f"{author_of(workshop)} + writer"
    assert write_korean(speaking, video) == 0
    assert [one.segment_id for one in propose(speaking, video, nowhere)] == [corrected.id]


def test_doing_captions_again_says_what_it_leaves_and_how_to_replace_it(
    workshop, database, video, capsys
):
    write_captions(workshop, video, nowhere)
    _say_what_stayed(workshop, video)
    assert capsys.readouterr().out == ""
    correct(database, segments_of(database, video)[0], "Jimin's words.")
    _say_what_stayed(workshop, video)
    said = capsys.readouterr().out
    assert "Captions by jimin stay as they are (1)" in said
    assert f"captions propose {video.id}" in said


def test_proposals_change_nothing_until_they_are_taken_as_one_operation(workshop, database, video):
    correct(database, segments_of(database, video)[1], "Jimin's words.")
    before = segments_of(database, video)
    drafts = propose(workshop, video, nowhere)
    assert segments_of(database, video) == before
    assert [one.before for one in drafts] == [one.caption for one in before]
    assert all(one.caption and one.author == author_of(workshop) for one in drafts)

    taken = take(database, video.id, by=JIMIN, idempotency_key="take")
    assert len(taken.result.segments) == SEGMENTS
    assert taken.left == ()
    after = segments_of(database, video)
    assert [one.caption for one in after] == [one.caption for one in drafts]
    again = take(database, video.id, by=JIMIN, idempotency_key="take")
    assert again.result.change_set_id == taken.result.change_set_id

    edits.revert(database, taken.result.change_set_id, by=JIMIN, idempotency_key="revert")
    restored = segments_of(database, video)
    assert [one.caption for one in restored] == [one.caption for one in before]
    assert [one.caption_author for one in restored] == [one.caption_author for one in before]
    with database.transaction() as conn:
        kinds = [change.kind for change in history.video_history(conn, video.id)]
    assert kinds[:2] == ["revert", "recaption"]


def test_what_changed_since_its_proposal_is_left_alone_and_named(workshop, database, video):
    propose(workshop, video, nowhere)
    segment = segments_of(database, video)[3]
    correct(database, segment, "Meanwhile.")
    with database.transaction() as conn:
        assert [one.stale for one in list_drafts(conn, [video.id])].count(True) == 1
    taken = take(database, video.id, by=JIMIN, idempotency_key="take")
    assert taken.left == (segment.id,)
    assert segments_of(database, video)[3].caption == "Meanwhile."


def test_only_the_chosen_are_taken_and_the_rest_can_be_dropped(workshop, database, video):
    propose(workshop, video, nowhere)
    chosen = segments_of(database, video)[0].id
    taken = take(database, video.id, by=JIMIN, idempotency_key="one", segment_ids=[chosen])
    assert [one.id for one in taken.result.segments] == [chosen]
    assert drop(database, video.id) == SEGMENTS - 1
    with pytest.raises(EditRefused, match="propose some first"):
        take(database, video.id, by=JIMIN, idempotency_key="two")


def test_proposing_again_goes_on_with_what_has_no_fresh_proposal(workshop, database, video):
    propose(workshop, video, nowhere)
    correct(database, segments_of(database, video)[0], "Changed.")
    registry = WatchedRegistry(workshop.config)
    watched = Workshop(config=workshop.config, database=database, registry=registry)
    assert not any(one.stale for one in propose(watched, video, nowhere))
    assert registry.watched.clips == [1]


def test_without_a_captioner_it_is_said_how_to_get_one(config, database, video):
    plain = Workshop(config=config, database=database, registry=Registry(config))
    assert write_captions(plain, video, nowhere) == 0
    with pytest.raises(ModelError, match=r"models\.overrides\.captioner"):
        propose(plain, video, nowhere)
