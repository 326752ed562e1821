"""A case as its page shows it: entries that go on together, what can be done with them by which key, what presses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.cases.clocks import Clock, clock_of, most_pressing
from assistant.cases.handing_in import EXCUSES, FORMS
from assistant.cases.model import Case, CaseEntry, CaseEvent, Material
from assistant.cases.moving import ASIDE, DIRECT, UNDOABLE
from assistant.cases.states import BLOCKED_FROM, LABELS, MOVES, Role, State, may, onward
from assistant.cases.store import Cases

S = State
VERBS = {
    S.REGISTERED: "改由窗口代办",
    S.GUIDED: "他自己去办",
    S.REVIEWING: "开始初审",
    S.DONE_AT_WINDOW: "窗口办结",
    S.SUBMITTED: "代交给部门",
    S.IN_DEPARTMENT: "部门收下了",
    S.GRANTED: "部门办结",
    S.REFUSED: "部门不予办理",
    S.COLLECTED: "证明领回来了",
    S.MAILED: "寄出",
    S.FETCHED: "本人取走了",
    S.ARCHIVED: "归档",
    S.WITHDRAWN: "撤回不办了",
}
NOTIFIABLE = frozenset({S.REGISTERED, *BLOCKED_FROM})  # where a notice can be given
NEEDS_PAPERS = frozenset({S.DONE_AT_WINDOW, S.SUBMITTED})
NOT_OURS = frozenset({S.GUIDED, S.ARCHIVED, S.WITHDRAWN})  # shown last: the window waits for none of it
KEYS = "123456789"


@dataclass(frozen=True)
class Step:
    """One legal move of a group, as a button."""

    to: State
    words: str
    key: str = ""  # Alt and this digit
    sure: str = ""  # what is asked before it is done


@dataclass(frozen=True)
class Line:
    """One entry with its clock and what it still waits for."""

    entry: CaseEntry
    clock: Clock
    lacking: tuple[Material, ...]


@dataclass(frozen=True)
class Group:
    """Entries that stand at the same place and usually go on together."""

    state: State
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    direct: bool = False  # the window decides them itself

    @property
    def label(self) -> str:
        """Where they stand, in Chinese."""
        return LABELS[self.state]

    @property
    def mails(self) -> bool:
        """Whether they can be put in the post."""
        return self.state is S.COLLECTED and bool(self.steps)

    @property
    def can_notify(self) -> bool:
        """Whether a notice can be given for them."""
        return self.state in NOTIFIABLE


@dataclass(frozen=True)
class CaseView:
    """Everything that the page of a case shows."""

    case: Case
    clock: Clock
    groups: tuple[Group, ...]
    events: tuple[CaseEvent, ...]  # newest first
    undoes: CaseEvent | None  # what an undo would take back

    forms = FORMS
    excuses = EXCUSES

    @property
    def last(self) -> CaseEvent | None:
        """What happened last."""
        return self.events[0] if self.events else None

    @property
    def undone(self) -> frozenset[int]:
        """The events that were taken back."""
        return frozenset(one.undoes for one in self.events if one.undoes is not None)

    @property
    def lacking(self) -> tuple[Material, ...]:
        """What is not here yet."""
        return tuple(one for one in self.case.materials if not one.here)

    @property
    def can_close(self) -> bool:
        """Whether all of it can be archived at once."""
        waiting = [one.state for one in self.case.entries if one.state is not S.ARCHIVED]
        return bool(waiting) and all(S.ARCHIVED in MOVES[state] for state in waiting)

    @property
    def can_notify(self) -> bool:
        """Whether a notice can be given for any entry."""
        return any(group.can_notify for group in self.groups)

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments that have something of it in hand."""
        held = (one.department for one in self.case.entries if one.state in (S.SUBMITTED, S.IN_DEPARTMENT))
        return tuple(dict.fromkeys(one for one in held if one))


def view(cases: Cases, case: Case, role: Role) -> CaseView:
    """A case as somebody of this role sees it today."""
    calendar, today = cases.calendar(), cases.today
    events = tuple(reversed(cases.events(case.number)))
    clocks = [clock_of(case, one, calendar, today) for one in case.entries]
    return CaseView(
        case=case,
        clock=most_pressing(case, calendar, today),
        groups=_numbered(_groups(case, clocks, role)),
        events=events,
        undoes=_last_step(events),
    )


def _groups(case: Case, clocks: list[Clock], role: Role) -> Iterator[Group]:
    together: dict[tuple[State, bool], list[Line]] = defaultdict(list)
    for entry, clock in zip(case.entries, clocks, strict=True):
        direct = entry.state in (S.REGISTERED, S.REVIEWING) and entry.tier == DIRECT
        together[entry.state, direct].append(Line(entry, clock, case.lacking(entry.id)))
    order = list(MOVES)
    for (state, direct), lines in sorted(
        together.items(), key=lambda one: (one[0][0] in NOT_OURS, order.index(one[0][0]), not one[0][1])
    ):
        lacking = dict.fromkeys(one.name for line in lines for one in line.lacking)
        yield Group(state, tuple(lines), _steps(state, role, list(lacking), direct=direct), direct)


def _steps(state: State, role: Role, lacking: list[str], *, direct: bool) -> tuple[Step, ...]:
    """The legal moves, the usual one first; the post has a form of its own."""
    ways = [to for to in onward(state, role) if to is not S.MAILED]
    if state is S.SUBMITTED:  # a department that has decided need not be said to have received it before
        ways[1:1] = [to for to in (S.GRANTED, S.REFUSED) if may(role, to)]
    if state is S.REVIEWING and not direct:
        ways.sort(key=lambda to: to is not S.SUBMITTED)
    if state is S.GUIDED:
        ways.sort(key=lambda to: to is not S.ARCHIVED)
    papers = f"还没收到：{'、'.join(lacking)}。真要往下走吗？" if lacking else ""
    return tuple(Step(to, VERBS[to], sure=_sure(to, papers)) for to in ways)


def _sure(to: State, papers: str) -> str:
    if to is S.WITHDRAWN:
        return "撤回以后这几项就不办了。真的撤回吗？（撤错了还能撤销）"
    return papers if to in NEEDS_PAPERS else ""


def _numbered(groups: Iterator[Group]) -> tuple[Group, ...]:
    """Keys for all moves but withdrawing, which nobody should make by a slip of the finger."""
    left = iter(KEYS)
    return tuple(
        replace(
            group,
            steps=tuple(step if step.to is S.WITHDRAWN else replace(step, key=next(left, "")) for step in group.steps),
        )
        for group in groups
    )


def _last_step(events: tuple[CaseEvent, ...]) -> CaseEvent | None:
    """The event that an undo would take back; None where it may not be."""
    undone = {one.undoes for one in events}
    steps = (one for one in events if one.undoes is None and one.id not in undone and one.kind not in ASIDE)
    last = next(steps, None)
    return last if last is not None and last.kind in UNDOABLE else None
