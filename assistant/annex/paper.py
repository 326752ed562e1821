"""What goes onto paper: the tiered list and the guides as rows of words, everything unconfirmed marked 【待核】 or 【有出处】.

The words are those that `read_tables` reads, so that a signed and corrected export can be imported again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.errors import NotFound
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

PENDING = "【待核】"
HINT = "标【待核】的还没有核实，标【有出处】的读过法律或文件、部门还没确认。核对改好后，请删去标记。"
LIST_HEADERS = (
    "序号",
    "部门",
    "事项名称",
    "证照名称",
    "代办层级",
    "发证层级",
    "承诺时限",
    "办理窗口",
    "咨询电话",
    "状态",
)
GUIDE_HEADERS = (
    "序号", "部门", "事项名称", "谁来办", "什么时候必须办", "申请材料", "办理流程", "法定时限", "收费", "办理结果", "网上办理",
)  # fmt: skip


@dataclass(frozen=True)
class ListRow:
    """One item of the tiered list, in the order of LIST_HEADERS."""

    item: m.LicenceItem
    department: str
    cells: tuple[str, ...]


def region_named(knowledge: Knowledge, region: str | None) -> m.Region:
    """The region by id or name; the prefecture where none is named."""
    regions = [r for r in knowledge.regions.values() if not r.demo or region == r.id]
    for candidate in regions:
        if region in (candidate.id, candidate.name) or (region is None and candidate.level == "地区"):
            return candidate
    raise NotFound(f"没有“{region}”这个地区，只能是{'、'.join(r.name for r in regions)}")


def list_rows(knowledge: Knowledge, region: m.Region) -> Iterator[ListRow]:
    """The tiered list of a region; what its county has not settled is as the prefecture settled it."""
    number = 0
    for department in knowledge.departments.values():
        for item in knowledge.items_of(department.id):
            number += 1
            rule = knowledge.local_rules.get((region.id, item.id)) or knowledge.local_rules.get(
                (region.parent or "", item.id)
            )
            window = knowledge.windows.get(rule.window) if rule and rule.window else None
            contact = rule.contact if rule else None
            tier, level = (rule.tier if rule else None) or item.tier, (rule.level if rule else None) or item.level
            known = rule.state if rule else m.State.OPEN
            cells = (
                str(number),
                department.name,
                item.name,
                item.certificate or "",
                tier.value if tier else PENDING,
                {"县": "县级", "地区": "地区级", "省": "省级"}[level] if level else PENDING,
                _limit(rule.promised_limit) if rule and rule.promised_limit else PENDING,
                window.name if window else PENDING,
                contact.phone if contact and contact.phone else PENDING,
                known.value,
            )
            yield ListRow(item, department.name, cells)


def guide_cells(knowledge: Knowledge, guide_id: str) -> dict[str, str]:
    """The parts of one guide by GUIDE_HEADERS (without number, department and name); empty parts are left out."""
    guide = knowledge.guides[guide_id]
    parts = {
        "谁来办": _lines(_fact(f) for f in guide.who),
        "什么时候必须办": _lines(_fact(f) for f in guide.when),
        "申请材料": _lines(_material(knowledge.material(entry)) for entry in guide.materials),
        "办理流程": _lines(f"{step.text}{_mark(step.state)}" for step in guide.steps),
        "法定时限": _limit(guide.statutory_limit) if guide.statutory_limit else PENDING,
        "收费": _lines(_fact(f) for f in guide.fee or knowledge.general.fee),
        "办理结果": _lines(_fact(f) for f in guide.result or knowledge.general.result),
        "网上办理": _lines(_fact(f) for f in guide.online or knowledge.general.online),
    }
    return {key: text for key, text in parts.items() if text}


def _lines(texts: Iterable[str]) -> str:
    """One line a point, numbered where there are several."""
    lines = list(texts)
    return (
        lines[0]
        if len(lines) == 1 and "；" not in lines[0]
        else "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1))
    )


def _mark(state: m.State) -> str:
    """What the department has not confirmed carries its state; taking the mark away confirms it."""
    return "" if state is m.State.CONFIRMED else f"【{state.value}】"


def _fact(fact: m.Fact) -> str:
    return f"{fact.text or ''}{_mark(fact.state)}"


def _material(material: m.Material) -> str:
    """`营业执照（复印件1份）：说明【待核】`."""
    form = f"{material.form or ''}{f'{material.copies}份' if material.copies else ''}"
    name = f"{material.name}（{form}）" if form else str(material.name)
    return f"{name}{f'：{material.note}' if material.note else ''}{_mark(material.state)}"


def _limit(limit: m.Limit) -> str:
    if limit.days is None:
        return f"{limit.text or ''}{_mark(limit.state)}" or PENDING
    if limit.days == 0:
        return f"当场办结{_mark(limit.state)}"
    days = f"{limit.days}个工作日" if limit.unit == "工作日" else f"{limit.days}日"
    return f"{days}{f'（{limit.text}）' if limit.text else ''}{_mark(limit.state)}"
