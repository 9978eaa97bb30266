"""The keyboard: one table for tooltips, the help overlay and the browser.

Keys are physical (``event.code``), so they sit in the same place under a Korean layout.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from editor.translation import lazy_gettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``combos`` are ``[Ctrl+][Shift+]Code``; ``Ctrl`` is also Command. ``shown`` is for people."""

    action: str
    combos: tuple[str, ...]
    shown: str
    group: str
    label: Any


def _key(action: str, combos: str, shown: str, group: str, label: Any) -> Key:
    return Key(action=action, combos=tuple(combos.split()), shown=shown, group=group, label=label)


PLAY, MOVE, EDIT, PAGE = "play", "move", "edit", "page"
GROUPS: tuple[tuple[str, Any], ...] = (
    (PLAY, lazy_gettext("Playback")),
    (MOVE, lazy_gettext("Moving about")),
    (EDIT, lazy_gettext("Editing")),
    (PAGE, lazy_gettext("Page")),
)

KEYS: tuple[Key, ...] = (
    _key("play", "Space KeyK", "Space", PLAY, lazy_gettext("Play or pause")),
    _key(
        "play-segment", "Shift+Space", "Shift+Space", PLAY, lazy_gettext("Play this segment once")
    ),
    _key("loop", "KeyR", "R", PLAY, lazy_gettext("Repeat this segment")),
    _key("slower", "KeyJ", "J", PLAY, lazy_gettext("Slower")),
    _key("faster", "KeyL", "L", PLAY, lazy_gettext("Faster")),
    _key("back-frame", "Comma", ",", MOVE, lazy_gettext("One frame back")),
    _key("forward-frame", "Period", ".", MOVE, lazy_gettext("One frame forward")),
    _key("back-second", "ArrowLeft", "←", MOVE, lazy_gettext("One second back")),
    _key("forward-second", "ArrowRight", "→", MOVE, lazy_gettext("One second forward")),
    _key("back-five", "Shift+ArrowLeft", "Shift+←", MOVE, lazy_gettext("Five seconds back")),
    _key("forward-five", "Shift+ArrowRight", "Shift+→", MOVE, lazy_gettext("Five seconds forward")),
    _key("previous-segment", "ArrowUp", "↑", MOVE, lazy_gettext("Previous segment")),
    _key("next-segment", "ArrowDown", "↓", MOVE, lazy_gettext("Next segment")),
    _key("zoom-in", "Equal NumpadAdd", "+", MOVE, lazy_gettext("Zoom in")),
    _key("zoom-out", "Minus NumpadSubtract", "−", MOVE, lazy_gettext("Zoom out")),
    _key("zoom-fit", "Digit0 Numpad0", "0", MOVE, lazy_gettext("Show the whole video")),
    _key("split", "KeyB KeyS", "B", EDIT, lazy_gettext("Split at the playhead")),
    _key("merge", "KeyM", "M", EDIT, lazy_gettext("Merge with the next segment")),
    _key("set-start", "KeyI", "I", EDIT, lazy_gettext("Start the segment at the playhead")),
    _key("set-end", "KeyO", "O", EDIT, lazy_gettext("End the segment at the playhead")),
    _key("create", "KeyN", "N", EDIT, lazy_gettext("New segment at the playhead")),
    _key("caption", "Enter", "Enter", EDIT, lazy_gettext("Write the caption")),
    _key("people", "KeyP", "P", EDIT, lazy_gettext("Go to the people in the segment")),
    _key("delete", "Delete Backspace", "Del", EDIT, lazy_gettext("Delete the segment")),
    _key("undo", "Ctrl+KeyZ", "Ctrl+Z", EDIT, lazy_gettext("Undo my last action")),
    _key("redo", "Ctrl+Shift+KeyZ Ctrl+KeyY", "Ctrl+Shift+Z", EDIT, lazy_gettext("Redo")),
    _key("history", "KeyH", "H", PAGE, lazy_gettext("Show the history")),
    _key("copy-link", "KeyC", "C", PAGE, lazy_gettext("Copy a link to this segment")),
    _key("search", "Slash", "/", PAGE, lazy_gettext("Search")),
    _key("help", "Shift+Slash F1", "?", PAGE, lazy_gettext("Show the keys")),
)
_BY_ACTION = {key.action: key for key in KEYS}


def tooltip(action: str) -> str:
    """What a button does, with its key: ``Split at the playhead (B)``."""
    key = _BY_ACTION[action]
    return f"{key.label} ({key.shown})"


def key_bindings() -> list[dict[str, Any]]:
    """The groups of the help overlay, each with its keys as plain values."""
    return [
        {
            "label": str(label),
            "keys": [asdict(key) | {"label": str(key.label)} for key in KEYS if key.group == group],
        }
        for group, label in GROUPS
    ]


def key_table() -> list[dict[str, Any]]:
    """Combos and their actions, for the browser."""
    return [{"action": key.action, "combos": list(key.combos)} for key in KEYS]
