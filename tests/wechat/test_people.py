"""Whoever writes has one conversation, the windows that WeChat opens, and is erased when their time is over."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from assistant.cards import Choice
from assistant.render.wechat_messages import Text
from assistant.wechat.allowance import may_send, sent
from assistant.wechat.deliveries import Deliveries
from assistant.wechat.inbound import Heard, Kind
from assistant.wechat.kept import Kept
from assistant.wechat.numbers import NumberBook
from assistant.wechat.people import People
from assistant.wechat.tables import StoredOutgoing, StoredPerson
from tests.wechat.builders import ANOTHER, NOON, OURS, SOMEBODY, Clock

HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)


@pytest.fixture
def people(engine: Engine, clock: Clock) -> People:
    """Nobody yet."""
    return People(engine, clock)


def does(kind: Kind, sender: str = SOMEBODY) -> Heard:
    """Somebody does something."""
    return Heard(sender, OURS, "key", kind)


def may_get(engine: Engine, clock: Clock, openid: str = SOMEBODY) -> int:
    """How many messages may be sent to somebody one after the other."""
    with Session(engine) as session:
        person, count = session.get_one(StoredPerson, openid), 0
        while may_send(person, clock()):
            sent(person)
            count += 1
        return count


def test_person_has_one_conversation_that_does_not_tell_who_it_is(people: People) -> None:
    """Whatever they do, in any order; another person has another."""
    mine = {people.meet(does(kind)) for kind in Kind}
    assert len(mine) == 1
    conversation = mine.pop()
    assert SOMEBODY not in conversation
    assert conversation != people.meet(does(Kind.SAID, ANOTHER))
    assert (people.openid(conversation), people.openid("wx-nobody")) == (SOMEBODY, None)


def test_two_first_messages_at_once_are_one_conversation(people: People) -> None:
    """Whichever comes first."""
    with ThreadPoolExecutor(4) as pool:
        for number in range(10):
            met = pool.map(people.meet, [does(Kind.SAID, f"o-{number}")] * 4)
            assert len(set(met)) == 1


@pytest.mark.parametrize(
    ("kind", "most", "lasts"),
    [
        (Kind.SAID, 5, 48 * HOUR),
        (Kind.PICTURE, 5, 48 * HOUR),
        (Kind.TAPPED, 3, 60 * SECOND),
        (Kind.FOLLOWED, 3, 60 * SECOND),
        (Kind.SCANNED, 3, 60 * SECOND),
        (Kind.SILENT, 0, 0 * SECOND),
        (Kind.LEFT, 0, 0 * SECOND),
    ],
)
def test_what_somebody_does_opens_its_window(
    people: People, engine: Engine, clock: Clock, kind: Kind, most: int, lasts: dt.timedelta
) -> None:
    """Five messages in 48 hours after one of theirs, three in a minute after a tap, a follow or a scan."""
    people.meet(does(kind))
    assert may_get(engine, clock) == most
    clock.at += lasts * 0.9
    assert may_get(engine, clock) == most
    clock.at = NOON + lasts
    assert may_get(engine, clock) == 0


def test_next_message_opens_it_anew(people: People, engine: Engine, clock: Clock) -> None:
    """From its own time on."""
    people.meet(does(Kind.SAID))
    clock.at += 40 * HOUR
    people.meet(does(Kind.SAID))
    clock.at += 40 * HOUR
    assert may_get(engine, clock) == 5


def test_who_left_gets_nothing_until_they_are_back(people: People, engine: Engine, clock: Clock) -> None:
    """Also where the window of their last message is open; what WeChat reports of itself brings nobody back."""
    people.meet(does(Kind.SAID))
    people.meet(does(Kind.LEFT))
    people.meet(does(Kind.SILENT))
    assert may_get(engine, clock) == 0
    people.meet(does(Kind.FOLLOWED))
    assert may_get(engine, clock) > 0


def traces(engine: Engine, clock: Clock, conversation: str, openid: str) -> list[bool]:
    """Whether anything is left of what somebody did: delivery, kept answer, number, message that waits."""
    with Session(engine) as session:
        waits = session.scalar(select(StoredOutgoing.id).where(StoredOutgoing.openid == openid)) is not None
    return [
        not Deliveries(engine, clock).take(f"key of {openid}", openid).ours,
        Kept(engine, clock).take(openid, begun=True) != [],
        NumberBook(engine).means(conversation, "1") is not None,
        waits,
    ]


def leave_traces(engine: Engine, clock: Clock, conversation: str, openid: str) -> None:
    """One of each."""
    deliveries = Deliveries(engine, clock)
    deliveries.answer(deliveries.take(f"key of {openid}", openid), "一")
    Kept(engine, clock).put(openid, [Text("一")], begun=True)
    NumberBook(engine).give(conversation, [Choice(label="去哪办", payload="c:x")])
    row = {"kind": "service", "body": {}, "state": "waiting", "tries": 0, "next_at": NOON, "at": NOON}
    with Session(engine) as session, session.begin():
        session.add(StoredOutgoing(openid=openid, **row))


def test_forgotten_conversation_leaves_nothing(people: People, engine: Engine, clock: Clock) -> None:
    """Another one stays."""
    mine, other = people.meet(does(Kind.SAID)), people.meet(does(Kind.SAID, ANOTHER))
    leave_traces(engine, clock, mine, SOMEBODY)
    leave_traces(engine, clock, other, ANOTHER)
    people.forget(mine)
    assert traces(engine, clock, mine, SOMEBODY) == [False] * 4
    assert traces(engine, clock, other, ANOTHER) == [True] * 4


def test_answer_that_is_late_is_awaited_by_whoever_has_all_erased(people: People, engine: Engine, clock: Clock) -> None:
    """It may be the one that says so; a second delivery of the wish is no second wish."""
    mine, deliveries = people.meet(does(Kind.SAID)), Deliveries(engine, clock)
    deliveries.answer(deliveries.take("key", SOMEBODY), "正在查", late=True)
    people.forget(mine)
    assert deliveries.awaits(SOMEBODY)
    assert deliveries.take("key", SOMEBODY).reply == "正在查"


def test_notice_on_its_way_arrives_whatever_is_erased(people: People, engine: Engine, clock: Clock) -> None:
    """Who asked for it is told, though it was the last one and they were silent for a month."""
    mine = people.meet(does(Kind.SAID))
    row = {"kind": "template", "body": {}, "state": "waiting", "tries": 0, "next_at": NOON, "at": NOON}
    with Session(engine) as session, session.begin():
        session.add(StoredOutgoing(openid=SOMEBODY, **row))
    people.forget(mine)
    clock.at += 40 * 24 * HOUR
    assert people.purge(30) == 0
    assert people.openid(mine) == SOMEBODY
    with Session(engine) as session, session.begin():
        session.scalars(select(StoredOutgoing)).one().state = "sent"
    assert people.purge(30) == 1
    with Session(engine) as session:
        assert session.scalars(select(StoredOutgoing)).all() == []


def test_case_that_was_only_looked_at_is_forgotten(people: People, engine: Engine) -> None:
    """Of the cases those are kept of which somebody asked to be told."""
    mine = people.meet(does(Kind.SAID))
    asked = {"cases": {"20260302-0001": "受理"}}
    with Session(engine) as session, session.begin():
        looked = {"offered": "20260302-0002", "label": "受理"}
        session.get_one(StoredPerson, SOMEBODY).subscriptions = asked | looked
    people.forget(mine)
    with Session(engine) as session:
        assert session.get_one(StoredPerson, SOMEBODY).subscriptions == asked


def test_any_number_of_people_is_erased(people: People, engine: Engine, clock: Clock) -> None:
    """A database takes so many values in one statement: after a silent month there may be more people than that."""
    somebody = {"left": 0, "taps_left": 0, "seen_at": NOON, "subscribed": True, "subscriptions": {}}
    rows = [{"openid": f"o-{number}", "conversation_id": f"wx-{number}"} | somebody for number in range(1200)]
    with engine.begin() as connection:
        connection.execute(insert(StoredPerson), rows)
    values: list[int] = []
    event.listen(engine, "before_cursor_execute", lambda *told: values.append(len(told[3])))
    clock.at += 40 * 24 * HOUR
    assert people.purge(30) == 1200
    assert max(values) < 1200


def test_who_was_not_here_for_long_is_erased(people: People, engine: Engine, clock: Clock) -> None:
    """With everything of theirs; whoever was here since, and who waits for notices of a case, stays."""
    waiting = "o-waiting"
    mine, other, _ = (people.meet(does(Kind.SAID, sender)) for sender in (SOMEBODY, ANOTHER, waiting))
    with Session(engine) as session, session.begin():
        session.get_one(StoredPerson, waiting).subscriptions = {"cases": {"20260302-0001": "受理"}}
    leave_traces(engine, clock, mine, SOMEBODY)
    clock.at += 20 * 24 * HOUR
    people.meet(does(Kind.SAID, ANOTHER))
    clock.at += 20 * 24 * HOUR
    assert people.purge(30) == 1
    assert traces(engine, clock, mine, SOMEBODY) == [False] * 4
    assert people.openid(mine) is None
    assert people.openid(other) == ANOTHER
    with Session(engine) as session:
        assert set(session.scalars(select(StoredPerson.openid))) == {ANOTHER, waiting}


def test_who_comes_back_has_a_new_conversation(people: People, clock: Clock) -> None:
    """Nothing leads from the old one to them."""
    before = people.meet(does(Kind.SAID))
    clock.at += 31 * 24 * HOUR
    people.purge(30)
    assert people.meet(does(Kind.SAID)) != before
