"""The pages of the editors' desk without JavaScript: find, edit, check, propose, review, publish, take back."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.auth import EDITORS
from api.staff.shell import StaffRoute
from assistant.cards import Choice, Turn
from assistant.desk.drafts import Drafts, DraftState
from assistant.guide_card import guide_card
from assistant.render.wechat import Text, messages
from assistant.staff.roles import Role
from tests.desk.pages import drafts_of, editors_app, page_of, send
from tests.staff.builders import at_work, browser, desk_of, field, somebody
from tests.staff.test_door import routes

GUIDE = "guides/geting.yaml"
EDIT = f"/editors/edit/{GUIDE}"
WINDOW = "/editors/windows/chuangkou"


@pytest.fixture
def head(app: FastAPI) -> TestClient:
    """The head of the window at work."""
    return at_work(app, Role.HEAD)


def text_of(drafts: Drafts, path: str = GUIDE) -> str:
    """A file as it lies on the disk."""
    return (drafts.folder / path).read_text("utf-8")


def proposed(editor: TestClient, drafts: Drafts, old: str = "老板来办。", new: str = "老板本人来办。") -> int:
    """The number of a draft of the guide that waits for its reviewer."""
    text = text_of(drafts).replace(old, new)
    answer = send(editor, EDIT, text=text, reason="打电话问过", do="propose")
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def decided(client: TestClient, number: int, what: str, **told: Any) -> Any:
    """Agree to a draft, give it back, let go of it."""
    return send(client, f"/editors/drafts/{number}/{what}", f"/editors/drafts/{number}", **told)


# ---- who may come in ------------------------------------------------------------------------------------------------
def ways(app: FastAPI) -> list[tuple[str, str]]:
    """Every way into the desk, with numbers and names filled in."""
    found = []
    for one in routes(app.router):
        if one.path.startswith(EDITORS):
            path = re.sub(r"\{\w+:int\}", "1", one.path).replace("{path:path}", GUIDE).replace("{own}", "wenlvju")
            found += [(method, re.sub(r"\{\w+\}", "x", path)) for method in one.methods]
    return found


def test_every_page_of_the_desk_asks_who_comes(app: FastAPI) -> None:
    """Nothing below /editors is outside the console."""
    there = [one for one in routes(app.router) if one.path.startswith(EDITORS)]
    assert len(there) > 20
    assert all(isinstance(one, StaffRoute) for one in there)


@pytest.mark.parametrize("role", [Role.CLERK, Role.DEPARTMENT])
def test_who_does_not_edit_is_refused_everywhere(app: FastAPI, role: Role) -> None:
    """Clerks and departments have no business at the desk, whatever they send."""
    client = at_work(app, role)
    token = page_of(client, "/staff", "csrf")
    for method, path in ways(app):
        answer = client.request(method, path, headers={"X-CSRF-Token": token})
        assert answer.status_code == 403, path
    assert 'href="/editors"' not in client.get("/staff").text


def test_who_is_not_signed_in_is_led_to_the_door_and_back(app: FastAPI) -> None:
    """The door knows the page that was wanted."""
    leads = browser(app).get("/editors/drafts").headers["location"]
    assert leads == "/staff/sign-in?next=%2Feditors%2Fdrafts"
    somebody(desk_of(app), Role.EDITOR)
    client = browser(app)
    csrf = page_of(client, leads, "csrf")
    told = {"csrf": csrf, "name": "editor", "password": "chuangkou-lian-shanlin", "next": "/editors/drafts"}
    assert client.post("/staff/sign-in", data=told).headers["location"] == "/editors/drafts"
    assert client.get("/editors/drafts").status_code == 200


def test_signed_out_of_the_console_is_signed_out_of_the_desk(editor: TestClient) -> None:
    """One key opens both, and neither any more."""
    assert editor.get("/editors").status_code == 200
    send(editor, "/staff/sign-out", "/editors")
    assert editor.get("/editors").status_code == 303


def test_form_of_another_site_changes_nothing(editor: TestClient, drafts: Drafts) -> None:
    """Without the word of our own form nothing is kept."""
    told = {"text": text_of(drafts) + "# x\n", "do": "save", "version": "0"}
    assert editor.post(EDIT, data=told).status_code == 403
    assert drafts.all() == []


# ---- the text -------------------------------------------------------------------------------------------------------
def test_page_has_the_text_and_how_people_see_it(editor: TestClient, drafts: Drafts) -> None:
    """The file to the letter; beside it the web page, WeChat and the sheet of paper."""
    page = editor.get(EDIT).text
    assert html.escape(text_of(drafts), quote=False).replace('"', "&#34;") in page
    for face in ("web", "wechat", "sheet-of-paper"):
        assert re.search(rf'<div class="face {face}"[^>]*>[\s\S]*?老板来办', page), face


def plain(markup: str) -> str:
    """The words of a piece of a page."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", markup)))


