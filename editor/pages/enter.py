"""Signing in with a link from Slack.

Looking at the link does nothing: mail and chat systems fetch every address they see. The page it
shows posts the token back, and only that starts a session.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from core.links import landing_path, read_token
from editor import access
from editor.services import now, services

blueprint = Blueprint("enter", __name__)


@blueprint.get("/enter")
def show() -> str:
    """The page that posts the token, or the sentence that says why it cannot."""
    token = request.args.get("token", "")
    link = read_token(services().config, token, now())
    return render_template("enter.html", token=token, user=link.user)


@blueprint.post("/enter")
def exchange() -> Response:
    """A session for a token, then the page the link was about."""
    link = read_token(services().config, request.form.get("token", ""), now())
    access.sign_in(link.user)
    return redirect(landing_path(link.video_id, link.segment_id), code=303)
