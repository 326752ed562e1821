"""How much is known: per element and per department in three columns, 已核 / 有出处 / 待核.

An element counts by its weakest fact: where one of its facts is 待核, or where nothing is written at all, it is 待核,
and 待核 never counts as covered. Where a guide has nothing of its own, knowledge/general.yaml speaks for it.
The fictional 示例市 counts for nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from unicodedata import east_asian_width

from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

COLUMNS = (m.State.CONFIRMED, m.State.SOURCED, m.State.OPEN)
OTHERS = "其他（不归二十四家）"
States = Iterable[m.State]


@dataclass(frozen=True)
class Row:
    """How many guides have an element in each state, or how many elements a department has."""

    name: str
    confirmed: int
    sourced: int
    open: int
    nothing: int = 0  # of `open`: not a word is written

    @property
    def covered(self) -> float:
        """The share that somebody can rely on."""
        total = self.confirmed + self.sourced + self.open
        return (self.confirmed + self.sourced) / total if total else 0.0


@dataclass(frozen=True)
class Coverage:
    """The two tables, and how far each guide is."""

    items: int
    guides: int
    elements: tuple[Row, ...]  # over the licence items
    departments: tuple[Row, ...]  # items and topics, all elements
    by_guide: dict[str, dict[str, m.State | None]]  # None: not a word


def coverage(knowledge: Knowledge) -> Coverage:
    """The coverage of everything that is published."""
    real = _Real(knowledge)
    by_guide = {
        guide_id: {name: _weakest(states(real, guide_id, guide)) for name, states in ELEMENTS.items()}
        for guide_id, guide in knowledge.guides.items()
    }
    of_items = [states for guide_id, states in by_guide.items() if knowledge.is_item(guide_id)]
    by_department: dict[str, list[m.State | None]] = {d.name: [] for d in knowledge.departments.values()}
    for guide_id, states in by_guide.items():
        department = knowledge.department_of(guide_id)
        by_department.setdefault(department.name if department else OTHERS, []).extend(states.values())
    return Coverage(
        items=len(of_items),
        guides=len(by_guide),
        elements=tuple(_row(name, [states[name] for states in of_items]) for name in ELEMENTS),
        departments=tuple(_row(name, states) for name, states in by_department.items()),
        by_guide=by_guide,
    )


def _row(name: str, states: list[m.State | None]) -> Row:
    counted = Counter(state or m.State.OPEN for state in states)
    confirmed, sourced, unsure = (counted[column] for column in COLUMNS)
    return Row(name, confirmed, sourced, unsure, nothing=states.count(None))


def _weakest(states: States) -> m.State | None:
    return max(states, key=COLUMNS.index, default=None)


class _Real:
    """The knowledge without what is fictional."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.general = knowledge.general
        regions = {region.id for region in knowledge.regions.values() if not region.demo}
        self.windows = [w for w in knowledge.windows.values() if w.region in regions]
        self.rules: dict[str, list[m.LocalRule]] = {}
        for rule in knowledge.local_rules.values():
            if rule.region in regions:
                self.rules.setdefault(rule.item, []).append(rule)
        self.counties = sum(1 for r in knowledge.regions.values() if not r.demo and r.level == "县")

    def doors(self, guide_id: str) -> list[m.ServiceWindow]:
        """The windows where something is handed in: those that rules name, or all that may be meant."""
        named = {rule.window for rule in self.rules.get(guide_id, ()) if rule.window}
        if named:
            return [window for window in self.windows if window.id in named]
        department = self.knowledge.department_of(guide_id)
        own = [w for w in self.windows if department and w.department == department.id and not w.proxy]
        return [*own, *(w for w in self.windows if w.proxy and self.knowledge.is_item(guide_id))]


def _facts(own: m.Facts, general: m.Facts = ()) -> list[m.State]:
    return [fact.state for fact in (own or general) if fact.text]


def _basis(real: _Real, guide_id: str, guide: m.Guide) -> States:
    """设定依据: the best single fact that cites an article of a law that was read."""
    facts = (*guide.nature, *guide.who, *guide.when, *guide.where, *guide.consequences)
    cited = [
        fact.state
        for fact in facts
        for source in fact.sources
        if " " in source and real.knowledge.sources[source.split(" ")[0]].read
    ]
    return [min(cited, key=COLUMNS.index)] if cited else []


