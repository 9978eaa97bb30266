"""A picture that somebody searches by: looked at, never kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from core.errors import InputError
from core.types import SearchResult
from editor.giving_up import while_waited_for
from editor.intake import safe_name
from editor.services import services

MOST_MEGABYTES = 20
MOST_BYTES = MOST_MEGABYTES * 1024**2
# What a picture without a name is called where it is decoded.
NAMELESS = "The picture"
# What a form with one file adds around it.
SPARE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Bytes that somebody says are a picture; ``name`` is what their file is called."""

    name: str
    content: bytes

    def found(self, *, limit: int) -> SearchResult:
        """Moments like it. Raises InputError, with the name of the file, for what is no picture,
        ModelError where no model compares pictures."""
        try:
            with while_waited_for(request.environ) as giving_up:
                return services().searcher.similar_to_picture(
                    self.content, limit=limit, giving_up=giving_up
                )
        except InputError as error:
            raise InputError(str(error).replace(NAMELESS, self.name, 1)) from error


def sent_picture() -> Picture:
    """The file of the field ``picture`` of this request.

    Raises InputError, one sentence, for none, an empty one and one over twenty megabytes. Whether
    it is a picture is seen when it is decoded.
    """
    request.max_content_length = MOST_BYTES + SPARE_BYTES
    try:
        file = request.files.get("picture")
        content = file.stream.read(MOST_BYTES + 1) if file is not None else b""
    except RequestEntityTooLarge as error:
        raise _too_large() from error
    finally:
        request.close()  # a large one came in as a temporary file
    if not content or file is None:
        raise InputError("Choose a picture first.")
    if len(content) > MOST_BYTES:
        raise _too_large()
    return Picture(name=safe_name(file.filename or ""), content=content)


def _too_large() -> InputError:
    return InputError(f"A picture can have at most {MOST_MEGABYTES} MB; choose a smaller one.")
