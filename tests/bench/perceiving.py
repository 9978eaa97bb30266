"""Section ``perception``: every model in the product's own path against the bare model, the work an
hour of footage makes, memory, and what each precision is worth here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from core.config import Config, DatabaseConfig
from core.errors import ClipOpsError
from db import migrate, server
from tests.bench.perception_child import PARTS
from tests.bench.perception_figures import Figures, figures_from
from tests.bench.perception_library import missing, models
from tests.bench.perception_tables import tables
from tests.bench.report import Table
from tests.bench.run import Run
from tests.support import process

ON_A_CARD = "blip2"
"""The part that needs neither the library nor ``../shared``."""

NOT_QUICK = frozenset({"rt-detr"})


def measure(run: Run) -> list[Table]:
    lacking = missing()
    found = [] if lacking else _on_the_processor(run)
    config_file = _written(run.folder / "card.json", Config(data_dir=run.folder))
    found.append(_part(run, ON_A_CARD, config_file))
    return tables(found, lacking)


def _on_the_processor(run: Run) -> list[Figures]:
    run.say("perception: weights of the real sizes are drawn once (3 GB), then kept")
    chosen = models()
    config = Config(data_dir=run.folder, database=DatabaseConfig(url=None), models=chosen)
    parts = [part for part in PARTS if part != ON_A_CARD and not (run.quick and part in NOT_QUICK)]
    with server.start(config) as running:
        migrate.upgrade(running.url)
        joined = config.model_copy(update={"database": DatabaseConfig(url=running.url)})
        config_file = _written(run.folder / "config.json", joined)
        return [_part(run, part, config_file) for part in parts]


def _part(run: Run, part: str, config_file: Path) -> Figures:
    """Raises ClipOpsError with what the process said when it failed."""
    run.say(f"perception: {part}")
    arguments: Sequence[str] = [part, "quick"] if run.quick else [part]
    child = process.start(config_file, "tests.bench.perception_child", *arguments)
    out, said = child.communicate()
    if child.returncode != 0:
        raise ClipOpsError(f"The part {part} ended with {child.returncode}:\n{said}")
    # Libraries print before it.
    return figures_from(json.loads(out.splitlines()[-1]))


def _written(target: Path, config: Config) -> Path:
    target.write_text(json.dumps(config.model_dump(mode="json")), encoding="utf-8")
    return target
