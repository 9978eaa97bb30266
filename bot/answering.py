"""Finding and rendering one page of results for one person."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import cards
from bot.delivery import is_loopback
from bot.finding import find
from bot.pictures import Thumbnail, thumbnails_of
from bot.result_page import ResultPage
from bot.services import Services
from core import links
from core.giving_up import GivingUp
from core.types import Language, SearchResult
from db import searches
from db.appearances import people_of_segments
from db.searches import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and where; the ids are Slack's."""

    user_id: str
    team_id: str
    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page without pictures, and which of its thumbnails Slack can show already."""

    page: ResultPage
    thumbnails: Mapping[int, Thumbnail]
    proven: Mapping[int, str]

    @property
    def complete(self) -> bool:
        """True when no thumbnail has to be uploaded first."""
        return len(self.proven) == len(self.thumbnails)

    def missing(self) -> dict[int, Thumbnail]:
        return {hit: one for hit, one in self.thumbnails.items() if hit not in self.proven}

    def card(self, uploaded: Mapping[int, str] | None = None) -> cards.Message:
        """The message, with every picture there is."""
        pictures = {**self.proven, **(uploaded or {})}
        return cards.results(replace(self.page, pictures=pictures))


def remember(services: Services, asker: Asker, query: str) -> Search:
    """Store a search before it runs, so that its buttons work and it can be run again."""
    search_id = secrets.token_urlsafe(12)
    with services.database.transaction() as conn:
        searches.save(
            conn,
            id=search_id,
            query=query,
            user_id=asker.user_id,
            team_id=asker.team_id,
            channel_id=asker.channel_id,
        )
        return searches.load(conn, search_id)


def find_page(
    services: Services,
    search: Search,
    *,
    page: int,
    language: Language,
    giving_up: GivingUp | None = None,
) -> Found:
    """Run a stored search and render its page number ``page``, counted from 0.

    Raises GaveUp where a newer search took over.
    """
    size = services.config.search.page_size
    result = find(services, search, limit=size, offset=page * size, giving_up=giving_up)
    shown = result.hits or result.nearest
    with services.database.transaction(giving_up) as conn:
        faces = people_of_segments(conn, [hit.segment for hit in shown])
    now = datetime.now(UTC)
    person = services.members.get(search.user_id).label
    rendered = ResultPage(
        search_id=search.id,
        query=search.query,
        language=language,
        result=result,
        page=page,
        page_size=size,
        links={
            hit.segment.id: links.edit_url(
                services.config,
                video_id=hit.segment.video_id,
                segment_id=hit.segment.id,
                user=person,
                now=now,
            )
            for hit in shown
        },
        library_url=library_url(services, search.user_id),
        pictures={},
        faces=faces,
        corrections=_corrections(services, search, result),
    )
    thumbnails = thumbnails_of(services.config, services.team_id, shown)
    return Found(
        page=rendered,
        thumbnails=thumbnails,
        proven=services.pictures.proven(thumbnails) if thumbnails else {},
    )


def _corrections(services: Services, search: Search, result: SearchResult) -> dict[str, str]:
    """Every corrected query with a search that can be run by its id."""
    asker = Asker(user_id=search.user_id, team_id=search.team_id, channel_id=search.channel_id)
    wanted = dict.fromkeys(one.corrected for one in result.problems if one.corrected)
    return {query: remember(services, asker, query).id for query in wanted if query}


def help_for(services: Services, asker: Asker, language: Language) -> cards.Message:
    return cards.help_card(
        language,
        command=services.config.slack.command,
        library_url=library_url(services, asker.user_id),
    )


def people_url(services: Services, user_id: str, person_id: int | None = None) -> str:
    """The editor's page of people, or of one of them. Where the editor asks who comes, the
    library, signed in as this person: a signed link leads to a video or to the library only."""
    config = services.config
    if not (is_loopback(config.editor_url) and is_loopback(f"//{config.editor.host}")):
        return library_url(services, user_id)
    return f"{config.editor_url}/people" + ("" if person_id is None else f"/{person_id}")


def library_url(services: Services, user_id: str) -> str:
    """The library, signed in as this person."""
    person = services.members.get(user_id).label
    return links.sign_in_url(services.config, user=person, now=datetime.now(UTC))
