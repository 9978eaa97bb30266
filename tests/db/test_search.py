"""The fused statement: each leg alone, together, and what must never come back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.types import Detection, Segment
from db import edits, galleries, passing, people, people_history, spaces
from db.passing import listing, resolve
from db.pool import Database
from db.rows import execute, fetch_all, fetch_value
from db.scope import Scope
from db.search import (
    ALIKE,
    CLOTHES_CANDIDATES,
    SEEN_CANDIDATES,
    SQL,
    TEXT_CANDIDATES,
    Found,
    Wanted,
    Weights,
    Worn,
    search,
)
from db.segments import get_segments
from db.vocabulary import read_vocabulary
from tests.support.library import (
    PERSON,
    add_segments,
    add_video,
    draft,
    person,
    segments,
)

WEIGHTS = Weights(k=60, vector=1.0, text=1.0, clothes=1.5, seen=1.5, video=1.0)
RED = (
    "A person in a red top comes in from the left.",
    "빨간 옷을 입은 사람이 왼쪽에서 들어옵니다.",
)
BLUE = (
    "A person in a blue top stands at the counter.",
    "파란 옷을 입은 사람이 계산대에 서 있습니다.",
)
QUIET = ("Nobody in view; nothing moves.", "아무도 보이지 않고 움직임이 없습니다.")


@pytest.fixture
def library(database: Database) -> dict[str, Segment]:
    """Three segments: a red person, a blue person, nobody."""
    video_id = add_video(database)
    with database.transaction() as conn:
        add_segments(
            conn,
            video_id,
            [
                draft(video_id, 0, 10_000, *RED, detections=(person(0, 9_000, upper="red"),)),
                draft(
                    video_id, 10_000, 20_000, *BLUE,
                    detections=(person(10_000, 20_000, upper="blue", lower="black"),),
                ),
                draft(video_id, 20_000, 30_000, *QUIET, kind="quiet"),
            ],
        )  # fmt: skip
    red, blue, quiet = segments(database, video_id)
    return {"red": red, "blue": blue, "quiet": quiet}


def find(
    database: Database,
    words: str = "",
    *,
    vector: list[float] | None = None,
    clothes: tuple[tuple[str, str], ...] = (),
    worn: tuple[Worn, ...] = (),
    farthest: float = 2.0,
    limit: int = 10,
    scope: Scope = Scope(),  # noqa: B008
    weak: bool = False,
    **more: Any,
) -> list[Found]:
    wanted = Wanted(
        words=words,
        vector=vector,
        worn=worn + tuple(Worn(colour=colour, part=part) for colour, part in clothes),
        farthest=farthest,
        **more,
    )
    with database.transaction() as conn:
        space = spaces.active_space(conn, "caption")
        video_space = spaces.active_space(conn, "video")
        found = search(
            conn,
            wanted,
            space=space,
            video_space=video_space,
            weights=WEIGHTS,
            scope=resolve(conn, scope),
        )
    return [one for one in found if one.strong or weak][:limit]


def embed(database: Database, vectors: dict[int, list[float]], kind: str = "caption") -> None:
    with database.transaction() as conn:
        space = spaces.ensure_space(conn, kind=kind, model="test", revision="1", dim=3)
        for video_id in {
            row["video_id"] for row in fetch_all(conn, "SELECT video_id FROM segments")
        }:
            for waiting in spaces.unembedded(conn, space, video_id, wordless=kind == "video"):
                if waiting.segment_id in vectors:
                    spaces.insert_vector(conn, space, waiting, vectors[waiting.segment_id])


def crowd(database: Database, count: int, caption: str, people: Sequence[Detection] = ()) -> None:
    """``count`` segments that read alike, each with the same people."""
    video_id = add_video(database, duration_ms=count * 1_000)
    drafts = [
        draft(
            video_id, number * 1_000, (number + 1) * 1_000, caption,
            detections=tuple(replace(p, start_ms=0, at_ms=0, end_ms=1) for p in people),
        )
        for number in range(count)
    ]  # fmt: skip
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        execute(conn, "ANALYZE segments")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("red", "red"),
        ("standing", "blue"),
        ("빨간 옷", "red"),
        ("계산대", "blue"),
        ("빨간옷을", "red"),
        ("움직임", "quiet"),
    ],
)
def test_words_find_captions_in_both_languages(database, library, words, expected):
    assert find(database, words)[0].segment_id == library[expected].id


def test_a_hit_says_which_terms_matched(database, library):
    (hit,) = find(database, "red zebra")
    assert hit.matched_terms == ("'red'",)


def test_less_than_half_of_the_words_is_no_match(database, library):
    assert find(database, "red zebra crossing jaywalker") == []


def test_clothes_are_found_by_part(database, library):
    assert [h.segment_id for h in find(database, clothes=(("black", "lower"),))] == [
        library["blue"].id
    ]
    assert find(database, clothes=(("black", "upper"),)) == []
    (hit,) = find(database, clothes=(("red", "any"),))
    assert (hit.matched_clothes, hit.worn_at_ms) == ((0,), 4_500)


def test_one_person_with_both_colours_comes_before_one_with_one(database, library):
    video_id = add_video(database)
    with database.transaction() as conn:
        seen = (person(0, 5_000, upper="blue", lower="grey"),)
        add_segments(conn, video_id, [draft(video_id, 0, 9_000, detections=seen)])
    hits = find(database, clothes=(("blue", "upper"), ("black", "lower")))
    assert hits[0].segment_id == library["blue"].id
    assert len(hits) == 2


def test_vectors_rank_by_nearness_and_stop_at_the_farthest(database, library):
    embed(database, {library["red"].id: [1, 0, 0], library["blue"].id: [0.9, 0.4, 0]})
    assert [h.segment_id for h in find(database, vector=[1, 0, 0])] == [
        library["red"].id,
        library["blue"].id,
    ]
    assert [h.segment_id for h in find(database, vector=[1, 0, 0], farthest=0.05)] == [
        library["red"].id
    ]


def test_a_segment_first_in_two_legs_beats_one_first_in_one(database, library):
    embed(database, {library["blue"].id: [1, 0, 0], library["red"].id: [0.7, 0.7, 0]})
    hits = find(database, "red", vector=[1, 0, 0])
    assert hits[0].segment_id == library["red"].id
    assert (hits[0].ranks.get("text"), hits[0].ranks.get("vector")) == (1, 2)


def test_deleted_segments_are_gone_at_once_from_every_leg(database, library):
    embed(database, {s.id: [1, 0, 0] for s in library.values()})
    red = library["red"]
    edits.delete(
        database, red.id, by=PERSON, expected_revision=red.revision, idempotency_key="gone"
    )
    hits = find(database, "red", vector=[1, 0, 0], clothes=(("red", "any"),))
    assert red.id not in [h.segment_id for h in hits]


def test_an_edited_caption_is_found_at_once_and_its_old_vector_is_gone(database, library):
    embed(database, {s.id: [1, 0, 0] for s in library.values()})
    quiet = library["quiet"]
    edits.edit_caption(
        database, quiet.id, caption="A cat sleeps.", caption_ko="고양이가 잡니다.",
        by=PERSON, expected_revision=quiet.revision, idempotency_key="cat",
    )  # fmt: skip
    assert [h.segment_id for h in find(database, "cat")] == [quiet.id]
    assert [h.segment_id for h in find(database, "고양이")] == [quiet.id]
    assert quiet.id not in [h.segment_id for h in find(database, vector=[1, 0, 0])]


def test_a_rare_word_is_found_among_hundreds_of_segments_with_the_common_one(database, library):
    crowd(database, TEXT_CANDIDATES + 50, "A person stands on the left.")
    video_id = add_video(database, [(0, 9_000, "A person with a zebra.", "얼룩말과 있는 사람")])
    (zebra,) = segments(database, video_id)
    assert find(database, "standing zebra")[0].segment_id == zebra.id
    assert find(database, "person zebra")[0].segment_id == zebra.id
    assert find(database, "사람 얼룩말")[0].segment_id == zebra.id


def test_common_words_alone_still_find_segments(database, library):
    crowd(database, TEXT_CANDIDATES + 50, "A person stands on the left.")
    assert [hit.ranks.get("text") for hit in find(database, "person standing", limit=5)] == [1] * 5


def test_the_surest_person_comes_first_among_more_than_a_leg_brings_forward(database, library):
    unsure = replace(person(0, 1, upper="red"), score=0.4)
    crowd(database, CLOTHES_CANDIDATES + 20, "", [unsure])
    assert find(database, clothes=(("red", "upper"),))[0].segment_id == library["red"].id


def test_both_colours_on_one_person_are_found_among_surer_people_in_one_of_them(database, library):
    surer = [replace(person(0, 1, upper="blue"), score=0.99)]
    surer += [replace(person(0, 1, upper="green", lower="black"), score=0.99)]
    crowd(database, CLOTHES_CANDIDATES + 20, "", surer)
    hit = find(database, clothes=(("blue", "any"), ("black", "any")))[0]
    assert (hit.segment_id, hit.matched_clothes) == (library["blue"].id, (0, 1))


def test_words_are_compared_in_what_clothes_bring_forward_however_many_have_them(database, library):
    crowd(database, TEXT_CANDIDATES + 50, "A person in a red top comes in from the left.")
    video_id = add_video(database)
    with database.transaction() as conn:
        seen = (replace(person(0, 5_000, upper="red"), score=1.0),)
        add_segments(conn, video_id, [draft(video_id, 0, 9_000, *RED, detections=seen)])
    hit = find(database, "red", clothes=(("red", "any"),))[0]
    assert (hit.video_id, hit.ranks.get("text"), hit.ranks.get("clothes")) == (video_id, 1, 1)


@pytest.mark.parametrize(
    "words", ["'", "a & | ! ( )", "\\", ":*", "'; DROP TABLE segments; --", "%s"]
)
def test_odd_characters_never_break_the_statement(database, library, words):
    find(database, words)
    assert len(find(database, "red")) == 1


def dressed(start_ms: int, end_ms: int, **attributes: str) -> Detection:
    return replace(person(start_ms, end_ms, upper=None), attributes=attributes)


def hall(database: Database, *outfits: dict[str, str]) -> list[int]:
    """Ids of segments of ten seconds with one person in each."""
    video_id = add_video(database)
    with database.transaction() as conn:
        add_segments(
            conn,
            video_id,
            [
                draft(
                    video_id, n * 10_000, n * 10_000 + 10_000,
                    detections=(dressed(n * 10_000, n * 10_000 + 8_000, **outfit),),
                )
                for n, outfit in enumerate(outfits)
            ],
        )  # fmt: skip
    return [one.id for one in segments(database, video_id)]


def test_kinds_of_garments_bring_people_by_themselves(database, library):
    hoodie, boots, white = hall(
        database,
        {"upper_kind": "hoodie"},
        {"shoes": "boots", "shoes_colour": "black"},
        {"shoes": "shoes", "shoes_colour": "white"},
    )
    for wanted, expected in (
        (Worn(part="upper", kind="hoodie"), hoodie),
        (Worn(part="feet", kind="boots"), boots),
        (Worn(part="feet", kind="shoes", colour="white"), white),
    ):
        assert [one.segment_id for one in find(database, worn=(wanted,))] == [expected]


def test_kind_and_colour_together_come_first_and_what_was_not_made_out_still_comes(database):
    jeans, unread, trousers, black_jeans = hall(
        database,
        {"lower": "blue", "lower_kind": "jeans"},
        {"lower": "blue"},
        {"lower": "blue", "lower_kind": "trousers"},
        {"lower": "black", "lower_kind": "jeans"},
    )
    wanted = Worn(part="lower", colour="blue", kind="jeans")
    found = [one.segment_id for one in find(database, worn=(wanted,))]
    assert found == [jeans, unread]
    assert not {trousers, black_jeans} & set(found)


def test_a_kind_in_a_colour_is_found_among_surer_people_in_one_of_them(database, library):
    surer = [
        replace(dressed(0, 1, shoes="shoes", shoes_colour="black"), score=0.99),
        replace(dressed(0, 1, shoes="boots", shoes_colour="white"), score=0.99),
    ]
    crowd(database, CLOTHES_CANDIDATES + 20, "", surer)
    (white,) = hall(database, {"shoes": "shoes", "shoes_colour": "white"})
    found = find(database, worn=(Worn(part="feet", kind="shoes", colour="white"),))
    assert [one.segment_id for one in found] == [white]


def test_everything_named_has_a_time_of_its_own(database):
    video_id = add_video(database)
    seen = [
        replace(person(start, start + 2_000, upper=None), label=label)
        for label, start in (("dog", 2_000), ("car", 20_000))
    ]
    with database.transaction() as conn:
        add_segments(conn, video_id, [draft(video_id, 0, 30_000, detections=tuple(seen))])
    (hit,) = find(database, labels=("car", "dog"))
    assert hit.named == (("object dog", 3_000), ("object car", 21_000))


def test_pictures_alone_bring_only_the_near_and_others_bring_theirs(database, library):
    ids = {name: one.id for name, one in library.items()}
    looks = {ids["red"]: [1, 0, 0], ids["blue"]: [0.9, 0.4, 0], ids["quiet"]: [0, 1, 0]}
    embed(database, looks, kind="video")
    found = find(database, video_vector=[1, 0, 0], video_farthest=0.5)
    assert [(one.segment_id, one.ranks["video"]) for one in found] == [
        (ids["red"], 1), (ids["blue"], 2),
    ]  # fmt: skip
    found = find(database, "nobody", video_vector=[1, 0, 0])
    assert [(one.segment_id, one.ranks["video"]) for one in found] == [(ids["quiet"], 3)]


@pytest.fixture
def groups(database: Database) -> list[int]:
    """Ids of two groups: forty people with sixty appearances each; every tenth appearance is of
    the group only."""
    video_id = add_video(database, [(0, 60_000, "", "")])
    with database.transaction() as conn:
        people_history.open_change(conn, kind="enrol", by=PERSON)
        made = [people.ensure_group(conn, name) for name in ("staff", "guests")]
        model = galleries.ensure_model(conn, model="test", revision="1", dim=3).id
        execute(
            conn,
            "INSERT INTO people (group_id, name) SELECT (%(groups)s::bigint[])[1 + n %% 2],"
            " 'member ' || n FROM generate_series(1, 40) AS n",
            {"groups": made},
        )
        execute(
            conn,
            "INSERT INTO appearances (video_id, model_id, start_ms, end_ms, at_ms, box_left,"
            " box_top, box_width, box_height, size_px, faces, embedding, person_id, group_id)"
            " SELECT %(video)s, %(model)s, n * 10, n * 10 + 5, n * 10, 0, 0, 1, 1, 90, 1,"
            " '[1,0,0]', CASE WHEN n %% 10 > 0 THEN p.id END,"
            " CASE WHEN n %% 10 = 0 THEN p.group_id END"
            " FROM people AS p CROSS JOIN generate_series(1, 60) AS n",
            {"video": video_id, "model": model},
        )
        execute(conn, "ANALYZE appearances, people")
    return made


def test_a_group_is_read_through_its_people_and_its_own_appearances(database, groups):
    values = {"groups": groups[:1], "seen_candidates": SEEN_CANDIDATES}
    with database.transaction() as conn:
        execute(conn, "SELECT set_config('enable_seqscan', 'off', true)")
        rows = fetch_all(conn, "EXPLAIN " + SQL["group_sightings"], values)
        seen = fetch_all(conn, SQL["group_sightings"], values)
    plan = "\n".join(row["QUERY PLAN"] for row in rows)
    assert "Seq Scan" not in plan, plan
    assert "appearances_of_person" in plan
    assert "appearances_of_group" in plan
    assert "people_name" in plan
    assert {one["group_id"] for one in seen} == {groups[0]}
    (hit,) = find(database, groups=tuple(groups))
    assert [what for what, _ in hit.named] == [f"group {one}" for one in sorted(groups)]


@pytest.fixture
def spread(database: Database) -> dict[int, Segment]:
    """Two cameras with a hundred moments each, every one with a vector of its own."""
    for camera in ("door", "hall"):
        video_id = add_video(database, duration_ms=100_000, camera=camera)
        with database.transaction() as conn:
            add_segments(
                conn,
                video_id,
                [
                    draft(video_id, n * 1_000, n * 1_000 + 500 + n, f"{camera} moment {n}")
                    for n in range(100)
                ],
            )
    with database.transaction() as conn:
        ids = [row["id"] for row in fetch_all(conn, "SELECT id FROM segments ORDER BY id")]
        known = get_segments(conn, ids)
    embed(database, {one: [math.cos(one), math.sin(one), 0.1] for one in known})
    return known


def nearest_by_hand(known: dict[int, Segment], query: Sequence[float]) -> list[int]:
    def distance(one: int) -> float:
        vector = (math.cos(one), math.sin(one), 0.1)
        return -sum(a * b for a, b in zip(vector, query, strict=True))

    return sorted(known, key=distance)


@pytest.mark.parametrize("narrow", [0, 5_000])
def test_a_filter_gives_the_exact_nearest_of_what_passes(database, spread, monkeypatch, narrow):
    """Read in full or by the index: the same answer as an exact scan of what passes."""
    monkeypatch.setattr("db.passing.NARROW", narrow)
    with database.transaction() as conn:
        cameras = {
            row["name"]: row["id"] for row in fetch_all(conn, "SELECT id, name FROM cameras")
        }
    scope = Scope(cameras=(cameras["hall"],), longer_ms=550)
    passing = {
        one: segment
        for one, segment in spread.items()
        if segment.duration_ms >= 550 and segment.caption.startswith("hall")
    }
    query = [1, 0, 0]
    found = find(database, vector=query, scope=scope, weak=True, limit=10)
    assert [one.segment_id for one in found] == nearest_by_hand(passing, query)[:10]
    with database.transaction() as conn:
        assert (resolve(conn, scope).members is None) == (narrow == 0)


@pytest.mark.parametrize(("narrow", "few"), [(5_000, 100_000), (0, 100_000), (0, 0)])
def test_a_filter_of_videos_and_times_gives_the_exact_nearest(
    database, spread, monkeypatch, narrow, few
):
    """Every one read, every sign compared, or the index asked: the same answer."""
    monkeypatch.setattr("db.passing.NARROW", narrow)
    monkeypatch.setattr("db.passing.FEW", few)
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with database.transaction() as conn:
        (hall,) = fetch_all(conn, "SELECT id FROM cameras WHERE name = 'hall'")
        execute(conn, "UPDATE videos SET recorded_at = %(at)s", {"at": noon})
    scope = Scope(
        cameras=(hall["id"],),
        after=noon + timedelta(seconds=40),  # in the middle of the video
        outside=((noon + timedelta(seconds=50), noon + timedelta(seconds=60)),),
    )
    passing = {
        one: segment
        for one, segment in spread.items()
        if segment.caption.startswith("hall")
        and segment.end_ms > 40_000
        and not (segment.start_ms < 60_000 and segment.end_ms > 50_000)
    }
    with database.transaction() as conn:
        resolved = resolve(conn, scope)
    assert resolved.by_video
    assert (resolved.members is None, resolved.few) == (narrow == 0, few > 0)
    found = find(database, vector=[1, 0, 0], scope=scope, weak=True, limit=100)
    exact = nearest_by_hand(passing, [1, 0, 0])
    # Three signs tell hundreds apart badly, but all that passes is fewer than are compared.
    assert [one.segment_id for one in found] == exact[: len(found)]
    assert len(found) == len(passing)
    with database.transaction() as conn:
        for oldest_first in (True, False):
            rows = listing(conn, resolved, oldest_first=oldest_first, most=1_000)
            by_time = sorted(passing, key=lambda one: passing[one].start_ms)
            assert [row["segment_id"] for row in rows] == (
                by_time if oldest_first else by_time[::-1]
            )


@pytest.mark.parametrize(("narrow", "few"), [(5_000, 100_000), (0, 100_000), (0, 0)])
@pytest.mark.parametrize("since_s", [0, 5, 2_000])
def test_words_clothes_and_things_behind_a_filter_of_videos(
    database, monkeypatch, narrow, few, since_s
):
    """Looked at one by one, found by two indexes, or out of the whole library: the same moments."""
    monkeypatch.setattr("db.passing.NARROW", narrow)
    monkeypatch.setattr("db.passing.FEW", few)
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    car = replace(person(0, 900, upper=None), label="car", attributes={})
    in_red = person(0, 900, upper="red")
    for camera in ("door", "hall"):
        video_id = add_video(database, duration_ms=40_000, camera=camera)
        drafts = [
            draft(
                video_id, n * 1_000, (n + 1) * 1_000,
                "A parcel is left" if n % 2 else "Nobody comes",
                detections=tuple(
                    replace(one, start_ms=n * 1_000, at_ms=n * 1_000, end_ms=n * 1_000 + 900)
                    for one in ((in_red, car) if n % 4 == 0 else ())
                ),
            )
            for n in range(40)
        ]  # fmt: skip
        with database.transaction() as conn:
            add_segments(conn, video_id, drafts)
    with database.transaction() as conn:
        (hall,) = fetch_all(conn, "SELECT id FROM cameras WHERE name = 'hall'")
        execute(conn, "UPDATE videos SET recorded_at = %(at)s", {"at": noon})
    passing = [one for one in segments(database, video_id) if one.end_ms > since_s * 1_000]
    scope = Scope(cameras=(hall["id"],), after=noon + timedelta(seconds=since_s))

    def found(words: str = "", **more: Any) -> set[int]:
        return {one.segment_id for one in find(database, words, scope=scope, limit=100, **more)}

    seen = {one.id for one in passing if one.detections}
    assert found("parcel") == {one.id for one in passing if "parcel" in one.caption}
    assert found(clothes=(("red", "upper"),)) == seen
    assert found(labels=("car",)) == seen
    assert bool(seen) == (since_s < 40)


@pytest.mark.parametrize(("narrow", "few"), [(5_000, 100_000), (0, 100_000), (0, 0)])
@pytest.mark.parametrize("near", [True, False])
def test_all_words_are_found_among_many_with_one_of_them(database, monkeypatch, narrow, few, near):
    """More moments have one of the words than any leg brings forward."""
    monkeypatch.setattr("db.passing.NARROW", narrow)
    monkeypatch.setattr("db.passing.FEW", few)
    count = 2 * TEXT_CANDIDATES
    video_id = add_video(database, duration_ms=1_000 * (count + 1), camera="yard")
    captions = [*["A forklift waits"] * count, "A forklift meets a zebra"]
    with database.transaction() as conn:
        drafts = [
            draft(video_id, n * 1_000, (n + 1) * 1_000, caption)
            for n, caption in enumerate(captions)
        ]
        added = add_segments(conn, video_id, drafts)
        execute(conn, "ANALYZE segments")
        (yard,) = fetch_all(conn, "SELECT id FROM cameras WHERE name = 'yard'")
    if near:
        embed(database, {one: [1, 0, 0] for one in added})
    vector = [0, 1, 0] if near else None
    scope = Scope(cameras=(yard["id"],))
    found = find(database, "forklift zebra", vector=vector, farthest=0.1, scope=scope)
    assert found[0].segment_id == added[-1]


def test_few_long_videos_are_counted_where_nobody_analyzed_them(database):
    """The statistics of a table of five rows are never made; those of its segments are."""
    video_id = add_video(database, duration_ms=1_000_000)
    with database.transaction() as conn:
        drafts = [draft(video_id, n * 1_000, (n + 1) * 1_000, "A cat") for n in range(1_000)]
        add_segments(conn, video_id, drafts)
        execute(conn, "ANALYZE segments")
        assert fetch_value(conn, passing.SQL["moments_per_video"]) == 1_000


def test_a_filter_that_lets_few_through_finds_all_of_them(database, spread):
    wanted = {one for one, segment in spread.items() if segment.caption.endswith("moment 7")}
    found = find(database, vector=[1, 0, 0], scope=Scope(phrases=("moment 7",)), weak=True)
    assert {one.segment_id for one in found} == wanted


@pytest.mark.parametrize("kind", ["vector", "halfvec", "bit"])
def test_every_kind_of_index_orders_by_the_exact_distance(database, spread, kind):
    with database.transaction() as conn:
        space = spaces.active_space(conn, "caption")
        execute(conn, spaces.index_definition(space, kind, "another_hnsw"))
        execute(conn, "UPDATE embedding_spaces SET index_kind = %(kind)s", {"kind": kind})
    found = find(database, vector=[1, 0, 0], weak=True)
    if kind != "bit":  # three signs tell two hundred vectors apart badly
        expected = nearest_by_hand(spread, [1, 0, 0])[:10]
        assert [one.segment_id for one in found] == expected
    distances = [one.distance for one in found]
    assert len(distances) == 10
    assert distances == sorted(distances)


def test_many_moments_with_one_caption_leave_room_for_others(database, library):
    crowd(database, 60, "A person in a red top comes in from the left.")
    vector = {"A person in a red top comes in from the left.": [1.0, 0.0, 0.0]}
    with database.transaction() as conn:
        rows = fetch_all(conn, "SELECT id, caption FROM segments WHERE caption <> ''")
    embed(database, {row["id"]: vector.get(row["caption"], [0.0, 1.0, 0.0]) for row in rows})
    with database.transaction() as conn:
        assert fetch_all(conn, "SELECT count(*) AS n FROM vectors")[0]["n"] == 3
    found = find(database, vector=[1, 0.1, 0], weak=True, limit=100)
    assert {library["blue"].id, library["quiet"].id} <= {one.segment_id for one in found}
    assert len(found) == ALIKE + 2


def test_common_words_are_known_by_their_share(database, library):
    """After ANALYZE, as autovacuum does it: every common word with its share of the segments."""
    crowd(database, 300, "A red fox waits by the hedge.")
    with database.transaction() as conn:
        vocabulary = read_vocabulary(conn)
    assert vocabulary.segments == pytest.approx(303, abs=5)
    assert vocabulary.share("'fox'") > 0.9
    assert vocabulary.share("'fo':*") > 0.9
    assert vocabulary.share("'zebra'") == 0
    assert find(database, "red fox")
