"""Layout blocks: each kind and what it may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot import limits
from bot.validation.elements import (
    ACCESSORIES,
    ACTIONS,
    INPUTS,
    check_element,
    check_image,
)
from bot.validation.objects import check_picture_source, check_text
from bot.validation.report import Report

Check = Callable[[Report, Mapping[str, Any], str], None]
IN_MESSAGES = frozenset(
    {"section", "header", "context", "actions", "divider", "image", "markdown", "table"}
)
IN_VIEWS = frozenset({"section", "header", "context", "actions", "divider", "image", "input"})


def check_blocks(report: Report, value: Any, pointer: str, *, in_view: bool) -> None:
    """A list of blocks for a message (at most 50) or a view (at most 100)."""
    high = limits.VIEW_BLOCKS if in_view else limits.MESSAGE_BLOCKS
    blocks = report.items(value, pointer, low=0, high=high)
    allowed = IN_VIEWS if in_view else IN_MESSAGES
    for index, block in enumerate(blocks):
        _check_block(report, block, f"{pointer}/{index}", allowed)
    known = [(index, block) for index, block in enumerate(blocks) if isinstance(block, Mapping)]
    report.unique(
        ((f"{pointer}/{index}/block_id", block.get("block_id")) for index, block in known),
        "block_id",
    )
    if sum(block.get("type") == "table" for _, block in known) > limits.TABLES_PER_MESSAGE:
        report.add(pointer, "only one table allowed")
    lengths = [
        len(block["text"])
        for _, block in known
        if block.get("type") == "markdown" and isinstance(block.get("text"), str)
    ]
    if sum(lengths) > limits.MARKDOWN_TEXT:
        report.add(pointer, f"markdown blocks hold {limits.MARKDOWN_TEXT} characters together")


def _check_block(report: Report, value: Any, pointer: str, allowed: frozenset[str]) -> None:
    block = report.mapping(value, pointer)
    if block is None:
        return
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in allowed:
        report.add(f"{pointer}/type", f"unsupported type: {kind}")
        return
    if "block_id" in block:
        report.string(block["block_id"], f"{pointer}/block_id", high=limits.BLOCK_ID)
    CHECKS[kind](report, block, pointer)


def _check_section(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        block,
        pointer,
        required=("type",),
        optional=("block_id", "text", "fields", "accessory", "expand"),
    )
    if "text" not in block and "fields" not in block:
        report.add(pointer, "text or fields is required")
    if "text" in block:
        check_text(report, block["text"], f"{pointer}/text", high=limits.SECTION_TEXT)
    if "fields" in block:
        fields = report.items(
            block["fields"], f"{pointer}/fields", low=1, high=limits.SECTION_FIELDS
        )
        for index, field in enumerate(fields):
            check_text(report, field, f"{pointer}/fields/{index}", high=limits.FIELD_TEXT)
    if "accessory" in block:
        check_element(report, block["accessory"], f"{pointer}/accessory", ACCESSORIES)


def _check_header(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(block, pointer, required=("type", "text"), optional=("block_id",))
    if "text" in block:
        check_text(
            report,
            block["text"],
            f"{pointer}/text",
            high=limits.HEADER_TEXT,
            plain_only=True,
        )


def _check_context(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(block, pointer, required=("type", "elements"), optional=("block_id",))
    elements = report.items(
        block.get("elements", []),
        f"{pointer}/elements",
        low=1,
        high=limits.CONTEXT_ELEMENTS,
    )
    for index, element in enumerate(elements):
        at = f"{pointer}/elements/{index}"
        if isinstance(element, Mapping) and element.get("type") == "image":
            check_image(report, element, at)
        else:
            check_text(report, element, at, high=limits.CONTEXT_TEXT)


def _check_actions(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(block, pointer, required=("type", "elements"), optional=("block_id",))
    elements = report.items(
        block.get("elements", []),
        f"{pointer}/elements",
        low=1,
        high=limits.ACTIONS_ELEMENTS,
    )
    for index, element in enumerate(elements):
        check_element(report, element, f"{pointer}/elements/{index}", ACTIONS)
    report.unique(
        (
            (f"{pointer}/elements/{index}/action_id", element.get("action_id"))
            for index, element in enumerate(elements)
            if isinstance(element, Mapping)
        ),
        "action_id",
    )


def _check_divider(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(block, pointer, required=("type",), optional=("block_id",))


def _check_image_block(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        block,
        pointer,
        required=("type", "alt_text"),
        optional=("block_id", "title", "image_url", "slack_file"),
    )
    check_picture_source(report, block, pointer)
    if "alt_text" in block:
        report.string(block["alt_text"], f"{pointer}/alt_text", high=limits.ALT_TEXT)
    if "title" in block:
        check_text(
            report,
            block["title"],
            f"{pointer}/title",
            high=limits.IMAGE_TITLE,
            plain_only=True,
        )


def _check_input(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        block,
        pointer,
        required=("type", "label", "element"),
        optional=("block_id", "hint", "optional", "dispatch_action"),
    )
    for name, high in (("label", limits.INPUT_LABEL), ("hint", limits.INPUT_HINT)):
        if name in block:
            check_text(report, block[name], f"{pointer}/{name}", high=high, plain_only=True)
    for name in ("optional", "dispatch_action"):
        if name in block:
            report.flag(block[name], f"{pointer}/{name}")
    if "element" in block:
        check_element(report, block["element"], f"{pointer}/element", INPUTS)


def _check_markdown(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(block, pointer, required=("type", "text"), optional=("block_id",))
    if "text" in block:
        report.string(block["text"], f"{pointer}/text", high=limits.MARKDOWN_TEXT)


def _check_table(report: Report, block: Mapping[str, Any], pointer: str) -> None:
    report.keys(
        block,
        pointer,
        required=("type", "rows"),
        optional=("block_id", "column_settings"),
    )
    rows = report.items(block.get("rows", []), f"{pointer}/rows", low=1, high=limits.TABLE_ROWS)
    for index, row in enumerate(rows):
        cells = report.items(row, f"{pointer}/rows/{index}", low=1, high=limits.TABLE_COLUMNS)
        for column, cell in enumerate(cells):
            at = f"{pointer}/rows/{index}/{column}"
            found = report.mapping(cell, at)
            if found is not None and found.get("type") != "raw_text":
                report.add(f"{at}/type", "must be raw_text")
            elif found is not None:
                report.keys(found, at, required=("type", "text"))
                report.string(found.get("text"), f"{at}/text", high=limits.SECTION_TEXT)


CHECKS: dict[str, Check] = {
    "section": _check_section,
    "header": _check_header,
    "context": _check_context,
    "actions": _check_actions,
    "divider": _check_divider,
    "image": _check_image_block,
    "input": _check_input,
    "markdown": _check_markdown,
    "table": _check_table,
}
