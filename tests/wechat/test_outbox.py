"""The outbox: in order, by whichever process, never lost in silence, never more than WeChat takes."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assistant.wechat import outbox as outbox_module
from assistant.wechat.allowance import MESSAGE_OPENS, TAP_OPENS, Kind, heard, may_send, sent
from assistant.wechat.client import CUSTOMER_SERVICE
from assistant.wechat.client import TEMPLATE as TEMPLATE_CALL
from assistant.wechat.faults import WeChatFault
from assistant.wechat.outbox import GIVEN_UP, HELD, SENDING, SENT, Outbox, post, tally
from assistant.wechat.tables import StoredOutgoing, StoredPerson
from tests import databases
from tests.wechat.fake_api import FakeWeChat, Fault, Moment
from tests.wechat.our_side import SOMEBODY, TEMPLATE, a_client, clock_of, done, emptied, met, put, sent_all, states

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """What differs between databases is in test_processes.py."""
    return databases.begun(tmp_path / "outbox.db")


# --- the allowance


def a_person() -> StoredPerson:
    """Somebody who follows the account and did nothing yet."""
    return StoredPerson(openid=SOMEBODY, left=0, taps_left=0, subscribed=True)


def sent_after(kind: Kind, later: dt.timedelta) -> int:
    """How many messages somebody gets who did this so long ago."""
    person, count = a_person(), 0
    heard(person, kind, NOW)
    while may_send(person, NOW + later):
        sent(person)
        count += 1
        assert count < 10
    return count


@pytest.mark.parametrize(
    ("kind", "later", "count"),
    [
        ("message", dt.timedelta(), 5),
        ("message", MESSAGE_OPENS - dt.timedelta(seconds=1), 5),
        ("message", MESSAGE_OPENS, 0),
        ("menu", dt.timedelta(), 3),
        ("follow", dt.timedelta(seconds=50), 3),
        ("scan", TAP_OPENS, 0),
    ],
)
def test_windows_are_those_of_wechat(kind: Kind, later: dt.timedelta, count: int) -> None:
    """Five in 48 hours after a message, three in a minute after anything else; each window closes a little early."""
    assert sent_after(kind, later) == count
    assert dt.timedelta(hours=47, minutes=58) < MESSAGE_OPENS < dt.timedelta(hours=48)
    assert dt.timedelta(seconds=50) < TAP_OPENS < dt.timedelta(minutes=1)


def test_nobody_is_written_to_who_never_wrote_or_left() -> None:
    """Without a window nothing goes out, nor to somebody who follows no more."""
    assert not may_send(a_person(), NOW)
    person = a_person()
    heard(person, "message", NOW)
    person.subscribed = False
    assert not may_send(person, NOW)


def test_tap_adds_a_minute_and_takes_nothing_away() -> None:
    """Who used up the five gets three after a tap; who did not keeps them for the rest of the 48 hours."""
    person = a_person()
    heard(person, "message", NOW)
    for _ in range(5):
        sent(person)
    assert not may_send(person, NOW)
    heard(person, "menu", NOW)
    assert may_send(person, NOW)
    fresh = a_person()
    heard(fresh, "message", NOW)
    heard(fresh, "menu", NOW)
    assert may_send(fresh, NOW + dt.timedelta(hours=2))


def test_clock_that_is_ahead_opens_the_window_all_the_same() -> None:
    """What another server wrote down with its clock ahead of ours counts."""
    person = a_person()
    heard(person, "message", NOW + dt.timedelta(minutes=5))
    assert may_send(person, NOW)


# --- sending


def test_tap_lets_three_through_within_its_minute(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """After the minute nothing goes out, though not all three were used."""
    met(fake, engine, kind="menu")
    put(fake, engine, SOMEBODY, "一")
    sent_all(fake, engine)
    moment.at += 56
    put(fake, engine, SOMEBODY, "二")
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == ["一"]
    assert set(fake.refused) == {0}


@pytest.mark.parametrize("code", [45015, 45047])
def test_wechat_that_counts_otherwise_is_believed(fake: FakeWeChat, engine: Engine, code: int) -> None:
    """The message is held, not tried again and again, and goes out when its person is heard of."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一", "二")
    fake.fails(CUSTOMER_SERVICE, Fault(code=code))
    sent_all(fake, engine)
    assert fake.calls[CUSTOMER_SERVICE] == 1
    assert states(engine) == [HELD, "waiting"]
    met(fake, engine)
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == ["一", "二"]


