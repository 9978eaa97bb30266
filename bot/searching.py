"""A search asked for by command, mention or button: answered at once when fast, later when not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot import cards
from bot.answering import Asker, find_page, remember
from bot.delivery import ResponseUrl
from bot.failures import failure_words
from bot.handoff import Handoff
from bot.mrkdwn import escape
from bot.patience import Patience
from bot.searches_now import Spot
from bot.services import Services
from bot.wording import say
from core.errors import Busy, GaveUp, ServiceUnavailable
from core.giving_up import GivingUp
from core.types import Language
from db import slack_seen
from db.searches import Search

ACK_WITHIN_S = 1.5
Instead = Callable[[Language], cards.Message | None]
"""Another answer than a search; None where the query turns out to be a search after all."""


@dataclass(slots=True)
class _State:
    """What the job has found out so far; read by whoever has to speak for it."""

    language: Language
    search: Search | None = None


@dataclass(slots=True)
class Inquiry:
    """One search on its way. ``later`` sends an answer once the acknowledgement has gone out;
    ``delivery_key`` names the request, so that a repeated delivery has no effect."""

    services: Services
    asker: Asker
    query: str
    delivery_key: str
    later: Callable[[cards.Message], object]
    state: _State
    handoff: Handoff = field(default_factory=Handoff)
    patience: Patience | None = None
    giving_up: GivingUp = field(default_factory=GivingUp)

    @property
    def spot(self) -> Spot:
        """Where one search is waited for at a time."""
        return self.asker.team_id, self.asker.user_id, self.asker.channel_id

    def run(self, instead: Instead | None = None) -> cards.Message | None:
        """Start, wait at most 1.5 s, and return what the acknowledgement should say.

        ``instead`` answers in place of a search, under the same delivery key.
        """
        refused = self._start(instead)
        if refused is not None:
            return refused
        outcome = self.handoff.wait(ACK_WITHIN_S)
        if not outcome.late:
            return outcome.message
        name = "searching" if self.services.searcher.ready() else "starting"
        return None if instead else self._note(name)

    def run_late(self, instead: Instead | None = None) -> None:
        """Start without an acknowledgement to fill: everything is sent by ``later``."""
        self.handoff.give_up()
        refused = self._start(instead)
        if refused is not None:
            self.later(refused)

    def _start(self, instead: Instead | None) -> cards.Message | None:
        """Hand the work to the pool; a full one is said in the returned message."""
        job = self._search if instead is None else lambda: self._answer_otherwise(instead)
        try:
            self.services.work.submit(job, on_error=self._fail, on_interrupt=self._interrupt)
        except Busy:
            waiting = self.services.work.waiting
            return cards.sentence(say(self.state.language, "busy", waiting=waiting))
        if instead is None:
            self._take_over()
        return None

    def _take_over(self) -> None:
        """Whoever searches again in the same place does not wait for the one before."""
        self.services.now.begin(self.spot, key=self.delivery_key, giving_up=self.giving_up)

    def _answer_otherwise(self, instead: Instead) -> None:
        if not self._first_delivery():
            self.handoff.offer(None)
            return
        self.state.language = self.services.members.language(self.asker.user_id, self.query)
        message = instead(self.state.language)
        if message is None:
            self._take_over()
            self._search_now()
        else:
            self._answer(message)

    def _first_delivery(self) -> bool:
        with self.services.database.transaction() as conn:
            return slack_seen.claim(conn, self.delivery_key)

    def _search(self) -> None:
        if self._first_delivery():
            self._search_now()
        else:
            self.handoff.offer(None)

    def _search_now(self) -> None:
        services = self.services
        self.patience = Patience(lambda name: self.later(self._note(name)))
        self.patience.start()
        self.state.search = remember(services, self.asker, self.query)
        self.state.language = services.members.language(self.asker.user_id, self.query)
        found = find_page(
            services,
            self.state.search,
            page=0,
            language=self.state.language,
            giving_up=self.giving_up,
        )
        services.now.end(self.spot, self.giving_up)
        if found.complete:
            self._answer(found.card())
            return
        self.handoff.give_up()
        self._answer(found.card(services.pictures.upload(found.missing())))

    def _answer(self, message: cards.Message) -> None:
        if self.patience is not None:
            self.patience.stop()
        if not self.handoff.offer(message):
            self.later(message)

    def _fail(self, error: BaseException) -> None:
        self.services.now.end(self.spot, self.giving_up)
        if isinstance(error, GaveUp):
            self._answer(self._note("replaced"))
            return
        text = escape(failure_words(error, self.state.language))
        again = isinstance(error, ServiceUnavailable)
        self._answer(self._with_retry(text) if again else cards.sentence(text))

    def _interrupt(self) -> None:
        """The process stops before the answer is there."""
        self._answer(
            self._with_retry(say(self.state.language, "interrupted", query=escape(self.query)))
        )

    def _with_retry(self, text: str) -> cards.Message:
        language, search = self.state.language, self.state.search
        if search is None:
            return cards.sentence_with_words(text, query=self.query, language=language)
        return cards.sentence_with_retry(text, search_id=search.id, language=language)

    def _note(self, name: str) -> cards.Message:
        return cards.sentence(say(self.state.language, name, query=escape(self.query)))


def inquire(
    services: Services,
    asker: Asker,
    query: str,
    *,
    delivery_key: str,
    later: Callable[[cards.Message], object],
) -> Inquiry:
    """An inquiry that has not started yet."""
    language = services.members.language_now(asker.user_id, query)
    return Inquiry(
        services=services,
        asker=asker,
        query=query,
        delivery_key=delivery_key,
        later=later,
        state=_State(language),
    )


def respond_to(services: Services, url: str) -> ResponseUrl:
    """Where a command or a click is answered."""
    return ResponseUrl(url=url, forget_pictures=services.pictures.forget)
