"""From tables to a plan: which row means what, what would change and why, and what has to be asked first."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from assistant.annex.contacts import place_contact
from assistant.annex.draft import Change, Draft, Proposal, Question
from assistant.annex.guidance import place_guide
from assistant.annex.headers import Field, Kind, Row, Table
from assistant.annex.items import add_item, drop_item, place_name
from assistant.annex.matching import Match, Matcher, department_of, region_of
from assistant.annex.privacy import LeftOut
from assistant.annex.rules import place_rule
from assistant.annex.values import legend_of
from assistant.errors import DaobanError
from assistant.knowledge.load import load
from assistant.knowledge.model import Department, ProxyTier, Region, Source
from assistant.knowledge.whole import Knowledge
from assistant.text import compact

NEW = "新增"
_FILES = {".docx": " Word ", ".xlsx": " Excel "}
Ask = Callable[[Question], str | None]


@dataclass(frozen=True)
class Plan:
    """What an import would do. `texts` holds each changed file as it is and as it would be."""

    root: Path
    source: Source
    texts: Mapping[str, tuple[str | None, str | None]]
    changes: tuple[Change, ...]
    proposals: tuple[Proposal, ...]
    conflicts: tuple[Proposal, ...]
    questions: tuple[Question, ...]
    unmatched: tuple[str, ...]
    unread: tuple[str, ...]
    tables: tuple[str, ...]
    left_out: LeftOut

    @property
    def changes_anything(self) -> bool:
        """Whether applying it would touch a file."""
        return bool(self.texts)

    def words(self) -> str:
        """The whole plan in words: what was read, what changes, what waits for an answer."""
        sections: list[tuple[str, Iterable[object]]] = [
            ("读到的表格", self.tables),
            (f"要改的（{len(self.changes)} 处）", self.changes),
            ("要您点头才做的", (f"{_box(p)} {p.id}：{p.words}" for p in self.proposals)),
            ("和现在的内容不一样，没有动", (f"{_box(c)} {c.id}：{c.words}" for c in self.conflicts)),
            ("拿不准，请选一个", map(_asked, self.questions)),
            ("没对上的", self.unmatched),
            ("没写进去的", (*self.unread, *((str(self.left_out),) if self.left_out != LeftOut() else ()))),
        ]
        blocks = []
        for heading, lines in sections:
            shown = [f"  {line}" for line in lines]
            if shown:
                blocks.append("\n".join([f"{heading}：", *shown]))
        if not self.changes_anything:
            blocks.append("没有要改的文件。")
        return "\n".join(blocks)

    def diff(self) -> str:
        """The same as a unified diff of the files."""
        parts: list[str] = []
        for file, (old, new) in sorted(self.texts.items()):
            before, after = ((text or "").splitlines(keepends=True) for text in (old, new))
            lines = difflib.unified_diff(before, after, f"a/{file}", f"b/{file}", n=1)
            parts += [line if line.endswith("\n") else f"{line}\n" for line in lines]
        return "".join(parts)


def source_for(tables: Sequence[Table], path: Path, on: dt.date, short: str | None = None) -> Source:
    """The annex as an entry of sources.yaml; its short name may hold no space."""
    told = [re.split(r"[（(。]", line)[0] for t in tables for line in t.title.split("\n")]
    title = next((line for line in told if re.search(r"清单|指南|联系人|名单", line) and len(line) >= 6), path.stem)
    kinds = "、".join(dict.fromkeys(t.kind.value for t in tables))
    name = re.sub(r"\s", "", short or f"附件{kinds}{on.year}")
    return Source.model_validate(
        {
            "简称": name,
            "全称": title[:80],
            "核对日期": on,
            "说明": f"部门提供的{_FILES.get(path.suffix.lower(), '')}文件，{on.isoformat()} 导入。",
        }
    )


def plan(
    root: Path,
    tables: Sequence[Table],
    source: Source,
    *,
    region: str | None = None,
    answers: Mapping[str, str] | None = None,
    accept: Collection[str] = (),
    ask: Ask | None = None,
    tiers: Mapping[str, ProxyTier] | None = None,
) -> Plan:
    """What the tables would change in the folder.

    `region` is an id or name for tables that name none (otherwise the prefecture); `answers` settles questions by
    key; `accept` are the ids of proposals and conflicts somebody said yes to; `tiers` explains levels like 一级.
    """
    if source.checked_on is None or re.search(r"\s", source.id):
        raise DaobanError("附件要有核对日期，简称里不能有空格，才能当依据")
    knowledge = load(root)
    held = knowledge.sources.get(source.id)
    if held and held.title != source.title:
        raise DaobanError(f"简称“{source.id}”已经是另一份文件《{held.title}》的，请给这份附件另起一个简称")
    maker = _Planner(Draft(root, knowledge, source, source.checked_on, accept), answers or {}, ask, region)
    for table in tables:
        maker.table(table, {**legend_of((table.title, *table.notes)), **(tiers or {})})
    return maker.plan()


class _Planner:
    def __init__(self, draft: Draft, answers: Mapping[str, str], ask: Ask | None, region: str | None) -> None:
        self.draft, self.answers, self.ask = draft, answers, ask
        self.knowledge: Knowledge = draft.knowledge
        self.matcher = Matcher(draft.knowledge)
        self.default = self._default(region)
        self.seen: dict[str, str] = {}
        self.added: dict[str, str] = {}
        self.departments: set[str] = set()
        self.listed = False
        self.questions: dict[str, Question] = {}
        self.unmatched: list[str] = []
        self.read: list[str] = []

    def _default(self, region: str | None) -> Region:
        regions = [r for r in self.knowledge.regions.values() if not r.demo]
        if region is None:
            return next(r for r in regions if r.level == "地区")
        found = self.knowledge.regions.get(region) or region_of(self.knowledge, [region])
        if found is None:
            raise DaobanError(f"没有“{region}”这个地区，只能是{'、'.join(r.name for r in regions)}")
        return found

    def table(self, table: Table, tiers: Mapping[str, ProxyTier]) -> None:
        """All rows of one table."""
        if table.kind is Kind.CONTACTS:
            placed = sum(place_contact(self.draft, table, row) for row in table.rows)
            self._reads(table, f"放下 {placed} 行")
            return
        self.listed = self.listed or table.kind in (Kind.TIERED, Kind.PUBLIC)
        ways: dict[str, int] = {}
        meant = [self._meant(table, row, ways) for row in table.rows]
        for row, guide_id in zip(table.rows, meant, strict=True):
            if guide_id is None:
                continue
            if guide_id in {e["编号"] for e in self.draft.doc("catalog.yaml")["事项"]}:
                place_rule(self.draft, table, row, guide_id, self._region(table, row), tiers)
            place_guide(self.draft, table, row, guide_id)
        self._reads(table, "，".join(f"{how} {count} 行" for how, count in ways.items()))

    def _reads(self, table: Table, result: str) -> None:
        self.read.append(f"{table.where}：{table.kind.value}，{len(table.rows)} 行；{result}")
        if table.unknown:
            self.draft.unread.append(f"{table.where}：这几栏不知道是什么，没有读：{'、'.join(table.unknown)}")

    def _region(self, table: Table, row: Row) -> Region:
        return (
            region_of(self.knowledge, [row.get(Field.REGION)])
            or region_of(self.knowledge, [table.title])
            or self.default
        )

    def _meant(self, table: Table, row: Row, ways: dict[str, int]) -> str | None:
        """The item or topic of a row; questions and proposals are noted on the way."""
        name = row.get(Field.ITEM)
        if not name:
            return None
        department = department_of(self.knowledge, row.get(Field.DEPARTMENT) or row.section)
        if department:
            self.departments.add(department.id)
        match = self.matcher.match(name, department.id if department else None)
        if match.id and self.seen.get(match.id, compact(name)) != compact(name) and match.how not in ("同名",):
            match = dataclasses.replace(match, id=None, how="拿不准")
        if match.id is None:
            match = self._answered(table, row, match, department)
        ways[match.how] = ways.get(match.how, 0) + 1
        if match.id and match.id not in self.added.values():
            self.seen[match.id] = compact(name)
            if table.kind is not Kind.GUIDE and match.how != "证名":
                place_name(self.draft, match.id, name)
        return match.id

    def _answered(self, table: Table, row: Row, match: Match, department: Department | None) -> Match:
        """Ask about a row that no name settles; where nothing is like it, propose a new item."""
        name = row.get(Field.ITEM)
        key = f"{department.id if department else ''}:{compact(name)}"
        where = f"{table.where}第{row.number}行“{name}”"
        answer = self.answers.get(key)
        if match.how == "拿不准":
            best = tuple((c.id, c.name, c.score) for c in match.best)
            question = Question(key, f"{where}是哪一项？", best)
            answer = answer if answer is not None else self.ask(question) if self.ask else None
            self.questions[key] = dataclasses.replace(question, answer=answer)
        if answer and answer != NEW:
            if answer not in self.knowledge.items and answer not in self.knowledge.topics:
                raise DaobanError(f"没有编号“{answer}”的事项，检查对“{name}”的回答")
            return dataclasses.replace(match, id=answer, how="已选定")
        if match.how == "没对上" or answer == NEW:
            if table.kind is Kind.GUIDE and department is None:
                self.unmatched.append(f"{where}，没有像的事项，也没写部门")
                return match
            if key not in self.added:
                added = add_item(self.draft, name, department, row.get(Field.CERTIFICATE))
                if added is None:
                    self.unmatched.append(where)
                    return match
                self.added[key] = added
            return dataclasses.replace(match, id=self.added[key], how=NEW)
        return match

    def _missing(self) -> None:
        """Items of the departments on the list that no row names are proposed for removal."""
        asked = {option[0] for q in self.questions.values() if not q.answer for option in q.options}
        names = {e["编号"]: e["名称"] for e in self.draft.doc("catalog.yaml")["事项"]}
        for item in list(self.knowledge.items.values()):
            if item.department not in self.departments or item.id in self.seen or item.id in asked:
                continue
            rivals = [(fuzz.ratio(compact(item.name), compact(names[i])), i) for i in self.added.values() if i in names]
            score, heir = max(rivals, default=(0.0, None))
            drop_item(self.draft, item.id, heir if score >= 50 else None)

    def plan(self) -> Plan:
        """Everything found so far, with the texts of the changed files."""
        draft = self.draft
        if self.listed:
            self._missing()
        if draft.changes_anything() and draft.source.id not in self.knowledge.sources:
            draft.doc("sources.yaml").append(draft.source.model_dump(by_alias=True, exclude_none=True))
        texts = draft.texts()
        return Plan(
            draft.root,
            draft.source,
            texts,
            tuple(dict.fromkeys(draft.changes)),
            tuple(draft.proposals.values()),
            tuple(draft.conflicts.values()),
            tuple(self.questions.values()),
            tuple(self.unmatched),
            tuple(draft.unread),
            tuple(self.read),
            draft.left_out,
        )


def _box(proposal: Proposal) -> str:
    return "[√]" if proposal.accepted else "[ ]"


def _asked(question: Question) -> str:
    options = "；".join(f"{name}（{guide_id}，{score:.0f}%）" for guide_id, name, score in question.options)
    return f"{question.key} {question.words} 最像：{options}" + (f" → {question.answer}" if question.answer else "")
