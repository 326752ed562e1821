"""A table as it stands in the file: cells with their text, merged ones repeated, and how text is cleaned."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_FULL_WIDTH: dict[int, int | str | None] = {
    code: code - 0xFEE0 for a, b in ("０９", "ＡＺ", "ａｚ") for code in range(ord(a), ord(b) + 1)
}
_WIDTH: dict[int, int | str | None] = {
    **_FULL_WIDTH,
    0x3000: " ",
    0xA0: " ",
    ord("．"): ".",
    ord("－"): "-",
    ord("％"): "%",
}
_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")
MAX_ROWS, MAX_COLUMNS = 5000, 60


@dataclass(frozen=True)
class Cell:
    """One place of the table; places of one merged cell have the same `area`."""

    text: str
    area: int


@dataclass(frozen=True)
class Grid:
    """A whole table: where it stands in the file, and the words above it."""

    where: str
    title: str
    rows: tuple[tuple[Cell, ...], ...]


def clean(text: object) -> str:
    """The text with half-width digits and letters, no invisible characters, no empty lines."""
    plain = str(text).translate(_WIDTH).replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    shown = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in shown.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """A cell of several lines as one, without the spaces that were only there to fill the cell."""
    return _BESIDE_HAN.sub("", " ".join(text.split()))
