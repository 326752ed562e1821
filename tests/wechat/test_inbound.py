"""Every kind of message and event is heard as one thing, by a key that a second delivery has as well."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge import model as m
from assistant.wechat.answering import county_in
from assistant.wechat.envelope import Unreadable
from assistant.wechat.inbound import Kind, heard
from tests.page_app import fictional
from tests.wechat.builders import ANOTHER, a_message, an_event, words

SCAN = "ScanCodeInfo/ScanResult"


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        (words("食品证咋退"), Kind.SAID, "食品证咋退"),
        (words("1. 去哪办", bizmsgmenuid="1"), Kind.CHOSE, "1. 去哪办"),
        (a_message("voice", MediaId="m", Format="amr", Recognition="食品证咋退"), Kind.SAID, "食品证咋退"),
        (a_message("voice", MediaId="m", Format="amr", Recognition=""), Kind.VOICE, ""),
        (a_message("voice", MediaId="m", Format="amr"), Kind.VOICE, ""),
        (a_message("image", PicUrl="http://p", MediaId="m"), Kind.PICTURE, ""),
        (a_message("video", MediaId="m", ThumbMediaId="t"), Kind.FILM, ""),
        (a_message("shortvideo", MediaId="m", ThumbMediaId="t"), Kind.FILM, ""),
        (
            a_message("location", Location_X="52.1", Location_Y="124.7", Scale="16", Label="示例县"),
            Kind.PLACE,
            "示例县",
        ),
        (a_message("link", Title="t", Description="d", Url="http://u"), Kind.LINK, ""),
        (a_message("file", Title="t"), Kind.STRANGE, ""),
        (an_event("subscribe"), Kind.FOLLOWED, ""),
        (an_event("subscribe", key="qrscene_c_abcdefgh2345", Ticket="t"), Kind.FOLLOWED, "c_abcdefgh2345"),
        (an_event("unsubscribe"), Kind.LEFT, ""),
        (an_event("CLICK", key="办到哪了"), Kind.TAPPED, "办到哪了"),
        (an_event("SCAN", key="p_202603020001", Ticket="t"), Kind.SCANNED, "p_202603020001"),
        (an_event("scancode_waitmsg", **{SCAN: "https://d.example/c/abcdefgh2345"}), Kind.SCANNED, "c_abcdefgh2345"),
        (an_event("scancode_push", **{SCAN: "https://d.example/progress?number=1"}), Kind.SCANNED, "p_1"),
        (an_event("scancode_waitmsg", **{SCAN: "http://[elsewhere"}), Kind.SCANNED, ""),
        (an_event("scancode_push", **{SCAN: "elsewhere"}), Kind.SILENT, ""),
        (an_event("VIEW", key="https://d.example/"), Kind.SILENT, "https://d.example/"),
        (an_event("LOCATION", Latitude="1"), Kind.SILENT, ""),
        (an_event("TEMPLATESENDJOBFINISH", Status="success"), Kind.SILENT, ""),
        (an_event("of_next_year"), Kind.SILENT, ""),
    ],
)
def test_each_kind_is_heard(message: dict[str, str], kind: Kind, text: str) -> None:
    """What WeChat's documents list, and what they may list some day."""
    found = heard(message)
    assert (found.kind, found.text) == (kind, text)


@pytest.mark.parametrize("name", ["FromUserName", "ToUserName", "CreateTime", "MsgType", "MsgId"])
@pytest.mark.parametrize("wrong", [None, "", "<x>", "1" * 70])
def test_message_without_a_field_is_unreadable(name: str, wrong: str | None) -> None:
    """Or with one that cannot be."""
    with pytest.raises(Unreadable):
        heard(words("您好", **{name: wrong}))


@given(st.dictionaries(st.sampled_from([*an_event("x"), *words("x"), SCAN]), st.text()))
def test_any_fields_are_heard_or_unreadable(fields: dict[str, str]) -> None:
    """Nothing else is ever raised."""
    for message in (fields, words("x") | fields, an_event("SCAN") | fields):
        try:
            assert heard(message).openid == message["FromUserName"]
        except Unreadable:
            continue


def test_message_has_one_key_of_sender_and_number() -> None:
    """Different people did have messages of the same number."""
    first = words("您好", MsgId=1)
    assert heard(first).key == heard(first | {"Content": "您好"}).key
    keys = {heard(one).key for one in (first, words("您好", MsgId=2), words("您好", MsgId=1, sender=ANOTHER))}
    assert len(keys) == 3


def test_event_has_one_key_of_sender_time_and_event() -> None:
    """Events have no number."""
    first = an_event("CLICK", key="x", CreateTime=1)
    others = [
        an_event("CLICK", key="x", CreateTime=2),
        an_event("SCAN", key="x", CreateTime=1),
        an_event("CLICK", key="x", CreateTime=1, sender=ANOTHER),
    ]
    assert heard(first).key == heard(dict(first)).key
    assert len({heard(one).key for one in (first, *others)}) == 4


def test_nobody_can_be_read_from_a_key() -> None:
    """It stands in a table longer than the openid need."""
    message = words("您好")
    assert message["FromUserName"] not in heard(message).key


TOWN = m.Region(
    id="shilixian", name="示例县", level="县", parent="shilishi", places=("示例镇",), aliases=("SL", "例县")
)


@pytest.mark.parametrize(
    ("label", "county"),
    [
        ("某省示例市示例县一街1号", "示例县"),
        ("示例县", "示例县"),
        ("示例市示例镇一街1号", "示例县"),
        ("别的市示例镇一街1号", None),
        ("示例市SL大厦", None),
        ("示例市", None),
        ("", None),
    ],
)
def test_location_is_a_county_by_its_name(label: str, county: str | None) -> None:
    """The name of a small place tells one only where our prefecture is named as well."""
    known = fictional()
    assert county_in(replace(known, regions={**known.regions, TOWN.id: TOWN}), label) == county
