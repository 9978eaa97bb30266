"""Kinds of clothes by a model of pictures and sentences: what is said, stored and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BlipForImageTextRetrieval

from core.config import Config, ModelsConfig
from core.errors import ModelError
from core.types import Actor, Box, Detection
from db import drafts, history, videos
from db.pool import Database
from db.segments import list_segments, write_segment
from pipeline.clothes import GROUP, PROMPTS, TEXTS, kinds_of, write_clothes
from pipeline.ports import ImageTextMatcher
from pipeline.registry import Registry
from pipeline.video import frame_at
from pipeline.workshop import Workshop
from tests.support import dressed
from tests.support.checkpoints import matchers


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other are slower than one in networks this small."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dressed.film(tmp_path_factory.mktemp("hall") / "hall.mp4")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights whose scores lie around .5 and far enough apart to name something."""
    folder = tmp_path_factory.mktemp("itm")
    matchers.blip_itm(folder)
    model = BlipForImageTextRetrieval.from_pretrained(folder)
    with torch.no_grad():
        model.itm_head.weight.mul_(8)
        model.itm_head.bias.mul_(8).add_(torch.tensor([0.0, 8 * 2.2]))
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def workshop(config: Config, database: Database, checkpoint: Path) -> Workshop:
    models = ModelsConfig(
        device="cpu",
        precision="fp32",
        overrides={"image_text_matcher": f"blip-itm:{checkpoint}"},
    )
    chosen = config.model_copy(update={"models": models})
    return Workshop(config=chosen, database=database, registry=Registry(chosen))


def scores(**leading: float) -> np.ndarray:
    """One person's scores: .01 for every sentence but those of these values (``jeans=0.9``; a
    colour of shoes as ``white=...``)."""
    names = [name.replace("-", "_") for group in PROMPTS.values() for name in group]
    return np.array([leading.get(name, 0.01) for name in names], np.float32)


def people(database: Database, video_id: int) -> list[Detection]:
    with database.transaction() as conn:
        return [d for s in list_segments(conn, video_id) for d in s.detections]


def read(workshop: Workshop, video_id: int, progress: Callable[[float], None] | None = None) -> int:
    with workshop.database.transaction() as conn:
        video = videos.get_video(conn, video_id)
    return write_clothes(workshop, video, progress or (lambda _share: None))


class TestWhatIsSaid:
    def test_every_garment_that_leads_clearly_is_named_with_its_score(self):
        assert kinds_of(scores(hoodie=0.9, jeans=0.8, boots=0.7, brown=0.95)) == {
            "upper_kind": "hoodie",
            "lower_kind": "jeans",
            "shoes": "boots",
            "shoes_colour": "brown",
            "kinds": {"upper_kind": 0.9, "lower_kind": 0.8, "shoes": 0.7, "shoes_colour": 0.95},
        }

    def test_two_garments_that_fit_alike_name_neither(self):
        assert kinds_of(scores(shirt=0.9, t_shirt=0.89))["kinds"] == {}

    def test_what_fits_badly_is_not_named_however_far_ahead(self):
        assert kinds_of(scores(skirt=0.45)) == {"kinds": {}}

    def test_scores_close_to_one_are_told_apart_by_their_odds(self):
        assert kinds_of(scores(coat=0.999, jacket=0.99))["upper_kind"] == "coat"
        assert "upper_kind" not in kinds_of(scores(coat=1.0, jacket=1.0))

    @pytest.mark.parametrize("whole", ["dress", "suit"])
    def test_nothing_is_said_of_the_legs_under_a_dress_or_suit(self, whole):
        said = kinds_of(scores(**{whole: 0.9, "trousers": 0.9}))
        assert said["upper_kind"] == whole
        assert "lower_kind" not in said

    def test_shoes_out_of_view_are_not_named(self):
        said = kinds_of(scores(jeans=0.9, shoes=0.9, white=0.9), feet=False)
        assert said == {"lower_kind": "jeans", "kinds": {"lower_kind": 0.9}}

    def test_a_model_that_returns_no_numbers_names_nothing(self):
        assert kinds_of(np.full(len(TEXTS), np.nan, np.float32)) == {"kinds": {}}


