"""Which window a row sends people to: one that is known, or a new one; addresses and hours with their state."""

from __future__ import annotations

from typing import Any

from rapidfuzz import fuzz

from assistant.annex.draft import CONFIRMED, OPEN, Draft, ordered, placed
from assistant.annex.headers import Field, Row
from assistant.annex.privacy import LeftOut, landlines, scrubbed
from assistant.knowledge.model import Region, ServiceWindow
from assistant.text import compact

CATALOG = "catalog.yaml"


def window_for(
    draft: Draft, row: Row, item: str, region: Region, rule: dict[str, Any] | None, label: str
) -> str | None:
    """The id of the row's window, its address, telephone and hours brought up to date; None where it names none."""
    name = scrubbed(row.get(Field.WINDOW), draft.left_out)
    address = scrubbed(row.get(Field.ADDRESS).replace("\n", "；"), draft.left_out)
    hours = scrubbed(row.get(Field.HOURS).replace("\n", "；"), draft.left_out)
    if not (name or address):
        return None
    windows: list[dict[str, Any]] = draft.doc(CATALOG)["窗口"]
    department = _department(draft, item)
    chosen = _known(windows, name, address, region, department)
    if chosen is None and not address:
        draft.unread.append(f"{label}：窗口“{name}”没有地址，也不在窗口清单里，没有新建")
        return None
    held = (rule or {}).get("窗口")
    is_new = chosen is None
    new_id = chosen["编号"] if chosen else _new_id(windows, region, department)
    if (
        held
        and held != new_id
        and (rule or {}).get("状态") != OPEN
        and not draft.may_replace(f"{label} › 窗口", held, name or address)
    ):
        return None
    if chosen is None:
        title = name or _title(draft, region, department)
        chosen = {
            "编号": new_id,
            "名称": title,
            "地区": region.id,
            "部门": department,
            "热线": _hotline(draft, department),
        }
        windows.append(chosen)
        draft.note(CATALOG, f"窗口 › {title}", None, title, (OPEN, OPEN), "附件写了这个窗口，目录里还没有")
    phones = landlines(row.get(Field.PHONE), LeftOut())  # counted where the rule takes its number
    said = {"地址": address, "办公时间": hours, "电话": phones[0] if phones else ""}
    _fill(draft, chosen, {k: v for k, v in said.items() if v}, is_new=is_new)
    return new_id


def _fill(draft: Draft, window: dict[str, Any], said: dict[str, str], *, is_new: bool) -> None:
    """Address, hours and telephone of a window: 已核 only when all three are known."""
    state = str(window.get("状态", OPEN))
    touched = is_new
    whole = all(said.get(key) or window.get(key) for key in ("地址", "办公时间", "电话"))
    after = CONFIRMED if whole else OPEN
    for key, value in said.items():
        old = window.get(key)
        if old is not None and compact(str(old)) == compact(value):
            continue
        if old is not None and key == "电话":
            continue  # one window, several offices: the number of each item is with its rule
        if old is not None and state != OPEN and not draft.may_replace(f"窗口 › {window['名称']} › {key}", old, value):
            continue
        placed(window, key, value, ServiceWindow)
        draft.note(
            CATALOG,
            f"窗口 › {window['名称']} › {key}",
            old,
            value,
            (state, after),
            "附件写明" if after == CONFIRMED else "附件写明；三样没写全，窗口仍为待核",
        )
        touched = True
    if not touched:
        return
    for key, value in draft.confirm(dict(window), ServiceWindow).items():
        if key in ("依据", "核对日期"):
            placed(window, key, value, ServiceWindow)
    placed(window, "状态", after, ServiceWindow)
    if is_new:
        fresh = ordered(dict(window), ServiceWindow)
        window.clear()
        window.update(fresh)


def _known(
    windows: list[dict[str, Any]], name: str, address: str, region: Region, department: str
) -> dict[str, Any] | None:
    """The window that the words mean, among those of the region."""
    here = [w for w in windows if w["地区"] == region.id]
    if _is_proxy(name):
        return next((w for w in here if str(w.get("代办专窗")) == "true"), None)
    same_place = [w for w in here if address and compact(str(w.get("地址", ""))) == compact(address)]
    own = [w for w in same_place if w["部门"] == department]
    if not name:
        free = [w for w in here if w["部门"] == department and "地址" not in w and str(w.get("代办专窗")) != "true"]
        return next(iter([*own, *free]), None)
    named = [w for w in here if fuzz.ratio(compact(name), compact(str(w["名称"]))) >= 88]
    fitting = [w for w in named if not address or "地址" not in w or w in same_place]
    return next(iter([*fitting, *named]), None)


def _is_proxy(name: str) -> bool:
    plain = compact(name)
    return "代办" in plain and ("专窗" in plain or "窗口" in plain)


def _department(draft: Draft, item: str) -> str:
    entries = [*draft.doc(CATALOG)["事项"], *draft.doc(CATALOG)["其他指南"]]
    return next((e["部门"] for e in entries if e["编号"] == item and e.get("部门")), "shijianju")


def _hotline(draft: Draft, department: str) -> str:
    known = draft.knowledge.departments.get(department)
    return known.hotline if known else "12345"


def _title(draft: Draft, region: Region, department: str) -> str:
    """A name for a window that the annex gives only an address for."""
    known = draft.knowledge.departments.get(department)
    name = known.name if known else "办事"
    return f"{region.name}{name.removeprefix('地区')}窗口" if region.level == "县" else f"{name}窗口"


def _new_id(windows: list[dict[str, Any]], region: Region, department: str) -> str:
    """An id that no window has yet."""
    stem = f"chuangkou-{department}" if region.level == "地区" else f"chuangkou-{region.id}-{department}"
    taken = {w["编号"] for w in windows}
    count = 1
    while (candidate := stem if count == 1 else f"{stem}-{count}") in taken:
        count += 1
    return candidate
