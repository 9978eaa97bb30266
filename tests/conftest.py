"""Fixtures every test may ask for; each gives a real thing, not a stand-in."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.config import ALIASES, Config, DatabaseConfig, EditorConfig, SlackConfig
from db.pool import Database
from tests.support import REPOSITORY, footage, postgres
from tests.support.ports import free_ports

SHARED = REPOSITORY.parent / "shared"
# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_the_user_stay_out() -> Iterator[None]:
    """Neither the user's library nor tokens may reach a test through the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("CLIPOPS_") or name in ALIASES:
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.TestServer]:
    """The embedded PostgreSQL of this test run."""
    with postgres.running() as running:
        yield running


@pytest.fixture
def database_url(server: postgres.TestServer) -> Iterator[str]:
    """A fresh database with the newest schema."""
    with server.fresh() as url:
        yield url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """A whole configuration on a fresh database, an empty data folder and free ports."""
    editor_port, slack_port, sandbox_port = free_ports(3)
    return Config(
        data_dir=tmp_path / "data",
        database=DatabaseConfig(url=database_url),
        editor=EditorConfig(port=editor_port),
        slack=SlackConfig(port=slack_port, sandbox_port=sandbox_port),
    )


@pytest.fixture
def config_file(config: Config, tmp_path: Path) -> Path:
    """``config`` as a file, for processes (CLIPOPS_CONFIG)."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config.model_dump(mode="json")), encoding="utf-8")
    return path


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """A pool on the fresh database."""
    assert config.database.url is not None
    opened = Database.open(config.database.url, config.database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def sample() -> Path:
    """The rendered sample footage with its ground truth."""
    return footage.rendered_sample()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real footage and texts beside the repository."""
    return _shared()


@pytest.fixture(scope="session")
def shared_media() -> Path:
    return _shared("media")


@pytest.fixture(scope="session")
def shared_models() -> Path:
    return _shared("models")


@pytest.fixture(scope="session")
def shared_text() -> Path:
    return _shared("text")


@pytest.fixture(scope="session")
def shared_faces() -> Path:
    return _shared("faces")


def _shared(*parts: str) -> Path:
    folder = SHARED.joinpath(*parts)
    if not folder.is_dir():
        pytest.skip(f"{'/'.join(('../shared', *parts))} is absent; real inputs are tested with it")
    return folder