def parts(markup: str) -> dict[str, str]:
    """What stands under each heading of a card or a page."""
    folded = re.findall(r"<summary>(.*?)</summary>(.*?)</details>", markup, re.S)
    open_ones = re.findall(r"<h[234][^>]*>(.*?)</h[234]>(.*?)(?=</section>|<h[234])", markup, re.S)
    return {plain(heading): plain(told) for heading, told in (*folded, *open_ones)}


class FromOne:
    """Numbers for the choices of a conversation that has just begun."""

    def give(self, choices: Sequence[Choice]) -> list[int]:
        """1, 2, 3 …"""
        return list(range(1, len(choices) + 1))


def test_faces_are_what_people_get(app: FastAPI, editor: TestClient) -> None:
    """Of a text that is published: the web face is the card of the chat, the paper the page that is printed, WeChat its messages."""
    page = editor.get(EDIT).text
    web, rest = page.partition('<div class="face web"')[2].split('<div class="face wechat"')
    wechat, paper = rest.split('<div class="face sheet-of-paper"')
    people = browser(app)
    people.get("/")
    people.post("/", data={"text": "歌厅的证谁去退"})
    (card,) = re.findall(r'<article class="card answer.*?</article>', people.get("/").text, re.S)
    assert parts(web) == parts(card)
    assert len(parts(web)) > 10
    guide = parts(people.get("/guides/geting").text)
    shared = parts(paper).keys() & guide.keys()
    assert {"要带什么", "怎么一步步办", "去哪办", "电话", "多久", "收费"} <= shared
    assert {name: parts(paper)[name] for name in shared} == {name: guide[name] for name in shared}
    turn = Turn(status="answered", cards=(guide_card(app.state.service.knowledge, "geting"),))
    sent = messages(turn, FromOne(), link=lambda path: f"http://testserver{path}")
    bubbles = re.findall(r'<div class="bubble">(.*?)</div>', wechat, re.S)
    assert [plain(one) for one in bubbles] == [plain(one.content) for one in sent if isinstance(one, Text)]
    assert len(bubbles) > 1


def test_only_this_page_lets_styles_in_and_only_with_its_word(editor: TestClient) -> None:
    """CodeMirror's styles need a word that changes each time; no script gets in by it."""
    words = {editor.get(EDIT).headers["content-security-policy"].partition("style-src ")[2] for _ in range(2)}
    assert len(words) == 2
    assert all(re.fullmatch(r"'self' 'nonce-[\w-]{20,}'", one) for one in words)
    assert "nonce" not in editor.get("/editors").headers["content-security-policy"]
    assert "unsafe" not in editor.get(EDIT).headers["content-security-policy"]


def checked(client: TestClient, text: str, path: str = GUIDE, **told: Any) -> list[dict[str, Any]]:
    """What the check says of a text."""
    token = page_of(client, "/editors", "csrf")
    answer = client.post("/editors/check", data={"csrf": token, "path": path, "text": text, **told})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["findings"]
    return found


def test_check_names_line_and_mistake_in_chinese(editor: TestClient, drafts: Drafts) -> None:
    """A full-width colon and an unknown key, each on its line, at once."""
    colon = checked(editor, text_of(drafts).replace("一句话: ", "一句话："))
    assert [(one["line"], one["level"]) for one in colon] == [(2, "error")]
    assert "全角冒号" in colon[0]["message"]
    unknown = checked(editor, text_of(drafts).replace("别名:", "别各:"))
    assert (unknown[0]["line"], "是不是想写“别名”" in unknown[0]["message"]) == (3, True)
    assert checked(editor, text_of(drafts)) == []


