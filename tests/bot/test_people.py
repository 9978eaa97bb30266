"""People in Slack: who there is, where somebody was seen, whose face it is not, who it is."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bot.sandbox.workspace import Message
from core.config import Config
from core.links import read_token
from core.people import PeopleChange
from core.types import Box, Hit
from db import people, people_history, videos
from db.appearances import appearances_of_video
from db.pool import Database
from pipeline import people as use_cases
from pipeline.search import Searcher
from tests.bot.conftest import bot_config
from tests.bot.office import ALEX, MINA, Office, entries, everything, labels, links, open_office
from tests.support import postgres
from tests.support.faces import JIMIN, between, face, store, track
from tests.support.library import add_video, segments

WALKS = ("Somebody walks by", "누군가 지나갑니다")
# Too far from one another to be shown as one.
MINUTE = [(start, start + 7_000, *WALKS) for start in range(0, 60_000, 10_000)]
MENU = ("Wrong person…", "Who is this?")


TABLES = (
    "people_history, people_changes, face_decisions, gallery_faces, appearances, people, groups"
)


@pytest.fixture(scope="module")
def building(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Library, sandbox and bot, with a video of a gate in which there are no faces yet."""
    folder = tmp_path_factory.mktemp("faces")
    with (
        server.fresh() as url,
        open_office(bot_config(url, folder, faces=True), folder) as opened,
    ):
        add_video(opened.database, MINUTE, title="Gate")
        yield opened


@pytest.fixture
def office(building: Office) -> Office:
    """Ann twice, called staff/지민; Bob, whom nobody named; staff/Cho; and somebody between Ann
    and Cho: in that order, each in a segment of the gate's video of its own."""
    with building.database.transaction() as conn, conn.cursor() as cursor:
        # History refuses both outside of a test.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")
        cursor.execute("UPDATE segments SET state = 'live'")
        cursor.execute(
            "DELETE FROM segments USING videos WHERE title = 'Yard' AND video_id = videos.id"
        )
    building.sandbox.workspace.close_view(ALEX, every=True)
    furnish_with_faces(building.config, building.database)
    return building


def furnish_with_faces(config: Config, database: Database) -> None:
    tracks = [
        track(face("ann"), 1_000, 3_000),
        track(face("ann", 0.1), 12_000, 14_000),
        track(face("bob"), 22_000, 24_000),
        track(face("cho"), 32_000, 34_000),
        track(between("ann", "cho"), 42_000, 44_000),
    ]
    store(config, database, gate(database), tracks)
    name(config, database, "Unknown 1", "staff/지민")
    name(config, database, "Unknown 3", "staff/Cho")


def gate(database: Database) -> int:
    """The id of the gate's video."""
    with database.transaction() as conn:
        return videos.find_video(conn, "Gate").id


def name(config: Config, database: Database, who: str, label: str) -> None:
    use_cases.name(
        config, database, person(database, who), label, by=JIMIN, idempotency_key=uuid4().hex
    )


def person(database: Database, wanted: str) -> int:
    with database.transaction() as conn:
        return people.find_person(conn, wanted).id


def seen(office: Office) -> list[str]:
    """Whom each appearance in the gate's video shows, by start."""
    with office.database.transaction() as conn:
        listed = appearances_of_video(conn, gate(office.database))
    return [one.person.label if one.person else "?" for one in listed]


def last_change(office: Office) -> PeopleChange:
    with office.database.transaction() as conn:
        return people_history.list_changes(conn, limit=1)[0]


def found(office: Office, query: str) -> tuple[Hit, ...]:
    return Searcher(office.config, office.database).search(query, limit=5).hits


@pytest.mark.parametrize("words", ["지민", "지민이가 나온 장면", "where is 지민"])
def test_a_name_finds_the_same_moments_here_as_in_the_searcher(office: Office, words: str) -> None:
    hits = found(office, words)
    assert [hit.segment.start_ms for hit in hits][:2] == [0, 10_000]
    office.ask(words, user=MINA)
    answer = office.answer(f"“{words}”", "근거", user=MINA)
    shown = [block["block_id"] for block in answer.blocks if "hit-" in block["block_id"]]
    assert shown == [f"hit-{hit.segment.id}" for hit in hits]
    for hit in hits:
        for reason in hit.reasons_ko:
            assert reason in everything(answer)
    assert "인물: staff/지민" in everything(answer)
    assert any("staff/지민" in reason for reason in hits[0].reasons_ko), hits[0]


