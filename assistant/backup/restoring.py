"""Restoring: everything is unpacked, checked and brought to the newest version first; only then anything is moved.

What was there before is put aside in the data folder, and comes back by itself where a move fails.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.backup import archive as a
from assistant.backup import databases, history
from assistant.backup.making import ASIDE, MADE_AGAIN, STAGING, in_words
from assistant.errors import Refused
from assistant.migrations import head
from assistant.settings import Settings


@dataclass(frozen=True)
class Restored:
    """What came back."""

    made_at: str
    aside: Path | None  # where lies what was there before
    other_settings: tuple[str, ...]  # set when the backup was made, and now not so


def restore(settings: Settings, path: Path, *, replace: bool = False) -> Restored:
    """Make this machine what the backup says; Refused, and nothing changed, where the backup or the machine is not fit."""
    if not path.is_file():
        raise Refused(f"没有 {path} 这个文件。")
    url = settings.database_url
    occupied = list(_occupied(settings))
    if occupied and not replace:
        raise Refused(
            f"这里已经有东西了：{'、'.join(occupied)}。确定要换成备份里的，加上 --replace；原来的会挪到一边。"
        )
    new_folders = [folder for folder in (settings.data, settings.knowledge) if not folder.exists()]
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with TemporaryDirectory(prefix=STAGING, dir=settings.data) as name:
            staged = Path(name)
            told = a.unpacked(path, staged)
            dump = _fit(staged, told, url)
            databases.require_unused(url)
            aside = settings.data / f"{ASIDE}{dt.datetime.now():%Y%m%d-%H%M%S}" if occupied else None
            _move_in(settings, staged, dump, aside)
            before = (staged / a.SETTINGS).read_text("utf-8").splitlines()
    except BaseException as error:
        for folder in new_folders:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise Refused(f"没有恢复成，原来的都没动：{error.strerror or error}") from error
        raise
    now = set(in_words(settings)[0])
    return Restored(str(told.get("made_at", "")), aside, tuple(line for line in before if line not in now))


def _occupied(settings: Settings) -> Iterator[str]:
    """What is already here, in words."""
    if not databases.is_empty(settings.database_url):
        yield "数据库"
    if any(_own(settings.data)):
        yield f"数据目录 {settings.data}"
    if any(_own(settings.knowledge)):
        yield f"知识库 {settings.knowledge}"


def _own(folder: Path) -> Iterator[Path]:
    """What a folder holds, without what is made again."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not any(fnmatch(entry.name, one) for one in MADE_AGAIN if not one.startswith("tracker")):
            yield entry


def _fit(staged: Path, told: dict[str, Any], url: str) -> Path:
    """The copy of the database, checked; and the knowledge with its history, ready to be moved."""
    if str(told.get("tables", "")) > head():
        raise Refused("这份备份是更新的程序做的。先把这里的程序升级到那个版本，再恢复。")
    wanted, other = (a.POSTGRESQL, a.SQLITE) if databases.sqlite_file(url) is None else (a.SQLITE, a.POSTGRESQL)
    if (staged / other).exists():
        kinds = {a.SQLITE: "SQLite", a.POSTGRESQL: "PostgreSQL"}
        raise Refused(
            f"备份里的数据库是 {kinds[other]}，这里设的是 {kinds[wanted]}。照备份的改好 DAOBAN_DATABASE 再恢复。"
        )
    for needed in (staged / wanted, staged / a.KNOWLEDGE, staged / a.SETTINGS):
        if not needed.exists():
            raise Refused("这份备份缺了数据库、知识库或者设置，没有恢复。")
    databases.fit(staged / wanted)
    if (staged / a.HISTORY).exists():
        history.unbundled(staged / a.HISTORY, staged / a.KNOWLEDGE)
    return staged / wanted


def _move_in(settings: Settings, staged: Path, dump: Path, aside: Path | None) -> None:
    """Put aside what is here, and what was unpacked in its place."""
    url = settings.database_url
    file, saved = databases.sqlite_file(url), None
    with _undone_on_fault(aside) as moves:
        if aside is not None:
            aside.mkdir(mode=0o700)
            if file is not None:
                moves.all((Path(f"{file}{end}") for end in databases.BESIDE), aside / "database")
            elif not databases.is_empty(url):
                saved = aside / a.POSTGRESQL
                databases.copied(url, saved)
            moves.all(_own(settings.knowledge), aside / a.KNOWLEDGE)
            moves.all(_own(settings.data), aside / a.DATA)
        moves.all((staged / a.KNOWLEDGE).iterdir(), settings.knowledge)
        if (staged / a.DATA).is_dir():
            moves.all((staged / a.DATA).iterdir(), settings.data)
        if file is not None:
            moves.one(dump, file)
        else:
            databases.put_back(url, dump, saved)


class _Moves:
    """Moves that can be taken back."""

    def __init__(self) -> None:
        self.done: list[tuple[Path, Path]] = []

    def one(self, path: Path, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, to)
        self.done.append((path, to))

    def all(self, paths: Iterable[Path], into: Path) -> None:
        into.mkdir(parents=True, exist_ok=True)
        for path in list(paths):
            if path.exists():
                self.one(path, into / path.name)


@contextmanager
def _undone_on_fault(aside: Path | None) -> Iterator[_Moves]:
    """Everything goes back where it was, and nothing is left aside, where the block fails."""
    moves = _Moves()
    try:
        yield moves
    except BaseException:
        for path, to in reversed(moves.done):
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(to, path)
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
        raise