def _conditions(real: _Real, guide_id: str, guide: m.Guide) -> States:
    """受理条件: who may come, and when."""
    return [*_facts(guide.who, real.general.who), *_facts(guide.when, real.general.when)]


def _materials(real: _Real, guide_id: str, guide: m.Guide) -> States:
    return [real.knowledge.material(material).state for material in guide.materials]


def _steps(real: _Real, guide_id: str, guide: m.Guide) -> States:
    return [step.state for step in guide.steps]


def _time(real: _Real, guide_id: str, guide: m.Guide) -> States:
    """办结时限: what every county promises, or else the law's limit on the office, or else the general answer."""
    rules = [rule for rule in real.rules.get(guide_id, ()) if rule.promised_limit]
    promised = [rule.promised_limit.state for rule in rules if rule.promised_limit]
    everywhere = any(real.knowledge.regions[rule.region].level == "地区" for rule in rules)
    if promised and (everywhere or len(promised) >= real.counties):
        return promised
    limit = guide.statutory_limit
    if limit and limit.whose == "办结" and (limit.days is not None or limit.text):
        told = limit.days is not None or limit.state is m.State.CONFIRMED  # "the law says nothing" tells no limit
        return [limit.state if told else m.State.OPEN]
    return _facts(real.general.time)


def _place(real: _Real, guide_id: str, guide: m.Guide) -> States:
    """办理地点: an address and hours, not just the name of an office."""
    doors = real.doors(guide_id)
    return [door.state if door.address and door.hours else m.State.OPEN for door in doors]


def _contact(real: _Real, guide_id: str, guide: m.Guide) -> States:
    """联系方式: an office with its landline; a national hotline alone is not enough."""
    offices = [rule.contact for rule in real.rules.get(guide_id, ()) if rule.contact]
    department = real.knowledge.department_of(guide_id)
    offices += department.contacts if department and not offices else ()
    doors = [door.state if door.phone else m.State.OPEN for door in real.doors(guide_id)]
    return [office.state if office.phone else m.State.OPEN for office in offices] or doors


ELEMENTS: dict[str, Callable[[_Real, str, m.Guide], States]] = {
    "设定依据": _basis,
    "受理条件": _conditions,
    "申请材料": _materials,
    "办理流程": _steps,
    "办结时限": _time,
    "收费标准": lambda real, _, guide: _facts(guide.fee, real.general.fee),
    "办理地点": _place,
    "联系方式": _contact,
    "结果": lambda real, _, guide: _facts(guide.result, real.general.result),
    "办的是什么": lambda real, _, guide: _facts(guide.nature),
    "先去哪个门": lambda real, _, guide: _facts(guide.where, real.general.where),
    "能不能代办": lambda real, _, guide: _facts(guide.proxy, real.general.proxy),
    "网上能不能办": lambda real, _, guide: _facts(guide.online, real.general.online),
    "不办会怎样": lambda real, _, guide: _facts(guide.consequences, real.general.consequences),
    "常见问题": lambda real, _, guide: [question.state for question in guide.faq],
}


def as_text(found: Coverage) -> str:
    """Two tables for the terminal."""
    heads = ("已核", "有出处", "待核", "其中没写", "靠得住")
    lines = [f"{found.items} 个事项，{found.guides} 份指南。一项里有一条待核，就算待核。", ""]
    for title, rows in (
        (f"要素（{found.items} 个事项）", found.elements),
        ("部门（每份指南每个要素算一格）", found.departments),
    ):
        width = max(_width(title), *(_width(row.name) for row in rows))
        lines.append(_padded(title, width) + "".join(" " * (10 - _width(head)) + head for head in heads))
        for row in rows:
            numbers = (*map(str, (row.confirmed, row.sourced, row.open, row.nothing)), f"{row.covered:.0%}")
            lines.append(_padded(row.name, width) + "".join(f"{number:>10}" for number in numbers))
        lines.append("")
    return "\n".join(lines).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def as_json(found: Coverage) -> str:
    """The tables, and for each guide the state of each element; null: not a word is written."""

    def row(one: Row) -> dict[str, str | int]:
        counts = {"已核": one.confirmed, "有出处": one.sourced, "待核": one.open, "其中没写": one.nothing}
        return {"name": one.name, **counts}

    whole = {
        "items": found.items,
        "guides": found.guides,
        "elements": [row(one) for one in found.elements],
        "departments": [row(one) for one in found.departments],
        "by_guide": found.by_guide,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)
