"""The console in a browser, by keyboard alone: look up, read, copy, hand over, work through the messages, lock."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Route, expect

from assistant.checklist.profile import Profile
from assistant.staff.roles import Role
from tests.browser.watched import watched
from tests.builders import COUNTY
from tests.page_app import served
from tests.staff.builders import MOBILE, PASSWORD, a_contact, desk_app, desk_of, somebody

pytestmark = pytest.mark.browser
DESK = {"width": 1366, "height": 768}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def office() -> FastAPI:
    """The console with a clerk of 示例县, a contact and two messages."""
    app = desk_app()
    at = desk_of(app)
    somebody(at, region=COUNTY)
    at.contacts.replace([a_contact()])
    for talk, words in (("one", "食品证"), ("two", "周六开门吗")):
        app.state.service.messages.leave(talk, words, "", consent=False, checklist=None)
    return app


@pytest.fixture
def console(office: FastAPI) -> Iterator[str]:
    """Where it is served."""
    with served(office) as address:
        yield address


@pytest.fixture
def desk(page: Page, console: str) -> Iterator[Page]:
    """The page at the counter, signed in by keyboard; what the console complains of fails the test."""
    complaints = watched(page, console, DESK)
    page.goto(f"{console}/staff")
    typed(page, "clerk", "Tab", PASSWORD, "Enter")
    expect(page.locator("html.js #q")).to_be_focused()  # the keys are heard from now on
    yield page
    assert complaints == []


def typed(page: Page, *keys: str) -> None:
    """Type words and press keys, whatever has the focus."""
    for key in keys:
        if re.fullmatch(r"(Alt\+)?[A-Z][A-Za-z]*|Alt\+.|/", key):
            page.keyboard.press(key)
        else:
            page.locator("input:focus, textarea:focus").wait_for()  # autofocus comes a moment after the page
            page.keyboard.type(key)


def test_initials_show_the_card_while_typing(desk: Page) -> None:
    """Four letters: the line, and beside it the card, while the focus stays in the box."""
    typed(desk, "spjy")
    expect(desk.locator(".line")).to_have_count(1)
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    expect(desk.locator("#q")).to_be_focused()
    expect(desk.locator("#q")).to_have_attribute("aria-activedescendant", "line-0")
    expect(desk.locator("#line-0")).to_have_attribute("aria-selected", "true")


def test_arrows_walk_the_list_and_enter_reads(desk: Page) -> None:
    """Down and up change the card; Enter goes into it, Esc comes back with the words selected."""
    typed(desk, "许可证")
    expect(desk.locator(".line")).to_have_count(2)
    second = desk.locator(".line").nth(1).locator("b").inner_text()
    typed(desk, "ArrowDown")
    expect(desk.locator("#card h1")).to_contain_text(second)
    typed(desk, "ArrowUp", "Enter")
    expect(desk.locator("#card")).to_be_focused()
    typed(desk, "Escape")
    expect(desk.locator("#q")).to_be_focused()
    typed(desk, "ycz")
    expect(desk.locator("#q")).to_have_value("ycz")
    expect(desk.locator("#card h1")).to_contain_text("烟草")


def test_answer_is_copied_by_a_key(desk: Page, console: str) -> None:
    """One key, and the plain words are in the clipboard; it is said aloud."""
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=console)
    typed(desk, "spjy")
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    typed(desk, "Alt+c")
    expect(desk.get_by_role("status")).to_contain_text("复制好了")
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("【食品经营许可证】怎么注销\n要带：1. 注销申请书")
    assert f"{console}/guides/shipin?region={COUNTY}" in copied


def test_page_goes_to_the_phone_as_a_picture(desk: Page) -> None:
    """One key shows the code, Esc takes it away."""
    typed(desk, "spjy")
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    typed(desk, "Alt+q")
    expect(desk.locator(".picture svg")).to_be_visible()
    typed(desk, "Escape")
    expect(desk.locator(".picture svg")).to_be_hidden()


def test_print_opens_the_public_page(desk: Page) -> None:
    """What is printed for people is what people see, with the window of the county."""
    typed(desk, "spjy")
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    with desk.context.expect_page() as opened:
        typed(desk, "Alt+p")
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith(f"/guides/shipin?region={COUNTY}")
    opened.value.close()


def test_contacts_are_opened_on_purpose(desk: Page, office: FastAPI) -> None:
    """Nobody's number is on the card until a key asks for it; then that is noted, once."""
    typed(desk, "spjy")
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    assert MOBILE not in desk.content()
    typed(desk, "Alt+t")
    expect(desk.locator("#card")).to_contain_text(MOBILE)
    typed(desk, "Alt+t", "Alt+t")
    assert len(desk_of(office).audit.latest(what="contacts_read")) == 1


