"""Intake (收件): a case from an issued checklist, by its address, QR or short code, or from what is told at the counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assistant.cases.model import Actor, Case, Contact, Form, GreenLane, Limit
from assistant.cases.opening import NewCase, NewEntry, NewMaterial
from assistant.cases.store import Cases
from assistant.checklist.model import Checklist, Entry, MaterialLine
from assistant.checklist.profile import Way, resolved
from assistant.errors import NotFound, Refused
from assistant.issued import IssuedChecklists
from assistant.knowledge.whole import Knowledge


@dataclass(frozen=True)
class Told:
    """What is told at the window besides the list; `ways`, `leave_out` by guide id, `received` by material id."""

    enterprise: str
    code: str | None = None
    contact: Contact | None = None
    region: str | None = None  # whose window is responsible; by default that of the checklist
    taken_in: str | None = None  # where it is handed in, by default there
    ways: Mapping[str, Way] = field(default_factory=dict)
    leave_out: frozenset[str] = frozenset()
    received: Mapping[str, tuple[Form, int]] = field(default_factory=dict)
    green_lane: GreenLane | None = None


class Intake:
    """Takes cases in."""

    def __init__(self, cases: Cases, checklists: IssuedChecklists, knowledge: Callable[[], Knowledge]) -> None:
        self._cases = cases
        self._checklists = checklists
        self._knowledge = knowledge

    def checklist(self, typed: str) -> tuple[str, Checklist]:
        """The token and checklist of an address, a QR's words, a token or a short code; NotFound where there is none."""
        last = typed.strip().rstrip("/").split("?")[0].split("#")[0].rpartition("/")[2]
        token = self._checklists.by_code(last) or last
        return token, self._checklists.get(token)

    def from_checklist(self, typed: str, told: Told, *, by: Actor) -> Case:
        """A case with the entries of a checklist: nothing is typed again."""
        token, checklist = self.checklist(typed)
        kind = self._knowledge().enterprise_types.get(checklist.profile.enterprise_type or "")
        entries = tuple(
            _entry(one, told) for one in checklist.entries if one.item.id not in told.leave_out and not one.online
        )
        items = frozenset(one.item for one in entries if one.way == "proxy")
        return self._cases.open(
            NewCase(
                enterprise=told.enterprise,
                code=told.code,
                contact=told.contact,
                region=told.region or checklist.place,
                taken_in=told.taken_in,
                kind=kind.name if kind else None,
                entries=entries,
                materials=tuple(
                    _material(one, needed, told)
                    for one in checklist.materials
                    if (needed := tuple(i for i in one.for_ if i in items and i not in one.waived_for))
                ),
                green_lane=told.green_lane,
                checklist=token,
            ),
            by=by,
        )

    def at_counter(
        self, items: tuple[str, ...], told: Told, *, by: Actor, kind: str | None = None, whole: bool = False
    ) -> Case:
        """A case from names or ids of licences and, by name or id, the type of enterprise; the checklist is made of them.

        With `whole` the business licence goes too, with all that closing for good asks."""
        facts = {
            "licences": items,
            "no_other_licences": True,
            "place": told.region,
            "enterprise_type": kind,
            "whole_or_licence_only": "whole" if whole else "licence_only",
            "proxy": "proxy",
        }
        profile = resolved(self._knowledge(), facts)
        if not items and not whole:
            raise Refused("一件要办的事项也没有选。")
        token, checklist = self._checklists.issue(profile)
        if not checklist.entries:
            raise NotFound("照这些情况没有要办的事项，请核对许可证的名称。")
        return self.from_checklist(token, told, by=by)


def _entry(entry: Entry, told: Told) -> NewEntry:
    """An entry as it is taken in: through the window where that is possible and nobody wants to go himself."""
    wished = told.ways.get(entry.item.id) or entry.way or "proxy"
    if told.ways.get(entry.item.id) == "proxy" and not entry.can_proxy:
        raise Refused(f"“{entry.item.name}”窗口代不了，只能企业自己去办。")
    return NewEntry(
        item=entry.item.id,
        name=entry.item.name,
        way=wished if entry.can_proxy else "self",
        tier=entry.tier,
        department=entry.department,
        limit=limit_of(entry),
    )


def limit_of(entry: Entry) -> Limit | None:
    """What the department promised, else what the law allows it; what is 待核 is no limit."""
    for limit, name, whose in (
        (entry.promised_limit, "promised_limit", "承诺"),
        (entry.statutory_limit, "statutory_limit", "法定"),
    ):
        if limit is not None and entry.states[name].state != "待核":
            return Limit(limit.days, limit.unit, "承诺" if whose == "承诺" else "法定")
    return None


def _material(line: MaterialLine, items: tuple[str, ...], told: Told) -> NewMaterial:
    form, count = told.received.get(line.id, (None, 1))
    return NewMaterial(
        key=line.id,
        name=line.name,
        items=items,
        form=line.form,
        copies=line.copies,
        each=line.each,
        exempt=(line.reason or "不用交") if line.exempt else None,
        received_form=form,
        received_count=count,
    )
