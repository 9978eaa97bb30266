"""What a bot may answer with: the body of an ack and the bodies sent to a ``response_url``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.sandbox.backend import Backend
from bot.sandbox.files import FileStore
from bot.sandbox.people import BOT_USER_ID
from bot.sandbox.strict import SlackRefusal, check_message
from bot.sandbox.tickets import ResponseAddress
from bot.sandbox.workspace import Workspace

_KEYS = frozenset(
    {
        "text",
        "blocks",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "mrkdwn",
        "metadata",
    }
)


def show_reply(
    workspace: Workspace, files: FileStore, reply: Mapping[str, Any], address: ResponseAddress
) -> None:
    """Show what the bot answered where it was asked. Raises SlackRefusal.

    ``replace_original`` and ``delete_original`` work on the message that was clicked; after a
    slash command there is none, so the answer is added.
    """
    unknown = sorted(set(reply) - _KEYS)
    if unknown:
        raise SlackRefusal("invalid_payload", errors=[f"unknown key: {name}" for name in unknown])
    if reply.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise SlackRefusal("invalid_payload", errors=["response_type"])
    original = workspace.find(address.channel, address.message_ts) if address.message_ts else None
    if reply.get("delete_original"):
        if original is not None:
            workspace.delete(original)
        return
    check_message(reply, files)
    text, blocks = reply.get("text") or "", reply.get("blocks") or ()
    if reply.get("replace_original") and original is not None:
        workspace.change(original, text=text, blocks=blocks, edited=original.only_for is None)
        return
    public = reply.get("response_type") == "in_channel"
    workspace.post(
        channel=address.channel,
        user=BOT_USER_ID,
        text=text,
        blocks=blocks,
        only_for=None if public else address.user,
        thread_ts=reply.get("thread_ts"),
    )


def create_blueprint(backend: Backend) -> Blueprint:
    """``/hooks/<key>``: the addresses handed out as ``response_url``."""
    blueprint = Blueprint("replies", __name__)

    @blueprint.post("/hooks/<key>")
    def reply(key: str) -> Response:
        address, error = backend.tickets.use_address(key)
        if address is None:
            return _refused(error)
        try:
            body = json.loads(request.get_data(as_text=True))
        except ValueError:
            return _refused("invalid_payload")
        if not isinstance(body, dict):
            return _refused("invalid_payload")
        try:
            show_reply(backend.workspace, backend.files, body, address)
        except SlackRefusal as refusal:
            return _refused(refusal.error)
        return Response("ok", mimetype="text/plain")

    return blueprint


def _refused(error: str) -> Response:
    """Slack answers 404 for a spent address and for refused blocks alike."""
    response = jsonify({"ok": False, "error": error})
    response.status_code = 404
    return response
