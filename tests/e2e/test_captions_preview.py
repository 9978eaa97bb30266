"""Captions again, in a real browser: before and after side by side, ticked, applied, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.config import Config, ModelsConfig
from db import edits
from db.drafts import list_drafts, write_draft
from db.pool import Database
from editor.app import create_app
from pipeline.models.encoding import encode_mp4
from pipeline.search import Searcher
from tests.support import library
from tests.support.serving import served

pytestmark = pytest.mark.browser

SECONDS, FPS = 6, 10
CAPTIONS = [
    (0, 2_000, "Nobody is there", "아무도 없다"),
    (2_000, 4_000, "A person in a red jacket walks in", "빨간 재킷을 입은 사람이 들어온다"),
    (4_000, 6_000, "A person in blue takes a bottle", "파란 옷을 입은 사람이 병을 집는다"),
]


@dataclass(frozen=True)
class Studio:
    """A running editor with one video of three segments."""

    url: str
    database: Database
    video_id: int

    def captions(self) -> list[str]:
        return [segment.caption for segment in library.segments(self.database, self.video_id)]

    def propose(self) -> None:
        """Proposals for every segment, written as the pipeline writes them."""
        with self.database.transaction() as conn:
            for number, one in enumerate(library.segments(self.database, self.video_id)):
                write_draft(
                    conn,
                    segment_id=one.id,
                    revision=one.revision,
                    caption=f"a man walks through hall {number}",
                    caption_ko=f"남자가 홀 {number}을 지나간다",
                    author="blip-base@1",
                )

    def proposals(self) -> int:
        with self.database.transaction() as conn:
            return len(list_drafts(conn, [self.video_id]))


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("captions-clip") / "hall.mp4"
    pictures = (
        np.full((180, 320, 3), (number * 4, 90, 140), np.uint8) for number in range(FPS * SECONDS)
    )
    encode_mp4(path, pictures, fps=FPS)
    return path


def serving(config: Config, database: Database, clip: Path) -> Iterator[Studio]:
    video_id = library.add_video(
        database, CAPTIONS, duration_ms=SECONDS * 1_000, title="Hall", path=str(clip)
    )
    app = create_app(config, database, Searcher(config, database))
    with served(app, config):
        yield Studio(url=config.editor_url, database=database, video_id=video_id)


@pytest.fixture
def studio(config: Config, database: Database, clip: Path) -> Iterator[Studio]:
    """Without a captioner."""
    yield from serving(config, database, clip)


@pytest.fixture
def with_captioner(
    config: Config, database: Database, clip: Path, tmp_path: Path
) -> Iterator[Studio]:
    """With a tiny BLIP of random weights, loaded as a real one is."""
    from tests.support.checkpoints import captioners

    captioners.blip(tmp_path / "blip")
    models = ModelsConfig(
        device="cpu", precision="fp32", overrides={"captioner": f"blip:{tmp_path / 'blip'}"}
    )
    yield from serving(config.model_copy(update={"models": models}), database, clip)


def opened(page: Page, studio: Studio) -> Locator:
    page.goto(f"{studio.url}/videos/{studio.video_id}")
    page.get_by_role("button", name="Caption again…").click()
    dialog = page.locator("#proposals")
    expect(dialog).to_be_visible()
    return dialog


def settled(page: Page) -> None:
    expect(page.locator("body[data-saving]")).to_have_count(0)


def test_the_ticked_rows_are_applied_as_one_and_undo_takes_them_back(
    studio: Studio, page: Page
) -> None:
    studio.propose()
    before = studio.captions()
    dialog = opened(page, studio)
    rows = dialog.locator(".proposal")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("A person in a red jacket walks in")
    expect(rows.nth(1)).to_contain_text("a man walks through hall 1")
    expect(rows.nth(1)).to_contain_text("남자가 홀 1을 지나간다")
    expect(rows.nth(1)).to_contain_text("blip-base@1")
    expect(dialog.get_by_role("button", name="Apply 3")).to_be_enabled()
    # By keyboard: untick the first row, apply the rest.
    rows.nth(0).locator("input").focus()
    page.keyboard.press("Space")
    expect(dialog).to_contain_text("2 of 3 ticked")
    dialog.get_by_role("button", name="Apply 2").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".toast").first).to_contain_text("2 captions changed")
    expect(page.locator("#rows .row").nth(1)).to_contain_text("a man walks through hall 1")
    settled(page)
    assert studio.captions() == [
        before[0],
        "a man walks through hall 1",
        "a man walks through hall 2",
    ]
    expect(page.locator("#again-state")).to_have_text("1 proposed")
    page.keyboard.press("Control+z")
    expect(page.locator("#rows .row").nth(1)).to_contain_text(before[1])
    settled(page)
    assert studio.captions() == before


def test_a_segment_changed_since_is_marked_and_cannot_be_ticked(studio: Studio, page: Page) -> None:
    studio.propose()
    segment = library.segments(studio.database, studio.video_id)[1]
    edits.edit_caption(
        studio.database,
        segment.id,
        caption="by a person",
        by=library.PERSON,
        expected_revision=segment.revision,
        idempotency_key="a-person-was-faster",
    )
    dialog = opened(page, studio)
    row = dialog.locator(".proposal").nth(1)
    expect(row).to_contain_text("Changed since; propose again")
    expect(row.locator("input")).to_be_disabled()
    expect(row.locator("input")).not_to_be_checked()
    dialog.get_by_role("button", name="Apply 2").click()
    expect(dialog).to_be_hidden()
    settled(page)
    assert studio.captions()[1] == "by a person"


def test_dropping_forgets_the_proposals(studio: Studio, page: Page) -> None:
    studio.propose()
    before = studio.captions()
    dialog = opened(page, studio)
    dialog.get_by_role("button", name="Drop them").click()
    expect(dialog.locator(".proposal")).to_have_count(0)
    assert studio.proposals() == 0
    assert studio.captions() == before


def test_without_a_captioner_one_sentence_says_how(studio: Studio, page: Page) -> None:
    dialog = opened(page, studio)
    expect(dialog).to_contain_text("models.overrides.captioner")
    expect(dialog.get_by_role("button", name="Propose captions")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_model_proposes_in_the_background_and_a_reload_loses_nothing(
    with_captioner: Studio, page: Page
) -> None:
    dialog = opened(page, with_captioner)
    dialog.get_by_role("button", name="Propose captions").click()
    expect(dialog.locator("progress")).to_be_visible()
    page.reload()
    dialog = opened(page, with_captioner)
    expect(dialog.locator(".proposal")).to_have_count(3, timeout=90_000)
    expect(dialog.locator("progress")).to_be_hidden()
    assert with_captioner.proposals() == 3
    page.reload()
    expect(page.locator("#again-state")).to_have_text("3 proposals wait")


def test_a_korean_phone_compares_them_without_sideways_scrolling(
    studio: Studio, browser: Browser
) -> None:
    studio.propose()
    context = browser.new_context(
        locale="ko-KR", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{studio.url}/videos/{studio.video_id}")
    page.get_by_role("button", name="설명 다시 쓰기…").tap()
    dialog = page.locator("#proposals")
    expect(dialog).to_contain_text("3개 중 3개 선택")
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    dialog.get_by_role("button", name="3개 적용").tap()
    expect(page.locator(".toast").first).to_contain_text("설명 3개를 바꿨습니다")
    context.close()
