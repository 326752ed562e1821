"""The journal of publications: what is going to be written is written down first, so that a death between two steps loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Engine, case, select, update
from sqlalchemy.orm import Session

from assistant.cases.durable import durable
from assistant.db import aware
from assistant.desk.draft import DraftState
from assistant.desk.tables import StoredDraft, StoredPublication
from assistant.errors import NotFound, Refused

CAN_GO_OUT = (DraftState.DRAFT, DraftState.PROPOSED, DraftState.APPROVED)


class Stage(StrEnum):
    """How far a publication has come."""

    PREPARING = "preparing"  # being written: whoever finds this without a living writer finishes it
    DONE = "done"
    FAILED = "failed"  # taken back before anybody saw it; `fault` says why


@dataclass(frozen=True)
class Publication:
    """One change of the knowledge on disk."""

    id: int
    stage: Stage
    files: dict[str, tuple[str | None, str | None]]  # path → text before, text after; None for no file
    drafts: tuple[int, ...]
    authors: tuple[str, ...]
    reviewer: str
    reason: str
    fault: str | None
    commit: str | None
    digest: str  # of the whole knowledge: served where a service names the same
    undoes: int | None
    until: dt.datetime | None
    at: dt.datetime

    @property
    def before(self) -> dict[str, str | None]:
        """The texts that were there."""
        return {path: old for path, (old, _) in self.files.items()}

    @property
    def after(self) -> dict[str, str | None]:
        """The texts that are there now."""
        return {path: new for path, (_, new) in self.files.items()}


@dataclass(frozen=True)
class Wanted:
    """What shall be published, and on whose word."""

    files: Mapping[str, tuple[str | None, str | None]]
    authors: tuple[str, ...]
    reviewer: str
    reason: str
    digest: str = ""
    drafts: Mapping[int, int] = field(default_factory=dict)  # number → version
    undoes: int | None = None
    until: dt.datetime | None = None


class Journal:
    """The publications in the database."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def begin(self, wanted: Wanted) -> Publication:
        """Write down what is going to be done; it is on the disk when this returns. Its drafts can be changed no more.

        Refused where one of the drafts is not any more what it was.
        """
        with durable(self._engine) as session:
            for number, version in wanted.drafts.items():
                draft = session.get(StoredDraft, number, with_for_update=True)
                if draft is None or draft.version != version or draft.state not in CAN_GO_OUT:
                    raise Refused("这份草稿刚刚变了，没有发布。请看过现在的样子再办。")
                draft.version, draft.state = version + 1, DraftState.PUBLISHING
            row = StoredPublication(
                state=Stage.PREPARING,
                files={path: list(texts) for path, texts in wanted.files.items()},
                drafts=list(wanted.drafts),
                authors=list(wanted.authors),
                reviewer=wanted.reviewer[:40],
                reason=wanted.reason[:500],
                digest=wanted.digest,
                undoes=wanted.undoes,
                until=wanted.until,
                at=self._clock(),
            )
            session.add(row)
            session.flush()
            return _publication(row)

    def done(self, number: int, commit: str) -> Publication:
        """It is on the disk and in git; its drafts are closed with it."""
        with durable(self._engine) as session:
            row = _row(session, number)
            row.state, row.commit_id, row.at = Stage.DONE, commit, self._clock()
            session.execute(
                update(StoredDraft)
                .where(StoredDraft.id.in_(row.drafts))
                .values(
                    state=DraftState.PUBLISHED,
                    open_path=None,
                    publication=number,
                    reviewer=row.reviewer,
                    saved_at=row.at,
                )
            )
            return _publication(row)

    def failed(self, number: int, fault: str) -> Publication:
        """Nothing of it is left; its drafts wait as before, for their reviewer or, with their reviewer's word, for their moment."""
        with durable(self._engine) as session:
            row = _row(session, number)
            row.state, row.fault = Stage.FAILED, fault[:500]
            session.execute(
                update(StoredDraft)
                .where(StoredDraft.id.in_(row.drafts), StoredDraft.state == DraftState.PUBLISHING)
                .values(
                    state=case((StoredDraft.reviewer.is_(None), DraftState.PROPOSED), else_=DraftState.APPROVED),
                    refusal=row.fault,
                )
            )
            return _publication(row)

    def expired(self, number: int, fault: str | None = None) -> None:
        """Its time is over and it has been taken back, or could not be."""
        with durable(self._engine) as session:
            row = _row(session, number)
            row.until, row.fault = None, fault and fault[:500]

    def find(self, number: int) -> Publication:
        """One publication; NotFound where there is none."""
        with Session(self._engine) as session:
            return _publication(_row(session, number))

    def all(self, limit: int = 200, *, stage: Stage | None = None, after: int = 0) -> list[Publication]:
        """The publications, newest first; in one stage, after one of them, where that is wanted."""
        query = select(StoredPublication).where(StoredPublication.id > after).order_by(StoredPublication.id.desc())
        if stage is not None:
            query = query.where(StoredPublication.state == stage)
        with Session(self._engine) as session:
            return [_publication(row) for row in session.scalars(query.limit(limit))]

    def unfinished(self) -> list[Publication]:
        """What was begun and is not finished, oldest first."""
        return self.all(stage=Stage.PREPARING)[::-1]

    def over(self, moment: dt.datetime) -> list[Publication]:
        """What has been in force as long as it should be, newest first."""
        query = select(StoredPublication).where(
            StoredPublication.state == Stage.DONE, StoredPublication.until <= moment
        )
        with Session(self._engine) as session:
            return [_publication(row) for row in session.scalars(query.order_by(StoredPublication.id.desc()))]

    def checked(self, digest: str) -> bool:
        """Whether the knowledge of this digest passed the check when it was published."""
        query = select(StoredPublication.id).where(
            StoredPublication.digest == digest, StoredPublication.state == Stage.DONE
        )
        with Session(self._engine) as session:
            return session.scalars(query.limit(1)).first() is not None


def _row(session: Session, number: int) -> StoredPublication:
    row = session.get(StoredPublication, number)
    if row is None:
        raise NotFound("没有这一次发布。")
    return row


def _publication(row: StoredPublication) -> Publication:
    return Publication(
        id=row.id,
        stage=Stage(row.state),
        files={path: (old, new) for path, (old, new) in row.files.items()},
        drafts=tuple(row.drafts),
        authors=tuple(row.authors),
        reviewer=row.reviewer,
        reason=row.reason,
        fault=row.fault,
        commit=row.commit_id,
        digest=row.digest,
        undoes=row.undoes,
        until=aware(row.until) if row.until else None,
        at=aware(row.at),
    )
