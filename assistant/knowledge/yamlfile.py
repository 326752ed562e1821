"""Read one YAML file: scalars stay what the editor typed, and every place in it has a line and a column."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.knowledge import model
from assistant.knowledge.finding import Finding
from assistant.knowledge.mending import FULL_WIDTH_COLON, NO_SPACE, sentence

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
NULLS = {"", "~", "null", "Null", "NULL"}
KEY = re.compile("[:：]")  # what ends a key, also where it is typed wrong
Place = tuple[str | int, ...]
T = TypeVar("T")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FULL_WIDTH_COLON = re.compile(r"(?:^|[-{,\s])([^\s\-{},:：\"'#]{1,12})(：)")
_NO_SPACE = re.compile(r"(?:^\s*|- |[{,]\s*)([^\s\-{},:：\"'#]{1,12})(:)(?=[^\s:/])")


@dataclass(frozen=True, eq=False)
class YamlFile:
    """The data of one file, and where in it every key and element stands."""

    name: str
    data: Any
    positions: array[int]  # line and column of each of them by turns, in the order in which they are written
    raw: bytes = b""

    @property
    def text(self) -> str:
        """What the editor wrote."""
        return self.raw.decode("utf-8-sig")

    @property
    def places(self) -> dict[Place, tuple[int, int]]:
        """The (line, column) of every key and element, both counted from one."""
        return _places(self)

    def finding(self, place: Iterable[str | int], message: str, *, warning: bool = False) -> Finding:
        """A finding at the nearest known place."""
        at = tuple(place)
        known = at
        while known and known not in self.places:
            known = known[:-1]
        line, column = self.places.get(known, (1, 1))
        return Finding(self.name, line, column, readable(at), message, "warning" if warning else "error")

    def finding_at(self, line: int, column: int, message: str) -> Finding:
        """A finding at a line and column, with the path of what stands there; a comment has none."""
        if "#" in self.text.split("\n")[line - 1][: column - 1]:
            return Finding(self.name, line, column, "", message)
        before = [(at, place) for place, at in self.places.items() if at <= (line, column)]
        path = readable(max(before, key=lambda pair: (pair[0], len(pair[1])))[1]) if before else ""
        return Finding(self.name, line, column, path, message)


@lru_cache(maxsize=8)  # a check asks one file after the other; kept for all of a knowledge they are 10 MB
def _places(file: YamlFile) -> dict[Place, tuple[int, int]]:
    numbers = iter(file.positions)
    return dict(zip(_everything(file.data, ()), zip(numbers, numbers, strict=True), strict=False))


def _everything(data: Any, place: Place) -> Iterator[Place]:
    """A value and all keys and elements in it, as they are written."""
    yield place
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in inner:
        yield from _everything(value, (*place, part))


def readable(place: Iterable[str | int]) -> str:
    """`("材料", 0, "名称")` as an editor reads it: 材料 › 第1条 › 名称."""
    return " › ".join(f"第{part + 1}条" if isinstance(part, int) else part for part in place)


def read(path: Path, name: str) -> tuple[YamlFile | None, list[Finding]]:
    """The file's content, or the findings that say why it cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        return None, [_too_large(name, path.stat().st_size)]
    return parsed(path.read_bytes(), name)


def _too_large(name: str, size: int) -> Finding:
    return Finding(name, 1, 1, "", f"文件太大（{size // 1000} KB），请拆成几个，每个不超过 {MAX_BYTES // 1000} KB")


def parsed(raw: bytes, name: str) -> tuple[YamlFile | None, list[Finding]]:
    """The content of a file with these bytes, or the findings that say why it cannot be read."""
    if len(raw) > MAX_BYTES:
        return None, [_too_large(name, len(raw))]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line_start = raw.rfind(b"\n", 0, error.start) + 1
        line, column = raw[:line_start].count(b"\n") + 1, len(raw[line_start : error.start].decode("utf-8")) + 1
        return None, [Finding(name, line, column, "", "不是 UTF-8 编码，请在编辑器里“另存为 UTF-8”")]
    for number, content in enumerate(text.split("\n"), 1):
        indent = content[: len(content) - len(content.lstrip())]
        if "\t" in indent:
            return None, [Finding(name, number, indent.index("\t") + 1, "", "缩进用了制表符（Tab），请改成空格")]
        if unseen := _UNSEEN.search(content):
            return None, [Finding(name, number, unseen.start() + 1, "", "有一个看不见的控制字符，请删掉")]
    builder = _Builder(name)
    try:
        data = builder.document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        return None, [_syntax_finding(name, text, error)]
    except _Refused:
        return None, builder.findings
    return (None if builder.findings else YamlFile(name, data, builder.positions, raw)), builder.findings


