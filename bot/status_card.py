"""The message that says how things stand; pure, from values to Block Kit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot import blocks, cards, hit_card
from bot.wording import counted, say
from core.types import Language

Kind = Literal["working", "failed", "lacking", "ready"]
SECTIONS: Final[tuple[Kind, ...]] = ("working", "failed", "lacking")

TITLE_CHARACTERS: Final = 80
WORDS_CHARACTERS: Final = 300
CHOICE_CHARACTERS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A video and what is to be said of it."""

    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """What stands behind a port; ``choice`` is empty where nothing does, ``remark`` says what
    keeps it from working."""

    port: str
    choice: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``counts`` are of the whole library, ``lines`` the newest videos of each kind."""

    language: Language
    counts: Mapping[Kind, int]
    lines: Mapping[Kind, Sequence[Line]]
    models: Sequence[ModelLine]
    profile: str
    library_url: str


def status(standing: Standing) -> cards.Message:
    """Counts, then what is in work, failed or lacks something, then the models."""
    language = standing.language
    title = say(language, "status_title")
    body: list[blocks.Block] = [blocks.header(title), blocks.section(_counts(standing))]
    body += [
        blocks.section(_videos(standing, kind)) for kind in SECTIONS if standing.lines.get(kind)
    ]
    models = [say(language, "status_models", profile=standing.profile)]
    models += [_model(one, language) for one in standing.models]
    body += [
        blocks.divider(),
        blocks.context("\n".join(models)),
        blocks.actions([cards.library_button(language, standing.library_url)], block_id="status"),
    ]
    return {"text": title, "blocks": body}


def _counts(standing: Standing) -> str:
    counts = standing.counts
    total = sum(counts.values())
    if not total:
        return say(standing.language, "status_empty")
    return counted(
        standing.language,
        "status_videos",
        total,
        total=total,
        ready=counts.get("ready", 0) + counts.get("lacking", 0),
        working=counts.get("working", 0),
        failed=counts.get("failed", 0),
    )


def _videos(standing: Standing, kind: Kind) -> str:
    lines = standing.lines[kind]
    listed = [
        f"• {hit_card.outside(one.title, TITLE_CHARACTERS)}: "
        f"{hit_card.outside(one.words, WORDS_CHARACTERS)}"
        for one in lines
    ]
    more = standing.counts.get(kind, 0) - len(lines)
    if more > 0:
        listed.append(say(standing.language, "status_more", count=more))
    return "\n".join([say(standing.language, f"status_{kind}"), *listed])


def _model(one: ModelLine, language: Language) -> str:
    choice = hit_card.outside(one.choice, CHOICE_CHARACTERS).replace("`", "ˋ")
    said = [f"`{choice}`" if choice else "", one.remark]
    return f"{say(language, f'port_{one.port}')}: {', '.join(part for part in said if part)}"
