"""Figures are what they claim to be."""

from __future__ import annotations

from tests.bench.report import Table, shown
from tests.bench.timing import Times, interleaved


def test_subjects_take_turns_after_one_round_that_does_not_count() -> None:
    calls: list[str] = []
    found = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, runs=2)
    assert calls == ["a", "b"] * 3
    assert {name: len(times.seconds) for name, times in found.items()} == {"a": 2, "b": 2}


def test_a_percentile_is_a_duration_that_was_measured() -> None:
    times = Times(tuple(float(n) for n in range(100, 0, -1)))
    assert (times.percentile(0.99), times.percentile(1.0), times.percentile(0.001)) == (99, 100, 1)
    assert (times.median, times.least, times.most) == (50.5, 1, 100)


def test_people_read_three_digits_and_programs_read_all() -> None:
    table = Table(title="t", columns=("what", "ms", "met"), rows=(("a|b", 1234.567, None),))
    assert "| a\\|b | 1,235 | – |" in table.markdown()
    assert table.document()["rows"] == [{"what": "a|b", "ms": 1234.567, "met": None}]
    assert [shown(v) for v in (0.012345, 12.345, True, 100_000)] == [
        "0.0123",
        "12.3",
        "yes",
        "100,000",
    ]
