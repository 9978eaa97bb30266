"""``python -m tests.bench [section ...] [--quick] [--keep]``: measure, print, keep in var/bench."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from core import logging
from core.errors import ClipOpsError
from tests.bench.machine import machine_facts
from tests.bench.report import Report, Table
from tests.bench.run import KEPT, Run

SECTIONS = {
    "decode": "decoding",
    "edits": "editing",
    "ingest": "ingesting",
    "perception": "perceiving",
    "scale": "scaling",
    "search": "searching",
    "start": "starting",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 when a section could not be measured, which its table says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="little data, few runs")
    parser.add_argument(
        "--keep", action="store_true", help="keep the library of scale in var/bench, and use it"
    )
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.sections) - set(SECTIONS))
    if unknown:
        parser.error(f"there is no section {unknown[0]}; there are {', '.join(SECTIONS)}")
    logging.configure()
    report = measure(chosen.sections or list(SECTIONS), quick=chosen.quick, keep=chosen.keep)
    print(f"Kept as var/bench/{keep(report).name}", file=sys.stderr)
    return 0 if report.complete else 1


def measure(sections: Sequence[str], *, quick: bool, keep: bool = False) -> Report:
    """Run the sections one after the other, printing the tables of each when it is done."""
    report = Report(machine=machine_facts(quick=quick), tables=(), complete=True)
    print(report.markdown(), flush=True)
    for name in sections:
        try:
            tables = _section(name, quick=quick, keep=keep)
        except ClipOpsError as error:
            tables = [Table(title=name, columns=(), rows=(), notes=(f"Not measured: {error}",))]
            report = replace(report, complete=False)
        for table in tables:
            print(table.markdown(), flush=True)
        report = replace(report, tables=(*report.tables, *tables))
    return report


def _section(name: str, *, quick: bool, keep: bool) -> list[Table]:
    # Imported one by one: what one section loads must not weigh on another's figures.
    section = importlib.import_module(f"tests.bench.{SECTIONS[name]}")
    with tempfile.TemporaryDirectory(prefix="clipops-bench-") as folder:
        # The database's own user has to pass through when run as root.
        Path(folder).chmod(0o755)
        tables: list[Table] = section.measure(Run(quick=quick, folder=Path(folder), keep=keep))
        return tables


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
