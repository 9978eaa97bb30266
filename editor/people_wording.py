"""People in words: who somebody is, what an operation did, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.people import Appearance, PeopleChange, PeopleOutcome, Person, Receipt
from editor.language import language
from editor.translation import gettext, ngettext
from editor.wording import Line, origin_name

RECEIPT_ORDER = (
    "people",
    "appearances",
    "segments",
    "gallery_faces",
    "vectors",
    "decisions",
    "history_entries",
    "clothes_pictures",
)
_UNKNOWN = re.compile(r"Unknown (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEntry:
    """One operation on people as the history shows it; ``can_undo`` is False for what is undone
    already and for forgetting."""

    id: int
    title: str
    who: str
    actor: str
    origin: str
    at: datetime
    reason: str
    lines: tuple[Line, ...]
    counted: str
    undone: bool
    can_undo: bool
    receipt: str


def person_name(person: Person) -> str:
    """The name alone, for where the group is beside it or known: ``Jimin``, ``Unknown 12``."""
    return person.name or person.label_in(language())


def label_words(label: str) -> str:
    """A label that was made in English, as the reader says it."""
    found = _UNKNOWN.fullmatch(label)
    return gettext("Unknown %(number)s", number=found[1]) if found else label


def appearance_words(one: Appearance) -> str:
    """Whose face it is: a name, ``Jimin or Minsu?``, ``Somebody of staff`` or ``Unknown``."""
    if one.person is not None:
        return person_name(one.person)
    if len(one.candidates) == 2:
        first, second = (person_name(like.person) for like in one.candidates)
        return gettext("%(first)s or %(second)s?", first=first, second=second)
    if one.group is not None:
        return gettext("Somebody of %(group)s", group=one.group)
    return gettext("Unknown")


def outcome_sentence(outcome: PeopleOutcome, *, preview: bool) -> str:
    """``7 appearances in 5 segments would change.``"""
    if not outcome.appearances:
        if preview:
            return gettext("No appearance in any video would change.")
        return gettext("No appearance in any video changed.")
    faces = ngettext("%(num)d appearance", "%(num)d appearances", outcome.appearances)
    where = ngettext("%(num)d segment", "%(num)d segments", outcome.segments)
    if preview:
        return gettext("%(faces)s in %(where)s would change.", faces=faces, where=where)
    return gettext("%(faces)s in %(where)s changed.", faces=faces, where=where)


def entry(change: PeopleChange, receipt: Receipt | None = None) -> PeopleEntry:
    """An operation in words; forgetting somebody has a receipt."""
    said = [] if receipt is None else [gettext("Receipt %(number)s", number=receipt.id)]
    gone = [] if receipt is None else receipt_lines(receipt)
    return PeopleEntry(
        id=change.id,
        title=title(change),
        who=", ".join(label_words(label) for label in change.subjects),
        actor=change.actor.name,
        origin=origin_name(change.actor.origin),
        at=change.at,
        reason=change.reason,
        lines=tuple(_lines(change)) if change.kind in ("name", "rename", "undo") else (),
        counted=_counted(change.appearances, change.segments),
        undone=change.reverted_by is not None,
        # Where nothing is left of what it touched, somebody was forgotten since.
        can_undo=change.kind != "forget" and change.reverted_by is None and bool(change.items),
        receipt=" · ".join([*said, *gone]),
    )


def title(change: PeopleChange) -> str:
    """What was done, in a few words."""
    match change.kind:
        case "ingest":
            return gettext("Faces found")
        case "enrol":
            return gettext("Pictures added")
        case "name":
            return gettext("Named")
        case "rename":
            return gettext("Renamed")
        case "merge":
            return gettext("Merged into one")
        case "unmerge":
            return gettext("Taken apart again")
        case "assign":
            return gettext("Said who it is")
        case "reject":
            return gettext("Said who it is not")
        case "forget":
            return gettext("Somebody was forgotten")
        case "undo":
            return gettext("Operation %(number)s undone", number=change.reverts)


def receipt_lines(receipt: Receipt) -> list[str]:
    """What forgetting removes or removed, a line a kind; what there was none of is left out."""

    removed = receipt.removed
    return [_removed(kind, removed[kind]) for kind in RECEIPT_ORDER if removed.get(kind)]


def _removed(kind: str, num: int) -> str:
    match kind:
        case "appearances":
            return ngettext("%(num)d appearance in a video", "%(num)d appearances in videos", num)
        case "segments":
            return ngettext("the name on %(num)d segment", "the name on %(num)d segments", num)
        case "gallery_faces":
            return ngettext("%(num)d face of the gallery", "%(num)d faces of the gallery", num)
        case "vectors":
            return ngettext("%(num)d face vector", "%(num)d face vectors", num)
        case "decisions":
            return ngettext("%(num)d decision by hand", "%(num)d decisions by hand", num)
        case "history_entries":
            return ngettext("%(num)d entry of the history", "%(num)d entries of the history", num)
        case "clothes_pictures":
            return ngettext(
                "%(num)d picture of a search by clothes",
                "%(num)d pictures of searches by clothes",
                num,
            )
        case _:
            return ngettext("%(num)d person", "%(num)d people who were one", num)


def _counted(appearances: int, segments: int) -> str:
    if not appearances:
        return ""
    faces = ngettext("%(num)d appearance", "%(num)d appearances", appearances)
    return f"{faces} · {ngettext('%(num)d segment', '%(num)d segments', segments)}"


def _lines(change: PeopleChange) -> Iterator[Line]:
    for one in change.items:
        if one.item != "person" or one.before is None or one.after is None:
            continue
        before, after = one.before.get("name"), one.after.get("name")
        if before != after:
            nobody = gettext("Unknown %(number)s", number=one.id)
            yield Line(label=gettext("Name"), before=before or nobody, after=after or nobody)