def test_every_named_person_is_listed_with_how_often_and_where_last(office: Office) -> None:
    office.ask("people")
    answer = office.answer("*staff* · 2 people")
    words = everything(answer)
    assert answer.only_for == ALEX
    assert words.index("*Cho*") < words.index("*지민*")
    assert "seen 2 times in 1 video" in words
    assert "|Gate 0:12–0:14>" in words
    assert "1 person nobody has named yet" in words
    assert f"{office.config.editor_url}/people" in links(answer)
    assert "No face model" not in words


def test_the_link_to_where_somebody_was_seen_last_is_signed_for_the_reader(office: Office) -> None:
    office.ask("people")
    words = everything(office.answer("*지민*"))
    url = words.split("|Gate 0:12")[0].rsplit("<", 1)[1]
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["token"][0]
    link = read_token(office.config, token, datetime.now(UTC))
    assert link.user == "Alex Rivera (@alex)"
    [segment] = [hit.segment for hit in found(office, "지민") if hit.segment.start_ms == 10_000]
    assert link.segment_id == segment.id


def test_more_people_than_fit_are_on_further_pages(office: Office) -> None:
    with office.database.transaction() as conn:
        people_history.open_change(conn, kind="enrol", by=JIMIN)
        for number in range(11):
            people.ensure_person(conn, "guests", f"Guest {number:02}")
    office.ask("people")
    first = office.answer("1–10 of 13", "*guests* · 11 people", "not seen in any video yet")
    assert "*staff*" not in everything(first)
    office.push(first, "Next →")
    last = office.answer("11–13 of 13", "*guests* · 11 people", "*staff* · 2 people")
    assert last.ts == first.ts
    assert "Next →" not in labels(last)
    office.push(last, "← Previous")
    assert office.answer("1–10 of 13").ts == first.ts


@pytest.mark.parametrize("words", ["인물", "사람"])
def test_korean_words_list_people_in_korean(office: Office, words: str) -> None:
    office.ask(words)
    answer = office.answer("*staff* · 2명", "영상 1개에 2회 등장", "아직 이름이 없는 사람 1명")
    office.push(answer, "등장 보기")
    assert "staff/Cho" in everything(office.answer("← 모든 인물"))


@pytest.mark.parametrize("words", ["people 지민", "인물 staff/지민", "people 1"])
def test_a_persons_name_shows_where_they_were_seen(office: Office, words: str) -> None:
    office.ask(words, user=MINA)
    answer = office.answer("staff/지민", "Gate", "0:12–0:14", user=MINA)
    words_said = everything(answer)
    assert words_said.index("0:12–0:14") < words_said.index("0:01–0:03")
    assert WALKS[1] in words_said
    office.push(answer, "“지민” 검색", user=MINA)
    office.answer("“지민”에 맞는 장면", user=MINA)


def test_somebody_is_shown_in_place_and_back_again(office: Office) -> None:
    office.ask("people")
    everybody = office.answer("*staff*")
    office.push(everybody, "Appearances")
    one = office.answer("← All people", "staff/Cho")
    assert one.ts == everybody.ts
    office.push(one, "← All people")
    assert office.answer("*staff* · 2 people").ts == everybody.ts


def test_an_unknown_person_can_be_named_from_their_card(office: Office) -> None:
    office.ask("people Unknown 2")
    office.push(office.answer("Unknown 2", "0:22–0:24"), "Who is this?")
    dialog = office.dialog("Unknown 2", "Somebody who has a name")
    assert office.send(dialog, group="guests", name="Bob") == {}
    preview = office.dialog("becomes", "1 appearance in 1 moment will read differently")
    assert seen(office)[2] == "Unknown 2"
    assert office.send(preview) == {}
    office.answer("*Unknown 2* is *guests/Bob* now", "1 appearance in 1 moment changed", "Undo")
    assert seen(office)[2] == "guests/Bob"


def test_words_that_name_nobody_are_searched_for(office: Office) -> None:
    office.ask("people somewhere walking by")
    assert "“people somewhere walking by”" in everything(office.answer("Refine"))


