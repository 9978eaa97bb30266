"""People in a real browser: named, joined, told apart, forgotten, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from core.config import Config, ModelsConfig
from core.types import Box, Detection
from db.appearances import appearances_of_video
from db.pool import Database
from editor.app import create_app
from pipeline.models.encoding import encode_mp4
from pipeline.search import Searcher
from tests.support import library
from tests.support.faces import between, face, store, track
from tests.support.serving import served

pytestmark = pytest.mark.browser

SECONDS, FPS = 30, 10
CAPTIONS = [
    (0, 10_000, "Ann waits at the door", "앤이 문 앞에서 기다린다"),
    (10_000, 20_000, "Bob takes a bottle", "밥이 병을 집는다"),
    (20_000, 30_000, "Ann leaves again", "앤이 다시 나간다"),
]
TOUCH = {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds in which the colour tells the second."""
    path = tmp_path_factory.mktemp("people-clip") / "front door.mp4"
    pictures = (
        np.full((180, 320, 3), (number * 5 % 200, 90, 140), np.uint8)
        for number in range(FPS * SECONDS)
    )
    encode_mp4(path, pictures, fps=FPS)
    return path


def portrait(colour: tuple[int, int, int]) -> bytes:
    """A picture that stands for a face, one colour a person."""
    image = np.full((120, 120, 3), colour, np.uint8)
    cv2.circle(image, (60, 64), 38, (190, 205, 235), -1)
    for x in (46, 74):
        cv2.circle(image, (x, 58), 5, (40, 40, 40), -1)
    cv2.ellipse(image, (60, 74), (16, 9), 0, 0, 180, (60, 60, 160), 3)
    return bytes(cv2.imencode(".jpg", image)[1].tobytes())


@dataclass(frozen=True)
class Stage:
    """A running editor with a video in which Ann is seen twice and Bob once, not yet named."""

    url: str
    config: Config
    database: Database
    video_id: int

    def words(self) -> list[str]:
        """Whom each appearance shows, by start."""
        with self.database.transaction() as conn:
            seen = appearances_of_video(conn, self.video_id)
        return [one.person.name or f"#{one.person.id}" if one.person else "?" for one in seen]

    def show(self, *tracks: Any) -> None:
        """The faces of another look at the video."""
        store(self.config, self.database, self.video_id, tracks)


@pytest.fixture
def stage(config: Config, database: Database, clip: Path) -> Iterator[Stage]:
    yield from serving(config, database, clip)


def serving(config: Config, database: Database, clip: Path) -> Iterator[Stage]:
    video_id = library.add_video(database, duration_ms=SECONDS * 1_000, title="Front door",
                                 path=str(clip))  # fmt: skip
    bottle = Detection(
        label="bottle",
        start_ms=12_000,
        end_ms=18_000,
        at_ms=15_000,
        score=0.9,
        box=Box(left=0.1, top=0.1, width=0.1, height=0.2),
        attributes={"count": 3},
    )
    seen = {1: (bottle, library.person(11_000, 14_000, upper="red"))}
    drafts = [
        library.draft(video_id, start, end, en, ko, detections=seen.get(number, ()))
        for number, (start, end, en, ko) in enumerate(CAPTIONS)
    ]
    with database.transaction() as conn:
        library.add_segments(conn, video_id, drafts)
    stage = Stage(url=config.editor_url, config=config, database=database, video_id=video_id)
    stage.show(
        pictured(face("ann"), 1_000, 3_000, (170, 120, 60)),
        pictured(face("bob"), 12_000, 14_000, (60, 120, 170)),
        pictured(face("ann", 0.2), 21_000, 25_000, (170, 120, 60)),
    )
    app = create_app(config, database, Searcher(config, database))
    with served(app, config):
        yield stage


def pictured(
    embedding: Any, start_ms: int, end_ms: int, colour: tuple[int, int, int], **more: Any
) -> Any:
    return replace(track(embedding, start_ms, end_ms, **more), crop=portrait(colour))


def cards(page: Page) -> Locator:
    return page.locator(".person-name")


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


def name_in_dialog(page: Page, group: str, name: str, promised: str) -> None:
    """Type a name with the keyboard alone, read what it changes, apply it."""
    expect(dialog(page)).to_be_visible()
    page.keyboard.type(group)
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(dialog(page).locator("[data-slot=preview]")).to_contain_text(promised)
    expect(dialog(page).get_by_role("button", name="Apply")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)


