"""Whose face it is, said in Slack: wrong person, who is this, and taking either back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot import naming, people_cards, people_modals, people_words
from bot.action_ids import MORE
from bot.answering import Asker, people_url
from bot.blocks import Block
from bot.cards import Message
from bot.carried import OLDER_VERSION, in_kind, in_language, whole
from bot.delivery import ResponseUrl
from bot.dialogs import next_step, open_dialog, refuse
from bot.faces import WHO, WRONG, Choice, Whom, recognised, unnamed
from bot.listeners import marking
from bot.listeners.paging import show_page
from bot.listeners.presses import own_search, run_press
from bot.listeners.requests import Press, press_of
from bot.listeners.threads import Thread, thread_of
from bot.people_modals import FACE, GROUP, KNOWN, NAME, filled
from bot.searching import respond_to
from bot.services import Services
from bot.wording import say, say_error
from core.errors import InputError, NotFound
from core.names import split_label
from core.types import Actor, Language
from db import searches

Decision = Callable[[Actor, str], Message]
"""Applied by somebody, under a key; gives what to tell them."""


def register(app: App, services: Services) -> None:
    """Dialogs open within Slack's three seconds; decisions run on the pool."""

    def ask_about_hit(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        entry = press.value.partition(":")[0]
        work = marking.chosen if entry in marking.OWN else _ask_about_hit
        run_press(services, press, lambda: work(services, press, answer), answer)

    def ask_about_person(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        language, _ = in_language(press.value)
        run_press(
            services,
            press,
            lambda: _ask_about_person(services, press),
            answer,
            language=language,
        )

    def reject(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        thread, chosen = Thread.read(view), filled(view).get(FACE, "")
        ack()

        def decide(by: Actor, key: str) -> Message:
            return naming.reject(services, chosen, by=by, key=key, language=thread.language)

        _decide(services, body, thread, decide)

    def preview(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        thread = Thread.read(view)
        refused = _refusal(view, thread.language)
        if refused is not None:
            ack(**refused)
            return
        ack(**next_step(services, view, thread.language, lambda: _preview(services, view, body)))

    def apply(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        ack(response_action="clear")
        thread = Thread.read(view)

        def decide(by: Actor, key: str) -> Message:
            what = naming.naming(services, Whom.read(thread.whom), thread.label, thread.language)
            outcome = naming.apply_name(services, what, by=by, key=key)
            return naming.named_card(what, outcome, thread.language)

        _decide(services, body, thread, decide)

    def take_back(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        press = press_of(body)
        answer = respond_to(services, press.response_url)
        language, _ = in_language(press.value)
        run_press(
            services,
            press,
            lambda: _take_back(services, press, answer),
            answer,
            language=language,
        )

    app.action(MORE)(ask_about_hit)
    app.action(people_cards.WHO)(ask_about_person)
    app.action(people_words.UNDO)(take_back)
    app.view(people_modals.WRONG)(reject)
    app.view(people_modals.WHO)(preview)
    app.view(people_modals.PREVIEW)(apply)


def _ask_about_hit(services: Services, press: Press, answer: ResponseUrl) -> None:
    """The menu of a hit: ``<question>:<place>``."""
    question, place = in_kind(press.value)
    mine = own_search(services, press, place.search, answer)
    if mine is None:
        return
    search, language = mine
    page = (place.rank - 1) // services.config.search.page_size
    thread = replace(thread_of(press, language), search=search.id, page=page)

    def build() -> Block:
        moment = naming.moment(services, place.segment)
        if question == WRONG:
            return _wrong(moment, thread)
        if question == WHO:
            faces = unnamed(moment.appearances, language)
            return _who(services, press.asker, faces, moment.place, thread)
        raise NotFound(OLDER_VERSION)

    open_dialog(services, press.trigger_id, language, build)


def _ask_about_person(services: Services, press: Press) -> None:
    spoken, person_id = press.parts()
    language, _ = in_language(spoken)

    def build() -> Block:
        one = naming.unknown_person(services, person_id, language)
        return _who(services, press.asker, [one], "", thread_of(press, language))

    open_dialog(services, press.trigger_id, language, build)


def _wrong(moment: naming.Moment, thread: Thread) -> Block:
    faces = recognised(moment.appearances, thread.language)
    if not faces:
        return people_modals.told(thread.language, say(thread.language, "nobody_recognised"))
    return people_modals.wrong(
        thread.language, place=moment.place, faces=faces, private_metadata=thread.write()
    )


def _who(
    services: Services, asker: Asker, faces: list[Choice], place: str, thread: Thread
) -> Block:
    if not faces:
        return people_modals.told(thread.language, say(thread.language, "nobody_unnamed"))
    known = naming.known_people(services)
    only = faces[0] if len(faces) == 1 else None
    of_one = None
    if only is not None:
        whom = Whom.read(only.value)
        of_one = whom.id if whom.kind == "person" else None
        place = " · ".join(filter(None, [place, f"*{people_words.shown(only.words)}*"]))
        thread = replace(thread, whom=only.value)
    return people_modals.who(
        people_modals.Question(
            language=thread.language,
            place=place,
            faces=() if only is not None else faces,
            known=known.people,
            groups=known.groups,
            people_url=people_url(services, asker.user_id, of_one),
            private_metadata=thread.write(),
        )
    )


def _refusal(view: Mapping[str, Any], language: Language) -> dict[str, Any] | None:
    """What is wrong with the fields by themselves, as an acknowledgement; None when nothing is."""
    given = filled(view)
    group, name = given.get(GROUP, ""), given.get(NAME, "")
    if given.get(KNOWN):
        return refuse(view, say(language, "who_both"), block_id=NAME) if name else None
    if not name:
        return refuse(view, say(language, "who_empty"), block_id=NAME)
    if not group and "/" not in name:
        return refuse(view, say(language, "who_no_group"), block_id=GROUP)
    try:
        split_label(_typed(group, name))
    except InputError as error:
        return refuse(view, say_error(language, error), block_id=NAME)
    return None


def _typed(group: str, name: str) -> str:
    """``staff/Jimin`` typed as the name says the group as well."""
    return name if "/" in name else f"{group}/{name}"


def _preview(services: Services, view: Mapping[str, Any], body: Mapping[str, Any]) -> Block:
    """What the name would change, counted by trying it out."""
    thread, given = Thread.read(view), filled(view)
    known = given.get(KNOWN)
    label = (
        naming.label_of(services, whole(known))
        if known
        else _typed(given.get(GROUP, ""), given.get(NAME, ""))
    )
    whom = Whom.read(given.get(FACE) or thread.whom)
    what = naming.naming(services, whom, label, thread.language)
    by = _actor(services, body["user"]["id"])
    outcome = naming.apply_name(services, what, by=by, key="", preview=True)
    return people_modals.preview(
        thread.language,
        outcome,
        who=what.who,
        label=what.label,
        known=what.known,
        private_metadata=replace(thread, whom=what.whom.value, label=what.label).write(),
    )


def _decide(services: Services, body: Mapping[str, Any], thread: Thread, decide: Decision) -> None:
    """Run a decision once a dialog, say what it did, and show the results again as they are now."""
    press = Press(
        asker=Asker(
            user_id=body["user"]["id"], team_id=body["team"]["id"], channel_id=thread.channel
        ),
        value=thread.search,
        response_url=thread.answer,
        # A dialog is submitted once; what comes again is the same press once more.
        trigger_id=f"dialog:{body['view']['id']}",
        private=thread.private,
    )
    answer = respond_to(services, press.response_url)

    def run() -> None:
        by = _actor(services, press.asker.user_id)
        answer.add(decide(by, f"slack:{body['view']['id']}"))
        _show_again(services, press, thread, answer)

    run_press(services, press, run, answer, language=thread.language)


def _show_again(services: Services, press: Press, thread: Thread, answer: ResponseUrl) -> None:
    """The page of results in place, where it is this person's own and private."""
    if not thread.search or not thread.private:
        return
    with services.database.transaction() as conn:
        search = searches.load(conn, thread.search)
    if search.user_id == press.asker.user_id:
        show_page(services, search, thread.page, thread.language, answer)


def _take_back(services: Services, press: Press, answer: ResponseUrl) -> None:
    spoken, change_id = press.parts()
    language, kind = in_language(spoken)
    message = naming.take_back(
        services,
        change_id,
        by=_actor(services, press.asker.user_id),
        key=f"slack:{press.trigger_id}",
        redo=kind == "redo",
        language=language,
    )
    if press.private:
        answer.replace(message)
    else:
        answer.add(message)


def _actor(services: Services, user_id: str) -> Actor:
    return Actor(name=services.members.get(user_id).label, origin="slack")
