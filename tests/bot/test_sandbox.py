"""The sandbox refuses what Slack refuses; spoken to with Slack's own client library."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient

from bot.delivery import web_client
from bot.sandbox.asking import run_command, say
from bot.sandbox.options import SandboxOptions
from bot.sandbox.pressing import press, submit
from bot.sandbox.server import Sandbox
from bot.sandbox.strict import SlackRefusal
from bot.sandbox.tickets import PostingRate, Tickets
from bot.sandbox.workspace import Message
from tests.bot.office import ALEX, JPEG, MINA, RANDOM, STORE

SECRET = "a signing secret"
HELLO = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]


class ScriptedBot(ThreadingHTTPServer):
    """A bot that answers what the test tells it to, and keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[dict[str, Any]] = []
        self.answer: str | dict[str, Any] = ""
        self.status = 200
        self.delay_s = 0.0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version: ClassVar[str] = "HTTP/1.1"
    server: ScriptedBot

    def do_POST(self) -> None:
        bot = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        verified = SignatureVerifier(SECRET).is_valid_request(body, dict(self.headers))
        form = dict(urllib.parse.parse_qsl(body))
        payload = json.loads(form["payload"]) if "payload" in form else form
        bot.requests.append({"path": self.path, "verified": verified, **payload})
        time.sleep(bot.delay_s)
        is_json = isinstance(bot.answer, dict)
        content = (json.dumps(bot.answer) if is_json else str(bot.answer)).encode()
        self.send_response(bot.status)
        self.send_header("Content-Type", "application/json" if is_json else "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def bot() -> Iterator[ScriptedBot]:
    started = ScriptedBot()
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture
def sandbox(bot: ScriptedBot, tmp_path: Path) -> Iterator[Sandbox]:
    options = SandboxOptions(
        folder=tmp_path,
        bot_url=f"http://127.0.0.1:{bot.server_port}",
        signing_secret=SECRET,
        settle_s=0.3,
    )
    with Sandbox(options) as opened:
        yield opened


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return web_client("xoxb-sandbox", f"{sandbox.url}/api/")


def ask(sandbox: Sandbox, line: str = "/vsearch red", user: str = ALEX) -> Message:
    """The newest message after a command."""
    run_command(sandbox.backend, sandbox.link, user=user, channel=STORE, line=line)
    return sandbox.workspace.messages()[-1]


def refusal(call: Any, *arguments: Any, **named: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as refused:
        call(*arguments, **named)
    return dict(refused.value.response.data)


class TestWebApi:
    def test_the_token_says_who_it_is_and_what_it_may(self, client: WebClient) -> None:
        answer = client.auth_test()
        assert answer["user_id"] == "U0CLIPOPS"
        assert "chat:write" in answer.headers["X-OAuth-Scopes"]

    @pytest.mark.parametrize("token", ["xoxb-other", "xapp-sandbox", ""])
    def test_wrong_tokens_are_refused(self, sandbox: Sandbox, token: str) -> None:
        error = refusal(web_client(token, f"{sandbox.url}/api/").auth_test)["error"]
        assert error in ("invalid_auth", "not_allowed_token_type", "not_authed")

    def test_unknown_methods_and_arguments_are_refused(self, client: WebClient) -> None:
        assert refusal(client.api_call, "chat.shout")["error"] == "unknown_method"
        answer = refusal(client.chat_postMessage, channel=STORE, text="x", colour="red")
        assert answer["error"] == "invalid_arguments"
        assert "unknown argument: colour" in str(answer)

    def test_a_method_outside_the_manifests_scopes_is_refused(self, client: WebClient) -> None:
        answer = refusal(client.conversations_info, channel=STORE)
        assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:read")

    def test_blocks_over_a_limit_are_refused_with_their_place(self, client: WebClient) -> None:
        long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
        answer = refusal(client.chat_postMessage, channel=STORE, text="x", blocks=long)
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
        ]

    def test_pictures_slack_could_not_fetch_are_refused(self, client: WebClient) -> None:
        url = "http://127.0.0.1:8080/thumbnails/1.jpg"
        blocks = [{"type": "image", "alt_text": "a", "image_url": url}]
        answer = refusal(client.chat_postMessage, channel=STORE, text="x", blocks=blocks)
        assert "downloading image failed" in str(answer)

    def test_posting_where_the_bot_is_not_is_refused(self, client: WebClient) -> None:
        post = client.chat_postMessage
        assert refusal(post, channel=RANDOM, text="x")["error"] == "not_in_channel"
        assert refusal(post, channel="C404", text="x")["error"] == "channel_not_found"
        empty = {"channel": STORE, "blocks": []}
        assert refusal(client.api_call, "chat.postMessage", json=empty)["error"] == "no_text"

    def test_a_channel_may_be_named_to_post_and_only_to_post(self, client: WebClient) -> None:
        posted = client.chat_postMessage(channel="#security", text="x")
        assert posted["channel"] == "C0SECURITY"
        changed = {"channel": "#security", "ts": posted["ts"], "text": "y"}
        assert refusal(client.chat_update, **changed)["error"] == "channel_not_found"
        assert refusal(client.chat_postMessage, channel="#nowhere", text="x")["error"] == (
            "channel_not_found"
        )

    def test_posting_too_fast_is_refused_with_a_time_to_wait(self, sandbox: Sandbox) -> None:
        hurried = WebClient("xoxb-sandbox", base_url=f"{sandbox.url}/api/", retry_handlers=[])
        for _ in range(4):
            hurried.chat_postMessage(channel=STORE, text="x")
        with pytest.raises(SlackApiError) as refused:
            hurried.chat_postMessage(channel=STORE, text="x")
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["Retry-After"]) >= 1

    def test_only_the_bots_own_messages_can_be_changed(
        self, client: WebClient, sandbox: Sandbox
    ) -> None:
        posted = client.chat_postMessage(channel=STORE, text="one")
        client.chat_update(channel=STORE, ts=posted["ts"], text="two")
        message = sandbox.workspace.find(STORE, posted["ts"])
        assert message is not None
        assert (message.text, message.edited) == ("two", True)
        theirs = say(sandbox.backend, sandbox.link, user=ALEX, channel=STORE, text="mine")
        update = client.chat_update
        assert refusal(update, channel=STORE, ts=theirs.ts, text="x")["error"] == (
            "cant_update_message"
        )
        hidden = client.chat_postEphemeral(channel=STORE, user=ALEX, text="psst")
        assert refusal(update, channel=STORE, ts=hidden["message_ts"], text="x")["error"] == (
            "message_not_found"
        )

    def test_people_come_with_locale_and_time_zone(self, client: WebClient) -> None:
        person = client.users_info(user=MINA, include_locale=True)["user"]
        assert (person["locale"], person["tz"], person["tz_offset"]) == (
            "ko-KR",
            "Asia/Seoul",
            32_400,
        )
        assert "locale" not in client.users_info(user=MINA)["user"]


