"""Checklist (注销清单): what one enterprise has to do, in JSON as other programs rely on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.checklist.profile import Profile, Way
from assistant.knowledge import model as m


class Frozen(BaseModel):
    """Immutable, and without room for unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemRef(Frozen):
    """An item or topic by id and canonical name."""

    id: str
    name: str


class Need(ItemRef):
    """An entry that must be finished before, and why."""

    why: str | None = None
    source: str | None = None
    state: Literal["已核", "有出处", "待核"] = "待核"


class FieldState(Frozen):
    """How far one field of an entry can be relied on."""

    state: Literal["已核", "有出处", "待核"]
    checked_on: dt.date | None = None
    source: str | None = None


UNKNOWN = FieldState(state="待核")


def state_of(state: m.State, sources: Sequence[str], checked_on: dt.date | None) -> FieldState:
    """How far something that was written can be relied on, by its first source."""
    return FieldState(state=state.value, checked_on=checked_on, source=sources[0] if sources else None)


class WindowRef(Frozen):
    """Where to go; what nobody knows is null."""

    name: str
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    map_url: str | None = None


class LimitRef(Frozen):
    """A time limit, or a period of law, in its unit."""

    days: int  # so many of its unit
    unit: Literal["日", "工作日", "月"]


class DateWords(Frozen):
    """The dates of one entry in words, for a table."""

    start: str
    finish: str
    how: str  # by what they were counted


class EntryDates(Frozen):
    """When one entry can be begun and finished, counted from the day of issue; what nobody can know is null."""

    start: dt.date  # the earliest day to go
    finish: dt.date  # not before: every period in full, every office on the spot
    by: dt.date | None = None  # when every office before and here uses up its limit
    limit: Literal["承诺", "法定"] | None = None  # by whose word the limit of this one holds
    period: LimitRef | None = None  # the period of law that runs here in full
    waits: str | None = None  # the same in words: the period that runs in full here, e.g. 公示的20天
    deadline: dt.date | None = None  # the last day to come, where what it follows is done at the earliest
    deadline_rule: str | None = None
    alongside: tuple[str, ...] = ()  # item ids that can be done at the same time
    shown: DateWords


class Entry(Frozen):
    """One thing to do."""

    item: ItemRef
    tier: Literal["窗口直接办", "窗口代收代交", "指引自办"] | None = None
    proxy_note: str  # what the proxy window does for you with this one
    can_proxy: bool = False  # whether 代办 can be chosen for this one
    way: Way | None = None  # what was chosen for it, by itself or altogether
    why: str  # 您说…
    nature: str | None = None  # where the procedure is not a plain 注销
    window: WindowRef  # where to go by what was chosen
    own_window: WindowRef | None = None  # where those go who would rather go themselves; null where `window` is that
    online: bool = False  # posted on the net: nowhere to go
    contact: str | None = None
    department: str | None = None
    materials: tuple[str, ...]  # ids into Checklist.materials
    steps: tuple[str, ...] = ()
    after: tuple[Need, ...] = ()  # entries of this checklist that must be finished before: the arrows of the graph
    statutory_limit: LimitRef | None = None
    promised_limit: LimitRef | None = None
    limit_note: str | None = None
    fee: str
    sources: tuple[str, ...]
    hotline: str
    to_ask: tuple[str, ...] = ()  # 先问清
    states: dict[str, FieldState]
    dates: EntryDates | None = None


class Phase(Frozen):
    """Entries that can be done side by side, after the phases before."""

    name: str
    note: str | None = None
    dates: str | None = None  # one line
    entries: tuple[Entry, ...]


_WITH_FOR = ConfigDict(  # `for` is no name in Python
    extra="forbid", frozen=True, populate_by_name=True, alias_generator=lambda name: name.rstrip("_")
)
Relief = Literal["材料共享", "电子证照", "告知承诺", "容缺"]


class MaterialLine(Frozen):
    """One thing to bring, once, for all the entries that need it."""

    id: str
    name: str
    form: Literal["原件", "复印件", "原件和复印件", "电子版"] | None = None
    copies: int | None = None  # added up over the entries that keep one
    originals: int | None = None  # how many originals to bring; null where nobody knows the form
    photocopies: int | None = None  # how many photocopies to bring
    each: bool = False  # every entry wants its own, even of an original (an application form)
    for_: tuple[str, ...]  # item ids; `for` in JSON
    note: str | None = None
    issued_by: str | None = None
    exempt: bool = False  # need not be brought
    reason: str | None = None  # why it is exempt or may come later
    relief: tuple[Relief, ...] = ()  # what holds in all entries that need it
    waived_for: tuple[str, ...] = ()  # item ids that need not be given it, though others must
    state: Literal["已核", "有出处", "待核"] = "待核"
    source: str | None = None

    model_config = _WITH_FOR


class NotApplicable(Frozen):
    """What does not have to be done, and why."""

    item: ItemRef
    why: str


class OpenFact(Frozen):
    """A fact that was not told, and what hangs on it."""

    key: str
    question: str
    consequence: str


class Saving(Frozen):
    """One figure against doing each entry alone; both sides can be counted on the page."""

    what: Literal["材料", "跑动", "环节", "天数"]
    alone: int
    together: int
    how_counted: str


class Trip(Frozen):
    """One way to one door, for all the entries that are handed in there at one time."""

    to: str
    proxy: bool  # to the proxy window
    for_: tuple[str, ...]  # item ids; `for` in JSON

    model_config = _WITH_FOR


class Condition(Frozen):
    """One condition of the simple path; `met` is null where nobody told."""

    text: str
    met: bool | None
    source: str


class Path(Frozen):
    """How the registration ends, and by which conditions that was decided."""

    way: Literal["direct", "simple", "general", "open"]
    name: str
    because: str
    conditions: tuple[Condition, ...] = ()


class UnlistedNote(Frozen):
    """A thing that was named and is not on the list."""

    name: str
    note: str
    near: tuple[ItemRef, ...]


class Timeline(Frozen):
    """The dates of the whole list."""

    start: dt.date
    finish: dt.date  # certain: the earliest; else only 不早于
    by: dt.date | None = None
    certain: bool  # every limit is known
    path: tuple[ItemRef, ...]  # the entries that decide the finish, the first to do first
    sentence: str
    notes: tuple[str, ...] = ()  # what can be done meanwhile, what the calendar does not know, how it is counted


class Checklist(Frozen):
    """The whole personal checklist."""

    profile: Profile
    summary: str  # 您是个体工商户，在塔河县开食杂店，要销…
    place: str | None = None
    partial: bool  # a question stays open that could change it
    demo: bool = False
    path: Path | None = None  # null where no registration ends here
    phases: tuple[Phase, ...]
    materials: tuple[MaterialLine, ...]
    not_applicable: tuple[NotApplicable, ...]
    unlisted: tuple[UnlistedNote, ...] = ()
    open_facts: tuple[OpenFact, ...] = ()
    notes: tuple[str, ...] = ()  # what to mind: staff wages before deregistration, simple path conditions …
    trips: tuple[Trip, ...] = ()
    savings: tuple[Saving, ...]
    timeline: Timeline | None = None
    knowledge_digest: str
    issued_on: dt.date

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in the order of their phases."""
        return tuple(entry for phase in self.phases for entry in phase.entries)
