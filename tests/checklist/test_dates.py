"""The dates of a checklist: what waits for what, what is known, and what is never said because nobody knows it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.checklist.calendar import WorkCalendar, from_the_library
from assistant.checklist.model import Checklist, EntryDates, Timeline
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.checklist.schedule import Span, Task, alongside, critical_path, scheduled
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import COUNTY, TOPICS, a_company_closing, a_guide, a_knowledge, a_procedure, a_profile, an_item
from tests.checklist.test_properties import profiles, served

MONDAY = dt.date(2026, 11, 23)
REGISTRY, SIMPLE, NOTICE, TAX, SOCIAL = (
    "gongsi-zhuxiao-dengji",
    "jianyi-zhuxiao",
    "qingsuan-gonggao",
    "shuiwu-zhuxiao",
    "shebao-zhuxiao",
)
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))


# ---- what is written ---------------------------------------------------------------------------------------------
def three_days(**facts: Any) -> m.Limit:
    """Three working days by a law that was read."""
    return m.Limit(**{"days": 3, "unit": "工作日", "sources": ("示例法 第一条",), "state": m.State.SOURCED, **facts})


def limited(*guide_ids: str, **facts: Any) -> dict[str, m.Guide]:
    """Guides whose offices have three working days."""
    return {i: a_guide(TOPICS.get(i, i), statutory_limit=three_days(**facts)) for i in guide_ids}


def known_kind(**facts: Any) -> dict[str, m.EnterpriseType]:
    """The 公司 of 示例市, its days of notice read in the law."""
    kind = a_knowledge().enterprise_types["gongsi"]
    return {kind.id: kind.model_copy(update={"state": m.State.SOURCED, **facts})}


def a_period(guide: str, **facts: Any) -> m.Period:
    """30 days of notice before, unless told otherwise."""
    written: dict[str, Any] = {"name": "提前告知", "days": 30, "unit": "日", "kind": "提前", "state": m.State.SOURCED}
    return m.Period(**{**written, "guide": guide, "sources": ("示例法 第二条",), **facts})


def with_periods(*periods: m.Period, **facts: Any) -> Knowledge:
    """A knowledge in which these periods are written."""
    knowledge = a_knowledge(enterprise_types=known_kind(), **facts)
    whole = knowledge.procedures["qiye-zhuxiao"].model_copy(update={"periods": periods})
    return a_knowledge(enterprise_types=known_kind(), procedures={"qiye-zhuxiao": whole}, **facts)


def listed(knowledge: Knowledge, profile: Profile, today: dt.date = MONDAY) -> tuple[Timeline, dict[str, EntryDates]]:
    """The dates of the whole list and of each entry."""
    checklist = make_checklist(knowledge, profile, today)
    assert checklist.timeline is not None
    return checklist.timeline, {entry.item.id: dates for entry in checklist.entries if (dates := entry.dates)}


# ---- by hand -----------------------------------------------------------------------------------------------------
def test_company_over_national_day() -> None:
    """Begun on 11 September 2026: the notice ends on 1 October, rolled to the 8th; the registry follows."""
    knowledge = a_knowledge(enterprise_types=known_kind(), guides=limited(TAX, REGISTRY))
    timeline, dates = listed(knowledge, a_company_closing(), dt.date(2026, 9, 11))
    assert (dates[SIMPLE].start, dates[SIMPLE].finish) == (dt.date(2026, 9, 11), dt.date(2026, 10, 8))
    assert (dates[TAX].finish, dates[TAX].by) == (dt.date(2026, 9, 11), dt.date(2026, 9, 16))
    assert (dates[REGISTRY].finish, dates[REGISTRY].by) == (dt.date(2026, 10, 9), dt.date(2026, 10, 13))
    assert [one.id for one in timeline.path] == [SIMPLE, REGISTRY]
    assert timeline.certain
    assert timeline.sentence == (
        "照9月11日开始办算，最快到10月9日能全部办完，卡在公示的20天。各家都用满期限的话，到10月13日。"
    )


def test_claims_over_spring_festival() -> None:
    """Begun on 5 January 2026: 45 days end on 19 February, rolled to the 24th; liquidation has no end that is known."""
    knowledge = a_knowledge(enterprise_types=known_kind(), guides=limited(TAX, REGISTRY))
    timeline, dates = listed(knowledge, a_company_closing(debts=True), dt.date(2026, 1, 5))
    assert dates[NOTICE].finish == dt.date(2026, 2, 24)
    assert (dates[REGISTRY].start, dates[REGISTRY].by) == (dt.date(2026, 2, 25), None)
    assert not timeline.certain
    assert "全部办完不早于2月25日，卡在债权申报的45天" in timeline.sentence
    assert "清算要多久看账，清完才能去销执照。" in timeline.notes


def test_licence_handed_in_on_the_eve_of_spring_festival() -> None:
    """13 February 2026, three working days: the worked Saturday, then 24 and 25."""
    knowledge = a_knowledge(guides=limited("shipin"))
    timeline, dates = listed(knowledge, a_profile("shipin"), dt.date(2026, 2, 13))
    assert (dates["shipin"].finish, dates["shipin"].by) == (dt.date(2026, 2, 13), dt.date(2026, 2, 25))
    assert timeline.sentence == "照2月13日开始办算，最快到2月13日能全部办完。各家都用满期限的话，到2月25日。"


# ---- what is not known stays unknown -----------------------------------------------------------------------------
def test_unknown_limit_gives_no_latest_date() -> None:
    """Without a limit there is no latest day, for this entry and for all that wait for it, and the list says so."""
    knowledge = a_knowledge(enterprise_types=known_kind(), guides=limited(REGISTRY))
    timeline, dates = listed(knowledge, a_company_closing())
    assert (dates[TAX].by, dates[REGISTRY].by, timeline.by) == (None, None, None)
    assert (dates[TAX].shown.finish, dates[TAX].shown.how) == ("要看窗口", "没查到几天办完")
    assert (dates[REGISTRY].shown.finish, dates[REGISTRY].shown.how) == ("不早于12月15日", "法定3个工作日")
    assert (dates[SIMPLE].shown.start, dates[SIMPLE].shown.finish) == ("11月23日发出", "12月14日")
    assert "税务注销几天办完没查到，要看窗口" in timeline.sentence
    assert "最快" not in timeline.sentence


@pytest.mark.parametrize(
    "limit",
    [three_days(state=m.State.OPEN), three_days(unit=None), three_days(whose="申请")],
    ids=["open", "no unit", "the owner's"],
)
def test_limit_in_doubt_is_not_counted(limit: m.Limit) -> None:
    """待核, without a unit or meant for the owner: none of them is the time an office takes."""
    knowledge = a_knowledge(guides={"shipin": a_guide("食品经营许可证", statutory_limit=limit)})
    assert listed(knowledge, a_profile("shipin"))[1]["shipin"].by is None


def test_promise_goes_before_the_law_where_it_is_confirmed() -> None:
    """The shorter promise counts, by its own name; one that is 待核 leaves the law's limit."""
    for state, whose, by in ((m.State.CONFIRMED, "承诺", 24), (m.State.OPEN, "法定", 26)):
        promised = m.Limit(days=1, unit="工作日", state=state, sources=("演示数据",))
        rule = m.LocalRule(region=COUNTY, item="shipin", promised_limit=promised)
        dates = listed(a_knowledge(guides=limited("shipin"), rules=[rule]), a_profile("shipin"))[1]["shipin"]
        assert (dates.limit, dates.by) == (whose, dt.date(2026, 11, by))


