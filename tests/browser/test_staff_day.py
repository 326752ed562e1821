"""A clerk's day by keyboard alone: intake by code, notice, resolve, submit, finish, mail, rate, report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages import progress
from api.staff.queue import AT_ONCE
from assistant.cases.model import NoticeLine
from assistant.cases.notices import notice_lines
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.db import connected
from assistant.issued import IssuedChecklists, code_of
from assistant.settings import Settings
from assistant.staff.desk import desk
from assistant.staff.roles import Role
from tests.browser.watched import watched
from tests.builders import COUNTY, a_guide, a_knowledge, a_material, a_profile, an_item
from tests.cases.builders import CODE, LI, WANG, ZHAO, an_entry, complete, moved, opened
from tests.page_app import Names, served
from tests.staff.builders import PASSWORD, desk_app, somebody

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
NAMELESS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(one => one.offsetParent && !(one.textContent.trim() || one.getAttribute('aria-label') || one.title
    || (one.labels && one.labels.length && one.labels[0].textContent.trim())))
  .map(one => one.outerHTML.slice(0, 120))"""
TWICE = (
    """() => [...document.querySelectorAll('[id]')].map(one => one.id).filter((id, n, all) => all.indexOf(id) !== n)"""
)


@dataclass(frozen=True)
class Desk:
    """A console that is served, and what stands behind it."""

    address: str
    cases: Cases
    lists: IssuedChecklists


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Desk]:
    """The console over a database of its own in a file, as in real life."""
    app = desk_app()
    app.include_router(progress.router)
    known = a_knowledge(
        an_item("shipin", "食品经营许可证"),
        an_item("yancao", "烟草专卖零售许可证", department="yancaoju"),
        guides={
            "shipin": a_guide("食品经营许可证", a_material("注销申请书"), aliases=("食品证",)),
            "yancao": a_guide("烟草专卖零售许可证", a_material("停业申请"), aliases=("烟草证",)),
        },
    )
    lists = IssuedChecklists(known, connected(f"sqlite:///{tmp_path}/desk.db"))
    app.state.service = replace(
        app.state.service, checklists=lists, knowledge=known, finder=Names(known), settings=Settings(data=tmp_path)
    )
    for role in (Role.CLERK, Role.HEAD):
        somebody(desk(lists.engine, tmp_path), role, region=COUNTY)
    with served(app) as address:
        yield Desk(address, Cases(lists.engine), lists)


@pytest.fixture
def clerk(page: Page, console: Desk) -> Iterator[Page]:
    """A clerk at work; what the page complains about and what it fetches from elsewhere fails the test."""
    complaints = watched(page, console.address, DESK)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, console, "clerk")
    yield page
    assert complaints == []


def sign_in(page: Page, console: Desk, name: str) -> None:
    """Name and password, by keyboard."""
    page.goto(f"{console.address}/staff/sign-in")
    type_in(page, name, "Tab", PASSWORD, "Enter")
    page.wait_for_url(re.compile(r"/staff$"))


def type_in(page: Page, *said: str) -> None:
    """Words are typed, names of keys are pressed."""
    for one in said:
        if one in ("Tab", "Enter", "Space", "ArrowDown", "ArrowUp"):
            page.keyboard.press(one)
        else:
            page.locator("input:focus, textarea:focus").wait_for()  # autofocus comes a moment after the page
            page.keyboard.type(one)


def press(page: Page, key: str) -> None:
    """Alt and a key, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press(f"Alt+{key}")


def tab_to(page: Page, name: str) -> None:
    """The tab key until the field of this name has the focus: nobody needs a mouse to get there."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"the tab key does not lead to {name}")


