"""Configuration enters once, refuses what it does not know, and names the key that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.config import load
from core.errors import ConfigError


def written(folder: Path, values: object) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_without_a_file_every_setting_has_a_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load()
    assert config.data_dir == tmp_path / "var"
    assert config.uses_sandbox
    assert config.models.profile == "builtin"


def test_the_file_is_read_and_the_environment_wins(tmp_path, monkeypatch):
    path = written(tmp_path, {"timezone": "Asia/Seoul", "editor": {"port": 9000}})
    monkeypatch.setenv("CLIPOPS_EDITOR__PORT", "9001")
    monkeypatch.setenv("CLIPOPS_DATA_DIR", str(tmp_path / "elsewhere"))
    config = load(path)
    assert (config.timezone, config.editor.port) == ("Asia/Seoul", 9001)
    assert config.data_dir == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"colour": 1}, "colour is not a setting"),
        ({"slack": {"token": "x"}}, "slack.token is not a setting"),
        ({"editor": {"port": "eighty"}}, "editor.port"),
        ({"editor": {"port": 70000}}, "editor.port"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"database": {"url": "mysql://x"}}, "database.url: must start with postgresql://"),
        ({"slack": {"bot_token": "xoxp-secret"}}, "slack.bot_token: a bot token starts with xoxb-"),
        ({"slack": {"app_token": "abc"}}, "slack.app_token"),
        ({"slack": {"command": "/search"}}, "slack.command: /search is built into Slack"),
        ({"models": {"profile": "huge"}}, "models.profile"),
        ([1, 2], "one JSON object"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_key(tmp_path, values, sentence):
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, values))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


def test_broken_json_names_the_line(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"timezone": \n oops}', encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        load(path)


def test_a_named_file_that_is_missing_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("CLIPOPS_CONFIG", str(tmp_path / "nowhere.json"))
    with pytest.raises(ConfigError, match="does not exist"):
        load()


def test_unknown_environment_variables_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIPOPS_EDITR__PORT", "1")
    with pytest.raises(ConfigError, match="CLIPOPS_EDITR__PORT"):
        load()


@pytest.mark.parametrize("place", ["file", "environment"])
def test_keys_of_the_replaced_system_are_understood(tmp_path, monkeypatch, place):
    old = {"SLACK_API_KEY": "xoxb-1", "GEMINI_API_KEY": "g", "YOUTUBE_API_KEY": "y"}
    if place == "environment":
        for name, value in old.items():
            monkeypatch.setenv(name, value)
    config = load(written(tmp_path, old if place == "file" else {}))
    assert config.slack.bot_token == "xoxb-1"
    assert (config.gemini.api_key, config.youtube.api_key) == ("g", "y")


def test_a_wrong_token_under_an_old_key_is_refused_too(tmp_path):
    with pytest.raises(ConfigError, match=r"slack\.bot_token"):
        load(written(tmp_path, {"SLACK_API_KEY": "nonsense"}))


def test_an_old_key_fills_what_the_copied_example_leaves_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("SLACK_API_KEY", "xoxb-1")
    assert load(written(tmp_path, {"slack": {"bot_token": ""}})).slack.bot_token == "xoxb-1"
