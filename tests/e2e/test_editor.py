"""The editor as a person uses it, in a real browser on a real clip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from core.config import Config
from core.types import Segment
from db.pool import Database
from editor.app import create_app
from pipeline.search import Searcher
from tests.support import library
from tests.support.serving import served

pytestmark = pytest.mark.browser

FPS = 10
SECONDS = 30
CAPTIONS = [
    (0, 10_000, "Nobody is there", "아무도 없다"),
    (10_000, 20_000, "A person in a red jacket walks in", "빨간 재킷을 입은 사람이 들어온다"),
    (20_000, 30_000, "A person in blue takes a bottle", "파란 옷을 입은 사람이 병을 집는다"),
]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds of H.264: a bar crosses a picture whose colour tells the second."""
    path = tmp_path_factory.mktemp("clip") / "front door.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": "10"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(FPS * SECONDS):
            picture = np.full((180, 320, 3), (number * 5 % 200, 90, 140), dtype=np.uint8)
            picture[:, number % 310 : number % 310 + 10] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


@dataclass(frozen=True)
class Studio:
    """A running editor with one video in it."""

    url: str
    video_id: int
    database: Database

    @property
    def video_url(self) -> str:
        return f"{self.url}/videos/{self.video_id}"

    def segments(self) -> list[Segment]:
        return library.segments(self.database, self.video_id)

    def spans(self, page: Page) -> list[tuple[int, int]]:
        """What is stored once the page has nothing left to save."""
        settled(page)
        return [(s.start_ms, s.end_ms) for s in self.segments()]


@pytest.fixture
def studio(config: Config, database: Database, clip: Path) -> Iterator[Studio]:
    video_id = library.add_video(
        database, CAPTIONS, duration_ms=SECONDS * 1000, title="Front door", path=str(clip)
    )
    app = create_app(config, database, Searcher(config, database))
    with served(app, config):
        yield Studio(url=config.editor_url, video_id=video_id, database=database)


@pytest.fixture
def video_page(studio: Studio, page: Page) -> Page:
    return opened(page, studio)


def opened(page: Page, studio: Studio, query: str = "") -> Page:
    page.goto(studio.video_url + query)
    until(page, "player.readyState >= 1")
    expect(blocks(page)).to_have_count(len(studio.segments()))
    return page


def until(page: Page, condition: str) -> None:
    """Poll from here: the policy of the page forbids it to evaluate text."""
    for _ in range(150):
        if page.evaluate(f"(player => {condition})(document.getElementById('player'))"):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came: {condition}")


def blocks(page: Page) -> Locator:
    return page.locator("#segments-lane .block")


def rows(page: Page) -> Locator:
    return page.locator("#rows .row")


def seek(page: Page, ms: int) -> None:
    """Click the ruler at a moment; the playhead lands within a pixel of it."""
    ruler = page.locator("#ruler")
    box = ruler.bounding_box()
    assert box is not None
    ruler.click(position={"x": box["width"] * ms / (SECONDS * 1000), "y": 12})


def playhead_ms(page: Page) -> int:
    return int(page.locator("#playhead").get_attribute("aria-valuenow") or -1)


def settled(page: Page) -> None:
    """The page shows edits at once; wait until the server has them too."""
    expect(page.locator("body[data-saving]")).to_have_count(0)


def saved(page: Page) -> None:
    expect(page.locator("[data-slot=state]")).to_have_text(re.compile("Saved|저장됨"))


def test_a_person_splits_at_the_playhead_and_undoes_it(studio: Studio, video_page: Page) -> None:
    seek(video_page, 14_000)
    at = playhead_ms(video_page)
    video_page.keyboard.press("b")
    expect(rows(video_page)).to_have_count(4)
    expect(video_page.locator(".toast")).to_contain_text("Split")
    assert studio.spans(video_page) == [(0, 10_000), (10_000, at), (at, 20_000), (20_000, 30_000)]
    expect(video_page.locator("#rows .row[aria-current] [data-slot=needs]")).to_be_visible()
    video_page.keyboard.press("Control+z")
    expect(rows(video_page)).to_have_count(3)
    assert studio.spans(video_page) == [(0, 10_000), (10_000, 20_000), (20_000, 30_000)]
    video_page.keyboard.press("Control+Shift+z")
    expect(rows(video_page)).to_have_count(4)


