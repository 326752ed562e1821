import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import pages
from tests.page_app import page_app

TEMPLATES = Path(pages.__file__).parent.parent / "templates"
ATTACK = '<script>alert("1")</script>'


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    """A browser without JavaScript."""
    with TestClient(page_app(), raise_server_exceptions=False) as client:
        yield client


def issued_in(page: str) -> str:
    """The address of the checklist that a page leads to."""
    return re.search(r'href="(/c/[2-9a-z]{12})"', page)[1]


# ---- the conversation ------------------------------------------------------------------------------------------
def test_message_without_javascript_comes_back_answered(visitor: TestClient) -> None:
    """The plain form posts, is sent back to the page, and the page shows question and answer."""
    answer = visitor.post("/", data={"text": "食品证怎么退"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/#end")
    page = visitor.get("/").text
    assert "食品证怎么退" in page
    assert "注销申请书" in page


def test_conversation_survives_a_reload_and_ends_on_request(visitor: TestClient) -> None:
    """The cookie brings the conversation back until the person clears it."""
    visitor.post("/", data={"text": "食品证怎么退"})
    assert "食品证怎么退" in visitor.get("/").text
    visitor.post("/new")
    assert "食品证怎么退" not in visitor.get("/").text


def test_erasing_asks_about_the_checklists_first(visitor: TestClient) -> None:
    """Whoever clears the conversation decides whether its checklists go, too, and is told what went."""
    visitor.post("/", data={"text": "清单"})
    page = visitor.get("/new").text
    assert 'name="checklists" value="too"' in page
    kept = issued_in(page)
    assert "都删掉了" in visitor.post("/new").text
    assert visitor.get(kept).status_code == 200
    visitor.post("/", data={"text": "清单"})
    gone = issued_in(visitor.get("/new").text)
    visitor.post("/new", data={"checklists": "too"})
    assert visitor.get(gone).status_code == 404


def test_what_was_told_is_one_link_away(visitor: TestClient) -> None:
    """我说过的 shows the facts with a button for each change; before anything is said it says so."""
    assert "还什么都没说过" in visitor.get("/told").text
    visitor.post("/", data={"text": "食品证怎么退"})
    assert 'href="/told"' in visitor.get("/").text
    page = visitor.get("/told").text
    assert "店在示例县" in page
    assert '<button name="payload" value="p:place">改地方</button>' in page


def test_code_continues_the_conversation_on_another_device(visitor: TestClient) -> None:
    """A code of eight readable characters brings the same conversation to a second browser, after a confirmation."""
    visitor.post("/", data={"text": "食品证怎么退"})
    page = visitor.post("/handover").text
    code = re.search(r'<p class="code">([2-9a-z]{4} [2-9a-z]{4})</p>', page)[1]
    assert not set(code) & set("01lio")
    assert "<svg" in page
    with TestClient(visitor.app) as other:
        asked = other.get("/on", params={"code": code})
        assert "daoban_talk" not in other.cookies
        assert f'value="{code}"' in asked.text
        assert "食品证怎么退" not in other.get("/").text
        assert "食品证怎么退" in other.post("/on", data={"code": code.upper()}).text
        other.post("/", data={"text": "接着问哪些证"})
    assert "接着问哪些证" in visitor.get("/").text


@pytest.mark.parametrize("code", ["", "22222222", "../../etc", ATTACK])
def test_wrong_code_leads_nowhere(visitor: TestClient, code: str) -> None:
    """An unknown code gives no conversation, and a sentence that says how to get one."""
    answer = visitor.post("/on", data={"code": code})
    assert answer.status_code in (404, 422)
    assert "daoban_talk" not in visitor.cookies
    assert ATTACK not in answer.text


def test_new_code_takes_back_the_old_one(visitor: TestClient) -> None:
    """Only the code that was asked for last works."""
    visitor.post("/", data={"text": "食品证怎么退"})
    codes = [re.search(r'<p class="code">(.+?)</p>', visitor.post("/handover").text)[1] for _ in range(2)]
    assert visitor.post("/on", data={"code": codes[0]}).status_code == 404
    assert visitor.post("/on", data={"code": codes[1]}).status_code == 200


# ---- a message for the window ----------------------------------------------------------------------------------
def test_message_form_comes_with_the_card(visitor: TestClient) -> None:
    """Leaving a message needs no other page: the form is in the conversation."""
    page = visitor.post("/say", data={"text": "我要留言"}).text
    assert '<form class="plain-form message" action="/message" method="post">' in page


def test_message_is_received_with_what_comes_next(visitor: TestClient) -> None:
    """The person sees that it came in, with which checklist, whom to call now, and no promise."""
    visitor.post("/", data={"text": "清单"})
    page = visitor.post("/message", data={"words": "证丢了咋办", "phone": "138 0013 8000", "consent": "1"}).text
    for words in ("收到了", "证丢了咋办", "13800138000", "12345", "待核"):
        assert words in page
    queue = visitor.app.state.service.messages.waiting()
    token = issued_in(page).removeprefix("/c/")
    assert [(one.text, one.phone, one.checklist) for one in queue] == [("证丢了咋办", "13800138000", token)]


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"words": " "}, "还没写字"),
        ({"words": "证" * 501}, "最多 500 个字"),
        ({"words": "证丢了", "phone": "12345678", "consent": "1"}, "电话看着不对"),
        ({"words": "证丢了", "phone": "13800138000"}, "打个勾"),
    ],
)
def test_message_that_will_not_do_comes_back(visitor: TestClient, filled: dict[str, str], told: str) -> None:
    """What is missing is said, what was written is still there, nothing is in the queue."""
    answer = visitor.post("/message", data=filled)
    assert answer.status_code == 422
    assert told in answer.text
    assert filled["words"].strip() in answer.text
    assert visitor.app.state.service.messages.waiting() == []


