import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from assistant.checklist.profile import Profile
from tests.browser.public import PUBLIC

pytestmark = pytest.mark.browser

SMALL_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), host = walker.currentNode.parentElement;
    if (text && host.offsetParent && !host.closest('.sr, script, template')) {
      const size = parseFloat(getComputedStyle(host).fontSize);
      if (size < 18) small.push(text + ' ' + size);
    }
  }
  return small;
}"""
LOWEST_LINE_SPACING = 1.3


def ask(phone: Page, text: str) -> None:
    """Type a message, send it and wait for the answer."""
    phone.fill("#text", text)
    before = phone.locator(".reply").count()
    phone.click("#send")
    expect(phone.locator(".reply").nth(before)).to_be_visible()  # not yet there, it would look like answered
    expect(phone.locator(".wait")).to_have_count(0)


def a_checklist(application: FastAPI, address: str) -> str:
    """The address of an issued checklist."""
    profile = Profile(
        enterprise_type="gongsi", place="shilixian", licences=("shipin", "yancao"), whole_or_licence_only="whole"
    )
    token, _ = application.state.service.checklists.issue(profile)
    return f"{address}/c/{token}"


def test_answer_appears_without_leaving_the_page(phone: Page, address: str) -> None:
    """Question and answer are appended, the box is empty again, a choice can be tapped."""
    phone.goto(address)
    phone.evaluate("window.sameDocument = true")
    ask(phone, "食品证要带什么")
    expect(phone.locator(".said")).to_have_text(["您说：食品证要带什么"])
    expect(phone.locator(".reply h2")).to_have_text("食品经营许可证")
    expect(phone.locator("#text")).to_have_value("")
    phone.get_by_role("button", name="去哪办").click()
    expect(phone.locator(".said")).to_have_count(2)
    assert phone.evaluate("window.sameDocument")


def test_conversation_is_there_after_a_reload(phone: Page, address: str) -> None:
    """A reloaded page shows what was said."""
    phone.goto(address)
    ask(phone, "食品证要带什么")
    phone.reload()
    expect(phone.locator(".said")).to_have_count(1)
    expect(phone.locator(".reply h2")).to_be_visible()


def test_lost_network_loses_no_words(phone: Page, address: str) -> None:
    """A failure is told, the words stay, and trying again sends them."""
    phone.goto(address)
    phone.context.set_offline(True)
    ask(phone, "食品证要带什么")
    expect(phone.get_by_role("alert")).to_contain_text("没发出去")
    expect(phone.locator("#text")).to_have_value("食品证要带什么")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="再试一次").click()
    expect(phone.locator(".reply h2")).to_have_text("食品经营许可证")
    expect(phone.locator(".said")).to_have_count(1)
    expect(phone.locator("#text")).to_have_value("")


def test_message_is_left_from_within_the_conversation(phone: Page, address: str) -> None:
    """The form stands in the reply; what comes of it is told on a page from which one goes back."""
    phone.goto(address)
    ask(phone, "我要留言")
    phone.fill(".message textarea", "证丢了咋退")
    phone.get_by_role("button", name="交给窗口").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("收到了")
    phone.get_by_role("link", name="回到对话").click()
    expect(phone.locator(".said")).to_have_count(1)


def test_what_was_told_is_in_reach_at_any_time(phone: Page, address: str) -> None:
    """The links about the conversation stay in view, however long it is."""
    phone.goto(address)
    expect(phone.locator(".about-talk")).to_be_hidden()
    for _ in range(3):
        ask(phone, "食品证要带什么")
    expect(phone.get_by_role("link", name="我说过的")).to_be_in_viewport()
    phone.get_by_role("link", name="我说过的").click()
    phone.get_by_role("button", name="改地方").click()
    expect(phone.locator(".said")).to_have_count(4)


def test_typed_markup_does_nothing(phone: Page, address: str) -> None:
    """A script that somebody types is shown, not run."""
    phone.goto(address)
    ask(phone, '<img src=x onerror="window.ran=1"><script>window.ran=1</script>')
    expect(phone.locator(".said")).to_contain_text("<script>")
    assert phone.evaluate("window.ran") is None


def test_several_licences_are_ticked_and_sent(phone: Page, address: str) -> None:
    """Ticks are sent together as one sentence."""
    phone.goto(address)
    ask(phone, "有哪些证")
    phone.get_by_text("食品经营许可证", exact=True).click()
    phone.get_by_text("烟草专卖零售许可证", exact=True).click()
    phone.get_by_role("button", name="选好了").click()
    expect(phone.locator(".said").last).to_contain_text("食品经营许可证、烟草专卖零售许可证")


def test_keyboard_alone_is_enough(phone: Page, address: str) -> None:
    """Enter sends; a fold opens with Enter."""
    phone.goto(address)
    phone.focus("#text")
    phone.keyboard.type("食品证要带什么")
    phone.keyboard.press("Enter")
    expect(phone.locator(".reply h2")).to_be_visible()
    fold = phone.locator("details.fold").first
    fold.locator("summary").focus()
    phone.keyboard.press("Enter")
    expect(fold).to_have_attribute("open", "")


def test_tick_is_seen_on_another_device(phone: Page, browser: Browser, application: FastAPI, address: str) -> None:
    """A material ticked off here is ticked after a reload, and on a device that never saw this one."""
    where = a_checklist(application, address)
    phone.goto(where)
    with phone.expect_response(f"{where}/ticks"):
        phone.locator("#materials input").first.check()
    phone.reload()
    expect(phone.locator("#materials input").first).to_be_checked()
    other = browser.new_page()
    other.goto(where)
    expect(other.locator("#materials input").first).to_be_checked()
    with other.expect_response(f"{where}/ticks"):
        other.locator("#materials input").first.uncheck()
    other.close()
    phone.reload()
    expect(phone.locator("#materials input").first).not_to_be_checked()


def test_tick_without_network_waits_and_is_sent_later(phone: Page, application: FastAPI, address: str) -> None:
    """Offline a tick stays on this device and says so; back online it goes out by itself."""
    where = a_checklist(application, address)
    phone.goto(where)
    phone.context.set_offline(True)
    phone.locator(".done-tick input").first.check()
    expect(phone.locator("[data-unsent]")).to_be_visible()
    with phone.expect_response(f"{where}/ticks"):
        phone.context.set_offline(False)
    expect(phone.locator("[data-unsent]")).to_be_hidden()
    phone.reload()
    expect(phone.locator(".done-tick input").first).to_be_checked()


def test_reading_aloud_hides_where_there_is_no_chinese_voice(phone: Page, application: FastAPI, address: str) -> None:
    """No voice, no button."""
    phone.goto(a_checklist(application, address))
    expect(phone.locator("[data-read]")).to_be_hidden()


VOICE = """
window.spoken = [];
const voice = {lang: 'zh-CN', name: 'test'};
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => [voice], speak: said => window.spoken.push(said.text), cancel: () => { window.cancelled = true; },
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def test_checklist_is_read_aloud_and_stops_when_told(phone: Page, application: FastAPI, address: str) -> None:
    """What is shown is read once, in its order, without the buttons; a second tap stops it."""
    phone.add_init_script(VOICE)
    phone.goto(a_checklist(application, address))
    reader = phone.get_by_role("button", name="读给我听")
    reader.click()
    spoken = phone.evaluate("window.spoken")
    assert spoken[1] == "注销清单 演示数据"
    assert any("食品经营许可证" in one for one in spoken)
    assert not any("不对？" in one or "下载" in one for one in spoken)
    assert len(spoken) > 20
    phone.get_by_role("button", name="别读了").click()
    assert phone.evaluate("window.cancelled")
    expect(reader).to_be_visible()


