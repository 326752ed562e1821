import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from assistant.attempts import CODES
from assistant.checklist.model import Checklist
from assistant.checklist.profile import resolved
from assistant.knowledge import model as m
from tests.page_app import fictional, page_app
from tests.papers.situations import SITUATIONS
from tests.papers.test_situations import known


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    """A browser without JavaScript."""
    with TestClient(page_app(), raise_server_exceptions=False) as client:
        yield client


def checklist(visitor: TestClient, **answers: object) -> str:
    """The address of a checklist from the filled-in form."""
    told = {"enterprise_type": "geti", "place": "shilixian", "licences": ["shipin", "yancao"], "proxy": "proxy"}
    answer = visitor.post("/form", data={**told, **answers}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


# ---- the form --------------------------------------------------------------------------------------------------
def test_form_gives_a_checklist(visitor: TestClient) -> None:
    """What is ticked is on the checklist."""
    page = visitor.get(checklist(visitor)).text
    assert "食品经营许可证" in page
    assert "烟草专卖零售许可证" in page
    assert "示例县代办服务专窗" in page


def test_trade_puts_its_usual_licences_first(visitor: TestClient) -> None:
    """The button shows what a trade usually holds and keeps what was filled in."""
    page = visitor.post("/form", data={"industry": "小卖店", "suggest": "1", "place": "shilixian"}).text
    assert "小卖店常有这些" in page
    assert re.search(r'value="shilixian" checked', page)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "一项都没填"),
        ({"place": "nowhere"}, "没有“nowhere”这个地区"),
        ({"licences": ["nothing"]}, "清单上没有“nothing”"),
        ({"place": "shilixian", "proxy": "perhaps"}, "有一处选得不对"),
    ],
)
def test_faulty_form_comes_back_with_a_sentence(visitor: TestClient, data: dict[str, str], words: str) -> None:
    """A form that does not do is shown again, with what is wrong."""
    answer = visitor.post("/form", data=data)
    assert answer.status_code == 422
    assert words in answer.text


def test_guide_leads_to_the_form_with_its_licence_ticked(visitor: TestClient) -> None:
    """From a guide one comes to a form that already knows the licence."""
    assert 'href="/form?licence=shipin"' in visitor.get("/guides/shipin").text
    assert re.search(r'value="shipin" checked', visitor.get("/form?licence=shipin").text)


# ---- checklists ------------------------------------------------------------------------------------------------
def test_checklist_page_says_where_what_and_why(visitor: TestClient) -> None:
    """Doors, phases, reasons, materials and the date are on the page, with files to download."""
    where = checklist(visitor)
    page = visitor.get(where).text
    for words in (
        "要去的地方",
        "您说手里有",
        "注销申请书",
        "2026年11月20日",
        f"{where}.pdf",
        f"{where}.pdf?big=1",
        f"{where}.docx",
        f"{where}.txt",
        f"{where}/forms",
        "演示数据",
        "现在就能办",
    ):
        assert words in page


