"""What a clause tells of the situations, in everybody's words."""

from __future__ import annotations

import pytest

from assistant.checklist.facts import FactFinder
from assistant.checklist.situations import Situations
from assistant.knowledge import model as m
from assistant.text import compact
from tests.checklist.test_properties import served

SITUATIONS = Situations(
    (
        m.Situation(id="bank_account", name="有对公账户", question="?", why="?", yes=("有公户",), no=("没公户",)),
        m.Situation(id="seal", name="刻过公章", question="?", why="?", yes=("刻过公章", "章都有"), no=("没财务章",)),
        m.Situation(id="social_insurance", name="交过社保", question="?", why="?", yes=("有社保户",), no=("没社保",)),
        m.Situation(id="debts", name="还有债", question="?", why="?", yes=("有外债",), no=("不欠账",)),
        m.Situation(id="staff", name="还有员工", question="?", why="?", yes=("有员工",), no=("没员工",)),
    )
)


def clauses(text: str) -> list[str]:
    """The clauses of a sentence in comparable form."""
    return [compact(clause) for clause in text.split("，")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("公户有一个，章也有", {"bank_account": True, "seal": True}),
        ("公章财务章都在", {"seal": True}),
        ("没有公户和公章", {"bank_account": False, "seal": False}),
        ("有公户和公章，没有社保", {"bank_account": True, "seal": True, "social_insurance": False}),
        ("没公章没公户", {"seal": False, "bank_account": False}),
        ("社保没开过户", {"social_insurance": False}),
        ("社保户也得销", {"social_insurance": True}),
        ("公户早就销了", {"bank_account": False}),
        ("还欠着货款没给", {"debts": True}),
        ("也不欠人家钱", {"debts": False}),
        ("账都结清了", {"debts": False}),
        ("账还没结清", {"debts": True}),
        ("没雇过人", {"staff": False}),
    ],
)
def test_thing_is_there_or_not_by_the_words_beside_it(text: str, told: dict[str, bool]) -> None:
    """Before the thing or behind it, for one thing or for several, the nearest word decides."""
    assert SITUATIONS.told(clauses(text)) == told


@pytest.mark.parametrize("text", ["公户怎么销", "有没有公章都行吗", "欠不欠钱", "公户不清楚", "公司章程"])
def test_question_or_doubt_tells_nothing(text: str) -> None:
    """A clause that asks, or says that one does not know, is no fact."""
    assert SITUATIONS.told(clauses(text)) == {}


def test_situation_that_is_withheld_is_named() -> None:
    """欠不欠钱不想说 keeps the debts open, not the question that happens to be asked."""
    assert SITUATIONS.withheld(clauses("欠不欠钱这个不想说，公户也不方便说")) == ("debts", "bank_account")
    assert SITUATIONS.withheld(clauses("不想说")) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我们公司执照被吊销了", {"revoked": True}),
        ("没被吊销过，也没有官司", {"revoked": False, "disputes": False}),
        ("股权冻结了", {"frozen": True}),
        ("房子抵押着", {"frozen": True}),
        ("正打着官司", {"disputes": True}),
        ("官司都完事了", {"disputes": False}),
        ("罚款还没交", {"fines": True}),
        ("罚款都交了", {"fines": False}),
        ("没有罚款", {"fines": False}),
        ("我爸去世了，店没人管", {"owner_deceased": True}),
        ("老板没了", {"owner_deceased": True}),
        ("公司没有对外投资", {"frozen": False}),
    ],
)
def test_rare_situations_are_told_though_never_asked(text: str, told: dict[str, bool]) -> None:
    """What bars the simple path, and an owner who died, counts when it is told in everyday words."""
    found = FactFinder(served()).find(text).facts
    rare = ("revoked", "frozen", "disputes", "fines", "owner_deceased")
    assert {key: value for key, value in found.items() if key in rare} == told
    assert all(served().situations[key].asked_of == () for key in rare)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("执照跟证一块儿销，你们能给代办不", {"whole_or_licence_only": "whole", "proxy": "proxy"}),
        ("执照上写的全民所有制，不是公司", {"enterprise_type": "fei-gongsi-faren"}),
        ("公章上个月已经先交了", {"seal": False}),
        ("有分支机构、别的没有", {"branches": True}),
    ],
)
def test_what_blind_writers_said_is_heard(said: str, told: dict[str, object]) -> None:
    """Sayings of people who had not seen the product."""
    assert told.items() <= FactFinder(served()).find(said).facts.items()
