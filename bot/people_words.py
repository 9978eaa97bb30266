"""People, places and addresses as mrkdwn, and what a decision about people amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import blocks, cards, hit_card
from bot.wording import counted, say
from core.people import PeopleOutcome, Person
from core.timecode import format_range
from core.types import Language

UNDO: Final = "people_undo"
NAME_CHARACTERS: Final = 100
TITLE_CHARACTERS: Final = 60


def shown(label: str) -> str:
    """A label as mrkdwn."""
    return hit_card.outside(label, NAME_CHARACTERS)


def person_words(one: Person, language: Language) -> str:
    """Somebody's label as mrkdwn."""
    return shown(one.label_in(language))


def place_words(title: str, start_ms: int, end_ms: int) -> str:
    """A video's title and a time range as mrkdwn."""
    return f"{hit_card.outside(title, TITLE_CHARACTERS)} {format_range(start_ms, end_ms)}"


def address(url: str) -> str:
    """An address as it stands between angle brackets."""
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def decided(
    sentences: Sequence[str], outcome: PeopleOutcome, language: Language, *, redo: bool = False
) -> cards.Message:
    """What a decision about people did, and the button that takes it back (or does it again);
    ``sentences`` are mrkdwn."""
    message = cards.sentence(" ".join([*sentences, amount(outcome, language, "changed")]))
    if outcome.change_id is not None:
        kind = "redo" if redo else "undo"
        button = blocks.button(
            say(language, kind), action_id=UNDO, value=f"{language}:{kind}:{outcome.change_id}"
        )
        message["blocks"].append(blocks.actions([button], block_id="decided"))
    return message


def amount(outcome: PeopleOutcome, language: Language, name: str) -> str:
    """The sentence ``name`` about how many appearances and moments; another one about none."""
    if not outcome.appearances:
        return say(language, "preview_nothing" if name == "preview_count" else "changed_nothing")
    return say(
        language,
        name,
        faces=counted(language, "faces", outcome.appearances),
        moments=counted(language, "moments", outcome.segments),
    )
