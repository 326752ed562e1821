"""What an index says of itself: what it was built from, and which kind it is."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import DaobanError

FORMAT = 1
NAME = "manifest.json"


class IndexOutdated(DaobanError):
    """The index on disk was built from other knowledge, with another encoder, or not to the end."""


@dataclass(frozen=True)
class Manifest:
    """Written last, and replaced as a whole: an index without one is not there."""

    knowledge: str  # digest of what the passages come from
    encoder: str | None  # digest of the weights
    size: int
    large: bool  # on disk by tantivy and clusters; else flat
    changes: str | None = None  # the file of what was changed since
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Put it in the place of the one before."""
        fresh = folder / f"{NAME}.new"
        with fresh.open("w", encoding="utf-8") as out:
            json.dump(asdict(self), out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(folder / NAME)


def read_manifest(folder: Path, knowledge: str, encoder: str | None) -> Manifest:
    """The manifest of an index for this knowledge and this encoder; IndexOutdated where it is for others."""
    try:
        found = Manifest(**json.loads((folder / NAME).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexOutdated(f"这里没有可用的索引：{folder}。请重新建。") from error
    if found.format != FORMAT:
        raise IndexOutdated(f"索引的格式是旧的：{folder}。请重新建。")
    if found.knowledge != knowledge:
        raise IndexOutdated(f"索引是用另一版知识库建的：{folder}。请重新建。")
    if found.encoder != encoder:
        raise IndexOutdated(f"索引是用另一个编码器建的：{folder}。请重新建。")
    return found