def test_a_stranger_is_named_with_the_keyboard_and_it_is_undone(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.url}/people")
    expect(cards(page)).to_have_text(["Unknown 1", "Unknown 2"])
    page.get_by_role("button", name="Name Unknown 1").focus()
    page.keyboard.press("Enter")
    name_in_dialog(page, "staff", "Ann", "2 appearances in 2 segments would change.")
    expect(page.locator(".toast")).to_contain_text("2 appearances in 2 segments changed.")
    expect(cards(page)).to_have_text(["Ann", "Unknown 2"])
    assert stage.words() == ["Ann", "#2", "Ann"]
    page.keyboard.press("Control+z")
    expect(cards(page)).to_have_text(["Unknown 1", "Unknown 2"])
    assert stage.words() == ["#1", "#2", "#1"]
    page.keyboard.press("Control+Shift+z")
    expect(cards(page)).to_have_text(["Ann", "Unknown 2"])


def test_nothing_changes_before_apply_and_escape_leaves_it(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.url}/people")
    page.get_by_role("button", name="Name Unknown 1").click()
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("Say a group and a name.")
    page.keyboard.type("staff")
    page.keyboard.press("Tab")
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("would change")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    assert stage.words() == ["#1", "#2", "#1"]


def named(stage: Stage, page: Page) -> Page:
    page.goto(f"{stage.url}/people")
    for number, name in ((1, "Ann"), (2, "Bob")):
        page.get_by_role("button", name=f"Name Unknown {number}").click()
        name_in_dialog(page, "staff", name, "would change.")
        expect(cards(page).nth(number - 1)).to_have_text(name)
    return page


def to_person(page: Page, name: str) -> None:
    """Follow the card of somebody named; the page is ready for clicks afterwards."""
    page.get_by_role("link", name=re.compile(f"^{name}")).click()
    page.wait_for_url(re.compile(r"/people/\d+$"))
    page.wait_for_load_state()


def test_a_known_name_is_picked_and_the_two_become_one_until_unmerged(
    stage: Stage, page: Page
) -> None:
    page.goto(f"{stage.url}/people")
    page.get_by_role("button", name="Name Unknown 1").click()
    name_in_dialog(page, "staff", "Ann", "would change.")
    page.get_by_role("button", name="Name Unknown 2").click()
    dialog(page).locator(".pick", has_text="Ann").click()
    dialog(page).get_by_role("button", name="Preview").click()
    expect(dialog(page)).to_contain_text("staff/Ann is known already: the two become one person.")
    dialog(page).get_by_role("button", name="Apply").click()
    expect(cards(page)).to_have_text(["Ann"])
    assert stage.words() == ["Ann", "Ann", "Ann"]
    to_person(page, "Ann")
    expect(page.locator(".sighting")).to_have_count(3)
    page.get_by_role("button", name="Un-merge").click()
    expect(page.locator(".sighting")).to_have_count(2)
    assert stage.words() == ["Ann", "#2", "Ann"]


def test_two_people_are_merged_by_picking_one(stage: Stage, page: Page) -> None:
    named(stage, page)
    to_person(page, "Bob")
    page.get_by_role("button", name="Merge into…").click()
    page.keyboard.type("an")
    expect(dialog(page).locator(".pick")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("1 appearance in 1 segment would change.")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/people/1$"))
    expect(page.locator("h1")).to_have_text("Ann")
    assert stage.words() == ["Ann", "Ann", "Ann"]


def test_not_this_person_is_one_press_and_comes_back_with_the_toast(
    stage: Stage, page: Page
) -> None:
    named(stage, page)
    to_person(page, "Ann")
    expect(page.locator(".sighting")).to_have_count(2)
    page.locator(".sighting").last.get_by_role("button", name="Not this person").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sighting")).to_have_count(1)
    # The keyboard goes on where it was.
    expect(page.locator(".sighting").get_by_role("button", name="Not this person")).to_be_focused()
    assert stage.words().count("Ann") == 1
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator(".sighting")).to_have_count(2)
    assert stage.words() == ["Ann", "Bob", "Ann"]


def test_one_click_decides_between_two_people(stage: Stage, page: Page) -> None:
    named(stage, page)
    stage.show(
        pictured(face("ann"), 1_000, 3_000, (170, 120, 60)),
        pictured(between("ann", "bob"), 12_000, 14_000, (90, 90, 90), size_px=80),
    )
    page.goto(f"{stage.url}/people")
    question = page.locator(".undecided")
    expect(question).to_contain_text("Ann or Bob?")
    question.get_by_role("button", name="Bob").click()
    expect(question).to_have_count(0)
    assert stage.words() == ["Ann", "Bob"]


