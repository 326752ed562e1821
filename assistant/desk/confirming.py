"""What a department said taken into the knowledge: 已核, on its word, with the day and the office, as a draft to be reviewed.

The word itself becomes an entry of sources.yaml, as an annex does, so that every fact says who confirmed it and when; both
files are published together.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from assistant.annex.draft import COMMON_PRACTICE, CONFIRMED, ordered, placed
from assistant.cases.changing import day_of
from assistant.desk.drafts import Draft, Drafts, Typed
from assistant.desk.fact_checks import Answer, Verdict
from assistant.desk.facts import CATALOGUE, QUESTION, Fact, of_catalogue, of_guide
from assistant.desk.simple_changes import rewritten
from assistant.errors import Refused
from assistant.knowledge import model as m
from assistant.knowledge.facts import guide_id
from assistant.knowledge.yamlfile import YamlFile, parsed, validated

SOURCES = "sources.yaml"
_DAYS = re.compile(r"(\d{1,3})\s*个?\s*(工作日|自然日|日|天)(?:内|以内)?")
_MODELS: dict[str, type[m.Written]] = {"材料": m.Material, "步骤": m.Step, "法定时限": m.Limit, "常见问题": m.Question}
_TEXT = {m.Fact: "内容", m.Step: "做什么", m.Question: "答"}


def can_be_taken(answer: Answer) -> bool:
    """Whether an answer can be written by itself; the rest an editor writes by hand."""
    section = answer.fact.split("#")[1]
    if answer.verdict is Verdict.RIGHT:
        return section != QUESTION and bool(answer.shown)
    return answer.verdict is Verdict.WRONG and section not in (QUESTION, "材料")


def take(
    drafts: Drafts,
    answers: Sequence[Answer],
    department: m.Department,
    who: str,
    words: Mapping[int, str] | None = None,
) -> list[Draft]:
    """The drafts that say what a department said; `words` are an editor's for what it should be, by answer.

    Refused, and nothing written, where a fact has changed since it was asked about.
    """
    if not answers:
        raise Refused("还没选要收下哪几条。")
    if hands := [one.label for one in answers if not can_be_taken(one)]:
        raise Refused(f"“{hands[0]}”要您自己改进指南里，不能直接收下。")
    sources = [
        _source(department, office, on) for office, on in dict.fromkeys((a.office, day_of(a.at)) for a in answers)
    ]
    by_path: dict[str, list[Answer]] = {}
    for one in answers:
        by_path.setdefault(one.fact.split("#")[0], []).append(one)
    shelf = drafts.open(SOURCES)
    seen = {path: drafts.open(path) for path in by_path}
    texts = {path: _confirmed(seen[path], by_path[path], department, words or {}) for path in by_path}
    texts[SOURCES] = _with_sources(shelf, sources)
    return drafts.save_all(
        [Typed.over(shelf if path == SOURCES else seen[path], text) for path, text in texts.items()],
        who=who,
        reason=f"{department.name}核实了 {len(answers)} 条",
        bundle=shelf.bundle or secrets.token_hex(8),
    )


def _source(department: m.Department, office: str, on: dt.date) -> m.Source:
    """The word of an office on a day."""
    values = {
        "简称": re.sub(r"\s", "", f"{department.name}{office}{on:%Y%m%d}核实"),
        "全称": f"{department.full_name or department.name}{office}核实回复",
        "核对日期": on,
        "说明": f"{on} 通过核对链接填的。",
    }
    return m.Source.model_validate(values)


def _with_sources(shelf: Draft, sources: Sequence[m.Source]) -> str:
    def change(entries: list[dict[str, Any]]) -> None:
        there = {one.get("简称") for one in entries}
        entries += [one.model_dump(by_alias=True, exclude_none=True) for one in sources if one.id not in there]

    return rewritten(shelf.text, change)


def _confirmed(draft: Draft, answers: Sequence[Answer], department: m.Department, words: Mapping[int, str]) -> str:
    """The text of a file with these answers in it."""
    facts = {fact.key: fact for fact in _facts(draft, department)}
    if changed := [one for one in answers if one.fact not in facts or facts[one.fact].shown != one.shown]:
        raise Refused(f"{changed[0].name}的“{changed[0].label}”，问过以后又改过了，请重新看一遍再定。")

    def change(data: dict[str, Any]) -> None:
        for one in answers:
            fact = facts[one.fact]
            said = (words.get(one.id) or one.words).strip() if one.verdict is Verdict.WRONG else ""
            if fact.path == CATALOGUE:
                _in_catalogue(data, fact, said)
            else:
                source = _source(department, one.office, day_of(one.at))
                confirmed_in(data, fact.place, said, source, f"{department.name}{one.office}", day_of(one.at))
        if draft.path == CATALOGUE:
            _windows_known(data, answers, department)

    return rewritten(draft.text, change)


def _facts(draft: Draft, department: m.Department) -> list[Fact]:
    """The facts that a text has now."""
    if draft.path == CATALOGUE:
        catalogue: m.Catalogue = _read(draft, m.Catalogue)
        own = [one for one in catalogue.departments if one.id == department.id]
        return list(of_catalogue(catalogue.windows, own, department.id))
    guide: m.Guide = _read(draft, m.Guide)
    return list(of_guide(guide_id(draft.path), guide, {}))


def _read(draft: Draft, kind: Any) -> Any:
    file, _ = parsed(draft.text.encode("utf-8", "surrogatepass"), draft.path)
    value = validated(file, TypeAdapter(kind))[0] if isinstance(file, YamlFile) else None
    if value is None:
        raise Refused(f"{draft.path} 的草稿里有错，请先改好，再收下部门的回复。")
    return value


def confirmed_in(
    guide: dict[str, Any], place: tuple[str, ...], said: str, source: m.Source, by: str, on: dt.date
) -> None:
    """One fact of a guide 已核 on a department's word, in the words that were `said` where they are others."""
    section, number = place[0], int(place[1])
    model = _MODELS.get(section, m.Fact)
    value = guide[section]
    element: dict[str, Any] = value[number] if isinstance(value, list) else value
    if said and model is m.Limit:
        element = _limit(element, said)
    elif said:
        element = {**element, _TEXT[model]: said}
    cited = element.get("依据") or []
    cited = [cited] if isinstance(cited, str) else cited
    kept = [one for one in cited if one not in (COMMON_PRACTICE, source.id) and not said]
    marked = {**element, "依据": [*kept, source.id], "状态": CONFIRMED}
    if model is m.Fact:
        marked |= {"核对日期": on, "核对人": by}
    marked = ordered(marked, model)
    if isinstance(value, list):
        value[number] = marked
    else:
        guide[section] = marked


