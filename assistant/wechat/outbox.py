"""The outbox (发件箱): messages that we send by ourselves, kept in the database until WeChat has them.

What holds. A person's answers go out in the order in which they were put here, one after the other, whichever of several
processes sends them; so do their notices, and neither waits for the other. None is lost in silence: each ends as sent, or
as given up with the reason in the log and in `daoban wechat check`. None is sent twice as long as WeChat answers. Where its
answer is lost (a time-out, a 5xx, a sender that was killed between sending and writing it down) nobody can know whether the
message arrived; then it is sent again, because an answer that comes twice does less harm than one that never comes, and the
log says so. Template messages carry a number by which WeChat itself drops the second one for ten minutes.
What WeChat would not take now, because its person has been away too long or has had the messages they may get
(allowance.py), is held until they are heard of again, for two days at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Engine, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from assistant.db import aware, now
from assistant.wechat.allowance import may_be_sent_to, may_send, sent, used_up
from assistant.wechat.client import CUSTOMER_SERVICE, TEMPLATE
from assistant.wechat.faults import (
    NOT_A_FOLLOWER,
    OF_THE_DATABASE,
    OUT_OF_THE_WINDOW,
    Away,
    Busy,
    Rejected,
    WeChatFault,
)
from assistant.wechat.tables import StoredOutgoing, StoredPerson

log = logging.getLogger("daoban.wechat")
Row = StoredOutgoing
SERVICE, NOTICE = "service", "template"
PATHS = {SERVICE: CUSTOMER_SERVICE, NOTICE: TEMPLATE}
WAITING, SENDING, HELD, SENT, GIVEN_UP = "waiting", "sending", "held", "sent", "given up"
UNSETTLED = (WAITING, SENDING, HELD)
LOOK_EVERY = 0.5  # seconds
AT_ONCE = 8  # messages
LONGEST_CALL = 55.0  # seconds: two requests and two waits for a token
SENDING_ENDS_AFTER = dt.timedelta(seconds=60)  # a sender that died
HELD_FOR = dt.timedelta(hours=48)
TRIES = 12  # over one to three hours, or half a day where the quota of the day is used up
FIRST_WAIT, LONGEST_PAUSE = 5.0, 3600.0  # seconds
KEPT_FOR = dt.timedelta(days=7)  # what is settled, without its words


class Api(Protocol):
    """What takes the messages."""

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a call; WeChatFault where there is no good one."""


@dataclass(frozen=True)
class _Letter:
    """A message that this process sends."""

    id: int
    openid: str
    kind: str
    key: str | None
    body: dict[str, Any]
    tries: int


@dataclass(frozen=True)
class Tally:
    """How many messages of the last days wait, are held, were sent, were given up for which reason."""

    waiting: int
    held: int
    sent: int
    given_up: dict[str, int]


def post(session: Session, openid: str, body: Mapping[str, Any], at: dt.datetime, *, notice: str | None = None) -> None:
    """Put one message into the outbox as part of a transaction; `notice` is the number of a template message."""
    kind = NOTICE if notice else SERVICE
    row = Row(openid=openid, kind=kind, key=notice, body=dict(body), state=WAITING, tries=0, next_at=at, at=at)
    session.add(row)
    session.flush()  # in the order in which they were put here


def tally(engine: Engine) -> Tally:
    """How many messages stand where."""
    with Session(engine) as session:
        by_state = select(Row.state, func.count()).group_by(Row.state)
        counted = {state: count for state, count in session.execute(by_state)}  # noqa: C416  rows are no pairs to mypy
        reasons = Counter(body["why"] for body in session.scalars(select(Row.body).where(Row.state == GIVEN_UP)))
    waiting = counted.get(WAITING, 0) + counted.get(SENDING, 0)
    return Tally(waiting, counted.get(HELD, 0), counted.get(SENT, 0), dict(reasons.most_common()))


