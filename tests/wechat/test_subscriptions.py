"""Notices of progress: to those who asked, once for each step, with nothing of a person in them."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from assistant.cards import Card
from assistant.cases.model import LEVELS
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.errors import SettingsError
from assistant.wechat import subscriptions as module
from assistant.wechat.outbox import tally
from assistant.wechat.ratings import rated
from assistant.wechat.subscriptions import Subscriptions, Template, template_of
from assistant.wechat.tables import StoredOutgoing, StoredPerson
from tests import databases
from tests.cases.builders import CODE, LI, an_entry, complete, moved, opened
from tests.cases.builders import Moment as CaseMoment
from tests.wechat.fake_api import FakeWeChat, Fault, Moment
from tests.wechat.our_side import ANOTHER, SOMEBODY, TEMPLATE, clock_of, following, met, sent_all

PAGE = "https://daoban.example/progress"


@pytest.fixture
def moment() -> Moment:
    """The morning on which the cases of these tests are opened."""
    return Moment(CaseMoment().at.timestamp())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """What differs between databases is in test_processes.py."""
    return databases.begun(tmp_path / "notices.db")


@pytest.fixture
def cases(fake: FakeWeChat, engine: Engine) -> Cases:
    """The window, at WeChat's time."""
    return Cases(engine, clock=clock_of(fake))


@pytest.fixture
def notices(fake: FakeWeChat, engine: Engine, cases: Cases) -> Subscriptions:
    """Who asked for notices."""
    return Subscriptions(engine, lambda: cases, TEMPLATE, PAGE, clock_of(fake))


def shown(card: Card | None) -> str:
    """All words of a card."""
    assert card
    lines = [line.text for section in card.sections for line in section.lines]
    return "\n".join([card.title or "", *(section.heading or "" for section in card.sections), *lines])


def told(fake: FakeWeChat, engine: Engine, notices: Subscriptions, minutes: int = 5) -> int:
    """How many notices there are after a while; all of them are sent."""
    fake.clock.at += minutes * 60  # type: ignore[attr-defined]
    count = notices.tell()
    sent_all(fake, engine)
    return count


