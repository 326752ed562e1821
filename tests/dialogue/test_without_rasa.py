import contextlib
import os
import signal
import time
import uuid
from collections.abc import Iterator

import pytest

from assistant import phrases
from tests.dialogue.scripts import asked, words_of
from tests.dialogue.stack import Stack

pytestmark = pytest.mark.rasa
ANSWERED_WITHIN = 5.0  # seconds
QUESTION = "兽药经营许可证怎么注销"


@contextlib.contextmanager
def standing_still(process: int) -> Iterator[None]:
    """A process that does nothing for a while."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def assert_answered_without_rasa(stack: Stack, conversation: str) -> None:
    """The question is answered by retrieval, quickly, with a sentence that says what is away."""
    began = time.monotonic()
    reply = stack.say(conversation, QUESTION)
    assert time.monotonic() - began < ANSWERED_WITHIN
    assert phrases.DIALOGUE_AWAY in words_of(reply)
    assert reply["status"] == "answered"
    assert "兽药" in words_of(reply)


def test_hanging_rasa_is_answered_from_retrieval(stack: Stack) -> None:
    """Rasa stands still in the middle of a dialogue: an answer all the same, and afterwards the dialogue goes on."""
    conversation = str(uuid.uuid4())
    assert asked(stack.say(conversation, "饭店不干了，个体的")) == "place"
    with standing_still(stack.rasa_process()):
        assert_answered_without_rasa(stack, conversation)
        assert stack.client.get("/healthz").status_code == 200
        assert stack.client.get("/readyz").status_code == 503
    stack.wait_until_ready(60)
    reply = stack.say(conversation, "示例县")
    assert phrases.DIALOGUE_AWAY not in words_of(reply)
    assert stack.slots(conversation)["profile"]["place"] == "shilixian"
    assert stack.slots(conversation)["profile"]["enterprise_type"] == "geti"


def test_killed_rasa_comes_back_by_itself(stack: Stack) -> None:
    """Rasa dies in the middle of a dialogue: answers from retrieval, a new Rasa, and nothing told is forgotten."""
    conversation = str(uuid.uuid4())
    assert asked(stack.say(conversation, "饭店不干了，个体的")) == "place"
    dead = stack.rasa_process()
    os.kill(dead, signal.SIGKILL)
    assert_answered_without_rasa(stack, conversation)
    stack.wait_until_ready()
    assert stack.rasa_process() != dead
    assert asked(stack.say(conversation, "示例县")) == "licences"
    assert stack.slots(conversation)["profile"]["enterprise_type"] == "geti"
