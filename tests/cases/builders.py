"""What tests of cases build: files of fictional enterprises at the window of 示例县."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assistant.cases.model import Actor, Case, Contact, Limit
from assistant.cases.opening import NewCase, NewEntry, NewMaterial
from assistant.cases.states import Role, State
from assistant.cases.store import Cases
from assistant.db import now
from assistant.timezone import CHINA

LI = Actor("李四", Role.CLERK, "lisi")
WANG = Actor("王五", Role.CLERK, "wangwu")
ZHAO = Actor("赵六", Role.HEAD, "zhaoliu")
TOBACCO = Actor("示例市烟草专卖局", Role.DEPARTMENT)
CODE = "91350100M000100Y43"  # the example of GB 32100-2015
OTHER_CODE = "91110000600037341L"
FIVE_DAYS = Limit(5, "工作日", "承诺")


class Moment:
    """What time it is, for the store."""

    def __init__(self) -> None:
        self.at = dt.datetime(2026, 3, 2, 9, tzinfo=CHINA)

    def __call__(self) -> dt.datetime:
        """A little later every time."""
        self.at += dt.timedelta(seconds=1)
        return self.at.astimezone(dt.UTC)

    def go_to(self, month: int, day: int, hour: int = 9) -> None:
        """To a day of 2026."""
        self.at = dt.datetime(2026, month, day, hour, tzinfo=CHINA)


def a_contact(**facts: Any) -> Contact:
    """张三, who consented."""
    return Contact(**{"name": "张三", "phone": "13800138000", "consented_at": now()} | facts)


def an_entry(item: str = "shipin", **facts: Any) -> NewEntry:
    """An entry that the window hands on, with a promise of five working days."""
    names = {"shipin": "食品经营许可证", "yancao": "烟草专卖零售许可证"}
    told = {
        "item": item,
        "name": names.get(item, item),
        "way": "proxy",
        "tier": "窗口代收代交",
        "department": "示例市烟草专卖局" if item == "yancao" else "示例市市监局",
        "limit": FIVE_DAYS,
    }
    return NewEntry(**told | facts)


def a_new_case(*entries: NewEntry, **facts: Any) -> NewCase:
    """A food shop's case with one entry and two materials, unless told otherwise."""
    held = entries or (an_entry(),)
    items = tuple(entry.item for entry in held)
    told: dict[str, Any] = {
        "enterprise": "示例县一家食杂店",
        "code": CODE,
        "contact": a_contact(),
        "region": "示例县",
        "entries": held,
        "materials": (
            NewMaterial("shenfenzheng", "身份证", items, "复印件", 1),
            NewMaterial("zhuxiao-shenqing", "注销申请书", items, "原件", 1, each=True),
        ),
    }
    return NewCase(**told | facts)


def opened(cases: Cases, *entries: NewEntry, by: Actor = LI, **facts: Any) -> Case:
    """A case that was just taken in."""
    return cases.open(a_new_case(*entries, **facts), by=by)


def moved(cases: Cases, case: Case, *states: State, by: Actor = LI, entries: tuple[int, ...] = ()) -> Case:
    """The case after its entries (or these) went through some states."""
    ids = entries or tuple(entry.id for entry in case.entries)
    for state in states:
        case = cases.move(case.number, case.version, ids, state, by=by)
    return case


def complete(cases: Cases, case: Case, by: Actor = LI) -> Case:
    """The case with all materials handed in."""
    lacking = {one.id: ("原件", 1) for one in case.materials if not one.here}
    return cases.receive(case.number, case.version, lacking, by=by)
