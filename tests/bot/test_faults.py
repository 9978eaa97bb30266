"""When things go wrong: stops, outages and wrong settings end in a sentence."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.sandbox.options import options_from
from bot.sandbox.server import Sandbox
from core.config import SlackConfig
from db import migrate
from tests.bot.conftest import bot_config
from tests.bot.office import ALEX, SECURITY, STORE, Office, everything, labels, open_office, run_bot
from tests.support import postgres
from tests.support.ports import free_ports


@pytest.fixture
def fragile(server: postgres.TestServer, tmp_path: Path) -> Iterator[Office]:
    """An office of its own, for tests that break it."""
    with server.fresh() as url, open_office(bot_config(url, tmp_path), tmp_path) as opened:
        yield opened


def test_a_stop_lets_what_runs_finish(fragile: Office) -> None:
    """The search waits for a lock that is let go three seconds after the bot was told to stop."""
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        fragile.ask("red jacket")
        fragile.answer("Searching for")
        fragile.process.terminate()
        time.sleep(3)
    fragile.answer("12 moments match “red jacket”")
    assert fragile.process.wait(timeout=30) == 0


def test_a_stop_tells_who_still_waits(fragile: Office) -> None:
    """The lock outlasts the ten seconds of grace."""
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        fragile.ask("red jacket")
        fragile.process.terminate()
        answer = fragile.answer("could not finish “red jacket”")
    assert labels(answer) == ["Run again"]
    fragile.process.wait(timeout=30)
    with run_bot(fragile.config, fragile.log.parent):
        fragile.eventually(lambda: fragile.sandbox.link.reachable() or None, timeout_s=60)
        fragile.push(answer, "Run again")
        fragile.answer("12 moments match “red jacket”")


def test_a_slow_search_says_that_it_goes_on(fragile: Office) -> None:
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        fragile.ask("red jacket")
        fragile.answer("Still searching for “red jacket”")
    fragile.answer("12 moments match “red jacket”")


def test_a_flood_is_refused_at_once_and_the_rest_is_answered(fragile: Office) -> None:
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        after = fragile.sandbox.workspace.seq
        threads = [
            threading.Thread(
                target=fragile.ask_elsewhere,
                args=(f"jacket number {number}",),
                kwargs={"place": str(number)},
            )
            for number in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        time.sleep(0.5)

    def said(words: str) -> int:
        messages = fragile.sandbox.workspace.messages(after=after)
        return sum(words in everything(message) for message in messages)

    fragile.eventually(lambda: said("Refine") + said("Search is busy") == 20 or None, 60)
    assert said("Refine") == 16
    assert said("failed with the error") == 0


def test_a_newer_search_in_the_same_place_replaces_the_one_before(fragile: Office) -> None:
    """The older one is stopped in the database, not only left unread."""
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        fragile.ask("red jacket")
        fragile.answer("Searching for “red jacket”")
        after = fragile.after
        fragile.ask("blue coat")
        fragile.after = after
        fragile.answer("“red jacket” was stopped: replaced by your newer search.")
        cursor.execute(
            "SELECT count(*) AS waiting FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        assert cursor.fetchone()["waiting"] == 1
    fragile.answer("1 moment matches “blue coat”")
    assert not [m for m in fragile.settle() if "12 moments" in everything(m)]


def test_a_search_elsewhere_goes_on(fragile: Office) -> None:
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        after = fragile.sandbox.workspace.seq
        fragile.ask("red jacket", channel=STORE)
        fragile.ask("blue coat", channel=SECURITY)
    fragile.after = after
    fragile.answer("12 moments match “red jacket”")
    fragile.answer("1 moment matches “blue coat”")


def test_a_search_the_database_dropped_can_be_run_again(fragile: Office) -> None:
    """Every connection is cut while it runs, as by a restart; the next press has a new one."""
    with fragile.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        fragile.ask("red jacket")
        fragile.answer("Searching for “red jacket”")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        answer = fragile.answer("The library cannot be reached right now. Reference")
    assert labels(answer) == ["Run again"]
    fragile.push(answer, "Run again")
    fragile.answer("12 moments match “red jacket”")


def test_a_search_that_takes_too_long_is_stopped_and_says_so(
    server: postgres.TestServer, tmp_path: Path
) -> None:
    with server.fresh() as url:
        config = bot_config(url, tmp_path)
        quick = config.database.model_copy(update={"statement_timeout_ms": 2_000})
        config = config.model_copy(update={"database": quick})
        with (
            open_office(config, tmp_path) as office,
            office.database.transaction() as conn,
            conn.cursor() as cursor,
        ):
            cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
            office.ask("red jacket")
            answer = office.answer("took too long and was stopped; try fewer words")
            assert labels(answer) == ["Run again"]


def test_a_database_that_is_gone_is_one_sentence_with_a_reference(
    server: postgres.TestServer, tmp_path: Path
) -> None:
    with server.fresh() as url, open_office(bot_config(url, tmp_path), tmp_path) as office:
        name = urlsplit(url).path.strip("/")
        server._run(f"DROP DATABASE {name} WITH (FORCE)")
        office.ask("red jacket")
        answer = office.answer("The library cannot be reached right now. Reference")
        assert answer.only_for == ALEX
        reference = answer.text.rsplit(" ", 1)[1]
        assert reference in office.log.read_text()
        assert labels(answer) == ["Run again"]


def test_the_first_search_while_the_model_loads_is_answered_later(
    server: postgres.TestServer, tmp_path: Path
) -> None:
    with (
        server.fresh() as url,
        open_office(bot_config(url, tmp_path), tmp_path, warm=False) as office,
    ):
        office.ask("red jacket")
        office.answer("12 moments match “red jacket”")
        said = office.settle()
        assert not [message for message in said if "failed with the error" in message.text]


def test_a_taken_port_is_one_sentence(fragile: Office, tmp_path: Path) -> None:
    with run_bot(fragile.config, tmp_path / "second") as second:
        assert second.wait(timeout=60) == 1
    said = (tmp_path / "second" / "bot.log").read_text()
    assert f"Port {fragile.config.slack.port} is taken" in said
    assert "Traceback" not in said


def test_a_refused_token_is_one_sentence(fragile: Office, tmp_path: Path) -> None:
    [port] = free_ports(1)
    slack = SlackConfig(
        bot_token="xoxb-wrong",
        signing_secret="s",
        api_base_url=f"{fragile.sandbox.url}/api/",
        port=port,
    )
    config = fragile.config.model_copy(update={"slack": slack})
    with run_bot(config, tmp_path / "second") as second:
        assert second.wait(timeout=60) == 1
    said = (tmp_path / "second" / "bot.log").read_text()
    assert "Slack refuses slack.bot_token (invalid_auth)" in said
    assert "Traceback" not in said
    assert json.dumps("xoxb-wrong") not in said


def test_a_bot_started_first_brings_the_database_up_to_date(
    server: postgres.TestServer, tmp_path: Path
) -> None:
    with server.fresh(migrated=False) as url:
        config = bot_config(url, tmp_path)
        with Sandbox(options_from(config)) as sandbox, run_bot(config, tmp_path) as process:
            deadline = time.monotonic() + 60
            while not sandbox.link.reachable():
                assert process.poll() is None, (tmp_path / "bot.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert migrate.is_current(url)
    assert "Traceback" not in (tmp_path / "bot.log").read_text()
