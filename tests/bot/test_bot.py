"""The bot as a process, spoken to by the sandbox over real HTTP, on a real database."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime

import pytest

from bot.sandbox.asking import command_payload, event_payload, show_command_answer
from core.links import read_token
from db.segments import get_segment
from tests.bot.office import (
    ALEX,
    DIRECT,
    MINA,
    RANDOM,
    STORE,
    Office,
    everything,
    labels,
    links,
    shown_files,
)
from tests.support.library import add_video, segments


def test_a_search_is_answered_with_captions_times_and_pictures(office: Office) -> None:
    office.ask("red jacket")
    answer = office.answer("12 moments match “red jacket”", pictures=True)
    assert answer.only_for == ALEX
    assert len(shown_files(answer)) == 5
    words = everything(answer)
    assert "A person in a red jacket walks in from the left" in words
    assert "빨간 재킷을 입은 사람이 왼쪽에서 걸어 들어옵니다" in words
    assert "Front door" in words
    assert "1–5 of 12" in words
    assert words.index("red jacket walks") < words.index("빨간 재킷을")


def test_the_second_time_pictures_are_in_the_acknowledgement(office: Office) -> None:
    office.ask("blue coat")
    office.answer("1 moment matches", pictures=True)
    office.settle(0.3)
    office.ask("blue coat")
    said = office.settle(0.3)
    assert len(said) == 1
    assert len(shown_files(said[0])) == 1


def test_korean_words_are_answered_in_korean_to_anyone(office: Office) -> None:
    office.ask("빨간 재킷", user=ALEX)
    answer = office.answer("“빨간 재킷”에 맞는 장면 12개")
    words = everything(answer)
    assert words.index("빨간 재킷을 입은") < words.index("A person in a red jacket")
    assert "웹에서 편집" in labels(answer)


def test_a_korean_locale_reads_korean_even_for_english_words(office: Office) -> None:
    office.ask("blue coat", user=MINA)
    assert "공유" in labels(office.answer("맞는 장면 1개", user=MINA))


def test_edit_in_web_is_signed_for_the_person_who_asked(office: Office) -> None:
    office.ask("blue coat", user=MINA)
    answer = office.answer("blue coat", "웹에서 편집", user=MINA)
    url = next(link for link in links(answer) if "/enter?" in link)
    assert url.startswith(office.config.editor_url)
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["token"][0]
    link = read_token(office.config, token, datetime.now(UTC))
    assert link.user == "김민아 (@mina)"
    with office.database.transaction() as conn:
        assert get_segment(conn, link.segment_id or 0).caption.endswith("at the shelf")


@pytest.mark.parametrize("words", ["", "help", "HELP", "도움말"])
def test_no_words_or_help_explain_the_command(office: Office, words: str) -> None:
    office.ask(words)
    answer = office.answer("/vsearch")
    assert answer.only_for == ALEX
    assert any(label in labels(answer) for label in ("red jacket", "빨간 옷"))
    assert any(link.startswith(office.config.editor_url) for link in links(answer))


def test_help_is_in_the_persons_language(office: Office) -> None:
    office.ask("help", user=MINA)
    assert "빨간 옷" in labels(office.answer("/vsearch", user=MINA))
    office.ask("도움말", user=ALEX)
    assert "빨간 옷" in labels(office.answer("/vsearch"))


def test_an_example_of_the_help_searches(office: Office) -> None:
    office.ask("help")
    office.push(office.answer("Find a moment"), "red jacket")
    assert office.answer("12 moments match “red jacket”").only_for == ALEX


def test_search_is_answered_too_when_it_arrives(office: Office) -> None:
    office.after = office.sandbox.workspace.seq
    payload = command_payload(
        office.sandbox.backend, user=ALEX, channel=STORE, name="/search", text="red jacket"
    )
    answer = office.sandbox.link.send("slash_commands", payload)
    show_command_answer(office.sandbox.backend, answer, user=ALEX, channel=STORE, name="/search")
    office.answer("12 moments match")


def test_next_and_previous_turn_the_page_in_place(office: Office) -> None:
    office.ask("red jacket")
    first = office.answer("1–5 of 12", pictures=True)
    assert "← Previous" not in labels(first)
    office.push(first, "Next →")
    second = office.answer("6–10 of 12", pictures=True)
    assert second.ts == first.ts
    office.settle(0.3)
    office.push(second, "Next →")
    last = office.answer("11–12 of 12", pictures=True)
    assert "Next →" not in labels(last)
    office.settle(0.3)
    office.push(last, "← Previous")
    assert office.answer("6–10 of 12").ts == first.ts


def test_a_shared_copy_is_for_everyone_and_carries_no_token(office: Office) -> None:
    office.ask("blue coat")
    mine = office.answer("1 moment matches", "Share")
    office.push(mine, "Share")
    copy = office.answer("Open in ClipOps")
    assert copy.only_for is None
    assert "token" not in everything(copy)
    assert links(copy)[0].startswith(f"{office.config.editor_url}/videos/")
    assert copy.pings() == [f"<@{ALEX}>"]
    office.push(mine, "Share")
    assert office.answer("already shared").only_for == ALEX


def test_sharing_where_the_bot_is_not_explains_the_invitation(office: Office) -> None:
    office.ask("blue coat", channel=RANDOM)
    mine = office.answer("1 moment matches", "Share")
    office.push(mine, "Share")
    assert "/invite @ClipOps" in everything(office.answer("not in this channel"))


def test_a_moment_deleted_meanwhile_is_not_shared(office: Office) -> None:
    video_id = add_video(office.database, [(0, 1_000, "A zebra crosses", "얼룩말이 건너갑니다")])
    office.ask("zebra crosses")
    mine = office.answer("Share", "zebra")
    [segment] = segments(office.database, video_id)
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE segments SET state = 'deleted' WHERE id = %s", (segment.id,))
    office.push(mine, "Share")
    office.answer("deleted or merged")


def test_someone_elses_buttons_do_nothing_for_another_person(office: Office) -> None:
    office.ask("red jacket")
    mine = office.answer("Next →")
    public = office.sandbox.workspace.post(
        channel=STORE, user="U0CLIPOPS", text="copied", blocks=mine.blocks
    )
    office.push(public, "Next →", user=MINA)
    office.answer("다른 분의 검색 결과", user=MINA)
    assert "1–5 of 12" in everything(office.sandbox.workspace.find(STORE, public.ts) or public)


def test_an_old_search_offers_to_run_again(office: Office) -> None:
    office.ask("red jacket")
    mine = office.answer("Next →")
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("UPDATE searches SET created_at = created_at - interval '25 hours'")
    office.push(mine, "Next →")
    old = office.answer("older than a day")
    office.push(old, "Run again")
    office.answer("12 moments match “red jacket”", "1–5")


def test_refine_searches_anew_in_place(office: Office) -> None:
    office.ask("red jacket")
    mine = office.answer("12 moments match")
    office.push(mine, "Refine")
    assert office.fill("  ") == {"words": "Type what to look for, or choose a filter."}
    assert office.fill("blue coat") == {}
    assert office.answer("1 moment matches “blue coat”").ts == mine.ts
    assert office.sandbox.workspace.views(ALEX) == ()


def test_nothing_found_says_so_and_helps(office: Office) -> None:
    office.ask("xylophone submarine")
    answer = office.answer("Nothing good enough for “xylophone submarine”")
    assert "Open the library" in labels(answer)
    assert "Share" not in labels(answer)


def test_a_mention_in_a_thread_is_answered_there_to_one_person(office: Office) -> None:
    top = office.tell("what happened yesterday?")
    office.tell("@clipops blue coat", thread_ts=top.ts)
    answer = office.answer("1 moment matches “blue coat”", "Edit in Web")
    assert (answer.only_for, answer.thread_ts) == (ALEX, top.ts)


def test_hostile_captions_ping_nobody_and_change_no_layout(office: Office) -> None:
    hostile = "<!channel> <@U0MINA> *bold* `code` & <https://evil.example|click> walrus"
    add_video(office.database, [(0, 1_000, hostile, hostile)], title="<!here> *x*")
    office.ask("walrus")
    answer = office.answer("walrus", "Edit in Web")
    assert answer.pings() == []
    assert "&lt;!channel&gt;" in everything(answer)
    office.push(answer, "Share")
    copy = office.answer("Open in ClipOps", "walrus")
    assert copy.pings() == [f"<@{ALEX}>"]


def test_a_hostile_query_comes_back_harmless(office: Office) -> None:
    office.ask("<!channel> *red* & <@U0MINA>")
    assert all(message.pings() == [] for message in office.settle(0.5))


def test_direct_messages_with_the_bot_work_too(office: Office) -> None:
    office.ask("blue coat", channel=DIRECT)
    assert office.answer("1 moment matches").channel == DIRECT


def test_the_same_command_delivered_twice_is_answered_once(office: Office) -> None:
    office.after = office.sandbox.workspace.seq
    payload = command_payload(
        office.sandbox.backend, user=ALEX, channel=STORE, name="/vsearch", text="red jacket"
    )
    answers = [office.sandbox.link.send("slash_commands", payload) for _ in range(2)]
    for answer in answers:
        show_command_answer(
            office.sandbox.backend, answer, user=ALEX, channel=STORE, name="/vsearch"
        )
    said = [message for message in office.settle() if "12 moments" in everything(message)]
    assert len(said) == 1


def test_the_same_event_delivered_twice_is_answered_once(office: Office) -> None:
    office.after = office.sandbox.workspace.seq
    event = {"type": "app_mention", "user": ALEX, "text": "<@U0CLIPOPS> red jacket"}
    payload = event_payload(event | {"channel": STORE, "ts": "1.0", "event_ts": "1.0"})
    for retry in range(3):
        answer = office.sandbox.link.send_signed("events_api", payload, retry_number=retry)
        assert answer.error == ""
    office.answer("12 moments match")
    assert len(office.settle()) == 1


def test_the_address_for_events_proves_itself(office: Office) -> None:
    challenge = {"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"}
    answer = office.sandbox.link.send("events_api", challenge)
    assert answer.body in ("3eZbrw1a", '{"challenge": "3eZbrw1a"}')


@pytest.mark.parametrize("path", ["/slack/events", "/slack/commands", "/slack/interactive"])
@pytest.mark.parametrize(
    ("age_s", "secret"), [(0, "another secret"), (600, None)], ids=["forged", "old"]
)
def test_a_forged_or_old_signature_is_refused(
    office: Office, path: str, age_s: int, secret: str | None
) -> None:
    body = b"command=/vsearch&text=forged&user_id=U0ALEX"
    timestamp = str(int(time.time()) - age_s)
    key = (secret or office.sandbox.backend.options.signing_secret).encode()
    digest = hmac.new(key, f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(
        f"http://127.0.0.1:{office.config.slack.port}{path}",
        data=body,
        headers={
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 401
    refused.value.close()
    assert "forged" not in office.log.read_text()


def test_eight_slow_searches_at_once_are_all_acknowledged_in_time(office: Office) -> None:
    """The library is locked for longer than Slack waits; every person hears so, then the answer."""
    took: list[float] = []
    queries = [f"jacket number {number}" for number in range(8)]

    def ask(query: str) -> None:
        started = time.monotonic()
        office.ask_elsewhere(query, place=query[-1])
        took.append(time.monotonic() - started)

    after = office.sandbox.workspace.seq
    with office.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        threads = [threading.Thread(target=ask, args=(query,)) for query in queries]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(1)
    office.after = after
    assert len(took) == 8
    assert max(took) < 3.0
    for query in queries:
        office.answer(f"Searching for “{query}”")
        office.answer(f"“{query}”", "Refine")
    said = office.settle()
    assert not [m for m in said if "operation_timeout" in m.text]
