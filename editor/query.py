"""Numbers in the query of an address."""

from __future__ import annotations

from typing import overload

from flask import request

from core.errors import InputError

# No database has as many rows; beyond it a number does not fit in a column.
LARGEST = 2**53


@overload
def whole_number(name: str) -> int | None: ...
@overload
def whole_number(name: str, default: int) -> int: ...
def whole_number(name: str, default: int | None = None) -> int | None:
    """``?name=``; what is no number counts as left out. Raises InputError for one too large."""
    value = request.args.get(name, type=int)
    if value is None:
        return default
    if abs(value) > LARGEST:
        raise InputError(f"{name} is out of range; leave it out or give a smaller number.")
    return value
