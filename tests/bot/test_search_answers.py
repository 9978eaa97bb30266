"""A search in Slack beyond its hits: filters, problems, near misses, marks, moments by number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.workspace import Message
from db import feedback
from tests.bot.conftest import bot_config
from tests.bot.office import (
    ALEX,
    MINA,
    RANDOM,
    SECURITY,
    Office,
    choices,
    entries,
    everything,
    labels,
    links,
    open_office,
)
from tests.bot.shop import furnish_shop
from tests.support import postgres


@pytest.fixture(scope="module")
def office(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("shop")
    with (
        server.fresh() as url,
        open_office(bot_config(url, folder, faces=True), folder) as opened,
    ):
        furnish_shop(opened.config, opened.database)
        yield opened


@pytest.fixture(autouse=True)
def no_dialog(office: Office) -> None:
    for user in (ALEX, MINA):
        office.sandbox.workspace.close_view(user, every=True)


def marks(office: Office, query: str, who: str = "Alex Rivera (@alex)") -> dict[int, Any]:
    with office.database.transaction() as conn:
        return feedback.marks_of(conn, query, who)


def marked(office: Office, query: str, segment_id: int, *kinds: str) -> None:
    """Wait until exactly these marks are kept."""
    office.eventually(
        lambda: marks(office, query).get(segment_id, frozenset()) == frozenset(kinds) or None
    )


def recorded(office: Office, title: str, day: datetime, at: time | None = None) -> None:
    """Let a video have been recorded then."""
    moment = day if at is None else day.replace(hour=at.hour, minute=at.minute)
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("UPDATE videos SET recorded_at = %s WHERE title = %s", (moment, title))


def views(office: Office, *containing: str, user: str = ALEX) -> dict[str, Any]:
    """The elements of the open form by block id."""
    view = office.dialog(*containing, user=user)
    return {
        block["block_id"]: block["element"]
        for block in view.content["blocks"]
        if block["type"] == "input"
    }


def chips(message: Message) -> list[str]:
    return [label for label in labels(message) if label.startswith("✕")]


# Filters


def test_the_filters_of_a_search_are_shown_and_taken_out_in_place(office: Office) -> None:
    office.ask("red jacket camera:door person:jimin -dark")
    answer = office.answer("1 moment matches")
    assert chips(answer) == ["✕ camera: door", "✕ person: jimin", "✕ not dark"]
    office.push(answer, "✕ person: jimin")
    without = office.answer("“red jacket camera:door -dark”")
    assert without.ts == answer.ts
    assert chips(without) == ["✕ camera: door", "✕ not dark"]


def test_korean_filters_are_shown_in_korean(office: Office) -> None:
    office.ask("빨간 재킷 카메라:door -밤", user=MINA)
    answer = office.answer("맞는 장면 1개", user=MINA)
    assert chips(answer) == ["✕ 카메라: door", "✕ 제외: 밤"]
    office.push(answer, "✕ 제외: 밤", user=MINA)
    assert chips(office.answer("맞는 장면", user=MINA)) == ["✕ 카메라: door"]


def test_more_filters_than_a_row_holds_go_into_a_menu(office: Office) -> None:
    office.ask("red jacket camera:door person:jimin group:staff after:2026-11-01 longer:2s -dark")
    answer = office.answer("1 moment matches")
    assert len(chips(answer)) == 4
    assert choices(answer) == ["✕ longer: 2s", "✕ not dark"]
    office.choose(answer, "✕ not dark")
    assert len(chips(office.answer("longer:2s”"))) == 5


def test_the_only_filter_is_shown_and_stays(office: Office) -> None:
    office.ask("camera:door")
    answer = office.answer("Filter: camera: door")
    assert chips(answer) == []


def test_quotes_and_dashes_of_phones_are_understood(office: Office) -> None:
    office.ask("red jacket camera:“front door” —dark")
    assert chips(office.answer("1 moment matches")) == ["✕ camera: front door", "✕ not dark"]


def test_dates_are_read_in_the_persons_timezone(office: Office) -> None:
    """Ten to midnight in New York is the next day in Seoul, and ten past midnight there is the
    day before here."""
    for user, other, zone, at in (
        (ALEX, MINA, "America/New_York", time(23, 50)),
        (MINA, ALEX, "Asia/Seoul", time(0, 10)),
    ):
        recorded(office, "Deliveries", datetime(2026, 11, 10, tzinfo=ZoneInfo(zone)), at)
        office.ask("camera:room on:11/10", user=user)
        assert "Deliveries" in everything(office.answer("✕", "on:11/10”", user=user))
        office.ask("camera:room on:11/10", user=other)
        nothing = office.answer("✕", "on:11/10”", user=other)
        assert "hit-" not in everything(nothing)
    recorded(office, "Deliveries", datetime.now(UTC) - timedelta(hours=1))


def test_nothing_is_widened_to_a_day_that_is_not_meant(office: Office) -> None:
    office.ask("red jacket on:2026-11-32")
    assert "is no date" in everything(office.answer("cannot be run"))


# What is wrong with a query


def test_a_mistyped_filter_is_pointed_at_and_corrected_by_a_press(office: Office) -> None:
    office.ask("red jacket camra:door")
    answer = office.answer("This search cannot be run as it is")
    words = everything(answer)
    assert "```red jacket camra:door\\n           ^^^^^```" in words
    assert "did you mean camera:?" in words
    assert "Nothing was searched." in words
    assert "*red jacket camera:door*" in words
    office.push(answer, "Search that")
    assert office.answer("1 moment matches “red jacket camera:door”").ts == answer.ts


def test_an_unknown_name_is_said_in_korean_with_the_nearest_one(office: Office) -> None:
    office.ask('빨간 재킷 카메라:"front dor"', user=MINA)
    answer = office.answer("혹시 front door인가요?", user=MINA)
    office.push(answer, "이렇게 찾기", user=MINA)
    assert office.answer("맞는 장면 1개", user=MINA).ts == answer.ts


def test_what_nothing_is_near_to_can_be_left_out(office: Office) -> None:
    office.ask("red jacket video:zzzzzz")
    answer = office.answer("There is no video called zzzzzz")
    assert "Search that" not in labels(answer)
    office.push(answer, "✕ video: zzzzzz")
    assert "match" in office.answer("“red jacket”").text


def test_backticks_and_pings_in_a_wrong_query_stay_text(office: Office) -> None:
    office.ask("camra:x ```<!channel>``` *bold*")
    answer = office.answer("cannot be run")
    assert answer.pings() == []
    texts = [block["text"]["text"] for block in answer.blocks if block["type"] == "section"]
    [drawn] = [text for text in texts if "```" in text]
    assert drawn.count("```") == 2


def test_a_query_beyond_every_length_says_so(office: Office) -> None:
    office.ask("red " * 200)
    office.answer("at most 500 characters; this one has 799")


# Nothing good enough


def test_near_misses_are_marked_weak_and_filters_say_what_they_cost(office: Office) -> None:
    office.ask('red jacket camera:"back room"')
    answer = office.answer("Nothing good enough for")
    words = everything(answer)
    assert "without *camera: back room*: 13 moments" in words
    assert words.count("`weak match`") == 2
    assert "Nothing was widened" in words
    office.push(answer, "✕ camera: back room")
    found = office.answer("13 moments match “red jacket”")
    assert found.ts == answer.ts
    assert "weak match" not in everything(found)


def test_no_answer_in_korean(office: Office) -> None:
    office.ask('빨간 재킷 카메라:"back room"', user=MINA)
    answer = office.answer("충분히 맞는 장면이 없습니다", user=MINA)
    assert "*카메라: back room* 조건이 없으면 13개" in everything(answer)
    assert "약한 일치" in everything(answer)


# Hits


def test_joined_moments_are_one_hit_with_the_whole_stretch(office: Office) -> None:
    office.ask("red jacket camera:door")
    answer = office.answer("1 moment matches")
    assert "`0:00–0:15`" in everything(answer)
    assert "2 moments in a row" in everything(answer)


def test_marks_are_kept_with_their_rank_and_taken_back_by_the_same_choice(office: Office) -> None:
    query, segment = "black coat", 16
    office.ask(query)
    answer = office.answer("matches “black coat”")
    office.choose(answer, "Not relevant")
    office.answer("marked as not relevant to “black coat”. Choose it again to take it back.")
    marked(office, query, segment, "not_relevant")
    office.choose(answer, "Relevant")
    office.answer("marked as relevant")
    marked(office, query, segment, "relevant")
    with office.database.transaction() as conn:
        [pair] = [one for one in feedback.pairs(conn) if one.query == query]
    assert pair.ranks == (1,)
    office.choose(answer, "Relevant")
    office.answer("Taken back")
    marked(office, query, segment)


def test_opening_playing_and_sharing_are_noted(office: Office) -> None:
    query, segment = "a car waits", 18
    office.ask(query)
    answer = office.answer("matches “a car waits”")
    office.push(answer, "Edit in Web")
    office.push(answer, "Play")
    office.push(answer, "Share")
    marked(office, query, segment, "click", "play", "share")


def test_somebody_elses_answer_is_not_marked(office: Office) -> None:
    office.ask("blue coat camera:room")
    mine = office.answer("1 moment matches")
    public = office.sandbox.workspace.post(
        channel=mine.channel, user="U0CLIPOPS", text="copied", blocks=mine.blocks
    )
    office.choose(public, "Not relevant", user=MINA)
    office.answer("다른 분의 검색 결과", user=MINA)
    office.push(public, "Play", user=MINA)
    office.settle()
    assert marks(office, "blue coat camera:room", "김민아 (@mina)") == {}


def test_a_link_to_copy_carries_no_token(office: Office) -> None:
    office.ask("black coat camera:door")
    office.choose(office.answer("1 moment matches"), "Copy link")
    answer = office.answer("Link to Monday morning 0:30–0:37")
    assert answer.only_for == ALEX
    assert f"```{office.config.editor_url}/videos/3?segment=16" in everything(answer)
    assert "token" not in everything(answer)


def test_what_is_before_and_after_is_listed_for_who_asks(office: Office) -> None:
    office.ask("black coat camera:door", user=MINA)
    office.choose(office.answer("1개", user=MINA), "앞뒤 장면", user=MINA)
    answer = office.answer("Monday morning의 앞뒤 장면", user=MINA)
    words = everything(answer)
    assert words.index("0:00–0:08") < words.index("0:08–0:15") < words.index("0:30–0:37")
    assert "`0:30–0:37` 16번 · *이 장면*" in words
    assert all("/enter?token=" in link for link in links(answer))


def test_similar_moments_are_added_below(office: Office) -> None:
    office.ask("red jacket camera:door")
    answer = office.answer("1 moment matches")
    office.push(answer, "Similar")
    similar = office.answer("like number 14")
    assert similar.ts != answer.ts
    assert "hit-14" not in everything(similar)
    assert "Not relevant" not in str(entries(similar))
    assert "Refine" not in labels(similar)


# Moments by number


@pytest.mark.parametrize(
    ("typed", "said"),
    [("similar 14", "like number 14"), ("비슷한 14", "14번과 비슷한 장면")],
)
def test_moments_like_one_are_found_by_its_number(office: Office, typed: str, said: str) -> None:
    office.ask(typed)
    assert "Monday morning" in everything(office.answer(said))


@pytest.mark.parametrize(("typed", "said"), [("show 17", "Moment 17"), ("보기 17", "17번 장면")])
def test_a_moment_is_shown_by_its_number(office: Office, typed: str, said: str) -> None:
    office.ask(typed)
    answer = office.answer(said, "Deliveries")
    assert "A person in a blue coat" in everything(answer)
    assert "파란 코트를 입은" in everything(answer)
    office.push(answer, "Share" if "Share" in labels(answer) else "공유")
    copy = office.answer("videos/", "Deliveries")
    assert copy.only_for is None
    assert "show 17" not in everything(copy)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("show 999", "There is no segment 999."),
        ("보기 999", "999번 장면이 없습니다"),
        ("similar 999", "There is no segment 999."),
        ("share 999", "deleted or merged"),
    ],
)
def test_a_number_nothing_has_is_said(office: Office, typed: str, said: str) -> None:
    office.ask(typed)
    office.answer(said)


def test_a_moment_is_shared_to_a_named_channel(office: Office) -> None:
    office.ask("share 17 #security")
    office.answer("Shared to #security.")
    copy = office.answer("Open in ClipOps", "Deliveries")
    assert (copy.channel, copy.only_for) == (SECURITY, None)
    assert copy.pings() == [f"<@{ALEX}>"]
    assert "token" not in everything(copy)


def test_a_moment_is_shared_here_without_a_channel(office: Office) -> None:
    office.ask("공유 17", user=MINA)
    office.answer("이 채널에 공유했습니다", user=MINA)
    assert office.answer("ClipOps에서 열기", user=MINA).only_for is None


@pytest.mark.parametrize("channel", ["#random", "random", "#nowhere", RANDOM])
def test_sharing_to_a_channel_the_bot_is_not_in_explains_the_invitation(
    office: Office, channel: str
) -> None:
    office.ask(f"share 17 {channel}")
    assert "/invite @ClipOps" in everything(office.answer("so it cannot post there"))


# Refine


def test_the_form_shows_what_was_asked_and_keeps_what_is_left_as_it_was(office: Office) -> None:
    query = "red jacket -dark person:jimin camera:door after:2026-11-01 longer:2s sort:time"
    office.ask(query)
    answer = office.answer("1 moment matches")
    office.push(answer, "Refine")
    fields = views(office, "Refine the search")
    assert fields["words"]["initial_value"] == "red jacket -dark"
    assert fields["longer"]["initial_value"] == "2s"
    assert fields["person"]["initial_option"]["value"] == "jimin"
    assert "staff/Jimin" in str(fields["person"]["options"])
    assert fields["camera"]["initial_option"]["value"] == "door"
    assert fields["after"]["initial_date"] == "2026-11-01"
    assert fields["sort"]["initial_option"]["value"] == "time"
    assert office.send(office.dialog("Refine"), camera="front door", after="2026-11-15") == {}
    refined = office.answer("“red jacket -dark person:jimin")
    assert refined.ts == answer.ts
    assert 'camera:"front door" after:2026-11-15 longer:2s sort:time' in refined.text


def test_a_day_said_in_words_stays_in_words_unless_it_is_changed(office: Office) -> None:
    office.ask("car 날짜:오늘", user=MINA)
    answer = office.answer("car", "검색 다듬기", user=MINA)
    office.push(answer, "검색 다듬기", user=MINA)
    today = datetime.now(ZoneInfo("Asia/Seoul")).date().isoformat()
    assert views(office, "이 날", user=MINA)["on"]["initial_date"] == today
    assert office.send(office.dialog("이 날", user=MINA), user=MINA, words="자동차") == {}
    assert chips(office.answer("자동차", user=MINA)) == ["✕ 날짜: 오늘"]


def test_what_is_wrong_is_said_in_the_form(office: Office) -> None:
    office.ask("red jacket")
    office.push(office.answer("match “red jacket”"), "Refine")
    refused = office.send(office.dialog("Refine"), words="camra:door")
    assert "did you mean camera:?" in refused["words"]
    assert office.send(office.dialog("Refine"), words="red jacket") == {}


def test_any_takes_a_filter_out(office: Office) -> None:
    office.ask("red jacket camera:door")
    office.push(office.answer("1 moment matches"), "Refine")
    assert office.send(office.dialog("Refine"), camera="Any") == {}
    assert chips(office.answer("13 moments match")) == []
