"""What doing it together spares, and that it can be counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assistant.checklist.plan import make_checklist
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
