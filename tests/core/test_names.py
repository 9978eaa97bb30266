"""Names with what Korean hangs on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.names import without_particle_candidates


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("지민이가", "지민"),
        ("지민을", "지민"),
        ("지민", "지민"),
        ("지민 씨는", "지민"),
        ("지민이한테도", "지민"),
        ("김 선생님께서", "김"),
        ("지훈아", "지훈"),
        ("Jimin이랑", "Jimin"),
        ("Jimin's", "Jimin"),
        ("staff/지민은", "staff/지민"),
        ("정문 카메라에서", "정문 카메라"),
        ("창고로", "창고"),
    ],
)
def test_a_name_is_found_under_its_particles(typed: str, name: str) -> None:
    candidates = without_particle_candidates(typed)
    assert candidates[0] == typed
    assert name in candidates


def test_less_is_taken_off_before_more() -> None:
    assert without_particle_candidates("지민이가") == ("지민이가", "지민이", "지민")


@given(st.text(max_size=30))
def test_candidates_only_get_shorter_and_begin_as_typed(text: str) -> None:
    candidates = without_particle_candidates(text)
    assert all(candidates[0].startswith(candidate) for candidate in candidates)
    assert [len(c) for c in candidates] == sorted((len(c) for c in candidates), reverse=True)
    assert len(set(candidates)) == len(candidates)
