"""axe finds nothing against WCAG 2 A and AA on any page, public or of the staff, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.cases.links import DepartmentLinks
from assistant.cases.model import Case
from assistant.cases.notices import notice_lines
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.checklist.profile import Profile
from assistant.db import connected
from assistant.issued import IssuedChecklists
from assistant.messages import Messages
from assistant.settings import Settings
from assistant.staff.desk import desk
from assistant.staff.roles import Role
from assistant.wrong_facts import Fact, WrongFacts
from tests.browser import axe
from tests.browser.public import PUBLIC
from tests.builders import COUNTY, REGISTRAR
from tests.cases.builders import LI, an_entry, complete, moved, opened
from tests.page_app import fictional, served
from tests.staff.builders import PASSWORD, a_contact, desk_app, somebody

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
S = State
REFUSALS = {
    403: ("/staff/log", "/staff/cases"),
    404: ("/guides/meiyou", "/staff/result/meiyou"),
    422: ("/staff/intake?code=22222222",),
}


class House:
    """Everything that pages show, over a database of its own in a file, and where it is served."""

    address: str

    def __init__(self, folder: Path) -> None:
        self.app = desk_app()
        known = fictional()
        engine = connected(f"sqlite:///{folder}/house.db")
        self.lists, self.messages = IssuedChecklists(known, engine), Messages(engine)
        self.cases, self.desk = Cases(engine), desk(engine, folder)
        self.app.state.service = replace(
            self.app.state.service, checklists=self.lists, messages=self.messages, settings=Settings(data=folder)
        )
        for role in Role:
            somebody(self.desk, role, **({} if role is Role.DEPARTMENT else {"region": COUNTY}))
        self.desk.contacts.replace([a_contact()])
        self.messages.leave("talk", "周六开门吗", "", consent=False, checklist=None)
        WrongFacts(engine).report(Fact("shipin", "食品经营许可证", "电话", "000-0000"), "unreachable", "打了三次")
        self.token, _ = self.lists.issue(
            Profile(enterprise_type="gongsi", place="shilixian", licences=("shipin", "yancao"))
        )
        self.department = known.departments[REGISTRAR].name
        self.new = opened(self.cases, an_entry(department=self.department), an_entry("yancao"))
        self.told = self._notified(opened(self.cases, enterprise="示例县二店", code=None, green_lane="elderly"))
        self.handed = moved(
            self.cases,
            complete(self.cases, opened(self.cases, an_entry(department=self.department), enterprise="示例县三店", code=None)),
            S.REVIEWING,
            S.SUBMITTED,
        )  # fmt: skip
        self.key = DepartmentLinks(self.cases).make(self.handed.number, self.handed.version, self.department, by=LI)
        self.over = self._rated(opened(self.cases, enterprise="示例县四店", code=None))
        self.cases.escalate("hard", "没人管", by=LI, number=self.new.number)

    def _notified(self, case: Case) -> Case:
        lines = notice_lines(case, {}, [one.id for one in case.entries])
        return self.cases.notify(case.number, case.version, lines, by=LI)

    def _rated(self, case: Case) -> Case:
        case = moved(self.cases, complete(self.cases, case), S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT)
        case = moved(self.cases, case, S.GRANTED, S.COLLECTED, S.FETCHED, S.ARCHIVED)
        self.cases.rate(case.number, 2, (), "等得久")
        return case


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole house with something in every room."""
    made = House(tmp_path_factory.mktemp("house"))
    with served(made.app) as address:
        made.address = address
        yield made


def signed_in(browser: Browser, house: House, role: Role, size: dict[str, int]) -> Page:
    """A page on which somebody of this role is at work."""
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.goto(f"{house.address}/staff/sign-in")
    page.fill("[name=name]", role.value)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{house.address}/staff")
    return page


def faults(page: Page, house: House, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """What axe finds on each of these pages, where it finds anything; a page that is not the one meant counts, too."""
    found: dict[str, list[str]] = {}
    for path in paths:
        answer = page.goto(f"{house.address}{path}")
        assert answer is not None
        meant = answer.ok or path in REFUSALS.get(answer.status, ())
        found[path] = axe.violations(page) if meant else [f"answered {answer.status}"]
    return {path: told for path, told in found.items() if told}


def test_axe_is_the_file_that_its_note_names() -> None:
    """Nobody changed the vendored file, or the note with it."""
    assert axe.intact()


def test_axe_finds_what_is_wrong(page: Page) -> None:
    """A page with a nameless button and pale words is not clean: what finds nothing elsewhere does look."""
    page.set_content(
        "<html lang=zh><title>x</title><main><button></button><p style='color:#ddd'>看不清</p></main></html>"
    )
    assert {one.partition(":")[0] for one in axe.violations(page)} == {"button-name", "color-contrast"}


def test_public_pages_are_clean_on_a_phone(browser: Browser, house: House) -> None:
    """Every page that people open, with everything unfolded."""
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    lists = tuple(f"/c/{house.token}{rest}" for rest in ("", "/forms"))
    assert faults(page, house, (*PUBLIC, *lists, f"/wrong?guide=shipin&of={house.token}")) == {}
    page.close()


def test_public_pages_are_clean_in_large_type_at_a_desk(browser: Browser, house: House) -> None:
    """The same in the largest type on a large screen, which has a layout of its own."""
    page = browser.new_page(viewport=DESK)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "daoban_big", "value": "1", "url": house.address}])
    assert faults(page, house, ("/", "/guides", "/guides/shipin", "/form", f"/c/{house.token}", "/progress")) == {}
    page.close()


