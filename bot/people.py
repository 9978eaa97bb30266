"""Reading who has been seen, for one reader: everybody, one person, or whom words may mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from bot import cards, people_cards, people_words
from bot.answering import Asker, people_url
from bot.people_cards import PeoplePage, PersonPage, Seen
from bot.services import Services
from bot.wording import say
from core import links
from core.errors import InputError, NotFound
from core.names import folded
from core.people import Person
from core.types import Language
from db import people
from db.appearances import Sighting, latest_sightings
from db.rows import Connection
from db.segments import get_segments

PAGE_SIZE = 10
NEWEST_SHOWN = 5
EVERYBODY = 10_000
# From how alike a name has to be to be offered for one that nobody has (difflib's ratio): one
# syllable of three may differ (김지만, 김지민).
NEAR = 0.65


def everybody(services: Services, asker: Asker, language: Language, page: int = 0) -> cards.Message:
    """Page ``page`` of the people there are."""
    with services.database.transaction() as conn:
        total = people.count_people(conn, "named")
        # What was the last page may be gone.
        page = min(page, max(total - 1, 0) // PAGE_SIZE)
        named = people.list_people(conn, "named", limit=PAGE_SIZE, offset=page * PAGE_SIZE)
        unknown = people.count_people(conn, "unknown")
        groups = people.list_groups(conn)
        newest = latest_sightings(conn, [one.person.id for one in named], each=1)
    user = services.members.get(asker.user_id).label
    seen = {
        person_id: _seen(services, sightings[0], user)
        for person_id, sightings in newest.items()
        if sightings
    }
    return people_cards.everybody(
        PeoplePage(
            language=language,
            people=named,
            last=seen,
            groups=groups,
            total=total,
            unknown=unknown,
            page=page,
            page_size=PAGE_SIZE,
            faces_on=services.registry.has("face_analyzer"),
            people_url=people_url(services, asker.user_id),
        )
    )


def one_person(
    services: Services, asker: Asker, language: Language, person_id: int
) -> cards.Message:
    """Where somebody was seen. Raises NotFound."""
    with services.database.transaction() as conn:
        summary = people.summary_of(conn, person_id)
        root = summary.person
        newest = latest_sightings(conn, [root.id], each=NEWEST_SHOWN)[root.id]
        captions = _captions(conn, newest)
    user = services.members.get(asker.user_id).label
    return people_cards.person(
        PersonPage(
            language=language,
            summary=summary,
            seen=[_seen(services, one, user, captions) for one in newest],
            people_url=people_url(services, asker.user_id, root.id),
        )
    )


def whom(services: Services, asker: Asker, language: Language, words: str) -> cards.Message | None:
    """The person ``words`` name, or a question whom they mean; None where they name nobody, so
    that ``people in the aisle`` stays a search."""
    with services.database.transaction() as conn:
        found, meant = _meant(conn, words)
    if found is not None:
        return one_person(services, asker, language, found.id)
    if not meant:
        return None
    shown = people_words.shown(words)
    if len(meant) > 1:
        sentence = say(language, "several_called", words=shown)
    else:
        label = people_words.person_words(meant[0], language)
        sentence = say(language, "did_you_mean", words=shown, label=label)
    return people_cards.which(sentence, meant, words=words, language=language)


def _meant(conn: Connection, words: str) -> tuple[Person | None, list[Person]]:
    """Who it is for sure, or else whom the words may mean: namesakes, or the nearest name."""
    try:
        found = people.find_person(conn, words)
    except NotFound:
        short = _called_for_short(conn, words)
        return (short[0], []) if len(short) == 1 else (None, short or _nearest(conn, words))
    except InputError:
        return None, _called(conn, words)
    return (None if found.removed else found), []


def _called(conn: Connection, name: str) -> list[Person]:
    listed = people.list_people(conn, "named", limit=EVERYBODY)
    return [
        one.person
        for one in listed
        if folded(name) in {folded(same.name or "") for same in (one.person, *one.merged)}
    ]


def _called_for_short(conn: Connection, words: str) -> list[Person]:
    """Those whose given name it is, or one word of whose name."""
    named = [one.person for one in people.list_people(conn, "named", limit=EVERYBODY)]
    return [one for one in named if folded(words) in people.parts_of(one.name or "")]


def _nearest(conn: Connection, words: str) -> list[Person]:
    named = [one.person for one in people.list_people(conn, "named", limit=EVERYBODY)]
    by_spelling = {folded(one.label): one for one in named}
    by_spelling |= {folded(one.name or ""): one for one in named}
    near = difflib.get_close_matches(folded(words), by_spelling, n=1, cutoff=NEAR)
    return [by_spelling[spelling] for spelling in near]


def _captions(conn: Connection, sightings: Iterable[Sighting]) -> dict[int, tuple[str, str]]:
    """Segment id -> its caption in English and in Korean."""
    ids = [one.segment_id for one in sightings if one.segment_id is not None]
    found = get_segments(conn, ids)
    return {one.id: (one.caption, one.caption_ko) for one in found.values()}


def _seen(
    services: Services,
    one: Sighting,
    user: str,
    captions: Mapping[int, tuple[str, str]] | None = None,
) -> Seen:
    url = None
    if one.segment_id is not None:
        url = links.edit_url(
            services.config,
            video_id=one.appearance.video_id,
            segment_id=one.segment_id,
            user=user,
            now=datetime.now(UTC),
        )
    return Seen(
        title=one.video_title,
        start_ms=one.appearance.start_ms,
        end_ms=one.appearance.end_ms,
        recorded_at=one.recorded_at,
        url=url,
        captions=(captions or {}).get(one.segment_id or 0, ("", "")),
    )
