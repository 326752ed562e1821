"""A message that is delivered three times is worked at once and has one reply, in both databases, in any process."""

import datetime as dt
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from assistant.settings import ROOT
from assistant.wechat.deliveries import KEPT, LATE_LEASE, LEASE, Deliveries
from tests.wechat.builders import ANOTHER, SOMEBODY, Clock

MOMENT = dt.timedelta(milliseconds=1)


@pytest.fixture
def deliveries(engine: Engine, clock: Clock) -> Deliveries:
    """The deliveries of an empty database."""
    return Deliveries(engine, clock)


def test_first_delivery_is_ours_and_the_others_wait(deliveries: Deliveries) -> None:
    """There is no reply for them yet."""
    assert deliveries.take("key", SOMEBODY).ours
    second, third = (deliveries.take("key", SOMEBODY) for _ in range(2))
    assert (second.ours, second.reply) == (third.ours, third.reply) == (False, None)


def test_retry_gets_the_same_reply_after_a_restart(engine: Engine, deliveries: Deliveries, clock: Clock) -> None:
    """The reply is in the database; a process that has just begun gives it as well."""
    assert deliveries.answer(deliveries.take("key", SOMEBODY), "<xml>您好</xml>")
    again = Deliveries(engine, clock).take("key", SOMEBODY)
    assert (again.ours, again.reply) == (False, "<xml>您好</xml>")


def test_empty_reply_is_a_reply(deliveries: Deliveries) -> None:
    """Who left gets none, however often it is delivered."""
    assert deliveries.answer(deliveries.take("key", SOMEBODY), "")
    assert deliveries.take("key", SOMEBODY).reply == ""


def test_process_that_died_is_followed_by_another(deliveries: Deliveries, clock: Clock) -> None:
    """One of those that wait, once its time is over, and not before."""
    first = deliveries.take("key", SOMEBODY)
    clock.at += LEASE - MOMENT
    assert not deliveries.take("key", SOMEBODY).ours
    clock.at += MOMENT
    second = deliveries.take("key", SOMEBODY)
    assert second.ours
    assert not deliveries.take("key", SOMEBODY).ours
    assert not deliveries.answer(first, "the dead have no reply")
    assert deliveries.answer(second, "the living have")
    assert deliveries.take("key", SOMEBODY).reply == "the living have"


def test_reply_stays_the_one_that_was_given(deliveries: Deliveries) -> None:
    """Nothing replaces it."""
    first = deliveries.take("key", SOMEBODY)
    assert deliveries.answer(first, "one")
    assert not deliveries.answer(first, "two")
    assert deliveries.take("key", SOMEBODY).reply == "one"


def test_late_answer_is_awaited_until_it_is_done(deliveries: Deliveries) -> None:
    """By the one who asked; the reply that announces it stays."""
    first = deliveries.take("key", SOMEBODY)
    assert not deliveries.awaits(SOMEBODY)
    assert deliveries.answer(first, "wait", late=True)
    assert deliveries.awaits(SOMEBODY)
    assert not deliveries.awaits(ANOTHER)
    deliveries.done("key")
    assert not deliveries.awaits(SOMEBODY)
    assert deliveries.take("key", SOMEBODY).reply == "wait"


def test_late_answer_of_a_process_that_died_is_not_awaited_for_ever(deliveries: Deliveries, clock: Clock) -> None:
    """Nobody is told to wait for it any more."""
    deliveries.answer(deliveries.take("key", SOMEBODY), "wait", late=True)
    clock.at += LATE_LEASE
    assert not deliveries.awaits(SOMEBODY)


def test_what_is_over_is_erased(deliveries: Deliveries, clock: Clock) -> None:
    """A day later."""
    deliveries.answer(deliveries.take("old", SOMEBODY), "old")
    clock.at += KEPT + MOMENT
    deliveries.answer(deliveries.take("new", SOMEBODY), "new")
    deliveries.forget()
    assert deliveries.take("old", SOMEBODY).ours
    assert deliveries.take("new", SOMEBODY).reply == "new"


def test_of_many_at_once_one_is_ours(deliveries: Deliveries) -> None:
    """Threads of one process."""
    keys = [f"key {number}" for number in range(20)]
    with ThreadPoolExecutor(9) as pool:
        taken = pool.map(lambda key: deliveries.take(key, SOMEBODY), [key for key in keys for _ in range(3)])
        ours = Counter(delivery.key for delivery in taken if delivery.ours)
    assert ours == dict.fromkeys(keys, 1)


def test_of_many_heirs_one_is_ours(deliveries: Deliveries, clock: Clock) -> None:
    """Where a process died and several others wait."""
    keys = [f"key {number}" for number in range(20)]
    for key in keys:
        deliveries.take(key, SOMEBODY)
    clock.at += LEASE
    with ThreadPoolExecutor(9) as pool:
        taken = pool.map(lambda key: deliveries.take(key, SOMEBODY), [key for key in keys for _ in range(3)])
        ours = Counter(delivery.key for delivery in taken if delivery.ours)
    assert ours == dict.fromkeys(keys, 1)


def test_of_three_processes_one_has_each_message(engine: Engine, url: str) -> None:
    """Processes of the operating system that begin together and share nothing but the database."""
    keys = [f"key-{number}" for number in range(60)]
    command = [sys.executable, "-m", "tests.wechat.worker", url, *keys]
    pipe = subprocess.PIPE
    workers = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [line.split() for worker in workers for line in worker.communicate(timeout=60)[0].splitlines()]
    assert len(told) == 3 * len(keys)
    assert Counter(key for key, ours in told if ours == "True") == dict.fromkeys(keys, 1)


def test_answer_that_died_late_is_given_once(deliveries: Deliveries, clock: Clock) -> None:
    """Who waits for a late answer whose process died is named once, and not before it could have come."""
    died, fine = deliveries.take("died", SOMEBODY), deliveries.take("fine", ANOTHER)
    deliveries.answer(died, "", late=True)
    deliveries.answer(fine, "", late=True)
    deliveries.done("fine")
    assert deliveries.broken_off() == []
    clock.at += LATE_LEASE
    assert deliveries.broken_off() == [SOMEBODY]
    assert deliveries.broken_off() == []
