"""The archive: a tar.gz that begins with what it is and ends with the check sums of everything in it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from assistant.errors import Refused

FIRST, LAST = "daoban-backup.json", "SHA256SUMS"  # the latter as sha256sum -c reads it
FORMAT = 1
KNOWLEDGE, DATA = "knowledge", "data"  # folders
SQLITE, POSTGRESQL = "database.sqlite", "database.dump"
HISTORY = "knowledge.bundle"
SETTINGS = "settings.txt"
FILES = frozenset({SQLITE, POSTGRESQL, HISTORY, SETTINGS})
PIECE = 1 << 20
OURS_ALONE = 0o600


class Archive:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums: dict[str, str] = {}

    def file(self, path: Path, name: str) -> bool:
        """Put a file in, as long as it is now; False where it went away meanwhile."""
        try:
            with path.open("rb") as file:
                self._put(name, file, os.fstat(file.fileno()).st_size)
        except FileNotFoundError:
            return False
        return True

    def text(self, content: str, name: str) -> None:
        """Put words in."""
        self.raw(content.encode(), name)

    def raw(self, content: bytes, name: str) -> None:
        """Put a few bytes in."""
        self._put(name, io.BytesIO(content), len(content))

    def finish(self) -> None:
        """Write the check sums, last of all."""
        self.text("".join(f"{digest}  {name}\n" for name, digest in self.sums.items()), LAST)

    def _put(self, name: str, file: IO[bytes], size: int) -> None:
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, OURS_ALONE
        summed = _Summed(file)
        self._tar.addfile(told, cast(IO[bytes], summed))
        self.sums[name] = summed.sum.hexdigest()


class _Summed:
    """A file whose check sum is taken while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sum = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        piece = self._file.read(size)
        self.sum.update(piece)
        return piece


@contextmanager
def written(path: Path, told: dict[str, Any]) -> Iterator[Archive]:
    """An archive at this path, whole or not at all; nobody but us may read it."""
    if path.exists():
        raise Refused(f"{path} 已经有了，换个名字。")
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                archive = Archive(tar)
                archive.text(json.dumps({"format": FORMAT, **told}, ensure_ascii=False, indent=1), FIRST)
                yield archive
                archive.finish()
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise Refused(f"备份写不到 {path}：{error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def unpacked(path: Path, folder: Path) -> dict[str, Any]:
    """What an archive says of itself, after all of it lies checked in the folder; Refused where anything is wrong with it."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            told, sums, promised = _unpacked(tar, folder)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise Refused("这份备份读不完，不是没传完，就是坏了，或者不是 daoban backup 做的。没有恢复。") from error
    except OSError as error:
        raise Refused(f"备份读不出来，没有恢复：{error.strerror or error}") from error
    if promised is None:
        raise Refused("这份备份不全，后面断了，没有恢复。请重新拷一份来。")
    if promised != sums:
        raise Refused("这份备份和它自己的校验值对不上，坏了或者被改过，没有恢复。")
    return told


def _unpacked(tar: tarfile.TarFile, folder: Path) -> tuple[dict[str, Any], dict[str, str], dict[str, str] | None]:
    """What the archive says of itself, the check sums of what was in it, and those that stand at its end."""
    first = tar.next()
    if first is None or not first.isreg() or first.name != FIRST or first.size > PIECE:
        raise Refused("这不是 daoban backup 做的备份，没有恢复。")
    sums = {FIRST: _taken_out(tar, first, folder / FIRST)}
    told = _read((folder / FIRST).read_bytes())
    while (member := tar.next()) is not None:
        if member.name == LAST and member.isreg():
            _taken_out(tar, member, folder / LAST)
            lines = (folder / LAST).read_text("utf-8").splitlines()
            if tar.next() is not None:
                raise Refused("备份文件里多出了东西，没有恢复。")
            return told, sums, {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        if member.name in sums or not _belongs(member):
            raise Refused(f"备份文件里有不该有的：{member.name[:80]!r}。这不是我们做的备份，没有恢复。")
        sums[member.name] = _taken_out(tar, member, folder / member.name)
    return told, sums, None


def _read(content: bytes) -> dict[str, Any]:
    told = json.loads(content)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Refused("这份备份是另一个版本的程序做的，这里读不了。请换成做备份时的版本，或者更新的。")
    return told


def _belongs(member: tarfile.TarInfo) -> bool:
    """Whether it is a plain file of ours that stays where it is unpacked: no link, no device, no way out of the folder."""
    parts = PurePosixPath(member.name).parts
    inside = "/".join(parts) == member.name and not {"..", "/"} & set(parts) and "\0" not in member.name
    if not member.isreg() or not inside:
        return False
    return member.name in FILES or (len(parts) > 1 and parts[0] in (KNOWLEDGE, DATA) and ".git" not in parts)


def _taken_out(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> str:
    """Write one file; gives its check sum."""
    to.parent.mkdir(parents=True, exist_ok=True)
    file = tar.extractfile(member)
    assert file is not None  # a regular file
    digest = hashlib.sha256()
    with file, to.open("xb") as out:
        while piece := file.read(PIECE):
            digest.update(piece)
            out.write(piece)
    to.chmod(0o644 if member.name.startswith(f"{KNOWLEDGE}/") else OURS_ALONE)
    return digest.hexdigest()
