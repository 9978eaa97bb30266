"""The sandbox's page in a real browser, with the real bot behind it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.conftest import bot_config
from tests.bot.office import ALEX, MINA, Office, open_office
from tests.support import postgres

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(
    server: postgres.TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with server.fresh() as url, open_office(bot_config(url, folder), folder) as opened:
        yield opened


@pytest.fixture
def slack(office: Office, page: Page) -> Page:
    """The page as Alex sees it."""
    page.goto(f"{office.sandbox.url}/?person={ALEX}&channel=C0STORE")
    return page


def type_line(page: Page, line: str) -> None:
    page.locator("#draft").fill(line)
    page.locator("#draft").press("Enter")


def test_a_typed_command_shows_hits_with_pictures_and_links(slack: Page, office: Office) -> None:
    type_line(slack, "/vsearch red jacket")
    answer = slack.locator(".message", has_text="12 moments match “red jacket”").last
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text("빨간 재킷을 입은 사람이")
    expect(answer.locator(".thumbnail img")).to_have_count(5)
    picture = answer.locator(".thumbnail img").first
    slack.wait_for_function("image => image.naturalWidth > 0", arg=picture.element_handle())
    link = answer.get_by_role("link", name="Edit in Web").first
    assert (link.get_attribute("href") or "").startswith(office.config.editor_url)
    assert link.get_attribute("target") == "_blank"


def test_korean_is_typed_and_answered(office: Office, slack: Page) -> None:
    slack.goto(f"{office.sandbox.url}/?person={MINA}&channel=C0SECURITY")
    expect(slack.locator("#draft")).to_have_attribute("placeholder", "#security에 메시지 보내기")
    type_line(slack, "/vsearch 빨간 재킷")
    answer = slack.locator(".message", has_text="맞는 장면 12개").last
    expect(answer).to_contain_text("나에게만 표시됨")
    expect(answer.get_by_role("button", name="공유").first).to_be_visible()


def test_enter_sends_nothing_while_a_syllable_is_composed(slack: Page) -> None:
    draft = slack.locator("#draft")
    draft.fill("빨간 오")
    draft.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(draft).to_have_value("빨간 오")


def test_a_slash_offers_the_command(slack: Page) -> None:
    slack.locator("#draft").type("/v")
    expect(slack.locator("#suggestions [role=option]")).to_contain_text("/vsearch")
    slack.keyboard.press("Tab")
    expect(slack.locator("#draft")).to_have_value("/vsearch ")


def test_paging_refining_and_sharing_by_clicks(slack: Page) -> None:
    type_line(slack, "/vsearch red jacket")
    answer = slack.locator(".message", has_text="match “red jacket”").last
    expect(answer).to_contain_text("1–5 of 12")
    ts = answer.get_attribute("data-ts")
    same = slack.locator(f'[data-ts="{ts}"]')
    same.get_by_role("button", name="Next →").click()
    expect(same).to_contain_text("6–10 of 12")
    same.get_by_role("button", name="Refine").click()
    modal = slack.locator("#modal")
    field = modal.get_by_label("What to look for")
    expect(field).to_be_focused()
    expect(field).to_have_value("red jacket")
    field.fill("")
    field.press("Enter")
    expect(modal).to_contain_text("Type what to look for, or choose a filter.")
    field.fill("blue coat")
    field.press("Enter")
    expect(modal).to_be_hidden()
    expect(same).to_contain_text("1 moment matches “blue coat”")
    same.get_by_role("button", name="Share").click()
    copy = slack.locator(".message:not(.ephemeral)", has_text="Open in ClipOps").last
    expect(copy).to_contain_text("Shared by @Alex Rivera")


def test_escape_closes_the_modal_here_and_in_slack(slack: Page, office: Office) -> None:
    type_line(slack, "/vsearch blue coat")
    slack.get_by_role("button", name="Refine").last.click()
    expect(slack.locator("#modal")).to_be_visible()
    slack.keyboard.press("Escape")
    expect(slack.locator("#modal")).to_be_hidden()
    assert office.sandbox.workspace.views(ALEX) == ()


def test_another_person_sees_messages_but_not_private_answers(slack: Page, office: Office) -> None:
    type_line(slack, "/vsearch zzzz")
    expect(
        slack.locator(".message", has_text="Nothing good enough for “zzzz”").last
    ).to_be_visible()
    type_line(slack, "hello <b>everyone</b> & *all*")
    message = slack.locator(".message", has_text="hello <b>everyone</b> & all").last
    expect(message.locator("strong", has_text="all").last).to_be_visible()
    slack.locator("#person").select_option(MINA)
    expect(slack.locator(".message", has_text="hello <b>everyone</b>").last).to_be_visible()
    expect(slack.locator(".message", has_text="Nothing good enough for “zzzz”")).to_have_count(0)


def test_a_mention_in_a_thread_is_answered_in_the_thread(slack: Page) -> None:
    type_line(slack, "look at the shelf")
    top = slack.locator(".message", has_text="look at the shelf").last
    top.hover()
    top.get_by_role("button", name="Reply in thread").click()
    type_line(slack, "@clipops blue coat")
    answer = slack.locator(".thread .message", has_text="1 moment matches “blue coat”").last
    expect(answer).to_contain_text("Only visible to you")


def test_no_request_leaves_this_machine(office: Office, page: Page) -> None:
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(f"{office.sandbox.url}/?person={ALEX}")
    type_line(page, "/vsearch red jacket")
    expect(page.locator(".thumbnail img").first).to_be_visible()
    assert {urlsplit(url).netloc for url in asked} == {f"127.0.0.1:{office.sandbox.port}"}
    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_sideways_scrolling(
    office: Office, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme=scheme,
        has_touch=True,
    )
    page = context.new_page()
    page.goto(f"{office.sandbox.url}/?person={MINA}&channel=D0CLIPOPS")
    type_line(page, "/vsearch red jacket")
    expect(page.locator(".message", has_text="맞는 장면 12개").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#menu").tap()
    page.get_by_role("button", name="security").tap()
    expect(page.locator("#room-name")).to_have_text("# security")
    expect(page.locator("#sidebar")).not_to_be_in_viewport()
    context.close()


def test_a_restarted_sandbox_is_found_again(office: Office, slack: Page) -> None:
    """A page that lost its event stream loads the whole state anew."""
    slack.route("**/page/changes*", lambda route: route.abort())
    slack.reload()
    office.sandbox.workspace.post(channel="C0STORE", user=MINA, text="said while it was gone")
    slack.unroute("**/page/changes*")
    expect(slack.locator(".message", has_text="said while it was gone")).to_be_visible()