def test_whole_check_looks_at_the_other_files_too(editor: TestClient, drafts: Drafts) -> None:
    """A law that is nowhere listed, and a name that is not the catalogue's, are told when everything is looked at."""
    text = text_of(drafts).replace("许可法 第七十条", "没有的法")
    assert checked(editor, text) == []
    assert any("没有的法" in one["message"] and one["line"] == 7 for one in checked(editor, text, whole="true"))
    catalog = text_of(drafts, "catalog.yaml").replace("名称: 歌厅许可", "名称: 歌厅证")
    found = checked(editor, catalog, "catalog.yaml", whole="true")
    assert any(one["message"].startswith("guides/geting.yaml 第 1 行") for one in found)


def test_check_without_javascript_shows_the_line(editor: TestClient, drafts: Drafts) -> None:
    """The same by a button: the sentence, the line as it stands, and nothing typed is lost."""
    text = text_of(drafts).replace("一句话: 歌厅不干了。", "一句话：歌厅不干了哟。")
    page = send(editor, EDIT, text=text, reason="试试", do="check").text
    assert re.search(r"<b>第 2 行</b> 用了全角冒号[^<]*<code>一句话：歌厅不干了哟。</code>", page)
    assert page.count("一句话：歌厅不干了哟。") == 2
    assert 'value="试试"' in page
    assert drafts.all() == []
    assert "检查过了，没有错" in send(editor, EDIT, text=text_of(drafts), do="check").text


def test_words_to_choose_from_come_from_the_schema_and_the_knowledge(editor: TestClient) -> None:
    """Keys with their hints below each key, and the values that a key can have."""
    told = editor.get("/editors/words", params={"path": GUIDE}).json()
    keys = {parent: {one["label"] for one in held} for parent, held in told["keys"].items()}
    assert {"名称", "材料", "办的是什么"} <= keys[""]
    assert {"共用", "形式", "仅当"} <= keys["材料"]
    assert keys["仅当"] == {"企业类型", "情形"}
    assert {one["label"] for one in told["values"]["状态"]} == {"已核", "有出处", "待核"}
    assert {"label": "许可法", "detail": "中华人民共和国行政许可法"} in told["values"]["依据"]
    assert {"label": "shenqingshu", "detail": "申请书"} in told["values"]["共用"]
    catalog = editor.get("/editors/words", params={"path": "catalog.yaml"}).json()
    assert "办公时间" in {one["label"] for one in catalog["keys"]["窗口"]}


def test_card_follows_what_is_typed(editor: TestClient, drafts: Drafts) -> None:
    """The piece beside the editor is of the text that was sent, of the county that was chosen; a broken text says where."""
    token = page_of(editor, "/editors", "csrf")

    def piece(text: str, region: str = "") -> str:
        return editor.post("/editors/card", data={"csrf": token, "path": GUIDE, "text": text, "region": region}).text

    changed = text_of(drafts).replace("老板来办。", "老板娘来办。<b>")
    assert "老板娘来办。&lt;b&gt;" in piece(changed)
    assert "示例路1号" not in piece(changed)
    assert "示例路1号" in piece(changed, "shilixian")
    assert "第 2 行还有错" in piece(changed.replace("一句话: ", "一句话："))
    assert "“没有的法”还没有登记" in piece(changed.replace("许可法", "没有的法"))


def test_print_is_the_page_of_the_guide_as_it_would_be(editor: TestClient, drafts: Drafts) -> None:
    """The whole page over the text that was sent; the page of the people stays as it is."""
    token = page_of(editor, "/editors", "csrf")
    changed = text_of(drafts).replace("老板来办。", "老板娘来办。")
    page = editor.post("/editors/print", data={"csrf": token, "path": GUIDE, "text": changed}).text
    assert "老板娘来办" in page
    assert "打印这份指南" in page
    assert "老板来办" in editor.get("/guides/geting").text


