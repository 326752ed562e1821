"""Drafts (草稿): a file of the knowledge as somebody would like to have it, until it is published, refused or withdrawn.

One file has one open draft, on which several may write one after the other: who saves says which version was seen.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.cases.changing import day_of
from assistant.db import aware, now
from assistant.desk import names
from assistant.desk.draft import ALONE, OPEN, Conflict, Draft, DraftState, Typed, digest_of, must_be, quicker
from assistant.desk.fitness import Fitness, fitness
from assistant.desk.keeping import keeping
from assistant.desk.merging import brought_together
from assistant.desk.rows import bundled, draft_of, row_of
from assistant.desk.tables import StoredDraft
from assistant.errors import Refused
from assistant.knowledge.finding import Finding

__all__ = ["OPEN", "Conflict", "Draft", "DraftState", "Drafts", "Typed", "digest_of"]


class Drafts:
    """The drafts in the database, over the knowledge folder they would change. `who` is the name of an account."""

    def __init__(
        self, engine: Engine, folder: Path, *, demo: bool = False, clock: Callable[[], dt.datetime] = now
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.demo = demo
        self.clock = clock

    def paths(self) -> list[str]:
        """The files that can be changed."""
        return names.there(self.folder)

    def open(self, path: str) -> Draft:
        """The draft of a file that is open, or the file as it is (an empty one where it is new)."""
        text = names.text_at(self.folder, path)
        with Session(self.engine) as session:
            row = session.scalars(select(StoredDraft).where(StoredDraft.open_path == path)).first()
            return draft_of(row) if row else self._unbegun(path, text)

    def find(self, number: int) -> Draft:
        """One draft; NotFound where there is none."""
        with Session(self.engine) as session:
            return draft_of(row_of(session, number))

    def all(self, states: Iterable[DraftState] = OPEN) -> list[Draft]:
        """The drafts in these states, the last saved first."""
        query = select(StoredDraft).where(StoredDraft.state.in_([str(state) for state in states]))
        with Session(self.engine) as session:
            return [draft_of(row) for row in session.scalars(query.order_by(StoredDraft.saved_at.desc()).limit(1000))]

    def together(self, draft: Draft) -> list[Draft]:
        """The open drafts that are published with this one, itself among them."""
        with Session(self.engine) as session:
            return bundled(session, draft.bundle) or [draft]

    def beside(self, draft: Draft) -> dict[int, int]:
        """The others that are published with this one: number → version."""
        return {one.id: one.version for one in self.together(draft) if one.id != draft.id}

    def seen(self, number: int, version: int, beside: Mapping[int, int]) -> list[Draft]:
        """A draft and those that are published with it; Refused where one of them is not any more what was seen, or is new."""
        draft = self.find(number)
        together = self.together(draft)
        if not draft.open:
            raise Refused(f"这份草稿{draft.state.label}，这一步办不了。")
        if draft.version != version:
            raise Refused("这份草稿在您打开以后又改过，没有发布。请看过现在的样子再办。")
        if self.beside(draft) != dict(beside):
            raise Refused("和它一起发布的草稿，在您打开以后有改动，没有发布。请看过现在的样子再办。")
        return together

    def save(
        self,
        path: str,
        text: str,
        *,
        who: str,
        version: int = 0,
        base: str | None = None,
        reason: str | None = None,
        bundle: str | None = None,
    ) -> Draft:
        """Keep a text: of the draft as it was seen in `version`, or (0) a new one of the file with the digest `base`.

        Conflict where somebody was quicker. What was proposed or approved has to be proposed again.
        """
        return self.save_all([Typed(path, text, version, base)], who=who, reason=reason, bundle=bundle)[0]

    def save_all(
        self, texts: Sequence[Typed], *, who: str, reason: str | None = None, bundle: str | None = None
    ) -> list[Draft]:
        """Keep the texts of several files, or none of them: Conflict where somebody was quicker with one.

        Drafts that wait together with others are not taken away from them into another `bundle`: Refused.
        """
        saved: dict[str, Draft] = {}
        try:
            with keeping(self.engine) as session:
                for one in sorted(texts, key=lambda one: one.path):  # one order for all: nobody waits for each other
                    saved[one.path] = self._keep(session, one, who, reason)
                if bundle is not None:
                    saved |= self._bound(session, saved, bundle)
        except IntegrityError:  # somebody began one at the same moment
            there = (self.open(one.path) for one in texts)
            raise quicker(
                next(draft for draft, one in zip(there, texts, strict=True) if draft.version != one.version)
            ) from None
        return [saved[one.path] for one in texts]

    def propose(
        self,
        number: int,
        *,
        version: int,
        reason: str,
        publish_at: dt.datetime | None = None,
        until: dt.datetime | None = None,
        also: Typed | None = None,
        who: str = "",
    ) -> Draft:
        """Ask for a second pair of eyes for a draft and all that belong to it: why, from when and until when.

        What it wants beside it (`also`, by `who`) is kept with it. Refused, and nothing changed, as long as the check finds
        errors in what they make together.
        """
        draft = self.find(number)
        must_be(draft, version, OPEN)
        together = self.together(draft)
        begins, ends = _utc(publish_at), _utc(until)
        if not reason.strip():
            raise Refused("请写一句为什么改，审的人和以后的人要看。")
        if ends and ends <= max(begins or self.clock(), self.clock()):
            raise Refused("到期的时间要在生效以后。")
        texts = {one.path: one.wanted for one in together}
        self.fitness_of(texts | ({also.path: also.text} if also else {})).must()
        with keeping(self.engine) as session:
            if also:
                bound = {draft.path: draft, also.path: self._keep(session, also, who, None)}
                bound = self._bound(session, bound, draft.bundle or secrets.token_hex(8))
                together = [*(one for one in together if one.path not in bound), *bound.values()]
            for one in together:
                row = self._seen(session, one.id, one.version)
                row.state, row.reviewer, row.refusal = DraftState.PROPOSED, None, None
                row.reason = reason.strip()[:500]
                row.publish_at, row.until = begins, ends
                self._moved(row)
        return self.find(number)

    def approved(self, number: int, *, version: int, reviewer: str, beside: Mapping[int, int] = ALONE) -> Draft:
        """A second person agrees to a draft and all that belong to it, as they were seen; they wait for their moment."""
        together = self.seen(number, version, beside)
        with keeping(self.engine) as session:
            for one in together:
                row = self._seen(session, one.id, one.version, DraftState.DRAFT, DraftState.PROPOSED)
                row.state, row.reviewer = DraftState.APPROVED, reviewer
                self._moved(row)
        return self.find(number)

    def refuse(self, number: int, *, version: int, reviewer: str, reason: str) -> Draft:
        """Give it back to be mended, with the reason."""
        if not reason.strip():
            raise Refused("请写一句为什么退回，写的人好改。")
        with self._changing(number, version, DraftState.PROPOSED, DraftState.APPROVED) as row:
            row.state, row.reviewer, row.refusal = DraftState.REFUSED, reviewer, reason.strip()[:500]
        return self.find(number)

    def withdraw(self, number: int, *, version: int) -> Draft:
        """Let go of it; the file stays as it is. What was agreed to together with it has to be looked at again."""
        with keeping(self.engine) as session:
            row = self._seen(session, number, version)
            row.state, row.open_path = DraftState.WITHDRAWN, None
            self._moved(row)
            for one in bundled(session, row.bundle):
                if one.state is DraftState.APPROVED:
                    other = row_of(session, one.id, locked=True)
                    other.state, other.reviewer = DraftState.PROPOSED, None
                    self._moved(other)
        return self.find(number)

    def behind(self, draft: Draft) -> bool:
        """Whether the file has changed since the draft was begun."""
        return names.text_at(self.folder, draft.path) != draft.base

    def catch_up(self, number: int, *, version: int) -> Draft:
        """Take in what has become of the file since; Refused, with the lines, where both changed the same ones."""
        draft = self.find(number)
        on_disk = names.text_at(self.folder, draft.path)
        text = brought_together(draft.path, draft.base, draft.wanted, on_disk) or ""
        with self._changing(number, version) as row:
            row.base, row.text, row.state = on_disk, text, DraftState.DRAFT
        return self.find(number)

    def faults(self, text: str, path: str) -> list[Finding]:
        """What the check of the whole knowledge says with this file so: every error, and what it notes about the file."""
        return self.faults_of({path: text})

    def faults_of(self, texts: Mapping[str, str | None]) -> list[Finding]:
        """The same for several files at once; None takes a file away."""
        return list(self.fitness_of(texts).findings)

    def fitness_of(self, texts: Mapping[str, str | None]) -> Fitness:
        """The whole knowledge as it would be with these files, and what is wrong with it."""
        for path in texts:
            names.place(self.folder, path)
        return fitness(self.folder, texts, demo=self.demo, today=day_of(self.clock()))

    def _keep(self, session: Session, typed: Typed, who: str, reason: str | None) -> Draft:
        """Keep one text, within a transaction."""
        path, on_disk = typed.path, names.text_at(self.folder, typed.path)
        row = session.scalars(select(StoredDraft).where(StoredDraft.open_path == path).with_for_update()).first()
        if (row.version if row else 0) != typed.version:
            raise quicker(draft_of(row) if row else self._unbegun(path, on_disk))
        if row is not None and row.state not in OPEN:
            raise Refused("这份草稿正在发布，请过几秒再改。")
        at = self.clock()
        if row is None:
            if typed.base is not None and typed.base != digest_of(on_disk):
                raise Conflict(f"您打开以后，{path} 换了新的内容。请重新打开再改。", self._unbegun(path, on_disk))
            if names.fit(typed.text, on_disk) == on_disk:
                return self._unbegun(path, on_disk)
            row = StoredDraft(path=path, open_path=path, base=on_disk, version=0, hands=[], made_at=at, reason="")
            session.add(row)
        row.text = names.fit(typed.text, row.base)
        row.version += 1
        row.state = DraftState.DRAFT
        row.hands = [*(one for one in row.hands if one != who), who]
        row.reason = row.reason if reason is None else reason[:500]
        row.reviewer = row.refusal = None
        row.saved_at = at
        session.flush()
        return draft_of(row)

    def _bound(self, session: Session, saved: Mapping[str, Draft], bundle: str) -> dict[str, Draft]:
        """Let drafts that were saved just now belong together; Refused where that would part one from others."""
        bound: dict[str, Draft] = {}
        for one in saved.values():
            if not one.id:
                continue
            others = [other.path for other in bundled(session, one.bundle) if other.path not in saved]
            if one.bundle != bundle and others:
                raise Refused(
                    f"{one.path} 的草稿是和{'、'.join(others)} 的一起写的，要一起发布，不能另外并到别的里面。请先把它们发布或者撤回。"
                )
            row = row_of(session, one.id)
            row.bundle = bundle
            bound[one.path] = draft_of(row)
        return bound

    def _unbegun(self, path: str, text: str | None) -> Draft:
        at = self.clock()
        return Draft(0, path, text or "", text, 0, DraftState.DRAFT, (), "", *(None,) * 6, at, at)

    @contextmanager
    def _changing(self, number: int, version: int, *states: DraftState) -> Iterator[StoredDraft]:
        """The row of a draft that was seen in this version, in one of these states (or any open one), to be changed."""
        with keeping(self.engine) as session:
            row = self._seen(session, number, version, *states)
            yield row
            self._moved(row)

    def _seen(self, session: Session, number: int, version: int, *states: DraftState) -> StoredDraft:
        """The row of a draft as it was seen, in one of these states (or any open one)."""
        row = row_of(session, number, locked=True)
        must_be(draft_of(row), version, states or OPEN)
        return row

    def _moved(self, row: StoredDraft) -> None:
        """A step further: whoever has it open has to look again."""
        row.version += 1
        row.saved_at = self.clock()


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment as it is kept: not every database keeps the zone."""
    return moment and aware(moment).astimezone(dt.UTC)
