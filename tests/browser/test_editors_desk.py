"""The editors' desk in a browser: a telephone put right, a broken edit refused, a second person, the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from api.reload import publishing_of
from assistant.desk.unanswered import Unanswered
from assistant.staff.roles import Role
from tests.browser import axe
from tests.browser.old_engine import old_page
from tests.browser.watched import watched
from tests.desk.asked import asked
from tests.desk.pages import drafts_of, editors_app
from tests.page_app import served
from tests.staff.builders import PASSWORD, desk_of, somebody

pytestmark = pytest.mark.browser

GUIDE = "guides/geting.yaml"
EDIT = f"/editors/edit/{GUIDE}"
CATALOGUE = "部门、地区、窗口、事项、本地规定"
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


def proposed(page: Page, address: str, path: str, words: str = "") -> None:
    """The draft of a file handed on, from the list of drafts."""
    page.goto(f"{address}/editors/drafts")
    page.get_by_role("link", name=path, exact=True).click()
    page.get_by_label("为什么改").fill(words or "有人问过")
    page.get_by_role("button", name=re.compile("^交给别人审")).click()
    expect(page.locator("main")).to_contain_text("等窗口负责人或者管理员来审")


def agreed(page: Page, address: str, path: str) -> None:
    """A second person agrees to it."""
    page.goto(f"{address}/editors/drafts")
    page.get_by_role("link", name=path, exact=True).click()
    page.get_by_role("button", name="同意，发布").click()
    expect(page.get_by_role("status").first).to_contain_text("次发布好了")


def test_from_the_inbox_to_an_alias_to_found(editor: Page, head: Page, app: FastAPI, address: str) -> None:
    """Somebody asks in vain; an editor gives the thing its other name and sees who will find it; it is published and found."""
    people = editor.context.browser.new_page()  # type: ignore[union-attr]

    def answer() -> str:
        people.goto(address)
        people.get_by_label("您想问什么").fill("麦霸证咋退")
        people.get_by_role("button", name="发送").click()
        said = people.locator("#talk .reply:not(.wait) .card").last
        expect(said).to_be_visible(timeout=15_000)
        return said.inner_text()

    assert "歌厅许可" not in answer()
    editor.goto(f"{address}/editors")
    editor.get_by_role("link", name="没答上的", exact=True).click()
    editor.get_by_role("link", name="麦霸证咋退").click()
    form = editor.locator("form", has=editor.get_by_role("heading", name="加个叫法"))
    form.get_by_role("radio", name="歌厅许可").check()
    form.get_by_label("叫法", exact=True).fill("麦霸证")
    form.get_by_role("button", name="先看看会怎样").click()
    expect(editor.get_by_role("row", name=re.compile("^麦霸证咋退")).first).to_contain_text("答：歌厅许可")
    assert "歌厅许可" not in answer()
    editor.get_by_role("button", name="写进草稿").click()
    expect(editor.get_by_role("status").first).to_contain_text("写进草稿了")
    expect(editor.locator("main")).to_contain_text("都答上了")
    proposed(editor, address, "歌厅许可")
    agreed(head, address, "歌厅许可")
    for _ in range(40):
        if "歌厅许可" in answer():
            break
        people.get_by_role("link", name="清空对话").first.click()
        people.get_by_role("button", name=re.compile("清空|删")).first.click()
    assert "歌厅许可" in people.locator("#talk .reply:not(.wait) .card").last.inner_text()
    people.close()


def test_second_person_gives_back_and_then_agrees(editor: Page, head: Page, address: str) -> None:
    """The writer has no button to publish; what the reviewer wants otherwise stands over the text; mended, it goes out."""
    editor.goto(address + EDIT)
    put(editor, 2, "关门了。")
    editor.get_by_label("为什么改").fill("换个说法")
    editor.get_by_role("button", name="交给别人审").click()
    expect(editor.locator("main")).to_contain_text("等窗口负责人或者管理员来审")
    expect(editor.get_by_role("button", name="同意，发布")).to_have_count(0)
    head.goto(f"{address}/editors/drafts/1")
    expect(head.locator(".changes")).to_contain_text("关门了。")
    head.get_by_label("哪里要再改").fill("说清是关门还是转让")
    head.get_by_role("button", name="退回去改").click()
    editor.goto(address + EDIT)
    expect(editor.locator(".callout.wrong")).to_contain_text("head退回：说清是关门还是转让")
    put(editor, 2, "不是转让。")
    editor.get_by_label("为什么改").fill("说清了")
    editor.get_by_role("button", name="交给别人审").click()
    expect(editor.locator("main")).to_contain_text("等窗口负责人或者管理员来审")
    agreed(head, address, "歌厅许可")
    live(editor, address, "歌厅不干了。关门了。不是转让。")


def test_everything_after_a_publication_is_taken_back_at_once(head: Page, app: FastAPI, address: str) -> None:
    """Two things went out after the first; one press, and people read what they read then."""
    desk, drafts = publishing_of(app.state.service), drafts_of(app)
    for words in ("歌厅关门了。", "歌厅转给别人了。", "歌厅烧了。"):
        seen = drafts.open(GUIDE)
        draft = drafts.save(GUIDE, re.sub("一句话: .*", f"一句话: {words}", seen.text), who="editor")
        draft = drafts.propose(draft.id, version=draft.version, reason=words)
        desk.publish(draft.id, version=draft.version, reviewer="head")
    live(head, address, "歌厅烧了。")
    head.goto(f"{address}/editors/publications")
    first = head.locator("#p1")
    first.get_by_text("退回", exact=True).click()
    first.get_by_label("为什么退").fill("后两次都弄错了")
    first.get_by_role("button", name=re.compile("^退到这一次")).click()
    expect(head.get_by_role("status").first).to_contain_text("次发布好了")
    expect(head.locator(".rows-of li").first).to_contain_text("后两次都弄错了")
    live(head, address, "歌厅关门了。")


def test_department_answers_on_a_phone_and_people_read_confirmed(
    editor: Page, head: Page, browser: Browser, address: str
) -> None:
    """The link is opened without an account; what the department says becomes 已核 once two people have let it through."""
    editor.goto(f"{address}/editors/facts")
    editor.get_by_role("link", name="文旅局").click()
    editor.get_by_role("button", name="开核对链接，出核对函").click()
    link = editor.locator("#address").inner_text()

    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    phone = context.new_page()
    complaints = watched(phone, address, PHONE)
    phone.goto(link)
    assert axe.violations(phone) == []
    phone.get_by_role("link", name="小县专窗").click()
    assert axe.violations(phone) == []
    assert phone.evaluate(OVERFLOW) <= 0
    phone.get_by_label("哪个科室核的").fill("审批科")
    for label, said in (("地址", "大街1号"), ("电话", "000-0000-0009")):
        fact = phone.get_by_role("group", name=label)
        fact.get_by_label("是这样的，写在下面").check()
        fact.get_by_label(f"{label}应该是").fill(said)
    phone.get_by_role("group", name="办公时间").get_by_label("对", exact=True).check()
    phone.get_by_role("button", name="记下来").click()
    expect(phone.get_by_role("status").first).to_contain_text("记下了 3 条")
    context.close()
    assert complaints == []

    editor.goto(f"{address}/editors/facts/wenlvju")
    expect(editor.locator("main")).to_contain_text("审批科")
    editor.get_by_role("button", name="勾的收下，写成已核").click()
    expect(editor.get_by_role("status").first).to_contain_text("写进草稿了")
    proposed(editor, address, CATALOGUE, "部门核过")
    agreed(head, address, CATALOGUE)
    live(editor, address, "大街1号")
    window = editor.locator("main li, main dd, main p", has_text="大街1号").first
    expect(window).to_contain_text("已核")


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


def test_everybody_can_use_the_pages_on_a_phone_and_on_a_desk(editor: Page, app: FastAPI, address: str) -> None:
    """axe finds nothing against WCAG 2 A and AA; one heading; nothing scrolls sideways."""
    editor.goto(address + EDIT)
    put(editor, 2, "关门了。")
    editor.get_by_label("为什么改").fill("试试")
    editor.get_by_role("button", name="交给别人审").click()
    expect(editor.locator(".changes")).to_be_visible()
    parts = app.state.service
    asked(parts.checklists.engine, ("麦霸证咋退", "unknown"))
    (waiting,) = Unanswered(parts.checklists.engine).groups(parts.finder, None)
    group = f"/editors/unanswered/{waiting.key}"
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
        "/editors/unanswered",
        "/editors/unanswered/done",
        group,
        "/editors/facts",
        "/editors/facts/wenlvju",
        "/editors/laws?day=2031-01-01",
        "/editors/coverage",
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
