"""The store of cases: every change is one durable transaction that appends its events and bumps the case's version.

What holds: a change that was acknowledged (the method returned) survives the death of the process (kill -9) and a power
cut, because it waits for the disk (durable.py); one that was not acknowledged is there as a whole or not at all.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Engine, select

from assistant.cases import handing_in, matters, moving, notices, opening, queue, ratings, search
from assistant.cases import tables as t
from assistant.cases.changing import Changing, changing, day_of, for_the_window
from assistant.cases.durable import durable, snapshot
from assistant.cases.model import (
    GREEN_LANES,
    Actor,
    Case,
    CaseEvent,
    Contact,
    Enterprise,
    Form,
    Found,
    GreenLane,
    Mailing,
    Matter,
    MatterKind,
    NoticeLine,
    Outcome,
    Rating,
    Wanted,
)
from assistant.cases.queue import Standing
from assistant.cases.reading import contact_of, enterprise_of, events_of, load, stored_case
from assistant.cases.search import Glance
from assistant.cases.states import State
from assistant.checklist.calendar import WorkCalendar, from_the_library
from assistant.checklist.profile import Way
from assistant.db import now
from assistant.errors import NotFound, Refused

BATCH_AT_MOST = 50


class Cases:
    """The cases in the database. `version` is the version the caller saw: Conflict where it is that no more."""

    def __init__(
        self,
        engine: Engine,
        calendar: Callable[[], WorkCalendar] = from_the_library,
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        self.engine = engine
        self.calendar = calendar
        self.clock = clock

    @property
    def today(self) -> dt.date:
        """The day it is in China."""
        return day_of(self.clock())

    def open(self, new: opening.NewCase, *, by: Actor) -> Case:
        """A new case; what an earlier case of the same enterprise holds need not be handed in again."""
        with durable(self.engine) as session:
            number = opening.opened(session, new, by, self.clock())
        return self.find(number)

    def find(self, number: str) -> Case:
        """One case, however its number was typed; NotFound where there is none."""
        with snapshot(self.engine) as session:
            row = stored_case(session, number)
            return load(session, select(t.StoredCase).where(t.StoredCase.id == row.id))[0]

    def contact(self, number: str) -> Contact | None:
        """The contact of a case: personal data, so whoever asks writes the read down in the audit."""
        with snapshot(self.engine) as session:
            found = session.get(t.StoredContact, stored_case(session, number).id)
            return contact_of(found) if found else None

    def events(self, number: str) -> tuple[CaseEvent, ...]:
        """All that happened to a case, oldest first; ratings are not among it."""
        with snapshot(self.engine) as session:
            return events_of(session, stored_case(session, number))

    def enterprise(self, code: str) -> Enterprise | None:
        """The enterprise of a 统一社会信用代码 that had a case before; Refused where the code is wrong."""
        with snapshot(self.engine) as session:
            same = select(t.StoredEnterprise).where(t.StoredEnterprise.code == opening.code_of(code))
            found = session.scalars(same).first()
            return enterprise_of(found) if found else None

    def of_enterprise(self, enterprise: int) -> tuple[Case, ...]:
        """The file of an enterprise (Enterprise.id): all its cases, newest first."""
        mine = select(t.StoredCase).where(t.StoredCase.enterprise_id == enterprise)
        with snapshot(self.engine) as session:
            return load(session, mine.order_by(t.StoredCase.id.desc()))

    # Moves

    def move(self, number: str, version: int, entries: Sequence[int], to: State, *, by: Actor) -> Case:
        """Send entries of one case on, all or none; IllegalMove where one of them may not go there."""
        return self._change(number, version, by, lambda change: moving.move(change, entries, to))

    def move_many(self, wanted: Sequence[Wanted], to: State, *, by: Actor) -> tuple[Outcome, ...]:
        """The same for several cases, each by itself, with what became of it; Refused for more than BATCH_AT_MOST."""
        if len(wanted) > BATCH_AT_MOST:
            raise Refused(f"一次最多改 {BATCH_AT_MOST} 份档案，您选了 {len(wanted)} 份。")
        return tuple(self._one_of_many(one, to, by) for one in wanted)

    def _one_of_many(self, one: Wanted, to: State, by: Actor) -> Outcome:
        try:
            return Outcome(one.number, self.move(one.number, one.version, one.entries, to, by=by))
        except (Refused, NotFound) as problem:
            return Outcome(one.number, problem=str(problem))

    def decide(self, number: str, version: int, entries: Sequence[int], *, granted: bool, by: Actor) -> Case:
        """The department's result, of what was submitted or is in its hands."""
        return self._change(number, version, by, lambda change: moving.decide(change, entries, granted=granted))

    def mail(self, number: str, version: int, entries: Sequence[int], mailing: Mailing, *, by: Actor) -> Case:
        """The certificates of these entries are in the post."""
        return self._change(number, version, by, lambda change: moving.mail(change, entries, mailing))

    def choose(self, number: str, version: int, entry: int, way: Way, *, by: Actor) -> Case:
        """Who goes for an entry: while it is 已登记 it can be left to the enterprise, while 自己去办 taken over."""
        return self._change(number, version, by, lambda change: moving.choose(change, entry, way))

    def close(self, number: str, version: int, *, by: Actor) -> Case:
        """Archive every entry; Refused, with what is still open, where one may not be."""
        return self._change(number, version, by, moving.close)

    def undo(self, number: str, version: int, *, by: Actor) -> Case:
        """Take the last change back, as a new event; once more takes back the one before it."""
        return self._change(number, version, by, moving.undo)

    # Materials and notices

    def receive(self, number: str, version: int, handed: Mapping[int, tuple[Form, int]], *, by: Actor) -> Case:
        """Tick materials as handed in: Material id → in which form, how many."""
        return self._change(number, version, by, lambda change: handing_in.receive(change, handed))

    def give_back(self, number: str, version: int, material: int, *, by: Actor) -> Case:
        """Take the tick away: not here, also where an earlier case was thought to hold it or it was excused."""
        return self._change(number, version, by, lambda change: handing_in.give_back(change, material))

    def excuse(self, number: str, version: int, material: int, reason: str, *, by: Actor) -> Case:
        """A material that need not be handed in, for a reason of handing_in.EXCUSES."""
        return self._change(number, version, by, lambda change: handing_in.excuse(change, material, reason))

    def notify(self, number: str, version: int, lines: Sequence[NoticeLine], *, by: Actor) -> Case:
        """Give the 一次性告知 (the last of case.notices): its entries wait until it is resolved or withdrawn."""
        return self._change(number, version, by, lambda change: notices.notify(change, lines))

    def resolve(
        self, number: str, version: int, notice: int, *, by: Actor, entries: Sequence[int] | None = None
    ) -> Case:
        """What was asked for has come (for these entries, or all): they go back to where they stood."""
        return self._change(number, version, by, lambda change: notices.resolve(change, notice, entries))

    def withdraw_notice(self, number: str, version: int, notice: int, *, by: Actor) -> Case:
        """The notice was given by mistake: its entries go back to where they stood."""
        return self._change(number, version, by, lambda change: notices.withdraw(change, notice))

    # About the case

    def change_contact(self, number: str, version: int, contact: Contact | None, *, by: Actor) -> Case:
        """Another contact, or none; the event says that it changed, never what it is."""

        def put(change: Changing) -> None:
            for_the_window(by)
            if (old := change.session.get(t.StoredContact, change.row.id)) is not None:
                change.session.delete(old)
                change.session.flush()
            if contact is not None:
                change.session.add(opening.stored_contact(change.row.id, opening.contact_of(contact)))
            change.note("contact", "改了联系方式" if contact else "删了联系方式")

        return self._change(number, version, by, put)

    def green_lane(self, number: str, version: int, lane: GreenLane | None, *, by: Actor) -> Case:
        """Put a case on the green lane, or take it off."""

        def put(change: Changing) -> None:
            for_the_window(by)
            change.put(change.row, green_lane=lane)
            change.note("lane", f"走绿色通道（{GREEN_LANES[lane]}）" if lane else "不走绿色通道")

        return self._change(number, version, by, put)

    def _change(self, number: str, version: int, by: Actor, act: Callable[[Changing], None]) -> Case:
        with changing(self.engine, number, version, by, self.clock(), self.calendar) as change:
            act(change)
        return self.find(number)

    # Matters and ratings

    def escalate(self, kind: MatterKind, words: str, *, by: Actor, number: str | None = None) -> Matter:
        """A matter for the leading group's office, of a case or of none."""
        with durable(self.engine) as session:
            return matters.escalate(session, kind, words, by, number, self.clock())

    def settle(self, matter: int, result: str, *, by: Actor) -> Matter:
        """Close a matter with its result; Refused without one."""
        with durable(self.engine) as session:
            return matters.settle(session, matter, result, by, self.clock())

    def matters(self, *, waiting: bool = True) -> tuple[Matter, ...]:
        """The matters that wait, or all, oldest first."""
        with snapshot(self.engine) as session:
            return matters.matters(session, waiting=waiting)

    def rate(self, number: str, level: int, reasons: Sequence[str] = (), words: str = "") -> Rating:
        """The applicant's rating, once for a case of which something is decided; the two lowest open a follow-up."""
        with durable(self.engine) as session:
            return ratings.rate(session, number, level, reasons, words, self.clock(), self.calendar)

    def is_rated(self, number: str) -> bool:
        """Whether a case was rated: for the applicant's page only."""
        rated = select(t.StoredRating.id).join(t.StoredCase).where(t.StoredCase.number == number)
        with snapshot(self.engine) as session:
            return session.scalars(rated).first() is not None

    def ratings(self, *, by: Actor) -> tuple[Rating, ...]:
        """The ratings, newest first; who rated is seen by the head of the window only."""
        with snapshot(self.engine) as session:
            return ratings.ratings(session, by)

    def follow_up(self, rating: int, result: str, *, by: Actor) -> Rating:
        """What came of following up a low rating; for the head of the window."""
        with durable(self.engine) as session:
            return ratings.follow_up(session, rating, result, by, self.clock())

    # Lists

    def queue(self, *, region: str = "", today: dt.date | None = None) -> list[Standing]:
        """The cases nobody has closed (of a region: those it handles or took in, and those of none), due today first, then
        overdue, then by the day they are due."""
        where = queue.in_region(region) if region else ()
        with snapshot(self.engine) as session:
            return queue.standings(session, self.calendar(), today or self.today, where)

    def these(self, standing: Iterable[Standing]) -> tuple[Case, ...]:
        """Some cases of the queue with everything of them, in the same order."""
        with snapshot(self.engine) as session:
            return queue.whole(session, [one.number for one in standing])

    def with_department(self, department: str) -> tuple[Case, ...]:
        """The open cases of which a department has something in hand."""
        with snapshot(self.engine) as session:
            return load(
                session,
                select(t.StoredCase).where(t.StoredCase.closed_at.is_(None), *queue.with_department(department)),
            )

    def submitted(self, day: dt.date) -> dict[str, tuple[Found, ...]]:
        """What was handed to each department on a day, for its 交接单; entries without a department are under ""."""
        entries = select(t.StoredEntry.case_id).where(t.StoredEntry.submitted_on == day)
        handed: dict[str, list[Found]] = defaultdict(list)
        with snapshot(self.engine) as session:
            for case in load(
                session, select(t.StoredCase).where(t.StoredCase.id.in_(entries)).order_by(t.StoredCase.id)
            ):
                mine = [entry for entry in case.entries if entry.submitted_on == day]
                for department in dict.fromkeys(entry.department or "" for entry in mine):
                    of_it = tuple(entry for entry in mine if (entry.department or "") == department)
                    handed[department].append(Found(case, of_it))
        return {department: tuple(found) for department, found in handed.items()}

    def search(self, words: str, *, limit: int = 50) -> tuple[Case, ...]:
        """Cases in which every word occurs in some field, the contact's too; newest first; nothing for no word."""
        if not words.strip():
            return ()
        with snapshot(self.engine) as session:
            return load(session, search.matching(words).limit(limit))

    def glance(self, words: str, *, limit: int) -> list[Glance]:
        """The same cases, each in one line."""
        with snapshot(self.engine) as session:
            return search.glances(session, words, limit) if words.strip() else []
