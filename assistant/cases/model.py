"""What a case (代办服务档案) is: the enterprise, its entries, its materials, its notices, and all that happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.cases.states import LABELS, OVER, Role, State, of_case
from assistant.checklist.profile import Way
from assistant.errors import Refused

Tier = Literal["窗口直接办", "窗口代收代交", "指引自办"]
Form = Literal["原件", "复印件", "原件和复印件", "电子版"]
Fault = Literal["missing", "mismatch", "expired", "seal", "other"]
FAULTS: dict[Fault, str] = {
    "missing": "缺",
    "mismatch": "不符",
    "expired": "过期",
    "seal": "签章",
    "other": "其他",
}
GreenLane = Literal["elderly", "disabled"]
GREEN_LANES: dict[GreenLane, str] = {"elderly": "老年人", "disabled": "残疾人"}
MatterKind = Literal["hard", "stuck", "hotline"]
MATTERS: dict[MatterKind, str] = {"hard": "疑难问题", "stuck": "办不成事", "hotline": "12345 转来"}
LEVELS: dict[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


class IllegalMove(Refused):
    """A move that the states do not allow, or not to this person."""


class Conflict(Refused):
    """Somebody else changed the case since it was read; the sentence says who changed what, `since` holds the events."""

    def __init__(self, sentence: str, since: tuple[CaseEvent, ...]) -> None:
        super().__init__(sentence)
        self.since = since


@dataclass(frozen=True)
class Actor:
    """Who does something: the account and name of staff; a department or an applicant has a name and no account."""

    name: str
    role: Role
    account: str = ""


APPLICANT = Actor("申请人", Role.APPLICANT)
SYSTEM = Actor("系统", Role.SYSTEM)


@dataclass(frozen=True)
class Enterprise:
    """企业: one file for all its cases; name and code are gone once it was erased."""

    id: int
    name: str | None
    code: str | None  # 统一社会信用代码, where it has one
    kind: str | None = None  # EnterpriseType name


@dataclass(frozen=True)
class Contact:
    """联系人, by consent: read apart from the case, so that every read can be written down."""

    name: str
    phone: str
    address: str | None = None  # where certificates are mailed
    consented_at: dt.datetime | None = None


@dataclass(frozen=True)
class Limit:
    """办理时限: so many days of a unit, by whose word."""

    days: int
    unit: Literal["日", "工作日", "月"]
    whose: Literal["承诺", "法定"]


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still, because the applicant was asked; `until` is None while it does."""

    since: dt.date
    until: dt.date | None = None


@dataclass(frozen=True)
class Mailing:
    """邮寄: with whom, under which number."""

    carrier: str
    number: str


@dataclass(frozen=True)
class CaseEntry:
    """One thing to do for the enterprise, and where it stands."""

    id: int
    item: str  # guide id
    name: str
    way: Way  # proxy: through the window; self: the enterprise goes
    state: State
    since: dt.datetime  # when it came there
    tier: Tier | None = None
    department: str | None = None
    limit: Limit | None = None
    back_to: State | None = None  # where it returns when what was asked for has come
    submitted_on: dt.date | None = None  # the day it was handed to the department
    clock_from: dt.date | None = None  # the day from which the limit is counted
    pauses: tuple[Pause, ...] = ()
    decided: State | None = None  # what it came to: 窗口办结, 办结, 不予, 撤回, 自己去办
    decided_on: dt.date | None = None
    mailing: Mailing | None = None

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self.state]

    @property
    def open(self) -> bool:
        """Whether anybody has still to do with it."""
        return self.state not in OVER


@dataclass(frozen=True)
class Material:
    """One thing to hand in, for all the entries that need it."""

    id: int
    key: str  # the material's id in the checklist
    name: str
    entries: tuple[int, ...]  # CaseEntry ids that need it
    form: str | None = None  # what is asked for: 原件, 复印件, 原件和复印件, 电子版
    copies: int | None = None
    each: bool = False  # every entry keeps its own: never shared with another case
    exempt: str | None = None  # why it need not be handed in
    received_at: dt.datetime | None = None
    received_form: Form | None = None
    received_count: int = 0
    shared_from: str | None = None  # number of the earlier case of the same enterprise that holds it
    scans: tuple[str, ...] = ()  # ids of scans

    @property
    def here(self) -> bool:
        """Whether nothing has to be brought any more: received, held from an earlier case, or not needed."""
        return self.received_at is not None or self.shared_from is not None or self.exempt is not None


