"""Materials (材料): what each entry asks for, and all of it merged so that one thing is brought once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.checklist import wording
from assistant.checklist.model import MaterialLine
from assistant.checklist.order import BRANCHES, SIMPLE
from assistant.checklist.profile import SITUATIONS, Profile
from assistant.checklist.selection import Route
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

Form = Literal["原件", "复印件", "原件和复印件", "电子版"]
_CERTAINTY = (m.State.OPEN, m.State.SOURCED, m.State.CONFIRMED)  # the least certain first
_ELECTRONIC_FORMS = (None, "复印件", "电子版")  # an original that is handed in cannot be shown on a telephone


@dataclass(frozen=True)
class Circumstances:
    """What decides whether something applies: True, False, or None for what was not told."""

    enterprise_type: str | None
    situations: dict[str, bool | None]

    def meet(self, only_if: m.OnlyIf | None) -> bool:
        """Whether a material or step applies; what hangs on a fact that was not told is kept."""
        if only_if is None:
            return True
        if only_if.enterprise_types and self.enterprise_type not in (None, *only_if.enterprise_types):
            return False
        told = [self.situations.get(situation) for situation in only_if.situations]
        return not told or any(answer is not False for answer in told)


def circumstances(profile: Profile, route: Route) -> Circumstances:
    """The circumstances of one enterprise on its way out."""
    situations: dict[str, bool | None] = {key: getattr(profile, key) for key in SITUATIONS}
    decided = route.way in ("simple", "general")
    situations |= {
        "daiban-ren": profile.proxy == "proxy",  # somebody else comes: a written authorisation is needed
        "zheng-diu": False,  # a lost certificate is told in a note
        "jianyi": route.way == "simple" if decided else None,
        "yiban": route.way == "general" if decided else None,
    }
    return Circumstances(profile.enterprise_type, situations)


@dataclass(frozen=True)
class Asked:
    """One material as one entry asks for it."""

    id: str
    entry: str
    material: m.Material


def asked(
    knowledge: Knowledge, entries: Sequence[str], told: Circumstances, *, registry: str | None, simple: bool
) -> tuple[Asked, ...]:
    """Everything the entries ask for. Two entries ask for the same thing where they name the same shared material,
    or, both being about the enterprise itself and not about a licence or a branch, where they call it by the same
    name. On the simple path the registry asks for nothing but that path's papers (实施细则 第四十七条)."""
    plain = {i: _resolved(knowledge, m.Material(shared=i)) for i in knowledge.materials}  # most guides add nothing
    of_the_enterprise: dict[str, str] = {}
    found: list[Asked] = []
    for entry in sorted(entries, key=_catalogued(knowledge).__getitem__):
        papers = SIMPLE if simple and entry == registry else entry
        guide = knowledge.guides.get(papers)
        own = not knowledge.is_item(entry) and (entry != BRANCHES or entry == registry)
        seen: set[str] = set()
        for number, written in enumerate(guide.materials if guide else (), start=1):
            material = plain.get(written.shared or "") if written.model_fields_set == {"shared"} else None
            material = material or _resolved(knowledge, written)
            if not told.meet(material.only_if):
                continue
            material_id = written.shared or f"{papers}:{number}"
            if written.shared is None and material.name and own:
                material_id = of_the_enterprise.setdefault(material.name, material_id)
            if material_id not in seen:
                seen.add(material_id)
                found.append(Asked(material_id, entry, material))
    return tuple(found)


def _resolved(knowledge: Knowledge, written: m.Material) -> m.Material:
    """A guide's material with what the shared one says; one that shares nothing known is as it stands."""
    return knowledge.material(written) if written.shared in knowledge.materials else written


def _catalogued(knowledge: Knowledge) -> dict[str, int]:
    """The place of each guide in the catalogue: one order, whatever was told first."""
    return {guide_id: place for place, guide_id in enumerate((*knowledge.items, *knowledge.topics))}


def merged(everything: Iterable[Asked], order: Sequence[str]) -> tuple[MaterialLine, ...]:
    """One line per thing, with what most entries need first; `order` is that of the entries."""
    together: dict[str, list[Asked]] = {}
    for one in everything:
        together.setdefault(one.id, []).append(one)
    lines = [_line(material_id, needed, order) for material_id, needed in together.items()]
    return tuple(sorted(lines, key=lambda line: -len(line.for_)))


def _line(material_id: str, needed: Sequence[Asked], order: Sequence[str]) -> MaterialLine:
    """One thing for all the entries that need it."""
    materials = [one.material for one in needed]
    entries = {one.entry for one in needed}
    exempt, reason = _exemption(materials)
    return MaterialLine(
        id=material_id,
        name=materials[0].name or material_id,
        form=_form(materials),
        copies=_copies(materials),
        for_=tuple(entry for entry in order if entry in entries),
        note=_note(materials),
        issued_by=next((material.issued_by for material in materials if material.issued_by), None),
        exempt=exempt,
        reason=reason,
        each=any(material.kept_by_each for material in materials),
        state=weakest(material.state for material in materials).value,
        source=next((source for material in materials for source in material.sources), None),
    )


def _note(materials: Sequence[m.Material]) -> str | None:
    """All that is said about it, nothing twice."""
    said = list(dict.fromkeys(material.note for material in materials if material.note))
    return "".join(note for note in said if not any(note in other for other in said if other != note)) or None


def _exemption(materials: Sequence[m.Material]) -> tuple[bool, str | None]:
    """Whether it need not be brought, and why it may stay away or come later."""
    if all(material.already_held for material in materials):
        return True, wording.ALREADY_HELD
    if all(material.electronic and material.form in _ELECTRONIC_FORMS for material in materials):
        return True, wording.ELECTRONIC
    if all(material.promise for material in materials):
        return False, wording.PROMISE
    if all(material.deferrable for material in materials):
        return False, wording.DEFERRABLE
    return False, None


def _form(materials: Sequence[m.Material]) -> Form | None:
    """The form that satisfies every entry."""
    forms = {material.form for material in materials} - {None}
    if len(forms) == 1:
        return next(iter(forms))
    if forms & {"原件", "原件和复印件"}:
        return "原件和复印件" if forms & {"复印件", "原件和复印件"} else "原件"
    return "复印件" if forms else None


def _copies(materials: Sequence[m.Material]) -> int | None:
    """Copies stay with each department and add up, as does what each wants filled in for itself; an original that is
    shown or handed in is one."""
    if all(material.copies is None and not material.kept_by_each for material in materials):
        return None
    if any(material.kept_by_each or material.form in ("复印件", "原件和复印件") for material in materials):
        return sum(material.copies or 1 for material in materials)
    return max(material.copies or 1 for material in materials)


def weakest(states: Iterable[m.State]) -> m.State:
    """The least certain of some states; 待核 where there is none."""
    return min(states, key=_CERTAINTY.index, default=m.State.OPEN)
