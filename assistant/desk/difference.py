"""What a change says, in words and field by field: “窗口电话：原来 …，现在 …”; line by line where a file cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from assistant.knowledge.yamlfile import parsed

NAMED_BY = ("名称", "简称", "科室", "内容", "做什么", "问", "手续", "说法", "共用", "指南", "编号", "年份")
SAME_BY = ("编号", "简称", "科室", "共用", "手续", "年份")  # what makes two versions of an entry the same entry
ALIKE = 0.4  # share of the characters from which a sentence is the other one changed
SHORT = 24  # characters of a name within a place


@dataclass(frozen=True)
class Changed:
    """One thing that is otherwise: where, what stood there and what stands there now; None for nothing."""

    place: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        where = f"{self.place}：" if self.place else ""
        if self.before is None:
            return f"{where}添上“{self.after}”"
        return (
            f"{where}去掉“{self.before}”" if self.after is None else f"{where}原来“{self.before}”，现在“{self.after}”"
        )


@dataclass(frozen=True)
class Line:
    """A line of one text or of both, with its number there; `mark` is " ", "-" or "+"."""

    mark: Literal[" ", "-", "+"]
    before: int | None
    after: int | None
    text: str


def difference(before: str | None, after: str | None, path: str = "") -> list[Changed]:
    """What is otherwise in a file, field by field; comments and layout are not counted. A file that comes or goes is one change."""
    if before is None or after is None:
        return [] if before == after else [Changed("", _told_name(before, path), _told_name(after, path))]
    old, new = _data(before, path), _data(after, path)
    if old is None or new is None:
        marked = [line for line in lines(before, after, around=0) if line.mark != " "]
        return [
            Changed(f"第 {line.before} 行", line.text, None)
            if line.mark == "-"
            else Changed(f"第 {line.after} 行", None, line.text)
            for line in marked
        ]
    return list(_values("", old, new))


def lines(before: str, after: str, *, around: int = 2) -> list[Line]:
    """The lines that went and came, with so many unchanged ones around them."""
    old, new = before.splitlines(), after.splitlines()
    result: list[Line] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around):
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                result += [Line(" ", i + 1, j + 1, old[i]) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)]
                continue
            result += [Line("-", i + 1, None, old[i]) for i in range(i1, i2)]
            result += [Line("+", None, j + 1, new[j]) for j in range(j1, j2)]
    return result


def _data(text: str, path: str) -> Any:
    file, _ = parsed(text.encode("utf-8", "surrogatepass"), path)
    return file.data if file else None


def _told_name(text: str | None, path: str) -> str | None:
    if text is None:
        return None
    data = _data(text, path)
    return str(data["名称"]) if isinstance(data, dict) and data.get("名称") else path


def _values(place: str, old: Any, new: Any) -> Iterator[Changed]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _values(f"{place} › {key}" if place else key, old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(place, old, new)
    elif isinstance(old, list) != isinstance(new, list) and (old is None or new is None):
        yield from _lists(place, old or [], new or [])
    else:
        yield Changed(place, _shown(old), _shown(new))


def _lists(place: str, old: list[Any], new: list[Any]) -> Iterator[Changed]:
    pairs = _pairs(old, new)
    matched = {j: i for i, j in pairs}
    taken = {i for i, _ in pairs}
    for i, value in enumerate(old):
        if i not in taken:
            yield Changed(place, _shown(value), None)
    for j, value in enumerate(new):
        if j not in matched:
            yield Changed(place, None, _shown(value))
        elif isinstance(value, dict):
            before = old[matched[j]]
            yield from _values(f"{place} › {_named(value) or _named(before) or f'第{j + 1}条'}", before, value)
        else:
            yield from _values(place, old[matched[j]], value)
    moved = [i for i, _ in sorted(pairs, key=lambda pair: pair[1])]
    if moved != sorted(moved):
        yield Changed(
            f"{place} 的先后",
            "、".join(_brief(old[i]) for i in sorted(moved)),
            "、".join(_brief(old[i]) for i in moved),
        )


def _pairs(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """Which old element became which new one: the same, the one of the same id, or, in the same place, one that is alike."""
    left, right = dict(enumerate(old)), dict(enumerate(new))
    pairs: list[tuple[int, int]] = []
    for same in (lambda a, b: a == b, _same_entry, _alike):
        for j, value in list(right.items()):
            i = next((i for i, earlier in left.items() if same(earlier, value)), None)
            if i is not None:
                pairs.append((i, j))
                del left[i], right[j]
    return pairs


def _same_entry(old: Any, new: Any) -> bool:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    if "地区" in old and "事项" in old:  # 本地规定
        return bool((old["地区"], old["事项"]) == (new.get("地区"), new.get("事项")))
    return any(key in old and old[key] == new.get(key) for key in SAME_BY)


def _alike(old: Any, new: Any) -> bool:
    if isinstance(old, dict) != isinstance(new, dict):
        return False
    if isinstance(old, dict) and any(key in old or key in new for key in SAME_BY):
        return False
    a, b = _brief(old), _brief(new)
    return isinstance(old, dict) and SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE


def _brief(value: Any) -> str:
    return _main(value) if isinstance(value, dict) else str(value)


def _main(entry: dict[str, Any]) -> str:
    return next((str(entry[key]) for key in NAMED_BY if entry.get(key)), "")


def _named(entry: dict[str, Any]) -> str:
    words = _main(entry)
    return words if len(words) <= SHORT else f"{words[:SHORT]}…"


def _shown(value: Any) -> str | None:
    """A value in words."""
    if value is None:
        return None
    if isinstance(value, dict):
        return "，".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "、".join(_shown(inner) or "" for inner in value)
    return str(value)
