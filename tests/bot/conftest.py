"""An office for each test module: starting the bot takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import Config, DatabaseConfig, EditorConfig, ModelsConfig, SlackConfig
from tests.bot.office import Office, open_office
from tests.support import postgres
from tests.support.ports import free_ports


def bot_config(url: str, folder: Path, *, faces: bool = False, **slack: str) -> Config:
    """A configuration on free ports; with ``faces`` a face model is configured (and not there)."""
    editor, bot, sandbox = free_ports(3)
    return Config(
        data_dir=folder / "data",
        database=DatabaseConfig(url=url),
        editor=EditorConfig(port=editor),
        slack=SlackConfig(port=bot, sandbox_port=sandbox, **slack),
        models=ModelsConfig(overrides={"face_analyzer": "insightface:buffalo_s"} if faces else {}),
    )


@pytest.fixture(scope="module")
def office(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Library, sandbox and the bot over HTTP."""
    folder = tmp_path_factory.mktemp("office")
    with server.fresh() as url, open_office(bot_config(url, folder), folder) as opened:
        yield opened
