"""Publishing (发布): who may put out what, now or at its moment, and the way back; press.py writes it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Engine

from assistant.desk import names
from assistant.desk.draft import ALONE, Draft, DraftState
from assistant.desk.drafts import Drafts
from assistant.desk.ending import stands
from assistant.desk.history import Busy
from assistant.desk.journal import CAN_GO_OUT, Journal, Publication, Stage, Wanted
from assistant.desk.merging import brought_together
from assistant.desk.press import Press
from assistant.errors import Refused
from assistant.settings import Settings
from assistant.staff.audit import Audit

log = logging.getLogger("daoban.desk")
CLOCKWORK = "定时"  # who does what has been decided before
ALL = 1_000_000


class Publishing:
    """What becomes of drafts; with `four_eyes`, whoever wrote a draft cannot publish it."""

    def __init__(self, drafts: Drafts, audit: Audit, *, four_eyes: bool = True) -> None:
        self.drafts = drafts
        self.four_eyes = four_eyes
        self.journal = Journal(drafts.engine, drafts.clock)
        self._folder = drafts.folder
        self._press = Press(drafts, self.journal, audit)

    # ---- forward ------------------------------------------------------------------------------------------------
    def approve(
        self, number: int, *, version: int, reviewer: str, beside: Mapping[int, int] = ALONE
    ) -> Publication | None:
        """Agree to a draft, and those `beside` it (number → version), as seen: published now, or (None) when its moment comes."""
        draft = self.drafts.find(number)
        if draft.publish_at is None or draft.publish_at <= self.drafts.clock():
            return self.publish(number, version=version, reviewer=reviewer, beside=beside)
        self._agreeable(number, version, reviewer, beside)
        self.drafts.approved(number, version=version, reviewer=reviewer, beside=beside)
        return None

    def publish(self, number: int, *, version: int, reviewer: str, beside: Mapping[int, int] = ALONE) -> Publication:
        """Publish a draft, and those that belong to it, now; Refused, and nothing changed, where that cannot be."""
        together = self._agreeable(number, version, reviewer, beside)
        with self._press.alone():
            return self._publish(together, reviewer)

    def undo(self, number: int, *, who: str, reason: str) -> Publication:
        """Take one publication back; what was changed elsewhere since then stays. Refused where it was the same place."""
        with self._press.alone():
            return self._undo(self.journal.find(number), who, reason)

    def back_to(self, number: int, *, who: str, reason: str) -> Publication:
        """Take back everything that was published after this one (0: everything at all); what is over by its own word stays so."""
        if number:
            self._done(self.journal.find(number))
        with self._press.alone():
            later = self.journal.all(ALL, stage=Stage.DONE, after=number)
            ended = [one for one in later if one.reviewer == CLOCKWORK and one.undoes and one.undoes <= number]
            files = self._as_after(later, ended)
            if not files and ended:
                raise Refused("有期限的已经到期退回了，不会再用上；那以后没有别的可退。还要用，请重新改一次。")
            if not files:
                raise Refused("在那以后没有再发布过，不用退。")
            return self._press.carry_out(
                Wanted(files, (who,), who, reason or f"退回到第 {number} 次发布", undoes=number)
            )

    def due(self, moment: datetime) -> list[Publication]:
        """Do what has been decided for a moment that is past: publish what was approved, take back what is over."""
        made = self.recover()
        approved = self.drafts.all([DraftState.APPROVED])
        steps = [partial(self._begin, one) for one in approved if one.publish_at and one.publish_at <= moment]
        for step in (*steps, *(partial(self._end, one) for one in self.journal.over(moment))):
            try:
                with self._press.alone():
                    made += step()
            except Refused as refused:  # somebody else is at work, or the disk is full: at the next look
                log.error("what is due could not be done, soon again: %s", refused)
        return made

    def over(self, moment: datetime) -> list[Publication]:
        """What stands until a moment and no longer, newest first."""
        return [one for one in self.journal.over(moment) if self._stands(one)]

    def recover(self) -> list[Publication]:
        """Finish what a dead process began, or take it back where that cannot be; gives what was finished."""
        return self._press.recover()

    # ---- within the lock ----------------------------------------------------------------------------------------
    def _begin(self, approved: Draft) -> list[Publication]:
        draft = self.drafts.find(approved.id)
        if draft.state is not DraftState.APPROVED or not draft.reviewer:  # another process was quicker
            return []
        together = self.drafts.together(draft)
        try:
            _agreed(together)
            return [self._publish(together, draft.reviewer)]
        except Busy:
            raise
        except Refused as refused:
            log.error("到时候没发布成 %s：%s", draft.path, refused)
            now_is = self.drafts.find(draft.id)
            reason = f"到时候没发布成：{refused}"
            self.drafts.refuse(draft.id, version=now_is.version, reviewer=CLOCKWORK, reason=reason)
            return []

    def _end(self, over: Publication) -> list[Publication]:
        if self.journal.find(over.id).until is None:  # another process was quicker
            return []
        made: list[Publication] = []
        fault = None
        try:
            if self._stands(over):
                made.append(self._undo(over, CLOCKWORK, f"到期：{over.reason}"))
        except Busy:
            raise
        except Refused as refused:
            log.error("到期没退成第 %s 次发布：%s", over.id, refused)
            fault = f"到期没退成：{refused}"
        self.journal.expired(over.id, fault)
        return made

    def _publish(self, together: Sequence[Draft], reviewer: str) -> Publication:
        files: dict[str, tuple[str | None, str | None]] = {}
        for one in together:
            on_disk = names.text_at(self._folder, one.path)
            files[one.path] = (on_disk, brought_together(one.path, one.base, one.wanted, on_disk))
        first = together[0]
        if first.until and first.until <= self.drafts.clock():
            raise Refused("到期的时间已经过了，不用再发布；还要用的，改了时间再交。")
        wanted = Wanted(
            files,
            tuple(dict.fromkeys(hand for one in together for hand in one.hands)),
            reviewer,
            first.reason,
            drafts={one.id: one.version for one in together},
            until=first.until,
        )
        return self._press.carry_out(wanted)

    def _undo(self, one: Publication, who: str, reason: str) -> Publication:
        self._done(one)
        files: dict[str, tuple[str | None, str | None]] = {}
        for path, (old, new) in one.files.items():
            on_disk = names.text_at(self._folder, path)
            files[path] = (on_disk, brought_together(path, new, old, on_disk))
        return self._press.carry_out(Wanted(files, (who,), who, reason or f"撤销第 {one.id} 次发布", undoes=one.id))

    def _stands(self, one: Publication) -> bool:
        later = self.journal.all(ALL, stage=Stage.DONE, after=one.id)
        return stands(one, later[::-1], {path: self._press.now_is(path) for path in one.files})

    def _as_after(
        self, later: Sequence[Publication], ended: Sequence[Publication]
    ) -> dict[str, tuple[str | None, str | None]]:
        """What has changed since a publication: path → the text now, the text then without what has `ended` since; newest first."""
        then: dict[str, str | None] = {}
        last: dict[str, str | None] = {}
        for one in later:
            for path, (old, new) in one.files.items():
                last.setdefault(path, new)
                then[path] = old
        for end in reversed(ended):
            then |= {path: brought_together(path, old, new, then[path]) for path, (old, new) in end.files.items()}
        now = {path: names.text_at(self._folder, path) for path in then}
        files = {path: (now[path], brought_together(path, last[path], old, now[path])) for path, old in then.items()}
        return {path: texts for path, texts in files.items() if texts[0] != texts[1]}

    # ---- who may, and what comes of it --------------------------------------------------------------------------
    def _agreeable(self, number: int, version: int, reviewer: str, beside: Mapping[int, int]) -> list[Draft]:
        """The drafts as they were seen, where this person may put them out."""
        for one in self.drafts.together(self.drafts.find(number)):
            self._may(one, reviewer)
        return self.drafts.seen(number, version, beside)

    def _may(self, draft: Draft, reviewer: str) -> None:
        if self.four_eyes:
            if draft.state not in (DraftState.PROPOSED, DraftState.APPROVED):
                raise Refused(f"这份草稿{draft.state.label}，要先提交，再由另一个人审。")
            if reviewer in draft.hands:
                raise Refused("自己写的要请另一个人来审（四眼）。")
        elif draft.state not in CAN_GO_OUT:
            raise Refused(f"这份草稿{draft.state.label}，不能发布。")

    def _done(self, one: Publication) -> None:
        if one.stage is not Stage.DONE:
            raise Refused("这一次没有发布成，没有什么可退的。")


def publishing_over(settings: Settings, engine: Engine) -> Publishing:
    """The desk of a service."""
    drafts = Drafts(engine, settings.knowledge, demo=settings.demo)
    return Publishing(drafts, Audit(engine, settings.data), four_eyes=settings.four_eyes)


def _agreed(together: Sequence[Draft]) -> None:
    """Refused where one of those that belong together is not any more what was agreed to."""
    for one in together:
        if one.state is not DraftState.APPROVED:
            raise Refused(f"和它一起的 {one.path} 审过以后又改过，要一起再提交、再审。")