def test_days_of_notice_in_doubt_are_not_counted() -> None:
    """A type of enterprise whose rules are 待核 gives no day on which the notice is over."""
    knowledge = a_knowledge(enterprise_types=known_kind(state=m.State.OPEN), guides=limited(TAX, REGISTRY))
    timeline, dates = listed(knowledge, a_company_closing())
    assert dates[SIMPLE].waits is None
    assert timeline.sentence == "要不要公示、公告多少天还没定，全部办完的日子现在算不出。"


def test_open_path_waits_for_the_shorter_notice() -> None:
    """While nobody said whether there are debts, the registry is not before the shorter of the two."""
    knowledge = a_knowledge(enterprise_types=known_kind(), guides=limited(TAX, REGISTRY))
    timeline, dates = listed(knowledge, a_company_closing(debts=None))
    assert dates[REGISTRY].start == dt.date(2026, 12, 15)  # 20 days end on Sunday 13, rolled to 14
    assert (dates[REGISTRY].by, timeline.certain) == (None, False)
    assert "公示或公告（至少20天）" in timeline.sentence


def test_year_without_a_notice_is_told() -> None:
    """A list that runs into a year without its notice says so once; one that does not is silent."""
    knowledge = a_knowledge(enterprise_types=known_kind(), guides=limited(TAX, REGISTRY))
    told = [listed(knowledge, a_company_closing(debts=debts))[0].notes for debts in (True, False)]
    assert [sum("2027年的放假安排还没收进来" in note for note in notes) for notes in told] == [1, 0]


