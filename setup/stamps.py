"""Stamps: a small file, written last, that says what a finished piece of the set-up was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

SCHEME = "1"  # raise it when the way things are set up changes


def digest(root: Path, paths: Iterable[Path], *, place: Path | None = None) -> str:
    """One hash over the names and contents of files, and over the place of what cannot be moved from it."""
    total = hashlib.sha256(f"{SCHEME}\n{place or ''}\n".encode())
    for path in sorted(paths):
        total.update(f"{path.relative_to(root).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether the stamp is there and says this value."""
    try:
        return stamp.read_text(encoding="ascii") == value
    except (OSError, UnicodeDecodeError):
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """Write the stamp whole or not at all."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    half = stamp.with_name(stamp.name + ".new")
    half.write_text(value, encoding="ascii")
    half.replace(stamp)
