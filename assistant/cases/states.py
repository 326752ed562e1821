"""States (办理状态): where an entry of a case can stand, where it may go from there, and who may send it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """Who somebody is to a case; the first five sign in, the others do not."""

    CLERK = "clerk"  # 窗口人员
    HEAD = "head"  # 窗口负责人
    DEPARTMENT = "department"  # 部门
    EDITOR = "editor"  # 内容编辑
    ADMINISTRATOR = "administrator"  # 管理员
    APPLICANT = "applicant"  # 申请人
    SYSTEM = "system"  # the service itself


class State(StrEnum):
    """办理状态 of one entry."""

    REGISTERED = "registered"
    GUIDED = "guided"
    REVIEWING = "reviewing"
    CORRECTING = "correcting"
    DONE_AT_WINDOW = "done_at_window"
    SUBMITTED = "submitted"
    IN_DEPARTMENT = "in_department"
    GRANTED = "granted"
    REFUSED = "refused"
    COLLECTED = "collected"
    MAILED = "mailed"
    FETCHED = "fetched"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


S = State
LABELS: Mapping[State, str] = MappingProxyType(
    {
        S.REGISTERED: "已登记",
        S.GUIDED: "自己去办",
        S.REVIEWING: "初审中",
        S.CORRECTING: "等补材料",
        S.DONE_AT_WINDOW: "窗口已办结",
        S.SUBMITTED: "已代交",
        S.IN_DEPARTMENT: "部门办理中",
        S.GRANTED: "部门已办结",
        S.REFUSED: "部门不予办理",
        S.COLLECTED: "证明已领回",
        S.MAILED: "已寄出",
        S.FETCHED: "已取走",
        S.ARCHIVED: "已归档",
        S.WITHDRAWN: "已撤回",
    }
)

# The legal moves. Into 等补材料 leads only a notice, out of it only its end: back to where the entry stood, or 撤回.
MOVES: Mapping[State, tuple[State, ...]] = MappingProxyType(
    {
        S.REGISTERED: (S.REVIEWING, S.GUIDED, S.WITHDRAWN),
        S.GUIDED: (S.REGISTERED, S.ARCHIVED, S.WITHDRAWN),
        S.REVIEWING: (S.DONE_AT_WINDOW, S.SUBMITTED, S.CORRECTING, S.WITHDRAWN),
        S.CORRECTING: (S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT, S.WITHDRAWN),
        S.DONE_AT_WINDOW: (S.COLLECTED, S.ARCHIVED, S.WITHDRAWN),
        S.SUBMITTED: (S.IN_DEPARTMENT, S.CORRECTING, S.WITHDRAWN),
        S.IN_DEPARTMENT: (S.GRANTED, S.REFUSED, S.CORRECTING, S.WITHDRAWN),
        S.GRANTED: (S.COLLECTED, S.ARCHIVED, S.WITHDRAWN),
        S.REFUSED: (S.COLLECTED, S.ARCHIVED, S.WITHDRAWN),
        S.COLLECTED: (S.MAILED, S.FETCHED, S.WITHDRAWN),
        S.MAILED: (S.ARCHIVED, S.WITHDRAWN),
        S.FETCHED: (S.ARCHIVED, S.WITHDRAWN),
        S.WITHDRAWN: (S.ARCHIVED,),
        S.ARCHIVED: (),
    }
)

BLOCKED_FROM = (S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT)  # where a notice (一次性告知) can be given
DECIDED = frozenset({S.DONE_AT_WINDOW, S.GRANTED, S.REFUSED, S.COLLECTED, S.MAILED, S.FETCHED})
OVER = frozenset({S.ARCHIVED, S.WITHDRAWN})  # nobody has anything to do with it
WITH_DEPARTMENT = frozenset({S.SUBMITTED, S.IN_DEPARTMENT})
AT_WINDOW = frozenset({S.REGISTERED, S.REVIEWING})

_WINDOW = frozenset({Role.CLERK, Role.HEAD})
_DEPARTMENT = _WINDOW | {Role.DEPARTMENT}
WHO: Mapping[State, frozenset[Role]] = MappingProxyType(
    dict.fromkeys(State, _WINDOW) | {S.IN_DEPARTMENT: _DEPARTMENT, S.GRANTED: _DEPARTMENT, S.REFUSED: _DEPARTMENT}
)

# A case stands where the entry stands that is least far; what waits for the applicant comes before all.
_FAR = (
    S.CORRECTING,
    S.REGISTERED,
    S.REVIEWING,
    S.SUBMITTED,
    S.IN_DEPARTMENT,
    S.REFUSED,
    S.GRANTED,
    S.DONE_AT_WINDOW,
    S.COLLECTED,
    S.MAILED,
    S.FETCHED,
    S.GUIDED,
    S.ARCHIVED,
    S.WITHDRAWN,
)


def may(role: Role, state: State) -> bool:
    """Whether somebody of this role may send an entry into this state."""
    return role in WHO[state]


def onward(state: State, role: Role) -> tuple[State, ...]:
    """Where somebody of this role may send an entry by hand, the usual way first."""
    if state is S.CORRECTING:
        return (S.WITHDRAWN,) if may(role, S.WITHDRAWN) else ()
    return tuple(to for to in MOVES[state] if to is not S.CORRECTING and may(role, to))


def of_case(entries: Iterable[State]) -> State:
    """Where a case as a whole stands; 已归档 where it has no entry."""
    return min(entries, key=_FAR.index, default=S.ARCHIVED)
