"""One ingest in a process of its own: ``python -m tests.bench.ingest_child CLIP SPAWNED``.

SPAWNED is ``time.monotonic()`` of the parent when it started this process. Prints one JSON
document. The configuration (CLIPOPS_CONFIG) names an empty data folder.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def main(clip: str, spawned: float) -> None:
    # Imports count as start-up, so they come after the clock.
    from core import logging
    from core.config import load
    from db import migrate, server, videos
    from db.pool import Database
    from pipeline.ingest import ingest
    from pipeline.processing import Silent
    from pipeline.registry import Registry
    from pipeline.workshop import Workshop

    logging.configure()
    config = load()
    with server.start(config) as running:
        migrate.upgrade(running.url)
        database = Database.open(running.url, config.database)
        workshop = Workshop(config=config, database=database, registry=Registry(config))
        ready = time.monotonic()
        (outcome,) = ingest(workshop, [clip], camera=None, report=Silent())
        done = time.monotonic()
        stages: dict[str, int] = {}
        if outcome.video_id is not None:
            with database.transaction() as conn:
                stages = videos.finished_stages(conn, outcome.video_id)
        database.close()
    document = {
        "error": outcome.error,
        "segments": outcome.segments,
        "ready_s": ready - spawned,
        "ingest_s": done - ready,
        "whole_s": done - spawned,
        "stages_ms": stages,
        "peak_mib": peak_mib(),
    }
    print(json.dumps(document))


def peak_mib() -> float:
    """The most memory this process had at once. Linux hands a parent's peak on to its child's
    ``ru_maxrss``, so /proc is asked where there is one."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    return next(int(line.split()[1]) / 2**10 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
