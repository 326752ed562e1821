"""Long text cut into messages: between lines, else between sentences, never inside a telephone, a number or an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CONTINUED = "（接着上一段）"
_LONGEST_HEADING = 200  # bytes that are worth repeating
_CLOSING = "[”’」』）】〕]*"
# The places to cut at, best first; digits and Latin letters stay together (telephones, numbers, addresses of pages).
_CUTS = (
    re.compile(rf"[^。！？；…\n]*[。！？；…\n]+{_CLOSING}|[^。！？；…\n]+"),
    re.compile(rf"[^，、：]*[，、：]+{_CLOSING}|[^，、：]+"),
    re.compile(r"[!-~—–（）]+|.", re.DOTALL),
    re.compile(r".", re.DOTALL),
)


@dataclass(frozen=True)
class Block:
    """Lines that belong together, under a heading that never stands without one of them."""

    lines: tuple[str, ...]
    heading: str | None = None

    def __str__(self) -> str:
        return "\n".join((self.heading, *self.lines) if self.heading else self.lines)


def size(text: str) -> int:
    """What a text takes of a message, in bytes."""
    return len(text.encode())


def joined(blocks: Iterable[Block]) -> str:
    """Blocks as one text, an empty line between them."""
    return "\n\n".join(map(str, blocks))


def cut(blocks: Sequence[Block], room: int, *, first: int | None = None) -> list[str]:
    """Blocks as texts of at most `room` bytes, the first of at most `first`; what is cut apart repeats its heading."""
    texts: list[str] = []
    text, left = "", room if first is None else first
    for block in blocks:
        again = f"{block.heading}{CONTINUED}\n" if block.heading and size(block.heading) <= _LONGEST_HEADING else ""
        for before, part in _parts(block, room - size(again)):
            if size(text + before + part) <= left:
                text = text + before + part if text else part
                continue
            if text or (first is not None and not texts):
                texts.append(text)
            text, left = (part if before == "\n\n" else again + part), room
    return [one.strip() for one in (*texts, text)]


def fragments(text: str, room: int) -> list[str]:
    """A text in as few parts of at most `room` bytes as the best places to cut at allow; joined they are the text."""
    found: list[str] = []
    for atom in _atoms(text, room, _CUTS):
        if found and size(found[-1] + atom) <= room:
            found[-1] += atom
        else:
            found.append(atom)
    return found


def _parts(block: Block, room: int) -> Iterator[tuple[str, str]]:
    """The lines of a block, the heading with the first of them, and what parts each from the text before."""
    for number, line in enumerate(block.lines):
        whole = f"{block.heading}\n{line}" if block.heading and number == 0 else line
        for part, fragment in enumerate(fragments(whole, room)):
            yield "" if part else "\n" if number else "\n\n", fragment


def _atoms(text: str, room: int, cuts: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    """The text, or its parts by the first of these cuts that makes them small enough."""
    if size(text) <= room:
        yield text
        return
    for part in cuts[0].findall(text):
        yield from _atoms(part, room, cuts[1:])
