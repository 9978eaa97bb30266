"""What the API accepts, checked before anything is done with it."""

from __future__ import annotations

from typing import Annotated, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InputError

Milliseconds = Annotated[int, Field(ge=0, le=2**53, strict=True)]
Caption = Annotated[str, Field(max_length=2_000)]


class Write(BaseModel):
    """Every write carries a key of its own: sent twice, it is done once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idempotency_key: Annotated[str, Field(min_length=8, max_length=100)]


class Reasoned(Write):
    """A write a person may explain."""

    reason: Annotated[str, Field(max_length=500)] = ""


class Versioned(Reasoned):
    """A write on a segment, refused when the segment has changed since."""

    expected_revision: Annotated[int, Field(ge=1, strict=True)]


class CaptionInput(Versioned):
    """None leaves a language as it is."""

    caption: Caption | None = None
    caption_ko: Caption | None = None


class SplitInput(Versioned):
    at_ms: Milliseconds


class TrimInput(Versioned):
    start_ms: Milliseconds
    end_ms: Milliseconds


class BorderInput(Versioned):
    """``next_id`` is the neighbour, ``next_revision`` the one the person saw of it."""

    next_id: Annotated[int, Field(ge=1, strict=True)]
    next_revision: Annotated[int, Field(ge=1, strict=True)]
    at_ms: Milliseconds


class CreateInput(Reasoned):
    start_ms: Milliseconds
    end_ms: Milliseconds
    caption: Caption = ""
    caption_ko: Caption = ""


class RevertInput(Write):
    with_dependents: bool = False


class LinkInput(Write):
    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    camera_id: Annotated[int, Field(ge=1, strict=True)] | None = None


Input = TypeVar("Input", bound=Write)


def parse(model: type[Input]) -> Input:
    """The body of this request. Raises InputError with the first problem, BadRequest for what
    is not JSON at all."""
    body = request.get_json()
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "The request"
        raise InputError(f"{field}: {first['msg']}.") from error
