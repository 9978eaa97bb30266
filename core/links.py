"""Signed links into the editor: who clicked, where to land, valid for fifteen minutes.

A link is read by ``GET /enter`` and exchanged for a session by ``POST`` only, because link
scanners fetch every address they see. The signature is ``itsdangerous``' HMAC-SHA1 with a salt
of its own, so a session cookie signed with the same secret is never accepted as a link.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeSerializer

from core.config import Config
from core.errors import EditRefused, MachineError

LINK_LIFETIME = timedelta(minutes=15)
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class EditLink:
    """What a signed link carries. ``video_id`` None lands on the library."""

    user: str
    video_id: int | None
    segment_id: int | None
    expires_at: datetime


def edit_url(
    config: Config,
    *,
    video_id: int,
    segment_id: int | None,
    user: str | None,
    now: datetime,
) -> str:
    """The address of one segment in the editor.

    With a ``user`` it is signed and signs that person in for the next fifteen minutes; without
    one it is the plain page, safe to share.
    """
    if user is None:
        return config.editor_url + landing_path(video_id, segment_id)
    return _signed(config, user=user, video_id=video_id, segment_id=segment_id, now=now)


def sign_in_url(config: Config, *, user: str, now: datetime) -> str:
    """A signed link to the library."""
    return _signed(config, user=user, video_id=None, segment_id=None, now=now)


def read_token(config: Config, token: str, now: datetime) -> EditLink:
    """What the token of a signed link says. Raises EditRefused when it is old or not ours."""
    try:
        fields = _serializer(config).loads(token)
        user, video_id, segment_id, expires = fields
        link = EditLink(
            user=str(user),
            video_id=None if video_id is None else int(video_id),
            segment_id=None if segment_id is None else int(segment_id),
            expires_at=datetime.fromtimestamp(int(expires), tz=now.tzinfo),
        )
    except (BadSignature, TypeError, ValueError) as error:
        raise EditRefused(
            "This link is not one that ClipOps made; press Edit in Web again for a new one."
        ) from error
    if now >= link.expires_at:
        raise EditRefused(
            "This link is older than fifteen minutes; press Edit in Web again for a new one."
        )
    return link


def landing_path(video_id: int | None, segment_id: int | None) -> str:
    """The page a link leads to, as a path on the editor."""
    if video_id is None:
        return "/"
    query = "" if segment_id is None else "?" + urlencode({"segment": segment_id})
    return f"/videos/{video_id}{query}"


def signing_secret(config: Config) -> str:
    """``editor.secret``, or one made once and kept in the data folder, readable by its owner.

    Bot and editor may ask at the same moment for the first time: the file is linked into place,
    which fails for the second, so both read the same one.
    """
    if config.editor.secret:
        return config.editor.secret
    path = config.data_dir / "secret"
    try:
        if not path.exists():
            _create_secret(path)
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise MachineError(
            f"The signing secret {path} cannot be kept ({error.strerror}); make the folder "
            "writable or set editor.secret in config.json."
        ) from error
    if not secret:
        raise MachineError(f"{path} is empty; delete it so that a new secret is made.")
    return secret


def _create_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".secret-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _signed(
    config: Config,
    *,
    user: str,
    video_id: int | None,
    segment_id: int | None,
    now: datetime,
) -> str:
    expires = int((now + LINK_LIFETIME).timestamp())
    token = _serializer(config).dumps([user, video_id, segment_id, expires])
    text = token.decode("ascii") if isinstance(token, bytes) else token
    return f"{config.editor_url}/enter?{urlencode({'token': text})}"


def _serializer(config: Config) -> URLSafeSerializer:
    return URLSafeSerializer(signing_secret(config), salt="clipops-edit-link")
