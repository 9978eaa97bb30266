"""What the API accepts, checked before anything is done with it."""

from __future__ import annotations

from typing import Annotated, TypeVar

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from core.errors import InputError
from core.query import LONGEST_QUERY
from db.feedback import FeedbackKind
from editor.characters import has_control

CONTROL = "control_character"


def _plain(text: str) -> str:
    if has_control(text):
        raise PydanticCustomError(CONTROL, "It holds a control character")
    return text


Milliseconds = Annotated[int, Field(ge=0, le=2**53, strict=True)]
Number = Annotated[int, Field(ge=1, le=2**53, strict=True)]
LAST_RANK = 1_000_000
Rank = Annotated[int, Field(ge=1, le=LAST_RANK, strict=True)]
Caption = Annotated[str, Field(max_length=2_000), AfterValidator(_plain)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_plain)]
Version = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_plain)]


class Write(BaseModel):
    """Every write carries a key of its own: sent twice, it is done once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idempotency_key: Annotated[str, Field(min_length=8, max_length=100), AfterValidator(_plain)]


class Reasoned(Write):
    """A write a person may explain."""

    reason: Annotated[str, Field(max_length=500), AfterValidator(_plain)] = ""


class Versioned(Reasoned):
    """A write on a segment, refused when the segment has changed since."""

    expected_revision: Number


class CaptionInput(Versioned):
    """None leaves a language as it is."""

    caption: Caption | None = None
    caption_ko: Caption | None = None


class SplitInput(Versioned):
    at_ms: Milliseconds


class TrimInput(Versioned):
    start_ms: Milliseconds
    end_ms: Milliseconds


class MergeInput(Versioned):
    """``next_id`` is the neighbour, ``next_revision`` the one the person saw of it."""

    next_id: Number
    next_revision: Number


class BorderInput(MergeInput):
    """The same two, and where their edge goes."""

    at_ms: Milliseconds


class CreateInput(Reasoned):
    start_ms: Milliseconds
    end_ms: Milliseconds
    caption: Caption = ""
    caption_ko: Caption = ""


class RevertInput(Write):
    with_dependents: bool = False


class PersonWrite(Reasoned):
    """A write on a person as its author saw them; ``preview`` only counts what would change."""

    expected_version: Version
    preview: bool = False


class Labelled(BaseModel):
    """A name within a group."""

    group: Name = ""
    name: Name = ""

    @property
    def label(self) -> str:
        return f"{self.group}/{self.name}"


class NameInput(PersonWrite, Labelled):
    """Who somebody is."""


class MergeIntoInput(PersonWrite):
    """Who takes this person in, as the author saw them."""

    into_id: Number
    into_version: Version


class ForgetInput(PersonWrite):
    """``confirm`` is the name, typed once more."""

    confirm: Name = ""


class AppearanceWrite(Reasoned):
    """A write on an appearance as its author saw it."""

    expected_version: Version
    preview: bool = False


class AssignInput(AppearanceWrite, Labelled):
    """Whose face it is: somebody by number, else by group and name."""

    person_id: Number | None = None


class RejectInput(AppearanceWrite):
    """Whose face it is not; None is whom it shows now."""

    person_id: Number | None = None


class EnrolInput(Write, Labelled):
    """Whose pictures these are."""

    preview: bool = False


class ProposalsInput(Write):
    """Proposed captions as the person saw them, by their tokens."""

    tokens: Annotated[list[Version], Field(min_length=1, max_length=10_000)]


class LinkInput(Write):
    url: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_plain)]
    camera_id: Number | None = None


class MarkFields(BaseModel):
    """What somebody did with an answer of a search; ``rank`` is where they were shown it, ``on``
    false takes the mark back. Twice is once, so it needs no key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY), AfterValidator(_plain)]
    segment_id: Number
    kind: FeedbackKind
    rank: Rank | None = None
    on: bool = True


class MarkInput(MarkFields):
    """As a script sends it; a key does no harm."""

    idempotency_key: Annotated[str, Field(max_length=100), AfterValidator(_plain)] = ""


class FormMark(MarkFields):
    """As a form sends it: numbers are text there."""

    segment_id: Annotated[int, Field(ge=1, le=2**53)]
    rank: Annotated[int, Field(ge=1, le=LAST_RANK)] | None = None


Input = TypeVar("Input", bound=BaseModel)


def parse(model: type[Input]) -> Input:
    """The body of this request. Raises InputError with the first problem, BadRequest for what
    is not JSON at all."""
    return check(model, request.get_json())


def check(model: type[Input], body: object) -> Input:
    """``body`` as a value. Raises InputError with the first problem."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "The request"
        if first["type"] == CONTROL:
            raise InputError(f"{field} holds a control character; take it out.") from error
        raise InputError(f"{field}: {first['msg']}.") from error
