"""The shared access token: one fetch for everybody, in time, and nobody waits for the dead."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import subprocess
import sys
import time
from typing import Any

import pytest
from sqlalchemy import Engine, event, update
from sqlalchemy.exc import OperationalError

from assistant.settings import ROOT
from assistant.wechat import token as token_module
from assistant.wechat.faults import Busy
from assistant.wechat.tables import StoredToken
from tests.wechat.fake_api import SECRET, FakeWeChat, Fault, Moment
from tests.wechat.our_side import a_client, clock_of, done

WORKER = """
import asyncio, sys
from assistant.db import connected
from assistant.wechat.account import Account
from assistant.wechat.client import Client

async def workers():
    client = Client(Account(sys.argv[1], "token", secret=sys.argv[2], api=sys.argv[3]), connected(sys.argv[4]))
    print("ready", flush=True)
    sys.stdin.readline()
    print(*await asyncio.gather(*(client.tokens.current() for _ in range(2))), flush=True)

asyncio.run(workers())
"""


def a_process(fake: FakeWeChat, url: str) -> subprocess.Popen[str]:
    """A process with two workers that ask for the token as soon as a line comes."""
    command = [sys.executable, "-c", WORKER, "wx0123456789abcdef", SECRET, fake.url, url]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, **pipes)


def begin(process: subprocess.Popen[str]) -> None:
    """Let its workers ask."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


async def current(fake: FakeWeChat, engine: Engine, ahead: float = 0.0) -> str:
    """The token, for a process that has just begun."""
    async with a_client(fake, engine, ahead) as client:
        return await client.tokens.current()


def test_eight_workers_in_four_processes_fetch_once(url: str) -> None:
    """Whoever comes first fetches, the others wait for it."""
    with FakeWeChat() as fake:
        fake.fails("stable_token", Fault(sleep=0.5, done=True))
        processes = [a_process(fake, url) for _ in range(4)]
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            begin(process)
        tokens = [word for process in processes for word in process.communicate(timeout=90)[0].split()]
        assert len(tokens) == 8
        assert len(set(tokens)) == 1
        assert fake.fetches == [False]


def test_fetcher_that_dies_blocks_no_longer_than_its_lock(
    url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle of fetching, it keeps the lock for its time and not longer."""
    with FakeWeChat() as fake:
        fake.fails("stable_token", Fault(sleep=60), Fault(sleep=60))
        with a_process(fake, url) as process:
            begin(process)
            until = time.monotonic() + 60
            while not fake.calls["/cgi-bin/stable_token"]:
                assert time.monotonic() < until
                time.sleep(0.02)
            process.kill()
        lock = token_module.LOCKED_FOR.total_seconds()
        fake.recovers()
        monkeypatch.setattr(token_module, "LONGEST_WAIT", 0.0)
        with pytest.raises(Busy, match="别的进程"):
            done(current(fake, engine, lock / 2))
        assert done(current(fake, engine, lock + 1))
        assert fake.fetches == [False]


def test_token_is_kept_until_shortly_before_its_end(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """It is fetched anew while WeChat takes both the old and the new one."""
    first = done(current(fake, engine))
    moment.at += 7200 - 241
    assert done(current(fake, engine)) == first
    assert fake.fetches == [False]
    moment.at += 2
    second = done(current(fake, engine))
    assert second != first
    assert {first, second} <= set(fake.tokens)
    assert fake.tokens[first] > moment.at
    assert fake.fetches == [False, False]


def test_others_use_the_old_token_while_one_fetches(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """Near the end nobody waits for the one that fetches."""
    first = done(current(fake, engine))
    moment.at += 7200 - 200
    locked = clock_of(fake)() + dt.timedelta(seconds=20)
    with engine.begin() as connection:
        connection.execute(update(StoredToken).values(lock_until=locked, fetched_by="another"))
    assert done(current(fake, engine)) == first
    assert fake.fetches == [False]


def test_token_that_stays_short_is_not_fetched_at_every_call(fake: FakeWeChat, engine: Engine) -> None:
    """WeChat may give tokens that end sooner than we ask for the next."""
    fake.lasts = 100
    assert len({done(current(fake, engine)) for _ in range(5)}) == 1
    assert fake.fetches == [False]


def test_refused_token_is_asked_for_in_the_ordinary_way_first(fake: FakeWeChat, engine: Engine) -> None:
    """Where another program replaced it, WeChat just tells the new one: replacing is allowed twenty times a day."""

    async def after_that() -> tuple[str, str, str]:
        async with a_client(fake, engine) as client:
            old = await client.tokens.current()
            theirs = fake.replace_token()
            fake.clock.at += 3  # type: ignore[attr-defined]
            return old, theirs, await client.tokens.renewed(old)

    old, theirs, ours = done(after_that())
    assert ours == theirs != old
    assert fake.fetches == [False, False]


def test_eight_refusals_replace_the_token_once(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """Where the same one comes back it is replaced by force, once for all who were refused."""

    async def refused() -> list[str]:
        async with a_client(fake, engine) as one, a_client(fake, engine) as two:
            old = await one.tokens.current()
            moment.at += 3
            return [old, *await asyncio.gather(*(client.tokens.renewed(old) for client in (one, two) * 4))]

    old, *renewed = done(refused())
    assert len(set(renewed)) == 1
    assert old not in renewed
    assert fake.fetches == [False, False, True]


@pytest.mark.parametrize("ahead", [600.0, 7200.0, -600.0])
def test_clock_that_is_wrong_costs_a_fetch_and_no_more(fake: FakeWeChat, engine: Engine, ahead: float) -> None:
    """A server whose clock is ahead or behind shares the token all the same."""
    first = done(current(fake, engine))
    assert done(current(fake, engine, ahead)) == first
    assert done(current(fake, engine)) == first
    assert done(current(fake, engine, ahead)) == first
    assert len(fake.fetches) <= 3


def test_wrong_secret_is_named_and_not_shown(fake: FakeWeChat, engine: Engine) -> None:
    """The sentence says what is wrong; WeChat's own words, which could hold anything, are not repeated."""

    async def wrong() -> None:
        async with a_client(fake, engine, secret="another-secret") as client:
            await client.tokens.current()

    with pytest.raises(Busy, match="AppSecret 不对（微信返回码 40125）") as told:
        done(wrong())
    assert "secret" not in str(told.value)
    assert SECRET not in repr(told.value)


def test_database_that_fails_does_not_tell_the_token(
    fake: FakeWeChat, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """A database error carries what was to be written; ours does not."""
    caplog.set_level(logging.DEBUG)

    def fail(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "token=" in statement and "expires_at=" in statement:
            raise OperationalError(statement, parameters, Exception("disk I/O error"))

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(Busy) as told:
        done(current(fake, engine))
    event.remove(engine, "before_cursor_execute", fail)
    assert "OperationalError" in str(told.value)
    assert fake.newest[:30] not in str(told.value) + caplog.text
    assert told.value.__suppress_context__
