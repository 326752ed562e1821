"""A reply says what it says, whatever stands in it."""

from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.render.wechat_messages import Menu, Message, News, Tap, Text
from assistant.wechat.inbound import Heard, Kind
from assistant.wechat.replies import passive, served, with_note
from tests.wechat.builders import NOON, OURS, SOMEBODY

SAID = Heard(SOMEBODY, OURS, "key", Kind.SAID)
CARD = News("清单", "一共要办 2 样", "https://d.example/c/x?a=1&b=2")
# Whatever XML can hold; its lines end in one way.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\n\t")
)


def read(message: Message) -> dict[str, str]:
    """The fields of a reply, as WeChat reads them."""
    return {one.tag: one.text or "" for one in ElementTree.fromstring(passive(message, SAID, NOON)).iter()}


@example("一]]>二<b>三</b>]]]]>&amp;")
@given(st.one_of(TEXTS, st.text(st.sampled_from("]>[<!&CDAT"))))
def test_text_arrives_as_it_is(text: str) -> None:
    """Nothing in it ends it, begins a tag, or stands for something else."""
    found = read(Text(text))
    assert (found["Content"], found["MsgType"]) == (text, "text")
    assert read(News(text, text, text)).items() >= {("Title", text), ("Description", text), ("Url", text)}


@given(st.text())
def test_what_xml_cannot_hold_is_left_out(text: str) -> None:
    """Half characters and control characters spoil no reply."""
    read(Text(text))


def test_reply_goes_back_to_its_sender() -> None:
    """From the account to which they wrote, at this time."""
    found = read(CARD)
    assert (found["ToUserName"], found["FromUserName"], found["MsgType"]) == (SOMEBODY, OURS, "news")
    assert found["CreateTime"] == str(int(NOON.timestamp()))
    assert (found["ArticleCount"], found["Url"]) == ("1", CARD.url)


@pytest.mark.parametrize(
    ("message", "kind"),
    [(Text("一"), "text"), (CARD, "news"), (Text("一", Menu("一", (Tap("1", "1. 去哪办"),), "")), "msgmenu")],
)
def test_customer_service_sends_each_as_what_it_is(message: Message, kind: str) -> None:
    """Choices as a menu to tap."""
    body = served(message)
    assert body.keys() == {"msgtype", kind}
    assert body["msgtype"] == kind


def test_note_is_the_last_line() -> None:
    """Of a text and of a card."""
    assert with_note(Text("一", more=True), "还有") == Text("一\n\n还有")
    assert with_note(CARD, "还有") == News(CARD.title, f"{CARD.description}\n还有", CARD.url)
