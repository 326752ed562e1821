"""好差评: what applicants think of the service; the two lowest are followed up, and a clerk never sees who rated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases import tables as t
from assistant.cases.changing import day_of
from assistant.cases.happenings import happened
from assistant.cases.model import APPLICANT, LEVELS, Actor, IllegalMove, Rating
from assistant.cases.reading import stored_case
from assistant.cases.states import Role
from assistant.checklist.calendar import WorkCalendar
from assistant.db import aware
from assistant.errors import NotFound, Refused
from assistant.text import cleaned
from assistant.timezone import CHINA

LOW = frozenset({1, 2})
FOLLOW_UP_DAYS = 5  # working days; our own rule, no law's
REASONS = (
    "一次就说清要什么",
    "跑的次数少",
    "办得快",
    "态度好",
    "多次让补材料",
    "办得慢",
    "没人告诉进度",
    "态度不好",
)
LONGEST = 300
ALL_SEEN = frozenset({Role.HEAD, Role.ADMINISTRATOR})


def rate(
    session: Session,
    number: str,
    level: int,
    reasons: Sequence[str],
    words: str,
    at: dt.datetime,
    calendar: Callable[[], WorkCalendar],
) -> Rating:
    """A rating, once for a case; Refused before anything is decided."""
    case = stored_case(session, number, locked=True)
    said = cleaned(words)
    if level not in LEVELS or any(one not in REASONS for one in reasons) or len(said) > LONGEST:
        raise Refused(f"请选一个星级；想说的话最多 {LONGEST} 个字。")
    entries = select(t.StoredEntry.id).where(t.StoredEntry.case_id == case.id, t.StoredEntry.decided.is_not(None))
    if session.scalars(entries).first() is None:
        raise Refused("还没有办完的事项，办完一项就可以评。")
    if session.scalars(select(t.StoredRating.id).filter_by(case_id=case.id)).first() is not None:
        raise Refused("这份档案已经评过了，谢谢您。")
    due = calendar().end(day_of(at), FOLLOW_UP_DAYS, "工作日") if level in LOW else None
    row = t.StoredRating(
        case_id=case.id,
        level=level,
        reasons=list(dict.fromkeys(reasons)),
        words=said,
        at=at,
        follow_up_by=due,
    )
    session.add(row)
    session.flush()
    happened(session, None, APPLICANT, "rated", f"收到第 {row.id} 号评价", at)
    return rating_of(row, case.number)


def ratings(session: Session, by: Actor) -> tuple[Rating, ...]:
    """The ratings, newest first: with their case for the head of the window, for others with the month only."""
    query = select(t.StoredRating, t.StoredCase.number).join(t.StoredCase).order_by(t.StoredRating.id.desc())
    all_ = tuple(rating_of(row, number) for row, number in session.execute(query))
    return all_ if by.role in ALL_SEEN else tuple(_veiled(one) for one in all_)


def follow_up(session: Session, rating: int, result: str, by: Actor, at: dt.datetime) -> Rating:
    """What came of asking after a low rating."""
    if by.role is not Role.HEAD:
        raise IllegalMove("差评由窗口负责人回访。")
    said = cleaned(result)
    row = session.get(t.StoredRating, rating, with_for_update=True)
    if row is None or row.follow_up_by is None:
        raise NotFound(f"第 {rating} 号评价不用回访。")
    if row.followed_up_at is not None:
        raise Refused(f"第 {rating} 号评价已经由 {row.followed_up_by} 回访过了。")
    if not said or len(said) > LONGEST:
        raise Refused(f"回访结果要写，最多 {LONGEST} 个字。")
    row.result, row.followed_up_at, row.followed_up_by = said, at, by.name
    happened(session, None, by, "followed_up", f"回访第 {row.id} 号评价", at)
    case = session.get_one(t.StoredCase, row.case_id)
    return rating_of(row, case.number)


def rating_of(row: t.StoredRating, number: str) -> Rating:
    """A rating from its row."""
    return Rating(
        id=row.id,
        level=row.level,
        reasons=tuple(row.reasons),
        words=row.words,
        at=aware(row.at),
        case=number,
        follow_up_by=row.follow_up_by,
        followed_up_at=aware(row.followed_up_at) if row.followed_up_at else None,
        followed_up_by=row.followed_up_by,
        result=row.result,
    )


def _veiled(rating: Rating) -> Rating:
    """A rating from which nobody can tell whose it is: no case, no moment, no words of the person or about him."""
    month = rating.at.astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return replace(rating, case=None, at=month, words="", result=None, follow_up_by=None, followed_up_at=None)