class TestWhatIsStored:
    def test_each_person_gets_what_the_model_says_of_their_own_crop(self, workshop, database, clip):
        seen = [[dressed.seen(0), dressed.seen(1)], [], [dressed.seen(2)]]
        video_id, _ = dressed.add_film(database, clip, seen)
        assert read(workshop, video_id) == 3
        matcher = workshop.registry.image_text_matcher()
        named = [one.attributes["kinds"] for one in people(database, video_id)]
        assert any(named)
        assert named[0] != named[1]
        for person in people(database, video_id):
            image = frame_at(clip, person.at_ms, width=1_280).image
            height, width = image.shape[:2]
            box = person.box
            rows = slice(
                round((box.top - 0.04 * box.height) * height),
                min(round((box.top + 1.04 * box.height) * height), height),
            )
            columns = slice(
                round((box.left - 0.04 * box.width) * width),
                round((box.left + 1.04 * box.width) * width),
            )
            said = kinds_of(matcher.match([image[rows, columns]], TEXTS)[0])
            stored = dict(person.attributes)
            assert stored.pop("read_by") == f"{matcher.name}@{matcher.revision}"
            assert stored.pop("upper") in ("red", "black", "green")
            assert stored.pop("lower") in ("blue", "black")
            assert stored.pop("motion") == "stands"
            assert stored.pop("kinds") == pytest.approx(said.pop("kinds"), abs=2e-3)
            assert stored == said

    def test_crops_reach_the_model_in_the_order_of_the_people(self, workshop, database, clip):
        video_id, _ = dressed.add_film(
            database, clip, [[dressed.seen(0), dressed.seen(1)], [dressed.seen(2)]]
        )
        red_wear_jackets = Scripted(workshop, lambda crop: {"jacket": redness(crop)})
        assert read(red_wear_jackets, video_id) == 3
        assert [one.attributes.get("upper_kind") for one in people(database, video_id)] == [
            "jacket",
            None,
            None,
        ]

    def test_the_history_says_which_model_wrote_it_and_what_was_before(
        self, workshop, database, clip
    ):
        video_id, _ = dressed.add_film(database, clip, [[dressed.seen(0)]])
        read(workshop, video_id)
        matcher = workshop.registry.image_text_matcher()
        with database.transaction() as conn:
            newest = history.video_history(conn, video_id)[0]
        assert newest.kind == "clothes"
        assert newest.actor == Actor(name=f"{matcher.name}@{matcher.revision}", origin="pipeline")
        (change,) = newest.changes
        assert change.after is not None
        assert "read_by" in change.after.detections[0].attributes
        assert change.after.caption == "part 0"

    def test_whoever_is_at_the_words_of_a_segment_is_not_disturbed(self, workshop, database, clip):
        video_id, (segment_id,) = dressed.add_film(database, clip, [[dressed.seen(0)]])
        with database.transaction() as conn:
            (before,) = list_segments(conn, video_id)
            drafts.write_draft(
                conn, segment_id=segment_id, revision=before.revision,
                caption="Proposed.", caption_ko="", author="model",
            )  # fmt: skip
        assert read(workshop, video_id) == 1
        with database.transaction() as conn:
            (after,) = list_segments(conn, video_id)
            (draft,) = drafts.list_drafts(conn, [video_id])
            versions = history.video_history(conn, video_id)
        assert after.revision == before.revision
        assert not draft.stale
        assert [one.kind for one in versions] == ["clothes", "ingest"]
        assert "read_by" not in versions[0].changes[0].before.detections[0].attributes

    def test_people_found_anew_meanwhile_are_left_as_they_were_found(
        self, workshop, database, clip
    ):
        video_id, _ = dressed.add_film(database, clip, [[dressed.seen(0)]])

        def find_anew() -> None:
            with database.transaction() as conn:
                videos.lock_video(conn, video_id)
                by = Actor(name="detector", origin="pipeline")
                assert history.open_change_set(conn, video_id=video_id, kind="ingest", by=by)
                (first,) = list_segments(conn, video_id)
                found = (dressed.seen(1), dressed.seen(2))
                write_segment(conn, replace(first, detections=found), before=first)

        busy = Scripted(workshop, lambda _crop: {"jacket": 0.9}, while_reading=find_anew)
        assert read(busy, video_id) == 0
        assert len(people(database, video_id)) == 2

    def test_the_unsure_and_the_small_are_not_read(self, workshop, database, clip):
        small = Box(left=0.4, top=0.4, width=0.05, height=0.2)
        video_id, _ = dressed.add_film(
            database,
            clip,
            [[dressed.seen(0, score=0.4), dressed.seen(0, box=small), dressed.seen(0)]],
        )
        assert read(workshop, video_id) == 1
        assert sum("read_by" in one.attributes for one in people(database, video_id)) == 1

    def test_where_nobody_is_in_view_the_model_is_not_loaded(self, workshop, database, clip):
        chair = replace(dressed.seen(0), label="chair")
        video_id, _ = dressed.add_film(database, clip, [[chair], []])
        assert read(workshop, video_id) == 0
        assert not workshop.registry.is_loaded("image_text_matcher")

    def test_the_colour_matcher_names_no_kinds(self, config, database, clip):
        builtin = Workshop(config=config, database=database, registry=Registry(config))
        video_id, _ = dressed.add_film(database, clip, [[dressed.seen(0)]])
        assert read(builtin, video_id) == 0
        with database.transaction() as conn:
            assert [one.kind for one in history.video_history(conn, video_id)] == ["ingest"]