def test_a_name_nearly_right_is_asked_about(office: Office) -> None:
    name(office.config, office.database, "Unknown 2", "staff/Jimin Kang")
    office.ask("people Jimin Kamg")
    answer = office.answer("Did you mean staff/Jimin Kang?")
    assert "Search for “Jimin Kamg”" in labels(answer)
    office.push(answer, "Show staff/Jimin Kang")
    office.answer("staff/Jimin Kang", "0:22–0:24")


@pytest.mark.parametrize(
    ("full", "short"), [("staff/Jimin Kang", "people kang"), ("직원/김보라", "인물 보라")]
)
def test_a_name_in_short_is_understood(office: Office, full: str, short: str) -> None:
    name(office.config, office.database, "Unknown 2", full)
    office.ask(short)
    office.answer(full, "0:22–0:24", "Gate")


def test_a_name_several_people_have_is_asked_about(office: Office) -> None:
    name(office.config, office.database, "Unknown 2", "guests/지민")
    office.ask("인물 지민")
    answer = office.answer("사람이 여럿입니다")
    office.push(answer, "guests/지민 보기")
    office.answer("guests/지민", "0:22–0:24")


def test_the_menu_of_a_hit_offers_what_its_faces_leave_open(office: Office) -> None:
    office.ask("somebody walks by")
    answer = office.answer("6 moments match")
    office.push(answer, "Next →")
    both = entries(answer) + entries(office.answer("6–6 of 6"))
    asked = [[one for one in menu if one in MENU] for menu in both]
    assert sorted(asked) == sorted([[MENU[0]], [MENU[0]], [MENU[1]], [MENU[0]], [MENU[1]], []])
    others = ["Not relevant", "Relevant", "Copy link", "Before and after"]
    assert all([one for one in menu if one not in MENU] == others for menu in both)
    office.ask("red jacket")
    assert entries(office.answer("12 moments match")) == [others] * 5


def test_a_moment_with_faces_of_both_kinds_has_the_five_entries_there_is_room_for(
    office: Office,
) -> None:
    store(
        office.config,
        office.database,
        add_video(office.database, MINUTE[:1], title="Yard"),
        [track(face("ann"), 0, 2_000), track(face("dan"), 3_000, 5_000)],
    )
    office.ask("somebody walks by video:Yard")
    [menu] = entries(office.answer("1 moment matches"))
    assert menu == ["Not relevant", *MENU, "Copy link", "Before and after"]


def test_a_wrong_person_is_taken_out_and_can_be_put_back(office: Office) -> None:
    results = ask_for(office, "지민이가 나온 장면")
    office.choose(results, "다른 사람입니다…")
    dialog = office.dialog("누가 아닌가요?", "staff/지민")
    assert office.send(dialog) == {}
    answer = office.answer("Gate 0:01–0:03에서 뺐습니다: *staff/지민*", "바뀌었습니다")
    assert seen(office)[:2] == ["Unknown 4", "staff/지민"]
    change = last_change(office)
    assert (change.kind, change.actor.origin) == ("reject", "slack")
    assert change.actor.name == "Alex Rivera (@alex)"
    again = office.answer("“지민이가 나온 장면”에 맞는 장면 1개")
    assert again.ts == results.ts
    office.push(answer, "되돌리기")
    undone = office.answer("되돌렸습니다", "staff/지민", "바뀌었습니다")
    assert undone.ts == answer.ts
    assert seen(office)[:2] == ["staff/지민", "staff/지민"]
    office.push(undone, "다시 적용")
    office.answer("다시 적용했습니다", "되돌리기")
    assert seen(office)[0] != "staff/지민"


def ask_for(office: Office, query: str) -> Message:
    """The page of results, once its pictures are settled."""
    office.ask(query)
    answer = office.answer(f"“{query}”")
    office.settle(0.3)
    return answer


def test_a_face_between_two_people_is_given_to_one_of_them(office: Office) -> None:
    results = ask_for(office, "somebody walks by")
    office.choose(results, MENU[1], number=_index_of(office, results, 40_000))
    dialog = office.dialog("staff/지민 or staff/Cho?")
    assert office.send(dialog, known="staff/Cho") == {}
    preview = office.dialog("known already", "1 appearance in 1 moment")
    assert office.send(preview) == {}
    office.answer("*staff/지민 or staff/Cho?* is *staff/Cho* now")
    assert seen(office)[4] == "staff/Cho"
    assert last_change(office).kind == "assign"


