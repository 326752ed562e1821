"""The press (付印): a publication written as a whole, committed and noted, or nothing of it; finished after a death at any step."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from assistant.desk import names, swapping
from assistant.desk.drafts import Drafts
from assistant.desk.history import MARK, Busy, History
from assistant.desk.holding import writing
from assistant.desk.journal import Journal, Publication, Wanted
from assistant.errors import DaobanError, Refused
from assistant.staff.audit import Audit

log = logging.getLogger("daoban.desk")


class Press:
    """What writes the knowledge folder: one at a time over all processes, the journal first."""

    def __init__(self, drafts: Drafts, journal: Journal, audit: Audit) -> None:
        self._drafts = drafts
        self._journal = journal
        self._audit = audit
        self._folder = drafts.folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes, and nothing is left half done; Refused where the disk or the database does not take it."""
        try:
            with writing(self._folder):
                self._finish_what_was_begun()
                yield
        except OSError as error:
            raise Refused(f"没有发布成，原来的内容没动：{_sentence(error)}") from error
        except SQLAlchemyError as error:
            log.exception("the database did not take a publication")
            raise Refused("数据库这会儿写不进去。过一会儿先看发布记录：有这一次就不用再发，没有再发一次。") from error

    def carry_out(self, wanted: Wanted) -> Publication:
        """Check, write down, write, commit: all of it, or nothing and Refused."""
        for path in wanted.files:
            names.place(self._folder, path)
        after = {path: new for path, (_, new) in wanted.files.items()}
        if all(old == new for old, new in wanted.files.values()):
            raise Refused("和现在的一样，没有什么可发布的。")
        knowledge = self._drafts.fitness_of(after).must()
        with History.to_write(self._folder) as history:
            history.free()
            one = self._journal.begin(replace(wanted, digest=knowledge.digest))
            commit = self._committed(history, one, lambda: self._put(one, after))
        try:
            return self._finished(one, commit)
        except (OSError, SQLAlchemyError, DaobanError) as error:
            log.exception("publication %s is out, but not noted", one.id)
            raise Refused("已经发布了，可是没全记上，过一会儿会自己补上，不用再发布。") from error

    def recover(self) -> list[Publication]:
        """Finish what a dead process began, or take it back where that cannot be; gives what was finished."""
        if not self._journal.unfinished():
            return []
        with writing(self._folder):
            return self._finish_what_was_begun()

    def now_is(self, path: str) -> str | None:
        """The text of a file; "\\0" for what is not even text, and so somebody else's."""
        try:
            return names.text_at(self._folder, path)
        except Refused:
            return "\x00"

    def _finish_what_was_begun(self) -> list[Publication]:
        finished: list[Publication] = []
        for one in self._journal.unfinished():
            with History.to_write(self._folder) as history:
                commit = history.marked(one.id)
                if commit is None:
                    try:
                        commit = self._committed(history, one, lambda one=one: self._put_again(one))  # type: ignore[misc]
                    except Refused:  # taken back
                        continue
                else:
                    history.agree(_bytes(one.after))
            finished.append(self._finished(one, commit))
            log.warning("publication %s was interrupted and is finished now", one.id)
        return finished

    def _committed(self, history: History, one: Publication, put: Callable[[], None]) -> str:
        """The commit of a publication whose files are `put` in their place; Refused where everything had to go back."""
        people = f"写的人：{'、'.join(one.authors)}\n审的人：{one.reviewer}\n{MARK}{one.id}\n"
        message = f"{' '.join(one.reason.split()) or '改知识库'}\n\n{people}"
        author = one.authors[0] if one.authors else one.reviewer
        try:
            put()
            return history.commit(_bytes(one.after), author=author, message=message)
        except (OSError, DaobanError) as error:
            if commit := history.marked(one.id):  # what failed came after it, and takes nothing away
                return commit
            raise self._taken_back(one, error) from error

    def _put(self, one: Publication, texts: Mapping[str, str | None]) -> None:
        swapping.stage(self._folder, one.id, texts)
        swapping.swap(self._folder, one.id, texts)

    def _put_again(self, one: Publication) -> None:
        """The files of an interrupted publication, wherever it stopped; Refused where somebody has changed one since."""
        missing: dict[str, str | None] = {}
        for path, (old, new) in one.files.items():
            on_disk = names.text_at(self._folder, path)
            if on_disk not in (old, new):
                raise Refused(f"发布中断以后，{path} 又被别处改过。")
            if on_disk != new:
                missing[path] = new
        self._put(one, missing)

    def _finished(self, one: Publication, commit: str) -> Publication:
        what = "knowledge_published" if one.undoes is None else "knowledge_rolled_back"
        if self._audit.last(what, str(one.id)) is None:
            self._audit.note(one.reviewer, what, str(one.id))
        swapping.tidy(self._folder, one.id, one.files)
        return self._journal.done(one.id, commit)

    def _taken_back(self, one: Publication, error: Exception) -> Refused:
        """Put everything back as it was, and say why."""
        why = _sentence(error)
        kind = Busy if isinstance(error, (OSError, Busy)) else Refused
        ours = {path: old for path, (old, new) in one.files.items() if self.now_is(path) in (old, new)}
        try:
            swapping.take_back(self._folder, one.id, ours)
        except OSError as again:  # it stays in the journal, and is tried again
            log.critical("publication %s can be neither finished nor taken back: %s", one.id, again)
            return kind(f"没有发布成：{why} 原来的内容也没能全部放回去，请马上叫管服务器的人看。")
        swapping.tidy(self._folder, one.id, one.files)
        self._journal.failed(one.id, why)
        log.error("publication %s was taken back: %s", one.id, why)
        return kind(f"没有发布成，原来的内容没动：{why}")


def _bytes(texts: Mapping[str, str | None]) -> dict[str, bytes | None]:
    return {path: None if text is None else text.encode("utf-8") for path, text in texts.items()}


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "磁盘满了，请腾出地方再发布。"
        return f"写不进去（{error.strerror or error}），请检查文件夹的权限和磁盘。"
    return str(error)
