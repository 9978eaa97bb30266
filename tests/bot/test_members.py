"""In which language somebody is answered."""

from __future__ import annotations

import pytest

from bot.members import asked_in_korean


@pytest.mark.parametrize(
    ("query", "korean"),
    [
        ("red jacket", False),
        ("빨간 재킷", True),
        ("red 재킷", True),
        ("person:지민", False),
        ("person:지민 walks in", False),
        ('video:"로비 카메라" -camera:정문', False),
        ("인물:jimin", True),
        ("-카메라：door red", True),
        ("", False),
    ],
)
def test_a_korean_name_does_not_make_a_query_korean(query: str, korean: bool) -> None:
    assert asked_in_korean(query) == korean