@dataclass(frozen=True)
class NoticeLine:
    """One thing that is missing or wrong, as it is told."""

    material: int | None  # Material id; None where the fault is in no paper
    name: str
    fault: Fault
    entries: tuple[int, ...]  # CaseEntry ids it blocks
    words: str = ""  # what exactly, in plain words
    arose_on: dt.date | None = None  # since when it is so, where that can be said (a paper ran out)
    repeated: bool = False  # it was visible at an earlier notice and was not told then


@dataclass(frozen=True)
class Notice:
    """一次性告知 (HOUSE: Correction): all that is missing or wrong, told at once; blocks its entries until it is over."""

    id: int
    number: str  # 告知书编号
    lines: tuple[NoticeLine, ...]
    entries: tuple[int, ...]  # CaseEntry ids it was given for
    blocks: tuple[int, ...]  # of these, the ones that still wait
    at: dt.datetime
    by: str
    late: bool = False  # given after the five days of 行政许可法 第三十二条
    resolved_at: dt.datetime | None = None
    withdrawn_at: dt.datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it still blocks."""
        return self.resolved_at is None and self.withdrawn_at is None

    @property
    def repeats(self) -> int:
        """How many lines could have been told the first time."""
        return sum(line.repeated for line in self.lines)


@dataclass(frozen=True)
class Matter:
    """What needs somebody above the window: 疑难问题 for the leading group's office, 办不成事, 12345; closed with a result."""

    id: int
    kind: MatterKind
    case: str | None  # case number
    words: str
    at: dt.datetime
    by: str
    result: str | None = None
    closed_at: dt.datetime | None = None
    closed_by: str | None = None


@dataclass(frozen=True)
class Rating:
    """好差评: one to five, with reasons; `case` is None for those who must not see who rated."""

    id: int
    level: int
    reasons: tuple[str, ...]
    words: str
    at: dt.datetime
    case: str | None = None
    follow_up_by: dt.date | None = None  # the two lowest levels
    followed_up_at: dt.datetime | None = None
    followed_up_by: str | None = None
    result: str | None = None


@dataclass(frozen=True)
class CaseEvent:
    """Something that happened to a case: append-only, without personal data."""

    id: int
    case: str
    version: int  # of the case after it
    at: dt.datetime
    by: Actor
    kind: str
    what: str  # in Chinese: “食品经营许可证”：初审中 → 已代交
    changes: tuple[Change, ...] = ()
    undoes: int | None = None  # id of the event it takes back


@dataclass(frozen=True)
class Change:
    """One field before and after; `on` is case, entry, material or notice."""

    on: str
    id: int
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Case:
    """代办服务档案: everything of one case but the contact."""

    number: str
    version: int
    enterprise: Enterprise
    region: str | None  # whose window is responsible, by name
    taken_in: str | None  # where it was handed in: another county where 异地代收
    opened_at: dt.datetime
    opened_by: str
    green_lane: GreenLane | None = None
    checklist: str | None = None  # token of the issued checklist
    entries: tuple[CaseEntry, ...] = ()
    materials: tuple[Material, ...] = ()
    notices: tuple[Notice, ...] = ()
    matters: tuple[Matter, ...] = ()
    closed_at: dt.datetime | None = None
    erased_at: dt.datetime | None = None

    @property
    def state(self) -> State:
        """Where it stands: with the entry that is least far."""
        return of_case(entry.state for entry in self.entries)

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self.state]

    @property
    def elsewhere(self) -> bool:
        """Whether it was taken in for another county (异地代收)."""
        return self.taken_in is not None and self.region is not None and self.taken_in != self.region

    def entry(self, entry_id: int) -> CaseEntry:
        """One entry; KeyError where the case has none of that id."""
        return {entry.id: entry for entry in self.entries}[entry_id]

    def lacking(self, entry_id: int) -> tuple[Material, ...]:
        """What one entry still needs to be handed in."""
        return tuple(one for one in self.materials if entry_id in one.entries and not one.here)


@dataclass(frozen=True)
class Wanted:
    """One case of a batch, in the version that was seen, with the entries to move."""

    number: str
    version: int
    entries: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one case of a batch: the case as it is now, or why nothing was changed."""

    number: str
    case: Case | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Found:
    """What a search or the queue gives: a case in one line."""

    case: Case
    entries: tuple[CaseEntry, ...] = field(default=())  # the entries that it was found for, or all
