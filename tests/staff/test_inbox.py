"""Both queues: who did what, and what stands in a list."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from assistant.errors import NotFound
from assistant.messages import Messages
from assistant.staff.desk import Desk
from assistant.staff.inbox import covered
from assistant.wrong_facts import Fact, WrongFacts


@pytest.fixture
def left(engine: Engine) -> None:
    """Two messages and a report."""
    messages = Messages(engine)
    messages.leave("one", "食品证丢了，打13900000001找我", "13900000001", consent=True, checklist="t" * 12)
    messages.leave("two", "周六开门吗", "", consent=False, checklist=None)
    WrongFacts(engine).report(Fact("shipin", "食品经营许可证", "电话", "000", "示例县"), "unreachable", "没人接")


@pytest.mark.usefixtures("left")
def test_done_goes_to_the_other_half_with_who_did_it(at: Desk) -> None:
    """What is done no longer waits, and is shown with who did it; put back, it waits again."""
    assert at.inbox.waiting() == (2, 1)
    at.inbox.settle_message(1, "clerk", done=True)
    assert [one.id for one in at.inbox.messages()] == [2]
    assert [one.id for one in at.inbox.messages(done=True)] == [1]
    assert at.inbox.message(1).done_by == "clerk"
    at.inbox.settle_message(1, "clerk", done=False)
    assert at.inbox.waiting() == (2, 1)
    assert at.inbox.message(1).done_by == ""


@pytest.mark.usefixtures("left")
def test_reports_are_settled_the_same_way(at: Desk) -> None:
    """A checked report is in the other half, too."""
    at.inbox.settle_report(1, "editor", done=True)
    assert at.inbox.reports() == []
    (done,) = at.inbox.reports(done=True)
    assert (done.fault, done.place) == ("电话打不通，或者找不到地方", "示例县")
    assert at.inbox.report(1).done_by == "editor"
    at.inbox.settle_report(1, "editor", done=False)
    assert at.inbox.waiting() == (2, 1)


@pytest.mark.usefixtures("left")
def test_second_clerk_changes_nothing(at: Desk) -> None:
    """Who comes second is not written down as the one who did it."""
    at.inbox.settle_message(1, "first", done=True)
    at.inbox.settle_message(1, "second", done=True)
    assert at.inbox.message(1).done_by == "first"
    assert len(at.audit.latest(what="message_done")) == 1


def test_what_is_not_there_is_said_to_be(at: Desk) -> None:
    """A number without a message is no message, and leaves no line."""
    for call in (at.inbox.settle_message, at.inbox.settle_report):
        with pytest.raises(NotFound):
            call(7, "clerk", done=True)
    with pytest.raises(NotFound):
        at.inbox.message(7)
    with pytest.raises(NotFound):
        at.inbox.report(7)
    assert at.audit.latest() == []


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize(
    ("words", "numbers"), [("1", [1]), ("0001", [1]), ("13900000001", [1]), ("周六", [2]), ("%", []), ("9999", [])]
)
def test_messages_are_found_by_number_telephone_and_words(at: Desk, words: str, numbers: list[int]) -> None:
    """A number, the end of a telephone, some words; signs of the database stand for themselves."""
    assert [one.id for one in at.inbox.matching(words)] == numbers


@pytest.mark.usefixtures("left")
def test_list_covers_telephones(at: Desk) -> None:
    """Neither the telephone nor one that was written into the words stands in a list."""
    first, _ = at.inbox.messages()
    assert "13900000001" not in first.excerpt + first.phone_covered
    assert first.phone_covered == "139****0001"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("身份证23010219900101123X丢了", "身份证230****123X丢了"),
        ("交了2026年的120元", "交了2026年的120元"),
        ("卡6222020200012345678", "卡622****5678"),
        ("0457-2120000", "0457-****0000"),
    ],
)
def test_long_numbers_are_covered(said: str, shown: str) -> None:
    """Identity, card and telephone numbers are covered, years and amounts are not."""
    assert covered(said) == shown
