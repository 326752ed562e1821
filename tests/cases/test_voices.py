"""What applicants see and say: progress, ratings; and the matters that go above the window."""

import datetime as dt

import pytest

from assistant.attempts import Attempts, TooMany
from assistant.cases.model import LEVELS, Case, IllegalMove, Mailing, Rating
from assistant.cases.notices import notice_lines
from assistant.cases.progress import NEXT, TRIES, UNKNOWN, progress, rate
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.errors import NotFound, Refused
from tests.cases.builders import LI, TOBACCO, ZHAO, Moment, a_contact, an_entry, complete, moved, opened

S = State
TO_THE_END = (S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT, S.GRANTED)


def granted(cases: Cases, **facts: object) -> Case:
    """A case whose entry the department granted."""
    return moved(cases, complete(cases, opened(cases, **facts)), *TO_THE_END)


def test_applicant_sees_where_each_entry_stands(cases: Cases) -> None:
    """The number, typed anyhow, and four digits tell state, day and what it means; while with a department its last day."""
    case = moved(cases, complete(cases, opened(cases)), S.REVIEWING, S.SUBMITTED)
    seen = progress(cases, case.number.replace("-", " "), "8000")
    (entry,) = seen.entries
    assert (entry.label, entry.since, entry.due) == ("已代交", dt.date(2026, 3, 2), dt.date(2026, 3, 9))
    assert entry.words == "材料已经代您交给部门。"
    assert set(NEXT) == set(State)


def test_applicant_sees_what_is_asked_and_the_parcel(cases: Cases) -> None:
    """An open notice with all its lines, and later how the certificate is on its way."""
    case = opened(cases)
    case = cases.notify(case.number, 1, notice_lines(case, {}, [case.entries[0].id]), by=LI)
    (asked,) = progress(cases, case.number, "8000").asked
    assert asked.lines == ("身份证（缺）", "注销申请书（缺）")
    case = complete(cases, case)
    case = cases.resolve(case.number, case.version, case.notices[0].id, by=LI)
    case = moved(cases, case, *TO_THE_END[1:], S.COLLECTED)
    case = cases.mail(case.number, case.version, [case.entries[0].id], Mailing("示例快递", "SF1"), by=LI)
    seen = progress(cases, case.number, "8000")
    assert (seen.asked, seen.entries[0].mailing) == ((), Mailing("示例快递", "SF1"))


def test_progress_shows_nobody(cases: Cases) -> None:
    """Neither enterprise, code, contact nor staff."""
    seen = str(progress(cases, opened(cases).number, "8000"))
    assert not any(word in seen for word in ("食杂店", "91350100", "张三", "138", "李四"))


@pytest.mark.parametrize("digits", ["8001", "", "800", "13800138000", "८०००"])
def test_wrong_digits_say_nothing(cases: Cases, digits: str) -> None:
    """A wrong guess reads the same as a case that does not exist."""
    with pytest.raises(NotFound) as wrong:
        progress(cases, opened(cases).number, digits)
    with pytest.raises(NotFound) as nothing:
        progress(cases, "20260302-0099", "8000")
    assert str(wrong.value) == str(nothing.value) == UNKNOWN


def test_case_without_telephone_shows_nothing_to_anybody(cases: Cases) -> None:
    """Who left no telephone asks at the window."""
    with pytest.raises(NotFound):
        progress(cases, opened(cases, contact=None).number, "")


def test_guessing_ends_after_a_few_tries(cases: Cases) -> None:
    """The page counts tries, by address and by case, and the eleventh is refused."""
    attempts = Attempts(cases.engine)
    for _ in range(TRIES.at_most):
        attempts.count(TRIES, "address", "20260302-0001")
    with pytest.raises(TooMany, match="一刻钟"):
        attempts.count(TRIES, "another address", "20260302-0001")


def test_case_is_rated_once_and_only_when_something_is_decided(cases: Cases) -> None:
    """Not before, not twice, not by who does not know the telephone."""
    waiting = opened(cases, code=None)
    with pytest.raises(Refused, match="还没有办完"):
        rate(cases, waiting.number, "8000", 5)
    case = granted(cases)
    assert progress(cases, case.number, "8000").can_rate
    with pytest.raises(NotFound):
        rate(cases, case.number, "0000", 5)
    rate(cases, case.number, "8000", 4, ["办得快"], "谢谢")
    assert not progress(cases, case.number, "8000").can_rate
    with pytest.raises(Refused, match="已经评过"):
        rate(cases, case.number, "8000", 1)