def test_a_split_at_the_edge_says_why_nothing_happened(studio: Studio, video_page: Page) -> None:
    video_page.keyboard.press("s")
    expect(video_page.locator(".toast")).to_contain_text("further inside the segment")
    assert len(studio.segments()) == 3


def test_a_person_merges_deletes_and_restores(studio: Studio, video_page: Page) -> None:
    rows(video_page).nth(1).locator("a").click()
    video_page.get_by_role("button", name="Merge").click()
    expect(rows(video_page)).to_have_count(2)
    assert studio.spans(video_page)[1] == (10_000, 30_000)
    video_page.keyboard.press("Delete")
    expect(rows(video_page)).to_have_count(1)
    video_page.locator("#deleted summary").click()
    video_page.get_by_role("button", name="Restore").click()
    expect(rows(video_page)).to_have_count(2)
    assert studio.spans(video_page)[1] == (10_000, 30_000)


def test_a_caption_saves_itself_and_the_next_search_finds_it(
    studio: Studio, video_page: Page
) -> None:
    rows(video_page).nth(1).locator("a").click()
    video_page.keyboard.press("Enter")
    video_page.keyboard.press("Control+a")
    video_page.keyboard.type("A zebra crosses the yard")
    saved(video_page)
    segment = studio.segments()[1]
    assert (segment.caption, segment.caption_ko) == ("A zebra crosses the yard", CAPTIONS[1][3])
    expect(video_page.locator("[data-stale=ko]")).to_be_visible()
    video_page.keyboard.press("Enter")
    video_page.keyboard.press("/")
    video_page.keyboard.type("zebra")
    video_page.keyboard.press("Enter")
    video_page.get_by_role("link", name="A zebra crosses the yard").click()
    expect(video_page).to_have_url(f"{studio.video_url}?segment={segment.id}")
    assert playhead_ms(video_page) == 10_000


def test_keys_sleep_while_someone_writes(studio: Studio, video_page: Page) -> None:
    rows(video_page).nth(1).locator("a").click()
    video_page.keyboard.press("Enter")
    video_page.keyboard.type(" bmn")
    video_page.keyboard.press("Delete")
    saved(video_page)
    assert len(studio.segments()) == 3
    assert studio.segments()[1].caption.endswith("bmn")


def test_dragging_an_edge_trims_and_snaps(studio: Studio, video_page: Page) -> None:
    drag_edge(video_page, block=1, side="start", to_ms=13_000)
    expect(video_page.locator("#captions input[name=start]")).to_have_value(re.compile("0:1[23]"))
    start = studio.spans(video_page)[1][0]
    assert abs(start - 13_000) < 200
    assert start % 100 == 0, "edges lie on frames of ten a second"
    drag_edge(video_page, block=1, side="start", to_ms=10_040)
    expect(video_page.locator("#captions input[name=start]")).to_have_value("0:10.0")
    assert studio.spans(video_page)[1][0] == 10_000


def test_shift_drags_the_border_of_both_neighbours(studio: Studio, video_page: Page) -> None:
    drag_edge(video_page, block=1, side="end", to_ms=23_000, shift=True)
    expect(video_page.locator("#captions input[name=end]")).to_have_value(re.compile("0:2[23]"))
    settled(video_page)
    first, second = studio.segments()[1:]
    assert first.end_ms == second.start_ms
    assert abs(first.end_ms - 23_000) < 200


