"""views.*: modals, opened with a trigger id that lives three seconds."""

from __future__ import annotations

from bot import limits
from bot.sandbox.backend import Answer, Arguments, Backend
from bot.sandbox.people import APP_ID, BOT_ID, TEAM_ID
from bot.sandbox.strict import SlackRefusal, check_view
from bot.sandbox.workspace import View


def open_view(backend: Backend, arguments: Arguments) -> Answer:
    check_view(arguments["view"], backend.files)
    user = _spend_trigger(backend, arguments)
    if backend.workspace.views(user):
        backend.workspace.close_view(user, every=True)
    return {"view": view_json(backend.workspace.push_view(user, arguments["view"]))}


def push_view(backend: Backend, arguments: Arguments) -> Answer:
    check_view(arguments["view"], backend.files)
    user = _spend_trigger(backend, arguments)
    if len(backend.workspace.views(user)) >= limits.VIEW_DEPTH:
        raise SlackRefusal("push_limit_reached")
    return {"view": view_json(backend.workspace.push_view(user, arguments["view"]))}


def update_view(backend: Backend, arguments: Arguments) -> Answer:
    view = backend.workspace.find_view(str(arguments.get("view_id", "")))
    if view is None:
        raise SlackRefusal("not_found")
    if arguments.get("hash") not in (None, view.hash):
        raise SlackRefusal("hash_conflict")
    check_view(arguments["view"], backend.files)
    return {"view": view_json(backend.workspace.change_view(view, arguments["view"]))}


def view_json(view: View) -> Answer:
    """A view as Slack describes it, without the state of its fields."""
    return {
        **view.content,
        "id": view.id,
        "hash": view.hash,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "previous_view_id": view.below,
        "root_view_id": view.below or view.id,
        "state": {"values": {}},
    }


def _spend_trigger(backend: Backend, arguments: Arguments) -> str:
    user, error = backend.tickets.spend_trigger(str(arguments["trigger_id"]))
    if user is None:
        raise SlackRefusal(error)
    return user