def test_checklist_as_text_can_be_sent_on(visitor: TestClient) -> None:
    """Plain text with its code and address, in UTF-8."""
    where = checklist(visitor)
    answer = visitor.get(f"{where}.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("【注销清单】2026年11月20日开出")
    assert code_on(visitor, where) in answer.text
    assert f"http://testserver{where}" in answer.text


# ---- short codes -----------------------------------------------------------------------------------------------
def code_on(visitor: TestClient, where: str) -> str:
    """The short code as the page shows it."""
    return re.search(r'短码 <b class="code">([2-9a-z]{4} [2-9a-z]{4})</b>', visitor.get(where).text)[1]


def test_code_on_the_start_page_opens_the_live_checklist(visitor: TestClient) -> None:
    """Typed with or without the gap, in capitals or not; the form is on the start page."""
    where = checklist(visitor)
    code = code_on(visitor, where)
    assert 'action="/c/by-code"' in visitor.get("/").text
    for typed in (code, code.replace(" ", ""), code.upper()):
        answer = visitor.post("/c/by-code", data={"code": typed}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, where)


def test_code_that_came_with_the_address_is_not_tried_by_itself(visitor: TestClient) -> None:
    """A link may fill the form in; only the person sends it."""
    where = checklist(visitor)
    answer = visitor.get("/c/by-code", params={"code": code_on(visitor, where)})
    assert answer.status_code == 200
    assert where not in answer.text


def test_code_of_a_conversation_leads_to_where_it_is_confirmed(visitor: TestClient) -> None:
    """Whoever mixes the two codes up comes to the right page."""
    visitor.post("/", data={"text": "食品证怎么退"})
    code = re.search(r'<p class="code">(.+?)</p>', visitor.post("/handover").text)[1]
    with TestClient(visitor.app) as other:
        answer = other.post("/c/by-code", data={"code": code}, follow_redirects=False)
        assert answer.headers["location"] == f"/on?code={code.replace(' ', '')}"


def test_wrong_codes_are_limited_for_both_kinds_together(visitor: TestClient) -> None:
    """Ten wrong ones, typed here or there; then even a right one has to wait, and the page says how long."""
    where = checklist(visitor)
    code = code_on(visitor, where)
    for number in range(CODES.at_most):
        address = "/c/by-code" if number % 2 else "/on"
        assert visitor.post(address, data={"code": "22222222"}).status_code == 404
    for address, typed in (("/c/by-code", code), ("/on", "22222222")):
        answer = visitor.post(address, data={"code": typed}, follow_redirects=False)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
        assert "一刻钟" in answer.text
    assert visitor.get(where).status_code == 200


# ---- live ------------------------------------------------------------------------------------------------------
def test_tick_is_seen_on_every_device(visitor: TestClient) -> None:
    """Ticked here, it is ticked there, with its day; and taken away again."""
    where = checklist(visitor)
    assert visitor.post(f"{where}/ticks", data={"key": "e-shipin", "done": "1"}).status_code == 204
    with TestClient(visitor.app) as other:
        page = other.get(where).text
        assert re.search(r'data-tick="e-shipin" checked', page)
        assert "11月20日办完" in page
        other.post(f"{where}/ticks", data={"key": "e-shipin", "done": ""})
    assert not re.search(r'data-tick="e-shipin" checked', visitor.get(where).text)


@pytest.mark.parametrize("key", ["", "e-nothing", "m-nothing", "shipin", "e-" + "x" * 500])
def test_only_what_is_on_the_checklist_can_be_ticked(visitor: TestClient, key: str) -> None:
    """Nothing else comes into the database."""
    where = checklist(visitor)
    assert visitor.post(f"{where}/ticks", data={"key": key, "done": "1"}).status_code == 422
    assert visitor.app.state.service.checklists.ticks.of(where.removeprefix("/c/")) == {}


def test_first_thing_to_do_is_the_first_that_is_open(visitor: TestClient) -> None:
    """先办这一件 moves on with the ticks."""
    where = checklist(visitor)
    first = re.search(r'<p class="start-name">(.+?)</p>', visitor.get(where).text)[1]
    key = next(one.item.id for one in issued(visitor, where).entries if one.item.name == first)
    visitor.post(f"{where}/ticks", data={"key": f"e-{key}", "done": "1"})
    assert re.search(r'<p class="start-name">(.+?)</p>', visitor.get(where).text)[1] != first


def test_change_is_told_and_brought_up_to_date(visitor: TestClient) -> None:
    """The page says entry by entry what changed; 更新清单 gives a new one, and the old one says where it is."""
    where = checklist(visitor)
    assert "更新清单" not in visitor.get(where).text
    moved = replace(fictional(), digest="1" * 64, items={**fictional().items, "yancao": changed_tobacco()})
    visitor.app.state.service.checklists.use(moved)
    page = visitor.get(where).text
    assert "有 1 件变了" in page
    assert "12313”，现在是“12345" in page
    new = visitor.post(f"{where}/renew", follow_redirects=False).headers["location"]
    assert new != where
    assert "更新清单" not in visitor.get(new).text
    assert f'href="{new}"' in visitor.get(where).text


def test_one_entry_is_gone_for_by_oneself(visitor: TestClient) -> None:
    """代办 for all, 自办 for one: a new checklist says so, and the other entry stays with the window."""
    where = checklist(visitor)
    told = {"entry": "shipin", "way": "self"}
    new = visitor.post(f"{where}/way", data=told, follow_redirects=False).headers["location"]
    assert new.endswith("#e-shipin")
    ways = {one.item.id: one.way for one in issued(visitor, new.removesuffix("#e-shipin")).entries if one.can_proxy}
    assert (ways["shipin"], ways["yancao"]) == ("self", "proxy")
    assert issued(visitor, where).entries[0].way == "proxy"


@pytest.mark.parametrize("told", [{"entry": "nothing", "way": "self"}, {"entry": "shipin", "way": "fly"}, {}])
def test_choice_that_does_not_exist_is_refused(visitor: TestClient, told: dict[str, str]) -> None:
    """Only entries that the window takes, only the two ways."""
    assert visitor.post(f"{checklist(visitor)}/way", data=told).status_code == 422


def issued(visitor: TestClient, where: str) -> Checklist:
    """The checklist of an address."""
    return visitor.app.state.service.checklists.get(where.removeprefix("/c/"))


def changed_tobacco() -> m.LicenceItem:
    """The tobacco licence with another hotline."""
    return fictional().items["yancao"].model_copy(update={"hotline": "12345"})


# ---- forms -----------------------------------------------------------------------------------------------------
def test_forms_are_filled_in_once_and_nothing_is_kept(visitor: TestClient) -> None:
    """What is typed in is in the file; the page that is opened again knows nothing of it."""
    where = checklist(visitor)
    assert "以窗口要求为准" in visitor.get(f"{where}/forms").text
    answer = visitor.post(f"{where}/forms", data={"form": "yici-biaodan", "answers": ["甲店", "", "张三"]})
    body = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert "甲店" in body
    assert "张三" in body
    assert "甲店" not in visitor.get(f"{where}/forms").text
    assert answer.headers["cache-control"] == "no-store"


def test_form_beside_its_material_is_a_word_file(visitor: TestClient) -> None:
    """Every link to a form on the checklist gives one."""
    where = checklist(visitor)
    links = set(re.findall(r'href="(/c/[^"]+/forms/[^"]+\.docx)"', visitor.get(where).text))
    assert links
    for link in links:
        assert visitor.get(link).content.startswith(b"PK"), link


@pytest.mark.parametrize("form", ["qingsuan-baogao", "nothing", "..%2f..%2fsecret", "zhuxiao-qingdan"])
def test_form_that_is_not_needed_is_not_given(visitor: TestClient, form: str) -> None:
    """Only the forms of this checklist; no path leads elsewhere."""
    assert visitor.get(f"{checklist(visitor)}/forms/{form}.docx").status_code == 404


@pytest.mark.parametrize("told", [{"answers": ["x" * 81]}, {"form": "nothing"}])
def test_unfit_form_is_refused(visitor: TestClient, told: dict[str, object]) -> None:
    """Too long a line, a form that does not exist."""
    assert visitor.post(f"{checklist(visitor)}/forms", data=told).status_code == 422


# ---- files -----------------------------------------------------------------------------------------------------


def test_checklist_as_pdf_embeds_chinese(visitor: TestClient) -> None:
    """The paper is a PDF whose fonts travel with it."""
    answer = visitor.get(checklist(visitor) + ".pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"NotoSerifSC" in answer.content


def test_checklist_as_word_file_holds_its_words(visitor: TestClient) -> None:
    """The Word file can be opened and holds the entries, as text and never as markup."""
    answer = visitor.get(checklist(visitor, industry="<w:p>&") + ".docx")
    body = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert "食品经营许可证" in body
    assert "&lt;w:p&gt;&amp;" in body
    assert "{{" not in body


@pytest.mark.parametrize("ending", ["", ".pdf", ".docx", ".txt", ".ics", "/forms", "/forms/weituoshu.docx"])
def test_unknown_checklist_is_told_kindly(visitor: TestClient, ending: str) -> None:
    """A mistyped address ends on a page with a way on."""
    answer = visitor.get(f"/c/meiyou{ending}")
    assert answer.status_code == 404
    assert "没有这张清单" in answer.text


def test_page_says_first_what_has_to_be_waited_for() -> None:
    """Where a notice must stand for months, the thing to do first says so before it names a window."""
    profile = {"enterprise_type": "minfei", "licences": ["minban-xuexiao-banxue"], "whole_or_licence_only": "whole"}
    app = page_app(known())
    with TestClient(app) as visitor:
        token, _ = app.state.service.checklists.issue(resolved(known(), profile))
        assert "要先等满提前公告的6个月，越早开始越好。" in visitor.get(f"/c/{token}").text


def test_page_of_an_announcement_names_no_window() -> None:
    """公示 is posted on the net: no place to go to, no address to ask for, not among the doors."""
    app = page_app(known())
    with TestClient(app) as visitor:
        token, _ = app.state.service.checklists.issue(resolved(known(), SITUATIONS["药店公司"]))
        page = visitor.get(f"/c/{token}").text
    entry = page.split('id="e-jianyi-zhuxiao"')[1].split("</article>")[0]
    assert "国家企业信用信息公示系统（网上）" in entry
    assert "怎么发" in entry
    assert "待核" not in entry.split("打电话")[0]
    assert "国家企业信用信息公示系统" not in page.split("要去的地方")[1].split("</section>")[0]
    assert "营业执照复印件" in page
