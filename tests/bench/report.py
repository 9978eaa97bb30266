"""Tables: raw values for the JSON document, the same values rounded for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = str | float | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``columns`` carry their units; ``notes`` say how it was measured and what was left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        lines = [f"## {self.title}", ""]
        if self.rows:
            lines.append(_row(self.columns))
            lines.append(_row(["---"] + ["---:"] * (len(self.columns) - 1)))
            lines += [_row([shown(value) for value in row]) for row in self.rows]
            lines.append("")
        lines += [f"- {note}" for note in self.notes]
        return "\n".join(lines).rstrip() + "\n"

    def document(self) -> dict[str, Any]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": list(self.notes)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything one run found, and on what machine. Not ``complete``: a section failed."""

    machine: Mapping[str, Value]
    tables: tuple[Table, ...]
    complete: bool

    def markdown(self) -> str:
        facts = Table(
            title="Machine",
            columns=("what", "value"),
            rows=tuple(self.machine.items()),
        )
        return "\n".join(table.markdown() for table in (facts, *self.tables))

    def document(self) -> dict[str, Any]:
        return {
            "machine": dict(self.machine),
            "tables": [table.document() for table in self.tables],
        }


def shown(value: Value) -> str:
    """Three digits are more than any of these figures can promise."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        if abs(value) >= 100:
            return f"{value:,.0f}"
        if abs(value) >= 10:
            return f"{value:.1f}"
        return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"
    return value.replace("|", "\\|")


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
