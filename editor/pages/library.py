"""The library: every video, with its picture, its length and how far it is."""

from __future__ import annotations

from flask import Blueprint, render_template

from db.videos import count_videos, list_cameras, list_videos
from editor.query import whole_number
from editor.services import services

blueprint = Blueprint("library", __name__)

PAGE = 60


@blueprint.get("/")
def show() -> str:
    """One page of cards, newest first."""
    return render_template("library.html", **_cards())


@blueprint.get("/parts/library")
def cards() -> str:
    """Only the cards, for a page that keeps itself up to date."""
    return render_template("parts/cards.html", **_cards())


def _cards() -> dict[str, object]:
    offset = max(whole_number("offset", 0), 0)
    with services().database.transaction() as conn:
        videos = list_videos(conn, limit=PAGE, offset=offset)
        total = count_videos(conn)
        cameras = list_cameras(conn)
    return {
        "videos": videos,
        "cameras": cameras,
        "total": total,
        "offset": offset,
        "page": PAGE,
        "busy": any(video.status in ("queued", "processing") for video in videos),
    }
