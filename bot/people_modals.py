"""The dialogs about faces: who it is not, who it is, and what that would change.

Pure functions from values to views. A dialog opens as ``waiting`` at once, because Slack lets it
open for three seconds only, and is filled afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot import blocks, limits
from bot.faces import Choice
from bot.people_words import address, amount, shown
from bot.wording import say
from core.names import LONGEST_NAME
from core.people import PeopleOutcome, Person
from core.types import Language

WAITING: Final = "people_waiting"
WRONG: Final = "people_wrong"
WHO: Final = "people_who"
PREVIEW: Final = "people_preview"
FACE, KNOWN, GROUP, NAME = "face", "known", "group", "name"
"""Block ids; the element in each has the same action id."""

MOST_GROUPS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who is this: the faces to choose from (none where only one can be meant), everybody who has
    a name, the groups there are. ``place`` is mrkdwn and says which face, or where the faces are.
    """

    language: Language
    place: str
    faces: Sequence[Choice]
    known: Sequence[Person]
    groups: Sequence[str]
    people_url: str
    private_metadata: str


def waiting(language: Language, name: str = "loading", private_metadata: str = "") -> blocks.Block:
    """What stands there until the rest is known; ``name`` is a wording."""
    return told(language, say(language, name), private_metadata)


def told(language: Language, sentence: str, private_metadata: str = "") -> blocks.Block:
    """One sentence, mrkdwn already, and nothing to do but close."""
    return blocks.modal(
        callback_id=WAITING,
        title=say(language, "loading_title"),
        close=say(language, "dialog_close"),
        private_metadata=private_metadata,
        blocks=[blocks.section(sentence)],
    )


def wrong(
    language: Language, *, place: str, faces: Sequence[Choice], private_metadata: str
) -> blocks.Block:
    """Which of the recognised people is somebody else; ``place`` is mrkdwn."""
    options = [(one.value, one.words) for one in faces]
    return blocks.modal(
        callback_id=WRONG,
        title=say(language, "wrong_title"),
        submit=say(language, "wrong_submit"),
        close=say(language, "dialog_cancel"),
        private_metadata=private_metadata,
        blocks=[
            blocks.section(place),
            blocks.choice(
                options,
                block_id=FACE,
                action_id=FACE,
                label=say(language, "wrong_label"),
                chosen=options[0] if len(options) == 1 else None,
            ),
            blocks.context(say(language, "wrong_note")),
        ],
    )


def who(question: Question) -> blocks.Block:
    """Which face, and who it is: somebody who has a name, or a group and a name."""
    language, groups = question.language, question.groups
    hint = say(language, "who_group_first")
    if groups:
        hint = say(language, "who_group_hint", groups=", ".join(groups[:MOST_GROUPS]))
    fields = []
    if question.faces:
        fields.append(
            blocks.choice(
                [(one.value, one.words) for one in question.faces],
                block_id=FACE,
                action_id=FACE,
                label=say(language, "who_face"),
            )
        )
    if question.known:
        fields.append(
            blocks.choice(
                [(str(one.id), one.label) for one in question.known],
                block_id=KNOWN,
                action_id=KNOWN,
                label=say(language, "who_known"),
                menu=True,
                prompt=say(language, "who_known_prompt"),
                optional=True,
            )
        )
    fields += [
        blocks.text_input(
            block_id=GROUP,
            action_id=GROUP,
            label=say(language, "who_group"),
            initial=groups[0] if len(groups) == 1 else "",
            hint=hint,
            length=LONGEST_NAME,
            optional=True,
            focus=False,
        ),
        blocks.text_input(
            block_id=NAME,
            action_id=NAME,
            label=say(language, "who_name"),
            initial="",
            hint=say(language, "who_name_hint"),
            length=LONGEST_NAME,
            optional=True,
            focus=False,
        ),
    ]
    link = say(language, "who_faces", url=address(question.people_url))
    return blocks.modal(
        callback_id=WHO,
        title=say(language, "who_title"),
        submit=say(language, "who_submit"),
        close=say(language, "dialog_cancel"),
        private_metadata=question.private_metadata,
        blocks=[blocks.section(f"{question.place}\n{link}"), *fields],
    )


def preview(
    language: Language,
    outcome: PeopleOutcome,
    *,
    who: str,
    label: str,
    known: bool,
    private_metadata: str,
) -> blocks.Block:
    """What would change; ``known``: somebody has that name already. ``who`` and ``label`` are
    plain text."""
    becomes = say(
        language,
        "preview_known" if known else "preview_new",
        who=shown(who),
        label=shown(label),
    )
    return blocks.modal(
        callback_id=PREVIEW,
        title=say(language, "who_title"),
        submit=say(language, "preview_submit"),
        close=say(language, "dialog_cancel"),
        private_metadata=private_metadata,
        blocks=[
            blocks.section(becomes),
            blocks.section(amount(outcome, language, "preview_count")),
        ],
    )


def filled(view: Mapping[str, Any]) -> dict[str, str]:
    """Block id -> what stands in it, of a submitted view; empty where nothing does."""
    found = {}
    for block_id, actions in view["state"]["values"].items():
        [state] = actions.values()
        option = state.get("selected_option") or {}
        found[str(block_id)] = " ".join(
            str(option.get("value") or state.get("value") or "").split()
        )
    return found


def errors_for(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """Those errors whose field is in the view; the others at the last field, so that none is
    lost."""
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return {
        (block_id if block_id in fields else fields[-1]): sentence[: limits.INPUT_HINT]
        for block_id, sentence in errors.items()
    }
