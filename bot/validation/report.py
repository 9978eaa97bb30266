"""What is wrong with a payload, and where: Slack's own sentence and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One broken rule. ``pointer`` is a JSON pointer such as ``/blocks/0/text``."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


class Report:
    """Collects problems; every check adds to it and goes on, so one run names them all."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, pointer: str, message: str) -> None:
        self.problems.append(Problem(message=message, pointer=pointer))

    def mapping(self, value: Any, pointer: str) -> Mapping[str, Any] | None:
        """``value`` when it is an object, else a problem and None."""
        if isinstance(value, Mapping):
            return value
        self.add(pointer, "must be an object")
        return None

    def items(self, value: Any, pointer: str, *, low: int, high: int) -> list[Any]:
        """``value`` when it is a list of ``low..high`` items; a wrong count is a problem."""
        if not isinstance(value, list):
            self.add(pointer, "must be an array")
            return []
        if len(value) < low:
            self.add(pointer, f"no fewer than {low} items required")
        if len(value) > high:
            self.add(pointer, f"no more than {high} items allowed")
        return value

    def string(self, value: Any, pointer: str, *, low: int = 1, high: int) -> str | None:
        """``value`` when it is a string of ``low..high`` characters."""
        if not isinstance(value, str):
            self.add(pointer, "must be a string")
            return None
        if len(value) < low:
            self.add(pointer, f"must be more than {low - 1} characters")
        if len(value) > high:
            self.add(pointer, f"must be less than {high + 1} characters")
        return value

    def flag(self, value: Any, pointer: str) -> None:
        if not isinstance(value, bool):
            self.add(pointer, "must be true or false")

    def choice(self, value: Any, pointer: str, allowed: Iterable[str]) -> None:
        names = sorted(allowed)
        if value not in names:
            self.add(pointer, f"must be one of: {', '.join(names)}")

    def keys(
        self,
        value: Mapping[str, Any],
        pointer: str,
        *,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
    ) -> None:
        """Missing and unknown keys, in Slack's words."""
        required = set(required)
        for name in sorted(required - value.keys()):
            self.add(pointer, f"missing required field: {name}")
        for name in sorted(set(value) - required - set(optional)):
            self.add(f"{pointer}/{name}", f"invalid additional property: {name}")

    def unique(self, values: Iterable[tuple[str, Any]], name: str) -> None:
        """``values`` are (pointer, value); a value that comes twice is a problem."""
        seen: set[Any] = set()
        for pointer, value in values:
            if value is None or not isinstance(value, str):
                continue
            if value in seen:
                self.add(pointer, f"duplicate {name}: {value[:40]}")
            seen.add(value)