def test_progress_is_told_to_whoever_knows_the_last_four_digits(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """However it is typed; the number alone asks for the digits, wrong digits find nothing."""
    case = moved(cases, opened(cases), State.REVIEWING)
    met(fake, engine)
    for typed in (f"{case.number} 8000", f"查 {case.number}，8000", "２０２６０３０２－０００１　８０００"):
        words = shown(notices.said(SOMEBODY, typed))
        assert f"办件 {case.number}：初审中" in words
        assert "食品经营许可证" in words
        assert module.OFFER in words
    for sentence in (
        "我的办件编号是{number}，电话后四位是8000，办到哪了",
        "{number}，手机尾号8000，帮我查一下进度",
        "{number} 13800138000",
        "{number}，电话13800138000",
    ):
        assert "初审中" in shown(notices.said(SOMEBODY, sentence.format(number=case.number))), "not for the dialogue"
    for sentence in ("{number}", "{number}办到哪了？", "麻烦帮我看一下办件{number}，现在到哪一步了"):
        assert "后四位" in shown(notices.said(SOMEBODY, sentence.format(number=case.number)))
    assert "没有查到" in shown(notices.said(SOMEBODY, f"{case.number} 1234"))
    assert "后四位" in shown(notices.said(SOMEBODY, "办到哪了？"))


def test_case_that_is_decided_can_be_rated_once(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """Five levels below the progress, each of which is the rating of this case."""
    case = moved(cases, complete(cases, opened(cases)), State.REVIEWING)
    met(fake, engine)
    looked = f"{case.number} 8000"
    before = notices.said(SOMEBODY, looked)
    assert before
    assert not before.choices
    moved(cases, case, State.DONE_AT_WINDOW)
    after = notices.said(SOMEBODY, looked)
    assert after
    assert [one.label for one in after.choices] == [*LEVELS.values()]
    assert rated(cases, after.choices[0].payload)
    assert cases.is_rated(case.number)
    again = notices.said(SOMEBODY, looked)
    assert again
    assert not again.choices


def test_digits_cannot_be_tried_one_after_the_other(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """After ten wrong ones even the right one finds nothing for a while, whoever tries."""
    case = opened(cases)
    for number in range(10):
        notices.said(SOMEBODY, f"{case.number} {number:04d}")
    assert "次数多了" in shown(notices.said(SOMEBODY, f"{case.number} 8000"))
    assert "次数多了" in shown(notices.said(ANOTHER, f"{case.number} 8000"))


@pytest.mark.parametrize(
    "sentence", ["烟草证咋退", "我店在漠河，2019年开的，电话13800138000", "不要了", "好的", "2026年3月2日 1号", "1"]
)
def test_other_words_are_for_the_dialogue(notices: Subscriptions, sentence: str) -> None:
    """Only what is about progress and notices is answered here."""
    assert notices.said(SOMEBODY, sentence) is None


def test_nobody_is_told_who_did_not_ask(fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions) -> None:
    """Looking is not asking."""
    case = opened(cases)
    met(fake, engine)
    notices.said(SOMEBODY, f"{case.number} 8000")
    moved(cases, case, State.REVIEWING)
    assert told(fake, engine, notices) == 0
    assert fake.notices(SOMEBODY) == []


def test_each_step_is_told_once_without_anything_of_a_person(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """Number, state and time, and the page on which the rest is asked for; days after the last message, too."""
    case = opened(cases)
    following(fake, engine, notices, case)
    assert told(fake, engine, notices) == 0
    case = moved(cases, complete(cases, case), State.REVIEWING)
    assert told(fake, engine, notices, 4 * 24 * 60) == 1
    assert told(fake, engine, notices) == 0
    case = moved(cases, case, State.SUBMITTED)
    assert told(fake, engine, notices) == 1
    first, second = fake.notices(SOMEBODY)
    assert [one["data"]["thing2"]["value"] for one in (first, second)] == ["初审中", "已代交"]
    assert first["data"]["character_string1"] == {"value": case.number}
    assert first["url"] == PAGE
    for secret in ("张三", "13800138000", "8000", "食杂店", CODE, "李四", "食品"):
        assert secret not in str((first, second))


def test_what_is_taken_back_at_once_is_not_told(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """A slip of the mouse frightens nobody; several quick steps are one notice."""
    case = opened(cases)
    following(fake, engine, notices, case)
    case = moved(cases, case, State.WITHDRAWN)
    assert told(fake, engine, notices, 1) == 0
    case = cases.undo(case.number, case.version, by=LI)
    assert told(fake, engine, notices) == 0
    moved(cases, complete(cases, case), State.REVIEWING, State.SUBMITTED)
    assert told(fake, engine, notices) == 1
    assert [one["data"]["thing2"]["value"] for one in fake.notices(SOMEBODY)] == ["已代交"]


def test_the_same_state_again_is_told_again(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """Asked a second time for papers, somebody is told a second time."""
    case = complete(cases, opened(cases))
    following(fake, engine, notices, case)
    case = moved(cases, case, State.REVIEWING)
    assert told(fake, engine, notices) == 1
    case = moved(cases, case, State.SUBMITTED)
    assert told(fake, engine, notices) == 1
    case = cases.undo(case.number, case.version, by=LI)
    assert told(fake, engine, notices) == 1
    states = [one["data"]["thing2"]["value"] for one in fake.notices(SOMEBODY)]
    assert states == ["初审中", "已代交", "初审中"]


@pytest.mark.parametrize("word", ["退订", "不要通知", "别再通知我了", "取消订阅。"])
def test_opted_out_is_out(fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions, word: str) -> None:
    """One word ends all notices; nothing of them is kept."""
    case = opened(cases)
    following(fake, engine, notices, case)
    assert shown(notices.said(SOMEBODY, word)).strip() == module.OPTED_OUT
    moved(cases, case, State.REVIEWING)
    assert told(fake, engine, notices) == 0
    with Session(engine) as session:
        assert session.get_one(StoredPerson, SOMEBODY).subscriptions == {}
    assert shown(notices.said(SOMEBODY, word)).strip() == module.NEVER_OPTED_IN


def test_who_left_the_account_is_not_told(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """Nobody writes to somebody who does not follow any more."""
    case = opened(cases)
    following(fake, engine, notices, case)
    with Session(engine) as session, session.begin():
        session.get_one(StoredPerson, SOMEBODY).subscribed = False
    moved(cases, case, State.REVIEWING)
    assert told(fake, engine, notices) == 0


def test_end_of_a_case_is_told_and_then_nothing_more(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """What is over needs no notice, and is not followed any more."""
    case = opened(cases)
    following(fake, engine, notices, case)
    moved(cases, case, State.WITHDRAWN)
    assert told(fake, engine, notices) == 1
    with Session(engine) as session:
        assert session.get_one(StoredPerson, SOMEBODY).subscriptions == {}
    assert module.OFFER not in shown(notices.said(SOMEBODY, f"{case.number} 8000"))


def test_asking_before_looking_is_told_how(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """Nobody can follow a case by its number alone."""
    met(fake, engine)
    assert shown(notices.said(SOMEBODY, "通知我")).strip() == module.WHICH
    case = opened(cases)
    notices.said(SOMEBODY, f"{case.number} 1234")
    notices.said(SOMEBODY, case.number)
    assert shown(notices.said(SOMEBODY, "通知我")).strip() == module.WHICH


def test_several_cases_of_several_people(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """Each is told of their own; asked twice is asked once."""
    one, two = opened(cases), opened(cases, an_entry("yancao"), code=None)
    following(fake, engine, notices, one)
    following(fake, engine, notices, two)
    assert one.number in shown(notices.said(SOMEBODY, "通知我"))
    following(fake, engine, notices, two, ANOTHER)
    moved(cases, two, State.REVIEWING)
    assert told(fake, engine, notices) == 2
    moved(cases, one, State.REVIEWING)
    assert told(fake, engine, notices) == 1
    assert [len(fake.notices(who)) for who in (SOMEBODY, ANOTHER)] == [2, 1]


def test_notice_whose_answer_is_lost_arrives_once(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """WeChat knows its number again."""
    case = opened(cases)
    following(fake, engine, notices, case)
    moved(cases, case, State.REVIEWING)
    fake.fails("template/send", Fault(status=500, done=True))
    assert told(fake, engine, notices) == 1
    assert told(fake, engine, notices, 1) == 0
    assert fake.calls["/cgi-bin/message/template/send"] == 2
    assert len(fake.notices(SOMEBODY)) == 1


def test_notices_do_not_count_among_the_five(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions
) -> None:
    """They need no window, and use none up."""
    case = opened(cases)
    following(fake, engine, notices, case)
    moved(cases, case, State.REVIEWING)
    told(fake, engine, notices)
    with Session(engine) as session:
        assert session.get_one(StoredPerson, SOMEBODY).left == 5
        assert session.scalars(select(StoredOutgoing.kind)).all() == ["template"]


def test_looking_goes_on_after_a_fault_of_the_database(
    fake: FakeWeChat, engine: Engine, cases: Cases, notices: Subscriptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment without a database costs one look."""
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    case = opened(cases)
    following(fake, engine, notices, case)
    moved(cases, case, State.REVIEWING)
    fake.clock.at += 600  # type: ignore[attr-defined]
    faults = [sqlite3.OperationalError("database is locked")]

    def fail(*_: object) -> None:
        if faults:
            raise faults.pop()

    async def looking() -> None:
        event.listen(engine, "engine_connect", fail)
        task = asyncio.create_task(notices.run())
        async with asyncio.timeout(30):
            while faults or not tally(engine).waiting:
                assert not task.done()
                await asyncio.sleep(0.02)
        task.cancel()

    asyncio.run(looking())
    event.remove(engine, "engine_connect", fail)
    assert tally(engine).waiting == 1


def test_account_that_may_not_write_offers_nothing(fake: FakeWeChat, engine: Engine, cases: Cases) -> None:
    """Progress can be looked at all the same."""
    silent = Subscriptions(engine, lambda: cases, None, PAGE, clock_of(fake))
    case = opened(cases)
    met(fake, engine)
    assert module.OFFER not in shown(silent.said(SOMEBODY, f"{case.number} 8000"))
    assert shown(silent.said(SOMEBODY, "通知我")).strip() == module.NO_NOTICES
    assert silent.tell() == 0


@pytest.mark.parametrize(
    ("setting", "template"),
    [
        ("", None),
        ("abc, character_string1, thing2", Template("abc", "character_string1", "thing2")),
        ("abc，character_string1，thing2，time3", Template("abc", "character_string1", "thing2", "time3")),
    ],
)
def test_template_is_read_from_its_setting(setting: str, template: Template | None) -> None:
    """With the commas of either keyboard."""
    assert template_of(setting) == template


@pytest.mark.parametrize("setting", ["abc", "abc,thing2", "abc,,thing2", "a,b,c,d,e"])
def test_template_without_its_fields_is_refused(setting: str) -> None:
    """Before the first notice fails."""
    with pytest.raises(SettingsError):
        template_of(setting)
