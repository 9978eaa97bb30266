"""How things stand: videos in work, failed ones, what some model could not do, models in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bot import status_card
from bot.answering import Asker, library_url
from bot.cards import Message
from bot.refusals import in_korean
from bot.services import Services
from bot.status_card import Kind, Line, ModelLine, Standing
from bot.wording import ENGLISH, say
from core.config import Config
from core.types import Language, Video
from db import videos
from db.rows import Connection
from pipeline.needed import Need, needs

SHOWN = 5
PAGE = 500


def answer(services: Services, asker: Asker, language: Language) -> Message:
    """The whole library is read, a page at a time: what failed may be the oldest video."""
    kinds: Counter[Kind] = Counter()
    lines: dict[Kind, list[Line]] = {}
    with services.database.transaction() as conn:
        for video in _every_video(conn):
            kind = kind_of(video)
            kinds[kind] += 1
            shown = lines.setdefault(kind, [])
            if kind != "ready" and len(shown) < SHOWN:
                shown.append(Line(title=video.title, words=_words(conn, video, language)))
    return status_card.status(
        Standing(
            language=language,
            counts=kinds,
            lines=lines,
            models=[_model(services.config, one, language) for one in needs(services.config)],
            profile=services.config.models.profile,
            library_url=library_url(services, asker.user_id),
        )
    )


def kind_of(video: Video) -> Kind:
    """``lacking``: it can be searched, and some model could not do its stage."""
    match video.status:
        case "queued" | "processing":
            return "working"
        case "failed":
            return "failed"
        case "ready":
            return "lacking" if video.error else "ready"


def _every_video(conn: Connection) -> Iterator[Video]:
    offset = 0
    while page := videos.list_videos(conn, limit=PAGE, offset=offset):
        yield from page
        offset += len(page)


def _words(conn: Connection, video: Video, language: Language) -> str:
    """How far a video is, or what is wrong with it."""
    match kind_of(video):
        case "working":
            return _progress(video, language)
        case "lacking" if language == "ko":
            return _lacking_in_korean(videos.failed_stages(conn, video.id)) or video.error or ""
        case _:
            return _reason(video.error or "", language)


def _progress(video: Video, language: Language) -> str:
    if video.status == "queued":
        return say(language, "status_waiting")
    name = f"stage_{video.stage}"
    stage = say(language, name) if name in ENGLISH else video.stage or ""
    return f"{stage} {video.progress:.0%}".strip()


def _lacking_in_korean(failed: Mapping[str, str]) -> str:
    """As the pipeline says it of a ready video: everything that is missing, the first reason."""
    missing = [say("ko", f"lacks_{stage}") for stage in failed if f"lacks_{stage}" in ENGLISH]
    if not missing:
        return ""
    return f"{', '.join(missing)}. {_reason(next(iter(failed.values())), 'ko')}"


def _reason(sentence: str, language: Language) -> str:
    return (in_korean(sentence) if language == "ko" else None) or sentence


def _model(config: Config, need: Need, language: Language) -> ModelLine:
    choice = f"{need.adapter}:{need.weights}" if need.weights else need.adapter
    remark = ""
    if need.adapter == "none":
        choice, remark = "", say(language, "status_off")
    elif need.adapter == "gemini" and not config.gemini.api_key:
        remark = say(language, "status_no_key")
    elif need.problem is not None:
        remark = say(language, "status_absent")
    return ModelLine(port=need.port, choice=choice, remark=remark)
