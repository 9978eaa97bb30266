"""Plots as SVG text: a curve, a histogram, bars with whiskers.

Written out by hand: three plots do not pay for matplotlib (75 MB with what it needs), and text
stays text that a reader can select and a screen reader can read. Colours come from the page
(``--ink``, ``--faint``, ``--c0`` ...), so that they follow light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pipeline.evaluation.bootstrap import Interval

WIDTH = 360
DASHES = ("", "6 3", "2 3", "8 3 2 3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """``share`` 0..1 of the full width with the ends of its interval; ``text`` is the figure."""

    label: str
    share: Interval
    text: str


def curve(title: str, lines: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Shares (0..1) at k = 1, 2, ...: one line per label, at most as many as there are dashes."""
    left, right, top, bottom = 46, WIDTH - 10, 14, 194
    most = max(len(values) for _, values in lines)

    def x(k: int) -> float:
        return left + (right - left) * (k - 1) / max(most - 1, 1)

    def y(share: float) -> float:
        return bottom - (bottom - top) * share

    parts = []
    for percent in (0, 25, 50, 75, 100):
        at = y(percent / 100)
        parts.append(f'<path class="grid" d="M{left} {at:.1f}H{right}"/>')
        parts.append(_text(left - 5, at + 4, f"{percent} %", anchor="end"))
    shown = sorted({1, *range(10, most + 1, 10)})
    parts += [_text(x(k), bottom + 15, str(k), anchor="middle") for k in shown]
    parts.append(_text((left + right) / 2, bottom + 30, "k", anchor="middle"))
    for number, (label, values) in enumerate(lines):
        points = " ".join(f"{x(k):.1f},{y(v):.1f}" for k, v in enumerate(values, start=1))
        stroke = f'stroke="var(--c{number % 4})" stroke-dasharray="{DASHES[number % len(DASHES)]}"'
        parts.append(f'<polyline class="line" {stroke} points="{points}"/>')
        row = bottom + 50 + 18 * number
        parts.append(f'<path class="line" {stroke} d="M{left} {row - 4}h28"/>')
        parts.append(_text(left + 36, row, label))
        parts.append(_text(right, row, f"{100 * values[-1]:.1f} %", anchor="end"))
    return _svg(title, bottom + 50 + 18 * len(lines), parts)


def histogram(title: str, bins: Sequence[tuple[str, int]]) -> str:
    """How many per bin, the count over each column."""
    left, right, top, bottom = 6, WIDTH - 6, 24, 170
    most = max((count for _, count in bins), default=0) or 1
    step = (right - left) / len(bins)
    parts = [f'<path class="grid" d="M{left} {bottom}H{right}"/>']
    for number, (label, count) in enumerate(bins):
        height = (bottom - top) * count / most
        at = left + step * number
        parts.append(
            f'<rect class="bar" x="{at + step * 0.12:.1f}" y="{bottom - height:.1f}" '
            f'width="{step * 0.76:.1f}" height="{height:.1f}"/>'
        )
        middle = at + step / 2
        parts.append(_text(middle, bottom - height - 6, f"{count:,}", anchor="middle"))
        parts.append(_text(middle, bottom + 16, label, anchor="middle"))
    return _svg(title, bottom + 24, parts)


def bars(title: str, rows: Sequence[Bar]) -> str:
    """One bar a row, its label above it, whiskers for the interval."""
    left, right, height = 4, WIDTH - 4, 38

    def x(share: float) -> float:
        return left + (right - left) * min(max(share, 0.0), 1.0)

    parts = []
    for number, row in enumerate(rows):
        top = number * height + 16
        parts.append(_text(left, top, row.label))
        parts.append(_text(right, top, row.text, anchor="end"))
        middle = top + 12
        low, high = x(row.share.low), x(row.share.high)
        parts.append(f'<rect class="rail" x="{left}" y="{top + 6}" width="{right - left}"'
                     f' height="12"/>')  # fmt: skip
        width = x(row.share.estimate) - left
        parts.append(
            f'<rect class="bar" x="{left}" y="{top + 6}" width="{width:.1f}" height="12"/>'
        )
        parts.append(
            f'<path class="whisker" d="M{low:.1f} {middle}H{high:.1f}'
            f'M{low:.1f} {middle - 5}v10M{high:.1f} {middle - 5}v10"/>'
        )
    return _svg(title, len(rows) * height + 6, parts)


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    name = escape(title, quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{name}">'
        f"<title>{name}</title>{''.join(parts)}</svg>"
    )
