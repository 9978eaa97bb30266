"""The search everybody calls: paraphrase, Korean, clothes, and honest emptiness."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.config import Config, ModelsConfig
from core.errors import InputError
from core.vocabulary import korean_colour
from db import spaces
from db.pool import Database
from db.videos import get_video
from pipeline.frames import Progress
from pipeline.query_text import clean_query
from pipeline.registry import Registry
from pipeline.search import Searcher
from pipeline.vectors import write_vectors
from pipeline.workshop import Workshop
from tests.support.checkpoints import video as video_checkpoints
from tests.support.library import add_segments, add_video, draft, person
from tests.support.named import appear, enrolled

MOMENTS = [
    ("A person in a red top comes in from the left and stands in the middle for 8 s.",
     "빨간 상의에 파란 하의를 입은 사람이 왼쪽에서 들어와 가운데에 8초 동안 서 있습니다.",
     "red", "blue"),
    ("A person in a black top and grey bottoms runs out to the right.",
     "검은 상의에 회색 하의를 입은 사람이 오른쪽으로 뛰어나갑니다.", "black", "grey"),
    ("Nobody in view; nothing moves.", "아무도 보이지 않고 움직임이 없습니다.", None, None),
]  # fmt: skip


@pytest.fixture
def searcher(config: Config, database: Database) -> Searcher:
    return stocked(config, database, MOMENTS)


def stocked(config: Config, database: Database, moments) -> Searcher:
    """A library of one video with ``moments`` of ten seconds each."""
    video_id = add_video(database, title="aisle", path="/videos/aisle.mp4")
    drafts = []
    for number, (caption, caption_ko, upper, lower) in enumerate(moments):
        start, end = number * 10_000, number * 10_000 + 10_000
        seen = (person(start, end - 1, upper=upper, lower=lower),) if upper else ()
        kind = "activity" if upper else "quiet"
        drafts.append(draft(video_id, start, end, caption, caption_ko, kind=kind, detections=seen))
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    with database.transaction() as conn:
        video = get_video(conn, video_id)
    progress: Progress = lambda _share: None  # noqa: E731
    write_vectors(workshop, video, progress)
    return Searcher(config, database, workshop.registry)


@pytest.mark.parametrize(
    ("query", "start_ms"),
    [
        ("red jacket", 0),
        ("someone in a red coat", 0),
        ("빨간 옷", 0),
        ("빨간 재킷 입은 사람", 0),
        ("blue jeans", 0),
        ("somebody flees", 10_000),
        ("뛰어나가는 사람", 10_000),
        ("ｒｅｄ　ｊａｃｋｅｔ", 0),
        ("검은 옷", 10_000),
        ("empty shop, no one there", 20_000),
        ("아무도 없는 매장", 20_000),
    ],
)
def test_a_moment_is_found_by_what_it_shows(searcher, query, start_ms):
    assert searcher.search(query).hits[0].segment.start_ms == start_ms


def test_a_query_for_red_is_not_answered_by_black(searcher):
    assert [hit.segment.start_ms for hit in searcher.search("red jacket").hits] == [0]
    assert [hit.segment.start_ms for hit in searcher.search("빨간 옷").hits] == [0]


def test_clothes_in_general_are_found_where_the_caption_says_top(config, database):
    """``옷`` stands in the other caption, the measured colour in this one."""
    moments = [
        ("A person in black clothes stands in the middle for 8 s.",
         "검은 옷을 입은 사람이 가운데에 8초 동안 서 있습니다.", "black", "black"),
        ("A person in a red top and black bottoms stands in the middle for 8 s.",
         "빨간 상의에 검은 하의를 입은 사람이 가운데에 8초 동안 서 있습니다.", "red", "black"),
    ]  # fmt: skip
    searcher = stocked(config, database, moments)
    assert searcher.search("빨간 옷").hits[0].segment.start_ms == 10_000
    assert searcher.search("빨간 옷 입은 사람").hits[0].segment.start_ms == 10_000


@pytest.mark.parametrize("query", ["elephant in the jungle", "quarterly report", "코끼리"])
def test_what_is_not_there_is_not_found(searcher, query):
    assert searcher.search(query).hits == ()


def test_reasons_come_in_both_languages(searcher):
    hit = searcher.search("red jacket").hits[0]
    assert hit.reasons[0] == "red top at 0:04"
    assert hit.reasons_ko[0] == "0:04에 빨간 상의"
    assert hit.people == ("red top, blue bottoms",)
    assert 0 < hit.score <= 1


def test_a_korean_query_the_model_cannot_read_says_so(config, database):
    models = ModelsConfig(overrides={"text_encoder": "minilm-english"})
    searcher = stocked(config.model_copy(update={"models": models}), database, MOMENTS)
    result = searcher.search("호랑이 옆 빨간 옷")
    assert result.hits[0].segment.start_ms == 0
    assert "words only" in result.notes[0]


def test_a_korean_query_of_words_in_no_list_is_read_by_the_map(searcher):
    result = searcher.search("도망치는 남자")
    assert result.notes == ()
    assert (result.hits or result.nearest)[0].parts[0].leg == "vector"


def test_a_library_from_before_the_korean_map_answers_until_it_has_switched(config, database):
    """The former encoder is the same network: nothing goes without an answer."""
    models = ModelsConfig(overrides={"text_encoder": "minilm-english"})
    stocked(config.model_copy(update={"models": models}), database, MOMENTS)
    result = Searcher(config, database, Registry(config)).search("somebody runs away")
    assert result.notes == ()
    assert result.hits[0].segment.start_ms == 10_000


@pytest.mark.parametrize("query", ["", "   ", "\u00a0\t", "\u200b"])
def test_an_empty_query_says_what_to_type(searcher, query):
    (problem,) = searcher.search(query).problems
    assert "red jacket" in problem.message
    assert "빨간 재킷" in problem.message_ko


def test_an_endless_query_is_refused():
    with pytest.raises(InputError, match="500"):
        clean_query("x" * 501)


def test_an_empty_library_finds_nothing(config, database):
    result = Searcher(config, database).search("red jacket")
    assert (result.hits, result.total) == ((), 0)


def wearing(start_ms: int, end_ms: int, **attributes: str):
    return replace(person(start_ms, end_ms, upper=None), attributes=attributes)


@pytest.fixture
def garments(config: Config, database: Database) -> Searcher:
    """Twenty seconds: somebody in a hoodie and white shoes, then somebody in boots."""
    video_id = add_video(database)
    outfits = [
        {"upper": "grey", "upper_kind": "hoodie", "shoes": "shoes", "shoes_colour": "white"},
        {"lower": "black", "shoes": "boots", "shoes_colour": "black"},
    ]
    drafts = [
        draft(video_id, n * 10_000, n * 10_000 + 10_000,
              detections=(wearing(n * 10_000, n * 10_000 + 6_000, **outfit),))
        for n, outfit in enumerate(outfits)
    ]  # fmt: skip
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
    return Searcher(config, database)


@pytest.mark.parametrize(
    ("query", "start_ms", "reason", "korean"),
    [
        ("hoodie", 0, "hoodie at 0:03", "0:03에 후드티"),
        ("후드티", 0, "hoodie at 0:03", "0:03에 후드티"),
        ("boots", 10_000, "boots at 0:13", "0:13에 부츠"),
        ("white shoes", 0, "white shoes at 0:03", "0:03에 흰 신발"),
        ("흰 운동화", 0, "white shoes at 0:03", "0:03에 흰 신발"),
    ],
)
def test_a_kind_of_garment_nobody_wrote_down_is_found(garments, query, start_ms, reason, korean):
    (hit,) = garments.search(query).hits
    assert hit.segment.start_ms == start_ms
    assert reason in hit.reasons
    assert korean.replace("흰", korean_colour("white")) in hit.reasons_ko


def test_everybody_named_has_a_time_of_their_own(config, database):
    video_id = add_video(database, [(0, 30_000, "", "")])
    ids = enrolled(config, database, "staff/Ann", "staff/Bob")
    spans = {ids["staff/Ann"]: (2_000, 5_000), ids["staff/Bob"]: (20_000, 25_000)}
    appear(config, database, video_id, spans)
    (hit,) = Searcher(config, database).search("ann and bob").hits
    assert hit.reasons[:2] == ("staff/Ann at 0:02", "staff/Bob at 0:20")
    assert hit.reasons_ko[:2] == ("0:02에 staff/Ann", "0:20에 staff/Bob")


@pytest.mark.parametrize(
    ("label", "query", "start_ms"),
    [
        ("people/ann", "people running out", 10_000),
        ("staff/Will", "will a person run out to the right", 10_000),
        ("직원/이", "아무도 없는 이 매장", 20_000),
    ],
)
def test_a_name_that_is_an_ordinary_word_hides_no_moment(
    config, database, searcher, label, query, start_ms
):
    usual = searcher.search(query)
    assert any(h.segment.start_ms == start_ms for h in usual.hits)
    enrolled(config, database, label)
    found = searcher.search(query)
    assert [h.segment.id for h in found.hits] == [h.segment.id for h in usual.hits]
    assert not any("Only moments" in note for note in found.notes)


def test_only_those_named_are_shown_and_the_answer_says_so(config, database, searcher):
    assert searcher.search("jimin fleeing").hits != ()
    enrolled(config, database, "staff/Jimin")
    found = searcher.search("jimin fleeing")
    assert found.hits == ()
    assert any(note.startswith("Only moments with staff/Jimin") for note in found.notes)
    assert any("staff/Jimin" in note for note in found.notes_ko)


@pytest.fixture
def looked_at(config: Config, database: Database, tmp_path: Path) -> tuple[Config, Registry]:
    """A library of one moment without a caption whose picture has a vector."""
    folder = tmp_path / "clip"
    video_checkpoints.clip4clip(folder)
    models = ModelsConfig(
        device="cpu", precision="fp32", overrides={"video_encoder": f"clip4clip:{folder}"}
    )
    config = config.model_copy(update={"models": models})
    registry = Registry(config)
    encoder = registry.video_encoder()
    video_id = add_video(database, [(0, 9_000, "", "")])
    with database.transaction() as conn:
        space = spaces.ensure_space(
            conn, kind="video", model=encoder.name, revision=encoder.revision, dim=encoder.dim
        )
        (waiting,) = spaces.unembedded(conn, space, video_id, wordless=True)
        vector = encoder.encode_texts(["red car"])[0].tolist()
        spaces.insert_vector(conn, space, waiting, vector)
    return config, registry


@pytest.mark.parametrize("query", ["red car", "어두운 안쪽"])
def test_a_moment_is_found_by_what_its_picture_looks_like(database, looked_at, query):
    config, registry = looked_at
    result = Searcher(config, database, registry).search(query)
    # One picture is no library to measure nearness by: a near miss, not an answer.
    (hit,) = result.nearest
    assert hit.weak
    assert hit.reasons == ("looks like it: number 1 of 1",)
    assert hit.reasons_ko == ("화면 유사도: 1개 중 1위",)
    assert not any("pictures" in note for note in result.notes)


def test_without_the_model_of_the_pictures_the_rest_is_searched(database, looked_at, config):
    result = Searcher(config, database).search("red car")
    assert result.hits == ()
    assert any("pictures themselves were not compared" in note for note in result.notes)
    gone = looked_at[0].model_copy(
        update={"models": ModelsConfig(overrides={"video_encoder": "clip4clip:nowhere"})}
    )
    result = Searcher(gone, database).search("red car")
    assert any("pictures themselves were not compared" in note for note in result.notes)


def test_without_a_space_of_pictures_nothing_is_said_of_them(searcher):
    assert searcher.search("red jacket").notes == ()


def test_a_particle_after_a_latin_word_is_no_word_of_its_own(config, database):
    searcher = stocked(config, database, MOMENTS)
    for hit in searcher.search("CCTV가 서 있다").hits:
        assert not any("CCTV" in reason for reason in hit.reasons_ko)
