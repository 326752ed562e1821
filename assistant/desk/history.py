"""The knowledge in git: every publication is a commit, and any earlier day can be read again; no git program is needed.

The commit is made from the last one and the files of the publication alone, so what somebody else has staged stays staged.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.file import FileLocked
from dulwich.ignore import IgnoreFilterManager
from dulwich.index import IndexEntry
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.objectspec import parse_commit
from dulwich.refs import HEADREF
from dulwich.repo import BaseRepo, MemoryRepo, Repo
from dulwich.walk import ORDER_TOPO

from assistant.errors import NotFound, Refused

log = logging.getLogger("daoban.desk")
EMAIL = "desk@localhost"
COMMITTER = f"智能导办 <{EMAIL}>".encode()
FILE, FOLDER = 0o100644, 0o040000
PATIENCE = 5.0  # seconds that we wait for somebody else's git
NOTE = "daoban-publishing"  # a file in the repository's own folder
MARK = "发布编号："  # what a publication's commit is recognised by
LOOK_BACK = 200  # commits in which it is looked for


class Busy(Refused):
    """It cannot be written just now: somebody else's git holds the repository, or the disk is full."""


class History:
    """The git repository that holds a knowledge folder, to be read; where there is none, a history without a single day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        found = _around(self._folder)
        self._repo: BaseRepo = found or MemoryRepo()
        self._prefix = self._folder.relative_to(Path(found.path).resolve()).parts if found else ()

    @classmethod
    def to_write(cls, folder: Path) -> History:
        """The same, to be written by whoever holds the folder; the repository is made where there is none around it."""
        if _around(folder.resolve()) is None:
            _begin(folder.resolve())
        history = cls(folder)
        history._unlocked()
        if history._head is None:
            history.commit(dict(_everything(history._folder)), author="智能导办", message="知识库开始记账")
        return history

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self._repo, Repo):
            self._repo.close()

    def free(self) -> None:
        """Busy as long as another git is at work here, or left its lock behind."""
        lock = self._control / "index.lock"
        until = time.monotonic() + PATIENCE
        while lock.exists():
            if time.monotonic() > until:
                raise Busy(f"有别的程序正在用 git。等它做完再发布；确定没有人在用，就删掉 {lock.name}。")
            time.sleep(0.1)

    def commit(self, files: Mapping[str, bytes | None], *, author: str, message: str) -> str:
        """The id of a new commit in which these files are so (None: gone) and all else is as in the last one."""
        until = time.monotonic() + PATIENCE
        with self._at_work():
            return self._commit(files, author, message, until)

    def _commit(self, files: Mapping[str, bytes | None], author: str, message: str, until: float) -> str:
        while True:
            try:
                made = self._committed(files, author, message)
            except FileLocked as error:
                if time.monotonic() > until:
                    raise Busy("有别的程序正在用 git，没有发布，请过一会儿再试。") from error
                made = None
            if made is not None:
                self.agree(files)
                return made
            if time.monotonic() > until:
                raise Busy("git 一直有别的提交进来，没有发布，请再试一次。")
            time.sleep(0.1)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Leave a note as long as we may hold git's locks; a process that dies leaves the note behind with them."""
        note = self._control / NOTE
        note.touch()
        try:
            yield
        finally:
            note.unlink(missing_ok=True)

    def _unlocked(self) -> None:
        """Take away the locks that a dead process of ours left: nobody of us lives beside whoever holds the folder."""
        note = self._control / NOTE
        if not note.exists():
            return
        begun = note.stat().st_mtime
        names = ("index", "HEAD", "packed-refs", *(name.decode() for name in self._repo.refs.follow(HEADREF)[0]))
        locks = [self._control / f"{name}.lock" for name in names]
        until = time.monotonic() + PATIENCE  # it may be another's who is just at work
        while any(lock.exists() for lock in locks) and time.monotonic() < until:
            time.sleep(0.1)
        for lock in locks:
            if lock.exists() and -1 < lock.stat().st_mtime - begun < 2 * PATIENCE:
                log.warning("git's %s is taken away: a publication died holding it", lock.name)
                lock.unlink(missing_ok=True)
        note.unlink()

    def agree(self, files: Mapping[str, bytes | None]) -> None:
        """Let git's list of files say that these are as committed; where it is locked, `git status` stays surprised."""
        try:
            self.free()
            self._index(files)
        except (Busy, FileLocked, OSError) as error:
            log.warning("git's index does not know yet that %s is committed: %s", ", ".join(files), error)

    def marked(self, number: int) -> str | None:
        """The commit of a publication, where it was made already."""
        wanted = f"{MARK}{number}".encode()
        for commit in self._commits(LOOK_BACK):
            if wanted in commit.message.splitlines():
                return commit.id.decode()
        return None

    def at(self, moment: dt.datetime) -> str:
        """The last commit that was there at a moment; NotFound where the history begins later."""
        for commit in self._commits():
            if commit.commit_time <= moment.timestamp():
                return commit.id.decode()
        raise NotFound("那一天还没有记账，最早的一份在那以后。")

    def texts(self, commit: str) -> dict[str, bytes]:
        """All files of the knowledge as they were in a commit."""
        top: ObjectID = parse_commit(self._repo, commit.encode()).tree
        for part in self._prefix:
            tree = self._repo[top]
            if not isinstance(tree, Tree) or part.encode() not in tree:
                raise NotFound("那时候还没有知识库。")
            top = tree[part.encode()][1]
        return dict(self._within(top, ""))

    def _within(self, tree_id: ObjectID, before: str) -> Iterator[tuple[str, bytes]]:
        tree = self._repo[tree_id]
        assert isinstance(tree, Tree)
        for name, mode, own in tree.items():
            path = before + name.decode("utf-8", "replace")
            if mode == FOLDER:
                yield from self._within(own, f"{path}/")
            else:
                found = self._repo[own]
                if isinstance(found, Blob):
                    yield path, found.data

    @property
    def _head(self) -> ObjectID | None:
        return self._repo.refs.follow(HEADREF)[1]

    @property
    def _control(self) -> Path:
        assert isinstance(self._repo, Repo)
        return Path(self._repo.controldir())

    def _commits(self, limit: int | None = None) -> Iterator[Commit]:
        if self._head is None:
            return
        for entry in self._repo.get_walker(max_entries=limit, order=ORDER_TOPO):
            yield entry.commit

    def _committed(self, files: Mapping[str, bytes | None], author: str, message: str) -> str | None:
        """The new commit; None where somebody else was quicker to make one."""
        names, head = self._repo.refs.follow(HEADREF)
        store = self._repo.object_store
        tree = parse_commit(self._repo, head).tree if head is not None else None
        for path, data in files.items():
            blob = None
            if data is not None:
                blob = Blob.from_string(data)
                store.add_object(blob)
            tree = self._put(tree, (*self._prefix, *path.split("/")), blob.id if blob else None)
        new = Commit()
        new.tree = tree or self._added(Tree())
        new.parents = [head] if head is not None else []
        new.author = f"{author.translate(_PLAIN)} <{EMAIL}>".encode()
        new.committer = COMMITTER
        new.author_time = new.commit_time = int(time.time())
        new.author_timezone = new.commit_timezone = 8 * 3600
        new.encoding = b"UTF-8"
        new.message = message.encode()
        store.add_object(new)
        if head is None:
            done = self._repo.refs.add_if_new(names[-1], new.id)
        else:
            done = self._repo.refs.set_if_equals(
                names[-1], head, new.id, message=b"commit: " + new.message.split(b"\n")[0]
            )
        return new.id.decode() if done else None

    def _put(self, tree_id: ObjectID | None, parts: tuple[str, ...], blob: ObjectID | None) -> ObjectID | None:
        """The tree with one file put in or taken out; None where nothing is left of it."""
        found = self._repo[tree_id] if tree_id is not None else Tree()
        assert isinstance(found, Tree)
        tree = found.copy()
        assert isinstance(tree, Tree)
        name = parts[0].encode()
        inner = blob
        if len(parts) > 1:
            inner = self._put(tree[name][1] if name in tree else None, parts[1:], blob)
        if inner is not None:
            tree[name] = (FOLDER if len(parts) > 1 else FILE, inner)
        elif name in tree:
            del tree[name]
        return self._added(tree) if len(tree) else None

    def _added(self, tree: Tree) -> ObjectID:
        self._repo.object_store.add_object(tree)
        return tree.id

    def _index(self, files: Mapping[str, bytes | None]) -> None:
        """What `git status` compares with: these files are as committed."""
        assert isinstance(self._repo, Repo)
        index = self._repo.open_index()
        for path, data in files.items():
            name = "/".join((*self._prefix, path)).encode()
            if data is None:
                if name in index:
                    del index[name]
                continue
            stat = (self._folder / path).stat()
            index[name] = IndexEntry(
                ctime=int(stat.st_ctime),
                mtime=int(stat.st_mtime),
                dev=stat.st_dev,
                ino=stat.st_ino,
                mode=FILE,
                uid=stat.st_uid,
                gid=stat.st_gid,
                size=stat.st_size,
                sha=Blob.from_string(data).id,
            )
        index.write()


_PLAIN = {ord(sign): " " for sign in "<>\n\r\x00"}


def _begin(folder: Path) -> None:
    """A repository of the folder's own, whole or not at all."""
    begun = folder / ".begun"
    shutil.rmtree(begun, ignore_errors=True)  # what a dead process left
    begun.mkdir()
    Repo.init(str(begun), default_branch=b"main").close()
    (begun / ".git").rename(folder / ".git")
    begun.rmdir()


def _around(folder: Path) -> Repo | None:
    """The repository that the folder is part of; one that ignores it does not count."""
    try:
        repo = Repo.discover(str(folder))
    except NotGitRepository:
        return None
    if not repo.has_index():
        return None
    inside = folder.relative_to(Path(repo.path).resolve()).as_posix()
    if inside != "." and IgnoreFilterManager.from_repo(repo).is_ignored(f"{inside}/"):
        return None
    return repo


def _everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield inside.as_posix(), path.read_bytes()
