"""Search: the answers Slack gives, with pictures, and the ways to ask without knowing the words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from core.query import LONGEST_QUERY, parse
from core.types import SearchResult
from db.appearances import get_appearance
from db.feedback import marks_of
from db.segments import get_segment
from db.videos import get_video
from editor import filters, search_wording
from editor.access import actor_name
from editor.api.inputs import FormMark, check
from editor.api.marks import mark
from editor.asking import Wish, query_text, timezone, wish
from editor.language import language, local_path
from editor.pictures import sent_picture
from editor.query import whole_number
from editor.services import services

blueprint = Blueprint("search", __name__)

PAGE = 20
# A picture is not kept, so there is no second page of what is like it.
PICTURE_PAGE = 60
PICTURE_MODELS = ("video_encoder", "face_analyzer")


@blueprint.app_context_processor
def words() -> dict[str, Any]:
    """What the templates about searches say them with."""
    return {
        "chip_label": search_wording.chip_label,
        "corrections": search_wording.corrections,
        "hit_url": search_wording.hit_url,
        "longest_query": LONGEST_QUERY,
        "pieces": search_wording.pieces,
        "problem_words": search_wording.problem_words,
        "reasons": search_wording.reasons,
        "shares": search_wording.shares,
    }


@blueprint.get("/search")
def show() -> str:
    """Hits for ``?q=``, ``?similar=`` or ``?face=``, best first; without any of them the page says
    what can be asked."""
    wanted, offset = wish(), max(whole_number("offset", 0), 0)
    result = wanted.found(limit=PAGE, offset=offset) if wanted else None
    return _page(wanted, result, offset=offset, **_like(wanted))


@blueprint.get("/search/filters")
def write() -> Response:
    """The fields of the form, written into the query; then that query is run."""
    query = filters.written(parse(query_text("q")), request.args, language())
    return redirect(_address(query.text))


@blueprint.get("/search/picture")
def no_picture() -> Response:
    """The address of what is like a picture, opened anew: the picture is gone by then."""
    return redirect("/search")


@blueprint.post("/search/picture")
def like_picture() -> str:
    """Moments that look like the picture sent, which is not kept."""
    picture = sent_picture()
    result = picture.found(limit=PICTURE_PAGE)
    return _page(Wish(), result, offset=0, page=PICTURE_PAGE, picture=picture.name)


@blueprint.post("/search/marks")
def keep_mark() -> Response:
    """A mark made without scripts; then back to the results."""
    form = request.form.to_dict()
    back = local_path(form.pop("next", "/"))
    mark(check(FormMark, form))
    return redirect(back, code=303)


def _page(wanted: Wish, result: SearchResult | None, **more: Any) -> str:
    with services().database.transaction() as conn:
        found = filters.choices(conn, language())
        marks = marks_of(conn, wanted.query, actor_name()) if _is_marked(wanted, result) else {}
    values: dict[str, Any] = {"page": PAGE, **more}
    query = parse(wanted.query)
    return render_template(
        "search.html",
        query=wanted.query,
        wanted=wanted,
        result=result,
        marks=marks,
        choices=found,
        fields=filters.shown(query),
        worded=bool(query.words),
        when=filters.WHEN,
        explained=filters.explained(),
        compares_pictures=any(services().registry.has(kind) for kind in PICTURE_MODELS),
        timezone=timezone() or services().config.timezone,
        **values,
    )


def _is_marked(wanted: Wish, result: SearchResult | None) -> bool:
    return bool(wanted.query and result and (result.hits or result.nearest))


def _like(wanted: Wish) -> dict[str, Any]:
    """What the hits are like, to show it above them."""
    with services().database.transaction() as conn:
        if wanted.similar is not None:
            segment = get_segment(conn, wanted.similar)
            return {"segment": segment, "video": get_video(conn, segment.video_id)}
        if wanted.face is not None:
            return {"appearance": get_appearance(conn, wanted.face)}
    return {}


def _address(query: str) -> str:
    return f"/search?{urlencode({'q': query})}" if query else "/search"
