"""Socket Mode: the same bot, connected to the sandbox's websocket instead of listening."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.asking import event_payload
from tests.bot.conftest import bot_config
from tests.bot.office import ALEX, STORE, everything, open_office
from tests.support import postgres


def test_commands_presses_modals_and_events_go_over_the_socket(
    server: postgres.TestServer, tmp_path: Path
) -> None:
    with server.fresh() as url:
        config = bot_config(url, tmp_path, app_token="xapp-sandbox")
        with open_office(config, tmp_path) as office:
            office.eventually(lambda: office.sandbox.gate.connected() or None, timeout_s=60)
            office.ask("red jacket")
            first = office.answer("12 moments match", pictures=True)
            office.settle(0.3)

            office.push(first, "Next →")
            assert office.answer("6–10 of 12").ts == first.ts
            office.settle(0.3)

            office.push(first, "Refine")
            assert office.fill("") == {"words": "Type what to look for, or choose a filter."}
            assert office.fill("blue coat") == {}
            office.answer("1 moment matches “blue coat”")
            office.settle(0.3)

            event = {"type": "app_mention", "user": ALEX, "text": "<@U0CLIPOPS> red jacket"}
            payload = event_payload(event | {"channel": STORE, "ts": "1.0", "event_ts": "1.0"})
            office.after = office.sandbox.workspace.seq
            for _ in range(2):
                assert office.sandbox.link.send("events_api", payload).error == ""
            office.answer("12 moments match")
            assert len([m for m in office.settle() if "12 moments" in everything(m)]) == 1

            office.sandbox.gate.disconnect_all()
            office.settle(1.0)
            office.ask("blue coat")
            office.answer("1 moment matches “blue coat”")
