"""Who may come in, who they are, and what a browser may do on their behalf.

On loopback everyone who can reach the port is welcome, under a name they may change. Anywhere
else a session from a signed link is required. Writes from another origin are refused, and a
request for a foreign host name too: a page that points its own name at 127.0.0.1 would otherwise
read the library (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, request, session
from werkzeug.exceptions import Forbidden, MisdirectedRequest, Unauthorized

from core.config import Config
from core.errors import ConfigError
from core.types import Actor
from editor.characters import without_control
from editor.services import services
from editor.translation import gettext

SESSION_LIFETIME = timedelta(hours=12)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_ENDPOINTS = frozenset({"static", "enter.show", "enter.exchange", "health.show"})
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAX_NAME = 60


def register(app: Flask) -> None:
    """Check every request on the way in, and harden every answer on the way out."""
    app.before_request(_check_host)
    app.before_request(_check_origin)
    app.before_request(_check_session)
    app.after_request(_harden)


def refuse_open_door(config: Config) -> None:
    """Raise ConfigError where the network could reach the editor without a secret of its own."""
    if is_exposed(config) and not config.editor.secret:
        raise ConfigError(
            "The editor would be reachable from the network (editor.host "
            f"{config.editor.host}, address {config.editor_url}); set editor.secret to a long "
            "random text in config.json, or keep editor.host 127.0.0.1."
        )


def is_exposed(config: Config) -> bool:
    """True where people beyond this machine are meant to reach the editor."""
    return not (is_loopback(config.editor.host) and is_loopback(_public_host(config)))


def is_loopback(host: str) -> bool:
    """``localhost``, its subdomains, and loopback addresses."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def actor() -> Actor:
    """The person behind this request, as history names them."""
    return Actor(name=actor_name(), origin="web")


def actor_name() -> str:
    """The signed-in user, or a guest name that this browser keeps until it is changed."""
    name = session.get("name")
    if not name:
        name = gettext("Guest %(number)s", number=secrets.randbelow(900) + 100)
        remember(name)
    return str(name)


def remember(name: str) -> None:
    """Keep who this browser belongs to, for the length of a session."""
    session["name"] = " ".join(without_control(name).split())[:MAX_NAME]
    session.permanent = True


def sign_in(user: str) -> None:
    """Start the session that a signed link stands for."""
    session.clear()
    session["user"] = user[:MAX_NAME]
    remember(user)


def is_signed_in() -> bool:
    """True where the name came from a signed link, so it cannot be changed here."""
    return "user" in session


def _check_host() -> None:
    config = services().config
    if is_exposed(config):
        return
    host = urlsplit(f"//{request.host}").hostname or ""
    if not (is_loopback(host) or host == config.editor.host):
        raise MisdirectedRequest(f"Open the editor at {config.editor_url}.")


def _check_origin() -> None:
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(services().config.editor_url).netloc}
    if site is not None and site != "same-origin":
        raise Forbidden("Changes are accepted only from the editor's own pages.")
    if origin is not None and urlsplit(origin).netloc not in ours:
        raise Forbidden("Changes are accepted only from the editor's own pages.")


def _check_session() -> None:
    if not is_exposed(services().config) or request.endpoint in OPEN_ENDPOINTS:
        return
    if not is_signed_in():
        raise Unauthorized(
            "Sign in first: press Edit in Web in Slack, or open the link that "
            "`python -m editor link` prints."
        )


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if response.mimetype in ("text/html", "application/json"):
        headers.setdefault("Cache-Control", "no-store")
    return response


def _public_host(config: Config) -> str:
    return urlsplit(config.editor_url).hostname or config.editor.host
