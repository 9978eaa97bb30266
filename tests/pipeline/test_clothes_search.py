"""Search by description over people: who is found, in what order, and what an answer admits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.config import Config, ModelsConfig
from core.errors import InputError, ModelError, NotFound, UnreadableMedia
from core.types import Box
from db.clothes import WantedClothes, likeliest_people
from db.pool import Database
from pipeline.clothes_candidates import MOST_CANDIDATES
from pipeline.clothes_search import CAPTIONED, ClothesAnswer, find_people
from pipeline.processing import Silent
from pipeline.registry import Registry
from pipeline.video import frame_at
from pipeline.workshop import Workshop
from tests.support import REPOSITORY, dressed, library
from tests.support.checkpoints import captioners, matchers
from tests.support.dressed import seen


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
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders "itm" and "blip" with tiny models."""
    folder = tmp_path_factory.mktemp("models")
    matchers.blip_itm(folder / "itm")
    captioners.blip(folder / "blip")
    return folder


@pytest.fixture
def workshop(config: Config, database: Database) -> Workshop:
    return Workshop(config=config, database=database, registry=Registry(config))


def with_models(workshop: Workshop, **overrides: str) -> Workshop:
    models = ModelsConfig(device="cpu", precision="fp32", overrides=overrides)
    config = workshop.config.model_copy(update={"models": models})
    return replace(workshop, config=config, registry=Registry(config))


def find(workshop: Workshop, description: str, **limits: object) -> ClothesAnswer:
    return find_people(workshop, description, report=Silent(), **limits)


def times(answer: ClothesAnswer) -> list[int]:
    """The visitor each hit shows, in the order of the hits."""
    return [
        number
        for hit in answer.hits
        for number in range(len(dressed.VISITORS))
        if dressed.span_ms(number)[0] <= hit.at_ms < dressed.span_ms(number)[1]
    ]


def cut_out(clip: Path, number: int) -> np.ndarray:
    """The visitor of this number with a twenty-fifth of the box around it."""
    image = frame_at(clip, dressed.span_ms(number)[0] + 2_000, width=1_280).image
    height, width = image.shape[:2]
    edges = np.array([0.35 - 0.024, 0.95 + 0.024, 0.43 - 0.0056, 0.57 + 0.0056])
    top, bottom, left, right = np.round(edges * [height, height, width, width]).astype(int)
    return image[top:bottom, left:right]


@pytest.fixture
def hall(database: Database, clip: Path) -> tuple[int, list[int]]:
    """The video's and its segments' ids; one visitor in each segment."""
    return dressed.add_film(database, clip, [[seen(0)], [seen(1)], [seen(2)]], camera="hall")


