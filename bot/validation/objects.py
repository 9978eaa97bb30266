"""Composition objects: texts, options, confirmations, picture sources."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot import limits
from bot.validation.report import Report


def check_text(
    report: Report, value: Any, pointer: str, *, high: int, plain_only: bool = False
) -> None:
    """A text object of 1..``high`` characters."""
    text = report.mapping(value, pointer)
    if text is None:
        return
    kind = text.get("type")
    if kind == "plain_text":
        report.keys(text, pointer, required=("type", "text"), optional=("emoji",))
    elif kind == "mrkdwn" and not plain_only:
        report.keys(text, pointer, required=("type", "text"), optional=("verbatim",))
    else:
        expected = "plain_text" if plain_only else "plain_text or mrkdwn"
        report.add(f"{pointer}/type", f"must be {expected}")
        return
    for name in ("emoji", "verbatim"):
        if name in text:
            report.flag(text[name], f"{pointer}/{name}")
    if "text" in text:
        report.string(text["text"], f"{pointer}/text", high=high)


def check_option(report: Report, value: Any, pointer: str, *, in_overflow: bool = False) -> None:
    option = report.mapping(value, pointer)
    if option is None:
        return
    optional = ("description", "url") if in_overflow else ("description",)
    report.keys(option, pointer, required=("text", "value"), optional=optional)
    if "text" in option:
        check_text(report, option["text"], f"{pointer}/text", high=limits.OPTION_TEXT)
    if "value" in option:
        report.string(option["value"], f"{pointer}/value", high=limits.OPTION_VALUE)
    if "description" in option:
        check_text(
            report,
            option["description"],
            f"{pointer}/description",
            high=limits.OPTION_TEXT,
        )
    if "url" in option:
        check_url(report, option["url"], f"{pointer}/url")


def check_confirm(report: Report, value: Any, pointer: str) -> None:
    confirm = report.mapping(value, pointer)
    if confirm is None:
        return
    names = ("title", "text", "confirm", "deny")
    report.keys(confirm, pointer, required=names, optional=("style",))
    sizes = {
        "title": limits.CONFIRM_TITLE,
        "text": limits.CONFIRM_TEXT,
        "confirm": limits.CONFIRM_BUTTON,
        "deny": limits.CONFIRM_BUTTON,
    }
    for name in names:
        if name in confirm:
            plain_only = name != "text"
            check_text(
                report,
                confirm[name],
                f"{pointer}/{name}",
                high=sizes[name],
                plain_only=plain_only,
            )
    if "style" in confirm:
        report.choice(confirm["style"], f"{pointer}/style", ("primary", "danger"))


def check_url(report: Report, value: Any, pointer: str) -> None:
    url = report.string(value, pointer, high=limits.URL)
    if url and urlsplit(url).scheme not in ("http", "https", "mailto", "slack"):
        report.add(pointer, "invalid_url")


def check_picture_source(report: Report, image: Mapping[str, Any], pointer: str) -> None:
    """Exactly one of ``image_url`` and ``slack_file``; the address must be a public picture."""
    if ("image_url" in image) == ("slack_file" in image):
        report.add(pointer, "exactly one of image_url and slack_file is required")
        return
    if "image_url" in image:
        url = report.string(image["image_url"], f"{pointer}/image_url", high=limits.URL)
        if url and not _is_public_picture(url):
            report.add(f"{pointer}/image_url", "downloading image failed")
        return
    source = report.mapping(image["slack_file"], f"{pointer}/slack_file")
    if source is None:
        return
    report.keys(source, f"{pointer}/slack_file", optional=("id", "url"))
    if ("id" in source) == ("url" in source):
        report.add(f"{pointer}/slack_file", "exactly one of id and url is required")
    for name, value in source.items():
        report.string(value, f"{pointer}/slack_file/{name}", high=limits.URL)


def _is_public_picture(url: str) -> bool:
    """Slack fetches the picture itself: a private address or another format never arrives."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    if not parts.path.lower().endswith(limits.IMAGE_SUFFIXES):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        private_names = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
        return "." in host.strip(".") and not host.lower().rstrip(".").endswith(private_names)
