"""Facts to one sentence, in English and in Korean; nothing is said that was not measured.

So ``top`` and ``bottoms``, not jacket and trousers: the colour of the upper and the lower body is
measured, the cut is not. A person's sex and age are never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.objects import english_plural, korean_label
from core.vocabulary import korean_colour
from pipeline.facts import ObjectFacts, PersonFacts, Scene, SegmentFacts
from pipeline.motion import Gate, Phase, Place, place_of
from pipeline.ports import Caption

MOST_DESCRIBED = 3
"""People with a clause of their own; the rest are counted."""

MOST_ACTIONS = 5
STAND_WORTH_MS, WALK_WORTH_MS = 2_000, 1_500
STILL, LIVELY = 0.004, 0.25
"""Mean share of the picture that changes: below, hardly anything moves; above, most of it does."""

DARK, BRIGHT = 0.2, 0.8

PLACES: dict[Place, tuple[str, str]] = {
    "left": ("on the left", "왼쪽"),
    "centre": ("in the middle", "가운데"),
    "right": ("on the right", "오른쪽"),
}
GATES: dict[Gate, tuple[str, str]] = {
    "left": ("the left", "왼쪽"),
    "right": ("the right", "오른쪽"),
    "front": ("the front", "앞쪽"),
    "back": ("the back", "뒤쪽"),
}
NUMBERS: dict[int, tuple[str, str]] = {
    2: ("Two people", "두 사람"),
    3: ("Three people", "세 사람"),
    4: ("Four people", "네 사람"),
    5: ("Five people", "다섯 사람"),
}


AUTHOR = "describer@2"
"""Who signs these sentences."""

MOST_OBJECTS = 3
"""Kinds of things named; a shop shelf has dozens."""

COUNTERS = {
    **dict.fromkeys(("car", "bus", "truck", "motorcycle", "bicycle", "train", "airplane"), "대"),
    **dict.fromkeys(("bird", "cat", "dog", "horse", "sheep", "cow", "bear"), "마리"),
    **dict.fromkeys(("boat",), "척"),
}
"""What Korean counts a thing in; 개 for everything else."""


def describe(facts: SegmentFacts) -> Caption:
    """The caption of one segment."""
    if facts.people:
        english, korean = _people(facts)
    elif facts.looked and facts.kind == "quiet" and facts.scene.movement < LIVELY:
        english, korean = "Nobody in view; nothing moves.", "아무도 보이지 않고 움직임이 없습니다."
    else:
        english, korean = _scene(facts)
    if facts.objects:
        things, things_ko = _objects(facts.objects[:MOST_OBJECTS])
        english, korean = f"{english} {things}", f"{korean} {things_ko}"
    return Caption(en=english, ko=korean, author=AUTHOR)


def _objects(objects: Sequence[ObjectFacts]) -> tuple[str, str]:
    """The most that was seen of each kind at once."""
    english = [_counted(seen.label, seen.count) for seen in objects]
    korean = [
        f"{korean_label(seen.label)} {seen.count}{COUNTERS.get(seen.label, '개')}"
        for seen in objects
    ]
    listed = english[0] if len(english) == 1 else f"{', '.join(english[:-1])} and {english[-1]}"
    particle = "이" if korean[-1].endswith("척") else "가"
    return f"In view: {listed}.", f"{', '.join(korean)}{particle} 보입니다."


def _counted(label: str, count: int) -> str:
    if count == 1:
        return f"{_article(label)} {label}"
    words = {2: "two", 3: "three", 4: "four", 5: "five"}
    return f"{words.get(count, count)} {english_plural(label)}"


@dataclass(frozen=True, slots=True)
class _Action:
    """What somebody does. ``then``, ``also``, ``end`` are the Korean forms before a next action,
    before another person's clause and at the end of the sentence. ``weight`` decides what goes
    when there is too much to tell."""

    english: str
    then: str
    also: str
    end: str
    weight: float


def _people(facts: SegmentFacts) -> tuple[str, str]:
    told = facts.people[:MOST_DESCRIBED]
    more = len(facts.people) - len(told)
    clauses = [_clause(person, last=index == len(told) - 1) for index, person in enumerate(told)]
    english = "; ".join(clause[0] for clause in clauses)
    korean = ", ".join(clause[1] for clause in clauses)
    if more:
        english += f"; and {more} more"
        korean += f" 그 밖에 {more}명이 더 있습니다."
    together = facts.at_once
    if together >= 2:
        number = NUMBERS.get(together, (f"{together} people", f"{together}명"))
        english = f"{number[0]} at once: {english}"
        korean = f"{number[1]}이 함께 보입니다: {korean}"
    return english[0].upper() + english[1:] + ".", korean


def _clause(person: PersonFacts, *, last: bool) -> tuple[str, str]:
    who, who_ko = _who(person)
    actions = _actions(person)
    english = [action.english for action in actions]
    listed = english[0] if len(english) == 1 else f"{', '.join(english[:-1])} and {english[-1]}"
    korean = [action.then for action in actions[:-1]]
    korean.append(f"{actions[-1].end}." if last else actions[-1].also)
    return f"{who} {listed}", f"{who_ko} {' '.join(korean)}"


def _who(person: PersonFacts) -> tuple[str, str]:
    upper, lower = person.upper, person.lower
    if upper and upper == lower:
        return f"a person in {upper} clothes", f"{korean_colour(upper)} 옷을 입은 사람이"
    if upper and lower:
        return (
            f"a person in {_article(upper)} {upper} top and {lower} bottoms",
            f"{korean_colour(upper)} 상의에 {korean_colour(lower)} 하의를 입은 사람이",
        )
    if upper:
        return (
            f"a person in {_article(upper)} {upper} top",
            f"{korean_colour(upper)} 상의를 입은 사람이",
        )
    if lower:
        return f"a person in {lower} bottoms", f"{korean_colour(lower)} 하의를 입은 사람이"
    return "a person", "사람이"


def _article(colour: str) -> str:
    return "an" if colour[0] in "aeiou" else "a"


def _actions(person: PersonFacts) -> list[_Action]:
    phases = person.phases
    actions: list[_Action] = []
    if person.enters:
        actions.append(_enter(person.enters, runs=phases[0].motion == "runs"))
    elif person.appears:
        actions.append(_appear(phases[0].place))
    for index, phase in enumerate(phases):
        first = index == 0 and person.enters is not None
        last = index == len(phases) - 1 and person.leaves is not None
        action = _phase(phase, told_already=first or last)
        if action:
            actions.append(action)
    if person.leaves:
        actions.append(_leave(person.leaves, runs=phases[-1].motion == "runs"))
    elif person.disappears:
        actions.append(_disappear(phases[-1].place))
    if not actions:
        actions.append(_plain(person))
    while len(actions) > MOST_ACTIONS:
        actions.remove(min(actions, key=lambda action: action.weight))
    return _without_repeats(actions)


def _without_repeats(actions: list[_Action]) -> list[_Action]:
    """The same thing twice, or walking to a side before leaving by it, is told once."""
    told: list[_Action] = []
    for action in actions:
        if told and (
            told[-1].english == action.english
            or told[-1].english.replace("walks to", "leaves to") == action.english
            or told[-1].english.replace("runs to", "runs out to") == action.english
        ):
            told.pop()
        told.append(action)
    return told


def _phase(phase: Phase, *, told_already: bool) -> _Action | None:
    lasts_ms = phase.end_ms - phase.start_ms
    if phase.motion == "stands":
        return _stand(phase.place, lasts_ms) if lasts_ms >= STAND_WORTH_MS else None
    if told_already or not phase.towards:
        return None
    if phase.motion == "runs":
        return _move(phase.towards, runs=True, weight=50)
    return (
        _move(phase.towards, runs=False, weight=lasts_ms / 1e5)
        if lasts_ms >= WALK_WORTH_MS
        else None
    )


def _enter(gate: Gate, *, runs: bool) -> _Action:
    english, korean = GATES[gate]
    verb, ko = ("runs in", "뛰어 들어") if runs else ("comes in", "들어")
    return _Action(
        f"{verb} from {english}",
        f"{korean}에서 {ko}와",
        f"{korean}에서 {ko}오고",
        f"{korean}에서 {ko}옵니다",
        100,
    )


def _appear(place: Place) -> _Action:
    english, korean = PLACES[place]
    return _Action(
        f"appears {english}",
        f"{korean}에 나타나",
        f"{korean}에 나타나고",
        f"{korean}에 나타납니다",
        90,
    )


def _stand(place: Place, lasts_ms: int) -> _Action:
    english, korean = PLACES[place]
    seconds = round(lasts_ms / 1_000)
    start = f"{korean}에 {seconds}초 동안 서"
    return _Action(
        f"stands {english} for {seconds} s",
        f"{start} 있다가",
        f"{start} 있고",
        f"{start} 있습니다",
        1 + lasts_ms / 1e5,
    )


def _move(towards: Gate, *, runs: bool, weight: float) -> _Action:
    english, korean = GATES[towards]
    verb, ko = ("runs", "뛰어") if runs else ("walks", "걸어")
    start = f"{korean}으로 {ko}"
    return _Action(f"{verb} to {english}", f"{start}가", f"{start}가고", f"{start}갑니다", weight)


def _leave(gate: Gate, *, runs: bool) -> _Action:
    english, korean = GATES[gate]
    verb, ko = ("runs out", "뛰어나") if runs else ("leaves", "나")
    start = f"{korean}으로 {ko}"
    return _Action(f"{verb} to {english}", f"{start}가", f"{start}가고", f"{start}갑니다", 100)


def _disappear(place: Place) -> _Action:
    english, korean = PLACES[place]
    start = f"{korean}에서 사라"
    return _Action(
        f"goes out of sight {english}", f"{start}져", f"{start}지고", f"{start}집니다", 90
    )


def _plain(person: PersonFacts) -> _Action:
    """Neither coming, going nor staying long: where they are and how they move."""
    english, korean = PLACES[person.place]
    if person.motion == "stands":
        ko = (f"{korean}에 서 있다가", f"{korean}에 서 있고", f"{korean}에 서 있습니다")
    else:
        verb = "뛰" if person.motion == "runs" else "걷"
        ko = (f"{korean}에서 {verb}다가", f"{korean}에서 {verb}고", f"{korean}에서 {verb}습니다")
        if verb == "뛰":
            ko = (ko[0], ko[1], f"{korean}에서 뜁니다")
    return _Action(f"{person.motion} {english}", *ko, 1)


def _scene(facts: SegmentFacts) -> tuple[str, str]:
    scene = facts.scene
    english, korean = _movement(scene)
    if facts.looked:
        english += "; nothing was recognised."
        korean += f"{'고' if scene.movement < STILL else '지만'} 알아본 것은 없습니다."
    else:
        english += "; people were not looked for."
        korean += "고, 사람을 찾아보지는 않았습니다."
    look, look_ko = _look(scene)
    return english + look, korean + look_ko


def _movement(scene: Scene) -> tuple[str, str]:
    """Korean without its last ending."""
    if scene.movement < STILL:
        return "Hardly anything moves", "움직임이 거의 없"
    if scene.movement >= LIVELY or scene.movement_at is None:
        return "Much of the picture moves", "화면 대부분이 움직이"
    english, korean = PLACES[place_of(scene.movement_at[0])]
    return f"Something moves {english}", f"{korean}에서 무언가 움직이"


def _look(scene: Scene) -> tuple[str, str]:
    """Brightness and main colours, with a space before; empty when nothing stands out."""
    light = "dark" if scene.light < DARK else "bright" if scene.light > BRIGHT else ""
    light_ko = {"dark": "어둡고 ", "bright": "밝고 ", "": ""}[light]
    if not scene.colours:
        return "", ""
    names = [korean_colour(c).removesuffix("색") + "색" for c in scene.colours]
    listed = " and ".join(scene.colours)
    opening = f" {light.capitalize()}, mostly" if light else " Mostly"
    return f"{opening} {listed}.", f" {light_ko}주로 {'과 '.join(names)}입니다."
