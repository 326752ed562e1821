"""一次性告知: all at once, blocking, and what could have been told before."""

import datetime as dt

import pytest

from assistant.cases.model import Case, IllegalMove, Notice, NoticeLine
from assistant.cases.notices import notice_lines
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.errors import Refused
from tests.cases.builders import LI, TOBACCO, Moment, an_entry, complete, moved, opened

S = State


def notified(cases: Cases, case: Case, *lines: NoticeLine) -> Case:
    """The case after a notice of these lines, or of all that is missing."""
    told = lines or notice_lines(case, {}, [entry.id for entry in case.entries])
    return cases.notify(case.number, case.version, told, by=LI)


def wrong(case: Case, material: int, fault: str = "seal", **facts: object) -> NoticeLine:
    """A line about one material of the case."""
    one = case.materials[material]
    return NoticeLine(one.id, one.name, fault, one.entries, **{"words": "没盖章", **facts})  # type: ignore[arg-type]


def resolved(cases: Cases, case: Case) -> Case:
    """The case after its last notice was met: everything it asked for was handed in."""
    asked = {line.material: ("原件", 1) for line in case.notices[-1].lines if line.material}
    if asked:
        case = cases.receive(case.number, case.version, asked, by=LI)  # type: ignore[arg-type]
    return cases.resolve(case.number, case.version, case.notices[-1].id, by=LI)


def last(case: Case) -> Notice:
    """Its last notice."""
    return case.notices[-1]


def test_lines_are_the_unticked_and_the_faulty_all_at_once(cases: Cases) -> None:
    """What is not here is missing, what is faulty is told with its fault, what is in order is not told."""
    case = opened(cases)
    first, second = case.materials
    assert [(line.name, line.fault) for line in notice_lines(case, {}, [case.entries[0].id])] == [
        ("身份证", "missing"),
        ("注销申请书", "missing"),
    ]
    case = cases.receive(case.number, case.version, {first.id: ("复印件", 1), second.id: ("原件", 1)}, by=LI)
    lines = notice_lines(case, {second.id: ("seal", "没盖公章")}, [case.entries[0].id])
    assert [(line.name, line.fault, line.words) for line in lines] == [("注销申请书", "seal", "没盖公章")]


def test_notice_that_leaves_something_out_is_refused(cases: Cases) -> None:
    """Whoever tells one thing has to tell the other that is not here too, or say why it is not needed."""
    case = opened(cases)
    with pytest.raises(Refused, match="“身份证”也还没收到"):
        notified(cases, case, wrong(case, 1, "missing"))
    case = cases.excuse(case.number, case.version, case.materials[0].id, "有电子证照", by=LI)
    assert len(last(notified(cases, case, wrong(case, 1, "missing"))).lines) == 1


def test_notice_blocks_its_entries_until_it_is_resolved(cases: Cases) -> None:
    """While it is open the entry goes nowhere and no second notice can be given; then it is back where it stood."""
    case = notified(cases, opened(cases))
    assert case.state is S.CORRECTING
    assert last(case).number == f"{case.number}-01"
    with pytest.raises(IllegalMove, match="等补的材料齐了"):
        moved(cases, case, S.SUBMITTED)
    with pytest.raises(IllegalMove, match="不能再开"):
        notified(cases, case)
    with pytest.raises(Refused, match="还没收到补来的"):
        cases.resolve(case.number, case.version, last(case).id, by=LI)
    case = resolved(cases, case)
    assert (case.state, last(case).open) == (S.REVIEWING, False)
    assert moved(cases, case, S.SUBMITTED).state is S.SUBMITTED


def test_faulty_paper_has_to_come_anew(cases: Cases) -> None:
    """That the old one lies here does not resolve a notice which found fault with it."""
    case = notified(cases, case := complete(cases, opened(cases)), wrong(case, 1))
    with pytest.raises(Refused, match="“注销申请书”还没收到补来的"):
        cases.resolve(case.number, case.version, last(case).id, by=LI)
    assert resolved(cases, case).state is S.REVIEWING


def test_entries_of_a_notice_can_be_freed_one_by_one(cases: Cases) -> None:
    """What came for one licence lets that one go on; the notice stays open for the other."""
    case = notified(cases, opened(cases, an_entry(), an_entry("yancao")))
    case = complete(cases, case)
    food, tobacco = (entry.id for entry in case.entries)
    case = cases.resolve(case.number, case.version, last(case).id, entries=[food], by=LI)
    assert [entry.state for entry in case.entries] == [S.REVIEWING, S.CORRECTING]
    assert (last(case).open, last(case).blocks) == (True, (tobacco,))
    case = cases.resolve(case.number, case.version, last(case).id, by=LI)
    assert not last(case).open