class _Refused(Exception):
    """The file is not read any further; the findings say why."""


@dataclass
class _Builder:
    """Plain Python out of YAML events: strings, lists, dicts and None; nothing is guessed from how a scalar looks."""

    name: str
    positions: array[int] = field(default_factory=lambda: array("I"))
    findings: list[Finding] = field(default_factory=list)

    def document(self, events: Iterator[yaml.Event]) -> Any:
        """The one document of a file."""
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, (), "一个文件里有两份内容，请拆成两个文件，或删掉中间的“---”")
                first = next(events)
                self.positions.extend(_at(first))
                data = self._value(first, events, ())
        return data

    def _refuse(self, event: yaml.Event, place: Place, message: str) -> NoReturn:
        self._note(event, place, message)
        raise _Refused

    def _note(self, event: yaml.Event, place: Place, message: str) -> None:
        self.findings.append(Finding(self.name, *_at(event), readable(place), message))

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], place: Place) -> Any:
        """One value and everything in it."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, place, "请不要用“&”“*”引用，直接写出内容；如果是普通文字，请加上引号")
        if getattr(event, "tag", None):
            self._refuse(event, place, "请不要用“!”标记，直接写出内容；如果是普通文字，请加上引号")
        if len(place) > MAX_DEPTH:
            self._refuse(event, place[:3], f"套得太深，最多 {MAX_DEPTH} 层，请检查括号和缩进")
        if isinstance(event, yaml.ScalarEvent):
            return None if event.style not in ("'", '"') and event.value in NULLS else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._elements(events, place))
        return self._mapping(events, place)

    def _elements(self, events: Iterator[yaml.Event], place: Place) -> Iterator[Any]:
        for index, event in enumerate(events):
            if isinstance(event, yaml.SequenceEndEvent):
                return
            self.positions.extend(_at(event))
            yield self._value(event, events, (*place, index))

    def _mapping(self, events: Iterator[yaml.Event], place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, place, "冒号前面要是项目名，检查括号；如果是普通文字，请加上引号")
            key = intern(str(event.value))  # a few hundred, each written many times
            at = (*place, key)
            if key in result:
                self._note(event, at, "这一项写了两遍，请只留一个")
                self._value(next(events), events, (*at, "（重复）"))
                continue
            self.positions.extend(_at(event))
            result[key] = self._value(next(events), events, at)
        return result


def _at(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


@lru_cache(maxsize=1)
def keys() -> frozenset[str]:
    """Every item name that any file may use."""
    kinds = [kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, model.Written)]
    return frozenset(field.alias for kind in kinds for field in kind.model_fields.values() if field.alias)


def _syntax_finding(name: str, text: str, error: yaml.YAMLError) -> Finding:
    """A YAML syntax error in words; the usual cause is a colon, on this line or one before it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    for number in range(min(line, len(lines)), max(0, line - 4), -1):
        for pattern, message in ((_FULL_WIDTH_COLON, FULL_WIDTH_COLON), (_NO_SPACE, NO_SPACE)):
            found = next((m for m in pattern.finditer(lines[number - 1]) if m[1] in keys()), None)
            if found:
                return Finding(name, number, found.start(2) + 1, "", message)
    opened = getattr(error, "context_mark", None)
    if opened and "flow" in str(getattr(error, "context", "")):
        return Finding(name, opened.line + 1, opened.column + 1, "", "从这里开始的括号没有关上，或者里面少了逗号、引号")
    line = min(line, len(lines))
    column = min(column, len(lines[line - 1]) + 1)
    return Finding(name, line, column, "", "这里的写法读不懂：检查缩进、引号、括号和冒号后的空格")


def validated(file: YamlFile, kind: TypeAdapter[T]) -> tuple[T | None, list[Finding]]:
    """The file's data as the given type, or what is wrong with it in the editor's own words."""
    try:
        return kind.validate_python(file.data), []
    except ValidationError as error:
        told = [(_place(e["loc"], file.places), dict(e)) for e in error.errors(include_url=False)]
        mistyped = {(*place[:-1], KEY.split(str(place[-1]))[0]) for place, e in told if e["type"] == "extra_forbidden"}
        kept = [(place, e) for place, e in told if e["type"] != "missing" or place not in mistyped]
        return None, [file.finding(place, sentence(e, keys())) for place, e in kept]


def _place(loc: tuple[int | str, ...], places: dict[Place, tuple[int, int]]) -> Place:
    """Pydantic's location without the parts that are not in the file."""
    kept: Place = ()
    for position, part in enumerate(loc):
        if (*kept, part) in places or position == len(loc) - 1:
            kept = (*kept, part)
    return kept