def test_scanner_types_an_address_and_presses_enter(desk: Page, office: FastAPI, console: str) -> None:
    """A scanner is a fast typist: the checklist is open at once."""
    profile = Profile(enterprise_type="geti", place=COUNTY, licences=("shipin",))
    token, _ = office.state.service.checklists.issue(profile)
    typed(desk, f"{console}/c/{token}", "Enter")
    expect(desk.locator("#card .kicker")).to_contain_text(token[:4])
    expect(desk.locator("#card")).to_be_focused()


def test_list_that_comes_late_still_leads_to_its_card(desk: Page) -> None:
    """Whoever typed fast and pressed Enter is taken to the card, however slowly the list comes."""
    desk.evaluate(
        """() => {
          const asked = window.fetch;
          window.fetch = (address, how) => /staff.find/.test(address)
            ? new Promise((done) => setTimeout(() => done(asked(address, how)), 700))
            : asked(address, how);
        }"""
    )
    typed(desk, "烟草专卖局", "Enter")
    expect(desk.locator("#card h1")).to_have_text("示例市烟草专卖局")
    expect(desk.locator("#card")).to_be_focused()


def test_words_typed_before_the_page_was_ready_are_looked_up(desk: Page) -> None:
    """The cursor stands in the box before the script has come; who is quick loses nothing."""
    late: list[Route] = []
    desk.route("**/staff.js*", lambda route: late.append(route))
    desk.reload(wait_until="commit")
    expect(desk.locator("#q")).to_be_focused()
    typed(desk, "spjy")
    expect(desk.locator("#q")).to_have_value("spjy")
    late[0].continue_()
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    expect(desk.locator(".line")).to_have_count(1)


def test_whole_telephone_number_goes_into_no_address(desk: Page) -> None:
    """Of a number that is typed in only its end is asked for."""
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.locator("#q").fill("13900009876")
    expect(desk.locator(".nothing")).to_be_visible()
    assert any("q=9876" in url for url in asked)
    assert not any("13900009876" in url for url in asked)


def test_department_leads_to_an_item_and_back(desk: Page) -> None:
    """A link in a card opens the next card in place; the browser's way back leads back."""
    typed(desk, "烟草专卖局")
    expect(desk.locator("#card h1")).to_have_text("示例市烟草专卖局")
    desk.locator("#card [data-open]").first.focus()
    typed(desk, "Enter")
    expect(desk.locator("#card h1")).to_contain_text("烟草专卖零售许可证")
    desk.go_back()
    expect(desk.locator("#card h1")).to_have_text("示例市烟草专卖局")


def test_note_is_written_and_read(desk: Page) -> None:
    """A key, the words, and the next clerk reads them."""
    typed(desk, "spjy")
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")
    typed(desk, "Alt+n", "下午去快", "Tab", "Enter")
    expect(desk.locator(".noted")).to_contain_text("下午去快")


