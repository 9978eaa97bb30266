"""The manifest asks for what the code uses, and never for a name Slack keeps to itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.manifest import SCOPES, build_manifest, check_command
from bot.sandbox.methods import METHODS
from core.config import Config, SlackConfig
from core.errors import ConfigError, InputError
from tests.support import REPOSITORY


def test_socket_mode_needs_no_address() -> None:
    manifest = build_manifest(Config(slack=SlackConfig(command="/find-clip")))
    assert manifest["settings"]["socket_mode_enabled"] is True
    [command] = manifest["features"]["slash_commands"]
    assert command["command"] == "/find-clip"
    assert "url" not in command


def test_http_mode_names_the_three_addresses() -> None:
    manifest = build_manifest(Config(), url="https://clips.example.com/")
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["features"]["slash_commands"][0]["url"].endswith(".com/slack/commands")
    assert manifest["settings"]["interactivity"]["request_url"].endswith("/slack/interactive")
    assert manifest["settings"]["event_subscriptions"]["request_url"].endswith("/slack/events")


@pytest.mark.parametrize("url", ["http://clips.example.com", "clips.example.com", "https://"])
def test_an_address_slack_would_not_call_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="https"):
        build_manifest(Config(), url=url)


@pytest.mark.parametrize("command", ["/search", "/remind", "/shrug", "/status"])
def test_reserved_names_are_refused_with_a_sentence(command: str) -> None:
    with pytest.raises(ConfigError, match="built into Slack"):
        check_command(command)


@pytest.mark.parametrize("command", ["/V", "/a b", "/" + "x" * 32, "vsearch", "/", "/검색"])
def test_names_slack_does_not_take_are_refused(command: str) -> None:
    with pytest.raises(ConfigError):
        check_command(command)


def test_every_scope_asked_for_is_used() -> None:
    used = {method.scope for method in METHODS.values()} | {"commands", "app_mentions:read"}
    assert set(SCOPES) <= used


def test_the_command_prints_one_json_document(tmp_path: Path) -> None:
    done = _run("manifest", tmp_path, {})
    assert done.returncode == 0
    assert json.loads(done.stdout)["display_information"]["name"] == "ClipOps"
    assert done.stderr == ""


def test_the_command_refuses_a_reserved_name_with_one_sentence(tmp_path: Path) -> None:
    done = _run("manifest", tmp_path, {"slack": {"command": "/search"}})
    assert done.returncode == 1
    assert "/search" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_signing_secret_is_refused_at_the_start(tmp_path: Path) -> None:
    done = _run("", tmp_path, {"slack": {"bot_token": "xoxb-1"}})
    assert done.returncode == 1
    assert "slack.signing_secret is empty" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def _run(
    command: str, folder: Path, settings: dict[str, object]
) -> subprocess.CompletedProcess[str]:
    path = folder / "config.json"
    path.write_text(json.dumps({"data_dir": str(folder / "data"), **settings}))
    return subprocess.run(
        [sys.executable, "-m", "bot", *command.split()],
        cwd=REPOSITORY,
        env={**os.environ, "CLIPOPS_CONFIG": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
