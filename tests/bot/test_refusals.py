"""What other layers refuse is said in Korean to a Korean reader, facts included."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from bot.failures import failure_card, failure_words
from bot.refusals import KOREAN_SENTENCES, in_korean
from bot.wording import has_hangul
from core.config import Config
from core.errors import ClipOpsError, EditRefused
from core.names import split_label
from db.pool import Database
from pipeline import people as use_cases
from tests.support.faces import JIMIN, face, store, track
from tests.support.library import add_video

FIELDS = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("english", KOREAN_SENTENCES)
def test_every_template_reads_its_own_sentence(english: str) -> None:
    korean = KOREAN_SENTENCES[english]
    assert set(FIELDS.findall(korean)) <= set(FIELDS.findall(english))
    said = in_korean(FIELDS.sub("Unknown 12", english))
    assert said is not None
    assert has_hangul(said)
    assert "Unknown" not in said


@pytest.mark.parametrize("label", ["/Jimin", "staff/", "x" * 81 + "/y", "a/b/c", "staff/12", "a"])
def test_what_cannot_be_a_name_is_said_in_korean(label: str) -> None:
    with pytest.raises(ClipOpsError) as refused:
        split_label(label)
    assert in_korean(str(refused.value)) is not None
    assert has_hangul(failure_words(refused.value, "ko"))
    assert failure_words(refused.value, "en") == str(refused.value)


def test_what_cannot_be_done_about_people_is_said_in_korean(
    config: Config, database: Database
) -> None:
    video_id = add_video(database, [(0, 10_000, "", "")])
    tracks = [track(face("ann")), track(face("bob"), 4_000, 6_000)]
    first, _ = store(config, database, video_id, tracks)

    def do(operation: Callable[..., object], *arguments: object) -> int:
        outcome = operation(config, database, *arguments, by=JIMIN, idempotency_key=uuid4().hex)
        return outcome.change_id  # type: ignore[attr-defined]

    named = do(use_cases.name, 1, "staff/Ann")
    rejected = do(use_cases.reject, first, 1)
    do(use_cases.undo, rejected)
    refusals = (
        (use_cases.name, 1, "staff/Bob"),
        (use_cases.undo, rejected),
        (use_cases.reject, 999),
        (use_cases.name, 999, "staff/Bob"),
    )
    for operation, *arguments in refusals:
        with pytest.raises(ClipOpsError) as refused:
            do(operation, *arguments)
        korean = in_korean(str(refused.value))
        assert korean is not None, refused.value
        assert failure_card(refused.value, "ko")["text"] == korean
    do(use_cases.rename, 1, "staff/Anna")
    with pytest.raises(EditRefused) as blocked:
        do(use_cases.undo, named)
    assert "먼저 되돌리세요" in failure_words(blocked.value, "ko")


def test_a_refusal_nobody_translated_is_still_korean() -> None:
    error = EditRefused("Something nobody thought of.")
    assert has_hangul(failure_words(error, "ko"))
    assert failure_words(error, "en") == "Something nobody thought of."
