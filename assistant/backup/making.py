"""Making a backup: the service goes on while it is made, and only a publication waits."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from assistant.backup import archive as a
from assistant.backup import databases, history
from assistant.desk.holding import reading
from assistant.errors import Refused
from assistant.settings import Settings
from assistant.staff.seal import MARK

ASIDE = "before-restore-"  # what a restoration put aside, in the data folder
STAGING = ".restoring-"
# in the data folder, and not in a backup: made again by itself, or a copy of what is in it
MADE_AGAIN = ("tracker.db*", "vectors-*.npz", "tmp*.npz", "bench", "annexes", f"{ASIDE}*", f"{STAGING}*")
SECRET = ("secret", "token", "key", "password")


@dataclass(frozen=True)
class Made:
    """What is in a backup, for whoever made it."""

    path: Path
    size: int
    files: int
    with_history: bool
    by_hand: tuple[str, ...]  # what is to be kept elsewhere


def back_up(settings: Settings, path: Path) -> Made:
    """Write a backup to a new file; Refused with the reason where that cannot be done."""
    path = path.resolve()
    if databases.is_empty(settings.database_url):
        raise Refused("还没有数据库，没什么可备份的。看看 DAOBAN_DATA、DAOBAN_DATABASE 写得对不对。")
    for folder in (settings.data, settings.knowledge):
        if path.is_relative_to(folder.resolve()):
            raise Refused(f"备份不要放在 {folder} 里面，放到别的盘、别的机器上。")
    if not path.parent.is_dir():
        raise Refused(f"没有 {path.parent} 这个文件夹。")
    kind = a.POSTGRESQL if databases.sqlite_file(settings.database_url) is None else a.SQLITE
    told = {
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "tables": databases.version_of(settings.database_url),
    }
    with TemporaryDirectory(prefix=".daoban-backup-", dir=path.parent) as name, a.written(path, told) as archive:
        staged = Path(name)
        mark = _bytes(
            settings.data / MARK
        )  # before the log: a mark that is ahead of it says that lines were taken away
        with reading(settings.knowledge):
            databases.copied(settings.database_url, staged / kind)
            for file in _files(settings.knowledge, leaving=(".git",)):
                archive.file(settings.knowledge / file, f"{a.KNOWLEDGE}/{file}")
            with_history = history.bundled(settings.knowledge, staged / a.HISTORY)
        archive.file(staged / kind, kind)
        if with_history:
            archive.file(staged / a.HISTORY, a.HISTORY)
        for file in data_files(settings):
            archive.file(settings.data / file, f"{a.DATA}/{file}")
        if mark is not None:
            archive.raw(mark, f"{a.DATA}/{MARK}")
        shown, by_hand = in_words(settings)
        archive.text("".join(f"{line}\n" for line in shown), a.SETTINGS)
    return Made(path, path.stat().st_size, len(archive.sums), with_history, by_hand)


def data_files(settings: Settings) -> Iterator[str]:
    """The files of the data folder that are in a backup as they are; the key of the log is one of them, its mark is not."""
    database = databases.sqlite_file(settings.database_url)
    own = {Path(f"{database}{end}").resolve() for end in databases.BESIDE} if database else set()
    own.add((settings.data / MARK).resolve())
    for file in _files(settings.data, leaving=MADE_AGAIN, never=settings.knowledge.resolve()):
        if (settings.data / file).resolve() not in own:
            yield file


def _files(folder: Path, *, leaving: tuple[str, ...], never: Path | None = None) -> Iterator[str]:
    """The files in a folder by their paths in it, without these of its entries; links are followed."""
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if any(fnmatch(entry.name, one) for one in leaving):
            continue
        if entry.is_file():
            yield entry.name
        for root, inner, names in os.walk(entry, followlinks=True):
            inner[:] = sorted(one for one in inner if one != ".git" and Path(root, one).resolve() != never)
            if Path(root).resolve() != never:
                yield from (Path(root, one).relative_to(folder).as_posix() for one in sorted(names))


def in_words(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The settings that are set, as lines without secrets, and what is to be kept by hand."""
    shown: list[str] = []
    by_hand: list[str] = []
    for one in fields(Settings):
        value, name = getattr(settings, one.name), f"DAOBAN_{one.name.upper()}"
        if value == one.default:
            continue
        if not one.repr or any(word in one.name for word in SECRET):
            by_hand.append(name)
            continue
        plain = _without_password(str(value))
        if plain != str(value):
            by_hand.append(f"{name} 里的密码")
        shown.append(f"{name}={int(value) if isinstance(value, bool) else plain}")
    if settings.brings_encoder:
        by_hand.append(f"自带的句向量模型 {settings.encoder}")
    return tuple(shown), tuple(by_hand)


def _without_password(value: str) -> str:
    """An address with *** for its password."""
    if "://" not in value:
        return value
    try:
        return make_url(value).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "***"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
