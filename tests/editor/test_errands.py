"""Work without a request: an error is told as it reads, a fault by a reference that the log has."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from core.errors import InputError
from editor.errands import run_errand


@pytest.mark.parametrize(
    ("error", "told"), [(None, []), (InputError("No such page."), ["No such page."])]
)
def test_an_errand_that_fails_says_why(error, told):
    said: list[str] = []

    def work() -> None:
        if error is not None:
            raise error

    assert run_errand(work, said.append, errand="test") == (error is None)
    assert said == told


def test_a_fault_is_told_by_the_reference_in_the_log():
    said: list[str] = []
    with capture_logs() as logged:
        assert not run_errand(lambda: 1 / 0, said.append, errand="test", video_id=3)
    (entry,) = logged
    assert said == [f"Something broke. Reference {entry['reference']}"]
    assert (entry["event"], entry["video_id"], entry["exc_info"]) == ("errand_broke", 3, True)
