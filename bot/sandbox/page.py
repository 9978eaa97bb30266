"""The page: conversations, messages, a composer; what is typed and pressed goes to the bot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from bot.sandbox.asking import run_command, say
from bot.sandbox.backend import Backend
from bot.sandbox.link import BotLink
from bot.sandbox.people import BOT_USER_ID, CONVERSATIONS, MEMBERS
from bot.sandbox.pressing import close, press, submit, tell_failure
from bot.sandbox.strict import SlackRefusal
from bot.sandbox.workspace import Message, View, is_conversation, is_member

HEARTBEAT_S = 15.0
MESSAGE_CHARACTERS = 12_000


def create_blueprint(backend: Backend, link: BotLink) -> Blueprint:
    """The page at ``/`` and what it calls under ``/page``."""
    page = Blueprint("page", __name__, template_folder="templates", static_folder="static")
    workspace = backend.workspace

    @page.get("/")
    def index() -> str:
        return render_template("index.html", start=_start(backend))

    @page.get("/page/changes")
    def changes() -> Response:
        person = _person(request.args)
        after = request.args.get("after", "0")
        seq = int(after) if after.isdigit() and len(after) < 12 else 0
        response = Response(_stream(backend, person, seq), mimetype="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        return response

    @page.get("/page/state")
    def state() -> Response:
        return jsonify(_state(backend, _person(request.args), after=0))

    @page.get("/page/bot")
    def bot() -> Response:
        return jsonify({"reachable": link.reachable()})

    @page.post("/page/say")
    def send() -> Response:
        body = _body()
        person, channel, text = _person(body), _channel(body), str(body.get("text", "")).strip()
        if not text or len(text) > MESSAGE_CHARACTERS:
            abort(400)
        if text.startswith("/"):
            run_command(backend, link, user=person, channel=channel, line=text)
        else:
            thread_ts = str(body["thread_ts"]) if body.get("thread_ts") else None
            say(backend, link, user=person, channel=channel, text=text, thread_ts=thread_ts)
        return jsonify({"ok": True})

    @page.post("/page/press")
    def press_element() -> Response:
        body = _body()
        person, channel = _person(body), _channel(body)
        message = workspace.find(channel, str(body.get("ts", "")))
        if message is None:
            abort(404)
        answer = press(
            backend,
            link,
            user=person,
            message=message,
            block_id=str(body.get("block_id", "")),
            action_id=str(body.get("action_id", "")),
            chosen=str(body["chosen"]) if body.get("chosen") is not None else None,
        )
        tell_failure(backend, user=person, channel=channel, answer=answer)
        return jsonify({"ok": not answer.error})

    @page.post("/page/submit")
    def submit_view() -> Response:
        body = _body()
        person, view = _person(body), _view(backend, body)
        values = body.get("values")
        if not isinstance(values, dict):
            abort(400)
        return jsonify({"errors": submit(backend, link, user=person, view=view, values=values)})

    @page.post("/page/close")
    def close_view() -> Response:
        body = _body()
        close(backend, link, user=_person(body), view=_view(backend, body))
        return jsonify({"ok": True})

    @page.errorhandler(SlackRefusal)
    def refused(error: SlackRefusal) -> tuple[Response, int]:
        return jsonify({"error": error.error}), 400

    return page


def _start(backend: Backend) -> dict[str, Any]:
    """What the page needs before it asks for anything."""
    return {
        "members": [
            {"id": m.id, "name": m.real_name, "handle": m.name, "locale": m.locale}
            | {"timezone": m.timezone, "is_bot": m.is_bot}
            for m in MEMBERS.values()
        ],
        "conversations": [
            {"id": c.id, "name": c.name, "kind": c.kind, "has_bot": c.has_bot}
            | {"topic": c.topic, "topic_ko": c.topic_ko}
            for c in CONVERSATIONS.values()
        ],
        "bot": BOT_USER_ID,
        "commands": sorted(backend.options.commands - {"/search"}) or ["/search"],
    }


def _state(backend: Backend, person: str, *, after: int) -> dict[str, Any]:
    seq = backend.workspace.seq
    views = backend.workspace.views(person)
    return {
        "seq": seq,
        "messages": [
            _described(message)
            for message in backend.workspace.messages(person=person, after=after)
        ],
        "views": [{"id": view.id, "hash": view.hash, **view.content} for view in views],
    }


def _described(message: Message) -> dict[str, Any]:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.only_for is not None,
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "deleted": message.deleted,
        "from_slack": message.from_slack,
        "pings": message.pings(),
    }


def _stream(backend: Backend, person: str, seq: int) -> Iterator[str]:
    """Server-sent events: one for every batch of changes, a comment when nothing happens."""
    yield "retry: 1000\n\n"
    while True:
        if backend.workspace.wait(seq, HEARTBEAT_S):
            state = _state(backend, person, after=seq)
            seq = state["seq"]
            yield f"id: {seq}\ndata: {json.dumps(state, ensure_ascii=False)}\n\n"
        else:
            yield ": still here\n\n"


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400)
    return body


def _person(given: Mapping[str, Any]) -> str:
    person = str(given.get("person", ""))
    if not is_member(person):
        abort(400)
    return person


def _channel(given: Mapping[str, Any]) -> str:
    channel = str(given.get("channel", ""))
    if not is_conversation(channel):
        abort(400)
    return channel


def _view(backend: Backend, given: Mapping[str, Any]) -> View:
    view = backend.workspace.find_view(str(given.get("view_id", "")))
    if view is None or view.user != given.get("person"):
        abort(404)
    return view