def test_forgetting_takes_the_name_typed_and_shows_a_receipt(stage: Stage, page: Page) -> None:
    named(stage, page)
    to_person(page, "Ann")
    page.get_by_role("button", name="Forget…").click()
    expect(dialog(page)).to_contain_text("2 appearances in videos")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("Type “Ann” to forget this person for good.")
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text(re.compile(r"Receipt F-\w+"))
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(f"{stage.url}/people")
    expect(cards(page)).to_have_text(["Bob"])
    assert stage.words() == ["Bob"]


def test_two_people_at_once_nobody_is_written_over(
    stage: Stage, browser: Browser, page: Page
) -> None:
    named(stage, page)
    other = browser.new_context(locale="en-US")
    theirs = other.new_page()
    for one in (page, theirs):
        one.goto(f"{stage.url}/people/1")
        one.get_by_role("button", name="Rename…").click()
        one.locator("#who-form input[name=name]").fill("Anna" if one is theirs else "Annie")
    theirs.keyboard.press("Enter")
    expect(dialog(theirs)).to_contain_text("would change")
    theirs.keyboard.press("Enter")
    expect(theirs.locator("h1")).to_have_text("Anna")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.bad")).to_contain_text("It reads “Anna” now.")
    expect(page.locator("h1")).to_have_text("Anna")
    assert stage.words() == ["Anna", "Bob", "Anna"]
    other.close()


def opened(page: Page, stage: Stage, segment: int) -> Page:
    page.goto(f"{stage.url}/videos/{stage.video_id}")
    page.locator("#rows .row a").nth(segment).click()
    expect(page.locator(".seen-people li")).to_have_count(1)
    return page


def test_a_person_is_named_beside_the_player_and_undo_takes_that_back_first(
    stage: Stage, page: Page
) -> None:
    opened(page, stage, 0)
    expect(page.locator("#faces-lane .lane-chip")).to_have_count(3)
    page.keyboard.press("p")
    focused = page.locator(":focus")
    expect(focused).to_have_text(re.compile("Unknown 1"))
    page.get_by_role("button", name="Name…").click()
    name_in_dialog(page, "staff", "Ann", "2 appearances in 2 segments would change.")
    expect(page.locator(".seen-name")).to_contain_text("Ann")
    expect(page.locator("#faces-lane .lane-chip").first).to_have_text("Ann")
    page.keyboard.press("Control+z")
    expect(page.locator(".seen-name")).to_contain_text("Unknown 1")
    assert stage.words() == ["#1", "#2", "#1"]
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".seen-name")).to_contain_text("Ann")
    assert stage.words() == ["Ann", "#2", "Ann"]


def test_undo_beside_the_player_follows_the_order_of_what_was_done(
    stage: Stage, page: Page
) -> None:
    opened(page, stage, 0)
    page.get_by_role("button", name="Name…").click()
    name_in_dialog(page, "staff", "Ann", "would change.")
    expect(page.locator(".seen-name")).to_contain_text("Ann")
    page.locator("#rows .row a").nth(1).click()
    page.keyboard.press("Delete")
    expect(page.locator("#rows .row")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator("#rows .row")).to_have_count(3)
    assert stage.words() == ["Ann", "#2", "Ann"]
    page.keyboard.press("Control+z")
    expect(page.locator("#faces-lane .lane-chip").first).to_have_text("Unknown 1")
    assert stage.words() == ["#1", "#2", "#1"]
    page.keyboard.press("Control+y")
    expect(page.locator("#faces-lane .lane-chip").first).to_have_text("Ann")
    page.keyboard.press("Control+y")
    expect(page.locator("#rows .row")).to_have_count(2)


def test_not_this_person_beside_the_player(stage: Stage, page: Page) -> None:
    named(stage, page)
    opened(page, stage, 1)
    page.get_by_role("button", name="Not this person").click()
    expect(page.locator(".seen-name")).not_to_contain_text("Bob")
    assert stage.words()[1] != "Bob"


