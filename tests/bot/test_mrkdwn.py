"""Text from outside becomes mrkdwn that shows it and does nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mrkdwn import clip, clip_escaped, escape, one_line, unescape
from tests.support import REPOSITORY

HOSTILE = st.text(alphabet="<>&*_~`!@#|:; abc가나\n\u202e\x00", max_size=200)


@given(HOSTILE)
def test_nothing_escaped_can_ping_or_link(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert re.search(r"&(?!(amp|lt|gt);)", escaped) is None


@given(st.text(max_size=200))
def test_what_a_person_typed_comes_back(text: str) -> None:
    sent_by_slack = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescape(sent_by_slack) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold*", "∗bold∗"),
        ("_a_ ~b~", "ˍaˍ ∼b∼"),
        ("`code`", "ˋcodeˋ"),
        ("cam_01_door 2*3", "cam_01_door 2*3"),
        ("> quote", "\u2060&gt; quote"),
    ],
)
def test_marks_show_instead_of_formatting(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_page_reads_escaped_text_as_text_only() -> None:
    """Both sides of mrkdwn, the bot's writing and the sandbox's reading, agree."""
    pieces = ["*b*", "_i_", "~s~", "`c`", "```p```", ">q", "<!here>", "<@U1>", "&amp;", "a_b", "가"]
    texts = [f"{one}{gap}{two}" for one in pieces for two in pieces for gap in ("", " ", "\n", ".")]
    script = (
        'import { parse } from "./bot/sandbox/static/mrkdwn.js";'
        "const texts = JSON.parse(await new Response(process.stdin).text());"
        "console.log(JSON.stringify(texts.map((text) => parse(text))));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        input=json.dumps([escape(text) for text in texts]),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for text, nodes in zip(texts, json.loads(done.stdout), strict=True):
        assert {node["type"] for node in nodes} <= {"text", "break"}, text


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_pages_own_tests_pass() -> None:
    done = subprocess.run(
        ["node", "--test", "tests/bot/mrkdwn.test.mjs"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_characters_that_reorder_or_hide_text_are_dropped() -> None:
    assert escape("a\u202eb\x07c\ufeff") == "abc"


@given(HOSTILE, st.integers(1, 80))
def test_clipping_never_cuts_an_entity_in_two(text: str, limit: int) -> None:
    clipped = clip_escaped(escape(text), limit)
    assert len(clipped) <= limit
    assert re.search(r"&(?!(amp|lt|gt);)", clipped) is None


def test_clipping_never_cuts_a_date_or_link_in_two() -> None:
    text = "at <!date^1^{time}|noon> and on"
    for limit in range(1, len(text)):
        clipped = clip_escaped(text, limit)
        assert clipped.count("<") == clipped.count(">")


@given(st.text(max_size=50), st.integers(1, 60))
def test_clipping_keeps_short_text_and_marks_what_was_cut(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert len(clipped) <= limit
    assert clipped == text if len(text) <= limit else clipped.endswith("…")


@given(st.text(max_size=100))
def test_one_line_has_no_breaks(text: str) -> None:
    assert "\n" not in one_line(text)
    assert "  " not in one_line(text)
