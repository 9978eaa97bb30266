"""The search page in a real browser: asking, giving up, choosing filters, saying what fits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from db.feedback import pairs
from tests.e2e.test_editor import Studio, clip, settled, studio, until
from tests.editor.test_giving_up import wait_for

pytestmark = pytest.mark.browser

__all__ = ["clip", "studio"]


def kinds(studio: Studio) -> set[str]:
    with studio.database.transaction() as conn:
        return {one.kind for one in pairs(conn)}


@pytest.fixture
def results(studio: Studio, page: Page) -> Page:
    page.goto(f"{studio.url}/search?q=person")
    expect(page.locator(".hit")).to_have_count(1)
    return page


def test_a_newer_search_aborts_the_older_one(results: Page) -> None:
    aborted: list[str] = []
    results.on("requestfailed", lambda request: aborted.append(request.url))
    held: list[Route] = []
    results.route("**/search?q=slow", lambda route: held.append(route))
    results.locator("#search").fill("slow")
    results.keyboard.press("Enter")
    expect(results.locator("#searching")).to_be_visible()
    results.locator("#search").fill("bottle")
    results.keyboard.press("Enter")
    expect(results.locator("h1")).to_have_text("“bottle”")
    expect(results.locator("#searching")).to_be_hidden()
    assert [url.split("?")[1] for url in aborted] == ["q=slow"]
    results.go_back()
    expect(results.locator("h1")).to_have_text("“person”")
    expect(results.locator("#search")).to_have_value("person")


def test_escape_stops_a_search_down_to_its_statement(results: Page, studio: Studio) -> None:
    with studio.database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("LOCK TABLE segments IN ACCESS EXCLUSIVE MODE")
        results.locator("#search").fill("bottle")
        results.keyboard.press("Enter")
        expect(results.locator("#searching")).to_be_visible()
        wait_for(studio.database, 1)
        results.keyboard.press("Escape")
        expect(results.locator("#searching")).to_be_hidden()
        wait_for(studio.database, 0)
    expect(results.locator("h1")).to_have_text("“person”")


def test_the_filter_form_writes_into_the_text_and_reads_from_it(results: Page) -> None:
    text, form = results.locator("#search"), results.locator("#filters")
    results.locator("#builder summary").click()
    form.locator("[name=when]").select_option("today")
    expect(text).to_have_value("person on:today")
    form.get_by_label("Clothes").fill("red jacket")
    form.get_by_label("Clothes").press("Tab")
    expect(text).to_have_value('person on:today clothes:"red jacket"')
    text.fill("person longer:5s")
    expect(form.get_by_label("At least this long")).to_have_value("5s")
    expect(form.locator("[name=when]")).to_have_value("")
    form.get_by_role("button", name="Search").click()
    expect(results.get_by_role("link", name="remove longer: 5s")).to_be_visible()
    results.get_by_role("link", name="remove longer: 5s").press("Enter")
    expect(text).to_have_value("person")
    expect(results.locator(".chip.removable")).to_have_count(0)


def slow_to_read(page: Page) -> None:
    """The server takes its time to write a field into the text."""

    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    page.route("**/api/query?*", late)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="en-US", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    yield context.new_page()
    context.close()


def asked(page: Page, fields: Mapping[str, str], send: Callable[[Locator], None]) -> str:
    """Fill fields of the form of a search for "person" and send it; the search that is run."""
    page.locator("#builder summary").click()
    for name, value in fields.items():
        field = page.locator(f"#filters [name={name}]")
        field.tap() if page.evaluate("navigator.maxTouchPoints") else field.click()
        page.keyboard.type(value)
    send(page.locator("#filters"))
    expect(page.locator("#builder[open]")).to_have_count(0)
    query = page.locator("#main").get_attribute("data-query") or ""
    expect(page.locator("#search")).to_have_value(query)
    for name, value in fields.items():
        expect(page.locator(f"#filters [name={name}]")).to_have_value(value)
    return query


FILLED: tuple[tuple[Mapping[str, str], str], ...] = (
    ({"video": "front"}, "person video:front"),
    ({"person": "Jimin"}, "person person:Jimin"),
    ({"clothes": "red"}, "person clothes:red"),
    (
        {"video": "front", "longer": "5s", "object": "car", "clothes": "red"},
        "person video:front clothes:red object:car longer:5s",
    ),
)


def parts(query: str) -> list[str]:
    return sorted(query.split())


@pytest.mark.parametrize(("fields", "query"), FILLED)
def test_what_stands_in_the_form_is_searched_by_tap(
    studio: Studio, phone: Page, fields: Mapping[str, str], query: str
) -> None:
    phone.goto(f"{studio.url}/search?q=person")
    slow_to_read(phone)
    sent = asked(phone, fields, lambda form: form.get_by_role("button", name="Search").tap())
    assert parts(sent) == parts(query)


SENT: dict[str, Callable[[Locator], object]] = {
    "click": lambda form: form.get_by_role("button", name="Search").click(),
    "enter": lambda form: form.page.keyboard.press("Enter"),
}


@pytest.mark.parametrize("how", SENT)
@pytest.mark.parametrize(("fields", "query"), FILLED)
def test_what_stands_in_the_form_is_searched_however_it_is_sent(
    results: Page, fields: Mapping[str, str], query: str, how: str
) -> None:
    slow_to_read(results)
    assert parts(asked(results, fields, SENT[how])) == parts(query)


def test_a_field_goes_with_a_search_sent_from_the_text(results: Page) -> None:
    slow_to_read(results)
    results.locator("#builder summary").click()
    results.locator("#filters [name=video]").fill("front")
    results.locator("#search").fill("red jacket")
    results.keyboard.press("Enter")
    expect(results.locator("h1")).to_have_text("“red jacket video:front”")


def test_what_was_just_typed_is_not_taken_out_by_fields_that_do_not_show_it_yet(
    results: Page,
) -> None:
    slow_to_read(results)
    results.locator("#builder summary").click()
    results.locator("#search").fill("person longer:5s")
    results.locator("#filters [name=longer]").focus()
    results.wait_for_timeout(900)  # read, and not written over the field somebody is in
    results.locator("#filters [name=video]").fill("front")
    results.locator("#filters").get_by_role("button", name="Search").click()
    expect(results.locator("h1")).to_have_text("“person longer:5s video:front”")


def test_a_field_that_was_emptied_takes_its_filter_out(studio: Studio, phone: Page) -> None:
    phone.goto(f"{studio.url}/search?q=person+video:front+longer:5s")
    phone.locator("#builder summary").tap()
    phone.locator("#filters [name=video]").fill("")
    phone.locator("#filters").get_by_role("button", name="Search").tap()
    expect(phone.locator("h1")).to_have_text("“person longer:5s”")


def test_a_search_by_picture_that_takes_long_says_that_a_model_is_loaded(
    results: Page,
) -> None:
    loading = results.get_by_text("The first search by picture loads a model")
    held: list[Route] = []
    results.route("**/search/picture", lambda route: held.append(route))
    results.evaluate(
        """() => {
          const dropped = new DataTransfer();
          dropped.items.add(new File(["x"], "mine.png", { type: "image/png" }));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true }));
        }"""
    )
    expect(results.get_by_text("Searching…")).to_be_visible()
    expect(loading).to_be_hidden()
    expect(loading).to_be_visible()
    results.keyboard.press("Escape")
    expect(loading).to_be_hidden()


def test_an_answer_that_fits_is_marked_by_keyboard_and_unmarked(
    results: Page, studio: Studio
) -> None:
    fits = results.get_by_role("button", name="Relevant", exact=True)
    fits.press("Enter")
    expect(fits).to_have_attribute("aria-pressed", "true")
    results.reload()
    expect(fits).to_have_attribute("aria-pressed", "true")
    assert kinds(studio) == {"relevant"}
    results.get_by_role("button", name="Not relevant").click()
    expect(fits).to_have_attribute("aria-pressed", "false")
    assert kinds(studio) == {"not_relevant"}
    results.get_by_role("button", name="Not relevant").click()
    expect(results.get_by_role("button", name="Not relevant")).to_have_attribute(
        "aria-pressed", "false"
    )
    assert kinds(studio) == set()


def test_what_follows_from_a_search_counts_for_it(results: Page, studio: Studio) -> None:
    results.keyboard.press("KeyJ")
    expect(results.locator("a.hit-link").first).to_be_focused()
    results.keyboard.press("Enter")
    results.wait_for_url("**/videos/*")  # without the search: the page took it out of its address
    until(results, "player.readyState >= 1")
    assert "q=" not in results.url
    opened_at = results.evaluate("player.currentTime")
    results.keyboard.press("Space")
    until(results, f"player.currentTime > {opened_at} + 0.1")
    results.keyboard.press("Space")
    results.locator("#captions textarea").first.fill("Somebody walks in")
    results.locator("#save").click()
    settled(results)
    results.wait_for_timeout(300)
    assert kinds(studio) == {"click", "play", "edit"}


@pytest.fixture
def seoul(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US", timezone_id="Asia/Seoul")
    yield context.new_page()
    context.close()


def test_dates_of_the_first_search_are_read_in_the_timezone_of_the_browser(
    seoul: Page, studio: Studio
) -> None:
    seoul.goto(f"{studio.url}/search?q=person+on:today")
    seoul.locator("#builder summary").click()
    expect(seoul.locator("#filters")).to_contain_text("Dates are read in Asia/Seoul.")


def test_at_390_pixels_nothing_is_cut_off(results: Page) -> None:
    results.set_viewport_size({"width": 390, "height": 800})
    for tool in ("#builder", "#by-picture", "#search-help"):
        results.locator(f"{tool} summary").click()
        assert results.evaluate("document.documentElement.scrollWidth") <= 390
        results.keyboard.press("Escape")
        expect(results.locator(f"{tool}[open]")).to_have_count(0)
