"""The report for the regular meeting, against a month that was counted by hand."""

import datetime as dt

import pytest

from assistant.cases.model import Limit, NoticeLine
from assistant.cases.notices import notice_lines
from assistant.cases.report import Report, report
from assistant.cases.states import State
from assistant.cases.store import Cases
from tests.cases.builders import LI, ZHAO, Moment, an_entry, complete, moved, opened

S = State
BY_LAW = Limit(20, "工作日", "法定")
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 31)


@pytest.fixture
def march(cases: Cases, moment: Moment) -> Report:
    """Six cases around March 2026. Its working days are Monday to Friday; Saturday 28 February is worked."""
    _before(cases, moment)
    _two_entries(cases, moment)
    _repeated_notice(cases, moment)
    _withdrawn(cases, moment)
    _late_notice(cases, moment)
    moment.go_to(4, 1)
    opened(cases, code=None)  # after the period
    cases.escalate("hard", "四月的事", by=LI)
    return report(
        cases,
        FIRST,
        LAST,
        unanswered=[("宠物店要退什么", 2)],
        to_check=[("窗口电话", 1), ("窗口地址", 4)],
        not_answered=3,
    )


def _before(cases: Cases, moment: Moment) -> None:
    """Taken in on 25 February in 示例市, submitted on the 26th, granted on Monday 2 March: 4 working days, 3 of them
    with the department (27 and 28 February, 2 March), of 20 that the law allows; 基本满意."""
    moment.go_to(2, 25)
    case = moved(cases, opened(cases, an_entry("yancao", limit=BY_LAW), code=None, region="示例市"), S.REVIEWING)
    moment.go_to(2, 26)
    case = moved(cases, case, S.SUBMITTED, S.IN_DEPARTMENT)
    moment.go_to(3, 2)
    cases.rate(moved(cases, case, S.GRANTED).number, 3)


def _two_entries(cases: Cases, moment: Moment) -> None:
    """Taken in on 2 March. 食品 at the window on the 3rd: 1 day. 烟草 submitted on the 3rd, granted on the 10th: 6 days,
    5 with the department, the whole promise; 非常满意; a hard matter, settled."""
    moment.go_to(3, 2)
    case = opened(cases, an_entry(tier="窗口直接办"), an_entry("yancao"))
    case = moved(cases, complete(cases, case), S.REVIEWING)
    food, tobacco = ((entry.id,) for entry in case.entries)
    moment.go_to(3, 3)
    case = moved(cases, case, S.DONE_AT_WINDOW, entries=food)
    case = moved(cases, case, S.SUBMITTED, S.IN_DEPARTMENT, entries=tobacco)
    matter = cases.escalate("hard", "部门说不清该谁办", by=LI, number=case.number)
    cases.settle(matter.id, "由烟草局办，已答复", by=ZHAO)
    moment.go_to(3, 10)
    case = moved(cases, cases.find(case.number), S.GRANTED, entries=tobacco)
    cases.rate(case.number, 5, ["办得快"])


def _repeated_notice(cases: Cases, moment: Moment) -> None:
    """The same enterprise on 4 March in 示例市 for 示例县, one paper shared. Told on the 5th, and on the 10th of what lay
    there on the 5th. Submitted on the 11th, refused on the 25th: 15 days, 10 with the department, twice the promise;
    不满意, followed up the next day."""
    moment.go_to(3, 4)
    case = moved(cases, complete(cases, opened(cases, taken_in="示例市")), S.REVIEWING)
    moment.go_to(3, 5)
    sign = NoticeLine(None, "门口的牌子", "other", (case.entries[0].id,), "拆了再来")
    case = cases.notify(case.number, case.version, [sign], by=LI)
    moment.go_to(3, 9)
    case = cases.resolve(case.number, case.version, case.notices[-1].id, by=LI)
    moment.go_to(3, 10)
    paper = case.materials[1].id
    faulty = notice_lines(case, {paper: ("mismatch", "名称不对")}, [case.entries[0].id])
    case = cases.notify(case.number, case.version, faulty, by=LI)
    moment.go_to(3, 11)
    case = cases.receive(case.number, case.version, {paper: ("原件", 1)}, by=LI)
    case = cases.resolve(case.number, case.version, case.notices[-1].id, by=LI)
    case = moved(cases, case, S.SUBMITTED, S.IN_DEPARTMENT)
    moment.go_to(3, 25)
    rating = cases.rate(moved(cases, case, S.REFUSED).number, 2, ["多次让补材料"])
    moment.go_to(3, 26)
    cases.follow_up(rating.id, "已经道歉", by=ZHAO)