# ---- periods of the owner ----------------------------------------------------------------------------------------
def test_notice_before_runs_in_full() -> None:
    """30 days told before: told on Monday, handed in after the last of them, and its own limit only then."""
    knowledge = with_periods(a_period("shipin"), guides=limited("shipin"))
    timeline, dates = listed(knowledge, a_profile("shipin"))
    assert dates["shipin"].start == MONDAY
    assert dates["shipin"].finish == dt.date(2026, 12, 24)
    assert dates["shipin"].by == dt.date(2026, 12, 29)
    assert "卡在提前告知的30天" in timeline.sentence
    assert any("已经提前告知过的" in note for note in timeline.notes)


def test_notice_before_does_not_wait_for_other_entries() -> None:
    """The office is told at once, also where another licence has to go first."""
    knowledge = with_periods(a_period("shipin", days=5, unit="工作日"))
    between = a_procedure("xuke-shunxu", {"shipin": ["yancao"]})
    knowledge = a_knowledge(procedures={**knowledge.procedures, "xuke-shunxu": between})
    timeline, dates = listed(knowledge, a_profile("shipin", "yancao"))
    assert (dates["shipin"].start, dates["shipin"].finish) == (MONDAY, dt.date(2026, 12, 1))
    assert [one.id for one in timeline.path] == ["shipin"]


def test_period_in_doubt_is_not_counted() -> None:
    """A period that is 待核 moves nothing."""
    dates = listed(with_periods(a_period("shipin", state=m.State.OPEN)), a_profile("shipin"))[1]
    assert (dates["shipin"].waits, dates["shipin"].finish) == (None, MONDAY)


def test_deadline_counts_from_what_it_follows() -> None:
    """Within 30 days after the registry: 15 December and 30 days is 14 January, a Thursday."""
    period = a_period(SOCIAL, name="去销社保户", kind="最晚", since="qiye-zhuxiao-dengji")
    dates = listed(with_periods(period), a_company_closing(social_insurance=True))[1]
    assert dates[REGISTRY].finish == dt.date(2026, 12, 15)
    assert dates[SOCIAL].deadline == dt.date(2027, 1, 14)
    assert dates[SOCIAL].deadline_rule == (
        "公司注销登记办完起30天内去销社保户（照最快的日子算，最晚到2027年1月14日）。"
    )
    assert dates[TAX].deadline is None


def test_deadline_after_the_notice_names_the_public_system() -> None:
    """Who posts a notice has so many days after it; the system's own count goes before ours."""
    period = a_period("qiye-zhuxiao-dengji", name="去申请", days=20, kind="最晚", since=SIMPLE)
    dates = listed(with_periods(period), a_company_closing())[1]
    assert dates[REGISTRY].deadline == dt.date(2027, 1, 4)  # the notice ends on 14 December; 3 January is a Sunday
    assert "以公示系统显示的日子为准" in (dates[REGISTRY].deadline_rule or "")


