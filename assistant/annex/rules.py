"""What a row of the tiered or public list says of one item in one region: tier, level, limit, window, contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.annex.draft import CONFIRMED, OPEN, SOURCED, Draft, ordered, placed
from assistant.annex.headers import Field, Row, Table
from assistant.annex.privacy import landlines, office_of, scrubbed
from assistant.annex.values import PENDING, level_of, limit_of, tier_of
from assistant.annex.windows import window_for
from assistant.knowledge.model import Guide, Limit, LocalRule, ProxyTier, Region

CATALOG = "catalog.yaml"


def rule_values(draft: Draft, table: Table, row: Row, tiers: Mapping[str, ProxyTier]) -> dict[str, Any]:
    """The row's tier, level, limit and contact as the catalogue writes them; what could not be read is listed."""
    said: dict[str, Any] = {}
    name = row.get(Field.ITEM)
    tier_text, level_text = row.get(Field.TIER), row.get(Field.LEVEL)
    tier, level = tier_of(tier_text, tiers), level_of(level_text)
    if tier_text and tier is None and (level := level or level_of(tier_text)) is None:
        draft.unread.append(f"{_at(table, row)}“{name}”的分级写的是“{tier_text}”，不知道是哪一档，没有写进去")
    if level_text and level is None:
        tier = tier or tier_of(level_text)
        if tier is None:
            draft.unread.append(
                f"{_at(table, row)}“{name}”的发证层级写的是“{level_text}”，没认准是县、地区还是省，没有写进去"
            )
    if tier:
        said["分级"] = tier.value
    if level:
        said["发证层级"] = level
    if limit := limit_in(draft, table, row, Field.PROMISED):
        said["承诺时限"] = limit
    if contact := _contact(draft, row):
        said["联系人"] = contact
    return said


def limit_in(draft: Draft, table: Table, row: Row, which: Field) -> dict[str, Any] | None:
    """A time limit of the row with the annex as its source."""
    text = row.get(which)
    if not text or PENDING.search(text):
        return None
    read = limit_of(text, table.header(which))
    if read.problem:
        draft.unread.append(
            f"{_at(table, row)}“{row.get(Field.ITEM)}”的{which.value}写的是“{text}”：{read.problem}，没有写进去"
        )
        return None
    limit: dict[str, Any] = {"天数": read.days, "单位": read.unit}
    if read.text:
        limit["说明"] = scrubbed(read.text, draft.left_out)
    return draft.confirm(limit, Limit)


def _contact(draft: Draft, row: Row) -> dict[str, Any] | None:
    """Office and landline of the row."""
    phones = landlines(row.get(Field.PHONE), draft.left_out)
    if not phones:
        return None
    office = office_of(row.get(Field.OFFICE), [], draft.left_out)
    return {"科室": office or "咨询电话", "电话": phones[0], "状态": CONFIRMED}


def place_rule(draft: Draft, table: Table, row: Row, item: str, region: Region, tiers: Mapping[str, ProxyTier]) -> None:
    """Bring the region's rule for an item to what the row says."""
    said = rule_values(draft, table, row, tiers)
    rules: list[dict[str, Any]] = draft.doc(CATALOG).get("本地规定") or []
    rule = next((r for r in rules if (r["地区"], r["事项"]) == (region.id, item)), None)
    label = f"本地规定 › {region.name}·{draft.knowledge.name_of(item) if _known(draft, item) else row.get(Field.ITEM)}"
    window = window_for(draft, row, item, region, rule, label)
    if window:
        said["窗口"] = window
    if not said:
        return
    new = dict(rule or {"地区": region.id, "事项": item, "状态": OPEN})
    state = str(new.get("状态", OPEN))
    touched = confirmed = False
    for key in ("分级", "发证层级", "窗口", "承诺时限", "联系人"):
        if key not in said:
            continue
        old, value = new.get(key), said[key]
        if old is not None and _equal(old, value):
            confirmed = True
            if isinstance(old, dict) and old.get("状态") != CONFIRMED:
                new[key] = {**value, **old, **{k: value[k] for k in ("依据", "状态") if k in value}}
                draft.note(
                    CATALOG, f"{label} › {key}", old, old, (str(old.get("状态", OPEN)), CONFIRMED), "附件写的一样"
                )
                touched = True
            continue
        held = old.get("状态", OPEN) if isinstance(old, dict) else state
        if old is not None and held != OPEN and not draft.may_replace(f"{label} › {key}", old, value):
            continue
        new[key] = value
        touched = True
        draft.note(CATALOG, f"{label} › {key}", old, value, (str(held) if old else OPEN, CONFIRMED), _why(table, row))
    if not touched and not (confirmed and state != CONFIRMED):
        return
    unsaid = [k for k in ("分级", "发证层级", "窗口") if k in new and k not in said]
    if state != CONFIRMED and unsaid:
        draft.unread.append(f"{label}：附件没说{'、'.join(unsaid)}，这一条整条仍写{state}")
        new["依据"] = [*_sources(new), draft.source.id] if draft.source.id not in _sources(new) else _sources(new)
        new = ordered(new, LocalRule)
    else:
        if not touched:
            draft.note(CATALOG, label, "", "", (state, CONFIRMED), _why(table, row))
        new = draft.confirm(new, LocalRule)
    _store(draft, rules, rule, new)


def _store(draft: Draft, rules: list[dict[str, Any]], rule: dict[str, Any] | None, new: dict[str, Any]) -> None:
    """The rule where it was, or at the end of its region's rules."""
    if rule is None:
        at = max((i + 1 for i, r in enumerate(rules) if r["地区"] == new["地区"]), default=len(rules))
        rules.insert(at, new)
    else:
        rules[rules.index(rule)] = new
    draft.doc(CATALOG)["本地规定"] = rules


def place_statutory(draft: Draft, table: Table, row: Row, guide: str) -> None:
    """The statutory limit of a guide, which the law read so far outweighs until somebody says otherwise."""
    limit = limit_in(draft, table, row, Field.STATUTORY)
    file = f"guides/{guide}.yaml"
    doc = draft.doc(file) if limit else None
    if limit is None or doc is None:
        return
    old = doc.get("法定时限") or {}
    state = str(old.get("状态", OPEN))
    if _equal(old, limit):
        if state == CONFIRMED:
            return
        limit = draft.confirm(old, Limit)
    elif state in (SOURCED, CONFIRMED) and not draft.may_replace(f"{file} › 法定时限", old, limit):
        return
    placed(doc, "法定时限", limit, Guide)
    draft.note(file, "法定时限", old or None, limit, (state, CONFIRMED), _why(table, row))


def _equal(old: Any, new: Any) -> bool:
    """Whether two values say the same, whatever their sources and states."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = ("科室", "电话") if "科室" in new else ("天数", "单位")
        return all(str(old.get(k)) == str(new.get(k)) for k in keys)
    return str(old) == str(new)


def _sources(rule: dict[str, Any]) -> list[str]:
    value = rule.get("依据") or []
    return [value] if isinstance(value, str) else list(value)


def _known(draft: Draft, item: str) -> bool:
    return item in draft.knowledge.items or item in draft.knowledge.topics


def _at(table: Table, row: Row) -> str:
    return f"{table.where}第{row.number}行"


def _why(table: Table, row: Row) -> str:
    return f"附件{_at(table, row)}"
