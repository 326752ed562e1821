"""The commonest changes as fields of a form, written into the YAML where they belong; every other line stays as it is."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from assistant.annex.draft import placed
from assistant.annex.splice import as_read, base_load, spliced
from assistant.errors import NotFound, Refused
from assistant.knowledge.model import Contact, ServiceWindow, State

CATALOGS = ("catalog.yaml", "demo/catalog.yaml")  # where windows are; departments are in the first
WINDOW_FIELDS = ("大厅", "地址", "办公时间", "电话", "热线")
_NEEDED = ("地址", "办公时间", "电话")  # of a window that is not 待核


def rewritten(text: str, change: Callable[[Any], None]) -> str:
    """The text of a file after `change` was made to its data in place; comments and order stay."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    plain = text.removeprefix(mark)
    old = base_load(plain)
    if old is None:
        raise Refused("这个文件的格式有错，读不了，请先在文字里改好。")
    new = copy.deepcopy(old)
    change(new)
    return text if as_read(new) == old else mark + spliced(plain, old, new)


def windows_in(text: str) -> dict[str, dict[str, Any]]:
    """The windows of a catalogue, by id, with the keys as written."""
    data = base_load(text.removeprefix("\ufeff"))
    listed = data.get("窗口") if isinstance(data, dict) else None
    return {str(one["编号"]): one for one in listed or () if isinstance(one, dict) and "编号" in one}


def changed_window(
    text: str,
    own: str,
    values: Mapping[str, str | None],
    *,
    source: str | None = None,
    checked_on: dt.date | None = None,
) -> str:
    """A catalogue in which a window has these values ("" takes one away).

    With a source and the day it was asked, the window is 已核 by it (Refused where something is still missing);
    without, what changed is nobody's word yet, and the window is 待核.
    """
    unknown = values.keys() - set(WINDOW_FIELDS)
    if unknown:
        raise Refused(f"窗口没有“{min(unknown)}”这一栏。")

    def change(data: Any) -> None:
        window = next((one for one in data["窗口"] if one.get("编号") == own), None)
        if window is None:
            raise NotFound(f"没有“{own}”这个窗口。")
        if not _put(window, values, ServiceWindow) and source is None:
            return
        if source is None:
            placed(window, "状态", State.OPEN.value, ServiceWindow)
            window.pop("核对日期", None)
            return
        missing = [key for key in _NEEDED if not window.get(key)]
        if missing:
            raise Refused(f"还缺{'、'.join(missing)}，三样都核过才能写“已核”。")
        if checked_on is None:
            raise Refused("写“已核”要写哪天核的。")
        _cite(window, source, ServiceWindow)
        placed(window, "状态", State.CONFIRMED.value, ServiceWindow)
        placed(window, "核对日期", checked_on.isoformat(), ServiceWindow)

    if own not in windows_in(text):
        raise NotFound(f"没有“{own}”这个窗口。")
    return rewritten(text, change)


def changed_contact(text: str, department: str, office: str, phone: str | None, *, confirmed: bool = False) -> str:
    """A catalogue in which an office of a department has this landline; None takes the office away, a new one is added."""

    def change(data: Any) -> None:
        one = next((one for one in data["部门"] if one.get("编号") == department), None)
        if one is None:
            raise NotFound(f"没有“{department}”这个部门。")
        offices = one.get("联系人") or []
        offices = [offices] if isinstance(offices, dict) else offices
        known = next((each for each in offices if each.get("科室") == office), None)
        if phone is None:
            offices = [each for each in offices if each is not known]
        elif known is None:
            offices = [*offices, {"科室": office, "电话": phone, "状态": _state(confirmed)}]
        elif _put(known, {"电话": phone}, Contact) or confirmed:
            placed(known, "状态", _state(confirmed), Contact)
        one.pop("联系人", None) if not offices else one.update({"联系人": offices})

    return rewritten(text, change)


def _state(confirmed: bool) -> str:
    return (State.CONFIRMED if confirmed else State.OPEN).value


def _put(element: dict[str, Any], values: Mapping[str, str | None], model: type[BaseModel]) -> bool:
    """Write the values in; whether that changed anything."""
    before = dict(element)
    for key, value in values.items():
        plain = " ".join((value or "").split())
        if plain:
            placed(element, key, plain, model)
        else:
            element.pop(key, None)
    return element != before


def _cite(element: dict[str, Any], source: str, model: type[BaseModel]) -> None:
    cited = element.get("依据") or []
    kept = [cited] if isinstance(cited, str) else list(cited)
    placed(element, "依据", [*(one for one in kept if one != source), source], model)