def _withdrawn(cases: Cases, moment: Moment) -> None:
    """On the green lane on 16 March; a notice is taken back on the 17th; the applicant gives up on the 18th."""
    moment.go_to(3, 16)
    case = opened(cases, an_entry("yancao"), code=None, green_lane="elderly")
    moment.go_to(3, 17)
    lines = notice_lines(case, {}, [case.entries[0].id])
    case = cases.notify(case.number, case.version, lines, by=LI)
    case = cases.withdraw_notice(case.number, case.version, case.notices[0].id, by=LI)
    moment.go_to(3, 18)
    moved(cases, case, S.WITHDRAWN)


def _late_notice(cases: Cases, moment: Moment) -> None:
    """Taken in on 2 March, told on the 10th, the sixth working day after; a matter of 办不成事 that waits."""
    moment.go_to(3, 2)
    case = opened(cases, code=None)
    moment.go_to(3, 10)
    cases.notify(case.number, case.version, notice_lines(case, {}, [case.entries[0].id]), by=LI)
    cases.escalate("stuck", "来了三趟没办成", by=LI)


BY_HAND = {
    "cases": 4,  # 2 March twice, 4 March, 16 March
    "entries": 5,  # of which one has two
    "handled": 4,  # 烟草 on 2 March, 食品 on the 3rd, 烟草 on the 10th, 食品 on the 25th
    "at_window": 1,
    "refused": 1,
    "withdrawn": 1,
    "elsewhere": 1,
    "green_lane": 1,
    "shared": 1,
    "days": 5,  # 1 4 | 6 15
    "days_90": 15,
    "net_days": 4,  # 1 3 | 5 10
    "net_days_90": 10,
    "in_promise": 66.7,  # 1 and 5 of five, not 10; what the law allows is no promise
    "overdue": 1,
    "notices": 3,  # 5, 10 and 10 March
    "notices_per_case": 0.75,
    "repeated": 1,
    "repeating_notices": 1,
    "late": 1,
    "taken_back": 1,
    "ratings": 3,
    "satisfied": 66.7,  # 5 and 3, not 2
    "low": 1,
    "followed_up": 1,
    "matters": 2,
    "settled": 1,
    "not_answered": 3,  # as handed in: one of them is erased
    "open_facts": 5,  # 1 4
}


def test_every_figure_is_as_counted_by_hand(march: Report) -> None:
    """All figures there are, and no other."""
    assert {one.key: one.value for one in march.figures} == BY_HAND


def test_handled_entries_are_counted_by_item_department_and_region(march: Report) -> None:
    """Each with how many and the median of their days: the largest first, then by name."""
    assert march.breakdown("item").rows == (("烟草专卖零售许可证", 2, 4), ("食品经营许可证", 2, 5.5))
    assert march.breakdown("department").rows == (("示例市市监局", 2, 5.5), ("示例市烟草专卖局", 2, 4))
    assert march.breakdown("region").rows == (("示例县", 3, 5), ("示例市", 1, 3))


def test_numbers_go_by_week_and_over_longer_periods_by_month(march: Report, cases: Cases) -> None:
    """Every week or month of the period has its row, also where nothing happened; the first and the last may be short."""
    weeks = (("01", 0, 0), ("02", 3, 2), ("09", 0, 1), ("16", 1, 0), ("23", 0, 1), ("30", 0, 0))
    assert march.breakdown("time").rows == tuple((f"2026-03-{day} 起", came, went) for day, came, went in weeks)
    months = report(cases, dt.date(2026, 2, 1), dt.date(2026, 5, 31)).breakdown("time").rows
    assert months == (("2026-02", 1, 0), ("2026-03", 4, 4), ("2026-04", 1, 0), ("2026-05", 0, 0))


def test_ratings_are_counted_by_level_and_what_others_count_is_ordered(march: Report) -> None:
    """Five levels, also those nobody chose; what was handed in stands with the most frequent first."""
    assert [row[1] for row in march.breakdown("levels").rows] == [1, 0, 1, 1, 0]
    assert march.breakdown("to_check").rows == (("窗口地址", 4), ("窗口电话", 1))
    assert march.breakdown("unanswered").rows == (("宠物店要退什么", 2),)


def test_every_figure_is_defined_in_one_sentence(march: Report) -> None:
    """A label, a unit and one sentence stand with each, and each label and sentence is its own."""
    definitions = [one.definition for one in (*march.figures, *march.breakdowns)]
    assert all(one.index("。") == len(one) - 1 for one in definitions)
    assert len(set(definitions)) == len(definitions)
    assert len({one.label for one in march.figures}) == len(march.figures)


def test_period_without_anything_has_no_shares(cases: Cases) -> None:
    """Where nothing happened numbers are nought, and medians and shares are none rather than nought."""
    empty = report(cases, FIRST, LAST)
    none = {one.key for one in empty.figures if one.value is None}
    assert none == {"days", "days_90", "net_days", "net_days_90", "in_promise", "notices_per_case", "satisfied"}
    assert empty.breakdown("item").rows == ()