class TestFiles:
    def test_a_fresh_upload_may_not_be_shown_for_a_moment(self, client: WebClient) -> None:
        file_id = client.files_upload_v2(filename="a.jpg", content=JPEG)["files"][0]["id"]
        blocks = [{"type": "image", "alt_text": "a", "slack_file": {"id": file_id}}]
        answer = refusal(client.chat_postMessage, channel=STORE, text="x", blocks=blocks)
        assert "invalid slack file [json-pointer:/blocks/0/slack_file]" in str(answer)
        assert client.files_info(file=file_id)["file"]["mimetype"] == ""
        time.sleep(0.35)
        client.chat_postMessage(channel=STORE, text="x", blocks=blocks)
        assert client.files_info(file=file_id)["file"]["mimetype"] == "image/jpeg"

    def test_what_is_no_picture_is_never_shown(self, client: WebClient) -> None:
        file_id = client.files_upload_v2(filename="a.jpg", content=b"words")["files"][0]["id"]
        time.sleep(0.35)
        blocks = [{"type": "image", "alt_text": "a", "slack_file": {"id": file_id}}]
        refusal(client.chat_postMessage, channel=STORE, text="x", blocks=blocks)

    def test_another_size_than_promised_is_refused(self, client: WebClient) -> None:
        promised = client.files_getUploadURLExternal(filename="a.jpg", length=3)
        request = urllib.request.Request(promised["upload_url"], data=JPEG)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        refused.value.close()
        complete = client.files_completeUploadExternal
        assert refusal(complete, files=[{"id": promised["file_id"]}])["error"] == "file_not_found"

    def test_pictures_outlive_the_process(self, client: WebClient, sandbox: Sandbox) -> None:
        file_id = client.files_upload_v2(filename="a.jpg", content=JPEG)["files"][0]["id"]
        options = replace(sandbox.backend.options, port=0)
        with Sandbox(options) as second:
            assert second.backend.files.content(file_id) == JPEG