class TestStoredPeople:
    @pytest.mark.parametrize(
        ("description", "visitor"),
        [
            ("red shirt, blue trousers", 0),
            ("빨간 셔츠에 파란 바지", 0),
            ("a man in a black jacket and black trousers", 1),
            ("상의가 검은 사람", 1),
            ("green t-shirt, black jeans", 2),
            ("초록색 티셔츠에 검은 바지를 입은 사람", 2),
        ],
    )
    def test_the_one_dressed_like_that_comes_first(self, workshop, hall, description, visitor):
        answer = find(workshop, description)
        assert times(answer)[0] == visitor
        assert answer.hits[0].score > 0.9
        assert all(one.score < 0.9 for one in answer.hits[1:])

    def test_a_hit_says_where_when_and_what_matched_in_both_languages(self, workshop, hall):
        video_id, segment_ids = hall
        (hit,) = find(workshop, "green t-shirt").hits
        assert (hit.video_id, hit.segment_id, hit.title) == (video_id, segment_ids[2], "hall")
        assert (hit.start_ms, hit.end_ms) == dressed.span_ms(2)
        assert hit.box.top == pytest.approx(dressed.BOX.top)
        assert hit.camera == "hall"
        assert hit.matched == ("green top",)
        assert hit.matched_ko == ("초록색 상의",)
        assert hit.caption == ""

    def test_the_picture_of_a_hit_is_the_person_cut_out(self, workshop, hall):
        (hit,) = find(workshop, "red jacket").hits
        assert hit.picture.is_relative_to(workshop.config.media_dir)
        picture = cv2.imread(str(hit.picture))
        assert picture is not None
        rows, columns = picture.shape[:2]
        assert rows > columns
        blue, green, red = picture[rows // 3, columns // 2].astype(int)
        assert red > 120 > max(blue, green)
        again = find(workshop, "red jacket").hits[0].picture
        assert again == hit.picture
        assert len(list(hit.picture.parent.iterdir())) == 1

    def test_kinds_that_were_read_at_ingest_are_named(self, workshop, database, clip):
        known = {"upper_kind": "t-shirt", "shoes": "shoes", "shoes_colour": "white"}
        person = seen(0)
        person = replace(person, attributes={**person.attributes, **known})
        dressed.add_film(database, clip, [[person]])
        (hit,) = find(workshop, "red t-shirt, white sneakers").hits
        assert hit.matched == ("red top", "t-shirt", "white shoes")
        assert hit.matched_ko == ("빨간 상의", "티셔츠", "흰 신발")

    def test_only_what_is_similar_enough_is_shown_and_no_more_than_asked(self, workshop, hall):
        everybody = find(workshop, "black clothes", similarity=0.0)
        assert (len(everybody.hits), everybody.total, everybody.compared) == (3, 3, 3)
        assert [one.score for one in everybody.hits] == sorted(
            (one.score for one in everybody.hits), reverse=True
        )
        first = find(workshop, "black clothes", similarity=0.0, top_k=1)
        assert first.hits == everybody.hits[:1]
        assert first.total == 3

    def test_the_configured_numbers_hold_where_none_are_given(self, workshop, hall):
        clothes = workshop.config.clothes.model_copy(update={"similarity": 0.0, "top_k": 2})
        other = replace(workshop, config=workshop.config.model_copy(update={"clothes": clothes}))
        assert len(find(other, "purple jacket").hits) == 2
        assert find(workshop, "purple jacket").hits == ()

    def test_the_unsure_and_the_small_are_not_compared(self, workshop, database, clip):
        small = Box(left=0.46, top=0.4, width=0.05, height=0.2)
        dressed.add_film(database, clip, [[seen(0, score=0.4), seen(0, box=small), seen(0)]])
        assert find(workshop, "red jacket").compared == 1
        assert find(workshop, "red jacket", confidence=0.3).compared == 2

    def test_a_search_can_be_kept_to_videos_and_cameras(self, workshop, database, clip, hall):
        other, _ = dressed.add_film(database, clip, [[seen(0)]], camera="door", title="door")
        assert {one.video_id for one in find(workshop, "red jacket").hits} == {hall[0], other}
        assert {one.video_id for one in find(workshop, "red jacket", videos=[other]).hits} == {
            other
        }
        assert [h.camera for h in find(workshop, "red jacket", camera="hall").hits] == ["hall"]

    def test_of_a_crowd_the_likeliest_are_compared_and_the_answer_says_so(
        self, workshop, database, clip
    ):
        crowd = [seen(1, visitor=dressed.VISITORS[1]) for _ in range(MOST_CANDIDATES)]
        dressed.add_film(database, clip, [[*crowd, seen(0, score=0.5)]])
        answer = find(workshop, "red jacket")
        assert answer.compared == MOST_CANDIDATES
        assert times(answer) == [0]
        assert any(str(MOST_CANDIDATES) in note for note in answer.notes)
        assert len(answer.notes) == len(answer.notes_ko)


class TestWhatAnAnswerAdmits:
    def test_the_colour_matcher_says_what_it_does_not_look_at(self, workshop, hall):
        answer = find(workshop, "red jacket")
        assert any("kinds of clothes, shoes" in note for note in answer.notes)
        assert any("신발" in note for note in answer.notes_ko)

    def test_words_that_could_not_be_translated_are_named(self, workshop, hall):
        answer = find(workshop, "뿅뿅한 빨간 옷")
        assert times(answer)[0] == 0
        assert any("뿅뿅한" in note for note in answer.notes)
        assert any("뿅뿅한" in note for note in answer.notes_ko)

    def test_where_nobody_fits_it_says_how_near_the_nearest_came(self, workshop, hall):
        answer = find(workshop, "purple jacket")
        assert answer.hits == ()
        assert "Nobody reached the similarity of 0.5; the nearest had 0.00." in answer.notes

    def test_where_nobody_is_stored_it_says_so(self, workshop, database, clip):
        dressed.add_film(database, clip, [[]])
        answer = find(workshop, "red jacket")
        assert (answer.hits, answer.compared) == ((), 0)
        assert any("No people" in note for note in answer.notes)

    def test_a_video_that_is_gone_is_left_out_and_the_others_are_searched(
        self, workshop, database, clip, tmp_path, hall
    ):
        gone = tmp_path / "gone.mp4"
        gone.write_bytes(clip.read_bytes())
        dressed.add_film(database, gone, [[seen(0)]], title="gone")
        gone.unlink()
        answer = find(workshop, "red jacket")
        assert [one.video_id for one in answer.hits] == [hall[0]]
        assert any("gone was left out" in note for note in answer.notes)


class TestWhoIsCompared:
    def test_shoes_and_kinds_are_looked_for_among_more_surer_people_than_are_compared(
        self, database
    ):
        """Unsure people last: sorted by how sure they are alone, they would never be reached."""
        surer = library.person(0, 1_000, upper="grey")
        others = (
            {"shoes": "shoes", "shoes_colour": "black"},
            {"shoes": "boots", "shoes_colour": "white"},
            {"upper": "grey"},
        )
        unsure = {"shoes": "shoes", "shoes_colour": "white"}, {"upper_kind": "hoodie"}
        crowd = [replace(surer, score=0.99, attributes=one) for one in others for _ in range(30)]
        crowd += [replace(surer, score=0.5, attributes=one) for one in unsure]
        video_id = library.add_video(database)
        one = library.draft(video_id, 0, 60_000, detections=tuple(crowd))
        with database.transaction() as conn:
            library.add_segments(conn, video_id, [one])
            white = WantedClothes(kinds=(("shoes", "shoes"), ("shoes_colour", "white")))
            hoodie = WantedClothes(kinds=(("upper_kind", "hoodie"),))
            for wanted, worn in zip((white, hoodie), unsure, strict=True):
                first = likeliest_people(conn, wanted, video_ids=None, limit=20)[0]
                assert first.person.attributes == worn


class TestWhatCannotBeAnswered:
    @pytest.mark.parametrize("fps", [None, 1.0], ids=["stored", "anew"])
    def test_a_file_that_is_gone_or_broken_is_one_sentence(
        self, workshop, database, clip, tmp_path, fps
    ):
        path = tmp_path / "clip.mp4"
        path.write_bytes(clip.read_bytes())
        dressed.add_film(database, path, [[seen(0)]])
        path.write_bytes(b"no video")
        with pytest.raises(UnreadableMedia):
            find(workshop, "red jacket", sample_fps=fps)
        path.unlink()
        with pytest.raises(NotFound, match="is not there any more"):
            find(workshop, "red jacket", sample_fps=fps)

    def test_a_video_or_camera_there_is_none_of_is_named(self, workshop, hall):
        with pytest.raises(NotFound, match="There is no video 77"):
            find(workshop, "red jacket", videos=[77])
        with pytest.raises(NotFound, match=r"There is no camera hal\. Did you mean hall\?"):
            find(workshop, "red jacket", camera="hal")

    def test_a_camera_without_these_videos_is_named(self, workshop, database, clip, hall):
        other, _ = dressed.add_film(database, clip, [[seen(0)]], camera="door", title="door")
        with pytest.raises(NotFound, match="camera hall has none of these videos"):
            find(workshop, "red jacket", camera="hall", videos=[other])

    @pytest.mark.parametrize(
        ("limits", "sentence"),
        [
            ({"confidence": 1.2}, "confidence is a number from 0 to 1"),
            ({"similarity": -0.1}, "similarity is a number from 0 to 1"),
            ({"similarity": float("nan")}, "similarity is a number from 0 to 1"),
            ({"top_k": 0}, "1 to 200 people"),
            ({"top_k": 201}, "1 to 200 people"),
            ({"sample_fps": 0.0}, "frames a second"),
            ({"sample_fps": 31.0}, "frames a second"),
        ],
    )
    def test_an_impossible_number_is_one_sentence(self, workshop, limits, sentence):
        with pytest.raises(InputError, match=sentence):
            find(workshop, "red jacket", **limits)

    @pytest.mark.parametrize(
        ("description", "sentence"),
        [
            ("", "Say what to look for"),
            ("!!!", "Say what somebody wears"),
            ("뿅뿅한", "뿅뿅한: these words could not be translated"),
            ("a man with a hat", "name one, for example: black shirt"),
        ],
    )
    def test_a_description_that_says_nothing_usable_is_one_sentence(
        self, workshop, description, sentence
    ):
        with pytest.raises(InputError, match=sentence):
            find(workshop, description)

    def test_a_matcher_without_its_weights_is_one_sentence(self, workshop, hall, tmp_path):
        other = with_models(workshop, image_text_matcher=f"blip-itm:{tmp_path / 'none'}")
        with pytest.raises(ModelError):
            find(other, "red jacket")


class TestAnew:
    def test_everybody_in_the_footage_is_found_once_at_their_time(self, workshop, database, clip):
        dressed.add_film(database, clip, [[]])
        answer = find(workshop, "black trousers", similarity=0.0, sample_fps=2.0)
        assert sorted(times(answer)) == [0, 1, 2]
        assert times(answer)[2] == 0
        for hit, number in zip(answer.hits, times(answer), strict=True):
            start_ms, end_ms = dressed.span_ms(number)
            assert abs(hit.start_ms - start_ms) <= 1_000
            assert abs(hit.end_ms - end_ms) <= 1_000
            assert hit.segment_id is not None

    def test_colours_that_were_seen_are_named(self, workshop, database, clip):
        dressed.add_film(database, clip, [[]])
        (hit,) = find(workshop, "초록색 상의", sample_fps=1.0).hits
        assert hit.matched == ("green top",)

    def test_a_moving_camera_is_left_out_where_the_detector_needs_one_at_rest(
        self, workshop, database, clip
    ):
        video_id, _ = dressed.add_film(database, clip, [[]])
        with database.transaction() as conn, conn.cursor() as cursor:
            cursor.execute("UPDATE videos SET fixed_camera = false WHERE id = %s", (video_id,))
        answer = find(workshop, "red jacket", sample_fps=1.0)
        assert answer.compared == 0
        assert any("its camera moves" in note for note in answer.notes)
        assert any("카메라가 움직여" in note for note in answer.notes_ko)

    def test_an_empty_library_is_an_empty_answer(self, workshop):
        assert find(workshop, "red jacket", sample_fps=1.0).hits == ()
        assert find(workshop, "red jacket").hits == ()


class TestWithModels:
    def test_the_model_is_asked_in_english_about_every_crop(
        self, workshop, database, clip, hall, checkpoints
    ):
        other = with_models(workshop, image_text_matcher=f"blip-itm:{checkpoints / 'itm'}")
        answer = find(other, "흰 운동화를 신은 남자", similarity=0.0)
        matcher = other.registry.image_text_matcher()
        assert answer.model == f"{matcher.name}@{matcher.revision}"
        assert answer.english == "a man wearing white shoes"
        expected = []
        for number in range(3):
            score = matcher.match([cut_out(clip, number)], [answer.english])[0, 0]
            expected.append((float(score), number))
        expected.sort(reverse=True)
        assert times(answer) == [number for _, number in expected]
        assert [one.score for one in answer.hits] == pytest.approx(
            [score for score, _ in expected], abs=2e-3
        )
        assert not any("built-in" in note for note in answer.notes)

    def test_the_best_hits_are_captioned_from_their_crops(
        self, workshop, database, clip, checkpoints
    ):
        dressed.add_film(database, clip, [[seen(0)] * (CAPTIONED + 1)])
        other = with_models(workshop, captioner=f"blip:{checkpoints / 'blip'}")
        answer = find(other, "red jacket")
        captioner = other.registry.captioner()
        assert captioner is not None
        assert len(answer.hits) == CAPTIONED + 1
        said = captioner.caption([[cut_out(clip, 0)]])[0]
        assert [hit.caption for hit in answer.hits] == [said] * CAPTIONED + [""]

    def test_hits_stay_where_the_captioner_cannot_be_used(self, workshop, hall, tmp_path):
        other = with_models(workshop, captioner=f"blip:{tmp_path / 'none'}")
        answer = find(other, "red jacket")
        assert times(answer) == [0]
        assert any(note.startswith("Without captions: ") for note in answer.notes)


def test_a_title_is_kept_as_it_is(workshop, database, clip):
    library.add_video(database)
    dressed.add_film(database, clip, [[seen(0)]], title="가게 입구")
    assert find(workshop, "red jacket").hits[0].title == "가게 입구"


def test_the_bot_and_the_editor_can_import_the_search_without_a_heavy_library():
    script = (
        "import sys, pipeline.clothes_search\n"
        "loaded = [n for n in ('numpy', 'cv2', 'av', 'torch', 'PIL') if n in sys.modules]\n"
        "sys.exit(f'loaded at import: {loaded}' if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
