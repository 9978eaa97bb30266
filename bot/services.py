"""What every listener works with, made once per process and handed down."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from slack_sdk import WebClient

from bot.members import Members
from bot.pictures import Pictures
from bot.searches_now import SearchesNow
from bot.work import WorkPool
from core.config import Config
from core.garbage import keep_loaded
from db import searches, slack_seen
from db.pool import Database

if TYPE_CHECKING:
    from pipeline.registry import Registry
    from pipeline.search import Searcher

KEEP_SEARCHES_DAYS = 7
KEEP_SEEN_HOURS = 24
DRAIN_S = 10.0
LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """``team_id`` and ``bot_user_id`` are what ``auth.test`` said at the start."""

    config: Config
    database: Database
    searcher: Searcher
    registry: Registry
    client: WebClient
    members: Members
    pictures: Pictures
    work: WorkPool
    now: SearchesNow
    team_id: str
    bot_user_id: str


def open_services(
    config: Config,
    database: Database,
    client: WebClient,
    *,
    team_id: str,
    bot_user_id: str,
) -> Services:
    """Everything but the models, which load in a thread of their own after this returns."""
    # Not needed to print a manifest or refuse a token.
    from pipeline.registry import Registry
    from pipeline.search import Searcher

    registry = Registry(config)
    with database.transaction() as conn:
        searches.purge(conn, days=KEEP_SEARCHES_DAYS)
        slack_seen.purge(conn, hours=KEEP_SEEN_HOURS)
    # Two connections stay free for what the acknowledging threads look up.
    workers = max(1, min(8, config.database.pool_size - 2))
    services = Services(
        config=config,
        database=database,
        searcher=Searcher(config, database, registry),
        registry=registry,
        client=client,
        members=Members(client),
        pictures=Pictures(client, database),
        work=WorkPool(workers=workers),
        now=SearchesNow(),
        team_id=team_id,
        bot_user_id=bot_user_id,
    )
    threading.Thread(
        target=_warm_up, args=[services.searcher], name="bot-warm-up", daemon=True
    ).start()
    return services


def _warm_up(searcher: Searcher) -> None:
    searcher.warm_up()
    keep_loaded()


def close_services(services: Services) -> None:
    """Finish what is under way, for at most ten seconds, and tell the others."""
    left = services.work.drain(DRAIN_S)
    services.pictures.close()
    services.database.close()
    LOG.info("bot_stopped", interrupted=left)