def test_deadline_that_cannot_be_kept_has_no_day() -> None:
    """Where other things hold the registry up for longer, the rule is told without a day that would be wrong."""
    last = a_period("qiye-zhuxiao-dengji", name="去申请", days=20, kind="最晚", since=SIMPLE)
    held = an_item("ranqi", "燃气经营许可证")
    knowledge = with_periods(last, a_period("ranqi", days=90, unit="工作日"))
    between = a_procedure("xuke-shunxu", {"qiye-zhuxiao-dengji": ["ranqi"]})
    knowledge = a_knowledge(
        held, enterprise_types=known_kind(), procedures={**knowledge.procedures, "xuke-shunxu": between}
    )
    dates = listed(knowledge, a_company_closing("ranqi"))[1]
    assert dates[REGISTRY].deadline is None
    assert "20天内" in (dates[REGISTRY].deadline_rule or "")


def test_owner_s_limit_after_deregistration_is_a_deadline() -> None:
    """A licence reported after the registry has its last day from the guide."""
    item = an_item("renli", "人力资源服务许可证", after_deregistration=True)
    guide = a_guide("人力资源服务许可证", statutory_limit=three_days(days=15, unit="日", whose="申请"))
    knowledge = a_knowledge(item, enterprise_types=known_kind(), guides={"renli": guide})
    dates = listed(knowledge, a_company_closing("renli"))[1]["renli"]
    assert dates.deadline == dt.date(2026, 12, 30)
    assert dates.by is None


def test_meanwhile_names_what_can_be_done_while_waiting() -> None:
    """The notice runs; tax and licences are done meanwhile, the registry is not."""
    timeline, dates = listed(a_knowledge(enterprise_types=known_kind()), a_company_closing("shipin"))
    assert dates[SIMPLE].alongside == ("shipin", TAX)
    assert "等公示的20天，这中间可以同时办食品经营许可证、税务注销。" in timeline.notes


def test_phases_have_one_line_of_dates() -> None:
    """Each phase says when to go and when it is done, no more than is known."""
    knowledge = a_knowledge(enterprise_types=known_kind(), guides=limited("shipin"))
    lines = [phase.dates for phase in make_checklist(knowledge, a_company_closing("shipin"), MONDAY).phases]
    assert lines == [
        "最早11月23日开始办，最快11月23日、最晚11月26日办完。",
        "最早11月23日开始办；几天办完要看窗口。",
        "最早11月23日发出，12月14日等满。",
        "最早12月15日开始办；几天办完要看窗口。",
    ]


def test_empty_list_has_no_dates() -> None:
    """Nothing to do, nothing to count."""
    assert make_checklist(a_knowledge(), a_profile(), MONDAY).timeline is None


def test_checklist_issued_without_dates_can_still_be_read() -> None:
    """A list from before there were dates opens as it was."""
    checklist = make_checklist(a_knowledge(), a_profile("shipin"), MONDAY)
    stored = checklist.model_dump(mode="json", by_alias=True)
    del stored["timeline"]
    for phase in stored["phases"]:
        del phase["dates"]
        for entry in phase["entries"]:
            del entry["dates"]
    assert Checklist.model_validate(stored).timeline is None


