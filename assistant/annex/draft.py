"""The knowledge files as plain data, changed step by step; every change is noted with its reason."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from assistant.annex.privacy import LeftOut
from assistant.annex.splice import as_read, spliced, written
from assistant.errors import DaobanError
from assistant.knowledge import yamlfile
from assistant.knowledge.model import Source
from assistant.knowledge.whole import Knowledge

CONFIRMED, SOURCED, OPEN = "已核", "有出处", "待核"
COMMON_PRACTICE = "通行做法"


@dataclass(frozen=True)
class Change:
    """One value that becomes another: where, from what to what, on whose word and why."""

    file: str
    path: str
    before: str
    after: str
    state_before: str
    state_after: str
    source: str
    reason: str

    def __str__(self) -> str:
        state = f"（{self.state_before} → {self.state_after}）" if self.state_before != self.state_after else ""
        if self.before == self.after:
            return f"{self.file} {self.path}：{self.after}{state}。{self.reason}"
        return f"{self.file} {self.path}：{self.before or '空'} → {self.after or '删去'}{state}。{self.reason}"


@dataclass(frozen=True)
class Proposal:
    """Something that is only done when somebody says yes: a rename, an addition, a removal, a conflict settled."""

    id: str
    words: str
    accepted: bool = False


@dataclass(frozen=True)
class Question:
    """A row that might mean several things, with the best three; the answer is an id, `新增`, or nothing."""

    key: str
    words: str
    options: tuple[tuple[str, str, float], ...]
    answer: str | None = None


@dataclass
class Draft:
    """Plain data of the files being changed, and everything there is to say about it."""

    root: Path
    knowledge: Knowledge
    source: Source
    on: dt.date
    accept: Collection[str] = ()
    changes: list[Change] = field(default_factory=list)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    conflicts: dict[str, Proposal] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    _texts: dict[str, str] = field(default_factory=dict)
    _old: dict[str, Any] = field(default_factory=dict)
    _new: dict[str, Any] = field(default_factory=dict)

    def doc(self, file: str) -> Any:
        """The data of a file, to be changed in place."""
        if file not in self._new:
            path = self.root / file
            read, findings = yamlfile.read(path, file)
            if read is None:
                raise DaobanError(f"知识库里的文件读不了，先改好再导入：{findings[0] if findings else file}")
            self._texts[file] = path.read_bytes().decode("utf-8")
            self._old[file] = read.data
            self._new[file] = copy.deepcopy(read.data)
        return self._new[file]

    def create(self, file: str, data: dict[str, Any]) -> None:
        """A file that is not there yet."""
        self._new[file] = data

    def remove(self, file: str) -> None:
        """A file that is no longer wanted."""
        self.doc(file)
        self._new[file] = None

    def files(self) -> list[str]:
        """All YAML files of the folder and of this draft that are still there."""
        on_disk = {path.relative_to(self.root).as_posix() for path in self.root.rglob("*.yaml")}
        return sorted(name for name in on_disk | self._new.keys() if self._new.get(name, ...) is not None)

    def texts(self) -> dict[str, tuple[str | None, str | None]]:
        """What each changed file says now and shall say; None where there is no such file."""
        result: dict[str, tuple[str | None, str | None]] = {}
        for file, new in self._new.items():
            if file not in self._old:
                result[file] = (None, written(new))
            elif new is None:
                result[file] = (self._texts[file], None)
            elif as_read(new) != self._old[file]:
                text = self._texts[file]
                mark = "\ufeff" if text.startswith("\ufeff") else ""
                try:
                    result[file] = (text, mark + spliced(text.removeprefix(mark), self._old[file], new))
                except DaobanError as error:
                    raise DaobanError(f"{file}：{error}") from error
        return result

    def changes_anything(self) -> bool:
        """Whether any file would say something else."""
        return any(file not in self._old or as_read(new) != self._old[file] for file, new in self._new.items())

    def note(self, file: str, path: str, before: object, after: object, states: tuple[str, str], reason: str) -> None:
        """Write down a change."""
        shown = ["" if value is None else _shown(value) for value in (before, after)]
        self.changes.append(Change(file, path, shown[0], shown[1], *states, self.source.id, reason))

    def wants(self, proposal_id: str, words: str) -> bool:
        """Whether somebody said yes to this; if nobody was asked yet, it is listed."""
        accepted = proposal_id in self.accept
        self.proposals[proposal_id] = Proposal(proposal_id, words, accepted)
        return accepted

    def may_replace(self, where: str, before: object, after: object) -> bool:
        """Whether a value that stands otherwise may be replaced; it is listed as a conflict until somebody says so."""
        key = f"改写 {where}"
        accepted = key in self.accept
        words = f"{where}：现在写的是“{_shown(before)}”，附件写的是“{_shown(after)}”"
        self.conflicts[key] = Proposal(key, words, accepted)
        return accepted

    def confirm(self, element: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
        """The element as 已核 on the annex's word: earlier law stays beside it, common practice does not."""
        sources = [s for s in _listed(element.get("依据")) if s != COMMON_PRACTICE and s != self.source.id]
        marked = {**element, "依据": [*sources, self.source.id], "状态": CONFIRMED}
        if "checked_on" in model.model_fields:
            marked["核对日期"] = self.on
        return ordered(marked, model)


def ordered(element: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The keys in the order in which the model names them, unknown ones last."""
    order = [info.alias or name for name, info in model.model_fields.items()]
    return {key: element[key] for key in sorted(element, key=lambda k: order.index(k) if k in order else len(order))}


def placed(mapping: dict[str, Any], key: str, value: Any, model: type[BaseModel]) -> None:
    """Put a key into a mapping: where it is, or where the model's order wants it, moving no other key."""
    if key in mapping:
        mapping[key] = value
        return
    order = [info.alias or name for name, info in model.model_fields.items()]
    before = set(order[: order.index(key)])
    items = list(mapping.items())
    at = max((i + 1 for i, (known, _) in enumerate(items) if known in before), default=0)
    mapping.clear()
    mapping.update([*items[:at], (key, value), *items[at:]])


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _shown(value: object) -> str:
    """A value in words, for the report."""
    if isinstance(value, dict):
        return "，".join(f"{k} {_shown(v)}" for k, v in value.items() if k not in ("依据", "状态", "核对日期"))
    if isinstance(value, list | tuple):
        return "；".join(_shown(v) for v in value)
    return str(value)
