"""Every message and dialog about people and how things stand, with ordinary and hostile content."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot import people_cards, people_modals, people_words, status_card
from bot.faces import recognised, unnamed
from bot.people_cards import PeoplePage, PersonPage, Seen
from bot.wording import say
from core.people import Appearance, Likeness, PeopleOutcome, Person, PersonSummary
from core.types import Box, Language

CHANGED = PeopleOutcome(change_id=7, appearances=12, segments=1)
URL = "https://clipops.example.com/people/3"


def every_people_message(words: str, language: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, payload) of each, in which every name and title is ``words``."""
    yield "people", people_cards.everybody(people_page(words, language))
    empty = PeoplePage(
        language=language,
        people=[],
        last={},
        groups={},
        total=0,
        unknown=0,
        page=0,
        page_size=10,
        faces_on=False,
        people_url=URL,
    )
    yield "no people", people_cards.everybody(empty)
    for number in (1, 2):
        summary = _summary(number, words, named=number == 1)
        page = PersonPage(
            language=language, summary=summary, seen=[_seen(words)] * 5, people_url=URL
        )
        yield f"person {number}", people_cards.person(page)
    people = [_person(number, words, named=True) for number in range(12)]
    yield "which person", people_cards.which("?", people, words=words, language=language)
    for name in ("done_rejected", "done_reads", "done_named", "done_undone", "done_redone"):
        shown = people_words.shown(words)
        said = say(language, name, where=shown, label=shown, who=shown)
        yield name, people_words.decided([said], CHANGED, language)
    nothing = PeopleOutcome(change_id=None, appearances=0, segments=0)
    yield "decided for nothing", people_words.decided(["."], nothing, language)
    yield from _dialogs(words, language)
    yield "status", status_card.status(standing(words, language))
    bare = standing(words, language, lines=0)
    yield "status of nothing", status_card.status(bare)


def people_page(words: str, language: Language) -> PeoplePage:
    """Ten people in two groups, the second of three pages."""
    listed = [_summary(number, words, named=True) for number in range(1, 11)]
    return PeoplePage(
        language=language,
        people=listed,
        last={one.person.id: _seen(words) for one in listed},
        groups={one.person.group or "": 5 for one in listed},
        total=25,
        unknown=4,
        page=1,
        page_size=10,
        faces_on=True,
        people_url=URL,
    )


def appearance(
    number: int, words: str, *, named: bool = True, undecided: bool = False
) -> Appearance:
    """Somebody's appearance; ``undecided``: between two people."""
    likely = Likeness(person=_person(1, words, named=True), cosine=0.6)
    return Appearance(
        id=number,
        video_id=1,
        start_ms=number * 1_000,
        end_ms=number * 1_000 + 4_000,
        at_ms=number * 1_000 + 2_000,
        box=Box(left=(number % 4) / 4, top=0.2, width=0.2, height=0.3),
        size_px=90.0,
        faces=4,
        decision="auto",
        person=None if undecided else _person(number, words, named=named),
        group=words if named else None,
        cosine=0.6,
        candidates=(likely, likely) if undecided else (),
    )


def standing(words: str, language: Language, *, lines: int = 5) -> status_card.Standing:
    """Five videos of each kind and more, or none at all."""
    kinds: tuple[status_card.Kind, ...] = ("working", "failed", "lacking", "ready")
    shown = [status_card.Line(title=words, words=words)] * lines
    return status_card.Standing(
        language=language,
        counts=dict.fromkeys(kinds, 1000 if lines else 0),
        lines=dict.fromkeys(kinds, shown),
        models=[
            status_card.ModelLine(
                port="face_analyzer", choice=words, remark=say(language, "status_absent")
            ),
            status_card.ModelLine(port="writer", choice="", remark=say(language, "status_off")),
        ],
        profile="builtin",
        library_url="https://clipops.example.com/",
    )


def _dialogs(words: str, language: Language) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "waiting", people_modals.waiting(language)
    yield "counting", people_modals.waiting(language, "counting")
    for name in ("nobody_recognised", "nobody_unnamed", "dialog_interrupted"):
        yield name, people_modals.told(language, say(language, name))
    for count in (1, 3, 40):
        named = [appearance(number, words) for number in range(1, count + 1)]
        yield (
            f"wrong person of {count}",
            people_modals.wrong(
                language,
                place=people_words.place_words(words, 0, 4_000),
                faces=recognised(named, language),
                private_metadata="{}",
            ),
        )
        strangers = [appearance(number, words, named=False) for number in range(count)]
        strangers.append(appearance(900, words, undecided=True))
        yield (
            f"who of {count}",
            people_modals.who(
                people_modals.Question(
                    language=language,
                    place=people_words.place_words(words, 0, 4_000),
                    faces=unnamed(strangers, language) if count > 1 else [],
                    known=[_person(number, words, named=True) for number in range(100)],
                    groups=[words] * count,
                    people_url=URL,
                    private_metadata="{}",
                )
            ),
        )
    for known in (True, False):
        yield (
            "preview",
            people_modals.preview(
                language, CHANGED, who=words, label=words, known=known, private_metadata="{}"
            ),
        )


def _seen(words: str) -> Seen:
    return Seen(
        title=words,
        start_ms=61_000,
        end_ms=65_000,
        recorded_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
        url="https://clipops.example.com/enter?token=" + "t" * 200,
        captions=(words, words),
    )


def _summary(number: int, words: str, *, named: bool) -> PersonSummary:
    return PersonSummary(
        person=_person(number, words, named=named),
        appearances=12,
        videos=3,
        gallery_faces=2,
        merged=(),
        cover=None,
    )


def _person(number: int, words: str, *, named: bool) -> Person:
    group = f"{words} {number // 6}"
    return Person(id=number, group=group if named else None, name=words if named else None)


def result_faces(words: str) -> dict[int, tuple[Appearance, ...]]:
    """Segment id -> faces: of a named, of an unnamed person, of both, and none."""
    return {
        1: (appearance(1, words),),
        2: (appearance(2, words, named=False),),
        3: (appearance(3, words), appearance(4, words, undecided=True)),
    }