@pytest.mark.parametrize("level", [0, 6])
def test_rating_has_five_levels(cases: Cases, level: int) -> None:
    """Nothing above, nothing below, and reasons that are on the list."""
    case = granted(cases)
    for given in ((level, []), (5, ["别的"])):
        with pytest.raises(Refused, match="星级"):
            cases.rate(case.number, *given)  # type: ignore[arg-type]
    assert sorted(LEVELS) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("level", "due"), [(1, "2026-03-09"), (2, "2026-03-09"), (3, None), (5, None)])
def test_two_lowest_levels_open_a_follow_up_with_a_clock(cases: Cases, level: int, due: str | None) -> None:
    """The head has five working days; the others need none."""
    rating = cases.rate(granted(cases).number, level)
    assert rating.follow_up_by == (dt.date.fromisoformat(due) if due else None)
    if due is None:
        with pytest.raises(NotFound, match="不用回访"):
            cases.follow_up(rating.id, "没事", by=ZHAO)


def test_follow_up_is_the_heads_and_ends_with_a_result(cases: Cases, moment: Moment) -> None:
    """No clerk follows up what may be about him; a follow-up is made once, with words."""
    rating = cases.rate(granted(cases).number, 1)
    for by, result, why in ((LI, "问过了", "窗口负责人"), (ZHAO, " ", "要写")):
        with pytest.raises(Refused, match=why):
            cases.follow_up(rating.id, result, by=by)
    moment.go_to(3, 3)
    done = cases.follow_up(rating.id, "已经道歉，少跑一趟", by=ZHAO)
    assert (done.followed_up_by, done.result) == ("赵六", "已经道歉，少跑一趟")
    with pytest.raises(Refused, match="已经由 赵六"):
        cases.follow_up(rating.id, "又问了一次", by=ZHAO)


def test_clerk_does_not_see_who_rated(cases: Cases) -> None:
    """Neither in the ratings nor in the case nor in its events; the head does, to follow up."""
    case = granted(cases)
    version = cases.find(case.number).version
    cases.rate(case.number, 1, ["办得慢"], "李四让我跑了三趟")
    for by in (LI, TOBACCO):
        (veiled,) = cases.ratings(by=by)
        assert veiled == Rating(1, 1, ("办得慢",), "", dt.datetime(2026, 3, 1, tzinfo=veiled.at.tzinfo))
    (open_,) = cases.ratings(by=ZHAO)
    assert (open_.case, open_.words) == (case.number, "李四让我跑了三趟")
    assert cases.find(case.number).version == version
    assert not any(one.kind == "rated" for one in cases.events(case.number))
    assert cases.search("三趟") == ()


def test_matter_waits_until_it_has_a_result(cases: Cases) -> None:
    """A hard case goes to the leading group's office and is closed with what came of it, told in the case's events."""
    case = opened(cases)
    hard = cases.escalate("hard", "两个部门都说不归自己", by=LI, number=case.number)
    hotline = cases.escalate("hotline", "群众反映电话打不通", by=LI)
    assert cases.matters() == (hard, hotline)
    with pytest.raises(Refused, match="要写结果"):
        cases.settle(hard.id, " ", by=ZHAO)
    done = cases.settle(hard.id, "由市监局办", by=ZHAO)
    assert (done.closed_by, done.case) == ("赵六", case.number)
    assert cases.matters() == (hotline,)
    assert len(cases.matters(waiting=False)) == 2
    with pytest.raises(Refused, match="已经由 赵六 了结"):
        cases.settle(hard.id, "再了结一次", by=LI)
    assert [one.kind for one in cases.events(case.number)] == ["opened", "escalated", "settled"]
    assert cases.find(case.number).matters == (done,)


def test_matter_is_brought_by_the_window_in_words(cases: Cases) -> None:
    """Nobody else escalates, and not without saying what."""
    with pytest.raises(IllegalMove):
        cases.escalate("hard", "有事", by=TOBACCO)
    with pytest.raises(Refused, match="写清楚"):
        cases.escalate("hard", "", by=LI)
    with pytest.raises(NotFound):
        cases.escalate("hard", "有事", by=LI, number="20990101-0001")


def test_green_lane_can_be_entered_and_left(cases: Cases) -> None:
    """For 老年人 and 残疾人; undone like other changes."""
    case = cases.green_lane(opened(cases).number, 1, "disabled", by=LI)
    assert case.green_lane == "disabled"
    assert cases.undo(case.number, case.version, by=LI).green_lane is None
    with pytest.raises(IllegalMove):
        cases.green_lane(case.number, 3, "elderly", by=TOBACCO)


