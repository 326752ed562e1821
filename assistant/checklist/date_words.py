"""The sentences about dates: plain, and never more certain than what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

NOTICE, CLAIMS, EITHER = "公示", "债权申报", "公示或公告"
LIQUIDATION = "清算要多久看账，清完才能去销执照。"
COUNTED = (
    "最快的日子：公示、公告、提前告知的日子都等满，别的按材料齐、当场办算。"
    "最晚的日子：各家都用满期限。最后一天碰上放假，顺延到上班那天。"
)
TOLD_BEFORE = "已经{name}过的，从那天算起，会更早。"
POSTED, BEFORE = "发出", "提前"
BY_THE_SYSTEM = "以公示系统显示的日子为准。"
_SHOWN = 3  # names in a sentence
_UNITS = {"日": "天", "工作日": "个工作日", "月": "个月"}


def day(date: dt.date, today: dt.date) -> str:
    """12月14日, with the year where it is another one."""
    year = f"{date.year}年" if date.year != today.year else ""
    return f"{year}{date.month}月{date.day}日"


def length(days: int, unit: str) -> str:
    """20天, 3个工作日, 6个月."""
    return f"{days}{_UNITS[unit]}"


def of_the(name: str, days: int, unit: str, *, at_least: bool = False) -> str:
    """公示的20天；公示或公告（至少20天）."""
    return f"{name}（至少{length(days, unit)}）" if at_least else f"{name}的{length(days, unit)}"


def listed(names: Sequence[str]) -> str:
    """甲、乙、丙等5件."""
    return "、".join(names[:_SHOWN]) + (f"等{len(names)}件" if len(names) > _SHOWN else "")


def whole(
    today: dt.date,
    finish: dt.date,
    by: dt.date | None,
    *,
    waits: Sequence[str],
    unknown: Sequence[str],
    undecided: bool,
) -> str:
    """When everything can be finished, and what holds it up; without `by` only what it cannot be earlier than."""
    counted, last = f"照{day(today, today)}开始办算", day(finish, today)
    held_up = f"，卡在{'和'.join(waits)}" if waits else ""
    if by is not None:
        by_limit = f"各家都用满期限的话，到{day(by, today)}。" if by != finish else ""
        return f"{counted}，最快到{last}能全部办完{held_up}。{by_limit}"
    open_ = f"{listed(unknown)}几天办完没查到，要看窗口。" if unknown else ""
    if waits:
        later = "要不要公示、公告还没定，要的话还会更晚。" if undecided else ""
        return f"{counted}，全部办完不早于{last}{held_up}。{later}{open_}"
    if undecided:
        return f"要不要公示、公告多少天还没定，全部办完的日子现在算不出。{open_}"
    return f"没有要等满日子的。{open_}" if open_ else "没有要等满日子的，几天能全部办完要看窗口。"


def days_counted(alone: int, together: int, *, uncounted: int) -> str:
    """How the days saved were counted."""
    unknown = f"没查到几天办完的{uncounted}件，两边都按当天办完算。" if uncounted else ""
    return f"各家都用满期限：一件办完再办下一件，要{alone}天；能同时办的同时办，{together}天。{unknown}"


def meanwhile(wait: str, names: Sequence[str]) -> str:
    """What can be done while a period runs."""
    return f"等{wait}，这中间可以同时办{listed(names)}。"


def announced(today: dt.date, start: dt.date, finish: dt.date | None) -> str:
    """The dates of an announcement; `finish` is null where nobody knows how long it stands."""
    first = f"最早{day(start, today)}发出"
    return f"{first}，{day(finish, today)}等满。" if finish else f"{first}；要等几天还没核实，先问登记窗口。"


def phase(today: dt.date, start: dt.date, finish: dt.date, by: dt.date | None) -> str:
    """The dates of one phase in one line; `by` is null where a limit in it is not known."""
    first, last = day(start, today), day(finish, today)
    if by is None:
        later = f"，办完不早于{last}" if finish > start else ""
        return f"最早{first}开始办{later}；几天办完要看窗口。"
    if by == finish:
        return f"最早{first}开始办，{last}办完。"
    return f"最早{first}开始办，最快{last}、最晚{day(by, today)}办完。"


def after(name: str, days: int, unit: str, to_do: str | None, deadline: dt.date | None, today: dt.date) -> str:
    """公司注销登记办完起30天内去销社保户（照最快的日子算，最晚到2027年1月13日）。"""
    on = f"（照最快的日子算，最晚到{day(deadline, today)}）" if deadline else ""
    return f"{name}起{length(days, unit)}内{to_do or '来办'}{on}。"


def expired(name: str) -> str:
    """公示期满."""
    return f"{name}期满"


def done(name: str) -> str:
    """公司注销登记办完."""
    return f"{name}办完"


def weekends_only(years: Sequence[int]) -> str:
    """What a calendar without the notice of a year cannot know."""
    named = "、".join(f"{year}年" for year in years)
    return f"{named}的放假安排还没收进来，{named}的日子只除去了周六周日，碰上放假还要往后顺延。"


def row(today: dt.date, start: dt.date, finish: dt.date, by: dt.date | None, *, open_: bool) -> str:
    """When one entry is done, in the narrow column of a table; `open_` where its office has no known limit."""
    if by is None:
        return "要看窗口" if open_ and finish == start else f"不早于{day(finish, today)}"
    return day(finish, today) if by == finish else f"{day(finish, today)}到{day(by, today)}"


def how(
    waits: str | None, whose: str | None, days: int, unit: str, deadline: dt.date | None, today: dt.date, *, open_: bool
) -> str:
    """By what the dates of one entry were counted."""
    limit = f"{whose}{length(days, unit)}" if whose else "没查到几天办完" if open_ else ""
    last = f"最晚{day(deadline, today)}去办" if deadline else ""
    return "；".join(part for part in (f"等{waits}" if waits else "", limit, last) if part)