# ---- keeping and proposing ------------------------------------------------------------------------------------------
def test_draft_is_kept_to_the_letter_and_people_see_the_old(editor: TestClient, drafts: Drafts) -> None:
    """Comments, order and odd spaces stay; the file is not touched."""
    before = text_of(drafts)
    text = before.replace("别名:", "# 问过老板\n别名:   ")
    answer = send(editor, EDIT, text=text.replace("\n", "\r\n"), reason="添一行", do="save")
    assert answer.headers["location"] == f"{EDIT}?saved=1"
    draft = drafts.open(GUIDE)
    assert (draft.text, draft.state, draft.hands, draft.reason) == (text, DraftState.DRAFT, ("editor",), "添一行")
    assert text_of(drafts) == before
    assert "草稿存好了" in editor.get(f"{EDIT}?saved=1").text
    assert '<a class="badge demo" href="/editors/drafts/1">正在写</a>' in editor.get("/editors").text


def test_broken_text_is_kept_but_not_proposed(editor: TestClient, drafts: Drafts) -> None:
    """It is refused with its line; what was typed stands in the box and in the draft."""
    text = text_of(drafts).replace("一句话: ", "一句话：")
    answer = send(editor, EDIT, text=text, reason="改坏了", do="propose")
    assert answer.status_code == 422
    assert "检查没通过" in answer.text
    assert "第 2 行" in answer.text
    assert drafts.open(GUIDE).state is DraftState.DRAFT
    assert drafts.open(GUIDE).text == text
    assert send(editor, EDIT, text=text_of(drafts) + "# 看过\n", reason="改好了", do="propose").status_code == 303


def test_proposal_without_a_reason_is_refused(editor: TestClient, drafts: Drafts) -> None:
    """Whoever reviews has to know why."""
    answer = send(editor, EDIT, text=text_of(drafts) + "# x\n", reason="", do="propose")
    assert (answer.status_code, "请写一句为什么改" in answer.text) == (422, True)


def test_unchanged_text_is_no_proposal(editor: TestClient, drafts: Drafts) -> None:
    """There would be nothing to look at."""
    answer = send(editor, EDIT, text=text_of(drafts), reason="没改", do="propose")
    assert (answer.status_code, "没有要审的" in answer.text) == (422, True)
    assert drafts.all() == []


def test_second_editor_loses_nothing_and_overwrites_nothing(app: FastAPI, editor: TestClient, drafts: Drafts) -> None:
    """Who saves second is told who was first, keeps what he typed, and can then decide."""
    other = at_work(app, Role.ADMINISTRATOR)
    seen = other.get(EDIT).text
    send(editor, EDIT, text=text_of(drafts) + "# 甲写的\n", do="save")
    told = {"csrf": field(seen), "version": field(seen, "version"), "base": field(seen, "base")}
    mine = text_of(drafts) + "# 乙写的\n"
    answer = other.post(EDIT, data={**told, "text": mine, "do": "save"})
    assert answer.status_code == 409
    assert "editor" in answer.text
    assert "# 乙写的" in answer.text
    assert drafts.open(GUIDE).text.endswith("# 甲写的\n")
    again = {"csrf": field(answer.text), "version": field(answer.text, "version"), "base": field(answer.text, "base")}
    assert other.post(EDIT, data={**again, "text": mine, "do": "save"}).status_code == 303
    assert drafts.open(GUIDE).text.endswith("# 乙写的\n")


def test_file_that_was_published_meanwhile_can_be_gone_on_with(editor: TestClient, drafts: Drafts) -> None:
    """Who began from an older text is told; who has read it and presses again is not told for ever."""
    seen = editor.get(EDIT).text
    (drafts.folder / GUIDE).write_text(text_of(drafts) + "# 服务器上添的\n", "utf-8")
    told = {"csrf": field(seen), "text": text_of(drafts) + "# 我写的\n", "do": "save"}
    late = editor.post(EDIT, data={**told, "version": field(seen, "version"), "base": field(seen, "base")})
    assert late.status_code == 409
    again = {"version": field(late.text, "version"), "base": field(late.text, "base")}
    assert editor.post(EDIT, data={**told, **again}).status_code == 303


