"""Interactive elements: buttons, menus, boxes and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot import limits
from bot.validation.objects import (
    check_confirm,
    check_option,
    check_picture_source,
    check_text,
    check_url,
)
from bot.validation.report import Report

Check = Callable[[Report, Mapping[str, Any], str], None]


def check_element(report: Report, value: Any, pointer: str, allowed: frozenset[str]) -> None:
    """One element whose type must be in ``allowed``."""
    element = report.mapping(value, pointer)
    if element is None:
        return
    kind = element.get("type")
    if not isinstance(kind, str) or kind not in allowed:
        report.add(f"{pointer}/type", f"unsupported type: {kind}")
        return
    if "action_id" in element:
        report.string(element["action_id"], f"{pointer}/action_id", high=limits.ACTION_ID)
    if "confirm" in element:
        check_confirm(report, element["confirm"], f"{pointer}/confirm")
    if "focus_on_load" in element:
        report.flag(element["focus_on_load"], f"{pointer}/focus_on_load")
    if "placeholder" in element:
        check_text(
            report,
            element["placeholder"],
            f"{pointer}/placeholder",
            high=limits.PLACEHOLDER,
            plain_only=True,
        )
    CHECKS[kind](report, element, pointer)


def check_image(report: Report, image: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        image,
        pointer,
        required=("type", "alt_text"),
        optional=("image_url", "slack_file"),
    )
    check_picture_source(report, image, pointer)
    if "alt_text" in image:
        report.string(image["alt_text"], f"{pointer}/alt_text", high=limits.ALT_TEXT)


def _check_button(report: Report, button: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        button,
        pointer,
        required=("type", "text"),
        optional=(
            "action_id",
            "url",
            "value",
            "style",
            "confirm",
            "accessibility_label",
        ),
    )
    if "text" in button:
        check_text(
            report,
            button["text"],
            f"{pointer}/text",
            high=limits.BUTTON_TEXT,
            plain_only=True,
        )
    if "value" in button:
        report.string(button["value"], f"{pointer}/value", high=limits.BUTTON_VALUE)
    if "url" in button:
        check_url(report, button["url"], f"{pointer}/url")
    if "style" in button:
        report.choice(button["style"], f"{pointer}/style", ("primary", "danger"))
    if "accessibility_label" in button:
        report.string(
            button["accessibility_label"],
            f"{pointer}/accessibility_label",
            high=limits.BUTTON_LABEL,
        )


def _check_overflow(report: Report, menu: Mapping[str, Any], pointer: str) -> None:
    report.keys(menu, pointer, required=("type", "options"), optional=("action_id", "confirm"))
    _check_options(
        report,
        menu.get("options", []),
        f"{pointer}/options",
        high=limits.OVERFLOW_OPTIONS,
        in_overflow=True,
    )


def _check_select(report: Report, menu: Mapping[str, Any], pointer: str) -> None:
    several = menu["type"].startswith("multi_")
    initial = "initial_options" if several else "initial_option"
    optional = ["action_id", "confirm", "placeholder", "focus_on_load", initial]
    if several:
        optional.append("max_selected_items")
    report.keys(menu, pointer, required=("type", "options"), optional=optional)
    _check_options(report, menu.get("options", []), f"{pointer}/options", high=limits.OPTIONS)
    _check_initial(report, menu, pointer, initial)


def _check_choices(report: Report, choices: Mapping[str, Any], pointer: str) -> None:
    initial = "initial_options" if choices["type"] == "checkboxes" else "initial_option"
    report.keys(
        choices,
        pointer,
        required=("type", "options"),
        optional=("action_id", "confirm", "focus_on_load", initial),
    )
    _check_options(
        report,
        choices.get("options", []),
        f"{pointer}/options",
        high=limits.CHOICE_OPTIONS,
    )
    _check_initial(report, choices, pointer, initial)


def _check_datepicker(report: Report, picker: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        picker,
        pointer,
        required=("type",),
        optional=(
            "action_id",
            "confirm",
            "placeholder",
            "focus_on_load",
            "initial_date",
        ),
    )
    if "initial_date" in picker:
        try:
            date.fromisoformat(str(picker["initial_date"]))
        except ValueError:
            report.add(f"{pointer}/initial_date", "must be a date as YYYY-MM-DD")


def _check_field(report: Report, field: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        field,
        pointer,
        required=("type",),
        optional=(
            "action_id",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "placeholder",
            "focus_on_load",
        ),
    )
    if "initial_value" in field:
        report.string(
            field["initial_value"],
            f"{pointer}/initial_value",
            low=0,
            high=limits.INITIAL_VALUE,
        )
    if "multiline" in field:
        report.flag(field["multiline"], f"{pointer}/multiline")
    for name in ("min_length", "max_length"):
        length = field.get(name, 1)
        if not isinstance(length, int) or not 0 <= length <= limits.INITIAL_VALUE:
            report.add(f"{pointer}/{name}", f"must be 0 to {limits.INITIAL_VALUE}")


def _check_options(
    report: Report, value: Any, pointer: str, *, high: int, in_overflow: bool = False
) -> None:
    options = report.items(value, pointer, low=1, high=high)
    for index, option in enumerate(options):
        check_option(report, option, f"{pointer}/{index}", in_overflow=in_overflow)
    report.unique(
        (
            (f"{pointer}/{index}/value", option.get("value"))
            for index, option in enumerate(options)
            if isinstance(option, Mapping)
        ),
        "option value",
    )


def _check_initial(report: Report, menu: Mapping[str, Any], pointer: str, name: str) -> None:
    """What is chosen at first must be one of the options, exactly."""
    if name not in menu:
        return
    chosen = menu[name] if isinstance(menu[name], list) else [menu[name]]
    options = menu.get("options", [])
    for option in chosen:
        if option not in options:
            report.add(f"{pointer}/{name}", "must be one of the provided options")


CHECKS: dict[str, Check] = {
    "button": _check_button,
    "image": check_image,
    "overflow": _check_overflow,
    "static_select": _check_select,
    "multi_static_select": _check_select,
    "checkboxes": _check_choices,
    "radio_buttons": _check_choices,
    "datepicker": _check_datepicker,
    "plain_text_input": _check_field,
}
ACCESSORIES = frozenset(CHECKS) - {"plain_text_input"}
ACTIONS = ACCESSORIES - {"image", "multi_static_select"}
INPUTS = frozenset(CHECKS) - {"button", "image", "overflow"}
