"""One YAML file turned into other data by changing only the lines that must change.

ruamel.yaml says where every value stands and how a new one is written; the bytes between stay as the editor left them:
comments, order, quoting, flow style, even odd indentation.
"""

from __future__ import annotations

import json
import re
from difflib import SequenceMatcher
from functools import lru_cache
from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from assistant.errors import DaobanError

_IDENTITIES = (
    ("编号",),
    ("简称",),
    ("地区", "事项"),
    ("科室",),
    ("共用",),
    ("名称",),
    ("内容",),
    ("做什么",),
    ("指南",),
)
_QUOTED = re.compile(r"[\[\]{},:#&*!|>'\"%@`?\\<=]|^[-\s]|\s$|[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff]")
_BARE = re.compile(r"-?[\d.,:_]+|[\d-]+|true|false|null|yes|no|on|off|~", re.I)


def as_read(value: Any) -> Any:
    """The value as the knowledge reads it back: every scalar a string."""
    if isinstance(value, dict):
        return {key: as_read(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_read(inner) for inner in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def spliced(text: str, old: Any, new: Any) -> str:
    """The text of a file with data `old`, made to say `new`."""
    root = YAML(typ="safe", pure=True).compose(text)
    splicer = _Splicer(text)
    splicer.value(root, old, new)
    result = splicer.result()
    if _unset(base_load(result)) != _unset(as_read(new)):
        raise DaobanError("这个文件的排版太特殊，没法只改几行。请先在编辑器里整理一下格式，再导入")
    return result


def base_load(text: str) -> Any:
    """The text as YAML reads it, every scalar a string."""
    try:
        return yaml.load(text, Loader=yaml.CBaseLoader)  # strings, lists and dicts only
    except yaml.YAMLError:
        return None


def _unset(value: Any) -> Any:
    """The value with every way to write nothing as one."""
    if isinstance(value, dict):
        return {key: _unset(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unset(inner) for inner in value]
    return "" if value in (None, "~", "null", "Null", "NULL") else value


def written(value: Any, indent: int = 0) -> str:
    """A value as a whole new file or block."""
    pad = " " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{_entry(key, inner, indent)}\n" for key, inner in value.items())
    return "".join(f"{pad}- {_element(inner, indent)}\n" for inner in value)


def _entry(key: str, value: Any, indent: int) -> str:
    """`key: value`, a list of sentences or of facts on the lines below."""
    if isinstance(value, list) and value and (isinstance(value[0], dict) or any(len(str(v)) > 16 for v in value)):
        return f"{key}:\n{written(value, indent + 2)}".rstrip("\n")
    return f"{key}: {_flow(value)}"


def _element(value: Any, indent: int) -> str:
    """One element of a list: things with an id over several lines, all else on one."""
    if isinstance(value, dict) and ("编号" in value or "简称" in value):
        lines = [_entry(key, inner, indent + 2) for key, inner in value.items()]
        return ("\n" + " " * (indent + 2)).join(lines)
    return _flow(value)


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, str):
        return _scalar(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=4096)
def _scalar(text: str) -> str:
    """A string plain where every YAML reader takes it for one, in double quotes as ruamel writes them otherwise."""
    if text and not _QUOTED.search(text) and not _BARE.fullmatch(text):
        return text
    out = StringIO()
    writer = YAML()
    writer.width = 1 << 30
    writer.default_flow_style = True
    writer.dump([DoubleQuotedScalarString(text)], out)
    return out.getvalue().strip()[1:-1]


def _same(old: Any, new: Any) -> bool:
    return bool(as_read(old) == as_read(new))


def _identity(value: Any) -> tuple[str, ...] | None:
    """What makes two versions of a list element the same element."""
    if not isinstance(value, dict):
        return None
    for keys in _IDENTITIES:
        if all(key in value for key in keys):
            return tuple(f"{key}={value[key]}" for key in keys)
    return None


class _Splicer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.edits: list[tuple[int, int, int, str]] = []

    def result(self) -> str:
        """The text with all edits made."""
        parts, at = [], 0
        for start, end, _, replacement in sorted(self.edits, key=lambda edit: edit[:3]):
            parts += [self.text[at:start], replacement.replace("\n", self.newline)]
            at = max(at, end)
        return "".join([*parts, self.text[at:]])

    def edit(self, start: int, end: int, replacement: str) -> None:
        """Replace a piece; insertions at one place keep the order in which they were asked for."""
        self.edits.append((start, end, len(self.edits), replacement))

    def value(self, node: Node, old: Any, new: Any) -> None:
        """Make a value say `new`."""
        if _same(old, new):
            return
        if isinstance(node, MappingNode) and isinstance(new, dict) and not node.flow_style:
            self._mapping(node, old, new)
        elif isinstance(node, SequenceNode) and isinstance(new, list) and new and not node.flow_style:
            self._sequence(node, old, new)
        elif isinstance(new, list) and new and isinstance(new[0], dict):
            column = self._line_start(node)
            start = len(self.text[: node.start_mark.index].rstrip(" "))
            self.edit(start, node.end_mark.index, "\n" + written(new, column + 2).rstrip("\n"))
        else:
            self.edit(node.start_mark.index, self._end(node), self._inline(node, old, new))

    def _inline(self, node: Node, old: Any, new: Any) -> str:
        """A flow value, its unchanged parts as the editor wrote them."""
        if _same(old, new):
            return self.text[node.start_mark.index : node.end_mark.index]
        if isinstance(node, MappingNode) and isinstance(old, dict) and isinstance(new, dict):
            there = {key.value: value for key, value in node.value}
            parts = (
                f"{key}: {self._inline(there[key], old[key], inner) if key in there else _flow(inner)}"
                for key, inner in new.items()
            )
            return "{" + ", ".join(parts) + "}"
        if isinstance(node, SequenceNode) and isinstance(old, list) and isinstance(new, list):
            texts = {json.dumps(as_read(o)): self._inline(n, o, o) for n, o in zip(node.value, old, strict=True)}
            return "[" + ", ".join(texts.get(json.dumps(as_read(n)), _flow(n)) for n in new) + "]"
        return _flow(new)

    def _mapping(self, node: MappingNode, old: dict[str, Any], new: dict[str, Any]) -> None:
        """A block mapping: keys changed, taken out, or put in after the key before them."""
        pairs = {key.value: (key, value) for key, value in node.value}
        column = node.value[0][0].start_mark.column
        for key, (key_node, value) in pairs.items():
            if key in new:
                self.value(value, old[key], new[key])
            else:
                self._delete_lines(key_node.start_mark.index, self._end(value))
        anchor = node.value[0]
        for key, inner in new.items():
            if key in pairs:
                anchor = pairs[key]
            else:
                entry = " " * column + _entry(key, inner, column)
                self._insert_after(self._end(anchor[1]) if anchor[1] else anchor[0].end_mark.index, entry)

    def _sequence(self, node: SequenceNode, old: list[Any], new: list[Any]) -> None:
        """A block sequence: elements changed in place, taken out, or put in after the one before."""
        first = self._start_of_line(node.value[0].start_mark.index)
        column = self.text.index("-", first) - first
        pairs = self._aligned(old, new)
        kept = dict(pairs)
        flow = bool(node.value[0].flow_style) if isinstance(node.value[0], MappingNode) else False
        for index, element in enumerate(node.value):
            if index in kept:
                self.value(element, old[index], new[kept[index]])
            else:
                self._delete_lines(element.start_mark.index, self._end(element))
        places = {n: o for o, n in pairs}
        last: int | None = None
        for index, inner in enumerate(new):
            if index in places:
                last = places[index]
                continue
            shown = _flow(inner) if flow else _element(inner, column)
            entry = f"{' ' * column}- {shown}"
            if last is None:
                self.edit(first, first, entry + "\n")
            else:
                self._insert_after(self._end(node.value[last]), entry)

    def _aligned(self, old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
        """Which old element became which new one."""
        before = [json.dumps(as_read(value), ensure_ascii=False) for value in old]
        after = [json.dumps(as_read(value), ensure_ascii=False) for value in new]
        pairs: list[tuple[int, int]] = []
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind == "equal":
                pairs += zip(range(i1, i2), range(j1, j2), strict=True)
            elif kind == "replace":
                start = i1
                for j in range(j1, j2):
                    same = (i for i in range(start, i2) if _identity(old[i]) and _identity(old[i]) == _identity(new[j]))
                    if (i := next(same, None)) is not None:
                        pairs.append((i, j))
                        start = i + 1
        return pairs

    def _end(self, node: Node) -> int:
        """Where the content of a value ends, before the comments and blank lines that follow it."""
        if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
            start = int(node.start_mark.index)
            return start + len(self.text[start : node.end_mark.index].rstrip())
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _start_of_line(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_start(self, node: Node) -> int:
        """The column of the key that a value belongs to."""
        line = self.text[self._start_of_line(node.start_mark.index) : node.start_mark.index]
        return len(line) - len(line.lstrip(" -"))

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at)
        end = len(self.text) if found < 0 else found
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _insert_after(self, at: int, lines: str) -> None:
        place = self._line_end(at)
        self.edit(place, place, "\n" + lines)

    def _delete_lines(self, start: int, end: int) -> None:
        line_end = self.text.find("\n", end)
        self.edit(self._start_of_line(start), len(self.text) if line_end < 0 else line_end + 1, "")