def test_held_for_two_days_is_given_up_aloud(
    fake: FakeWeChat, moment: Moment, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody wants the answer any more; the log and the count of the given up say so."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, *"一二三四五六")
    sent_all(fake, engine)
    moment.at += 49 * 3600
    sent_all(fake, engine)
    assert states(engine)[-1] == GIVEN_UP
    assert "message 6 is given up" in caplog.text
    assert sum(tally(engine).given_up.values()) == 1
    met(fake, engine)
    sent_all(fake, engine)
    assert len(fake.texts(SOMEBODY)) == 5


@pytest.mark.parametrize(("code", "follows"), [(40003, False), (43004, False), (45002, True), (48001, True)])
def test_no_is_not_asked_twice_and_stops_nothing(fake: FakeWeChat, engine: Engine, code: int, follows: bool) -> None:
    """One message is given up with the reason; the next one goes out, unless its person does not follow us any more."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一", "二")
    fake.fails(CUSTOMER_SERVICE, Fault(code=code))
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == (["二"] if follows else [])
    assert fake.calls[CUSTOMER_SERVICE] == 1 + follows
    assert states(engine)[0] == GIVEN_UP
    assert any(str(code) in reason for reason in tally(engine).given_up)


@pytest.mark.parametrize(("code", "first", "second"), [(-1, 2, 4), (45011, 60, 120), (45009, 1800, 3600)])
def test_busy_is_left_alone_twice_as_long_each_time(
    fake: FakeWeChat, moment: Moment, engine: Engine, code: int, first: float, second: float
) -> None:
    """A quota is not hammered."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    fake.fails(CUSTOMER_SERVICE, Fault(code=code), Fault(code=code))
    for tries, wait in enumerate((first, second), 1):
        sent_all(fake, engine)
        assert fake.calls[CUSTOMER_SERVICE] == tries
        moment.at += wait - 0.5
        sent_all(fake, engine)
        assert fake.calls[CUSTOMER_SERVICE] == tries
        moment.at += wait * 0.2 + 1
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == ["一"]


def test_limit_stops_the_messages_to_everybody(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """Others would be told the same, and WeChat counts every call."""
    for number in range(30):
        met(fake, engine, f"o-{number}")
        put(fake, engine, f"o-{number}", "好了")
    fake.fails(CUSTOMER_SERVICE, *[Fault(code=45011)] * 30)

    async def two_minutes() -> None:
        async with a_client(fake, engine) as client:
            outbox = Outbox(engine, client, clock_of(fake))
            await emptied(outbox)
            assert fake.calls[CUSTOMER_SERVICE] <= outbox_module.AT_ONCE
            fake.recovers()
            for _ in range(5):
                moment.at += 61
                await emptied(outbox)

    done(two_minutes())
    assert all(fake.texts(f"o-{number}") == ["好了"] for number in range(30))


def test_lost_answer_is_sent_again_and_said_to_be(
    fake: FakeWeChat, moment: Moment, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """At least once: where WeChat's answer is lost the message may be there twice, and the log says so."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    fake.fails(CUSTOMER_SERVICE, Fault(status=500, done=True))
    sent_all(fake, engine)
    moment.at += 10
    sent_all(fake, engine)
    assert fake.texts(SOMEBODY) == ["一", "一"]
    assert "it may arrive twice" in caplog.text
    with Session(engine) as session:
        assert session.get_one(StoredPerson, SOMEBODY).left == 3, "both counted, as WeChat does"


def test_away_for_hours_is_given_up_aloud(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """After a dozen tries a message is given up, with its reason, and not before an hour."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    fake.fails(CUSTOMER_SERVICE, *[Fault(code=-1)] * 50)
    began = moment.at

    async def hours() -> None:
        async with a_client(fake, engine) as client:
            outbox = Outbox(engine, client, clock_of(fake))
            while GIVEN_UP not in states(engine):
                await emptied(outbox)
                moment.at += 120

    done(hours())
    assert moment.at - began > 3600
    assert fake.calls[CUSTOMER_SERVICE] == outbox_module.TRIES


def test_fault_of_our_own_does_not_stop_the_outbox(fake: FakeWeChat, engine: Engine) -> None:
    """The messages behind it and those of others go out."""

    class Broken:
        async def call(self, path: str, body: dict[str, object]) -> dict[str, object]:
            raise KeyError(path, body)

    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    done(emptied(Outbox(engine, Broken(), clock_of(fake))))  # type: ignore[arg-type]
    assert states(engine) == ["waiting"]


def test_database_that_fails_for_a_moment_does_not_stop_the_outbox(fake: FakeWeChat, engine: Engine) -> None:
    """Whether SQLAlchemy's error comes, or the driver's own, which comes while a connection is made."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    faults = [OperationalError("", {}, Exception()), sqlite3.OperationalError("database is locked")]

    def fail(*_: object) -> None:
        if faults:
            raise faults.pop()

    async def all_of_it() -> None:
        async with a_client(fake, engine) as client:
            await client.tokens.current()
            event.listen(engine, "engine_connect", fail)
            async with asyncio.timeout(30), Outbox(engine, client, clock_of(fake)).running():
                while not fake.taken:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            event.remove(engine, "engine_connect", fail)

    done(all_of_it())
    assert not faults
    assert states(engine) == [SENT]


def test_erased_meanwhile_leaves_nothing(fake: FakeWeChat, engine: Engine) -> None:
    """Who has everything erased while a message is on its way is not written down again."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")

    class Erasing:
        async def call(self, path: str, body: dict[str, object]) -> dict[str, object]:
            with Session(engine) as session, session.begin():
                session.execute(StoredOutgoing.__table__.delete())
                session.execute(StoredPerson.__table__.delete())
            raise WeChatFault("away")

    done(emptied(Outbox(engine, Erasing(), clock_of(fake))))  # type: ignore[arg-type]
    assert states(engine) == []


def a_notice(fake: FakeWeChat, engine: Engine) -> None:
    """A notice of progress put into the outbox."""
    body = TEMPLATE.body("20260302-0001", "初审中", NOW, "")
    with Session(engine) as session, session.begin():
        post(session, SOMEBODY, body, clock_of(fake)(), notice="0" * 32)


def test_notice_does_not_wait_behind_an_answer_that_is_held(fake: FakeWeChat, engine: Engine) -> None:
    """No window is needed for it."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, *"一二三四五六")
    a_notice(fake, engine)
    sent_all(fake, engine)
    assert len(fake.notices(SOMEBODY)) == 1
    assert states(engine)[-2:] == [HELD, SENT]


def test_answer_does_not_wait_for_the_quota_of_notices(fake: FakeWeChat, engine: Engine) -> None:
    """WeChat counts the calls of each kind by themselves."""
    met(fake, engine)
    fake.fails(TEMPLATE_CALL, Fault(code=45009))

    async def both() -> None:
        async with a_client(fake, engine) as client:
            outbox = Outbox(engine, client, clock_of(fake))
            a_notice(fake, engine)
            await emptied(outbox)
            put(fake, engine, SOMEBODY, "一")
            await emptied(outbox)

    done(both())
    assert fake.texts(SOMEBODY) == ["一"]
    assert states(engine) == ["waiting", SENT]


# --- stopping, erasing


def test_sender_that_is_asked_to_stop_sees_its_message_through(fake: FakeWeChat, engine: Engine) -> None:
    """A restart in between makes no message arrive twice."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    fake.fails(CUSTOMER_SERVICE, Fault(sleep=0.3, done=True))

    async def restarted() -> None:
        async with a_client(fake, engine) as client:
            async with asyncio.timeout(30), Outbox(engine, client, clock_of(fake)).running():
                while not fake.calls[CUSTOMER_SERVICE]:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert states(engine) == [SENT]

    done(restarted())
    assert fake.texts(SOMEBODY) == ["一"]


def test_what_is_settled_is_erased_after_a_week(fake: FakeWeChat, moment: Moment, engine: Engine) -> None:
    """Nothing of it is needed any more."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")
    sent_all(fake, engine)
    moment.at += 6 * 24 * 3600
    sent_all(fake, engine)
    assert states(engine) == [SENT]
    moment.at += 25 * 3600
    sent_all(fake, engine)
    assert states(engine) == []


def test_number_of_tries_is_part_of_the_claim(fake: FakeWeChat, engine: Engine) -> None:
    """A message that another process took after we looked is not ours."""
    met(fake, engine)
    put(fake, engine, SOMEBODY, "一")

    class Late:
        async def call(self, path: str, body: dict[str, object]) -> dict[str, object]:
            with engine.begin() as connection:  # meanwhile another thought us dead and sent it
                connection.execute(update(StoredOutgoing).values(state=SENDING, tries=7))
            return {}

    done(emptied(Outbox(engine, Late(), clock_of(fake))))  # type: ignore[arg-type]
    assert states(engine) == [SENDING], "its state is for the other to write down"
