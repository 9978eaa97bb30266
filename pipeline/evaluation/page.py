"""One HTML page that needs nothing beside itself: no script, no font, no request."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from core.errors import InputError
from core.types import Language

STYLE = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--faint:#d8dee4;
--c0:#0b57d0;--c1:#b3261e;--c2:#146c2e;--c3:#7b3fb5}
@media(prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#e6e8ea;--soft:#a2abb5;
--faint:#3a4048;--c0:#8ab4f8;--c1:#f28b82;--c2:#81c995;--c3:#d0a8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,"Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",sans-serif;
overflow-wrap:break-word;word-break:keep-all}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p,li{max-width:45rem}.soft,small{color:var(--soft)}
.plots{display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr))}
figure{margin:0}figcaption{font-weight:600;margin-bottom:.25rem}
svg{display:block;width:100%;max-width:30rem;height:auto}
svg text{font-size:12px;fill:var(--ink)}
.grid{stroke:var(--faint);fill:none}.line{fill:none;stroke-width:2.2}
.bar{fill:var(--c0)}.rail{fill:var(--faint)}.whisker{stroke:var(--ink);stroke-width:1.6;fill:none}
.wide{overflow-x:auto;margin:1rem 0}.wide:focus-visible{outline:2px solid var(--c0)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--faint);text-align:right;
vertical-align:top;white-space:nowrap}
th:first-child,td:first-child{text-align:left;white-space:normal;min-width:7rem}
td small{display:block}
code{overflow-wrap:anywhere}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure with the ends of its interval under it."""

    text: str
    small: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows`` begin with their name; every row has as many cells as there are ``heads``."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``plots`` are (caption, svg); ``notes`` are sentences."""

    title: str
    notes: tuple[str, ...] = ()
    plots: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()


def page(title: str, facts: Sequence[str], sections: Sequence[Section], language: Language) -> str:
    """The whole document; ``facts`` stand under the title."""
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<link rel="icon" href="data:,"><title>{escape(title)} · ClipOps</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f'<p class="soft">{"<br>".join(map(escape, facts))}</p>'
        f"{''.join(map(_section, sections))}</main></body></html>\n"
    )


def write_whole(path: Path, text: str) -> None:
    """Write a file, or leave the one that is there. Raises InputError where it cannot be."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(text)
        try:
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def _section(section: Section) -> str:
    parts = [f"<section><h2>{escape(section.title)}</h2>"]
    if len(section.notes) > 1:
        parts.append(f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in section.notes)}</ul>")
    else:
        parts += [f"<p>{escape(note)}</p>" for note in section.notes]
    if section.plots:
        parts.append('<div class="plots">')
        parts += [
            f"<figure><figcaption>{escape(caption)}</figcaption>{svg}</figure>"
            for caption, svg in section.plots
        ]
        parts.append("</div>")
    parts += map(_table, section.tables)
    return "".join([*parts, "</section>"])


def _table(table: Table) -> str:
    name = escape(table.title, quote=True)
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table.heads)
    rows = "".join(
        "<tr>"
        f'<th scope="row">{escape(row[0].text)}</th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in table.rows
    )
    # A table wider than the screen scrolls by itself, by keyboard too.
    return (
        f'<div class="wide" role="region" aria-label="{name}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: Cell) -> str:
    small = f"<small>{escape(cell.small)}</small>" if cell.small else ""
    return escape(cell.text) + small
