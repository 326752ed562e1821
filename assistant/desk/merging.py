"""Two changes of one text brought together, line by line; where both touched the same lines, nobody decides but a person."""

from __future__ import annotations

from difflib import SequenceMatcher

from assistant.errors import Refused


class Overlap(Exception):
    """Both changed the same lines of the earlier text, counted from one."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"{first}-{last}")
        self.first, self.last = first, last


def merged(base: str, mine: str, theirs: str) -> str:
    """`base` with what `mine` and what `theirs` changed of it; Overlap where they changed the same lines otherwise."""
    lines = base.splitlines(keepends=True)
    changes = sorted({*_changes(lines, mine), *_changes(lines, theirs)})
    parts: list[str] = []
    at = 0
    last: tuple[int, int, str] | None = None
    for start, end, replacement in changes:
        if last is not None and (start < last[1] or start == last[0]):
            raise Overlap(min(start, last[0]) + 1, max(end, last[1]))
        parts += [*lines[at:start], replacement]
        at, last = end, (start, end, replacement)
    return "".join([*parts, *lines[at:]])


def brought_together(path: str, base: str | None, mine: str | None, theirs: str | None) -> str | None:
    """A file with what `mine` and `theirs` made of `base` (None: no file); Refused where both changed the same place."""
    if theirs == base or mine == theirs:
        return mine
    if mine == base:
        return theirs
    if base is None or mine is None or theirs is None:
        raise Refused(f"{path} 后来被删掉或者重新写过，不能自动合在一起，请照现在的样子再改一次。")
    try:
        return merged(base, mine, theirs)
    except Overlap as overlap:
        one = overlap.first == overlap.last
        where = f"第 {overlap.first} 行" if one else f"第 {overlap.first} 到 {overlap.last} 行"
        raise Refused(f"{path} 原来的{where}后来又改过，不能自动合在一起，请照现在的样子再改一次。") from overlap


def _changes(lines: list[str], text: str) -> list[tuple[int, int, str]]:
    """The pieces of the base that a text has otherwise: from, to, and what stands there."""
    new = text.splitlines(keepends=True)
    opcodes = SequenceMatcher(None, lines, new, autojunk=False).get_opcodes()
    return [(i1, i2, "".join(new[j1:j2])) for kind, i1, i2, j1, j2 in opcodes if kind != "equal"]