def test_things_have_a_lane_that_seeks(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.url}/videos/{stage.video_id}")
    thing = page.locator("#objects-lane .lane-chip")
    expect(thing).to_have_text("Bottle ×3")
    expect(page.locator("#people-lane .seen")).to_have_count(1)
    thing.click()
    expect(page.locator("#playhead")).to_have_attribute("aria-valuenow", "15000")
    expect(page.locator("#inspector-title")).to_have_text("0:10–0:20")
    expect(page.locator("[data-slot=things]")).to_have_text("Bottle ×3")


def test_a_korean_reader_has_it_all_in_korean(stage: Stage, browser: Browser) -> None:
    context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{stage.url}/people")
    expect(page.get_by_role("link", name="인물", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(cards(page)).to_have_text(["미확인 1", "미확인 2"])
    page.get_by_role("button", name="미확인 1 이름 지정").click()
    page.keyboard.type("직원")
    page.keyboard.press("Tab")
    page.keyboard.type("지민")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("구간 2개의 등장 2건이 바뀝니다.")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_text(["지민", "미확인 2"])
    page.goto(f"{stage.url}/videos/{stage.video_id}")
    expect(page.locator("#objects-lane .lane-chip")).to_have_text("병 ×3")
    expect(page.locator("#faces-lane .lane-chip")).to_have_text(["지민", "미확인 2", "지민"])
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="ko-KR", **TOUCH)
    yield context
    context.close()


def test_a_phone_shows_people_without_sideways_scrolling(
    stage: Stage, page: Page, phone: BrowserContext
) -> None:
    named(stage, page)
    stage.show(
        pictured(face("ann"), 1_000, 3_000, (170, 120, 60)),
        pictured(between("ann", "bob"), 12_000, 14_000, (90, 90, 90), size_px=80),
        pictured(face("cho"), 21_000, 25_000, (90, 190, 90)),
    )
    small = phone.new_page()
    for path in ("/people", "/people/1", "/people/history", f"/videos/{stage.video_id}"):
        small.goto(stage.url + path)
        small.wait_for_load_state("networkidle")
        assert small.evaluate("document.documentElement.scrollWidth") == 390, path
    small.goto(f"{stage.url}/people")
    small.locator("[data-do=name]").first.tap()
    box = dialog(small).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


@pytest.fixture
def with_faces(
    config: Config, database: Database, clip: Path, shared_models: Path
) -> Iterator[Stage]:
    pack = shared_models / "insightface" / "local_sc"
    models = ModelsConfig(device="cpu", overrides={"face_analyzer": f"insightface:{pack}"})
    yield from serving(config.model_copy(update={"models": models}), database, clip)


def test_pictures_dropped_on_the_page_are_judged_one_by_one_and_added(
    with_faces: Stage, page: Page, shared_faces: Path
) -> None:
    obama = shared_faces / "us_government" / "obama" / "obama.jpg"
    page.goto(f"{with_faces.url}/people")
    page.get_by_role("button", name="Add pictures").click()
    page.set_input_files(
        "#enrol-form input[type=file]",
        [
            {"name": "obama.jpg", "mimeType": "image/jpeg", "buffer": obama.read_bytes()},
            {"name": "note.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"},
        ],
    )
    page.locator("#enrol-form input[name=group]").fill("government")
    page.locator("#enrol-form input[name=name]").fill("Obama")
    page.keyboard.press("Enter")
    lines = page.locator(".enrol-files li")
    expect(lines.nth(0)).to_contain_text("can be added", timeout=60_000)
    expect(lines.nth(1)).to_contain_text("note.jpg is not a picture that can be read")
    expect(dialog(page)).to_contain_text("1 picture can be added.")
    page.get_by_role("button", name="Apply").click()
    expect(cards(page).first).to_have_text("Obama", timeout=60_000)
    face_shown = page.locator(".person .face").first
    assert face_shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_two_strangers_are_merged_and_told_apart_again(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.url}/people/2")
    page.get_by_role("button", name="Merge into…").click()
    dialog(page).locator(".pick", has_text="Unknown 1").click()
    dialog(page).get_by_role("button", name="Preview").click()
    expect(dialog(page)).to_contain_text("1 appearance in 1 segment would change.")
    dialog(page).get_by_role("button", name="Apply").click()
    expect(page.locator("h1")).to_have_text("Unknown 1")
    assert stage.words() == ["#1", "#1", "#1"]
    page.get_by_role("button", name="Un-merge").click()
    expect(page.locator(".sighting")).to_have_count(2)
    assert stage.words() == ["#1", "#2", "#1"]
