"""What Rasa remembers of a conversation: where it stands, in one row for each message, whatever was said before."""

import contextlib
import json
import sqlite3
import uuid

import pytest

from tests.dialogue.scripts import asked
from tests.dialogue.stack import Stack

pytestmark = pytest.mark.rasa


def test_message_begins_from_where_the_conversation_stands(stack: Stack) -> None:
    """Each message is one row; the next one reads of it the facts and the open question, and no earlier message."""
    conversation = f"test-{uuid.uuid4()}"
    said = ["饭店不干了，个体的", "店在示例县", "就一个食品经营许可证，没别的"]
    for text in said:
        open_question = asked(stack.say(conversation, text))
    with contextlib.closing(sqlite3.connect(stack.data / "tracker.db")) as database:
        query = "SELECT data FROM events WHERE sender_id = ? ORDER BY id"
        rows = [json.loads(data) for (data,) in database.execute(query, (conversation,))]
    assert len(rows) == len(said)
    standing = rows[-1]["standing"]
    slots = {event["name"]: event["value"] for event in standing if event["event"] == "slot"}
    assert slots["requested_slot"] == open_question
    assert slots["profile"]["place"] == "shilixian"
    assert [event for event in standing if event["event"] in ("user", "bot")] == []
    assert [event["text"] for event in stack.events(conversation) if event["event"] == "user"] == said
