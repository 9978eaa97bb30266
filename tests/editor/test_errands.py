"""Work without a request: an error is told as it reads, a fault by a reference that the log has."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from core.errors import InputError
from editor.errands import start_errand


def told_of(work: Callable[[], object], **facts: object) -> list[str]:
    """What is heard of an errand, "done" where it was."""
    said: list[str] = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        start_errand(pool, work, done=lambda: said.append("done"), give_up=said.append, **facts)
    return said


@pytest.mark.parametrize(("error", "told"), [(None, "done"), (InputError("No page."), "No page.")])
def test_an_errand_that_fails_says_why(error, told):
    def work() -> None:
        if error is not None:
            raise error

    assert told_of(work, errand="test") == [told]


def test_a_fault_is_told_by_the_reference_in_the_log():
    with capture_logs() as logged:
        said = told_of(lambda: 1 / 0, errand="test", video_id=3)
    (entry,) = logged
    assert said == [f"Something broke. Reference {entry['reference']}"]
    assert (entry["event"], entry["video_id"]) == ("errand_broke", 3)
    assert isinstance(entry["exc_info"], ZeroDivisionError)
