"""``python -m tests.bench [section ...] [--quick]``: measure, print, keep in var/bench."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core import logging
from core.errors import ClipOpsError
from tests.bench.machine import machine_facts
from tests.bench.report import Report, Table
from tests.bench.run import KEPT, Run

SECTIONS = {"decode": "decoding", "ingest": "ingesting", "search": "searching", "start": "starting"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 after one sentence when a section cannot be measured here."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="little data, few runs")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.sections) - set(SECTIONS))
    if unknown:
        parser.error(f"there is no section {unknown[0]}; there are {', '.join(SECTIONS)}")
    logging.configure()
    try:
        report = measure(chosen.sections or list(SECTIONS), quick=chosen.quick)
    except ClipOpsError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(report.markdown())
    print(f"Kept as var/bench/{keep(report).name}", file=sys.stderr)
    return 0


def measure(sections: Sequence[str], *, quick: bool) -> Report:
    """Run the sections one after the other."""
    machine = machine_facts(quick=quick)
    tables: list[Table] = []
    for name in sections:
        # Sections are imported one by one: the memory and start of one must not be another's.
        section = importlib.import_module(f"tests.bench.{SECTIONS[name]}")
        with tempfile.TemporaryDirectory(prefix="clipops-bench-") as folder:
            # The database's own user has to pass through when run as root.
            Path(folder).chmod(0o755)
            tables += section.measure(Run(quick=quick, folder=Path(folder)))
    return Report(machine=machine, tables=tuple(tables))


def keep(report: Report) -> Path:
    """Write Markdown and JSON under the date; returns the Markdown file."""
    KEPT.mkdir(parents=True, exist_ok=True)
    target = KEPT / f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.md"
    target.write_text(f"# ClipOps, measured\n\n{report.markdown()}", encoding="utf-8")
    document = json.dumps(report.document(), ensure_ascii=False, indent=1)
    target.with_suffix(".json").write_text(document + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    sys.exit(main())
