"""The Web API methods of the sandbox in one table: arguments, scope, and what each does.

A method that is not here does not exist, and neither does an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox import api_chat, api_files, api_people, api_views
from bot.sandbox.backend import Answer, Arguments, Backend

STRUCTURED = ("blocks", "view", "files", "metadata")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method; ``app_level`` ones take the app-level token instead of the bot's."""

    run: Callable[[Backend, Arguments], Answer]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scope: str | None = None
    app_level: bool = False


_SAYS = ("text", "blocks", "thread_ts", "parse", "link_names", "mrkdwn")
METHODS: dict[str, Method] = {
    "api.test": Method(run=lambda _backend, _arguments: {}),
    "auth.test": Method(run=api_people.auth_test),
    "apps.connections.open": Method(run=api_people.connections_open, app_level=True),
    "chat.postMessage": Method(
        run=api_chat.post_message,
        required=("channel",),
        optional=(*_SAYS, "unfurl_links", "unfurl_media", "reply_broadcast", "metadata"),
        scope="chat:write",
    ),
    "chat.postEphemeral": Method(
        run=api_chat.post_ephemeral,
        required=("channel", "user"),
        optional=_SAYS,
        scope="chat:write",
    ),
    "chat.update": Method(
        run=api_chat.update_message,
        required=("channel", "ts"),
        optional=("text", "blocks", "parse", "link_names", "metadata"),
        scope="chat:write",
    ),
    "chat.delete": Method(
        run=api_chat.delete_message, required=("channel", "ts"), scope="chat:write"
    ),
    "views.open": Method(run=api_views.open_view, required=("trigger_id", "view")),
    "views.push": Method(run=api_views.push_view, required=("trigger_id", "view")),
    "views.update": Method(
        run=api_views.update_view, required=("view",), optional=("view_id", "external_id", "hash")
    ),
    "files.getUploadURLExternal": Method(
        run=api_files.get_upload_url,
        required=("filename", "length"),
        optional=("alt_txt", "snippet_type"),
        scope="files:write",
    ),
    "files.completeUploadExternal": Method(
        run=api_files.complete_upload,
        required=("files",),
        optional=("channel_id", "initial_comment", "thread_ts"),
        scope="files:write",
    ),
    "files.info": Method(run=api_files.file_info, required=("file",), scope="files:read"),
    "users.info": Method(
        run=api_people.user_info,
        required=("user",),
        optional=("include_locale",),
        scope="users:read",
    ),
    "conversations.info": Method(
        run=api_people.conversation_info,
        required=("channel",),
        optional=("include_locale", "include_num_members"),
        scope="channels:read",
    ),
}
