"""Publishing (发布): checked, written as a whole, committed, noted; recovered after a death between any two steps; and the way back."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from assistant.desk import names, swapping
from assistant.desk.drafts import Draft, Drafts, DraftState
from assistant.desk.history import MARK, Busy, History
from assistant.desk.holding import writing
from assistant.desk.journal import Journal, Publication, Stage, Wanted
from assistant.desk.merging import brought_together
from assistant.errors import DaobanError, Refused
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
        self._audit = audit

    # ---- forward ------------------------------------------------------------------------------------------------
    def approve(self, number: int, *, version: int, reviewer: str) -> Publication | None:
        """Agree to a draft as it was seen: it is published now, or (None) when its moment comes."""
        draft = self.drafts.find(number)
        for one in self.drafts.together(draft):
            self._may(one, reviewer)
        if draft.publish_at is None or draft.publish_at <= self.drafts.clock():
            return self.publish(number, version=version, reviewer=reviewer)
        self.drafts.approved(number, version=version, reviewer=reviewer)
        return None

    def publish(self, number: int, *, version: int, reviewer: str) -> Publication:
        """Publish a draft, and those that belong to it, now; Refused, and nothing changed, where that cannot be."""
        draft = self.drafts.find(number)
        together = self.drafts.together(draft)
        for one in together:
            self._may(one, reviewer)
        if draft.version != version:
            raise Refused("这份草稿在您打开以后又改过，没有发布。请看过现在的样子再办。")
        with self._alone():
            return self._publish(together, reviewer)

    def undo(self, number: int, *, who: str, reason: str) -> Publication:
        """Take one publication back; what was changed elsewhere since then stays. Refused where it was the same place."""
        with self._alone():
            return self._undo(self.journal.find(number), who, reason)

    def back_to(self, number: int, *, who: str, reason: str) -> Publication:
        """Take back everything that was published after this one (0: everything at all)."""
        if number:
            self._done(self.journal.find(number))
        with self._alone():
            files = self._as_after(number)
            if not files:
                raise Refused("在那以后没有再发布过，不用退。")
            return self._carry_out(Wanted(files, (who,), who, reason or f"退回到第 {number} 次发布", undoes=number))

    def due(self, moment: datetime) -> list[Publication]:
        """Do what has been decided for a moment that is past: publish what was approved, take back what is over."""
        self.recover()
        made: list[Publication] = []
        for draft in self.drafts.all([DraftState.APPROVED]):
            if draft.publish_at is None or draft.publish_at > moment or not draft.reviewer:
                continue
            with self._alone():
                now = self.drafts.find(draft.id)
                if now.state is not DraftState.APPROVED:  # another process was quicker
                    continue
                together = self.drafts.together(now)
                try:
                    _agreed(together)
                    made.append(self._publish(together, draft.reviewer))
                except Busy:  # at the next look
                    continue
                except Refused as refused:
                    log.error("到时候没发布成 %s：%s", draft.path, refused)
                    at = self.drafts.find(draft.id)
                    self.drafts.refuse(
                        at.id, version=at.version, reviewer=CLOCKWORK, reason=f"到时候没发布成：{refused}"
                    )
        for over in self.journal.over(moment):
            with self._alone():
                if self.journal.find(over.id).until is None:
                    continue
                try:
                    made.append(self._undo(over, CLOCKWORK, f"到期：{over.reason}"))
                    self.journal.expired(over.id)
                except Busy:
                    continue
                except Refused as refused:
                    log.error("到期没退成第 %s 次发布：%s", over.id, refused)
                    self.journal.expired(over.id, f"到期没退成：{refused}")
        return made

    def recover(self) -> list[Publication]:
        """Finish what a dead process began, or take it back where that cannot be; gives what was finished."""
        if not self.journal.unfinished():
            return []
        with writing(self._folder):
            return self._recover()

    # ---- within the lock ----------------------------------------------------------------------------------------
    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with writing(self._folder):
                self._recover()
                yield
        except OSError as error:
            raise Refused(f"没有发布成，原来的内容没动：{_sentence(error)}") from error

    def _publish(self, together: Sequence[Draft], reviewer: str) -> Publication:
        files: dict[str, tuple[str | None, str | None]] = {}
        for one in together:
            on_disk = names.text_at(self._folder, one.path)
            files[one.path] = (on_disk, brought_together(one.path, one.base, one.wanted, on_disk))
        first = together[0]
        wanted = Wanted(
            files,
            tuple(dict.fromkeys(hand for one in together for hand in one.hands)),
            reviewer,
            first.reason,
            drafts={one.id: one.version for one in together},
            until=first.until,
        )
        return self._carry_out(wanted)

    def _undo(self, one: Publication, who: str, reason: str) -> Publication:
        self._done(one)
        files: dict[str, tuple[str | None, str | None]] = {}
        for path, (old, new) in one.files.items():
            on_disk = names.text_at(self._folder, path)
            files[path] = (on_disk, brought_together(path, new, old, on_disk))
        return self._carry_out(Wanted(files, (who,), who, reason or f"撤销第 {one.id} 次发布", undoes=one.id))

    def _as_after(self, number: int) -> dict[str, tuple[str | None, str | None]]:
        """What has changed since a publication: path → the text now, the text then."""
        then: dict[str, str | None] = {}
        last: dict[str, str | None] = {}
        for later in self.journal.all(ALL, stage=Stage.DONE, after=number):  # newest first
            for path, (old, new) in later.files.items():
                last.setdefault(path, new)
                then[path] = old
        now = {path: names.text_at(self._folder, path) for path in then}
        files = {path: (now[path], brought_together(path, last[path], old, now[path])) for path, old in then.items()}
        return {path: texts for path, texts in files.items() if texts[0] != texts[1]}

    def _carry_out(self, wanted: Wanted) -> Publication:
        """Check, write down, write, commit: all of it, or nothing and Refused."""
        for path in wanted.files:
            names.place(self._folder, path)
        after = {path: new for path, (_, new) in wanted.files.items()}
        if all(old == new for old, new in wanted.files.values()):
            raise Refused("和现在的一样，没有什么可发布的。")
        knowledge = self.drafts.fitness_of(after).must()
        with self._history() as history:
            history.free()
            one = self.journal.begin(replace(wanted, digest=knowledge.digest))
            try:
                swapping.stage(self._folder, one.id, after)
                swapping.swap(self._folder, one.id, after)
                commit = self._commit(history, one)
            except (OSError, DaobanError) as error:
                raise self._taken_back(one, error) from error
        return self._finished(one, commit)

    def _recover(self) -> list[Publication]:
        finished: list[Publication] = []
        for one in self.journal.unfinished():
            try:
                with self._history() as history:
                    commit = history.marked(one.id)
                    if commit is None:
                        self._written_again(one)
                        commit = self._commit(history, one)
                    else:
                        history.agree(_bytes(one.after))
                finished.append(self._finished(one, commit))
                log.warning("publication %s was interrupted and is finished now", one.id)
            except (OSError, DaobanError) as error:
                self._taken_back(one, error)
        return finished

    def _written_again(self, one: Publication) -> None:
        """The files of an interrupted publication, wherever it stopped; Refused where somebody has changed one since."""
        missing: dict[str, str | None] = {}
        for path, (old, new) in one.files.items():
            on_disk = names.text_at(self._folder, path)
            if on_disk not in (old, new):
                raise Refused(f"发布中断以后，{path} 又被别处改过。")
            if on_disk != new:
                missing[path] = new
        swapping.stage(self._folder, one.id, missing)
        swapping.swap(self._folder, one.id, missing)

    def _commit(self, history: History, one: Publication) -> str:
        people = f"写的人：{'、'.join(one.authors)}\n审的人：{one.reviewer}\n{MARK}{one.id}\n"
        message = f"{' '.join(one.reason.split()) or '改知识库'}\n\n{people}"
        return history.commit(
            _bytes(one.after), author=one.authors[0] if one.authors else one.reviewer, message=message
        )

    def _finished(self, one: Publication, commit: str) -> Publication:
        what = "knowledge_published" if one.undoes is None else "knowledge_rolled_back"
        if self._audit.last(what, str(one.id)) is None:
            self._audit.note(one.reviewer, what, str(one.id))
        swapping.tidy(self._folder, one.id, one.files)
        return self.journal.done(one.id, commit)

    def _taken_back(self, one: Publication, error: Exception) -> Refused:
        """Put everything back as it was, and say why."""
        why = _sentence(error)
        ours = {path: old for path, (old, new) in one.files.items() if self._now(path) in (old, new)}
        try:
            swapping.take_back(self._folder, one.id, ours)
        except OSError as again:  # it stays in the journal, and is tried again
            log.critical("publication %s can be neither finished nor taken back: %s", one.id, again)
            return Refused(f"没有发布成：{why} 原来的内容也没能全部放回去，请马上叫管服务器的人看。")
        swapping.tidy(self._folder, one.id, one.files)
        self.journal.failed(one.id, why)
        log.error("publication %s was taken back: %s", one.id, why)
        return Refused(f"没有发布成，原来的内容没动：{why}")

    def _now(self, path: str) -> str | None:
        try:
            return names.text_at(self._folder, path)
        except Refused:  # not even text: somebody else's
            return "\x00"

    def _history(self) -> History:
        return History.to_write(self._folder)

    # ---- who may, and what comes of it --------------------------------------------------------------------------
    def _may(self, draft: Draft, reviewer: str) -> None:
        if self.four_eyes:
            if draft.state not in (DraftState.PROPOSED, DraftState.APPROVED):
                raise Refused(f"这份草稿{draft.state.label}，要先提交，再由另一个人审。")
            if reviewer in draft.hands:
                raise Refused("自己写的要请另一个人来审（四眼）。")
        elif draft.state not in (DraftState.DRAFT, DraftState.PROPOSED, DraftState.APPROVED):
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


def _bytes(texts: Mapping[str, str | None]) -> dict[str, bytes | None]:
    return {path: None if text is None else text.encode("utf-8") for path, text in texts.items()}


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "磁盘满了，请腾出地方再发布。"
        return f"写不进去（{error.strerror or error}），请检查文件夹的权限和磁盘。"
    return str(error)