def test_messages_are_worked_through_by_keys(desk: Page) -> None:
    """To the queue, open, done, and the next one has the focus; a message is opened only when it is meant."""
    typed(desk, "Alt+m")
    expect(desk.locator(".line").first).to_be_focused()
    typed(desk, "ArrowDown", "ArrowUp")
    expect(desk.locator("#card .kicker")).to_have_count(0)
    typed(desk, "Enter")
    expect(desk.locator("#card h1")).to_have_text("食品证")
    typed(desk, "Alt+d")
    expect(desk.locator(".line")).to_have_count(1)
    expect(desk.locator(".line").first).to_be_focused()
    expect(desk.locator(".line").first).to_contain_text("周六")


def test_desk_is_locked_by_a_key_and_opened_by_the_password(desk: Page) -> None:
    """Away for a moment, and back where it was."""
    typed(desk, "Alt+m")
    expect(desk.locator(".line").first).to_be_focused()
    typed(desk, "Alt+k")
    expect(desk.locator("h1")).to_contain_text("欢迎回来")
    assert "食品证" not in desk.content()
    expect(desk.get_by_label("密码")).to_be_focused()
    typed(desk, PASSWORD, "Enter")
    expect(desk.locator("h1").first).to_have_text("留言")


def test_locked_meanwhile_leads_to_the_password(desk: Page, office: FastAPI) -> None:
    """A look-up after the session was ended elsewhere shows the door, not an error in the list."""
    desk_of(office).accounts.reset("clerk")
    typed(desk, "spjy")
    expect(desk.locator("h1")).to_have_text("窗口人员登录")


def test_lost_network_is_said_and_typing_goes_on(desk: Page) -> None:
    """A cable that was pulled is told in words; once it is back the same box works."""
    desk.context.set_offline(True)
    typed(desk, "sp")
    expect(desk.get_by_role("status")).to_contain_text("网断了")
    desk.context.set_offline(False)
    typed(desk, "jy")
    expect(desk.locator("#card h1")).to_contain_text("食品经营许可证")


@pytest.mark.parametrize(
    "path", ["/staff", "/staff?show=guide.shipin", "/staff?q=许可证", "/staff/messages", "/staff/password"]
)
def test_nothing_hangs_over_the_edge(desk: Page, console: str, path: str) -> None:
    """On a small screen, as at 400 % of a large one, nobody scrolls sideways."""
    desk.set_viewport_size({"width": 340, "height": 700})
    desk.goto(console + path)
    assert desk.evaluate(OVERFLOW) <= 0


def test_accounts_by_keyboard(office: FastAPI, page: Page, console: str) -> None:
    """An administrator adds somebody; the first password is on the screen, once."""
    somebody(desk_of(office), Role.ADMINISTRATOR)
    page.goto(f"{console}/staff/accounts")
    typed(page, "administrator", "Tab", PASSWORD, "Enter")
    page.get_by_label("登录名").focus()
    typed(page, "xin", "Tab", "示例新", "Enter")
    expect(page.locator(".first-word")).to_have_text(re.compile(r"^(\w{4}-){2}\w{4}$"))
    page.goto(f"{console}/staff/accounts")
    expect(page.locator(".first-word")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("还没换首次密码")


def test_console_works_without_javascript(browser: Browser, console: str) -> None:
    """Signing in, looking up, opening, settling: every step is a page."""
    context = browser.new_context(java_script_enabled=False, viewport=DESK)  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(f"{console}/staff")
    plain.get_by_label("登录名").fill("clerk")
    plain.get_by_label("密码").fill(PASSWORD)
    plain.get_by_role("button", name="登录").click()
    plain.get_by_role("searchbox").fill("许可证")
    plain.get_by_role("button", name="查", exact=True).click()
    plain.locator(".line").nth(1).click()
    expect(plain.locator("#card h1")).to_contain_text("许可证")
    plain.get_by_role("link", name=re.compile("^留言")).click()
    plain.locator(".line").first.click()
    plain.get_by_role("button", name=re.compile("办完了")).click()
    expect(plain.locator(".line")).to_have_count(1)
    context.close()
