"""Parts that fail for real: each time an answer or an honest sentence, nothing lost, nothing twice, and it heals by itself."""

import contextlib
import os
import signal
import sqlite3
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant import phrases
from assistant.settings import ROOT
from tests.dialogue.scripts import STATUSES, asked, words_of
from tests.dialogue.stack import Stack

pytestmark = [pytest.mark.rasa, pytest.mark.faults]
MODEL = ROOT / "nlu" / "models" / "daoban.tar.gz"


def fresh() -> str:
    """A conversation that has said nothing yet."""
    return str(uuid.uuid4())


def test_ten_messages_to_a_hanging_rasa_keep_their_order(stack: Stack) -> None:
    """Only the first waits for a Rasa that hangs; all ten are answered, in the order in which they came."""
    conversation = fresh()
    facts = [
        "饭店不干了",
        "个体的",
        "示例县",
        *(f"没有{thing}" for thing in ("对公账户", "公章", "社保", "海关备案", "欠账", "分店")),
    ]
    facts.append("执照也销，我自己去办")
    with stack.rasa_standing_still(), ThreadPoolExecutor(10) as pool:
        waiting = []
        for fact in facts:
            waiting.append(pool.submit(stack.say, conversation, fact))
            time.sleep(0.05)
        replies = [one.result() for one in waiting]
    assert all(reply["status"] in STATUSES for reply in replies)
    assert all(phrases.DIALOGUE_AWAY in words_of(reply) for reply in replies)
    assert stack.said(conversation) == facts
    assert stack.say(conversation, "就一个食品经营许可证，没别的")["status"] == "answered"
    profile = stack.slots(conversation)["profile"]
    assert (profile["enterprise_type"], profile["place"]) == ("geti", "shilixian")
    assert not any(
        profile[thing] for thing in ("bank_account", "seal", "social_insurance", "customs", "debts", "branches")
    )


def test_tracker_database_away_loses_nothing(stack: Stack) -> None:
    """Rasa's database cannot be written: Rasa no longer knows what was said, so we answer alone; afterwards it is told."""
    conversation = fresh()
    assert asked(stack.say(conversation, "饭店不干了，个体的")) == "place"
    with contextlib.closing(sqlite3.connect(stack.data / "tracker.db", isolation_level=None)) as database:
        database.execute("ALTER TABLE events RENAME TO elsewhere")
        try:
            assert asked(stack.say(conversation, "示例县")) == "licences"
            reply = stack.say(conversation, "就一个食品经营许可证，没别的")
            assert asked(reply) == "whole_or_licence_only"
        finally:
            database.execute("ALTER TABLE elsewhere RENAME TO events")
    stack.wait_until_ready()
    reply = stack.say(conversation, "执照留着")
    assert asked(reply) == "proxy"
    assert phrases.DIALOGUE_AWAY not in words_of(reply)
    assert stack.slots(conversation)["profile"]["place"] == "shilixian"


def test_model_is_swapped_while_people_talk(stack: Stack) -> None:
    """While Rasa loads a model again, every message gets its answer."""
    conversations = [fresh() for _ in range(4)]
    with ThreadPoolExecutor(5) as pool:
        swap = pool.submit(stack.rasa.put, "/model", json={"model_file": str(MODEL)})
        replies = list(pool.map(lambda one: stack.say(one, "饭店不干了，个体的"), conversations))
        assert swap.result().status_code == 204
    assert [asked(reply) for reply in replies] == ["place"] * 4
    assert [asked(stack.say(one, "示例县")) for one in conversations] == ["licences"] * 4


def test_everything_killed_and_started_again_remembers(stack: Stack) -> None:
    """Every process dies in the middle of a conversation: afterwards it goes on where it was, and nothing is asked again."""
    conversation = fresh()
    assert asked(stack.say(conversation, "饭店不干了，个体的")) == "place"
    shown = stack.say(conversation, "示例县")
    assert asked(shown) == "licences"
    stack.kill_everything()
    stack.start()
    stack.wait_until_ready()
    assert stack.said(conversation) == ["饭店不干了，个体的", "示例县"]
    payload = next(c["payload"] for card in shown["replies"] for c in card["choices"] if c.get("item"))
    assert asked(stack.tap(conversation, payload)) in ("licences", "other_licences", "which_licence")
    profile = stack.slots(conversation)["profile"]
    assert (profile["enterprise_type"], profile["place"]) == ("geti", "shilixian")
    assert profile["licences"]


def test_rasa_killed_while_it_answers(stack: Stack) -> None:
    """Rasa dies with a message in its hands: the message is answered once, and what it told is kept."""
    conversation = fresh()
    assert asked(stack.say(conversation, "饭店不干了，个体的")) == "place"
    dead = stack.rasa_process()
    os.kill(dead, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stack.say, conversation, "示例县")
        time.sleep(0.5)
        os.kill(dead, signal.SIGKILL)
        assert asked(waiting.result()) == "licences"
    stack.wait_until_ready()
    reply = stack.say(conversation, "就一个食品经营许可证，没别的")
    assert asked(reply) == "whole_or_licence_only"
    assert stack.said(conversation) == ["饭店不干了，个体的", "示例县", "就一个食品经营许可证，没别的"]


def test_erased_conversation_is_gone_from_both_databases(stack: Stack) -> None:
    """After erasing there is no turn, no fact and no event of Rasa's left, not even in the bytes of the files."""
    conversation = fresh()
    secret = "我家店叫喜鹊登枝小饭馆"
    stack.say(conversation, secret)
    stack.say(conversation, "饭店不干了，个体的")
    assert stack.client.delete(f"/api/conversations/{conversation}").json() == {"erased": True}
    assert stack.client.get(f"/api/conversations/{conversation}/profile").status_code == 404
    for name, columns in (("daoban.db", "turns WHERE conversation_id"), ("tracker.db", "events WHERE sender_id")):
        with contextlib.closing(sqlite3.connect(stack.data / name)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert database.execute(f"SELECT count(*) FROM {columns} = ?", (conversation,)).fetchone() == (0,)
        assert "喜鹊登枝".encode() not in (stack.data / name).read_bytes()
        assert b"\\u559c\\u9e4a\\u767b\\u679d" not in (stack.data / name).read_bytes()
    assert asked(stack.say(conversation, "饭店不干了")) == "enterprise_type"
