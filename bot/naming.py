"""What a person in Slack decides about faces: read what there is to choose, preview, apply.

Every decision is one of ``pipeline.people``, under a key that the dialog gives it. It is
imported at the first decision: it compares vectors, for which a bot need not wait to start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot import faces
from bot.cards import Message
from bot.faces import Choice, Whom
from bot.people_words import decided, person_words, place_words, shown
from bot.services import Services
from bot.wording import say
from core.errors import EditRefused, NotFound
from core.names import split_label
from core.people import Appearance, PeopleOutcome, Person
from core.types import Actor, Language, Segment
from db import people
from db.appearances import get_appearance, people_of_segments
from db.rows import Connection
from db.segments import get_segment
from db.videos import get_video

MOST_KNOWN = 100
CHANGED_MEANWHILE = "Somebody decided about this face first; nothing was done."


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A segment with whom the faces in it show; ``place`` is mrkdwn."""

    segment: Segment
    place: str
    appearances: tuple[Appearance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom a face can be given to: people with names, and the groups there are."""

    people: tuple[Person, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Who is meant and what they are to be called; ``who`` is plain text, ``known``: somebody has
    that name already."""

    whom: Whom
    label: str
    who: str
    known: bool


def moment(services: Services, segment_id: int) -> Moment:
    """Raises NotFound where it was deleted or merged."""
    with services.database.transaction() as conn:
        segment = get_segment(conn, segment_id)
        if segment.state != "live":
            raise NotFound(f"There is no segment {segment_id}.")
        title = get_video(conn, segment.video_id).title
        found = people_of_segments(conn, [segment])[segment.id]
    place = place_words(title, segment.start_ms, segment.end_ms)
    return Moment(segment=segment, place=place, appearances=found)


def known_people(services: Services) -> Known:
    """Everybody with a name, as many as a menu holds, and the groups with the largest first."""
    with services.database.transaction() as conn:
        listed = people.list_people(conn, "named", limit=MOST_KNOWN)
        groups = people.list_groups(conn)
    by_size = sorted(groups, key=lambda name: (-groups[name], name))
    return Known(people=tuple(one.person for one in listed), groups=tuple(by_size))


def unknown_person(services: Services, person_id: int, language: Language) -> Choice:
    """An unknown person as the only face to choose. Raises NotFound, EditRefused for somebody
    who has a name by now."""
    with services.database.transaction() as conn:
        root = people.root_of(conn, person_id)
    if root.name is not None:
        raise EditRefused(f"This is {root.label} already; rename or merge instead.")
    label = root.label_in(language)
    return Choice(value=Whom(kind="person", id=root.id).value, label=label, words=label)


def naming(services: Services, whom: Whom, label: str, language: Language) -> Naming:
    """What is about to be done, in words.

    Raises NotFound, InputError for what cannot be a name, EditRefused where somebody else decided
    about the face since.
    """
    group, name = split_label(label)
    with services.database.transaction() as conn:
        who = _who(conn, whom, language)
        same = people.named(conn, group, name)
        # Merged into another they are that one, whatever is typed.
        shown = f"{group}/{name}" if same is None else people.root_of(conn, same.id).label
    return Naming(whom=whom, label=shown, who=who, known=same is not None)


def label_of(services: Services, person_id: int) -> str:
    """The label of somebody chosen from the menu. Raises NotFound."""
    with services.database.transaction() as conn:
        return people.root_of(conn, person_id).label


def apply_name(
    services: Services, what: Naming, *, by: Actor, key: str, preview: bool = False
) -> PeopleOutcome:
    """Give an unknown person, or one appearance, its name; or count what that would change."""
    from pipeline import people as use_cases

    operation: Callable[..., PeopleOutcome] = (
        use_cases.name if what.whom.kind == "person" else use_cases.assign
    )
    return operation(
        services.config,
        services.database,
        what.whom.id,
        what.label,
        by=by,
        idempotency_key=key,
        preview=preview,
    )


def named_card(what: Naming, outcome: PeopleOutcome, language: Language) -> Message:
    """What was done, with the button that takes it back."""
    done = say(language, "done_named", who=shown(what.who), label=shown(what.label))
    return decided([done], outcome, language)


def reject(services: Services, value: str, *, by: Actor, key: str, language: Language) -> Message:
    """Take a person out of an appearance for good; ``value`` is a choice of ``faces.recognised``.

    Raises NotFound, EditRefused where somebody else decided about the face since.
    """
    from pipeline import people as use_cases

    appearance_id, person_id = faces.read_recognised(value)
    with services.database.transaction() as conn:
        before = get_appearance(conn, appearance_id)
        wrong = people.root_of(conn, person_id)
        title = get_video(conn, before.video_id).title
    if before.person is None or before.person.id != wrong.id:
        raise EditRefused(CHANGED_MEANWHILE)
    outcome = use_cases.reject(
        services.config,
        services.database,
        appearance_id,
        person_id,
        by=by,
        idempotency_key=key,
    )
    with services.database.transaction() as conn:
        now = get_appearance(conn, appearance_id)
    where = place_words(title, before.start_ms, before.end_ms)
    reads = now.person.label_in(language) if now.person else faces.undecided(now, language)
    done = [
        say(language, "done_rejected", where=where, label=person_words(wrong, language)),
        say(language, "done_reads", label=shown(reads)),
    ]
    return decided(done, outcome, language)


def take_back(
    services: Services, change_id: int, *, by: Actor, key: str, redo: bool, language: Language
) -> Message:
    """Undo an operation; ``redo``: that operation was an undo itself."""
    from pipeline import people as use_cases

    outcome = use_cases.undo(
        services.config, services.database, change_id, by=by, idempotency_key=key
    )
    whose = ", ".join(person_words(one, language) for one in outcome.people)
    done = say(
        language,
        "done_redone" if redo else "done_undone",
        who=whose or say(language, "somebody"),
    )
    return decided([done], outcome, language, redo=not redo)


def _who(conn: Connection, whom: Whom, language: Language) -> str:
    if whom.kind == "person":
        return people.root_of(conn, whom.id).label_in(language)
    appearance = get_appearance(conn, whom.id)
    if appearance.person is not None:
        raise EditRefused(CHANGED_MEANWHILE)
    return faces.undecided(appearance, language)