@pytest.mark.parametrize(
    "path",
    ["guides/../../etc/passwd", "guides/..%2Fcatalog.yaml", "/etc/passwd", "guides/Ge.yaml", "x.yaml", "guides/a.yml"],
)
def test_only_files_of_the_knowledge_are_edited(editor: TestClient, drafts: Drafts, path: str) -> None:
    """No name leads out of the folder, or to a file that nobody would read."""
    token = page_of(editor, "/editors", "csrf")
    assert editor.get(f"/editors/edit/{path}").status_code in (404, 307)
    assert (
        editor.post(f"/editors/edit/{path}", data={"csrf": token, "version": "0", "text": "名称: x\n"}).status_code
        == 404
    )
    assert drafts.all() == []


def test_whole_check_of_no_file_of_ours_is_refused(editor: TestClient) -> None:
    """The check looks at nothing outside either."""
    token = page_of(editor, "/editors", "csrf")
    answer = editor.post("/editors/check", data={"csrf": token, "path": "../x.yaml", "text": "a: b", "whole": "true"})
    assert answer.status_code == 404


def test_too_much_is_refused_in_words(editor: TestClient, drafts: Drafts) -> None:
    """Five megabytes do not come in; what a YAML bomb asks for is told, and never made."""
    long = send(editor, EDIT, text="甲" * 400_000, do="save")
    assert (long.status_code, "太长" in long.text) == (422, True)
    too_long = send(editor, EDIT, text="a" * 5_000_000, do="save")
    assert (too_long.status_code, "太长" in too_long.text) == (413, True)
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "不要用" in checked(editor, bomb)[0]["message"]
    assert drafts.all() == []


def test_new_guide_begins_with_advice(editor: TestClient, drafts: Drafts) -> None:
    """A guide that the catalogue names and nobody wrote starts as the skeleton, and is a draft at first."""
    answer = editor.get("/editors/new", params={"id": "taiqiu"})
    assert answer.headers["location"] == "/editors/edit/guides/taiqiu.yaml"
    page = editor.get(answer.headers["location"]).text
    assert "发布: false" in page
    assert "还没有登记，补上了这里才看得到" in page
    assert editor.get("/editors/edit/guides/ta_iqiu.yaml").status_code == 404


# ---- windows and telephones -----------------------------------------------------------------------------------------
def test_telephone_is_put_right_by_a_form(editor: TestClient, drafts: Drafts) -> None:
    """One line of the catalogue is new, all else as it was; nobody's word yet, so it is 待核."""
    page = editor.get("/editors/windows?guide=geting").text
    assert 'href="/editors/windows/chuangkou"' in page
    assert 'href="/editors/offices/wenlvju"' in page
    answer = send(editor, WINDOW, 办公时间="周一到周五", 电话="0457-2123456", reason="打电话问过", do="propose")
    assert answer.headers["location"] == "/editors/drafts/1"
    before, after = text_of(drafts, "catalog.yaml").splitlines(), drafts.open("catalog.yaml").text.splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert "0457-2123456" in changed[0][1]
    assert "状态: 待核" in changed[0][1]
    shown = editor.get("/editors/drafts/1").text
    assert "小县专窗" in shown
    assert "0457-2123456" in shown


def test_confirmed_window_needs_everything_and_says_who_and_when(editor: TestClient, drafts: Drafts) -> None:
    """已核 stands for address, hours and telephone, with a source that is listed and the day."""
    told = {"办公时间": "周一到周五", "电话": "0457-2123456", "reason": "问过", "confirmed": "1", "do": "save"}
    missing = send(editor, WINDOW, **told, source="许可法", checked_on="2026-11-20")
    assert (missing.status_code, "还缺地址" in missing.text) == (422, True)
    assert 'value="0457-2123456"' in missing.text
    unknown = send(editor, WINDOW, **told, 地址="示例路2号", source="听说的", checked_on="2026-11-20")
    assert (unknown.status_code, "“听说的”还没有登记" in unknown.text) == (422, True)
    assert send(editor, WINDOW, **told, 地址="示例路2号", source="许可法", checked_on="").status_code == 422
    assert send(editor, WINDOW, **told, 地址="示例路2号", source="许可法", checked_on="2026-11-20").status_code == 303
    assert "状态: 已核, 核对日期: 2026-11-20" in drafts.open("catalog.yaml").text.replace('"', "")