def test_search_finds_by_any_field_and_every_word(cases: Cases) -> None:
    """Number, name, code, contact, item, department, state, material, notice, parcel, clerk: each word in some field."""
    other = opened(cases, enterprise="示例县另一家店", code=None, contact=a_contact(name="孙八", phone="13700137000"))
    case = opened(cases, green_lane="elderly")
    case = cases.notify(case.number, 1, notice_lines(case, {}, [case.entries[0].id]), by=LI)
    words = (
        case.number, case.number[-4:], "食杂店", "SHIZADIAN", "slxyjszd", "y43", "张三", "138001", "市监局 食杂", "等补材料", "绿色通道", f"{case.number}-01",
    )  # fmt: skip
    for one in words:
        assert [found.number for found in cases.search(one)] == [case.number], one
    assert [found.number for found in cases.search("身份证 李四")] == [case.number, other.number]
    assert cases.search("食杂店 孙八") == cases.search("100%") == cases.search("_") == cases.search(" ") == ()
    assert len(cases.search("示例县", limit=1)) == 1


def test_glance_is_a_case_in_one_line(cases: Cases) -> None:
    """What the look-up lists: number, enterprise, all entries, where it stands; the same cases as the search, newest first."""
    moved(cases, opened(cases), State.REVIEWING)
    opened(cases, an_entry(), an_entry("yancao"), code=None)
    found = cases.glance("食杂店", limit=5)
    assert [(one.number, one.enterprise, one.entries, one.label) for one in found] == [
        (one.number, one.enterprise.name, tuple(entry.name for entry in one.entries), one.label)
        for one in cases.search("食杂店")
    ]
    assert len(cases.glance("食杂店", limit=1)) == 1
    assert cases.glance("食杂店 没有", limit=5) == cases.glance(" ", limit=5) == []


def test_case_is_found_by_the_name_that_its_enterprise_has_now(cases: Cases) -> None:
    """A new name, told at a later case, leads to the earlier ones, too; the old one leads nowhere any more."""
    opened(cases, enterprise="示例县老店")
    opened(cases, enterprise="示例县新店")
    assert len(cases.search("新店")) == 2
    assert cases.search("老店") == ()


def test_case_is_found_by_what_was_written_of_it_later(cases: Cases) -> None:
    """A matter, another contact, a parcel: each leads to the case from then on, and a contact that is gone does not."""
    case = complete(cases, opened(cases, an_entry(tier="窗口直接办")))
    cases.escalate("hard", "公章丢了", by=LI, number=case.number)
    case = cases.find(case.number)
    case = cases.change_contact(case.number, case.version, a_contact(phone="13600136000"), by=LI)
    case = moved(cases, case, State.REVIEWING, State.DONE_AT_WINDOW, State.COLLECTED)
    cases.mail(case.number, case.version, [case.entries[0].id], Mailing("示例快递", "SL-7"), by=LI)
    for word in ("公章", "13600136000", "sl-7"):
        assert [one.number for one in cases.search(word)] == [case.number], word
    assert cases.search("13800138000") == ()


def test_queue_of_a_region_holds_what_it_handles_or_took_in(cases: Cases) -> None:
    """A county sees its own cases, those it took in for others, and those that are of no county yet."""
    own = opened(cases, code=None, region="真县")
    for_others = opened(cases, code=None, taken_in="真县")
    nowhere = opened(cases, code=None, region=None)
    opened(cases, code=None)
    assert [one.number for one in cases.queue(region="真县")] == [own.number, for_others.number, nowhere.number]
    assert len(cases.queue()) == 4


def test_handover_sheet_lists_what_was_submitted_that_day_by_department(cases: Cases, moment: Moment) -> None:
    """What is handed over today stands under its department; tomorrow's sheet is another."""
    case = moved(cases, complete(cases, opened(cases, an_entry(), an_entry("yancao"))), S.REVIEWING)
    food, tobacco = (entry.id for entry in case.entries)
    case = moved(cases, case, S.SUBMITTED, entries=(food,))
    moment.go_to(3, 3)
    moved(cases, case, S.SUBMITTED, S.IN_DEPARTMENT, entries=(tobacco,))
    for day, department, entry in ((2, "示例市市监局", food), (3, "示例市烟草专卖局", tobacco)):
        handed = cases.submitted(dt.date(2026, 3, day))
        assert {name: [e.id for one in found for e in one.entries] for name, found in handed.items()} == {
            department: [entry]
        }
    assert cases.submitted(dt.date(2026, 3, 4)) == {}
