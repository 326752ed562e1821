"""Wrong facts (这条信息不对): which fact of which guide people say is wrong, a queue for whoever checks the knowledge."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import DateTime, Engine, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.db import Table, aware, lasting, now
from assistant.errors import NotFound, Refused
from assistant.text import cleaned

KEPT_DAYS = 90  # after it was checked
LONGEST = 200
FAULTS = {
    "changed": "变了，现在不是这样",
    "unreachable": "电话打不通，或者找不到地方",
    "too_much": "窗口说不用这样",
    "missing": "少说了",
    "other": "别的不对",
}
NOT_CHOSEN = "还没选哪里不对。"
TOO_LONG = f"写得太长了，最多 {LONGEST} 个字。"
_PRIVATE = re.compile(  # mobile, also in groups; identity, credit code, bank card: a landline may be what is right
    r"(?<!\d)1[3-9]\d(?:[ \-－—·]?\d){8}(?!\d)|(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d{6})[0-9A-Za-z]{15,20}(?![0-9A-Za-z])"
)


class StoredWrongFact(Table):
    """A fact that somebody says is wrong; nothing about who said so."""

    __tablename__ = "wrong_facts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    guide: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(60))
    fact: Mapped[str] = mapped_column(String(200))
    shown: Mapped[str] = mapped_column(Text)
    fault: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True), index=True)


@dataclass(frozen=True)
class Fact:
    """One fact of one guide as it was shown."""

    guide: str  # its id
    name: str  # of the guide
    label: str  # which fact: 电话, 材料：营业执照 …
    shown: str = ""
    place: str = ""


@dataclass(frozen=True)
class WrongFact:
    """One report in the queue."""

    id: int
    fact: Fact
    fault: str
    words: str
    times: int  # how often the same was said
    at: dt.datetime

    @property
    def line(self) -> str:
        """The report in words, for whoever checks it."""
        where = f"（{self.fact.place}）" if self.fact.place else ""
        shown = f"，页面上写的是“{self.fact.shown}”" if self.fact.shown else ""
        again = f"，{self.times} 次" if self.times > 1 else ""
        said = f"\n    {self.words}" if self.words else ""
        title = f"{self.id}  {self.at.astimezone():%Y-%m-%d %H:%M}  {self.fact.guide} {self.fact.name}{where}"
        return f"{title}\n    {self.fact.label}：{FAULTS.get(self.fault, self.fault)}{again}{shown}{said}"


class WrongFacts:
    """The queue in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def report(self, fact: Fact, fault: str, words: str = "") -> WrongFact:
        """Put a report into the queue, once for all who say the same; Refused where it will not do."""
        said = _PRIVATE.sub("（号码已隐去）", cleaned(words))
        if fault not in FAULTS:
            raise Refused(NOT_CHOSEN)
        if len(said) > LONGEST:
            raise Refused(TOO_LONG)
        same = select(StoredWrongFact).filter_by(
            guide=fact.guide,
            fact=fact.label,
            place=fact.place,
            shown=fact.shown,
            fault=fault,
            words=said,
            done_at=None,
        )
        with Session(self._engine) as session, session.begin():
            lasting(session)
            found = session.scalars(same).first()
            if found is None:
                found = StoredWrongFact(
                    guide=fact.guide,
                    name=fact.name,
                    place=fact.place,
                    fact=fact.label,
                    shown=fact.shown,
                    fault=fault,
                    words=said,
                    times=0,
                    at=now(),
                )
                session.add(found)
            found.times += 1
            session.flush()
            return _report(found)

    def purge(self) -> None:
        """Erase what was checked long ago."""
        with Session(self._engine) as session, session.begin():
            session.execute(
                delete(StoredWrongFact).where(StoredWrongFact.done_at < now() - dt.timedelta(days=KEPT_DAYS))
            )

    def waiting(self) -> list[WrongFact]:
        """What nobody has checked yet, oldest first."""
        query = select(StoredWrongFact).where(StoredWrongFact.done_at.is_(None)).order_by(StoredWrongFact.id)
        with Session(self._engine) as session:
            return [_report(one) for one in session.scalars(query)]

    def done(self, number: int) -> WrongFact:
        """Mark a report as checked; NotFound where there is none of that number."""
        with Session(self._engine) as session, session.begin():
            found = session.get(StoredWrongFact, number)
            if found is None:
                raise NotFound(f"没有 {number} 号纠错")
            found.done_at = found.done_at or now()
            return _report(found)


def _report(stored: StoredWrongFact) -> WrongFact:
    fact = Fact(stored.guide, stored.name, stored.fact, stored.shown, stored.place)
    return WrongFact(stored.id, fact, stored.fault, stored.words, stored.times, aware(stored.at))