def test_clerks_day_by_keyboard_alone(clerk: Page, console: Desk) -> None:
    """From the short code on a paper to the certificate in the post, the rating and the report; no mouse."""
    token, _ = console.lists.issue(a_profile("shipin", "yancao"))
    press(clerk, "x")
    with clerk.expect_navigation():
        type_in(clerk, code_of(token).upper(), "Enter")
    type_in(clerk, "示例县一家食杂店", "Tab", CODE)
    expect(clerk.locator("[data-uscc-told]")).to_contain_text("校验对了")
    type_in(clerk, "Tab", "张三", "Tab", "13800138000", "Tab", "Tab", "Space")
    press(clerk, "1")
    number = clerk.url.rpartition("/")[2]
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("示例县一家食杂店")

    press(clerk, "1")  # 开始初审
    press(clerk, "g")  # 一次性告知
    press(clerk, "1")
    expect(clerk.get_by_role("heading", level=1)).to_have_text("一次性告知书")
    assert console.cases.find(number).state is State.CORRECTING
    press(clerk, "z")
    press(clerk, "j")  # 补来了
    clerk.keyboard.press("Alt+a")
    press(clerk, "1")
    assert console.cases.find(number).state is State.REVIEWING

    press(clerk, "1")  # 代交给部门
    assert console.cases.find(number).state is State.SUBMITTED
    press(clerk, "2")  # 部门办结
    press(clerk, "1")  # 证明领回来了
    assert console.cases.find(number).state is State.COLLECTED
    clerk.keyboard.press("Alt+o")
    with clerk.expect_navigation():
        type_in(clerk, "示例快递", "Tab", "SL-0001", "Enter")
    assert {one.mailing.number for one in console.cases.find(number).entries if one.mailing} == {"SL-0001"}

    applicant = clerk.context.new_page()
    applicant.goto(f"{console.address}/progress?number={number}")
    tab_to(applicant, "last_four")
    with applicant.expect_navigation():
        type_in(applicant, "8000", "Enter")
    expect(applicant.locator("main")).to_contain_text("SL-0001")
    tab_to(applicant, "level")
    with applicant.expect_navigation():
        type_in(applicant, "Space", "Tab", "Enter")
    expect(applicant.get_by_role("status")).to_contain_text("谢谢")
    applicant.close()

    press(clerk, "z")  # 整份归档
    assert console.cases.find(number).closed_at is not None
    press(clerk, "h")
    expect(clerk.locator(".figures > div", has_text="期间窗口办结")).to_contain_text("2 项")


def test_scanned_code_is_taken_in_and_found_again_by_letters(clerk: Page, console: Desk) -> None:
    """A scanner types the address of the paper's QR and Enter; later the initials of the shop lead back to its case."""
    token, _ = console.lists.issue(a_profile("shipin", "yancao"))
    press(clerk, "x")
    with clerk.expect_navigation():
        type_in(clerk, f"{console.address}/c/{token}", "Enter")
    type_in(clerk, "示例县一家食杂店")
    press(clerk, "1")
    number = clerk.url.rpartition("/")[2].partition("#")[0]
    press(clerk, "s")
    type_in(clerk, "slxyjszd")
    expect(clerk.locator("[data-list] .line").first).to_contain_text("示例县一家食杂店")
    type_in(clerk, "Enter")
    expect(clerk.locator("#card h1")).to_contain_text("示例县一家食杂店")
    press(clerk, "o")
    expect(clerk).to_have_url(re.compile(f"/staff/cases/{number}$"))


def test_pages_of_the_queue_are_turned_by_keys(clerk: Page, console: Desk) -> None:
    """One key on, one key back, and what is ticked on the second page goes on from there."""
    last = [opened(console.cases) for _ in range(AT_ONCE + 2)][-1]
    press(clerk, "b")
    press(clerk, "n")
    expect(clerk.locator(".pager")).to_contain_text("第 51 到 52 份")
    type_in(clerk, "ArrowDown", "ArrowDown", "Space")
    press(clerk, "g")
    assert console.cases.find(last.number).state is State.REVIEWING
    expect(clerk.locator(".pager")).to_contain_text("第 51 到 52 份")
    press(clerk, "p")
    expect(clerk.locator(".pager")).to_contain_text("第 1 到 50 份")


def test_low_rating_is_followed_up_and_a_hard_case_settled_by_keyboard(
    browser: Browser, clerk: Page, console: Desk
) -> None:
    """A clerk reports what is too hard and closes it with its result; the head of the window asks after a low rating."""
    case = moved(
        console.cases, complete(console.cases, opened(console.cases, an_entry(tier="窗口直接办"))), State.REVIEWING
    )
    console.cases.rate(moved(console.cases, case, State.DONE_AT_WINDOW).number, 1, (), "")
    clerk.goto(f"{console.address}/staff/cases/{case.number}")
    clerk.keyboard.press("Alt+n")
    tab_to(clerk, "words")
    type_in(clerk, "部门说不清该谁办", "Tab")
    with clerk.expect_navigation():
        type_in(clerk, "Enter")
    press(clerk, "b")
    press(clerk, "w")
    tab_to(clerk, "result")
    with clerk.expect_navigation():
        type_in(clerk, "协调好了", "Enter")
    assert [one.result for one in console.cases.matters(waiting=False)] == ["协调好了"]

    head = browser.new_page()
    sign_in(head, console, "head")
    press(head, "b")
    press(head, "v")
    tab_to(head, "result")
    with head.expect_navigation():
        type_in(head, "道了歉", "Enter")
    assert [one.result for one in console.cases.ratings(by=ZHAO)] == ["道了歉"]
    head.close()