class TestCommands:
    def test_a_command_arrives_signed_and_complete(
        self, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        bot.answer = "found it"
        message = ask(sandbox, "/vsearch a < b & c")
        [request] = bot.requests
        assert request["verified"]
        assert request["path"] == "/slack/commands"
        assert request["text"] == "a &lt; b &amp; c"
        assert (message.text, message.only_for) == ("found it", ALEX)

    def test_an_empty_acknowledgement_says_nothing(self, sandbox: Sandbox) -> None:
        run_command(sandbox.backend, sandbox.link, user=ALEX, channel=STORE, line="/vsearch x")
        assert sandbox.workspace.messages() == []

    def test_blocks_in_the_acknowledgement_are_checked(
        self, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        bot.answer = {"response_type": "in_channel", "text": "t", "blocks": HELLO}
        assert ask(sandbox).only_for is None
        bot.answer = {"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}
        assert "invalid_command_response" in ask(sandbox).text
        bot.answer = {"text": "t", "colour": "red"}
        assert "invalid_command_response" in ask(sandbox).text

    def test_after_three_seconds_slack_gives_up(self, sandbox: Sandbox, bot: ScriptedBot) -> None:
        bot.delay_s = 3.3
        message = ask(sandbox)
        assert message.text == '/vsearch failed with the error "operation_timeout"'
        assert message.only_for == ALEX

    def test_a_bot_that_fails_or_is_gone_is_named(self, sandbox: Sandbox, bot: ScriptedBot) -> None:
        bot.status = 500
        assert "dispatch_failed" in ask(sandbox).text
        bot.shutdown()
        bot.server_close()
        assert "dispatch_failed" in ask(sandbox).text

    def test_an_unknown_command_never_leaves(self, sandbox: Sandbox, bot: ScriptedBot) -> None:
        assert "`/nope` is not a valid command" in ask(sandbox, "/nope").text
        assert bot.requests == []


class TestResponseUrl:
    def test_it_works_five_times(self, sandbox: Sandbox, bot: ScriptedBot) -> None:
        ask_quietly(sandbox)
        hook = WebhookClient(bot.requests[0]["response_url"])
        codes = [hook.send(text=str(number)).status_code for number in range(6)]
        assert codes == [200] * 5 + [404]
        assert [message.text for message in sandbox.workspace.messages()] == list("01234")

    def test_it_works_for_half_an_hour(self) -> None:
        now = [0.0]
        tickets = Tickets(clock=lambda: now[0])
        key = tickets.new_address(channel=STORE, user=ALEX, message_ts=None)
        now[0] = 1_799
        assert tickets.use_address(key)[1] == ""
        now[0] = 1_801
        assert tickets.use_address(key)[1] == "expired_url"

    def test_a_commands_address_only_adds(self, sandbox: Sandbox, bot: ScriptedBot) -> None:
        bot.answer = "first"
        ask(sandbox)
        hook = WebhookClient(bot.requests[0]["response_url"])
        hook.send(text="second", replace_original=True)
        assert [message.text for message in sandbox.workspace.messages()] == ["first", "second"]

    def test_refused_blocks_are_a_404_that_says_so(
        self, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        ask_quietly(sandbox)
        hook = WebhookClient(bot.requests[0]["response_url"])
        answer = hook.send(text="x", blocks=[{"type": "nope"}])
        assert answer.status_code == 404
        assert json.loads(answer.body) == {"ok": False, "error": "invalid_blocks"}


class TestPresses:
    def buttons(self, client: WebClient, **button: Any) -> str:
        element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, **button}
        blocks = [{"type": "actions", "block_id": "b", "elements": [element]}]
        posted = client.chat_postMessage(channel=STORE, text="press", blocks=blocks)
        return str(posted["ts"])

    def press(self, sandbox: Sandbox, ts: str, **more: Any) -> None:
        message = sandbox.workspace.find(STORE, ts)
        assert message is not None
        press(sandbox.backend, sandbox.link, user=ALEX, message=message, block_id="b", **more)

    def test_a_press_arrives_with_value_and_message(
        self, client: WebClient, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        ts = self.buttons(client, action_id="a", value="v")
        self.press(sandbox, ts, action_id="a")
        [request] = bot.requests
        assert request["path"] == "/slack/interactive"
        assert request["actions"][0]["value"] == "v"
        assert request["message"]["ts"] == ts
        hook = WebhookClient(request["response_url"])
        hook.send(text="pressed", replace_original=True)
        assert sandbox.workspace.find(STORE, ts).text == "pressed"  # type: ignore[union-attr]
        hook.send(delete_original=True)
        assert sandbox.workspace.find(STORE, ts) is None

    def test_only_what_is_there_can_be_pressed(self, client: WebClient, sandbox: Sandbox) -> None:
        ts = self.buttons(client, action_id="a")
        with pytest.raises(SlackRefusal, match="element_not_found"):
            self.press(sandbox, ts, action_id="other")

    def test_an_ephemeral_message_is_private_and_not_sent_along(
        self, client: WebClient, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "a"}
        blocks = [{"type": "actions", "block_id": "b", "elements": [element]}]
        ts = client.chat_postEphemeral(channel=STORE, user=ALEX, text="x", blocks=blocks)
        message = sandbox.workspace.find(STORE, str(ts["message_ts"]))
        assert message is not None
        assert sandbox.workspace.messages(person=MINA) == []
        wanted = {"message": message, "block_id": "b", "action_id": "a"}
        with pytest.raises(SlackRefusal):
            press(sandbox.backend, sandbox.link, user=MINA, **wanted)
        press(sandbox.backend, sandbox.link, user=ALEX, **wanted)
        assert "message" not in bot.requests[0]
        assert bot.requests[0]["container"]["is_ephemeral"] is True


class TestModals:
    VIEW: ClassVar[dict[str, Any]] = {
        "type": "modal",
        "callback_id": "c",
        "title": {"type": "plain_text", "text": "Title"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [
            {
                "type": "input",
                "block_id": "words",
                "label": {"type": "plain_text", "text": "Words"},
                "element": {"type": "plain_text_input", "action_id": "words"},
            }
        ],
    }

    def trigger(self, sandbox: Sandbox, bot: ScriptedBot) -> str:
        ask_quietly(sandbox)
        return str(bot.requests[-1]["trigger_id"])

    def test_a_trigger_opens_one_modal(
        self, client: WebClient, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        trigger = self.trigger(sandbox, bot)
        client.views_open(trigger_id=trigger, view=self.VIEW)
        assert len(sandbox.workspace.views(ALEX)) == 1
        again = refusal(client.views_open, trigger_id=trigger, view=self.VIEW)
        assert again["error"] == "exchanged_trigger_id"

    def test_a_trigger_lives_three_seconds(self) -> None:
        now = [0.0]
        tickets = Tickets(clock=lambda: now[0])
        early, late = tickets.new_trigger(ALEX), tickets.new_trigger(ALEX)
        now[0] = 2.9
        assert tickets.spend_trigger(early) == (ALEX, "")
        now[0] = 3.1
        assert tickets.spend_trigger(late) == (None, "expired_trigger_id")

    def test_three_views_lie_on_each_other_and_no_more(
        self, client: WebClient, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        client.views_open(trigger_id=self.trigger(sandbox, bot), view=self.VIEW)
        for _ in range(2):
            client.views_push(trigger_id=self.trigger(sandbox, bot), view=self.VIEW)
        fourth = refusal(client.views_push, trigger_id=self.trigger(sandbox, bot), view=self.VIEW)
        assert fourth["error"] == "push_limit_reached"

    def test_an_update_of_an_older_view_is_refused(
        self, client: WebClient, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        opened = client.views_open(trigger_id=self.trigger(sandbox, bot), view=self.VIEW)["view"]
        named = {"view": self.VIEW, "view_id": opened["id"]}
        client.views_update(hash=opened["hash"], **named)
        stale = refusal(client.views_update, hash=opened["hash"], **named)
        assert stale["error"] == "hash_conflict"

    def test_a_submission_shows_errors_or_closes(
        self, client: WebClient, sandbox: Sandbox, bot: ScriptedBot
    ) -> None:
        client.views_open(trigger_id=self.trigger(sandbox, bot), view=self.VIEW)
        [view] = sandbox.workspace.views(ALEX)
        state = {"words": {"words": {"type": "plain_text_input", "value": "red"}}}
        bot.answer = {"response_action": "errors", "errors": {"words": "no"}}
        errors = submit(sandbox.backend, sandbox.link, user=ALEX, view=view, values=state)
        assert errors == {"words": "no"}
        assert bot.requests[-1]["view"]["state"]["values"] == state
        bot.answer = {"response_action": "errors", "errors": {"another": "no"}}
        with pytest.raises(SlackRefusal):
            submit(sandbox.backend, sandbox.link, user=ALEX, view=view, values=state)
        bot.answer = ""
        assert submit(sandbox.backend, sandbox.link, user=ALEX, view=view, values=state) == {}
        assert sandbox.workspace.views(ALEX) == ()


def test_about_one_message_a_second_may_be_posted() -> None:
    now = [0.0]
    rate = PostingRate(burst=2, clock=lambda: now[0])
    assert [rate.take("C"), rate.take("C"), rate.take("C"), rate.take("D")] == [0, 0, 1, 0]
    now[0] = 1.0
    assert [rate.take("C"), rate.take("C")] == [0, 1]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["another name", "another site"],
)
def test_pages_of_other_sites_get_nothing(sandbox: Sandbox, headers: dict[str, str]) -> None:
    request = urllib.request.Request(f"{sandbox.url}/page/state?person={ALEX}", headers=headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
    refused.value.close()


def ask_quietly(sandbox: Sandbox) -> None:
    """A command whose acknowledgement says nothing."""
    run_command(sandbox.backend, sandbox.link, user=ALEX, channel=STORE, line="/vsearch red")
