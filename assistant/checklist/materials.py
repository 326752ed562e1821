"""Materials (材料): what each entry asks for, and all of it merged so that one thing is brought once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.checklist import wording
from assistant.checklist.model import MaterialLine, Relief
from assistant.checklist.once import once
from assistant.checklist.order import ANNOUNCEMENTS, BRANCHES, SIMPLE
from assistant.checklist.persons import identity_card, one_owner, owner, promise
from assistant.checklist.profile import SITUATIONS, Profile
from assistant.checklist.route import Route
from assistant.checklist.selection import Selection, catalogued, kind_of
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

Form = Literal["原件", "复印件", "原件和复印件", "电子版"]
_CERTAINTY = (m.State.OPEN, m.State.SOURCED, m.State.CONFIRMED)  # the least certain first
REVOKED, HEIRS = "diaoxiao-weizhuxiao", "jingyingzhe-qushi"  # guides that the registry's papers come from
OWNERS_CARD = "shenfenzheng"  # the identity card of the owner: of the heir, where the owner is dead
PROMISE = "承诺书"  # what the promise of the simple path is called, whoever makes it
_ELECTRONIC_FORMS = (None, "复印件", "电子版")  # an original that is handed in cannot be shown on a telephone


_SENTENCE = re.compile(r"[^。！？]+[。！？]?")


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


def circumstances(profile: Profile, route: Route, *, by_proxy: bool) -> Circumstances:
    """The circumstances of one enterprise on its way out, as they are for an entry that somebody else does or not."""
    situations: dict[str, bool | None] = {key: getattr(profile, key) for key in SITUATIONS}
    decided = route.way in ("simple", "general")
    situations |= {
        "daiban-ren": by_proxy,  # somebody else comes, who has to be authorised in writing
        "zheng-diu": False,  # a lost certificate is told in a note
        "jianyi": route.way == "simple" if decided else None,
        "yiban": route.way == "general" if decided else None,
    }
    return Circumstances(profile.enterprise_type, situations)


def papers_of(knowledge: Knowledge, profile: Profile, selection: Selection, entry: str) -> tuple[str, ...]:
    """The guides that say what one entry asks for. The registry asks on the simple path for nothing but that path's
    papers (实施细则 第四十七条), of a revoked enterprise for those of its revocation, and of heirs for theirs too."""
    kind = kind_of(knowledge, profile)
    if entry != selection.registry:
        return (entry,)
    if selection.route.way == "simple":
        return (SIMPLE,)
    if profile.revoked is True and selection.route.way == "general" and REVOKED in knowledge.guides:
        return (REVOKED,)
    return (entry, HEIRS) if profile.owner_deceased is True and one_owner(kind) else (entry,)


@dataclass(frozen=True)
class Asked:
    """One material as one entry asks for it."""

    id: str
    entry: str
    material: m.Material
    noted: bool = False  # the guide says something of its own about a thing that many ask for
    alone: MaterialLine | None = None  # its line, where no other entry asks for it


def asked(
    knowledge: Knowledge, profile: Profile, selection: Selection, told: Mapping[str, Circumstances]
) -> tuple[Asked, ...]:
    """Everything the entries ask for, each under its own circumstances. Two entries ask for the same thing where they
    name the same shared material, or, both being about the enterprise itself and not about a licence or a branch,
    where they call it by the same name."""
    by_heirs = profile.owner_deceased is True and one_owner(kind_of(knowledge, profile))
    of_the_enterprise: dict[str, str] = {wording.HEIR: OWNERS_CARD} if by_heirs else {}
    found: list[Asked] = []
    for entry in sorted(told, key=catalogued(knowledge).__getitem__):
        own = not knowledge.is_item(entry) and (entry != BRANCHES or entry == selection.registry)
        closing = selection.route.way if entry == selection.registry or entry in ANNOUNCEMENTS else None
        seen: set[str] = set()
        for papers in papers_of(knowledge, profile, selection, entry):
            for one in _asked_by(knowledge, papers, entry, profile.enterprise_type, closing, by_heirs):
                if not told[entry].meet(one.material.only_if):
                    continue
                if own and one.id not in knowledge.materials and one.material.name:
                    first = of_the_enterprise.setdefault(one.material.name, one.id)
                    one = one if first == one.id else replace(one, id=first, alone=None)
                if one.id not in seen:
                    seen.add(one.id)
                    found.append(one)
    return tuple(found)


@once
def _asked_by(
    knowledge: Knowledge, papers: str, entry: str, kind: str | None, closing: str | None, by_heirs: bool
) -> tuple[Asked, ...]:
    """What one guide asks for on behalf of an entry, of one type of enterprise; `closing` is the path of an entry that
    is a step on it. What shares a thing that nobody wrote is as it stands."""
    guide = knowledge.guides.get(papers)
    found = []
    for number, written in enumerate(guide.materials if guide else (), start=1):
        material = knowledge.material(written) if written.shared in knowledge.materials else written
        if written.shared and entry in ANNOUNCEMENTS:
            continue  # what is posted wants no card and no letter of anybody's
        if closing and (material.name or "").endswith(PROMISE):
            if closing == "general":
                continue
            material = _promised(material, kind, simple=closing == "simple", by_heirs=by_heirs)
        if written.shared == OWNERS_CARD:
            material = _card(knowledge, material, kind, by_heirs=by_heirs)
        noted = bool(written.shared and written.note)
        one = Asked(written.shared or f"{papers}:{number}", entry, material, noted)
        found.append(replace(one, alone=_line(one.id, (one,), {entry: knowledge.name_of(entry)})))
    return tuple(found)


def _promised(material: m.Material, kind: str | None, *, simple: bool, by_heirs: bool) -> m.Material:
    """The promise of the simple path as this type of enterprise makes it."""
    if kind is None:
        return material
    name, signed = promise(kind, by_heirs=by_heirs)
    return material.model_copy(update={"name": name, "note": signed if simple else wording.IF_SIMPLE + signed})


def _card(knowledge: Knowledge, material: m.Material, kind: str | None, *, by_heirs: bool) -> m.Material:
    """The owner's identity card by the name of the one who comes; a note that only says this again is left out."""
    if by_heirs:
        return material.model_copy(update={"name": wording.HEIR, "note": wording.HEIR_NOTE})
    if kind is None:
        return material
    written, general = material.note or "", knowledge.materials.get(OWNERS_CARD)
    again = (general is not None and written == general.note) or written.startswith(f"带{owner(kind)}")
    return material.model_copy(update={"name": identity_card(kind), "note": None if again else material.note})


