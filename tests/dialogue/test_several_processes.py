"""Two web processes behind one port and one Rasa: any of them answers any message of any conversation."""

import os
import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from assistant import phrases
from tests.dialogue.scripts import all_scripts, asked, choice, play, words_of
from tests.dialogue.stack import Stack, another

pytestmark = [pytest.mark.rasa, pytest.mark.faults]
PLAYED = [script for script in all_scripts() if script.kind in ("happy", "corrections", "businesses")]


@pytest.fixture(scope="module")
def two() -> Iterator[Stack]:
    """A stack with two web processes, in which each request comes over a connection of its own."""
    stack = another(processes=2)
    stack.client.close()
    limits = httpx.Limits(max_keepalive_connections=0)
    stack.client = httpx.Client(base_url=f"http://127.0.0.1:{stack.port}", timeout=30, trust_env=False, limits=limits)
    yield stack
    stack.stop()


def processor_time(process: int) -> int:
    """The processor ticks that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_both_processes_answer_and_nothing_gets_lost(two: Stack) -> None:
    """Conversations that wander between the processes end as they do in one, through Rasa all the way."""
    before = {process: processor_time(process) for process in two.web_processes()}
    assert len(before) == 2
    faults = {script.id: played.faults for script in PLAYED if (played := play(script, two)).faults}
    assert faults == {}
    assert all(processor_time(process) > ticks + 50 for process, ticks in before.items())


def test_messages_at_once_keep_their_order_across_processes(two: Stack) -> None:
    """Ten messages of one conversation, each to whichever process: answered one by one, in the order of arrival."""
    conversation = str(uuid.uuid4())
    facts = ["饭店不干了", "个体的", "示例县", "食品经营许可证", "没别的了", "执照留着"]
    with ThreadPoolExecutor(10) as pool:
        waiting = []
        for fact in facts:
            waiting.append(pool.submit(two.say, conversation, fact))
            time.sleep(0.05)
        replies = [one.result() for one in waiting]
    assert two.said(conversation) == facts
    assert all(phrases.DIALOGUE_AWAY not in words_of(reply) for reply in replies)
    assert asked(replies[-1]) == "proxy"


def test_process_that_dies_takes_nothing_with_it(two: Stack) -> None:
    """A web process dies: the other one matches the choice that was offered, and a new one comes."""
    conversation = str(uuid.uuid4())
    offered = two.say(conversation, "饭店不干了，个体的")
    assert asked(offered) == "place"
    dead = two.web_processes()[0]
    os.kill(dead, signal.SIGKILL)
    time.sleep(0.2)
    payload = choice(offered, "示例县")
    assert payload is not None
    assert asked(two.tap(conversation, payload)) == "licences"
    two.wait_until_ready(60)
    assert asked(two.say(conversation, "就一个食品经营许可证")) == "whole_or_licence_only"
