"""Every limit of Slack: the largest payload passes, one more is a problem at the right place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot import limits
from bot.validation import validate

Payload = dict[str, Any]


def plain(length: int) -> Payload:
    return {"type": "plain_text", "text": "x" * length}


def words(length: int) -> Payload:
    return {"type": "mrkdwn", "text": "x" * length}


def message(*blocks: Payload) -> Payload:
    return {"text": "t", "blocks": list(blocks)}


def section(**more: Any) -> Payload:
    return {"type": "section", "text": words(1), **more}


def button(**more: Any) -> Payload:
    return {"type": "button", "text": plain(1), "action_id": "a", **more}


def actions(*elements: Payload) -> Payload:
    return {"type": "actions", "elements": list(elements)}


def buttons(count: int) -> Payload:
    return actions(*(button(action_id=f"a{index}") for index in range(count)))


def option(text: int = 1, value: str = "v") -> Payload:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Payload]:
    return [option(value=f"v{index}") for index in range(count)]


def confirm(**more: Any) -> Payload:
    good = {"title": plain(1), "text": words(1), "confirm": plain(1), "deny": plain(1)}
    return section(accessory=button(confirm=good | more))


def modal(**more: Any) -> Payload:
    return {"type": "modal", "title": plain(1), "blocks": [], **more}


def picture(**more: Any) -> Payload:
    return {"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}, **more}


def field(**more: Any) -> Payload:
    element = {"type": "plain_text_input", "action_id": "a", **more}
    return {"type": "input", "label": plain(1), "element": element}


def table(rows: int, columns: int) -> Payload:
    row = [{"type": "raw_text", "text": "x"}] * columns
    return {"type": "table", "rows": [row] * rows}


def menu(kind: str, count: int) -> Payload:
    return section(accessory={"type": kind, "options": options(count)})


LIMITS: list[tuple[str, Callable[[int], Payload], int]] = [
    ("blocks in a message", lambda n: message(*[{"type": "divider"}] * n), limits.MESSAGE_BLOCKS),
    ("blocks in a modal", lambda n: modal(blocks=[{"type": "divider"}] * n), limits.VIEW_BLOCKS),
    (
        "blocks in a home tab",
        lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n},
        limits.VIEW_BLOCKS,
    ),
    ("section text", lambda n: message(section(text=words(n))), limits.SECTION_TEXT),
    (
        "section fields",
        lambda n: message({"type": "section", "fields": [words(1)] * n}),
        limits.SECTION_FIELDS,
    ),
    (
        "field text",
        lambda n: message({"type": "section", "fields": [words(n)]}),
        limits.FIELD_TEXT,
    ),
    ("header", lambda n: message({"type": "header", "text": plain(n)}), limits.HEADER_TEXT),
    (
        "context elements",
        lambda n: message({"type": "context", "elements": [words(1)] * n}),
        limits.CONTEXT_ELEMENTS,
    ),
    ("actions", lambda n: message(buttons(n)), limits.ACTIONS_ELEMENTS),
    ("button text", lambda n: message(actions(button(text=plain(n)))), limits.BUTTON_TEXT),
    ("button value", lambda n: message(actions(button(value="v" * n))), limits.BUTTON_VALUE),
    (
        "button url",
        lambda n: message(actions(button(url="https://a.example/".ljust(n, "x")))),
        limits.URL,
    ),
    ("action id", lambda n: message(actions(button(action_id="a" * n))), limits.ACTION_ID),
    ("block id", lambda n: message(section(block_id="b" * n)), limits.BLOCK_ID),
    (
        "option text",
        lambda n: message(
            section(accessory={"type": "static_select", "options": [option(text=n)]})
        ),
        limits.OPTION_TEXT,
    ),
    (
        "option value",
        lambda n: message(
            section(accessory={"type": "static_select", "options": [option(value="v" * n)]})
        ),
        limits.OPTION_VALUE,
    ),
    ("select options", lambda n: message(menu("static_select", n)), limits.OPTIONS),
    ("overflow options", lambda n: message(menu("overflow", n)), limits.OVERFLOW_OPTIONS),
    ("radio buttons", lambda n: message(menu("radio_buttons", n)), limits.CHOICE_OPTIONS),
    ("checkboxes", lambda n: message(menu("checkboxes", n)), limits.CHOICE_OPTIONS),
    ("confirm title", lambda n: message(confirm(title=plain(n))), limits.CONFIRM_TITLE),
    ("confirm text", lambda n: message(confirm(text=words(n))), limits.CONFIRM_TEXT),
    ("confirm button", lambda n: message(confirm(confirm=plain(n))), limits.CONFIRM_BUTTON),
    ("confirm denial", lambda n: message(confirm(deny=plain(n))), limits.CONFIRM_BUTTON),
    ("picture description", lambda n: message(picture(alt_text="a" * n)), limits.ALT_TEXT),
    ("modal title", lambda n: modal(title=plain(n)), limits.VIEW_TITLE),
    ("modal submit", lambda n: modal(submit=plain(n)), limits.VIEW_BUTTON),
    ("modal close", lambda n: modal(close=plain(n)), limits.VIEW_BUTTON),
    ("private metadata", lambda n: modal(private_metadata="m" * n), limits.PRIVATE_METADATA),
    ("markdown", lambda n: message({"type": "markdown", "text": "m" * n}), limits.MARKDOWN_TEXT),
    ("table rows", lambda n: message(table(n, 1)), limits.TABLE_ROWS),
    ("table columns", lambda n: message(table(1, n)), limits.TABLE_COLUMNS),
    ("tables", lambda n: message(*[table(1, 1)] * n), limits.TABLES_PER_MESSAGE),
    ("message text", lambda n: {"text": "t" * n}, limits.MESSAGE_TEXT),
    (
        "visible characters",
        lambda n: message(
            *[section(text=words(3_000))] * 3, section(text=words(2_000)), section(text=words(n))
        ),
        limits.PAYLOAD_BUDGET - 11_000,
    ),
]


@pytest.mark.parametrize(
    ("make", "limit"), [(m, n) for _, m, n in LIMITS], ids=[name for name, _, _ in LIMITS]
)
def test_the_limit_passes_and_one_more_does_not(make: Callable[[int], Payload], limit: int) -> None:
    assert validate(make(limit)) == []
    assert validate(make(limit + 1))


WRONG: list[tuple[str, Payload, str]] = [
    ("empty section text", message(section(text=words(0))), "/blocks/0/text/text"),
    ("mrkdwn header", message({"type": "header", "text": words(1)}), "/blocks/0/text/type"),
    ("unknown block", message({"type": "carousel"}), "/blocks/0/type"),
    ("unknown key", message(section(colour="red")), "/blocks/0/colour"),
    ("input in a message", message(field()), "/blocks/0/type"),
    ("missing alt text", message({"type": "image", "slack_file": {"id": "F"}}), "/blocks/0"),
    (
        "both picture sources",
        message(picture(image_url="https://a.example.com/a.png")),
        "/blocks/0",
    ),
    ("no picture source", message({"type": "image", "alt_text": "a"}), "/blocks/0"),
    (
        "same action id twice",
        message(actions(button(), button())),
        "/blocks/0/elements/1/action_id",
    ),
    (
        "same block id twice",
        message(section(block_id="b"), section(block_id="b")),
        "/blocks/1/block_id",
    ),
    (
        "option value that is a number",
        message(
            menu("overflow", 1)
            | {"accessory": {"type": "overflow", "options": [{"text": plain(1), "value": 3}]}}
        ),
        "/blocks/0/accessory/options/0/value",
    ),
    ("modal with a field but no submit", modal(blocks=[field()]), "/view/submit"),
    ("modal without title", {"type": "modal", "blocks": []}, "/view"),
    ("no words at all", {"blocks": []}, ""),
    (
        "button to a script",
        message(actions(button(url="javascript:alert(1)"))),
        "/blocks/0/elements/0/url",
    ),
    ("blocks that are no list", {"text": "t", "blocks": {"type": "divider"}}, "/blocks"),
    ("block that is no object", {"text": "t", "blocks": ["divider"]}, "/blocks/0"),
    ("style", message(actions(button(style="green"))), "/blocks/0/elements/0/style"),
]


@pytest.mark.parametrize(
    ("payload", "pointer"), [(p, at) for _, p, at in WRONG], ids=[name for name, _, _ in WRONG]
)
def test_a_broken_rule_is_named_with_its_place(payload: Payload, pointer: str) -> None:
    assert pointer in {problem.pointer for problem in validate(payload)}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/thumbnails/1.jpg",
        "http://localhost/a.png",
        "http://[::1]/a.png",
        "http://10.0.0.8/a.png",
        "http://192.168.1.4/a.gif",
        "http://169.254.169.254/a.png",
        "http://nas/a.png",
        "http://camera.local/a.png",
        "file:///etc/passwd.png",
        "https://example.com/a.webp",
        "https://example.com/",
    ],
)
def test_a_picture_slack_cannot_fetch_is_a_problem(url: str) -> None:
    image = {"type": "image", "alt_text": "a", "image_url": url}
    assert validate(message(image))


def test_a_public_picture_passes() -> None:
    url = "https://example.com/a.png?size=2"
    assert validate(message({"type": "image", "alt_text": "a", "image_url": url})) == []