def _index_of(office: Office, results: Message, start_ms: int) -> int:
    """Which of the menus that offer a name belongs to the segment that starts then."""
    [segment] = [
        hit.segment
        for hit in found(office, "somebody walks by")
        if hit.segment.start_ms == start_ms
    ]
    return _offering(results).index(f"hit-{segment.id}")


def _offering(results: Message) -> list[str]:
    """The hits whose menus offer to name somebody, by block id."""
    return [
        block["block_id"]
        for block in results.blocks
        for element in block.get("elements", ())
        for option in element.get("options", ())
        if option["text"]["text"] == MENU[1]
    ]


def test_a_known_name_joins_the_two_and_an_undo_parts_them(office: Office) -> None:
    office.ask("people Unknown 2")
    office.push(office.answer("Unknown 2"), "Who is this?")
    assert office.send(office.dialog("Unknown 2", "staff"), name="cho") == {}
    preview = office.dialog("is *staff/Cho*, who is known already")
    assert office.send(preview) == {}
    answer = office.answer("*Unknown 2* is *staff/Cho* now")
    assert seen(office)[2:4] == ["staff/Cho", "staff/Cho"]
    office.push(answer, "Undo")
    office.answer("Taken back")
    assert seen(office)[2:4] == ["Unknown 2", "staff/Cho"]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"group": ""}, {"name": "Choose somebody, or type a group and a name."}),
        ({"group": "", "name": "Bob"}, {"group": "Say the group too, for example: staff."}),
        ({"known": "Cho", "name": "Bob"}, {"name": "Choose somebody or type a name, not both."}),
        ({"name": "12"}, {"name": "'12' reads as the number of an unnamed person"}),
    ],
)
def test_what_cannot_be_a_name_is_said_at_its_field(
    office: Office, given: dict[str, str], errors: dict[str, str]
) -> None:
    office.ask("people Unknown 2")
    office.push(office.answer("Unknown 2"), "Who is this?")
    said = office.send(office.dialog("Unknown 2", "staff"), **given)
    assert said.keys() == errors.keys()
    for field, words in errors.items():
        assert words in said[field]


def test_somebody_named_meanwhile_is_not_named_again(office: Office) -> None:
    office.ask("인물 미확인 2")
    office.push(office.answer("미확인 2"), "이 사람은 누구인가요?")
    dialog = office.dialog("미확인 2", "staff")
    assert office.send(dialog, name="보라") == {}
    preview = office.dialog("*미확인 2* → *staff/보라*")
    name(office.config, office.database, "Unknown 2", "guests/Bob")
    assert office.send(preview) == {}
    office.answer("이미 guests/Bob입니다")
    assert seen(office)[2] == "guests/Bob"


def test_a_face_decided_about_meanwhile_is_left_alone(office: Office) -> None:
    results = ask_for(office, "지민이가 나온 장면")
    office.choose(results, "다른 사람입니다…")
    dialog = office.dialog("누가 아닌가요?")
    with office.database.transaction() as conn:
        first = appearances_of_video(conn, gate(office.database))[0]
    use_cases.assign(
        office.config, office.database, first.id, "staff/Cho", by=JIMIN, idempotency_key="web"
    )
    assert office.send(dialog) == {}
    office.answer("그사이 다른 사람이 이 얼굴을 정해서")
    assert seen(office)[0] == "staff/Cho"


def test_a_slow_preview_waits_in_the_dialog_and_is_filled_afterwards(office: Office) -> None:
    """Another operation on people holds the lock for longer than Slack waits."""
    office.ask("people Unknown 2")
    office.push(office.answer("Unknown 2"), "Who is this?")
    dialog = office.dialog("Unknown 2", "staff")
    with office.database.transaction() as conn:
        people_history.lock(conn)
        assert office.send(dialog, group="guests", name="Bob") == {}
        office.dialog("Counting what would change…")
    office.dialog("becomes *guests/Bob*", "Apply")


def test_a_dialog_sent_twice_and_a_button_pressed_twice_have_one_effect(office: Office) -> None:
    results = ask_for(office, "where is 지민")
    office.choose(results, "다른 사람입니다…")
    dialog = office.dialog("누가 아닌가요?")
    after = office.sandbox.workspace.seq
    assert [office.send(dialog) for _ in range(2)] == [{}, {}]
    office.after = after
    answer = office.answer("에서 뺐습니다:")
    said = [message for message in office.settle() if "에서 뺐습니다:" in everything(message)]
    assert [message.ts for message in said] == [answer.ts]
    for _ in range(2):
        office.push(answer, "되돌리기")
    office.settle()
    assert seen(office)[0] == "staff/지민"
    with office.database.transaction() as conn:
        kinds = [change.kind for change in people_history.list_changes(conn, limit=3)]
    assert kinds == ["undo", "reject", "name"]


