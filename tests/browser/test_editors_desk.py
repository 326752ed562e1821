"""The editors' desk in a browser: a telephone put right, a broken edit refused, a second person, the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from assistant.staff.roles import Role
from tests.browser import axe
from tests.browser.old_engine import old_page
from tests.browser.watched import watched
from tests.desk.pages import drafts_of, editors_app
from tests.page_app import served
from tests.staff.builders import PASSWORD, desk_of, somebody

pytestmark = pytest.mark.browser

GUIDE = "guides/geting.yaml"
EDIT = f"/editors/edit/{GUIDE}"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The service over a small folder of its own, with an editor and a head of the window."""
    made = editors_app(tmp_path)
    for role in (Role.EDITOR, Role.HEAD):
        somebody(desk_of(made), role)
    return made


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Where it is served."""
    with served(app) as found:
        yield found


def at_desk(page: Page, address: str, name: str) -> list[str]:
    """Somebody signs in at the desk; gives what the page complains of from then on."""
    complaints = watched(page, address, WIDE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/staff")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="编辑", exact=True)).to_be_visible()
    return complaints


@pytest.fixture
def editor(page: Page, address: str) -> Iterator[Page]:
    """An editor at the desk."""
    complaints = at_desk(page, address, "editor")
    yield page
    assert complaints == []


@pytest.fixture
def head(browser: Browser, address: str) -> Iterator[Page]:
    """The head of the window in a browser of their own."""
    context = browser.new_context()
    page = context.new_page()
    complaints = at_desk(page, address, "head")
    yield page
    assert complaints == []
    context.close()


def lines(page: Page) -> str:
    """What stands in the editor."""
    return page.locator(".cm-content").inner_text()


def put(page: Page, line: int, words: str) -> None:
    """Type at the end of a line."""
    page.locator(".cm-line").nth(line - 1).click()
    page.keyboard.press("End")
    page.keyboard.type(words)


def live(page: Page, address: str, words: str) -> None:
    """Wait until the people read these words on the guide of 小县."""
    page.goto(f"{address}/guides/geting?region=xiaoxian")
    for _ in range(40):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{words} did not come")


def test_telephone_from_the_list_to_the_live_answer(editor: Page, head: Page, address: str) -> None:
    """Find the guide by its initials, write the number, a second person agrees: the people read it; and back again."""
    editor.keyboard.press("Alt+w")
    editor.get_by_role("searchbox").fill("gt")
    editor.keyboard.press("Enter")
    editor.get_by_role("link", name="改电话、窗口").click()
    editor.get_by_role("link", name="小县专窗", exact=True).click()
    editor.get_by_role("textbox", name="电话").fill("0457-2123456")
    editor.get_by_label("为什么改").fill("打电话问过，换了号")
    editor.get_by_role("button", name="交给别人审").click()
    expect(editor.locator(".changes")).to_contain_text("0457-2123456")
    expect(editor.locator("main")).to_contain_text("等窗口负责人或者管理员来审")
    expect(editor.locator("[data-into]")).to_contain_text("歌厅许可")

    head.keyboard.press("Alt+w")
    head.get_by_role("link", name=re.compile("^草稿")).click()
    head.get_by_role("link", name="部门、地区、窗口").click()
    expect(head.locator(".changes")).to_contain_text("0457-2123456")
    head.get_by_role("button", name="同意，发布").click()
    expect(head.get_by_role("status").first).to_contain_text("第 1 次发布好了")
    people = editor.context.browser.new_page()  # type: ignore[union-attr]
    live(people, address, "0457-2123456")

    head.get_by_text("退回", exact=True).click()
    head.get_by_label("为什么退").fill("号码抄错了")
    head.get_by_role("button", name="只退这一次").click()
    expect(head.locator(".rows-of")).to_contain_text("号码抄错了")
    people.goto(f"{address}/guides/geting?region=xiaoxian")
    for _ in range(40):
        if "0457-2123456" not in people.locator("main").inner_text():
            break
        people.wait_for_timeout(250)
        people.reload()
    expect(people.locator("main")).not_to_contain_text("0457-2123456")
    people.close()


def test_broken_edit_is_refused_with_its_line(editor: Page, app: FastAPI, address: str) -> None:
    """The line is told while typing, and again when it is proposed; a press on it leads there; nothing is lost."""
    editor.goto(address + EDIT)
    put(editor, 2, "关门了。")
    put(editor, 5, "\n先问清：")
    told = editor.locator("[data-faults]")
    expect(told).to_contain_text("第 6 行 用了全角冒号")
    expect(editor.locator(".cm-lintRange-error")).not_to_have_count(0)
    expect(editor.locator("[data-faces]")).to_contain_text("第 6 行还有错")
    told.get_by_role("button", name="第 6 行").click()
    expect(editor.locator(".cm-activeLine")).to_contain_text("先问清：")
    editor.get_by_label("为什么改").fill("试试")
    editor.get_by_role("button", name="交给别人审").click()
    expect(editor.get_by_role("alert")).to_contain_text("检查没通过")
    expect(editor.locator("[data-faults]")).to_contain_text("第 6 行")
    assert "先问清：" in lines(editor)
    assert "歌厅不干了。关门了。" in drafts_of(app).open(GUIDE).text
    assert "关门了" not in (drafts_of(app).folder / GUIDE).read_text("utf-8")


def test_people_see_beside_the_text_what_it_will_be(editor: Page, address: str) -> None:
    """Page, WeChat and paper follow the typing; the face that was chosen stays."""
    editor.goto(address + EDIT)
    expect(editor.locator(".face.web")).to_be_visible()
    editor.get_by_text("微信", exact=True).click()
    expect(editor.locator(".face.wechat")).to_contain_text("歌厅不干了。")
    put(editor, 2, "怎么退证？")
    expect(editor.locator(".face.wechat")).to_contain_text("歌厅不干了。怎么退证？")
    expect(editor.locator(".face.wechat")).to_be_visible()
    editor.get_by_label("哪个县").select_option(label="示例县")
    expect(editor.locator(".face.wechat")).to_contain_text("示例路1号")
    with editor.context.expect_page() as opened:
        editor.get_by_role("button", name="整页、打印").click()
    expect(opened.value.locator("h1")).to_have_text("歌厅许可")
    expect(opened.value.locator("main")).to_contain_text("怎么退证？")
    opened.value.close()
    editor.get_by_role("button", name="存草稿").click()
    expect(editor.get_by_role("status").first).to_contain_text("草稿存好了")


def test_words_are_offered_while_typing(editor: Page, address: str) -> None:
    """A key at the beginning of a line, a value behind a key: the arrow and Enter write them."""
    editor.goto(address + EDIT)
    put(editor, 5, "\n")
    editor.keyboard.press("Shift+Home")
    editor.keyboard.type("先")
    offered = editor.locator(".cm-tooltip-autocomplete")
    expect(offered).to_contain_text("先问清")
    editor.wait_for_timeout(150)  # what comes up under somebody's fingers takes no key for a moment
    editor.keyboard.press("Enter")
    expect(editor.locator(".cm-activeLine")).to_have_text("先问清: ")
    editor.keyboard.type("\n  - {依据: [许")
    expect(offered).to_contain_text("许可法")


def test_text_of_one_is_not_lost_to_another(editor: Page, head: Page, address: str) -> None:
    """Both have it open; the second is told, sees what he wrote, and decides."""
    for who in (editor, head):
        who.goto(address + EDIT)
    put(editor, 2, "甲写的。")
    editor.keyboard.press("Control+s")
    expect(editor.get_by_role("status").first).to_contain_text("草稿存好了")
    put(head, 2, "乙写的。")
    head.keyboard.press("Control+s")
    expect(head.get_by_role("alert")).to_contain_text("editor")
    assert "乙写的。" in lines(head)
    head.get_by_role("button", name="用我框里的，盖过去").click()
    expect(head.get_by_role("status").first).to_contain_text("草稿存好了")


def test_what_was_not_saved_is_there_after_the_lock(editor: Page, address: str) -> None:
    """Away from the desk in the middle of a sentence: after the password it goes on where it stopped; once saved, it is gone."""
    editor.goto(address + EDIT)
    put(editor, 2, "还没存的。")
    editor.keyboard.press("Alt+k")
    editor.get_by_label("密码").fill(PASSWORD)
    editor.keyboard.press("Enter")
    expect(editor.locator(".cm-content")).to_contain_text("还没存的。")
    expect(editor.locator("[data-faults]")).to_contain_text("上次没存")
    editor.keyboard.press("Control+s")
    expect(editor.get_by_role("status").first).to_contain_text("草稿存好了")
    editor.reload()
    expect(editor.locator("[data-faults]")).not_to_contain_text("上次没存")


def test_desk_works_without_javascript(browser: Browser, app: FastAPI, address: str) -> None:
    """Find, edit, check, propose: every step is a page."""
    context = browser.new_context(java_script_enabled=False, viewport=WIDE)  # type: ignore[arg-type]
    plain = context.new_page()
    at_desk(plain, address, "editor")
    plain.get_by_role("link", name="编辑", exact=True).click()
    plain.get_by_role("link", name="歌厅许可", exact=True).click()
    area = plain.get_by_label("歌厅许可的文字")
    text = area.input_value()
    area.fill(text.replace("一句话: ", "一句话："))
    plain.get_by_role("button", name="检查").click()
    expect(plain.locator("[data-faults]")).to_contain_text("第 2 行 用了全角冒号")
    area.fill(text.replace("歌厅不干了。", "歌厅关门了。"))
    plain.get_by_label("为什么改").fill("换个说法")
    plain.get_by_role("button", name="交给别人审").click()
    expect(plain.locator(".changes")).to_contain_text("歌厅关门了。")
    plain.get_by_text("哪些指南、哪些问法").click()
    plain.get_by_role("link", name="算一算").click()
    expect(plain.locator("main")).to_contain_text("指南“歌厅许可”")
    assert drafts_of(app).open(GUIDE).text == text.replace("歌厅不干了。", "歌厅关门了。")
    context.close()


def test_everybody_can_use_the_pages_on_a_phone_and_on_a_desk(editor: Page, address: str) -> None:
    """axe finds nothing against WCAG 2 A and AA; one heading; nothing scrolls sideways."""
    editor.goto(address + EDIT)
    put(editor, 2, "关门了。")
    editor.get_by_label("为什么改").fill("试试")
    editor.get_by_role("button", name="交给别人审").click()
    expect(editor.locator(".changes")).to_be_visible()
    for path in (
        "/editors",
        EDIT,
        "/editors/edit/catalog.yaml",
        "/editors/windows",
        "/editors/windows/chuangkou",
        "/editors/offices/wenlvju",
        "/editors/drafts",
        "/editors/drafts/1",
        "/editors/drafts/1/impact",
        "/editors/publications",
        "/editors/annexes",
        "/editors/as-of?guide=geting&day=2031-01-01",
    ):
        for size in (WIDE, PHONE):
            editor.set_viewport_size(size)  # type: ignore[arg-type]
            editor.goto(address + path)
            assert axe.violations(editor) == [], path
            expect(editor.get_by_role("heading", level=1)).to_have_count(1)
            assert editor.evaluate(OVERFLOW) <= 0, (path, size)


@pytest.mark.old_engine
def test_editor_works_in_chromium_78(app: FastAPI, address: str) -> None:
    """As old as the browsers of office machines: the text is coloured, a mistake is told with its line, nothing is thrown."""
    with old_page() as old:
        old.size(1280, 800)
        old.open(f"{address}/staff/sign-in")
        fields = f"form.elements.name.value = 'editor'; form.elements.password.value = '{PASSWORD}'"
        form = "const form = document.querySelector('[name=password]').form"
        old.tell(f"{{ {form}; {fields}; window.leaving = true; form.querySelector('button').click(); }}")
        old.settle()
        old.open(address + EDIT)
        old.wait_for("document.querySelector('.cm-content')")
        old.tell("document.querySelector('.cm-content').focus()")
        old.call("Input.insertText", text="别各: 试\n")
        old.wait_for("document.querySelector('[data-faults] li')")
        assert "第 1 行 别各：没有“别各”这个项目名" in old.tell("document.querySelector('[data-faults]').innerText")
        old.wait_for("document.querySelector('.cm-lintRange-error')")
        assert old.faults == []