def test_short_code_opens_the_checklist_from_the_start_page(phone: Page, application: FastAPI, address: str) -> None:
    """Eight characters typed on another phone are enough."""
    where = a_checklist(application, address)
    phone.goto(address)
    phone.fill(".code-form input", where.rpartition("/")[2][:8].upper())
    phone.get_by_role("button", name="打开清单").click()
    expect(phone).to_have_url(where)


def test_wrong_fact_is_reported_with_three_taps(phone: Page, application: FastAPI, address: str) -> None:
    """One tap at the entry, one for the fault, one to send; then back to where one was."""
    where = a_checklist(application, address)
    phone.goto(where)
    phone.locator(".facts .wrong-link").first.click()
    phone.get_by_text("变了，现在不是这样").click()
    phone.get_by_role("button", name="告诉你们").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("谢谢，记下了")
    phone.get_by_role("link", name="回到清单").click()
    expect(phone).to_have_url(re.compile(re.escape(where)))


def test_form_finds_licences_while_typing(phone: Page, address: str) -> None:
    """The box above the licences shows those whose name or everyday name holds the letters."""
    phone.goto(f"{address}/form")
    phone.fill("#narrow", "食品证")
    expect(phone.get_by_text("食品经营许可证", exact=True)).to_be_visible()
    expect(phone.get_by_text("烟草专卖零售许可证", exact=True)).to_be_hidden()


def test_pages_are_large_and_fit_a_phone(phone: Page, application: FastAPI, address: str) -> None:
    """No text below 18 px, no line spacing below 1.3, no sideways scrolling, in both sizes of type."""
    where = a_checklist(application, address)
    pages = [*(f"{address}{path}" for path in PUBLIC), where, f"{where}/forms"]
    for big in ("0", "1"):
        phone.goto(f"{address}/?big={big}")
        for where in pages:
            phone.goto(where)
            phone.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            assert phone.evaluate(SMALL_TEXT) == [], where
            assert phone.evaluate("document.documentElement.scrollWidth") <= 390, where
            style = "getComputedStyle(document.querySelector('main p'))"
            spacing = phone.evaluate(f"parseFloat({style}.lineHeight) / parseFloat({style}.fontSize)")
            assert spacing >= LOWEST_LINE_SPACING
