"""The Web API over HTTP: ``/api/<method>``, uploads and private files."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.manifest import SCOPES
from bot.sandbox.backend import Backend
from bot.sandbox.methods import METHODS, STRUCTURED
from bot.sandbox.strict import SlackRefusal


def create_blueprint(backend: Backend) -> Blueprint:
    """``/api/...`` as slack.com has it, with the sandbox's own tokens."""
    blueprint = Blueprint("web_api", __name__)

    @blueprint.route("/api/<name>", methods=["GET", "POST"])
    def call(name: str) -> Response:
        try:
            answer = {"ok": True, **_run(backend, name)}
            response = jsonify(answer)
        except SlackRefusal as refusal:
            retry_after = refusal.detail.pop("retry_after", None)
            response = jsonify({"ok": False, "error": refusal.error, **refusal.detail})
            response.status_code = refusal.status
            if retry_after:
                response.headers["Retry-After"] = str(retry_after)
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(SCOPES))
        return response

    @blueprint.post("/upload/<file_id>")
    def upload(file_id: str) -> Response:
        if request.mimetype == "multipart/form-data":
            uploaded = next(iter(request.files.values()), None)
            content = uploaded.read() if uploaded else b""
        else:
            # Raw bytes, under whatever type the client's library calls them.
            content = request.get_data(parse_form_data=False)
        if not backend.files.receive(file_id, content):
            return Response("invalid upload", status=400)
        return Response(f"OK - {len(content)}", mimetype="text/plain")

    @blueprint.get("/files/<file_id>")
    def show_file(file_id: str) -> Response:
        content = backend.files.content(file_id)
        stored = backend.files.find(file_id)
        if content is None or stored is None or not stored.mimetype:
            return Response("not found", status=404)
        response = Response(content, mimetype=stored.mimetype)
        response.headers["Cache-Control"] = "private, max-age=86400, immutable"
        return response

    return blueprint


def _run(backend: Backend, name: str) -> dict[str, Any]:
    method = METHODS.get(name)
    if method is None:
        raise SlackRefusal("unknown_method", req_method=name)
    given = _arguments()
    token = given.pop("token", "") or request.headers.get("Authorization", "").removeprefix(
        "Bearer "
    )
    if not token:
        raise SlackRefusal("not_authed")
    options = backend.options
    expected = options.app_token if method.app_level else options.bot_token
    if token != expected:
        wrong_kind = token in (options.app_token, options.bot_token)
        raise SlackRefusal("not_allowed_token_type" if wrong_kind else "invalid_auth")
    if method.scope and method.scope not in SCOPES:
        raise SlackRefusal("missing_scope", needed=method.scope, provided=",".join(sorted(SCOPES)))
    unknown = sorted(set(given) - set(method.required) - set(method.optional))
    missing = [name for name in method.required if given.get(name) in (None, "")]
    if unknown or missing:
        messages = [f"[ERROR] unknown argument: {name}" for name in unknown]
        messages += [f"[ERROR] missing required field: {name}" for name in missing]
        raise SlackRefusal("invalid_arguments", response_metadata={"messages": messages})
    return method.run(backend, given)


def _arguments() -> dict[str, Any]:
    """From the query, a form or a JSON body; structured ones may come as JSON text."""
    given: dict[str, Any] = dict(request.args)
    if request.is_json and request.get_data(cache=True):
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise SlackRefusal("invalid_json")
        given |= body
    else:
        given |= request.form
    for name in STRUCTURED:
        if isinstance(given.get(name), str):
            try:
                given[name] = json.loads(given[name])
            except ValueError as error:
                wrong = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise SlackRefusal(wrong) from error
    return given