def test_message_sent_twice_is_in_the_queue_once(visitor: TestClient) -> None:
    """A second tap on the button leaves no second message."""
    visitor.post("/", data={"text": "清单"})
    for _ in range(2):
        visitor.post("/message", data={"words": "证丢了咋办"})
    assert len(visitor.app.state.service.messages.waiting()) == 1


def test_conversation_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: TestClient) -> None:
    """The conversation belongs to this browser alone."""
    cookie = visitor.post("/", data={"text": "您好"}, follow_redirects=False).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_forged_conversation_cookie_is_replaced(visitor: TestClient) -> None:
    """An id we never gave out in that shape is not used."""
    visitor.cookies.set("daoban_talk", "../../x y")
    answer = visitor.post("/say", data={"text": "您好"})
    assert "daoban_talk=" in answer.headers["set-cookie"]
    assert "x y" not in answer.headers["set-cookie"]


def test_fragment_holds_one_turn_and_no_page(visitor: TestClient) -> None:
    """What the script fetches is the same markup as on the page, without the page around it."""
    fragment = visitor.post("/say", data={"text": "食品证要带什么"}).text
    assert "<html" not in fragment
    assert fragment.count('<li class="reply">') == 1
    assert "注销申请书" in fragment


@pytest.mark.parametrize("where", ["/", "/say"])
def test_typed_markup_is_shown_as_text(visitor: TestClient, where: str) -> None:
    """What a person types never becomes part of the page."""
    answer = visitor.post(where, data={"text": ATTACK})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_tapped_choice_is_sent_as_payload(visitor: TestClient) -> None:
    """A button of a card posts what it stands for."""
    visitor.post("/", data={"text": "食品证怎么退"})
    assert re.search(r'<button name="payload" value="c:where">去哪办</button>', visitor.get("/").text)
    assert "点了c:where" in visitor.post("/", data={"payload": "c:where"}).text


def test_several_ticked_licences_are_said_in_one_sentence(visitor: TestClient) -> None:
    """Ticked labels become one text, as if typed."""
    page = visitor.post("/", data={"text": "有哪些证"}).text
    assert page.count('type="checkbox" name="pick"') == 2
    assert 'value="c:none"' in page
    page = visitor.post("/", data={"pick": ["食品经营许可证", "烟草专卖零售许可证"], "done": "1"}).text
    assert "食品经营许可证、烟草专卖零售许可证" in page


def test_what_is_not_ticked_of_several_is_not_there(visitor: TestClient) -> None:
    """The situations are ticked on one card; with the ticked ones 别的没有 is sent, or that alone."""
    page = visitor.post("/", data={"text": "有哪几样"}).text
    ticks = re.findall(r'type="checkbox" name="pick" value="([^"]+)"', page)
    assert len(ticks) > 1
    (rest,) = re.findall(r'type="hidden" name="pick" value="([^"]+)"', page)
    assert f"{ticks[0]}、{rest}" in visitor.post("/", data={"pick": [ticks[0], rest], "done": "1"}).text


def test_first_aspect_is_open_and_the_rest_folded(visitor: TestClient) -> None:
    """The part that was asked for stands open; everything else is one tap away."""
    page = visitor.post("/say", data={"text": "食品证要带什么"}).text
    shown, _, folded = page.partition('<div class="folds">')
    assert "注销申请书" in shown
    assert "谁来办" in folded
    assert "/guides/shipin" in folded


def test_open_fact_is_marked_in_words(visitor: TestClient) -> None:
    """待核 is told by text, with whom to call, not by colour alone."""
    page = visitor.post("/say", data={"text": "食品证要带什么"}).text
    assert '<span class="badge open"' in page
    assert "还没跟部门核实，去之前先打" in page


@pytest.mark.parametrize("text", ["哪一个", "清单", "办到哪了", "哪些证", "食品证", "随便"])
def test_every_kind_of_card_is_shown(visitor: TestClient, text: str) -> None:
    """No kind of card falls through."""
    answer = visitor.post("/say", data={"text": text})
    assert answer.status_code == 200
    assert '<article class="card' in answer.text