def _limit(element: dict[str, Any], said: str) -> dict[str, Any]:
    """A time limit in days where it says days, else in words."""
    kept = {key: value for key, value in element.items() if key not in ("天数", "单位", "说明")}
    if found := _DAYS.fullmatch(said.rstrip("。")):
        return {**kept, "天数": int(found[1]), "单位": "工作日" if found[2] == "工作日" else "日"}
    return {**kept, "说明": said}


def _in_catalogue(catalogue: dict[str, Any], fact: Fact, said: str) -> None:
    """A field of a window, or the telephone of an office."""
    entry = next(one for one in catalogue[fact.place[0]] if one["编号"] == fact.place[1])
    if fact.place[0] == "窗口":
        if said:
            placed(entry, fact.place[2], said, m.ServiceWindow)
        return
    contact = entry["联系人"][int(fact.place[3])]
    if said:
        placed(contact, "电话", said, m.Contact)
    placed(contact, "状态", CONFIRMED, m.Contact)


def _windows_known(catalogue: dict[str, Any], answers: Sequence[Answer], department: m.Department) -> None:
    """A window is 已核 once its address, hours and telephone all are: then it says since when and on whose word."""
    for window in catalogue["窗口"]:
        mine = [one for one in answers if one.fact.split("#")[1:3] == ["窗口", window["编号"]]]
        fields = {one.fact.split("#")[3] for one in mine}
        if not mine or (fields != {"地址", "办公时间", "电话"} and window.get("状态") != CONFIRMED):
            continue
        last = max(mine, key=lambda one: one.at)
        source = _source(department, last.office, day_of(last.at))
        cited = window.get("依据") or []
        cited = [cited] if isinstance(cited, str) else cited
        placed(
            window,
            "依据",
            [*(one for one in cited if one not in (COMMON_PRACTICE, source.id)), source.id],
            m.ServiceWindow,
        )
        placed(window, "状态", CONFIRMED, m.ServiceWindow)
        if fields == {"地址", "办公时间", "电话"}:
            placed(window, "核对日期", day_of(last.at), m.ServiceWindow)