def test_mobile_number_is_not_proposed(editor: TestClient, drafts: Drafts) -> None:
    """Our own check says so, with the line; the form has what was typed."""
    answer = send(editor, WINDOW, 办公时间="周一到周五", 电话="13900009876", reason="问过", do="propose")
    assert answer.status_code == 422
    assert "手机号" in answer.text
    assert drafts.open("catalog.yaml").state is DraftState.DRAFT


def test_office_of_a_department_is_added_and_taken_away(editor: TestClient, drafts: Drafts) -> None:
    """A landline with its office; without a number the office goes."""
    path = "/editors/offices/wenlvju"
    assert send(editor, path, office="", phone="0457-2123456", do="save").status_code == 422
    assert send(editor, path, office="审批科", phone="0457-2123456", confirmed="1", do="save").status_code == 303
    assert "科室: 审批科, 电话: 0457-2123456, 状态: 已核" in drafts.open("catalog.yaml").text.replace('"', "")
    assert send(editor, path, office="审批科", phone="", do="save").status_code == 303
    assert "审批科" not in drafts.open("catalog.yaml").text
    assert editor.get("/editors/offices/nirgends").status_code == 404
    assert editor.get("/editors/windows/nirgends").status_code == 404


def test_second_form_is_told_and_goes_in_on_the_next_press(app: FastAPI, editor: TestClient, drafts: Drafts) -> None:
    """Two editors at two windows of one file: the second sees that the draft moved on, presses again, both are in."""
    other = at_work(app, Role.ADMINISTRATOR)
    seen = other.get(WINDOW).text
    send(editor, "/editors/offices/wenlvju", office="审批科", phone="0457-2123456", do="save")
    told = {"csrf": field(seen), "version": field(seen, "version"), "base": field(seen, "base")}
    form = {"办公时间": "周一到周五", "地址": "示例路3号", "do": "save"}
    late = other.post(WINDOW, data={**told, **form})
    assert (late.status_code, "示例路3号" in late.text) == (422, True)
    told = {"csrf": field(late.text), "version": field(late.text, "version"), "base": field(late.text, "base")}
    assert other.post(WINDOW, data={**told, **form}).status_code == 303
    both = drafts.open("catalog.yaml")
    assert ("审批科" in both.text, "示例路3号" in both.text, both.hands) == (True, True, ("editor", "administrator"))


