"""The facts that a department answers for, one by one: of its guides, its windows, its offices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.errors import NotFound
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

CATALOGUE = "catalog.yaml"
QUESTION = "待确认"  # what an editor wants to know; there is no fact yet
WINDOW_FIELDS = {"address": "地址", "hours": "办公时间", "phone": "电话"}
_SECTIONS = tuple(
    (name, info.alias or name)
    for name, info in m.Guide.model_fields.items()
    if name in ("nature", "who", "when", "materials", "steps", "where", "statutory_limit", "fee", "proxy", "online")
    or name in ("consequences", "result", "faq")
)
Element = m.Fact | m.Material | m.Step | m.Question | m.Limit


@dataclass(frozen=True)
class Fact:
    """One fact as it stands; `place` is its section and number in the file, or the window and the field."""

    path: str
    place: tuple[str, ...]
    about: str  # the id of the guide or the window
    name: str
    label: str
    shown: str  # empty where nobody knows
    state: m.State
    checked_on: dt.date | None = None

    @property
    def key(self) -> str:
        """What names it among all facts."""
        return "#".join((self.path, *self.place))


def of_department(knowledge: Knowledge, department: str) -> tuple[Fact, ...]:
    """Every fact a department answers for, its windows first; nothing of the fictional place."""
    if department not in knowledge.departments:
        raise NotFound(f"没有“{department}”这个部门。")
    real = [one for one in knowledge.windows.values() if not knowledge.regions[one.region].demo]
    mine = [guide_id for guide_id in knowledge.guides if _answers_for(knowledge, guide_id, department)]
    return (
        *of_catalogue(real, [knowledge.departments[department]], department),
        *(fact for one in mine for fact in of_guide(one, knowledge.guides[one], knowledge.sources)),
    )


def _answers_for(knowledge: Knowledge, guide_id: str, department: str) -> bool:
    found = knowledge.department_of(guide_id)
    return found is not None and found.id == department


def of_catalogue(
    windows: Iterable[m.ServiceWindow], departments: Iterable[m.Department], department: str
) -> Iterator[Fact]:
    """What the catalogue says of where a department is and how to reach it."""
    for window in windows:
        if window.department != department:
            continue
        for field, label in WINDOW_FIELDS.items():
            value = getattr(window, field) or ""
            state = window.state if value else m.State.OPEN
            place = ("窗口", window.id, label)
            yield Fact(CATALOGUE, place, window.id, window.name, label, value, state, window.checked_on)
    for one in departments:
        for number, contact in enumerate(one.contacts if one.id == department else ()):
            label = f"{contact.office}的电话"
            where = ("部门", one.id, "联系人", str(number))
            state = contact.state if contact.phone else m.State.OPEN
            yield Fact(CATALOGUE, where, one.id, one.name, label, contact.phone or "", state)


def of_guide(guide_id: str, guide: m.Guide, sources: Mapping[str, m.Source]) -> Iterator[Fact]:
    """What a guide says, and what its editor would like to know."""
    path = f"guides/{guide_id}.yaml"
    for field, section in _SECTIONS:
        value = getattr(guide, field)
        elements: tuple[Element, ...] = value if isinstance(value, tuple) else (value,) if value else ()
        for number, element in enumerate(elements):
            shown = words_of(element)
            if not shown:  # written once for many guides, or nothing yet
                continue
            label = f"{section}，第 {number + 1} 条" if len(elements) > 1 else section
            place = (section, str(number))
            yield Fact(path, place, guide_id, guide.name, label, shown, element.state, _checked(element, sources))
    for number, question in enumerate(guide.to_confirm):
        yield Fact(path, (QUESTION, str(number)), guide_id, guide.name, QUESTION, question, m.State.OPEN)


def words_of(element: Element) -> str:
    """An element in words; nothing where a shared material stands."""
    if isinstance(element, m.Material):
        if element.shared:
            return ""
        copies = f"{element.copies}份" if element.copies else ""
        told = "，".join(part for part in (element.form, copies) if part)
        name = f"{element.name}（{told}）" if told else element.name or ""
        return f"{name}。{element.note}" if element.note else name
    if isinstance(element, m.Question):
        return f"问：{element.ask} 答：{element.answer}"
    if isinstance(element, m.Limit):
        whose = "从知道要退起，" if element.whose == "申请" else ""
        days = (
            f"{whose}{element.days}{'个' if element.unit == '工作日' else ''}{element.unit or '日'}"
            if element.days
            else ""
        )
        return "。".join(part for part in (days, element.text) if part)
    return element.text or ""


def _checked(element: Element, sources: Mapping[str, m.Source]) -> dt.date | None:
    """When it was checked, where it was: as it says itself, or as the latest of what it cites says."""
    if element.state is m.State.OPEN:
        return None
    own: dt.date | None = getattr(element, "checked_on", None)
    cited = (sources.get(one.split(" ")[0]) for one in element.sources)
    return own or max((one.checked_on for one in cited if one and one.checked_on), default=None)
