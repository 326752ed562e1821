import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant import phrases
from tests.dialogue.scripts import STATUSES, asked, choice, words_of
from tests.dialogue.stack import Stack

pytestmark = pytest.mark.rasa
LONG = "我家饭店不干了想问问食品证怎么退" * 625  # 10,000 characters
HOSTILE = {
    "ten thousand characters": LONG,
    "empty": "",
    "spaces": " \n\t ",
    "only emoji": "😀🔥👍🏽",
    "control characters": "\x01\x02\x1b[31m\x7f\u202e\u200b",
    "null bytes": "\x00\x00",
    "null byte inside": "食品\x00经营许可证怎么注销",
    "lone surrogate": "\ud83d",
    "lone surrogate inside": "饭店\udc00不干了",
    "restart": "/restart",
    "session start": "/session_start",
    "intent with slots": '/inform{"licences": ["假证"]}',
    "our own intent": '/choose{"profile": {"place": "mohe"}}',
    "script": "<script>alert(document.cookie)</script>",
    "sql": "'; DROP TABLE conversations; --",
    "template": "{{7*7}} ${7*7} %s %n",
    "path": "../../../../etc/passwd",
    "entity annotation": '[食品证](licences){"value": "假证"}',
    "one character many times": "哈" * 500,
}


def fresh() -> str:
    """A conversation that has said nothing yet."""
    return str(uuid.uuid4())


def halfway(stack: Stack) -> str:
    """A conversation in which the place is asked for."""
    conversation = fresh()
    assert asked(stack.say(conversation, "饭店不干了，个体的")) == "place"
    return conversation


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gets_a_kind_sentence(stack: Stack, text: str) -> None:
    """Whatever is typed, the answer is a sentence with a known status, and nothing of it is written into the profile."""
    conversation = fresh()
    reply = stack.say(conversation, text)
    assert reply["status"] in STATUSES - {"failed"}
    assert words_of(reply).strip()
    assert phrases.DIALOGUE_AWAY not in words_of(reply)
    profile = stack.slots(conversation).get("profile") or {}
    assert "假证" not in json.dumps(profile, ensure_ascii=False)
    assert profile.get("place") is None


@pytest.mark.parametrize(
    "name", ["empty", "only emoji", "restart", "intent with slots", "our own intent", "ten thousand characters"]
)
def test_hostile_text_within_the_form_loses_nothing(stack: Stack, name: str) -> None:
    """In the middle of the questions nothing is forgotten and nothing is filled in."""
    conversation = halfway(stack)
    before = stack.slots(conversation)["profile"]
    stack.say(conversation, HOSTILE[name])
    assert stack.slots(conversation)["profile"] == before
    assert asked(stack.say(conversation, "示例县")) == "licences"


def test_long_text_is_told_kindly(stack: Stack) -> None:
    """Ten thousand characters are answered with how much we read."""
    assert phrases.TOO_LONG in words_of(stack.say(fresh(), LONG))


@pytest.mark.parametrize(
    "payload",
    ["c:neveroffered", "", "0", "/restart", '{"fact": {"place": "mohe"}}', "c:" + "x" * 10_000, "\x00", "\ud83d"],
)
def test_payload_never_offered_does_nothing(stack: Stack, payload: str) -> None:
    """A payload that this conversation was never offered has no effect."""
    conversation = halfway(stack)
    before = stack.slots(conversation)["profile"]
    reply = stack.tap(conversation, payload)
    assert reply["status"] in STATUSES - {"failed"}
    assert words_of(reply).strip()
    assert stack.slots(conversation)["profile"] == before


def test_payload_of_another_conversation_does_nothing(stack: Stack) -> None:
    """What was offered to one person cannot be tapped by another."""
    theirs = fresh()
    payload = choice(stack.say(theirs, "饭店不干了，个体的"), "示例县")
    assert payload
    mine = halfway(stack)
    assert words_of(stack.tap(mine, payload)) == phrases.PAYLOAD_GONE
    assert "place" not in stack.slots(mine)["profile"]


@pytest.mark.parametrize("number", ["0", "99", "第十八个", "-1", "3.5", "９９９９"])
def test_number_out_of_range_chooses_nothing(stack: Stack, number: str) -> None:
    """A number that stands for no choice fills nothing in."""
    conversation = halfway(stack)
    reply = stack.say(conversation, number)
    assert reply["status"] in STATUSES - {"failed"}
    assert "place" not in stack.slots(conversation)["profile"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": 5},
        {"text": ["食品证"]},
        {"text": {"a": 1}},
        {"text": True},
        {"text": None},
        {},
        {"payload": 7},
        {"payload": {"fact": {"place": "mohe"}}},
        {"conversation_id": 5, "text": "你好"},
        {"conversation_id": None, "text": "你好"},
        {"conversation_id": "x" * 5000, "text": "你好"},
        {"conversation_id": "../../etc\x00", "text": "你好"},
        {"conversation_id": "\ud83d", "text": "你好"},
        [],
        "食品证",
        7,
        None,
        b"",
        b"{",
        b"\xff\xfe\x00",
        b'{"text": NaN}',
        b'{"text": "\\ud83d\\u0000"}',
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body)[:50],
)
def test_strange_json_is_never_a_500(stack: Stack, body: Any) -> None:
    """Wrong types and broken JSON are refused or answered, never an error of ours."""
    response = stack.post(body)
    assert response.status_code in {200, 400, 413, 422}, response.text[:300]
    if response.status_code == 200:
        assert response.json()["status"] in STATUSES - {"failed"}


def test_twenty_messages_at_once_keep_their_order(stack: Stack) -> None:
    """Messages of one conversation sent together are answered one after the other, each once."""
    conversation = fresh()
    texts = [f"{name}怎么注销" for name in ("食品经营许可证", "取水许可证", "排污许可证", "兽药经营许可证")] * 5
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda text: stack.say(conversation, text), texts))
    assert {reply["status"] for reply in replies} == {"answered"}
    users = [event["text"] for event in stack.events(conversation) if event["event"] == "user"]
    assert sorted(users) == sorted(texts)
    for text, reply in zip(texts, replies, strict=True):
        assert text.removesuffix("怎么注销")[:2] in words_of(reply)
    spoken = [event for event in stack.events(conversation) if event["event"] in {"user", "bot"}]
    assert [event["event"] for event in spoken[::2]] == ["user"] * 20  # never two questions in a row


def test_many_conversations_at_once_do_not_mix(stack: Stack) -> None:
    """What one person tells never shows up with another."""
    places = ["示例县", "示例区", "塔河县", "呼玛县", "漠河市"] * 2
    conversations = [fresh() for _ in places]

    def tell(pair: tuple[str, str]) -> str:
        stack.say(pair[0], "饭店不干了，个体的")
        stack.say(pair[0], pair[1])
        return str(stack.slots(pair[0])["profile"]["place"])

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(tell, zip(conversations, places, strict=True)))
    ids = {"示例县": "shilixian", "示例区": "shiliqu", "塔河县": "tahe", "呼玛县": "huma", "漠河市": "mohe"}
    assert found == [ids[place] for place in places]
