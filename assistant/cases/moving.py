"""Moves: entries sent on, with all that a move brings with it, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from assistant.cases import tables as t
from assistant.cases.changing import ROWS, Changing, day_of, for_the_window, restored
from assistant.cases.model import IllegalMove, Mailing
from assistant.cases.states import DECIDED, LABELS, MOVES, Role, State, may
from assistant.checklist.profile import Way
from assistant.errors import Refused

DIRECT = "窗口直接办"
UNDOABLE = frozenset({"moved", "decided", "mailed", "chose", "received", "gave_back", "excused", "resolved", "lane"})
ASIDE = frozenset({"escalated", "settled", "contact", "linked", "scanned"})  # what an undo passes over
_ENDS = frozenset({State.GRANTED, State.REFUSED, State.WITHDRAWN})


def move(change: Changing, ids: Sequence[int], to: State) -> None:
    """Send these entries on, all or none."""
    if to is State.CORRECTING:
        raise IllegalMove("要补材料，请开一次性告知书。")
    if to is State.MAILED:
        raise IllegalMove("寄出要写快递公司和单号。")
    _move(change, change.entries(ids), to, "moved")


def mail(change: Changing, ids: Sequence[int], mailing: Mailing) -> None:
    """These entries are in the post under this number."""
    carrier, parcel = mailing.carrier.strip(), mailing.number.strip()
    if not carrier or not parcel:
        raise Refused("请写上快递公司和单号。")
    rows = change.entries(ids)
    _move(change, rows, State.MAILED, "mailed")
    for row in rows:  # not by `put`: whoever knows the parcel finds the person, so it stays out of the event
        row.carrier, row.parcel = carrier, parcel


def decide(change: Changing, ids: Sequence[int], *, granted: bool) -> None:
    """The department's result, of what it has in hand or was handed."""
    rows = change.entries(ids)
    if handed := [row for row in rows if row.state == State.SUBMITTED]:
        _move(change, handed, State.IN_DEPARTMENT, "moved")
    _move(change, rows, State.GRANTED if granted else State.REFUSED, "decided")


def close(change: Changing) -> None:
    """Archive every entry; Refused where one is not over."""
    for_the_window(change.by)
    rows = [row for row in change.entries() if row.state != State.ARCHIVED]
    if waiting := [row for row in rows if State.ARCHIVED not in MOVES[State(row.state)]]:
        names = "、".join(f"“{row.name}”{LABELS[State(row.state)]}" for row in waiting)
        raise Refused(f"还不能归档：{names}。")
    if not rows:
        raise Refused("这份档案已经归档了。")
    _move(change, rows, State.ARCHIVED, "moved")


def _move(change: Changing, rows: Sequence[t.StoredEntry], to: State, kind: str) -> None:
    from_where = list(dict.fromkeys(State(row.state) for row in rows))
    for row in rows:
        _check(row, to, change.by.role)
    for row in rows:
        if row.state == State.CORRECTING:
            end_pause(change, row)
            _unblock(change, row)
        change.put(row, state=to.value, since=change.at, **_brought(row, to, change))
    if to is State.ARCHIVED and all(row.state == State.ARCHIVED for row in change.entries()):
        change.put(change.row, closed_at=change.at)
    came = "、".join(LABELS[state] for state in from_where)
    change.note(kind, f"{named(rows)}：{came} → {LABELS[to]}")


def _check(row: t.StoredEntry, to: State, role: Role) -> None:
    """IllegalMove where this entry may not go there, or this person may not send it."""
    state = State(row.state)
    if to not in MOVES[state] or (state is State.CORRECTING and to is not State.WITHDRAWN):
        waits = "，要等补的材料齐了或者撤回告知" if state is State.CORRECTING else ""
        raise IllegalMove(f"“{row.name}”现在是“{LABELS[state]}”{waits}，不能改成“{LABELS[to]}”。")
    if not may(role, to):
        raise IllegalMove(f"改成“{LABELS[to]}”由窗口人员来办。")


def _brought(row: t.StoredEntry, to: State, change: Changing) -> dict[str, Any]:
    """What changes with a move besides the state."""
    today = change.today
    if to is State.SUBMITTED:
        return {"submitted_on": today, "clock_from": today}
    if to is State.DONE_AT_WINDOW:
        since = row.clock_from or day_of(change.row.opened_at)
        return {"decided": to.value, "decided_on": today, "clock_from": since}
    if to is State.GUIDED:
        return {"way": "self"}
    if to is State.REGISTERED:
        return {"way": "proxy"}
    if to in _ENDS and not (to is State.WITHDRAWN and State(row.state) in DECIDED):
        return {"decided": to.value, "decided_on": today}
    if to is State.ARCHIVED and row.state == State.GUIDED:
        return {"decided": State.GUIDED.value, "decided_on": today}
    return {}


def begin_pause(change: Changing, row: t.StoredEntry) -> None:
    """The applicant is asked: the clock stands still."""
    change.put(
        row,
        back_to=row.state,
        state=State.CORRECTING.value,
        since=change.at,
        pauses=[*row.pauses, [change.today.isoformat(), None]],
    )


def end_pause(change: Changing, row: t.StoredEntry) -> None:
    """The clock goes on."""
    (since, _), *_ = row.pauses[-1:]
    change.put(row, back_to=None, pauses=[*row.pauses[:-1], [since, change.today.isoformat()]])


def _unblock(change: Changing, row: t.StoredEntry) -> None:
    """A notice does not wait for an entry that was withdrawn; where it waits for nothing more, it is withdrawn too."""
    mine = select(t.StoredNotice).where(t.StoredNotice.case_id == change.row.id)
    for notice in change.session.scalars(mine):
        if row.id in notice.blocks:
            left = [one for one in notice.blocks if one != row.id]
            change.put(notice, blocks=left, **({} if left else {"withdrawn_at": change.at}))


def choose(change: Changing, entry_id: int, way: Way) -> None:
    """Who goes for an entry: the window, or the enterprise by itself."""
    to = State.GUIDED if way == "self" else State.REGISTERED
    _move(change, change.entries([entry_id]), to, "chose")


def undo(change: Changing) -> None:
    """Take back the last change that was not taken back yet."""
    for_the_window(change.by)
    mine = select(t.StoredEvent).where(t.StoredEvent.case_id == change.row.id).order_by(t.StoredEvent.id.desc())
    events = change.session.scalars(mine).all()
    undone = {event.undoes for event in events}
    last = next(one for one in events if one.undoes is None and one.id not in undone and one.kind not in ASIDE)
    if last.kind not in UNDOABLE:
        raise Refused(f"上一步是“{last.what}”，不能撤销。")
    for one in reversed(last.changes):
        row = change.session.get(ROWS[one["on"]], one["id"])
        change.put(row, **{one["field"]: restored(row, one["field"], one["before"])})
    change.note("undone", f"撤销：{last.what}", undoes=last.id)


def named(rows: Sequence[t.StoredEntry]) -> str:
    """Entries by name, for an event."""
    return "、".join(f"“{row.name}”" for row in rows)
