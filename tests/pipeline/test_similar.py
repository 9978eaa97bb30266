"""What is like a moment, a picture, a face; and the second look at pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.config import Config, ModelsConfig
from core.errors import InputError, NotFound
from db import spaces
from db.pool import Database
from db.videos import get_video
from pipeline.media import thumbnail_path
from pipeline.registry import Registry
from pipeline.search import Searcher
from pipeline.vectors import write_vectors
from pipeline.workshop import Workshop
from tests.support.checkpoints import matchers
from tests.support.checkpoints import video as video_checkpoints
from tests.support.faces import between, face, store, track
from tests.support.library import add_segments, add_video, draft, segments
from tests.support.named import appear, enrolled

CAPTIONS = ("A red car arrives.", "A red automobile drives up.", "A dog sleeps in the sun.",
            "Two children play chess.")  # fmt: skip


def nowhere(_share: float) -> None:
    return None


@pytest.fixture
def library(database: Database) -> list[int]:
    """Ids of four moments that lie apart."""
    video_id = add_video(database, duration_ms=60_000)
    with database.transaction() as conn:
        add_segments(
            conn,
            video_id,
            [
                draft(video_id, n * 15_000, n * 15_000 + 5_000, text)
                for n, text in enumerate(CAPTIONS)
            ],
        )
    return [one.id for one in segments(database, video_id)]


def jpeg(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG")
    return file.getvalue()


def test_what_reads_alike_is_similar_and_the_moment_itself_is_left_out(config, database, library):
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    with database.transaction() as conn:
        video = get_video(conn, 1)
    write_vectors(workshop, video, nowhere)
    result = Searcher(config, database, workshop.registry).similar_to_segment(library[0])
    assert result.query == f"similar {library[0]}"
    assert [hit.segment.caption for hit in result.hits] == ["A red automobile drives up."]
    assert result.hits[0].reasons[0].startswith("meaning: number 2 of 4")


def test_a_segment_that_is_not_there_is_said_so(config, database):
    with pytest.raises(NotFound, match="no segment 77"):
        Searcher(config, database).similar_to_segment(77)


@pytest.fixture
def with_pictures(config: Config, database: Database, library, tmp_path: Path) -> Searcher:
    """A searcher whose video encoder has given each moment the vector of one grey."""
    video_checkpoints.clip4clip(tmp_path / "clip")
    overrides = {"video_encoder": f"clip4clip:{tmp_path / 'clip'}"}
    models = ModelsConfig(device="cpu", precision="fp32", overrides=overrides)
    config = config.model_copy(update={"models": models})
    registry = Registry(config)
    encoder = registry.video_encoder()
    assert encoder is not None
    with database.transaction() as conn:
        space = spaces.ensure_space(
            conn, kind="video", model=encoder.name, revision=encoder.revision, dim=encoder.dim
        )
        for n, waiting in enumerate(spaces.unembedded(conn, space, 1, wordless=True)):
            image = np.zeros((48, 64, 3), np.uint8)
            image[:, : 16 * (n + 1)] = (10, 40 * n, 250 - 60 * n)
            spaces.insert_vector(conn, space, waiting, encoder.encode_clips([[image]])[0].tolist())
    return Searcher(config, database, registry)


def test_a_picture_finds_the_moment_it_was_taken_from(with_pictures, library):
    image = np.zeros((48, 64, 3), np.uint8)
    image[:, :48] = (10, 80, 130)
    file = io.BytesIO()
    Image.fromarray(image[:, :, ::-1]).save(file, "PNG")
    result = with_pictures.similar_to_picture(file.getvalue())
    assert result.hits[0].segment.id == library[2]
    assert result.hits[0].reasons[0].startswith("looks like it: number 1")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"no picture at all", jpeg((1, 2, 3))[:80]])
def test_what_is_no_picture_is_refused_with_a_sentence(with_pictures, content):
    with pytest.raises(InputError, match=r"The picture (is|has)"):
        with_pictures.similar_to_picture(content)


def test_without_a_model_for_pictures_the_sentence_says_how_to_get_one(config, database):
    with pytest.raises(InputError, match=r"models\.profile cpu"):
        Searcher(config, database).similar_to_picture(jpeg((255, 0, 0)))


def test_a_face_finds_the_moments_of_whose_it_is(config, database, library):
    ids = enrolled(config, database, "staff/Ann", "staff/Bob")
    spans = {ids["staff/Ann"]: (0, 4_000), ids["staff/Bob"]: (30_000, 33_000)}
    (ann, _bob) = appear(config, database, 1, spans)
    result = Searcher(config, database).similar_to_face(ann)
    assert [hit.segment.id for hit in result.hits] == [library[0]]
    assert result.hits[0].reasons[0] == "staff/Ann at 0:00"


def test_a_face_that_may_be_either_of_two_finds_those_it_is_like(config, database, library):
    first = store(config, database, 1, [track(face("ann"), 0, 4_000)])
    second = store(config, database, add_video(database, [(0, 9_000, "", "")]),
                   [track(between("ann", "bob"), 0, 4_000)])  # fmt: skip
    searcher = Searcher(config, database)
    assert searcher.similar_to_face(first[0]).hits[0].segment.id == library[0]
    assert searcher.similar_to_face(second[0]).total >= 1


def test_the_best_answers_are_looked_at_again(config, database, library, tmp_path):
    """Weights drawn by lot: what counts is that their order is the answers' order."""
    matchers.blip_itm(tmp_path / "itm")
    overrides = {"image_text_matcher": f"blip-itm:{tmp_path / 'itm'}"}
    models = ModelsConfig(device="cpu", precision="fp32", overrides=overrides)
    search = config.search.model_copy(update={"rerank": "itm", "merge_gap_ms": 0})
    config = config.model_copy(update={"models": models, "search": search})
    registry = Registry(config)
    for n, one in enumerate(segments(database, 1)[:3]):
        path = thumbnail_path(config, 1, one.thumbnail_ms)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg((80 * n, 20, 200 - 60 * n)))
    result = Searcher(config, database, registry).search("red")
    seen = [hit for hit in result.hits if any("fits the picture" in r for r in hit.reasons)]
    matcher = registry.image_text_matcher()
    scores = {}
    for hit in seen:
        path = thumbnail_path(config, 1, hit.segment.thumbnail_ms)
        image = np.asarray(Image.open(path))[:, :, ::-1]
        words = ["red"]
        scores[hit.segment.id] = float(
            matcher.match([image], words)[0, 0] + matcher.cosine([image], words)[0, 0]
        )
    assert [hit.segment.id for hit in seen] == sorted(scores, key=lambda one: -scores[one])
    assert len(seen) == 2


def test_a_second_look_that_cannot_be_had_is_a_note(config, database, library):
    search = config.search.model_copy(update={"rerank": "itm"})
    config = config.model_copy(update={"search": search})
    result = Searcher(config, database).search("red car")
    assert result.hits
    assert any("not looked at again" in note for note in result.notes)
    assert any("다시 살펴보지" in note for note in result.notes_ko)