# ---- whatever is written -----------------------------------------------------------------------------------------
@st.composite
def some_tasks(draw: st.DrawFn) -> list[Task]:
    """Up to seven tasks, each waiting for any before it."""
    units = st.sampled_from(["日", "工作日"])
    spans = st.none() | st.builds(Span, st.integers(1, 60), units, st.just("公示"), st.booleans())
    tasks: list[Task] = []
    for number in range(draw(st.integers(1, 7))):
        needs = tuple(one.id for one in tasks if draw(st.booleans()))
        runs = draw(spans) if draw(st.booleans()) else None
        before, limit = (None, None) if runs else (draw(spans), draw(spans))
        bounded = (runs or limit) is not None and draw(st.booleans())
        tasks.append(Task(f"t{number}", needs, before=before, runs=runs, limit=limit, bounded=bounded))
    return tasks


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(some_tasks(), DAYS)
def test_slots_keep_the_order_and_open_doors(tasks: list[Task], today: dt.date) -> None:
    """Nothing ends on a day off or before what it needs; the latest is never before the earliest."""
    calendar = from_the_library()
    slots = scheduled(tasks, calendar, today)
    for task in tasks:
        slot = slots[task.id]
        assert not calendar.is_off(slot.finish)
        assert today <= slot.start <= slot.finish
        assert slot.by is None or (slot.by >= slot.finish and not calendar.is_off(slot.by))
        assert (slot.by is None) == (not task.bounded or any(slots[need].by is None for need in task.needs))
        assert all(slot.finish >= slots[need].finish for need in task.needs)
    path = critical_path(slots)
    assert slots[path[-1]].finish == max(slot.finish for slot in slots.values())


@given(some_tasks(), DAYS, DAYS)
def test_holiday_never_makes_a_slot_earlier(tasks: list[Task], today: dt.date, holiday: dt.date) -> None:
    """One more day off delays everything or nothing."""
    fewer = from_the_library()
    more = WorkCalendar(fewer.days_off | {holiday}, fewer.worked, fewer.years)
    now, then = scheduled(tasks, fewer, today), scheduled(tasks, more, today)
    for one in now:
        assert then[one].finish >= now[one].finish
        assert then[one].start >= now[one].start
        assert (then[one].by or dt.date.max) >= (now[one].by or dt.date.min)


@given(some_tasks())
def test_alongside_is_mutual_and_never_waits(tasks: list[Task]) -> None:
    """Two tasks stand side by side or one waits for the other, never both."""
    beside = alongside(tasks)
    for task in tasks:
        assert not set(task.needs) & set(beside[task.id])
        assert all(task.id in beside[other] for other in beside[task.id])


@SLOW
@given(st.data(), st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31)))
def test_dates_hold_on_served_knowledge(data: st.DataObject, today: dt.date) -> None:
    """Whatever is told on whatever day: every entry has dates, and the list is not done before any of them."""
    checklist = make_checklist(served(), data.draw(profiles(served())), today)
    timeline = checklist.timeline
    assert (timeline is None) == (not checklist.entries)
    if timeline is None:
        return
    slots = [entry.dates for entry in checklist.entries if entry.dates is not None]
    assert len(slots) == len(checklist.entries)
    assert timeline.finish == max(slot.finish for slot in slots)
    assert timeline.certain == ("最快" in timeline.sentence)
    assert timeline.by is None or all(slot.by is not None and slot.by <= timeline.by for slot in slots)
    assert all(slot.deadline is None or slot.deadline >= slot.start for slot in slots)


def test_school_announces_six_months_before() -> None:
    """民办学校 must be announced six months before (民办教育促进法实施条例 第五十条): the list waits for it, in months."""
    for licence in ("minban-xuexiao-banxue", "minban-zhiye-peixun"):
        profile = a_profile(licence, enterprise_type="minfei", place=None, whole_or_licence_only="whole")
        timeline, dates = listed(served(), profile)
        assert (dates[licence].start, dates[licence].finish) == (MONDAY, dt.date(2027, 5, 25))
        assert dates[licence].waits == "提前公告的6个月"
        assert "全部办完不早于2027年5月25日，卡在提前公告的6个月" in timeline.sentence
        assert "已经提前公告过的，从那天算起，会更早。" in timeline.notes


def test_bus_line_is_told_thirty_days_before() -> None:
    """班线 that ends is told 30 days before, as its guide has it (道路旅客运输及客运站管理规定 第三十二条)."""
    dates = listed(served(), a_profile("daolu-keyun-banxian", place=None))[1]
    assert dates["daolu-keyun-banxian"].waits == "提前告知的30天"
