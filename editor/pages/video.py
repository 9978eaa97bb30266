"""One video: player, timeline, segments, captions, history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from core.types import Segment
from db.drafts import list_drafts
from editor.access import actor_name
from editor.asking import query_text
from editor.query import whole_number
from editor.services import now, services
from editor.timeline import read_state, timeline_of
from editor.wording import entry

blueprint = Blueprint("video", __name__)

HISTORY_SHOWN = 40


@blueprint.get("/videos/<int:video_id>")
def show(video_id: int) -> str:
    """The page; ``?segment=`` selects one and starts there, ``?t=`` starts at a millisecond, with
    the segment there selected."""
    handles, name = services(), actor_name()
    others = handles.presence.seen(video_id, name, now())
    with handles.database.transaction() as conn:
        state = read_state(conn, video_id)
        proposals = len(list_drafts(conn, [video_id]))
    video, live, past = state.video, state.segments, state.history[:HISTORY_SHOWN]
    wanted = request.args.get("segment", type=int)
    selected = next((segment for segment in live if segment.id == wanted), None)
    start_ms = request.args.get("t", selected.start_ms if selected else 0, type=int)
    if wanted is None and "t" in request.args:
        selected = next((s for s in live if s.start_ms <= start_ms < s.end_ms), None)
    start_ms = min(max(start_ms, 0), video.facts.duration_ms)
    page: dict[str, Any] = {
        "timeline": timeline_of(state, name=name, others=others),
        "selected": selected.id if selected else None,
        "start_ms": start_ms,
        "me": name,
        "search": _search(selected),
    }
    return render_template(
        "video.html",
        video=video,
        segments=live,
        selected=selected,
        lost=wanted is not None and selected is None,
        start_ms=start_ms,
        page=page,
        entries=[entry(item) for item in past],
        proposals=proposals,
        more_history=len(past) == HISTORY_SHOWN,
    )


def _search(selected: Segment | None) -> dict[str, Any] | None:
    """The search this segment was opened out of (``?q=`` and ``?rank=``), for the marks that follow
    from it; None where it was opened otherwise."""
    query, rank = query_text("q"), whole_number("rank")
    if selected is None or not query:
        return None
    first = rank is not None and rank > 0
    return {"query": query, "segment_id": selected.id, "rank": rank if first else None}