class Outbox:
    """The messages in the database, and what sends them."""

    def __init__(self, engine: Engine, api: Api, clock: Callable[[], dt.datetime] = now) -> None:
        self._engine = engine
        self._api = api
        self._clock = clock
        self._pauses_until = dict.fromkeys(PATHS, clock())  # WeChat limits the calls of each kind by themselves
        self._purge_at = clock()
        self._closing = asyncio.Event()

    def put(self, openid: str, *bodies: Mapping[str, Any]) -> None:
        """Put customer-service messages into the outbox, each as WeChat's custom/send takes it without its addressee."""
        with Session(self._engine) as session, session.begin():
            for body in bodies:
                post(session, openid, body, self._clock())

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send for as long as the block lasts; what is on its way when it ends is seen through."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            self._closing.set()
            await task

    async def run(self) -> None:
        """Send what waits, until `running` ends; several processes may do so."""
        closing = asyncio.create_task(self._closing.wait())
        on_the_way: set[asyncio.Task[None]] = set()
        while not closing.done():
            try:
                on_the_way |= await self.begin(AT_ONCE - len(on_the_way))
            except Exception as error:  # whatever it is, the next round tries again; its words could hold a message
                log.error("the outbox cannot be read, trying again: %s", type(error).__name__)
            await asyncio.wait({closing, *on_the_way}, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
            on_the_way = {task for task in on_the_way if not task.done()}
        if on_the_way:
            await asyncio.wait(on_the_way)

    async def begin(self, at_most: int = AT_ONCE) -> set[asyncio.Task[None]]:
        """Begin to send what is due now, to each person at most one message of a kind."""
        kinds = [kind for kind, until in self._pauses_until.items() if until <= self._clock()]
        if at_most <= 0 or not kinds:
            return set()
        letters = await asyncio.to_thread(self._claim, kinds, at_most)
        return {asyncio.create_task(self._deliver(letter)) for letter in letters}

    def _claim(self, kinds: Collection[str], at_most: int) -> list[_Letter]:
        """Of each person the oldest unsettled message of these kinds, where it is due, now ours to send."""
        at = self._clock()
        if at >= self._purge_at:
            self._purge(at)
        earlier = aliased(Row)
        same = earlier.openid == Row.openid, earlier.kind == Row.kind
        is_first = ~exists().where(*same, earlier.id < Row.id, earlier.state.in_(UNSETTLED))
        first = select(Row).where(Row.kind.in_(kinds), _due(at), is_first).order_by(Row.next_at, Row.id).limit(at_most)
        with Session(self._engine) as session:
            due = session.scalars(first)
            found = [(row.state, _Letter(row.id, row.openid, row.kind, row.key, row.body, row.tries)) for row in due]
        return [letter for state, letter in found if self._ours(letter, state, at)]

    def _ours(self, letter: _Letter, state: str, at: dt.datetime) -> bool:
        """Take one message, unless another process did or it cannot be sent now."""
        with Session(self._engine) as session, session.begin():
            same = Row.id == letter.id, Row.state == state, Row.tries == letter.tries, _due(at)
            values = {"state": SENDING, "tries": letter.tries + 1, "next_at": at + SENDING_ENDS_AFTER}
            if not session.connection().execute(update(Row).where(*same).values(values)).rowcount:
                return False
            if state == SENDING:
                log.warning("message %d: its sender died; sent again, it may arrive twice", letter.id)
            row = session.get_one(Row, letter.id)
            person = session.get(StoredPerson, letter.openid)
            if row.tries > TRIES or at - aware(row.at) > HELD_FOR:
                _settle(row, GIVEN_UP, at, "试了多次，或者等了两天，都没发成")
            elif person is None or not person.subscribed:
                _settle(row, GIVEN_UP, at, "这个人取消了关注，或者删掉了记录")
            elif letter.kind == SERVICE and not may_send(person, at):
                row.state, row.tries, row.next_at = HELD, letter.tries, at
            return row.state == SENDING

    async def _deliver(self, letter: _Letter) -> None:
        """Send one message and write down what became of it."""
        body = {"touser": letter.openid, **letter.body}
        if letter.key:
            body["client_msg_id"] = letter.key
        fault: WeChatFault | None = None
        try:
            async with asyncio.timeout(LONGEST_CALL):
                await self._api.call(PATHS[letter.kind], body)
        except WeChatFault as found:
            fault = found
        except TimeoutError:
            fault = Away("no answer in time", maybe_done=True)
        except Exception as error:  # ours; it must not stop the messages behind this one, nor its words tell of it
            fault = Away(f"our own fault, {type(error).__name__}", maybe_done=True)
        if isinstance(fault, Busy) and fault.everyone:
            self._pauses_until[letter.kind] = self._clock() + dt.timedelta(seconds=min(fault.wait, 60.0))
        try:
            await asyncio.to_thread(self._written_down, letter, fault)
        except OF_THE_DATABASE as error:
            log.error("message %d: what became of it is not written down: %s", letter.id, type(error).__name__)

    def _written_down(self, letter: _Letter, fault: WeChatFault | None) -> None:
        at = self._clock()
        with Session(self._engine) as session, session.begin():
            row = session.get(Row, letter.id)
            person = session.get(StoredPerson, letter.openid, with_for_update=True)
            if row is None or row.state != SENDING or row.tries != letter.tries + 1:
                return  # erased meanwhile, or taken over by somebody who thought us dead
            maybe_there = fault is None or (isinstance(fault, Away) and fault.maybe_done)
            if person and letter.kind == SERVICE and maybe_there:
                sent(person)
            if fault is None:
                _settle(row, SENT, at)
            elif not isinstance(fault, Rejected):
                row.state, row.next_at = WAITING, at + _pause(fault, row.tries)
                twice = "; it may arrive twice" if maybe_there else ""
                log.warning("message %d waits: %s %s%s", row.id, fault, fault.trace, twice)
            elif fault.code in OUT_OF_THE_WINDOW and letter.kind == SERVICE:
                row.state, row.next_at = HELD, at
                if person:
                    used_up(person)
            else:
                if person and fault.code in NOT_A_FOLLOWER:
                    person.subscribed = False
                log.error("message %d: %s %s", row.id, fault, fault.trace)
                _settle(row, GIVEN_UP, at, str(fault))

    def _purge(self, at: dt.datetime) -> None:
        """Erase what was settled days ago, once an hour."""
        self._purge_at = at + dt.timedelta(hours=1)
        with Session(self._engine) as session, session.begin():
            settled = Row.state.in_((SENT, GIVEN_UP))
            session.execute(delete(Row).where(settled, Row.next_at < at - KEPT_FOR))


def _due(at: dt.datetime) -> ColumnElement[bool]:
    """What may be sent now: what waits, what a sender left that died, what was held and can go now."""
    again = exists().where(StoredPerson.openid == Row.openid, may_be_sent_to(at))
    return or_(
        and_(Row.state.in_((WAITING, SENDING)), Row.next_at <= at),
        and_(Row.state == HELD, or_(again, Row.at < at - HELD_FOR)),
    )


def _settle(row: Row, state: str, at: dt.datetime, reason: str = "") -> None:
    """The end of a message: its words are no longer kept."""
    if state == GIVEN_UP:
        log.error("message %d is given up: %s", row.id, reason)
    row.state, row.body, row.next_at = state, {"why": reason} if reason else {}, at


def _pause(fault: WeChatFault, tries: int) -> dt.timedelta:
    """Twice as long each time, and a little more, so that not all come back at once."""
    first = fault.wait if isinstance(fault, Busy) else FIRST_WAIT
    seconds = min(first * 2 ** (tries - 1), LONGEST_PAUSE)
    return dt.timedelta(seconds=seconds * random.uniform(1.0, 1.2))