def drag_edge(page: Page, *, block: int, side: str, to_ms: int, shift: bool = False) -> None:
    edge = blocks(page).nth(block).locator(f".edge.{side}").bounding_box()
    lane = page.locator("#segments-lane").bounding_box()
    assert edge is not None
    assert lane is not None
    middle = edge["y"] + edge["height"] / 2
    target = lane["x"] + lane["width"] * to_ms / (SECONDS * 1000)
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(edge["x"] + edge["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move((edge["x"] + target) / 2, middle)
    page.mouse.move(target, middle)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def test_in_and_out_and_new_work_at_the_playhead(studio: Studio, video_page: Page) -> None:
    rows(video_page).nth(1).locator("a").click()
    seek(video_page, 12_000)
    video_page.keyboard.press("i")
    seek(video_page, 16_000)
    video_page.keyboard.press("o")
    expect(video_page.locator("#captions input[name=end]")).to_have_value(re.compile("0:1[56]"))
    seek(video_page, 17_000)
    video_page.keyboard.press("n")
    expect(rows(video_page)).to_have_count(4)
    settled(video_page)
    made = studio.segments()[2]
    assert (made.kind, made.end_ms) == ("manual", 20_000)


def test_the_history_tells_it_all_and_takes_one_operation_back(
    studio: Studio, video_page: Page
) -> None:
    seek(video_page, 5_000)
    video_page.keyboard.press("b")
    expect(rows(video_page)).to_have_count(4)
    rows(video_page).nth(3).locator("a").click()
    video_page.keyboard.press("Delete")
    expect(rows(video_page)).to_have_count(3)
    video_page.keyboard.press("h")
    operations = video_page.locator("#history .operation")
    expect(operations).to_have_count(3)
    expect(operations.nth(1)).to_contain_text("Segment split")
    expect(operations.nth(1)).to_contain_text("web")
    operations.nth(1).get_by_role("button", name="Revert").click()
    expect(operations).to_have_count(4)
    expect(operations.nth(0)).to_contain_text("reverted")
    assert studio.spans(video_page) == [(0, 10_000), (10_000, 20_000)]


def test_a_late_answer_does_not_take_the_selection_away(studio: Studio, video_page: Page) -> None:
    held: list[Route] = []
    video_page.route("**/split", lambda route: held.append(route))
    seek(video_page, 5_000)
    video_page.keyboard.press("b")
    expect(rows(video_page)).to_have_count(4)
    rows(video_page).nth(3).locator("a").click()
    video_page.keyboard.press("Delete")
    rows(video_page).nth(2).locator("a").click()
    for _ in range(50):
        if held:
            break
        video_page.wait_for_timeout(100)
    held[0].continue_()
    expect(rows(video_page)).to_have_count(3)
    spans = studio.spans(video_page)
    assert [spans[0][0], spans[0][1], *spans[1:]] == [0, spans[1][0], spans[1], (10_000, 20_000)]
    expect(rows(video_page).nth(2)).to_have_attribute("aria-current", "true")


def test_a_person_is_never_written_over_by_a_delete(
    studio: Studio, browser: Browser, video_page: Page
) -> None:
    other = browser.new_context(locale="en-US")
    theirs = opened(other.new_page(), studio)
    video_page.route("**/timeline*", lambda route: route.abort())
    rows(theirs).nth(1).locator("a").click()
    theirs.locator("#captions textarea[name=caption]").fill("theirs")
    saved(theirs)
    rows(video_page).nth(1).locator("a").click()
    video_page.keyboard.press("Delete")
    expect(video_page.locator(".toast.bad")).to_contain_text("nothing was overwritten")
    settled(video_page)
    assert [s.caption for s in studio.segments()][1] == "theirs"
    other.close()


def test_words_on_a_deleted_segment_are_kept_and_come_back_with_it(
    studio: Studio, browser: Browser, video_page: Page
) -> None:
    other = browser.new_context(locale="en-US")
    theirs = opened(other.new_page(), studio)
    rows(video_page).nth(1).locator("a").click()
    video_page.route("**/timeline*", lambda route: route.abort())
    rows(theirs).nth(1).locator("a").click()
    theirs.keyboard.press("Delete")
    expect(rows(theirs)).to_have_count(2)
    settled(theirs)
    video_page.locator("#captions textarea[name=caption]").fill("words of mine")
    lost = video_page.locator("#lost-words")
    expect(lost).to_contain_text("words of mine")
    expect(lost).to_contain_text("was deleted or merged")
    video_page.unroute("**/timeline*")
    opened(video_page, studio)
    expect(lost).to_contain_text("words of mine")
    lost.get_by_role("button", name="Restore the segment").click()
    expect(rows(video_page)).to_have_count(3)
    expect(lost).to_be_hidden()
    saved(video_page)
    assert studio.segments()[1].caption == "words of mine"
    other.close()


def test_a_blocked_revert_offers_to_take_along_what_depends(
    studio: Studio, video_page: Page
) -> None:
    seek(video_page, 5_000)
    video_page.keyboard.press("b")
    expect(rows(video_page)).to_have_count(4)
    video_page.locator("#captions textarea[name=caption]").fill("only the second half")
    saved(video_page)
    video_page.locator("#tab-history").click()
    operations = video_page.locator("#history .operation")
    expect(operations).to_have_count(3)
    operations.nth(1).get_by_role("button", name="Revert").click()
    expect(video_page.locator("#blocked")).to_contain_text("Caption changed")
    video_page.get_by_role("button", name="Revert them together").click()
    expect(operations).to_have_count(5)
    assert studio.spans(video_page) == [(0, 10_000), (10_000, 20_000), (20_000, 30_000)]


def test_two_people_on_one_caption_see_both_versions(
    studio: Studio, browser: Browser, video_page: Page
) -> None:
    other = browser.new_context(locale="en-US")
    theirs = opened(other.new_page(), studio)
    for one in (video_page, theirs):
        rows(one).nth(1).locator("a").click()
    field = "#captions textarea[name=caption]"
    video_page.route("**/timeline*", lambda route: route.abort())
    theirs.locator(field).fill("theirs")
    saved(theirs)
    video_page.locator(field).fill("mine")
    dialog = video_page.locator("#conflict")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-slot=yours]")).to_contain_text("mine")
    expect(dialog.locator("[data-slot=current]")).to_contain_text("theirs")
    assert studio.segments()[1].caption == "theirs"
    dialog.get_by_role("button", name="Save mine over it").click()
    saved(video_page)
    assert studio.segments()[1].caption == "mine"
    expect(theirs.locator(field)).to_have_value("mine")
    expect(theirs.locator("#others")).to_contain_text("Also here: Guest")
    other.close()


def test_words_survive_an_editor_that_does_not_answer(studio: Studio, video_page: Page) -> None:
    rows(video_page).nth(1).locator("a").click()
    video_page.route("**/caption", lambda route: route.abort())
    video_page.locator("#captions textarea[name=caption]").fill("kept through the outage")
    state = video_page.locator("[data-slot=state]")
    expect(state).to_contain_text("Kept here until the editor answers again")
    video_page.unroute("**/caption")
    opened(video_page, studio)
    expect(rows(video_page).nth(1)).to_contain_text("kept through the outage")
    assert studio.segments()[1].caption == "kept through the outage"


def test_the_video_plays_seeks_and_stops_at_the_end_of_a_segment(video_page: Page) -> None:
    rows(video_page).nth(1).locator("a").click()
    assert playhead_ms(video_page) == 10_000
    seek(video_page, 19_000)
    video_page.keyboard.press("k")
    until(video_page, "player.currentTime > 19.3")
    video_page.keyboard.press("k")
    assert 19_300 <= playhead_ms(video_page) < 30_000
    rows(video_page).nth(0).locator("a").click()
    for _ in range(8):
        video_page.keyboard.press("l")
    video_page.keyboard.press("Shift+Space")
    until(video_page, "player.paused && player.currentTime > 9.9")
    assert playhead_ms(video_page) == 10_000


def test_a_link_opens_the_segment_at_its_start(studio: Studio, page: Page) -> None:
    segment = studio.segments()[2]
    opened(page, studio, f"?segment={segment.id}")
    until(page, "player.currentTime >= 20")
    expect(page.locator("#rows .row[aria-current]")).to_contain_text("takes a bottle")
    expect(page.locator("#inspector-title")).to_have_text("0:20–0:30")


def test_the_keys_are_shown_on_request(video_page: Page) -> None:
    video_page.keyboard.press("Shift+Slash")
    expect(video_page.locator("#help")).to_contain_text("Split at the playhead")
    video_page.keyboard.press("Escape")
    expect(video_page.locator("#help")).to_be_hidden()


def test_zoom_widens_the_timeline_around_the_playhead(video_page: Page) -> None:
    seek(video_page, 15_000)
    before = blocks(video_page).nth(1).bounding_box()
    video_page.keyboard.press("=")
    after = blocks(video_page).nth(1).bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > 1.4 * before["width"]
    video_page.keyboard.press("0")
    back = blocks(video_page).nth(1).bounding_box()
    assert back is not None
    assert back["width"] == pytest.approx(before["width"], abs=2)


def test_a_missing_file_is_said_where_the_picture_would_be(
    studio: Studio, page: Page, clip: Path
) -> None:
    with studio.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("UPDATE videos SET path = %s", (str(clip) + ".gone",))
    page.goto(studio.video_url)
    expect(page.locator("#player-failure")).to_contain_text("is no longer where it was")
    expect(rows(page)).to_have_count(3)


def test_a_video_is_added_from_the_library_page(studio: Studio, page: Page, clip: Path) -> None:
    page.goto(studio.url)
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("button", name="Add a video").click()
    page.set_input_files("#files", {"name": "note.mp4", "mimeType": "video/mp4", "buffer": b"no"})
    expect(page.locator("#arrivals")).to_contain_text("note.mp4")
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_role("button", name="Add a video").click()
    page.set_input_files("#files", clip)
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator(".card").first).to_contain_text("Waiting for the worker")


