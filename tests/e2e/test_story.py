"""The whole way, as a newcomer goes it: footage in, asked in Slack, edited in the web, asked again.

Screenshots of each station lie under ``var/screenshots`` afterwards; the ones in the README are
copies of these.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.support import REPOSITORY
from tests.support.launched import Launched
from tests.support.process import run_json

pytestmark = pytest.mark.browser

SCREENSHOTS = REPOSITORY / "var" / "screenshots"
ANSWER_MS = 30_000


@contextmanager
def clipops(
    *arguments: str, sample: Path | None = None, **sections: dict[str, Any]
) -> Iterator[Launched]:
    """Everything running, with these sections of the configuration besides the defaults."""
    folder = Path(tempfile.mkdtemp(prefix="clipops-test-story-"))
    folder.chmod(0o755)
    launched = Launched(folder)
    launched.configure(**sections)
    if sample is not None:
        shutil.copytree(sample, launched.data_dir / "sample")
    try:
        launched.start(*arguments)
        launched.wait_for("Ctrl-C stops everything")
        launched.wait_for("to search.")
        yield launched
    finally:
        if launched.process is not None:
            launched.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def shop(sample: Path) -> Iterator[Launched]:
    """Everything running on the sample footage."""
    with clipops(sample=sample) as launched:
        yield launched


@pytest.fixture(scope="module")
def real_people(shared_media: Path) -> Iterator[Launched]:
    """Everything running on real footage of six people at a table and a worker in a warehouse."""
    folder = Path(tempfile.mkdtemp(prefix="clipops-test-footage-"))
    for name in ("one-by-one-person-detection.mp4", "worker-zone-detection.mp4"):
        shutil.copy(shared_media / name, folder)
    with clipops("--videos", str(folder)) as launched:
        yield launched
    shutil.rmtree(folder, ignore_errors=True)


def ask(page: Page, launched: Launched, words: str) -> Locator:
    """Type ``/vsearch`` in the sandbox; the answer's message, with its pictures loaded."""
    page.goto(f"http://127.0.0.1:{launched.ports['sandbox']}/")
    expect(page.locator("#bot-state.on")).to_have_count(1)
    page.wait_for_timeout(500)  # older messages arrive right after the page
    messages = page.locator(".message", has=page.locator(".b-header, .b-section"))
    before = messages.count()
    page.locator("#draft").fill(f"/vsearch {words}")
    page.locator("#draft").press("Enter")
    expect(messages).to_have_count(before + 1, timeout=ANSWER_MS)
    answer = messages.last
    expect(answer).to_contain_text(words)
    return answer


def picture_loads(page: Page, answer: Locator) -> None:
    picture = answer.locator(".thumbnail img").first
    expect(picture).to_be_visible()
    page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
    )


def photograph(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def edit_in_web(context: BrowserContext, answer: Locator) -> Page:
    """Press the first hit's button; the editor in its own tab, at the hit's segment."""
    with context.expect_page() as opened:
        answer.locator("a", has_text="Edit in Web").or_(
            answer.locator("a", has_text="웹에서 편집")
        ).first.click()
    editor = opened.value
    editor.wait_for_url("**/videos/*segment=*")
    expect(editor.locator("#segments-lane .block").first).to_be_visible()
    editor.wait_for_function("() => document.getElementById('player').readyState >= 1")
    return editor


def truth(launched: Launched, words: str) -> dict[str, object]:
    """The first hit, as the command line sees it."""
    hits = run_json(launched.config_file, "pipeline", "search", words)["hits"]
    assert hits, f"nothing found for {words}"
    return hits[0]


@pytest.mark.parametrize(
    ("words", "name"), [("red jacket", "slack-answer"), ("빨간 옷", "slack-answer-ko")]
)
def test_the_sandbox_shows_the_right_moment_first(
    shop: Launched, page: Page, words: str, name: str
) -> None:
    answer = ask(page, shop, words)
    picture_loads(page, answer)
    photograph(page, name)
    expect(answer).to_contain_text("1. aisle")
    hit = truth(shop, words)
    # The ground truth: the only red jacket of the sample walks the aisle from 5.0 s to 21.75 s.
    assert hit["title"] == "aisle"
    assert abs(hit["start_ms"] - 5_000) <= 1_500
    assert abs(hit["end_ms"] - 21_750) <= 1_500


def edited_story(
    launched: Launched, page: Page, words: str, new_caption: str, *, prefix: str = ""
) -> None:
    """Edit in Web, split, merge, revert, a new caption; then the next search shows it."""
    before = truth(launched, words)
    answer = ask(page, launched, words)
    editor = edit_in_web(page.context, answer)
    assert f"segment={before['segment_id']}" in editor.url
    editor.keyboard.press("ArrowRight")
    editor.wait_for_timeout(500)  # the picture of the new moment has to arrive
    photograph(editor, f"{prefix}editor-opened")
    blocks = editor.locator("#segments-lane .block")
    count = blocks.count()
    for _ in range(4):
        editor.keyboard.press("ArrowRight")
    editor.keyboard.press("b")
    expect(blocks).to_have_count(count + 1)
    photograph(editor, f"{prefix}editor-split")
    editor.keyboard.press("m")
    expect(blocks).to_have_count(count)
    editor.locator("#tab-history").click()
    operations = editor.locator(".operation")
    expect(operations.first).to_contain_text("Segments merged")
    photograph(editor, f"{prefix}editor-history")
    operations.first.locator("[data-revert]").click()
    expect(blocks).to_have_count(count + 1)
    operations.filter(has_text="Segment split").first.locator("[data-revert]").click()
    expect(blocks).to_have_count(count)
    after = truth(launched, words)
    for key in ("segment_id", "start_ms", "end_ms", "caption", "caption_ko"):
        assert after[key] == before[key]
    editor.goto(f"{editor.url.split('?')[0]}?segment={before['segment_id']}")
    editor.locator("textarea[name=caption]").fill(new_caption)
    editor.locator("#save").click()
    expect(editor.locator("[data-slot=state]")).to_contain_text("Saved")
    photograph(editor, f"{prefix}editor")
    found = truth(launched, new_caption)
    assert (found["segment_id"], found["caption"]) == (before["segment_id"], new_caption)
    again = ask(page, launched, new_caption)
    expect(again).to_contain_text(new_caption)


def test_an_edit_made_from_slack_is_found_by_the_next_search(shop: Launched, page: Page) -> None:
    edited_story(shop, page, "red jacket", "Shoplifter in a red jacket takes a green box.")


def test_the_same_with_real_footage(real_people: Launched, page: Page) -> None:
    edited_story(
        real_people, page, "person in black", "Courier in black checks the parcel.", prefix="real-"
    )


def test_real_people_are_found_in_both_languages(real_people: Launched, page: Page) -> None:
    for words in ("blue trousers", "파란 바지"):
        answer = ask(page, real_people, words)
        picture_loads(page, answer)
        expect(answer).to_contain_text("1. worker-zone-detection")


def test_a_phone_shows_answer_and_editor_without_sideways_scrolling(
    shop: Launched, browser: Browser
) -> None:
    context = browser.new_context(
        locale="ko-KR", viewport={"width": 390, "height": 844}, device_scale_factor=2
    )
    page = context.new_page()
    answer = ask(page, shop, "노란 옷")
    picture_loads(page, answer)
    photograph(page, "phone-slack")
    editor = edit_in_web(context, answer)
    photograph(editor, "phone-editor")
    for shown in (page, editor):
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
