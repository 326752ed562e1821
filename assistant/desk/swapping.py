"""Files of the knowledge replaced: the new ones are whole on the disk before the first old one goes, and the way back needs no room.

Beside a file stand for a moment `.name.yaml.7.new` and `.name.yaml.7.old` (7: the publication); nobody reads such names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path


def stage(folder: Path, number: int, files: Mapping[str, str | None]) -> None:
    """Write the new files beside the old ones, and keep the old ones by a second name."""
    for path, text in files.items():
        there = folder / path
        if there.is_file():
            _gone(_old(there, number))
            os.link(there, _old(there, number))
        if text is not None:
            _write(_new(there, number), text, like=there)
    _settle(folder, files)


def swap(folder: Path, number: int, files: Mapping[str, str | None]) -> None:
    """Put what was staged in its place; done twice it does no harm."""
    for path, text in files.items():
        there = folder / path
        if text is None:
            _gone(there)
        elif _new(there, number).is_file():
            _new(there, number).replace(there)
    _settle(folder, files)


def take_back(folder: Path, number: int, files: Mapping[str, str | None]) -> None:
    """Everything as it was when it was staged; `files` are the texts of then."""
    for path, text in files.items():
        there = folder / path
        if text is None:
            _gone(there)
        elif _old(there, number).is_file():
            _old(there, number).replace(there)
        elif there.read_bytes() != text.encode():
            _write(_new(there, number), text, like=there)
            _new(there, number).replace(there)
    _settle(folder, files)


def tidy(folder: Path, number: int, files: Iterable[str]) -> None:
    """Take away what stood beside the files."""
    for path in files:
        _gone(_new(folder / path, number))
        _gone(_old(folder / path, number))


def _new(there: Path, number: int) -> Path:
    return there.with_name(f".{there.name}.{number}.new")


def _old(there: Path, number: int) -> Path:
    return there.with_name(f".{there.name}.{number}.old")


def _gone(path: Path) -> None:
    path.unlink(missing_ok=True)


def _write(path: Path, text: str, *, like: Path) -> None:
    mode = like.stat().st_mode & 0o777 if like.is_file() else 0o644
    try:
        with path.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        path.chmod(mode)
    except OSError:
        with suppress(OSError):
            _gone(path)
        raise


def _settle(folder: Path, files: Iterable[str]) -> None:
    """Let the names reach the disk too."""
    for parent in {(folder / path).parent for path in files}:
        handle = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
