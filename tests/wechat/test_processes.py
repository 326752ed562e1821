"""What several processes share holds in SQLite and in PostgreSQL."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from assistant.cases.keeping import Keeping
from assistant.cases.scans import Scans
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.settings import ROOT
from assistant.wechat.client import CUSTOMER_SERVICE
from assistant.wechat.outbox import HELD, SENDING, SENT, tally
from assistant.wechat.subscriptions import Subscriptions
from assistant.wechat.tables import StoredOutgoing, StoredPerson
from tests.cases.builders import moved, opened
from tests.wechat.fake_api import APP_ID, SECRET, FakeWeChat, Fault, Moment
from tests.wechat.our_side import ANOTHER, SOMEBODY, TEMPLATE, clock_of, following, met, put, sent_all, states

SENDER = """
import asyncio, sys
from assistant.db import connected
from assistant.wechat.account import Account
from assistant.wechat.client import Client
from assistant.wechat.outbox import Outbox

async def send():
    engine = connected(sys.argv[4])
    account = Account(sys.argv[1], "token", secret=sys.argv[2], verified=True, api=sys.argv[3])
    async with Outbox(engine, Client(account, engine)).running():
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(send())
"""


def a_sender(fake: FakeWeChat, url: str) -> subprocess.Popen[str]:
    """A process that sends until its input ends."""
    command = [sys.executable, "-c", SENDER, APP_ID, SECRET, fake.url, url]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something that other processes do."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_messages_arrive_once_in_their_order_and_their_words_are_erased(fake: FakeWeChat, engine: Engine) -> None:
    """Each person's one after the other."""
    for openid in (SOMEBODY, ANOTHER):
        met(fake, engine, openid)
    put(fake, engine, SOMEBODY, "一", "二")
    put(fake, engine, ANOTHER, "甲")
    put(fake, engine, SOMEBODY, "三")
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == ["一", "二", "三"]
    assert fake.texts(ANOTHER) == ["甲"]
    assert states(engine) == [SENT] * 4
    with Session(engine) as session:
        assert set(map(str, session.scalars(select(StoredOutgoing.body)))) == {"{}"}


def test_what_is_left_of_the_five_waits_until_they_write_again(
    fake: FakeWeChat, moment: Moment, engine: Engine
) -> None:
    """WeChat never has to refuse: we count as it does."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, *"一二三四五六七")
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == [*"一二三四五"]
    moment.at += 3600
    sent_all(fake, engine)
    assert states(engine) == [SENT] * 5 + [HELD, "waiting"]
    met(fake, engine)
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == [*"一二三四五六七"]
    assert set(fake.refused) == {0}


def test_processes_that_share_the_outbox_send_each_message_once(url: str, engine: Engine) -> None:
    """Three processes, twenty people, three messages each: sixty, each person's in order."""
    people = [f"o-{number}" for number in range(20)]
    with FakeWeChat() as fake:
        senders = [a_sender(fake, url) for _ in range(3)]
        for openid in people:
            met(fake, engine, openid)
            put(fake, engine, openid, "一", "二", "三")
        until(lambda: tally(engine).sent == 60)
        for sender in senders:
            sender.communicate("\n", timeout=60)
        assert [sender.returncode for sender in senders] == [0, 0, 0]
        assert all(fake.texts(openid) == ["一", "二", "三"] for openid in people)
        assert len(fake.taken) == 60
        assert fake.fetches == [False]


def test_sender_that_is_killed_loses_nothing(url: str, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """What it was sending is sent again when its time is over, and the log says that it may arrive twice."""
    caplog.set_level(logging.WARNING)
    with FakeWeChat() as fake:
        met(fake, engine)
        put(fake, engine, SOMEBODY, "一", "二")
        fake.fails(CUSTOMER_SERVICE, Fault(sleep=60, done=True))
        sender = a_sender(fake, url)
        until(lambda: fake.texts(SOMEBODY))
        sender.kill()
        sender.communicate()
        assert states(engine) == [SENDING, "waiting"]
        sent_all(fake, engine)
        assert fake.texts(SOMEBODY) == ["一"], "not while it may be alive"
        sent_all(fake, engine, ahead=61)
        assert fake.texts(SOMEBODY) == ["一", "一", "二"]
        assert "its sender died; sent again, it may arrive twice" in caplog.text


def test_processes_that_look_together_tell_once(url: str, fake: FakeWeChat, engine: Engine, moment: Moment) -> None:
    """The notice and the note that it was told are one transaction."""
    cases = Cases(engine, clock=clock_of(fake))
    case = opened(cases)
    following(fake, engine, Subscriptions(engine, lambda: cases, TEMPLATE, clock=clock_of(fake)), case)
    moved(cases, case, State.REVIEWING)
    moment.at += 600
    engines = [create_engine(url) for _ in range(4)]
    several = [Subscriptions(one, lambda: cases, TEMPLATE, clock=clock_of(fake)) for one in engines]
    with ThreadPoolExecutor() as together:
        assert sum(together.map(Subscriptions.tell, several)) == 1
    for one in engines:
        one.dispose()
    sent_all(fake, engine)
    assert len(fake.notices(SOMEBODY)) == 1


def test_erased_case_is_followed_no_more(fake: FakeWeChat, engine: Engine, tmp_path: Path, moment: Moment) -> None:
    """What is erased of a case is erased here."""
    cases = Cases(engine, clock=clock_of(fake))
    notices = Subscriptions(engine, lambda: cases, TEMPLATE, clock=clock_of(fake))
    case = opened(cases)
    following(fake, engine, notices, case)
    following(fake, engine, notices, opened(cases, code=None), ANOTHER)
    case = moved(cases, case, State.WITHDRAWN, State.ARCHIVED)
    moment.at += 366 * 11 * 24 * 3600
    Keeping(cases, Scans(cases, tmp_path)).purge()
    assert cases.find(case.number).erased_at
    assert notices.tell() == 0
    with Session(engine) as session:
        assert session.get_one(StoredPerson, SOMEBODY).subscriptions == {}
        assert session.get_one(StoredPerson, ANOTHER).subscriptions
