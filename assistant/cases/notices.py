"""一次性告知: everything that is missing or wrong told at once; what could have been told before is marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import select

from assistant.cases import tables as t
from assistant.cases.changing import Changing, day_of, for_the_window
from assistant.cases.clocks import notice_due
from assistant.cases.model import FAULTS, Case, Fault, IllegalMove, Material, Notice, NoticeLine
from assistant.cases.moving import begin_pause, end_pause, named
from assistant.cases.reading import material_of, notice_of
from assistant.cases.states import BLOCKED_FROM, LABELS, State
from assistant.errors import Refused

LONGEST = 300


def notice_lines(case: Case, faulty: dict[int, tuple[Fault, str]], entries: Sequence[int]) -> tuple[NoticeLine, ...]:
    """All there is to tell for these entries: what is not ticked, and what is faulty (Material id → fault, words)."""
    lines = []
    for one in case.materials:
        concerned = tuple(i for i in one.entries if i in entries)
        if concerned and (one.id in faulty or not one.here):
            fault, words = faulty.get(one.id, ("missing", ""))
            lines.append(NoticeLine(one.id, one.name, fault, concerned, words))
    return tuple(lines)


def notify(change: Changing, lines: Sequence[NoticeLine]) -> None:
    """Give a notice; Refused where it is not all there is to tell, or where an entry waits for one already."""
    for_the_window(change.by)
    rows = change.entries(i for line in lines for i in line.entries)
    ids = {row.id for row in rows}
    materials = {
        row.id: material_of(row)
        for row in change.session.scalars(select(t.StoredMaterial).where(t.StoredMaterial.case_id == change.row.id))
    }
    _all_told(lines, materials, ids)
    earlier = [one for one in _of_case(change) if one.withdrawn_at is None]
    told = [_fit(replace(line, repeated=_was_visible(line, materials, earlier)), materials) for line in lines]
    if registered := [row for row in rows if row.state == State.REGISTERED]:
        for row in registered:
            change.put(row, state=State.REVIEWING.value, since=change.at)
        change.note("moved", f"{named(registered)}：{LABELS[State.REGISTERED]} → {LABELS[State.REVIEWING]}")
    for row in rows:
        if row.state not in BLOCKED_FROM:
            raise IllegalMove(f"“{row.name}”现在是“{LABELS[State(row.state)]}”，不能再开一次性告知书。")
    due = notice_due(day_of(change.row.opened_at), change.calendar())
    first = [row for row in rows if row.state == State.REVIEWING and not _told_of(row.id, earlier)]
    for row in rows:
        begin_pause(change, row)
    number = f"{change.row.number}-{len(_of_case(change)) + 1:02d}"
    change.session.add(
        t.StoredNotice(
            case_id=change.row.id,
            number=number,
            lines=[asdict(line) | {"arose_on": line.arose_on.isoformat() if line.arose_on else None} for line in told],
            entries=sorted(ids),
            blocks=sorted(ids),
            at=change.at,
            by=change.by.name,
            late=bool(first) and change.today > due,
        )
    )
    again = sum(line.repeated for line in told)
    marked = f"，其中 {again} 条上次就能看出来" if again else ""
    change.note("notified", f"一次性告知 {number}：{named(rows)}，{len(told)} 条{marked}")


def resolve(change: Changing, notice_id: int, ids: Sequence[int] | None) -> None:
    """What was asked for has come, for these entries or all: they go back to where they stood."""
    row, rows = _waiting(change, notice_id, ids)
    notice, freed = notice_of(row), {one.id for one in rows}
    for line in notice.lines:
        if line.material is not None and freed & set(line.entries):
            material = material_of(change.material(line.material))
            again = material.received_at is not None and material.received_at > notice.at
            if not (again or material.exempt or (line.fault == "missing" and material.here)):
                raise Refused(f"“{line.name}”还没收到补来的，收到了先打勾。")
    _free(change, row, rows, over={"resolved_at": change.at})
    change.note("resolved", f"告知书 {row.number} 要的补齐了：{named(rows)}")


def withdraw(change: Changing, notice_id: int) -> None:
    """The notice was given by mistake: its entries go back to where they stood."""
    row, rows = _waiting(change, notice_id, None)
    _free(change, row, rows, over={"withdrawn_at": change.at})
    change.note("took_back", f"撤回告知书 {row.number}：{named(rows)}")


def _waiting(change: Changing, notice_id: int, ids: Sequence[int] | None) -> tuple[t.StoredNotice, list[t.StoredEntry]]:
    """A notice that still blocks, and which of its entries are meant."""
    for_the_window(change.by)
    row = change.notice(notice_id)
    meant = set(row.blocks if ids is None else ids)
    if not notice_of(row).open or not meant or meant - set(row.blocks):
        raise Refused(f"告知书 {row.number} 已经了结了。")
    return row, change.entries(meant)


def _free(
    change: Changing, row: t.StoredNotice, rows: Sequence[t.StoredEntry], *, over: dict[str, dt.datetime]
) -> None:
    for one in rows:
        change.put(one, state=one.back_to, since=change.at)
        end_pause(change, one)
    left = [i for i in row.blocks if i not in {one.id for one in rows}]
    change.put(row, blocks=left, **({} if left else over))


def _of_case(change: Changing) -> list[Notice]:
    mine = select(t.StoredNotice).where(t.StoredNotice.case_id == change.row.id).order_by(t.StoredNotice.id)
    return [notice_of(row) for row in change.session.scalars(mine)]


def _all_told(lines: Sequence[NoticeLine], materials: dict[int, Material], ids: set[int]) -> None:
    """Refused where something that is not here is not told: a notice says all of it."""
    told = {line.material for line in lines}
    silent = [one for one in materials.values() if ids & set(one.entries) and not one.here and one.id not in told]
    if silent:
        names = "、".join(f"“{one.name}”" for one in silent)
        raise Refused(f"{names}也还没收到。一次性告知要说全：一起写上，或者先写明为什么不用交。")


def _fit(line: NoticeLine, materials: dict[int, Material]) -> NoticeLine:
    """A line as it is kept; Refused where it cannot be understood."""
    if line.fault not in FAULTS or not line.name.strip():
        raise Refused("告知书的每一条都要写明是什么、缺还是不符、过期、签章、其他。")
    if line.material is not None and line.material not in materials:
        raise Refused("这份档案里没有这样材料。")
    if line.fault in ("mismatch", "other") and not line.words.strip():
        raise Refused(f"“{line.name}”哪里不对，要写一句，人家才知道怎么改。")
    return replace(line, name=line.name.strip(), words=line.words.strip()[:LONGEST])


def _told_of(entry_id: int, earlier: Sequence[Notice]) -> bool:
    return any(entry_id in one.entries for one in earlier)


def _was_visible(line: NoticeLine, materials: dict[int, Material], earlier: Sequence[Notice]) -> bool:
    """Whether an earlier notice for one of these entries could have said this and did not: the fault was there then
    (it arose later, or the paper came later: it was not), and what was asked then was something else."""
    before = [one for one in earlier if set(one.entries) & set(line.entries)]
    if any(_says(one, line) for one in before):
        return False
    paper = materials.get(line.material) if line.material is not None else None
    return any(_there(line, paper, one) for one in before)


def _says(notice: Notice, line: NoticeLine) -> bool:
    """Whether a notice told this very fault of this very thing."""
    return any((one.material, one.name, one.fault) == (line.material, line.name, line.fault) for one in notice.lines)


def _there(line: NoticeLine, paper: Material | None, notice: Notice) -> bool:
    """Whether a fault could be seen when a notice was given."""
    if line.arose_on is not None and line.arose_on > day_of(notice.at):
        return False
    if paper is None or line.fault == "missing":
        return True
    return paper.shared_from is not None or (paper.received_at is not None and paper.received_at <= notice.at)
