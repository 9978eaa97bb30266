"""The form in which a search is changed: words, and a field for each filter people use most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot import action_ids, blocks, limits
from bot.refining import SORT_VALUES, Form
from bot.wording import say
from core.names import folded
from core.objects import LABELS, korean_label
from core.query import FilterName
from core.types import Language

WORDS: Final = "words"
ANY: Final = ":any"
"""A choice that chooses nothing; no name begins with a colon."""

TEXT_CHARACTERS: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the library has to choose from."""

    people: Sequence[str]
    groups: Sequence[str]
    cameras: Sequence[str]


def refine_modal(
    form: Form, choices: Choices, *, language: Language, private_metadata: str
) -> blocks.Block:
    """Every field but the words has its filter's name as block id."""
    days: tuple[tuple[FilterName, str], ...] = (
        ("on", "refine_on"),
        ("after", "refine_after"),
        ("before", "refine_before"),
    )
    things = [(label, korean_label(label) if language == "ko" else label) for label in LABELS]
    orders = [(SORT_VALUES[name], say(language, f"sort_{name}")) for name in SORT_VALUES]
    return blocks.modal(
        callback_id=action_ids.REFINE,
        title=say(language, "refine_title"),
        submit=say(language, "refine_submit"),
        close=say(language, "refine_close"),
        private_metadata=private_metadata,
        blocks=[
            blocks.text_input(
                block_id=WORDS,
                action_id=WORDS,
                label=say(language, "refine_label"),
                initial=form.words,
                hint=say(language, "refine_hint"),
                optional=True,
            ),
            *_names("person", choices.people, form, language),
            *_names("group", choices.groups, form, language),
            *_names("camera", choices.cameras, form, language),
            _text("video", form, language),
            *_menu("object", things, form, language),
            _text("clothes", form, language),
            *(
                blocks.date(
                    block_id=name,
                    action_id=name,
                    label=say(language, label),
                    initial=form.shown.get(name, ""),
                )
                for name, label in days
            ),
            _text("longer", form, language),
            *_menu("sort", orders, form, language, any_of_them=False),
        ],
    )


def _text(name: FilterName, form: Form, language: Language) -> blocks.Block:
    return blocks.text_input(
        block_id=name,
        action_id=name,
        label=say(language, f"refine_{name}"),
        initial=form.shown.get(name, ""),
        hint=say(language, f"refine_{name}_hint"),
        length=TEXT_CHARACTERS,
        optional=True,
        focus=False,
    )


def _names(
    name: FilterName, known: Sequence[str], form: Form, language: Language
) -> list[blocks.Block]:
    fitting = [one for one in dict.fromkeys(known) if 0 < len(one) <= limits.OPTION_VALUE]
    return _menu(name, [(one, one) for one in fitting], form, language)


def _menu(
    name: FilterName,
    options: Sequence[blocks.Option],
    form: Form,
    language: Language,
    *,
    any_of_them: bool = True,
) -> list[blocks.Block]:
    """A menu with what the query says chosen, even where the library has no such thing; none where
    there is nothing to choose."""
    shown = form.shown.get(name)
    chosen = None
    if shown is not None:
        same = (one for one in options if folded(one[0]) == folded(shown))
        # Its value is as typed: what is left as it was must mean the same.
        chosen = (shown, next(same, (shown, shown))[1])
        options = [chosen, *(one for one in options if folded(one[0]) != folded(shown))]
    if not options:
        return []
    if any_of_them:
        anything = (ANY, say(language, "refine_any"))
        options = [anything, *options]
        chosen = chosen or anything
    return [
        blocks.choice(
            options,
            block_id=name,
            action_id=name,
            label=say(language, f"refine_{name}"),
            chosen=chosen or options[0],
            menu=True,
            optional=True,
        )
    ]