def test_public_pages_are_clean_by_night(browser: Browser, house: House) -> None:
    """A device that asks for dark gets dark pages whose words are as easy to read; a conversation and its cards, too."""
    page = browser.new_page(viewport=PHONE, color_scheme="dark")  # type: ignore[arg-type]
    lists = tuple(f"/c/{house.token}{rest}" for rest in ("", "/forms"))
    assert faults(page, house, (*PUBLIC, *lists, f"/wrong?guide=shipin&of={house.token}")) == {}
    page.goto(house.address)
    assert brightness(page) < 60
    found: list[str] = []
    for said in ("食品证", "哪些证", "清单", "天上有几颗星"):
        ask(page, said)
        found += axe.violations(page)
    assert found == []
    page.close()


def brightness(page: Page) -> int:
    """How bright the ground of a page is, of 255."""
    ground: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(map(int, re.findall(r"\d+", ground)[:3]))


def ask(page: Page, said: str) -> None:
    """Type a message and wait for its answer."""
    page.fill("#text", said)
    before = page.locator(".reply").count()
    page.click("#send")
    expect(page.locator(".reply").nth(before)).to_be_visible()  # not yet there, it would look like answered
    expect(page.locator(".wait")).to_have_count(0)


def test_forced_colours_hide_nothing(browser: Browser, house: House) -> None:
    """In high contrast the colours are the device's: what was only colour (a tick, the page one is on) still shows."""
    page = browser.new_page(viewport=PHONE, forced_colors="active")  # type: ignore[arg-type]
    page.goto(f"{house.address}/form")
    box = page.locator(".option input, .pick input").first
    mark = "node => getComputedStyle(node.nextElementSibling, '::after').borderBottomWidth"
    box.evaluate("node => { node.checked = true; }")
    assert box.evaluate(mark) != "0px"
    line = "node => getComputedStyle(node).borderBottomColor"
    here, elsewhere = page.locator(".tabs a[aria-current]"), page.locator(".tabs a:not([aria-current])").first
    assert here.evaluate(line) != elsewhere.evaluate(line)
    page.close()


def test_pages_fit_at_four_hundred_percent(browser: Browser, house: House) -> None:
    """1280 pixels at 400 % are 320: nothing is cut off and nothing scrolls sideways, in both sizes of type."""
    page = browser.new_page(viewport={"width": 320, "height": 256})
    lists = tuple(f"/c/{house.token}{rest}" for rest in ("", "/forms"))
    wide: list[str] = []
    for big in ("0", "1"):
        page.goto(f"{house.address}/?big={big}")
        for path in (*PUBLIC, *lists, f"/wrong?guide=shipin&of={house.token}"):
            page.goto(f"{house.address}{path}")
            page.evaluate(axe.OPENED)
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                wide.append(f"{path} big={big}")
    page.goto(house.address)
    for said in ("食品证", "哪些证", "清单"):
        ask(page, said)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(said)
    expect(page.locator("#text")).to_be_visible()
    assert wide == []
    page.close()


ANNOUNCED = """() => {
  window.heard = [];
  const log = document.querySelector('[role=log][aria-live=polite]');
  new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(node => {
    if (node.nodeType === 1 && !node.classList.contains('wait')) window.heard.push(node.innerText);
  }))).observe(log, {childList: true, subtree: true});
}"""


def test_new_messages_are_announced(browser: Browser, house: House) -> None:
    """Question and answer come into a log that was there before, so that a screen reader tells them, once each, when they are whole."""
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    page.goto(house.address)
    page.evaluate(ANNOUNCED)
    ask(page, "食品证要带什么")
    heard = page.evaluate("window.heard")
    assert len([one for one in heard if "食品经营许可证" in one]) == 1
    assert page.locator("[role=log] [aria-busy]").count() == 0
    assert page.locator("[role=log] .reply").count() == 1
    page.close()


def test_conversation_needs_no_pointer(browser: Browser, house: House) -> None:
    """From the address bar to a second answer with Tab and Enter alone; where one is can always be seen."""
    page = browser.new_page(viewport=DESK)  # type: ignore[arg-type]
    page.goto(house.address)
    steps = tabbed_to(page, "document.activeElement.id === 'text'")
    assert steps < 30
    page.keyboard.type("食品证要带什么")
    page.keyboard.press("Enter")
    expect(page.locator(".reply h2")).to_be_visible()
    expect(page.locator(".wait")).to_have_count(0)
    tabbed_to(
        page, "document.activeElement.closest('.reply') && document.activeElement.tagName === 'BUTTON'", back=True
    )
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_count(2)
    expect(page.locator(".wait")).to_have_count(0)
    page.close()


SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || document.activeElement === document.body;
}"""


def tabbed_to(page: Page, wanted: str, *, back: bool = False) -> int:
    """After how many presses of Tab something has the focus, every stop on the way showing that it has it."""
    for number in range(1, 60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate(wanted):
            return number
    raise AssertionError(f"never reached: {wanted}")


def test_conversation_is_clean_with_every_kind_of_card(browser: Browser, house: House) -> None:
    """An answer, a question with ticks, a choice, a checklist, a message, something not understood."""
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    page.goto(house.address)
    found: list[str] = []
    for said in ("食品证", "哪些证", "哪一个", "清单", "留言", "办到哪", "天上有几颗星"):
        ask(page, said)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # nothing lies behind the box for the next message
        found += axe.violations(page)
    for path in ("/told", "/handover", "/new"):
        page.goto(f"{house.address}{path}")
        found += axe.violations(page)
    assert found == []
    page.close()


def test_answers_to_forms_are_clean(browser: Browser, house: House) -> None:
    """Refused forms, a handover with its code, the progress of a case that waits and of one that can be rated."""
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for path, fields in (
        ("/form", {}),
        ("/on", {"code": "12345678"}),
        ("/c/by-code", {"code": "22222222"}),
        ("/message", {"words": ""}),
        ("/wrong?guide=shipin", {}),
        (f"/progress?number={house.told.number}", {"last_four": "8000"}),
        (f"/progress?number={house.handed.number}", {"last_four": "8000"}),
        (f"/progress?number={house.over.number}", {"last_four": "8000"}),
        (f"/progress?number={house.new.number}", {"last_four": "0000"}),
    ):
        page.goto(f"{house.address}{path}")
        for name, value in fields.items():
            page.fill(f"main [name={name}]", value)
        page.evaluate("document.querySelector('main form[method=post]').noValidate = true")
        with page.expect_navigation():
            page.evaluate("document.querySelector('main form[method=post]').requestSubmit()")
        found[path] = axe.violations(page)
    assert {path: told for path, told in found.items() if told} == {}
    page.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_the_window_are_clean(browser: Browser, house: House, size: dict[str, int]) -> None:
    """Every page of a clerk and of the head of the window, with every kind of card."""
    page = signed_in(browser, house, Role.HEAD, size)
    case, told, over = house.new, house.told, house.over
    of_a_case = ("", "/notice", "/contact")
    pages = (
        *("", "?q=许可证", "?show=guide.shipin", f"?show=department.{REGISTRAR}", "?show=message.1", "?show=report.1"),
        *(f"?show=case.{case.number}", f"?show=checklist.{house.token}", "?q=天上有几颗星", "/password"),
        *("/messages", "/messages?show=message.1", "/messages?done=true", "/reports", "/reports?show=report.1"),
        *("/intake", f"/intake?code={house.token}", "/intake?code=22222222", "/cases", "/cases?due=paused"),
        *("/cases?state=archived", "/handover", "/matters", "/matters?done=true", "/ratings"),
        *("/files", f"/files/{case.enterprise.id}", f"/files/{over.enterprise.id}", "/report", "/log", "/contacts"),
        f"/contacts/{REGISTRAR}",
        *(f"/cases/{one.number}{rest}" for one in (case, told, house.handed, over) for rest in of_a_case),
        f"/cases/{told.number}/notices/{told.notices[0].id}",
    )
    assert faults(page, house, tuple(f"/staff{one}" for one in pages)) == {}
    page.close()


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.ADMINISTRATOR, ("", "/accounts", "/log", "/log?check=true", "/contacts", "/report", "/ratings")),
        (Role.EDITOR, ("", "/reports", "/reports?show=report.1", "/cases")),
        (Role.DEPARTMENT, ("", "/ours", f"/contacts/{REGISTRAR}")),
    ],
)
def test_pages_of_the_others_are_clean(browser: Browser, house: House, role: Role, paths: tuple[str, ...]) -> None:
    """What only they see; a refusal, too."""
    page = signed_in(browser, house, role, DESK)
    assert faults(page, house, tuple(f"/staff{one}" for one in paths)) == {}
    page.close()


def test_doors_are_clean(browser: Browser, house: House) -> None:
    """Signing in, a wrong password, a locked desk, the link of a department."""
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    assert faults(page, house, ("/staff/sign-in", f"/staff/result/{house.key}", "/staff/result/meiyou")) == {}
    page.goto(f"{house.address}/staff/sign-in")
    page.fill("[name=name]", "meiyou")
    page.fill("[name=password]", "meiyou")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert axe.violations(page) == []
    page.close()
    page = signed_in(browser, house, Role.CLERK, DESK)
    with page.expect_navigation():
        page.keyboard.press("Alt+k")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert axe.violations(page) == []
    page.close()
