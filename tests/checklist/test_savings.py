"""What doing it together spares, and that it can be counted."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from assistant.checklist.model import Saving
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.knowledge import model as m
from tests.builders import COUNTY, a_guide, a_knowledge, a_material, a_profile, an_item

TODAY = dt.date(2026, 11, 21)
SHARED = m.SharedMaterial(id="shenfenzheng", name="身份证", form="原件和复印件", copies=1)


def saved(*rules: m.LocalRule, guides: dict[str, m.Guide] | None = None, **facts: Any) -> dict[str, tuple[int, int]]:
    """What is saved by whom: what → (alone, together)."""
    items = (an_item("shipin"), an_item("xiaocan"), an_item("yancao", department="yancaoju"))
    knowledge = a_knowledge(*items, guides=guides, shared=[SHARED], rules=rules)
    checklist = make_checklist(knowledge, a_profile("shipin", "xiaocan", "yancao", **facts), TODAY)
    return {saving.what: (saving.alone, saving.together) for saving in checklist.savings}


def guided(item: str) -> m.LocalRule:
    """The proxy window does not take this item in."""
    return m.LocalRule(region=COUNTY, item=item, tier=m.ProxyTier.GUIDED)


def test_trips_by_proxy_are_one() -> None:
    """The proxy window stands in for all departments: one trip, handing in and fetching once."""
    figures = saved(proxy="proxy")
    assert figures["跑动"] == (2, 1)
    assert figures["环节"] == (6, 2)


def test_trips_on_one_s_own_are_not_fewer() -> None:
    """Who goes himself goes to every department."""
    assert saved(proxy="self")["跑动"] == (2, 2)
    assert saved()["跑动"] == (2, 2)


def test_trips_to_a_department_outside_are_added() -> None:
    """What the proxy window only points the way to costs a trip of its own."""
    assert saved(guided("yancao"), proxy="proxy")["跑动"] == (2, 2)


def test_trips_never_exceed_going_alone() -> None:
    """A department visited anyway takes in its other papers too: the proxy window never adds a trip."""
    assert saved(guided("shipin"), guided("yancao"), proxy="proxy")["跑动"] == (2, 2)


def test_materials_are_counted_once_unless_each_entry_keeps_one() -> None:
    """A shared thing counts once, an application form as often as it is wanted, what is exempt not at all."""
    shared, form = a_material(shared="shenfenzheng"), a_material("申请表")
    held = a_material("营业执照", already_held=True)
    each = a_material(shared="shenfenzheng", kept_by_each=True)
    names = ("shipin", "xiaocan", "yancao")
    assert saved(guides={i: a_guide(f"{i}许可证", shared, form, held) for i in names})["材料"] == (6, 4)
    assert saved(guides={i: a_guide(f"{i}许可证", each) for i in names})["材料"] == (3, 3)


def test_savings_of_nothing_are_none() -> None:
    """Where there is nothing to do there is nothing to save."""
    assert make_checklist(a_knowledge(), a_profile(), TODAY).savings == ()


def test_each_figure_says_how_it_was_counted() -> None:
    """The numbers in the sentences are those of the figures; of days nothing is known here, and nothing is said."""
    items = (an_item("shipin"), an_item("yancao", department="yancaoju"))
    guides = {item.id: a_guide(item.name, a_material("许可证")) for item in items}
    knowledge = a_knowledge(*items, guides=guides)
    for way, own in (
        ("proxy", "全都自己跑2趟；专窗代办的只去专窗，一共1趟。"),
        ("self", "没选代办，按自己跑算，2趟。"),
    ):
        checklist = make_checklist(knowledge, a_profile("shipin", "yancao", proxy=way), TODAY)
        trips = len(checklist.trips)
        assert [saving.how_counted for saving in checklist.savings] == [
            "一件件单独办，各件的材料加起来2样；合在一起，同一样只带一次，是2样。免带的都没算。",
            f"一步一步数，每一步里一个地方算1趟；同一步里要等别的办完的，另算1趟。{own}",
            f"单独办，每件都要交一次、取一次，2件；合在一起，跑一趟交一次、取一次，{trips}趟。",
        ]


def test_materials_that_one_entry_waives_are_not_counted_for_it() -> None:
    """What one entry does without costs it nothing, alone or together, also where the others each keep one."""
    held = a_material(shared="shenfenzheng", already_held=True)
    wanted = a_material(shared="shenfenzheng", kept_by_each=True)
    names = ("shipin", "xiaocan", "yancao")
    for waives in (1, 2):
        guides = {i: a_guide(f"{i}许可证", held if at < waives else wanted) for at, i in enumerate(names)}
        assert saved(guides=guides)["材料"] == (3 - waives, 3 - waives)


def timed(*limits: m.Limit | None, profile: Profile | None = None, **shelves: Any) -> Saving | None:
    """The days saved by licences of which each has one of these limits."""
    names = ("shipin", "xiaocan", "yancao")[: len(limits)]
    guides = {i: a_guide(f"{i}许可证", statutory_limit=limit) for i, limit in zip(names, limits, strict=True)}
    knowledge = a_knowledge(*(an_item(i) for i in names), guides=guides, **shelves)
    checklist = make_checklist(knowledge, profile or a_profile(*names), dt.date(2026, 11, 23))
    return next((saving for saving in checklist.savings if saving.what == "天数"), None)


def within(days: int, unit: Literal["日", "工作日"] = "日") -> m.Limit:
    """A limit by a law that was read."""
    return m.Limit(days=days, unit=unit, sources=("示例法 第一条",), state=m.State.SOURCED)


def test_days_are_one_after_another_against_side_by_side() -> None:
    """7, 14 and 2 working days from a Monday: 7 + 14 + 2 one after another, the longest of them side by side."""
    saving = timed(within(7), within(14), within(2, "工作日"))
    assert saving is not None
    assert (saving.alone, saving.together) == (23, 14)
    assert saving.how_counted == "各家都用满期限：一件办完再办下一件，要23天；能同时办的同时办，14天。"


def test_days_of_what_nobody_knows_are_not_counted_and_told() -> None:
    """An office without a known limit counts as done on the spot, on both sides, and the list says how many there are."""
    saving = timed(within(7), None, None)
    assert saving is not None
    assert (saving.alone, saving.together) == (7, 7)
    assert saving.how_counted.endswith("没查到几天办完的2件，两边都按当天办完算。")


def test_days_without_any_known_length_are_not_shown() -> None:
    """Where nothing is known there is no figure."""
    assert timed(None, None) is None
    assert timed(within(0)) is None
    assert timed(within(1)) is not None


def test_days_of_notice_before_count_on_their_turn() -> None:
    """Told 30 days before: one after another the notice is given when its turn comes, side by side at once."""
    period = m.Period(
        guide="xiaocan",
        name="提前告知",
        days=28,
        unit="日",
        kind="提前",
        sources=("示例法 第二条",),
        state=m.State.SOURCED,
    )
    between = m.Procedure(id="xuke-shunxu", name="先后", periods=(period,))
    saving = timed(within(7), within(7), procedures={"xuke-shunxu": between})
    assert saving is not None
    assert (saving.alone, saving.together) == (7 + 28 + 1 + 7, 28 + 1 + 7)
