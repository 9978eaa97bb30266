"""Signed links into the editor."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.config import Config, EditorConfig
from core.errors import EditRefused, MachineError
from core.links import edit_url, read_token, sign_in_url, signing_secret

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path / "data", editor=EditorConfig(port=8080))


def token_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["token"][0]


def test_a_signed_link_says_who_clicked_and_where_to_land(config: Config) -> None:
    url = edit_url(config, video_id=7, segment_id=31, user="지민", now=NOW)
    link = read_token(config, token_of(url), NOW)
    assert url.startswith("http://127.0.0.1:8080/enter?token=")
    assert (link.user, link.video_id, link.segment_id) == ("지민", 7, 31)


def test_a_link_without_a_user_is_the_plain_page(config: Config) -> None:
    url = edit_url(config, video_id=7, segment_id=31, user=None, now=NOW)
    assert url == "http://127.0.0.1:8080/videos/7?segment=31"


def test_a_link_to_the_library_names_no_video(config: Config) -> None:
    link = read_token(config, token_of(sign_in_url(config, user="ana", now=NOW)), NOW)
    assert (link.video_id, link.segment_id) == (None, None)


def test_a_link_is_refused_after_fifteen_minutes(config: Config) -> None:
    token = token_of(edit_url(config, video_id=7, segment_id=None, user="ana", now=NOW))
    read_token(config, token, NOW + timedelta(minutes=14, seconds=59))
    with pytest.raises(EditRefused, match="older than fifteen minutes"):
        read_token(config, token, NOW + timedelta(minutes=15))


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2] + "xx", lambda t: "", lambda t: "a.b", str.lower]
)
def test_a_forged_link_is_refused(config: Config, change: object) -> None:
    token = token_of(edit_url(config, video_id=7, segment_id=None, user="ana", now=NOW))
    with pytest.raises(EditRefused, match="not one that ClipOps made"):
        read_token(config, change(token), NOW)  # type: ignore[operator]


def test_a_link_of_another_installation_is_refused(config: Config, tmp_path: Path) -> None:
    other = Config(data_dir=tmp_path / "other")
    token = token_of(edit_url(other, video_id=7, segment_id=None, user="ana", now=NOW))
    with pytest.raises(EditRefused):
        read_token(config, token, NOW)


def test_the_secret_of_the_configuration_wins(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "data", editor=EditorConfig(secret="long and random"))
    assert signing_secret(config) == "long and random"
    assert not (tmp_path / "data").exists()


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(config: Config) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(signing_secret, [config] * 32))
    path = config.data_dir / "secret"
    assert secrets == {path.read_text()}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in config.data_dir.iterdir()] == ["secret"]


def test_a_secret_that_cannot_be_kept_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(MachineError, match=r"set editor\.secret"):
        signing_secret(Config(data_dir=tmp_path / "data"))