@pytest.mark.parametrize(
    "data", [{}, {"text": ""}, {"text": "x" * 10_000}, {"payload": "never offered"}, {"text": "\x00😀"}]
)
def test_odd_messages_get_a_kind_answer(visitor: TestClient, data: dict[str, str]) -> None:
    """Nothing that can be sent breaks the page."""
    assert visitor.post("/", data=data).status_code == 200
    assert visitor.post("/say", data=data).status_code == 200


# ---- guides ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("by", ["dept", "trade", "letter", "nonsense"])
def test_public_list_has_every_order(visitor: TestClient, by: str) -> None:
    """Each order is a page of its own, without JavaScript."""
    page = visitor.get("/guides", params={"by": by})
    assert page.status_code == 200
    assert 'href="/guides/shipin"' in page.text


def test_item_not_literally_listed_is_marked(visitor: TestClient) -> None:
    """The public list says which items are still to be confirmed."""
    page = visitor.get("/guides").text
    tobacco = page[page.index('href="/guides/yancao"') :].partition("</li>")[0]
    assert "待核" in tobacco
    assert "待核" not in page[page.index('href="/guides/shipin"') :].partition("</li>")[0]


def test_search_lists_the_nearest_guides(visitor: TestClient) -> None:
    """The search box answers with guides, and kindly where there is none."""
    assert 'href="/guides/shipin"' in visitor.get("/guides?q=食品证").text
    assert "没找到" in visitor.get("/guides?q=飞机").text
    assert ATTACK not in visitor.get("/guides", params={"q": ATTACK}).text


def test_guide_page_holds_everything_and_its_own_qr_code(visitor: TestClient) -> None:
    """One page to print, with a picture that leads back to it and a link to what goes with it."""
    page = visitor.get("/guides/shipin").text
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    for words in ("要带什么", "注销申请书", "证丢了怎么办？", "/guides/yancao"):
        assert words in page


def test_guide_page_names_the_window_of_the_chosen_county(visitor: TestClient) -> None:
    """Choosing a county shows its window, marked where it is fictional."""
    page = visitor.get("/guides/shipin?region=shilixian").text
    assert "示例县代办服务专窗" in page
    assert "演示数据" in page


def test_old_guide_address_leads_to_the_new_one(visitor: TestClient) -> None:
    """Printed QR codes keep working when an item is renamed."""
    answer = visitor.get("/guides/shipin-jiu", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "/guides/shipin")


# ---- everywhere ------------------------------------------------------------------------------------------------
def test_unknown_guide_offers_a_search(visitor: TestClient) -> None:
    """A wrong address ends on a page with a search box."""
    answer = visitor.get("/guides/meiyou")
    assert answer.status_code == 404
    assert 'action="/guides"' in answer.text


@pytest.mark.parametrize(
    ("method", "path", "code"), [("GET", "/nowhere", 404), ("DELETE", "/", 405), ("GET", "/broken", 500)]
)
def test_error_is_a_kind_page_with_all_headers(visitor: TestClient, method: str, path: str, code: int) -> None:
    """Every error is a Chinese page without technical detail, as well guarded as the others."""
    answer = visitor.request(method, path)
    assert answer.status_code == code
    assert "12345" in answer.text
    assert "secret" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_error_below_api_is_json(visitor: TestClient) -> None:
    """Programs get a sentence in JSON."""
    answer = visitor.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("没找到")


def test_large_type_needs_no_javascript(visitor: TestClient) -> None:
    """The switch is a link, and stays switched."""
    assert 'class="big"' not in visitor.get("/guides").text
    assert 'class="big"' in visitor.get("/guides?big=1").text
    assert 'class="big"' in visitor.get("/").text
    assert 'class="big"' not in visitor.get("/?big=0").text


@pytest.mark.parametrize("path", ["/", "/guides", "/guides/shipin", "/form", "/told", "/handover", "/on", "/message"])
def test_page_has_nothing_inline_and_nothing_foreign(visitor: TestClient, path: str) -> None:
    """The pages keep to their own content security policy and fetch nothing from elsewhere."""
    page = visitor.get(path).text
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script>|javascript:", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_old_browsers_understand_script_and_styles() -> None:
    """Nothing newer than Chromium 78 understands: WeChat's browser can be that old."""
    script = (pages.STATIC / "site.js").read_text()
    styles = re.sub(r"/\*.*?\*/", "", (pages.STATIC / "site.css").read_text(), flags=re.S)
    assert not re.search(r"\?\.|\?\?|replaceAll|replaceChildren|\.at\(|\bsubmitter\b", script)
    assert not re.search(r":has\(|:is\(|:where\(|aspect-ratio|\binset:|clamp\(|(?<!grid-)(?<!column-)\bgap:", styles)


def test_templates_carry_no_raw_html() -> None:
    """Nothing is exempted from escaping in a template."""
    for template in TEMPLATES.glob("*.html"):
        assert "| safe" not in template.read_text()
        assert "autoescape" not in template.read_text()