def test_counter_needs_the_keyboard_only(clerk: Page, console: Desk) -> None:
    """Initials, Enter, an everyday name, Enter: the licences stand there in full, and a case is made of them."""
    press(clerk, "x")
    clerk.keyboard.press("Alt+n")
    type_in(clerk, "spjy", "Enter")
    box = clerk.locator("[data-items]")
    expect(box).to_have_value("食品经营许可证；")
    type_in(clerk, "烟草")
    expect(clerk.locator("[data-suggested] .at")).to_contain_text("烟草专卖零售许可证")
    type_in(clerk, "Enter")
    expect(box).to_have_value("食品经营许可证；烟草专卖零售许可证；")
    type_in(clerk, "Tab", "Tab", "Tab", "示例县一家店")
    press(clerk, "1")
    case = console.cases.find(console.cases.queue()[0].number)
    assert (case.enterprise.name, {one.item for one in case.entries}) == ("示例县一家店", {"shipin", "yancao"})


def test_queue_goes_by_arrows_and_sends_several_on(clerk: Page, console: Desk) -> None:
    """Arrows choose, the space bar ticks, one key sends on what is ticked; Enter opens."""
    first, second, third = (opened(console.cases) for _ in range(3))
    press(clerk, "b")
    type_in(clerk, "ArrowDown", "Space", "ArrowDown", "ArrowDown", "Space")
    press(clerk, "g")
    expect(clerk.locator(".outcomes")).to_contain_text("办成 2 份")
    states = [console.cases.find(one.number).state for one in (first, second, third)]
    assert states == [State.REVIEWING, State.REGISTERED, State.REVIEWING]
    with clerk.expect_navigation():
        type_in(clerk, "ArrowDown", "Enter")
    expect(clerk).to_have_url(re.compile(r"/staff/cases/\d{8}-\d{4}$"))


def test_second_clerk_sees_what_the_first_did_and_loses_nothing(clerk: Page, console: Desk) -> None:
    """A case that was changed while its page was open: who, what, and the same step again with one key."""
    case = opened(console.cases)
    clerk.goto(f"{console.address}/staff/cases/{case.number}")
    console.cases.green_lane(case.number, case.version, "elderly", by=WANG)
    press(clerk, "1")
    expect(clerk.get_by_role("alert")).to_contain_text("王五")
    assert console.cases.find(case.number).state is State.REGISTERED
    press(clerk, "2")
    assert console.cases.find(case.number).state is State.REVIEWING
    press(clerk, "u")
    assert console.cases.find(case.number).state is State.REGISTERED


def test_everything_on_the_pages_has_a_name(clerk: Page, console: Desk) -> None:
    """What can be reached can be read aloud; no id stands twice; one heading; nothing scrolls sideways."""
    case = opened(console.cases)
    token, _ = console.lists.issue(a_profile("shipin"))
    notice = console.cases.notify(case.number, case.version, _missing(console, case.number), by=LI).notices[0]
    console.cases.escalate("hard", "没人管", by=LI, number=case.number)
    pages = (
        "cases",
        f"cases/{case.number}",
        f"cases/{case.number}/notice",
        f"cases/{case.number}/notices/{notice.id}",
        f"cases/{case.number}/contact",
        "intake",
        f"intake?code={token}",
        "handover",
        "matters",
        "ratings",
        "files",
        f"files/{case.enterprise.id}",
        "report",
    )
    for path in pages:
        clerk.goto(f"{console.address}/staff/{path}")
        clerk.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert clerk.evaluate(NAMELESS) == [], path
        assert clerk.evaluate(TWICE) == [], path
        expect(clerk.get_by_role("heading", level=1)).to_have_count(1)
        assert clerk.evaluate("document.documentElement.scrollWidth") <= DESK["width"], path


def test_progress_page_fits_a_phone(browser: Browser, console: Desk) -> None:
    """Large type, no sideways scrolling, before and after the number is filled in."""
    case = opened(console.cases)
    console.cases.notify(case.number, case.version, _missing(console, case.number), by=LI)
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    phone.goto(f"{console.address}/progress?number={case.number}")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.fill("[name=last_four]", "8000")
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_contain_text("注销申请书")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") >= 18
    phone.close()


def _missing(console: Desk, number: str) -> tuple[NoticeLine, ...]:
    """All that a case still lacks."""
    case = console.cases.find(number)
    return notice_lines(case, {}, [one.id for one in case.entries])
