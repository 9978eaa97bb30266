"""Videos coming in: uploads and links."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from core.errors import InputError
from editor.api.inputs import LinkInput, parse
from editor.language import sentence
from editor.query import whole_number
from editor.services import services

blueprint = Blueprint("api_arrivals", __name__)

# A day of full-HD footage; the disk is checked for each file besides.
LARGEST_UPLOAD = 64 * 1024**3


@blueprint.get("/arrivals")
def index() -> Response:
    """Links being fetched, and those that failed."""
    found = [asdict(item) for item in services().intake.arrivals()]
    for item in found:
        item["error"] = item["error"] and sentence(item["error"])
    return jsonify({"arrivals": found})


@blueprint.post("/arrivals")
def fetch() -> tuple[Response, int]:
    """Fetch a link; the answer comes before the video does."""
    body = parse(LinkInput)
    arrival = services().intake.fetch(body.url.strip(), body.camera_id)
    return jsonify(asdict(arrival)), 202


@blueprint.post("/arrivals/<int:arrival_id>/dismiss")
def dismiss(arrival_id: int) -> Response:
    """Forget one that failed."""
    services().intake.dismiss(arrival_id)
    return jsonify({})


@blueprint.post("/uploads")
def upload() -> tuple[Response, int]:
    """The bytes of a video as the whole body, ``?name=`` what its file was called."""
    request.max_content_length = LARGEST_UPLOAD
    if request.mimetype != "application/octet-stream" or not request.content_length:
        raise InputError("Send the bytes of one video as application/octet-stream.")
    video_id = services().intake.store(
        request.stream,  # type: ignore[arg-type]  # a readable stream of bytes
        name=request.args.get("name", ""),
        size=request.content_length,
        camera_id=whole_number("camera"),
    )
    return jsonify({"video_id": video_id}), 201
