"""Small pictures of faces: private like every picture here, and gone as soon as their row is.

The address carries a number, never a path, and the number must be a row's: nothing else in the
folder can be reached. Browsers ask again each time, so that a forgotten face is not shown from
their cache.
"""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from core.people import Crop
from db import appearances, galleries
from editor.services import services
from pipeline.crop_files import crop_path

STAND_IN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img">'
    '<rect width="96" height="96" fill="#71717a" fill-opacity=".16"/>'
    '<g fill="#71717a" fill-opacity=".55"><circle cx="48" cy="38" r="16"/>'
    '<path d="M16 88c3-20 16-29 32-29s29 9 32 29z"/></g></svg>'
)


def register(app: Flask) -> None:
    """Serve ``/faces/seen/<id>.jpg`` and ``/faces/gallery/<id>.jpg``."""
    app.add_url_rule("/faces/seen/<int:face_id>.jpg", "faces.seen", seen)
    app.add_url_rule("/faces/gallery/<int:face_id>.jpg", "faces.gallery", gallery)


def face_url(crop: Crop) -> str:
    """The address of a face's picture."""
    return f"/faces/{crop.kind}/{crop.id}.jpg"


def seen(face_id: int) -> Response:
    """The best face of an appearance."""
    with services().database.transaction() as conn:
        known = appearances.existing(conn, [face_id])
    return _picture(Crop(kind="seen", id=face_id), face_id in known)


def gallery(face_id: int) -> Response:
    """A face others are compared with."""
    with services().database.transaction() as conn:
        known = galleries.existing(conn, [face_id])
    return _picture(Crop(kind="gallery", id=face_id), face_id in known)


def _picture(crop: Crop, known: bool) -> Response:
    if not known:
        raise NotFound
    try:
        data = crop_path(services().config, crop).read_bytes()
    except OSError:
        response = Response(STAND_IN, mimetype="image/svg+xml")
        response.headers["Cache-Control"] = "no-store"
        return response
    response = Response(data, mimetype="image/jpeg")
    response.set_etag(hashlib.sha256(data).hexdigest()[:20])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request.environ)
    return response
