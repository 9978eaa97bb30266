"""Section ``start``: from a process's start to its first answer, against ``python -c pass``."""

from __future__ import annotations

import http.client
import json
import time
from pathlib import Path
from typing import Any

from core.config import Config, DatabaseConfig, EditorConfig, SlackConfig
from core.errors import ClipOpsError
from db import migrate, server
from tests.bench.references import start_python
from tests.bench.report import Table, Value
from tests.bench.run import Run
from tests.bench.timing import Times, seconds_of
from tests.support import process
from tests.support.ports import free_ports

PYTHON = "python -c pass"
PATIENCE_S = 60.0
POLL_S = 0.005
COLUMNS = ("what", "median s", "min s", "max s", "x python -c pass")


def measure(run: Run) -> list[Table]:
    editor_port, slack_port, sandbox_port = free_ports(3)
    config = Config(
        data_dir=run.folder / "data",
        database=DatabaseConfig(url=None),
        editor=EditorConfig(port=editor_port),
        slack=SlackConfig(port=slack_port, sandbox_port=sandbox_port),
    )
    config_file = run.folder / "config.json"
    config_file.write_text(json.dumps(config.model_dump(mode="json")), encoding="utf-8")
    found: dict[str, list[float]] = {}

    def note(what: str, seconds: float) -> None:
        found.setdefault(what, []).append(seconds)

    run.say("start: database")
    note("new database, first start and schema", seconds_of(lambda: _visit(config)))
    for _ in range(run.pick(5, 2)):
        note(PYTHON, seconds_of(start_python))
        note("database, started again and stopped", seconds_of(lambda: _visit(config)))
    with server.start(config), process.running(config_file, "bot.sandbox"):
        _answer(sandbox_port, "/", time.monotonic())
        for _ in range(run.pick(5, 2)):
            for module, port in (("editor", editor_port), ("bot", slack_port)):
                run.say(f"start: {module}")
                note(PYTHON, seconds_of(start_python))
                first, warm = _start(config_file, module, port)
                note(f"{module}: first healthy answer", first)
                note(f"{module}: searches are fast", warm)
    python = Times(tuple(found[PYTHON]))
    rows = tuple(_row(what, Times(tuple(took)), python) for what, took in found.items())
    note = (
        "Bot and editor join a running database of an empty library; 'searches are fast' is when "
        "/healthz says that the query encoder is loaded."
    )
    return [Table(title="Start-up", columns=COLUMNS, rows=rows, notes=(note,))]


def _visit(config: Config) -> None:
    with server.start(config) as running:
        if not migrate.is_current(running.url):
            migrate.upgrade(running.url)


def _start(config_file: Path, module: str, port: int) -> tuple[float, float]:
    """Seconds to the first healthy answer, and to the first that says searches are fast."""
    started = time.monotonic()
    with process.running(config_file, module):
        said = _answer(port, "/healthz", started)
        first = time.monotonic() - started
        while not (said.get("search") or said.get("search_ready")):
            if time.monotonic() - started > PATIENCE_S:
                raise ClipOpsError(f"The {module} did not load its query encoder.")
            time.sleep(POLL_S)
            said = _answer(port, "/healthz", started)
        return first, time.monotonic() - started


def _answer(port: int, path: str, started: float) -> dict[str, Any]:
    """Ask until it says 200. The body where it is JSON, else nothing."""
    while time.monotonic() - started < PATIENCE_S:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            if response.status == http.HTTPStatus.OK:
                is_json = response.getheader("Content-Type", "").startswith("application/json")
                return json.loads(body) if is_json else {}
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(POLL_S)
    raise ClipOpsError(f"Nothing answered {path} on port {port} within {PATIENCE_S:g} s.")


def _row(what: str, times: Times, python: Times) -> tuple[Value, ...]:
    return (what, times.median, times.least, times.most, times.median / python.median)