@pytest.fixture
def korean_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def test_a_korean_reader_works_in_korean(studio: Studio, korean_page: Page) -> None:
    opened(korean_page, studio)
    expect(korean_page.get_by_role("button", name="나누기")).to_be_visible()
    expect(rows(korean_page).nth(1).locator("[data-slot=caption]")).to_have_text(CAPTIONS[1][3])
    rows(korean_page).nth(1).locator("a").click()
    korean_page.keyboard.press("Delete")
    expect(korean_page.locator(".toast")).to_contain_text("구간을 삭제했습니다")
    korean_page.get_by_role("button", name="English").click()
    expect(korean_page.get_by_role("button", name="Split")).to_be_visible()


def test_a_key_pressed_in_a_korean_layout_still_splits(studio: Studio, korean_page: Page) -> None:
    opened(korean_page, studio)
    seek(korean_page, 14_000)
    korean_page.evaluate(
        "document.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'ㅠ', code: 'KeyB', bubbles: true, cancelable: true}))"
    )
    expect(rows(korean_page)).to_have_count(4)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        locale="en-US", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    yield context
    context.close()


def test_a_phone_scrolls_only_up_and_down(studio: Studio, phone: BrowserContext) -> None:
    page = phone.new_page()
    paths = [
        "/",
        f"/videos/{studio.video_id}",
        f"/videos/{studio.video_id}/history",
        "/search?q=red",
    ]
    for path in paths:
        page.goto(studio.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
    opened(page, studio)
    seek(page, 14_000)
    page.get_by_role("button", name="Split").tap()
    expect(rows(page)).to_have_count(4)


def test_the_theme_switches_and_stays(studio: Studio, page: Page) -> None:
    page.goto(studio.url)
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_nothing_is_asked_of_any_other_host(studio: Studio, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, studio)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(studio.url)] == []