def merged(everything: Iterable[Asked], names: Mapping[str, str]) -> tuple[MaterialLine, ...]:
    """One line per thing, with what most entries need first; `names` are those of the entries, in their order."""
    together: dict[str, list[Asked]] = {}
    for one in everything:
        together.setdefault(one.id, []).append(one)
    lines = [
        needed[0].alone if len(needed) == 1 and needed[0].alone else _line(material_id, needed, names)
        for material_id, needed in together.items()
    ]
    return tuple(sorted(lines, key=lambda line: -len(line.for_)))


def _line(material_id: str, needed: Sequence[Asked], names: Mapping[str, str]) -> MaterialLine:
    """One thing for all the entries that need it."""
    materials = [one.material for one in needed]
    reliefs = {one.entry: _relief_of(one.material) for one in needed}
    waived = {entry for entry, relief in reliefs.items() if not _STAYS_HOME.isdisjoint(relief)}
    exempt = waived == reliefs.keys()
    given = [one.material for one in needed if exempt or one.entry not in waived]
    relief = tuple(name for name in reliefs[needed[0].entry] if all(name in other for other in reliefs.values()))
    return MaterialLine(
        id=material_id,
        name=materials[0].name or material_id,
        form=_form(given),
        copies=_copies(given),
        originals=_originals(given),
        photocopies=_photocopies(given),
        for_=tuple(entry for entry in names if entry in reliefs),
        note=_note(needed, names),
        issued_by=next((material.issued_by for material in materials if material.issued_by), None),
        exempt=exempt,
        reason=_reason(relief, exempt=exempt),
        relief=relief,
        waived_for=tuple(entry for entry in names if entry in waived),
        each=any(material.kept_by_each for material in given),
        state=weakest(material.state for material in materials).value,
        source=next((source for material in materials for source in material.sources), None),
    )


def _note(needed: Sequence[Asked], names: Mapping[str, str]) -> str | None:
    """All that is said about it, no sentence twice; what some entries say beside what holds for the others, by name."""
    said: dict[str, None] = {}
    for one in needed:
        parts = _SENTENCE.findall(one.material.note or "")
        if one.noted and parts and not all(other.noted for other in needed):
            parts[-1] = f"{parts[-1].rstrip('。')}（{names[one.entry]}）。"
        said |= dict.fromkeys(parts)
    return "".join(part for part in said if not any(part in other for other in said if other != part)) or None


_STAYS_HOME: frozenset[Relief] = frozenset({"材料共享", "电子证照"})
_WHY: dict[Relief, str] = {
    "材料共享": wording.ALREADY_HELD,
    "电子证照": wording.ELECTRONIC,
    "告知承诺": wording.PROMISE,
    "容缺": wording.DEFERRABLE,
}


def _relief_of(material: m.Material) -> tuple[Relief, ...]:
    """What spares one entry the paper or lets it come later, the strongest first."""
    shown = material.electronic and material.form in _ELECTRONIC_FORMS
    found: list[Relief] = ["材料共享"] if material.already_held else []
    found += ["电子证照"] if shown else []
    found += ["告知承诺"] if material.promise else []
    found += ["容缺"] if material.deferrable else []
    return tuple(found)


def _reason(relief: Sequence[Relief], *, exempt: bool) -> str | None:
    """Why it need not be brought, or may come later; the strongest that holds in all entries."""
    if exempt and _STAYS_HOME.isdisjoint(relief):
        return wording.ALREADY_HELD + wording.ELECTRONIC  # each entry does without it for a reason of its own
    return _WHY[relief[0]] if relief else None


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


def _originals(materials: Sequence[m.Material]) -> int | None:
    """How many originals to bring: one that all are shown, or as many as the entries keep."""
    wanted = [one for one in materials if one.form in ("原件", "原件和复印件")]
    if not wanted:
        return 0 if any(one.form is not None for one in materials) else None
    kept = sum(one.copies or 1 for one in wanted if one.kept_by_each and one.form == "原件")
    lent = [1 if one.form == "原件和复印件" else one.copies or 1 for one in wanted if not one.kept_by_each]
    return max(kept + max(lent, default=0), 1)


def _photocopies(materials: Sequence[m.Material]) -> int | None:
    """How many photocopies to bring: each entry keeps its own."""
    if all(one.form is None for one in materials):
        return None
    return sum(one.copies or 1 for one in materials if one.form in ("复印件", "原件和复印件"))


def weakest(states: Iterable[m.State]) -> m.State:
    """The least certain of some states; 待核 where there is none."""
    return min(states, key=_CERTAINTY.index, default=m.State.OPEN)