def test_one_face_to_name_is_not_asked_for_twice(office: Office) -> None:
    results = ask_for(office, "somebody walks by")
    office.choose(results, MENU[1], number=_index_of(office, results, 20_000))
    dialog = office.dialog("Gate 0:20–0:27", "Unknown 2 · 0:22–0:24 · middle")
    fields = [block["block_id"] for block in dialog.content["blocks"] if block["type"] == "input"]
    assert fields == ["known", "group", "name"]
    assert office.send(dialog, name="보라") == {}
    assert office.send(office.dialog("becomes *staff/보라*")) == {}
    office.answer("*Unknown 2* is *staff/보라* now")


def test_one_of_several_faces_is_chosen_by_time_and_place(office: Office) -> None:
    video_id = add_video(office.database, MINUTE[:1], title="Yard")
    left, right = (Box(left=x, top=0.3, width=0.1, height=0.2) for x in (0.05, 0.8))
    tracks = [track(face("dan"), 0, 2_000, box=left), track(face("eve"), 3_000, 5_000, box=right)]
    store(office.config, office.database, video_id, tracks)
    office.ask("somebody walks by")
    page = office.answer("7 moments match")
    if "Yard" not in everything(page):
        office.push(page, "Next →")
        page = office.answer("Yard")
    office.settle(0.3)
    [segment] = segments(office.database, video_id)
    office.choose(page, MENU[1], number=_offering(page).index(f"hit-{segment.id}"))
    dialog = office.dialog("Which face?", "0:00–0:02 · left", "0:03–0:05 · right")
    assert office.send(dialog, face="right", name="Eve") == {}
    assert office.send(office.dialog("becomes *staff/Eve*")) == {}
    office.answer("is *staff/Eve* now")
    with office.database.transaction() as conn:
        listed = appearances_of_video(conn, video_id)
    assert [one.person and one.person.name for one in listed] == [None, "Eve"]


def test_someone_elses_hits_are_not_decided_about(office: Office) -> None:
    mine = ask_for(office, "지민")
    public = office.sandbox.workspace.post(
        channel=mine.channel, user="U0CLIPOPS", text="copied", blocks=mine.blocks
    )
    office.choose(public, "다른 사람입니다…", user=MINA)
    office.answer("다른 분의 검색 결과", user=MINA)
    assert office.sandbox.workspace.views(MINA) == ()


def test_a_copied_list_is_answered_privately_and_stays_as_it_was(office: Office) -> None:
    office.ask("people")
    mine = office.answer("*staff*")
    public = office.sandbox.workspace.post(
        channel=mine.channel, user="U0CLIPOPS", text="copied", blocks=mine.blocks
    )
    office.push(public, "Appearances", user=MINA)
    assert office.answer("staff/Cho", "Edit in Web", user=MINA).only_for == MINA
    kept = office.sandbox.workspace.find(public.channel, public.ts)
    assert kept is not None
    assert kept.text == "copied"


def test_hostile_names_ping_nobody(office: Office) -> None:
    name(office.config, office.database, "Unknown 2", "<!channel>/<@U0MINA> *x*")
    office.ask("people")
    listed = office.answer("&lt;@U0MINA&gt;")
    office.ask("people <@U0MINA> *x*")
    office.ask("people 2")
    one = office.answer("0:22–0:24")
    office.ask("somebody walks by")
    hits = office.answer("6 moments match")
    for message in (listed, one, hits, *office.settle(0.3)):
        assert message.pings() == []
    office.choose(hits, MENU[0], number=0)
    office.dialog("Who is it not?")


def test_a_moment_deleted_meanwhile_is_said_in_the_dialog(office: Office) -> None:
    results = ask_for(office, "지민이가 나온 장면")
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE segments SET state = 'deleted'")
    office.choose(results, "다른 사람입니다…")
    office.dialog("번 장면이 없습니다. 삭제되거나 합쳐졌을 수 있습니다.")