def test_notice_of_a_department_leads_back_to_the_department(cases: Cases) -> None:
    """What a department finds wanting is told by the window; then its own clock goes on."""
    case = moved(cases, complete(cases, opened(cases)), S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT)
    case = notified(cases, case, wrong(case, 1))
    assert case.entries[0].back_to is S.IN_DEPARTMENT
    assert resolved(cases, case).state is S.IN_DEPARTMENT


def test_withdrawn_notice_frees_its_entries(cases: Cases) -> None:
    """A notice given by mistake is taken back, and the number is not used again."""
    case = notified(cases, opened(cases))
    case = cases.withdraw_notice(case.number, case.version, last(case).id, by=LI)
    assert (case.state, last(case).open) == (S.REVIEWING, False)
    assert last(notified(cases, case)).number.endswith("-02")
    with pytest.raises(Refused, match="已经了结"):
        cases.withdraw_notice(case.number, case.version + 1, case.notices[0].id, by=LI)


def test_withdrawn_entry_leaves_no_notice_waiting(cases: Cases) -> None:
    """Who gives up is asked for nothing more."""
    case = moved(cases, notified(cases, opened(cases)), S.WITHDRAWN)
    assert not last(case).open
    assert case.entries[0].pauses[0].until is not None


def test_what_was_visible_the_first_time_is_marked_and_counted(cases: Cases, moment: Moment) -> None:
    """A paper that lay here when the first notice was given, and was not told of then, is told again at our fault."""
    case = complete(cases, opened(cases))
    case = resolved(cases, notified(cases, case, wrong(case, 1)))
    moment.go_to(3, 4)
    case = notified(cases, case, wrong(case, 0, "mismatch", words="照片不清"))
    assert [line.repeated for line in last(case).lines] == [True]
    assert last(case).repeats == 1
    assert "其中 1 条上次就能看出来" in cases.events(case.number)[-1].what


def test_what_came_after_the_first_notice_could_not_be_told_then(cases: Cases) -> None:
    """A paper that was missing then and is faulty now is told the first time."""
    case = resolved(cases, notified(cases, opened(cases)))
    assert last(notified(cases, case, wrong(case, 1))).repeats == 0


def test_what_ran_out_after_the_first_notice_could_not_be_told_then(cases: Cases, moment: Moment) -> None:
    """A paper that was good then counts against nobody; one that had run out already does."""
    for arose_on, repeats in ((dt.date(2026, 3, 3), 0), (dt.date(2026, 3, 2), 1)):
        moment.go_to(3, 2)
        case = complete(cases, opened(cases, code=None))
        case = resolved(cases, notified(cases, case, wrong(case, 1)))
        moment.go_to(3, 5)
        case = notified(cases, case, wrong(case, 0, "expired", arose_on=arose_on))
        assert last(case).repeats == repeats


def test_same_fault_told_again_is_a_reminder(cases: Cases) -> None:
    """Who was told once of a sign that hangs there still was told the first time."""
    case = complete(cases, opened(cases))
    sign = NoticeLine(None, "门口的牌子", "other", (case.entries[0].id,), "拆了再来")
    case = resolved(cases, notified(cases, case, sign))
    assert last(notified(cases, case, sign)).repeats == 0


def test_first_notice_of_another_entry_could_not_tell_of_this_one(cases: Cases) -> None:
    """Each licence has its own first time."""
    case = complete(cases, opened(cases, an_entry(), an_entry("yancao")))
    food, tobacco = (entry.id for entry in case.entries)
    case = resolved(cases, notified(cases, case, NoticeLine(None, "店里的东西还没搬走", "other", (food,), "搬完再来")))
    case = notified(cases, case, NoticeLine(None, "还有烟没卖完", "other", (tobacco,), "退给公司"))
    assert last(case).repeats == 0


def test_notice_taken_back_was_no_first_time(cases: Cases) -> None:
    """What was withdrawn asked nothing of anybody."""
    case = complete(cases, opened(cases))
    case = notified(cases, case, wrong(case, 1))
    case = cases.withdraw_notice(case.number, case.version, last(case).id, by=LI)
    assert last(notified(cases, case, wrong(case, 0, "mismatch"))).repeats == 0


def test_notice_after_the_five_days_is_marked_late(cases: Cases, moment: Moment) -> None:
    """The fifth working day after the case was taken in is in time, the sixth is not (行政许可法 第三十二条)."""
    for day, late in ((9, False), (10, True)):
        moment.go_to(3, 2)
        case = opened(cases, code=None)
        moment.go_to(3, day)
        assert last(notified(cases, case)).late is late


def test_fault_has_to_be_understood(cases: Cases) -> None:
    """不符 and 其他 need words; a department does not give notices itself."""
    case = complete(cases, opened(cases))
    with pytest.raises(Refused, match="要写一句"):
        notified(cases, case, wrong(case, 1, "mismatch", words=" "))
    with pytest.raises(IllegalMove):
        cases.notify(case.number, case.version, [wrong(case, 1)], by=TOBACCO)
