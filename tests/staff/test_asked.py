"""What was asked is counted day by day, and the numbers outlast the words."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from assistant.cards import Card, ItemRef, Line, Section, Turn, words
from assistant.db import StoredTurn
from assistant.staff import asked as counting
from assistant.staff.asked import asked, count_days
from assistant.staff.tables import StoredAsked
from assistant.timezone import CHINA
from assistant.turnlog import TurnLog

FIRST, TODAY = dt.date(2026, 3, 2), dt.date(2026, 3, 4)
OPEN = "食品经营许可证：去哪办"


@pytest.fixture
def log(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> TurnLog:
    """On 2 March two questions without answer and an open fact shown twice, today one of each."""
    log = TurnLog(engine)
    for talk, day, said in (
        ("one", 2, "猫证咋退"),
        ("one", 2, "张三 13900000001 的猫证咋退"),
        ("one", 2, "食品证"),
        ("two", 2, "食品证"),
        ("three", 4, "狗证咋退"),
        ("three", 4, "食品证"),
    ):
        log.keep(talk, said, _answer(said))
        _set_time(engine, dt.datetime(2026, 3, day, 0, 30, tzinfo=CHINA))
    monkeypatch.setattr(counting, "now", lambda: dt.datetime(2026, 3, 4, 12, tzinfo=CHINA).astimezone(dt.UTC))
    return log


def _answer(said: str) -> Turn:
    if "食品证" not in said:
        return Turn(status="unknown", cards=(words("没听懂。"),))
    lines = (Line(text="地址还没核实。", tag="待核"), Line(text="电话还没核实。", tag="待核"))
    shown = Card(
        kind="answer",
        item=ItemRef(id="shipin", name="食品经营许可证"),
        sections=(Section(heading="去哪办", lines=lines), Section(heading="带什么", lines=(Line(text="申请书"),))),
    )
    return Turn(status="answered", cards=(shown,))


def _set_time(engine: Engine, at: dt.datetime) -> None:
    """The last turn was at this moment."""
    with Session(engine) as session, session.begin():
        last = session.scalars(select(StoredTurn.id).order_by(StoredTurn.id.desc())).first()
        session.execute(update(StoredTurn).where(StoredTurn.id == last).values(at=at.astimezone(dt.UTC)))


def test_what_was_asked_is_the_same_before_and_after_counting(engine: Engine, log: TurnLog) -> None:
    """Two days with the first counted, and with none: the same numbers, and the words as long as they are there."""
    live = asked(engine, FIRST, TODAY)
    assert (live.unanswered, live.open_facts) == (3, {OPEN: 3})
    assert live.questions == {"猫证咋退": 1, "张三 ［号码］ 的猫证咋退": 1, "狗证咋退": 1}
    assert count_days(engine) == 2  # the day between had nothing
    assert asked(engine, FIRST, TODAY) == live


def test_numbers_outlast_the_words(engine: Engine, log: TurnLog) -> None:
    """The conversations of a counted day are erased: how often is still known, what was said is not."""
    count_days(engine)
    log.forget("one", "two")
    told = asked(engine, FIRST, FIRST)
    assert (told.unanswered, told.open_facts, told.questions) == (2, {OPEN: 2}, {})


def test_day_is_counted_once_and_only_when_it_is_over(engine: Engine, log: TurnLog) -> None:
    """Counting again changes nothing; today waits for tomorrow; a day whose marker another process wrote is left to it."""
    with Session(engine) as session, session.begin():
        session.add(StoredAsked(day=FIRST, kind=counting.COUNTED, what="", times=1))
    assert not counting._count(engine, FIRST)
    assert count_days(engine) == 1
    assert count_days(engine) == 0
    with Session(engine) as session:
        assert max(session.scalars(select(StoredAsked.day))) < TODAY


def test_what_is_kept_has_no_words_of_anybody(engine: Engine, log: TurnLog) -> None:
    """Names of guides and sections, and nothing that somebody typed."""
    count_days(engine)
    with Session(engine) as session:
        assert set(session.scalars(select(StoredAsked.what))) == {"", OPEN}


def test_nothing_asked_is_nothing_counted(engine: Engine) -> None:
    """A house without conversations."""
    assert count_days(engine) == 0
    assert asked(engine, FIRST, TODAY).unanswered == 0
