"""Bring a database to the newest schema, or back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psycopg2
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool

from db.rows import fetch_value

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
# Two processes starting at once must not run the same revision twice.
LOCK = 7_253_001


def upgrade(url: str) -> None:
    """Run every missing revision; returns at once, without Alembic's set-up, when there is none."""
    _run(url, "head", forward=True)


def downgrade(url: str, revision: str) -> None:
    """Go back to ``revision`` (``base`` empties the database)."""
    _run(url, revision, forward=False)


def is_current(url: str) -> bool:
    """True where the database has the newest revision this code knows."""
    with closing(psycopg2.connect(url)) as conn:
        if not fetch_value(conn, "SELECT to_regclass('alembic_version') IS NOT NULL"):
            return False
        version = fetch_value(conn, "SELECT version_num FROM alembic_version")
    return bool(version == ScriptDirectory(str(FOLDER)).get_current_head())


def _run(url: str, revision: str, *, forward: bool) -> None:
    engine = create_engine(
        "postgresql+psycopg2://",
        creator=lambda: psycopg2.connect(url),
        poolclass=pool.NullPool,
    )
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        connection.commit()
        alembic.attributes["connection"] = connection
        (command.upgrade if forward else command.downgrade)(alembic, revision)
        connection.commit()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
    engine.dispose()
