"""Report pages in a real browser: readable on a phone, in both languages, asking for nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request

from pipeline.evaluation import captions, retrieval, sentences
from pipeline.evaluation.captions import Pair
from pipeline.evaluation.queries import Judged
from pipeline.evaluation.report import captions_page, retrieval_page, text_page
from pipeline.evaluation.sentences import Row

pytestmark = pytest.mark.browser

MADE_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LANGUAGES = ["en", "ko"]
WIDTHS = [390, 1280]
# No two texts of a plot on top of each other, nothing cut off, no page that scrolls sideways.
OVERLAPS = """() => {
    const found = [];
    for (const svg of document.querySelectorAll('svg')) {
        const frame = svg.getBoundingClientRect();
        const texts = [...svg.querySelectorAll('text')];
        const boxes = texts.map(one => [one, one.getBoundingClientRect()]);
        boxes.forEach(([one, a], at) => {
            if (a.left < frame.left - 1 || a.right > frame.right + 1 ||
                a.top < frame.top - 1 || a.bottom > frame.bottom + 1)
                found.push('cut: ' + one.textContent);
            for (const [other, b] of boxes.slice(at + 1))
                if (a.left < b.right - 1 && b.left < a.right - 1 &&
                    a.top < b.bottom - 2 && b.top < a.bottom - 2)
                    found.push(one.textContent + ' over ' + other.textContent);
        });
    }
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('scrolls sideways');
    return found;
}"""


class Chance:
    """A ranker that is right often, by a fixed seed; Korean is harder for it."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(4)

    def __call__(self, query, *, legs=None, space=None):
        ease = 0.5 if query.startswith("e") else 0.3
        place = int(self._random.geometric(ease if legs is None else ease / 2)) ** 2
        right = int(query[1:])
        others = [(10_000 + at, 1 - at / 1_000) for at in range(place - 1)]
        return [*others, (right, 0.1)] if place < 150 else others


def retrieval_report(language: str) -> str:
    judged = [
        Judged(query=f"{letter}{n}", language=name, relevant={n: 1.0})
        for letter, name, count in (("e", "en", 60), ("k", "ko", 40), ("m", "mixed", 9))
        for n in range(count)
    ]
    chosen = retrieval.settings(
        ["all-MiniLM-L6-v2@53aa51172d14", "kpf-sbert-128d-v1@0123456789ab"], by_leg=True
    )
    found = retrieval.evaluate(Chance(), judged, chosen, live=1_234, resamples=300)
    return retrieval_page(found, language, source="queries.jsonl", made_at=MADE_AT)


def captions_report(language: str) -> str:
    pairs = {
        "en": [Pair(caption="a man runs to the door", references=("a man runs to the exit",)),
               Pair(caption="nobody in view", references=("nobody is there", "empty shop"))],
        "ko": [Pair(caption="한 남자가 문으로 뛴다", references=("남자가 문 쪽으로 뛰어간다",)),
               Pair(caption="아무도 없다", references=("아무도 보이지 않는다",))],
    }  # fmt: skip
    found = captions.evaluate(pairs, resamples=200)
    return captions_page(found, language, source="references.jsonl", made_at=MADE_AT)


class Letters:
    """An encoder that counts letters: enough to have figures."""

    name, revision, dim = "letters", "1", 64
    languages = frozenset({"en", "ko"})

    def encode(self, texts):
        counts = np.zeros((len(texts), self.dim), np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                counts[row, ord(letter) % self.dim] += 1
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def text_report(language: str) -> str:
    random = np.random.default_rng(6)
    rows = [
        Row(
            genre=("captions", "forums", "news")[n % 3],
            score=float(random.integers(0, 6)),
            english=(f"sentence {n} one", f"sentence {n} two"),
            korean=(f"문장 {n} 하나", f"문장 {n} 둘"),
        )
        for n in range(60)
    ]
    found = sentences.evaluate(Letters(), rows, "dev", trained_on=rows[:20], resamples=200)
    return text_page([found], language, source="text", made_at=MADE_AT)


REPORTS: dict[str, Callable[[str], str]] = {
    "retrieval": retrieval_report,
    "captions": captions_report,
    "text": text_report,
}


@pytest.fixture
def requests(page: Page) -> list[Request]:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    return asked


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", REPORTS)
def test_a_report_reads_well_and_asks_for_nothing(page, requests, tmp_path, kind, language, width):
    path = tmp_path / f"{kind}.html"
    path.write_text(REPORTS[kind](language), encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate(OVERLAPS) == []
    assert [one.url for one in requests if not one.url.startswith("data:")] == [path.as_uri()]
    assert complaints == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("svg[role=img][aria-label]").count() == page.locator("svg").count() > 0
    korean = page.evaluate("() => /[가-힣]/.test(document.querySelector('h1').textContent)")
    assert korean == (language == "ko")


def test_a_wide_table_scrolls_by_keyboard_on_its_own(page, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(retrieval_report("en"), encoding="utf-8")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(path.as_uri())
    table = page.locator("[role=region]").last
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=table.element_handle())


def test_names_from_outside_cannot_write_html(browser: Browser, tmp_path: Path):
    path = tmp_path / "report.html"
    name = "<img src=x onerror=alert(1)>\"'"
    found = retrieval.evaluate(
        Chance(),
        [Judged(query="e1", language="en", relevant={1: 1.0})],
        retrieval.settings([name, "<b>"]),
        live=5,
        resamples=100,
    )
    made = retrieval_page(found, "en", source="<script>alert(1)</script>", made_at=MADE_AT)
    path.write_text(made, encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("img, script, b").count() == 0
    assert name in page.locator("main").inner_text()
    context.close()
