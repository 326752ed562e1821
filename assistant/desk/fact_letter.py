"""The words of the letter (核对函) that asks a department to check what asks to be checked."""

from __future__ import annotations

import datetime as dt

from assistant.desk.stale import Asking, Office
from assistant.render.fact_letter import LetterWords

SENDER = "代办注销服务窗口"
NAMED = 8  # facts of one guide that are named


def words(office: Office, address: str, on: dt.date, until: dt.date) -> LetterWords:
    """What stands on the letter to a department."""
    return {
        "部门": office.name,
        "日期": _day(on),
        "截止": _day(until),
        "件数": len(office.asking),
        "窗口": SENDER,
        "网址": address,
        "要核的": [
            {"名称": name, "几条": len(asking), "哪些": _named(asking)} for name, asking in office.by_guide.items()
        ],
    }


def _named(asking: list[Asking]) -> str:
    labels = list(dict.fromkeys(one.fact.label for one in asking))
    return "；".join(labels[:NAMED]) + ("等" if len(labels) > NAMED else "")


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