# ---- review and publication -----------------------------------------------------------------------------------------
def test_second_person_publishes(app: FastAPI, editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """What changes stands there in words; the writer waits, the head agrees, the file is new, the log says who."""
    number = proposed(editor, drafts)
    assert "谁来办" in editor.get(f"/editors/drafts/{number}").text
    assert "同意，发布" not in editor.get(f"/editors/drafts/{number}").text
    assert decided(editor, number, "approve").status_code == 422
    page = head.get(f"/editors/drafts/{number}").text
    assert re.search(r"<del>[^<]*老板来办。</del>", page)
    assert re.search(r"<ins>[^<]*老板本人来办。</ins>", page)
    answer = decided(head, number, "approve")
    assert answer.headers["location"] == "/editors/publications?done=1"
    assert "老板本人来办。" in text_of(drafts)
    assert drafts.find(number).state is DraftState.PUBLISHED
    told = [(one.who, one.what) for one in reversed(desk_of(app).audit.latest())]
    assert told[-2:] == [("editor", "draft_propose"), ("head", "knowledge_published")]
    listing = head.get("/editors/publications?done=1").text
    assert "歌厅许可" in listing
    assert "editor 写，head 发布" in listing


def test_writer_does_not_review_even_as_a_head(app: FastAPI, head: TestClient, drafts: Drafts) -> None:
    """Four eyes are four eyes; the page says so before it is tried."""
    number = proposed(head, drafts)
    assert "要请另一个人来审" in head.get(f"/editors/drafts/{number}").text
    assert decided(head, number, "approve").status_code == 422
    assert drafts.find(number).state is DraftState.PROPOSED


def test_without_four_eyes_an_editor_publishes_alone(tmp_path: Path) -> None:
    """As the setting says."""
    app = editors_app(tmp_path, four_eyes=False)
    editor, drafts = at_work(app, Role.EDITOR), drafts_of(app)
    assert decided(editor, proposed(editor, drafts), "approve").status_code == 303
    assert "老板本人来办。" in text_of(drafts)


def test_refused_draft_says_why_and_is_mended(editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """The reason is asked for, stands over the text, and goes when it is saved again."""
    number = proposed(editor, drafts)
    assert decided(head, number, "refuse", refusal="").status_code == 422
    assert decided(head, number, "refuse", refusal="再问问公司的怎么办").status_code == 303
    assert "再问问公司的怎么办" in editor.get(EDIT).text
    send(editor, EDIT, text=drafts.open(GUIDE).text + "# 问过\n", do="save")
    assert "再问问公司的怎么办" not in editor.get(EDIT).text


def test_reviewer_agrees_to_what_was_seen_only(editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """A draft that moved on after its page was drawn is not published."""
    number = proposed(editor, drafts)
    seen = head.get(f"/editors/drafts/{number}").text
    proposed(editor, drafts, new="谁都能办。")
    told = {"csrf": field(seen), "version": field(seen, "version")}
    assert head.post(f"/editors/drafts/{number}/approve", data=told).status_code == 422
    assert "老板来办。" in text_of(drafts)


def test_drafts_that_belong_together_go_together(editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """Two files of one bundle: neither fits alone; proposed in one step, published in one step."""
    for path, old, new in (
        (GUIDE, "名称: 歌厅许可", "名称: 歌舞厅许可"),
        ("catalog.yaml", "名称: 歌厅许可", "名称: 歌舞厅许可"),
    ):
        drafts.save(path, text_of(drafts, path).replace(old, new), who="editor", bundle="together")
    page = editor.get("/editors/drafts/1").text
    assert "catalog.yaml" in page
    assert decided(editor, 1, "propose", reason="").status_code == 422
    assert decided(editor, 1, "propose", reason="改名").status_code == 303
    assert [one.state for one in drafts.all()] == [DraftState.PROPOSED] * 2
    assert decided(head, 1, "approve").status_code == 303
    assert "歌舞厅许可" in text_of(drafts)
    assert "歌舞厅许可" in text_of(drafts, "catalog.yaml")


def test_withdrawn_draft_leaves_no_trace_in_the_file(editor: TestClient, drafts: Drafts) -> None:
    """The file stays, the next edit begins from it."""
    number = proposed(editor, drafts)
    assert decided(editor, number, "withdraw").status_code == 303
    assert drafts.open(GUIDE).id == 0
    assert "撤回" in editor.get("/editors/drafts?done=true").text


def test_impact_names_guides_questions_and_collisions(editor: TestClient, drafts: Drafts) -> None:
    """A new alias: which guide, what is asked before and after, what collides; the same as a page and as a piece."""
    text = text_of(drafts).replace("别名: [歌厅证,", "别名: [歌厅证, 网吧证,")
    send(editor, EDIT, text=text, reason="试试", do="save")
    for headers in ({}, {"X-Requested-With": "staff"}):
        answer = editor.get("/editors/drafts/1/impact", headers=headers)
        assert "指南“歌厅许可”" in answer.text
    assert "<html" not in answer.text
    assert "网吧证" in answer.text


def test_sample_that_is_not_answered_stops_the_publication(
    editor: TestClient, head: TestClient, drafts: Drafts
) -> None:
    """Written under the wrong guide: it is named beside the draft, and whatever the reviewer says, nothing goes out."""
    sample = "  - 歌厅的证怎么退"
    number = proposed(editor, drafts, sample, f"{sample}\n  - 网吧证不要了")
    assert "先改好才能发布" in head.get(f"/editors/drafts/{number}/impact").text
    answer = decided(head, number, "approve", despite="我就要这样")
    assert (answer.status_code, "“网吧证不要了”" in answer.text) == (422, True)
    assert "网吧证不要了" not in text_of(drafts)


def test_question_of_another_guide_is_lost_only_with_a_reason(
    app: FastAPI, editor: TestClient, head: TestClient, drafts: Drafts
) -> None:
    """Without a word it stays; with one it goes out, and the word stands in the log."""
    path = "guides/wangba.yaml"
    text = text_of(drafts, path).replace("别名: [网吧证]", "别名: [网吧证, 歌厅, 歌厅的证]")
    answer = send(editor, f"/editors/edit/{path}", text=text, reason="并了", do="propose")
    number = int(answer.headers["location"].rpartition("/")[2])
    refused = decided(head, number, "approve")
    assert (refused.status_code, "为什么可以" in refused.text) == (422, True)
    assert decided(head, number, "approve", despite="歌厅并到网吧里了").status_code == 303
    assert "歌厅的证]" in text_of(drafts, path)
    assert "歌厅并到网吧里了" in next(one.about for one in desk_of(app).audit.latest() if one.what == "samples_despite")


def test_draft_waits_for_its_day(editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """Agreed to with a day in the future nothing changes yet; the list says when."""
    told = {"publish_at": "2031-01-02T09:30", "until": "2031-02-01"}
    text = text_of(drafts).replace("老板来办。", "老板本人来办。")
    assert send(editor, EDIT, text=text, reason="新规定", do="propose", **told).status_code == 303
    assert "2031-01-02 09:30" in head.get("/editors/drafts/1").text
    assert decided(head, 1, "approve").headers["location"] == "/editors/drafts/1"
    assert drafts.find(1).state is DraftState.APPROVED
    assert drafts.find(1).publish_at == dt.datetime(2031, 1, 2, 1, 30, tzinfo=dt.UTC)
    assert "老板来办。" in text_of(drafts)
    bad = send(editor, EDIT, text=text + "# x\n", reason="x", do="propose", publish_at="morgen")
    assert (bad.status_code, "2026-12-01" in bad.text) == (422, True)


def test_publication_is_taken_back_in_one_step(editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """One alone, or everything after one; an editor cannot."""
    for new in ("老板本人来办。", "谁都能办。"):
        assert decided(head, proposed(editor, drafts, text_of(drafts).partition("内容: ")[2][:5], new[:5]), "approve")
    first = text_of(drafts)
    assert send(editor, "/editors/publications/2/undo", "/editors/publications").status_code == 422
    assert text_of(drafts) == first
    answer = send(head, "/editors/publications/2/undo", "/editors/publications", reason="抄错了")
    assert answer.headers["location"] == "/editors/publications?done=3"
    assert text_of(drafts) != first
    page = head.get("/editors/publications").text
    assert "抄错了" in page
    assert page.index('id="p3"') < page.index('id="p1"')
    assert send(head, "/editors/publications/3/back-to", "/editors/publications").status_code == 422


def test_fault_on_the_disk_is_said_on_every_page(app: FastAPI, editor: TestClient) -> None:
    """A tree that cannot be served is named with its place, and everybody at the desk sees why."""
    app.state.service = replace(app.state.service, fault="guides/geting.yaml:2:1：用了全角冒号")
    for path in ("/editors", EDIT, "/editors/drafts", "/editors/publications", "/editors/windows"):
        assert "guides/geting.yaml:2:1" in editor.get(path).text


def test_day_that_was_and_day_that_comes(editor: TestClient, head: TestClient, drafts: Drafts) -> None:
    """A draft that is agreed to for a day is on the guide of that day, and named; today's is as it is."""
    text = text_of(drafts).replace("老板来办。", "老板本人来办。")
    send(editor, EDIT, text=text, reason="新规定", do="propose", publish_at="2031-01-02T09:30")
    decided(head, 1, "approve")
    then = editor.get("/editors/as-of", params={"guide": "geting", "day": "2031-01-03"}).text
    assert "老板本人来办" in then
    assert "指南“歌厅许可”" in then
    assert "新规定" in then
    before = editor.get("/editors/as-of", params={"guide": "geting", "day": "2031-01-01"}).text
    assert "老板来办" in before
    assert "老板本人来办" not in before
    assert editor.get("/editors/as-of", params={"day": "1990-01-01"}).status_code == 422
    assert editor.get("/editors/as-of", params={"day": "gestern"}).status_code == 422