class TestGoingOn:
    def test_nobody_is_read_twice_by_the_same_model(self, workshop, database, clip):
        video_id, _ = dressed.add_film(database, clip, [[dressed.seen(0)], [dressed.seen(1)]])
        assert read(workshop, video_id) == 2
        assert read(workshop, video_id) == 0

    def test_another_model_reads_everybody_again_and_leaves_nothing_of_the_first(
        self, workshop, database, clip
    ):
        video_id, _ = dressed.add_film(database, clip, [[dressed.seen(0)]])
        read(Scripted(workshop, lambda _crop: {"jacket": 0.9, "boots": 0.9}), video_id)
        read(Scripted(workshop, lambda _crop: {"vest": 0.9}, revision="2"), video_id)
        (person,) = people(database, video_id)
        assert person.attributes["upper_kind"] == "vest"
        assert "shoes" not in person.attributes
        assert person.attributes["kinds"] == {"upper_kind": 0.9}

    def test_a_model_that_dies_in_the_second_group_loses_only_that(self, workshop, database, clip):
        crowd = [[dressed.seen(0)] * (GROUP // 2)] * 4
        video_id, _ = dressed.add_film(database, clip, crowd)
        dying = Scripted(workshop, lambda _crop: {"jacket": 0.9}, dies_at=2)
        with pytest.raises(ModelError, match="died"):
            read(dying, video_id)
        assert sum("read_by" in one.attributes for one in people(database, video_id)) == GROUP
        steps: list[float] = []
        alive = Scripted(workshop, lambda _crop: {"jacket": 0.9})
        assert read(alive, video_id, steps.append) == GROUP
        assert steps == [1.0]
        assert all("read_by" in one.attributes for one in people(database, video_id))

    def test_a_segment_somebody_changes_meanwhile_is_left_alone(self, workshop, database, clip):
        video_id, ids = dressed.add_film(database, clip, [[dressed.seen(0)], [dressed.seen(1)]])

        def edit_first() -> None:
            with database.transaction() as conn:
                videos.lock_video(conn, video_id)
                by = Actor(name="jimin", origin="web")
                assert history.open_change_set(conn, video_id=video_id, kind="caption", by=by)
                first = list_segments(conn, video_id)[0]
                write_segment(conn, replace(first, caption="mine"), before=first)

        busy = Scripted(workshop, lambda _crop: {"jacket": 0.9}, while_reading=edit_first)
        assert read(busy, video_id) == 1
        with database.transaction() as conn:
            first, second = list_segments(conn, video_id)
        assert first.id == ids[0]
        assert first.caption == "mine"
        assert "read_by" not in first.detections[0].attributes
        assert second.detections[0].attributes["upper_kind"] == "jacket"


def redness(crop: np.ndarray) -> float:
    """Close to 1 where much of the picture is red."""
    blue, green, red = (crop[:, :, channel].astype(int) for channel in range(3))
    return 0.9 if ((red > 120) & (green < 80) & (blue < 90)).mean() > 0.1 else 0.1


class Scripted(Workshop):
    """A workshop whose matcher gives the scores it is told to, of the pictures it is really
    given."""

    def __init__(
        self,
        workshop: Workshop,
        say: Callable[[np.ndarray], dict[str, float]],
        *,
        revision: str = "1",
        dies_at: int | None = None,
        while_reading: Callable[[], None] = lambda: None,
    ) -> None:
        matcher = ScriptedMatcher(say, revision, dies_at, while_reading)
        registry = ScriptedRegistry(workshop.config, matcher)
        super().__init__(config=workshop.config, database=workshop.database, registry=registry)


class ScriptedRegistry(Registry):
    def __init__(self, config: Config, matcher: ImageTextMatcher) -> None:
        super().__init__(config)
        self._matcher = matcher

    def image_text_matcher(self) -> ImageTextMatcher:
        return self._matcher


class ScriptedMatcher:
    name = "scripted"

    def __init__(
        self,
        say: Callable[[np.ndarray], dict[str, float]],
        revision: str,
        dies_at: int | None,
        while_reading: Callable[[], None],
    ) -> None:
        self.revision = revision
        self._say, self._dies_at, self._while_reading = say, dies_at, while_reading
        self._calls = 0

    def match(self, images: Sequence[np.ndarray], texts: Sequence[str]) -> np.ndarray:
        assert tuple(texts) == TEXTS
        self._calls += 1
        if self._calls == self._dies_at:
            raise ModelError("The matcher died.")
        self._while_reading()
        return np.stack([scores(**self._say(image)) for image in images])
