"""files.*: the three steps of an upload, and what became of it."""

from __future__ import annotations

from bot.sandbox.backend import Answer, Arguments, Backend, find_conversation
from bot.sandbox.people import BOT_USER_ID
from bot.sandbox.strict import SlackRefusal


def get_upload_url(backend: Backend, arguments: Arguments) -> Answer:
    size = str(arguments["length"])
    if not size.isdigit() or int(size) == 0:
        raise SlackRefusal("invalid_arguments")
    stored = backend.files.reserve(
        name=arguments["filename"], size=int(size), alt_text=arguments.get("alt_txt") or ""
    )
    return {"upload_url": f"{backend.address()}/upload/{stored.id}", "file_id": stored.id}


def complete_upload(backend: Backend, arguments: Arguments) -> Answer:
    if arguments.get("channel_id") and not find_conversation(arguments["channel_id"]).has_bot:
        raise SlackRefusal("not_in_channel")
    entries = arguments["files"]
    if not isinstance(entries, list) or not entries:
        raise SlackRefusal("invalid_arguments")
    done = []
    for entry in entries:
        stored = backend.files.complete(str(entry.get("id", "")), entry.get("title"))
        if stored is None:
            raise SlackRefusal("file_not_found")
        done.append({"id": stored.id, "title": stored.title})
    return {"files": done}


def file_info(backend: Backend, arguments: Arguments) -> Answer:
    stored = backend.files.find(arguments["file"])
    if stored is None:
        raise SlackRefusal("file_not_found")
    address = f"{backend.address()}/files/{stored.id}"
    described = {
        "id": stored.id,
        "name": stored.name,
        "title": stored.title,
        "size": stored.size,
        "created": int(stored.completed_at),
        "user": BOT_USER_ID,
        "url_private": address,
        # Slack fills these in a moment after the upload was completed.
        "mimetype": stored.mimetype if backend.files.settled(stored) else "",
    }
    return {"file": described}
