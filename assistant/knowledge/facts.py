"""Facts: each has a source that exists and was read, a state it deserves, and dates that are not too old."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, TypeAdapter

from assistant.knowledge import model as m
from assistant.knowledge.finding import Finding
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import Place, YamlFile, validated

MAX_AGE = dt.timedelta(days=366)  # what was checked longer ago is asked about again
DECIDED_BY_CHECKLIST = frozenset({"jianyi", "yiban"})  # situations that nobody is asked: the way out decides them
DEMO = "demo/catalog.yaml"
DEMO_SOURCE = "演示数据"
_NUMERAL = "[零〇一二三四五六七八九十百千]+"
_ONE_PLACE = (
    f"(第{_NUMERAL}(、{_NUMERAL})*(条|章|款|项)(第{_NUMERAL}[款项])*"
    f"|附件[0-9]*({_NUMERAL})?|{_NUMERAL}(（{_NUMERAL}）)?)"
)
_ARTICLE = re.compile(f"{_ONE_PLACE}([、和至]{_ONE_PLACE})*")
Written = tuple[YamlFile, Place, BaseModel]


def written(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Written]:
    """Everything editors wrote, drafts too, each with its file and place."""
    shelves: dict[str, dict[str, BaseModel]] = {
        "sources.yaml": {**knowledge.sources},
        "materials.yaml": {**knowledge.materials},
        "unlisted.yaml": {**knowledge.unlisted},
        "industries.yaml": {**knowledge.industries},
        "enterprise_types.yaml": {**knowledge.enterprise_types},
        "procedures.yaml": {**knowledge.procedures},
        "holidays.yaml": {**knowledge.holidays},
    }
    for name, shelf in shelves.items():
        for index, value in enumerate(shelf.values()):
            yield from _within(files[name], (index,), value)
    yield from _within(files["general.yaml"], (), knowledge.general)
    for name, file in files.items():
        if name.startswith("guides/"):
            guide = knowledge.guides.get(guide_id(name)) or draft(file)
            yield from _within(file, (), guide) if guide else ()
    for name, catalogue in catalogues(files):
        yield from _within(files[name], (), catalogue)


def guide_id(name: str) -> str:
    """`guides/x.yaml` → x."""
    return name.removeprefix("guides/").removesuffix(".yaml")


def draft(file: YamlFile) -> m.Guide | None:
    """A guide that is not served yet (发布: false)."""
    return validated(file, TypeAdapter(m.Guide))[0]


def catalogues(files: Mapping[str, YamlFile]) -> Iterator[tuple[str, m.Catalogue | m.DemoOverlay]]:
    """The catalogue as it is written, and the fictional one where it was read."""
    yield "catalog.yaml", m.Catalogue.model_validate(files["catalog.yaml"].data)
    if DEMO in files:
        yield DEMO, m.DemoOverlay.model_validate(files[DEMO].data)


def _within(file: YamlFile, place: Place, value: object) -> Iterator[Written]:
    if isinstance(value, tuple):
        for index, element in enumerate(value):
            yield from _within(file, (*place, index), element)
    elif isinstance(value, BaseModel):
        yield file, place, value
        for name, field in type(value).model_fields.items():
            inner = getattr(value, name)
            if isinstance(inner, tuple | BaseModel):
                yield from _within(file, (*place, field.alias or name), inner)


def check_facts(knowledge: Knowledge, everything: Iterator[Written]) -> Iterator[Finding]:
    """Sources, states and 仅当 of everything."""
    for file, place, value in everything:
        yield from _sources(knowledge, file, place, value)
        yield from _state(knowledge, file, place, value)
        if isinstance(value, m.OnlyIf):
            yield from _only_if(knowledge, file, place, value)


def _cited(value: BaseModel) -> tuple[str, ...]:
    return tuple(getattr(value, "sources", ()))


def _sources(knowledge: Knowledge, file: YamlFile, place: Place, value: BaseModel) -> Iterator[Finding]:
    state = getattr(value, "state", None)
    for index, cited in enumerate(_cited(value)):
        name, _, article = cited.partition(" ")
        at = (*place, "依据", index)
        source = knowledge.sources.get(name)
        if source is None:
            yield file.finding(at, f"依据“{name}”不在 sources.yaml 里，检查简称")
            continue
        if article and not _ARTICLE.fullmatch(article):
            yield file.finding(at, f"“{article}”不像条号，请写成“{name} 第七十条”这样；几个依据用英文逗号分开")
        elif article and not source.read and state is not m.State.OPEN:
            yield file.finding(at, f"“{name}”没有读过原文，不能引条号，请删掉“{article}”并把状态改成待核")
        elif article and not source.read:
            yield file.finding(at, f"“{name}”没有读过原文，不要写条号，请删掉“{article}”", warning=True)
        if name == DEMO_SOURCE and file.name != DEMO:
            yield file.finding(at, "用了“演示数据”，真的内容不能拿它当依据，请换成真依据或改成待核")


def _state(knowledge: Knowledge, file: YamlFile, place: Place, value: BaseModel) -> Iterator[Finding]:
    state = getattr(value, "state", m.State.OPEN)
    if state is m.State.OPEN:
        return
    cited = _cited(value)
    if "sources" in type(value).model_fields and not cited:
        yield file.finding(place, f"状态写了“{state}”却没有“依据”，请补上依据，或改成待核")
    sources = [knowledge.sources[c.split(" ")[0]] for c in cited if c.split(" ")[0] in knowledge.sources]
    if state is m.State.SOURCED and sources and not any(source.read for source in sources):
        yield file.finding((*place, "状态"), f"“{sources[0].id}”没有读过原文，状态只能写待核")
    if state is m.State.CONFIRMED and getattr(value, "checked_on", dt.date.min) is None:
        yield file.finding(place, "状态写了“已核”，还要写“核对日期”：哪天核的")
    if isinstance(value, m.Fact) and value.text is None:
        yield file.finding(place, f"状态写了“{state}”却没有“内容”，请写上内容，或改成待核")
    if isinstance(value, m.Limit) and value.text is None and value.days is None:
        yield file.finding(place, f"状态写了“{state}”却没有“天数”也没有“说明”，请补上一样，或改成待核")


def _only_if(knowledge: Knowledge, file: YamlFile, place: Place, value: m.OnlyIf) -> Iterator[Finding]:
    if not value.enterprise_types and not value.situations:
        yield file.finding(place, "“仅当”是空的，请写上“企业类型”或“情形”，或删掉")
    for index, kind in enumerate(value.enterprise_types):
        if kind not in knowledge.enterprise_types:
            yield file.finding(
                (*place, "企业类型", index), f"没有“{kind}”这个企业类型，检查 enterprise_types.yaml 的编号"
            )
    for index, situation in enumerate(value.situations):
        if situation not in knowledge.situations and situation not in DECIDED_BY_CHECKLIST:
            yield file.finding((*place, "情形", index), f"没有“{situation}”这个情形，检查 situations.yaml 的编号")


def check_dates(knowledge: Knowledge, everything: Iterator[Written], today: dt.date) -> Iterator[Finding]:
    """What time alone makes wrong; never a reason to stop serving, so `load` does not ask."""
    for file, place, value in everything:
        checked = getattr(value, "checked_on", None) or getattr(value, "reviewed_on", None)
        if checked and checked > today:
            yield file.finding((*place, "核对日期"), f"核对日期 {checked} 还没到，检查年份")
        elif checked and today - checked > MAX_AGE:
            yield file.finding((*place, "核对日期"), f"{checked} 核对的，过了一年多，请再核一遍", warning=True)
        if isinstance(value, m.Guide):
            yield from _review(file, value, today)
        for index, cited in enumerate(_cited(value)):
            source = knowledge.sources.get(cited.split(" ")[0])
            at = (*place, "依据", index)
            if source and source.repealed_on and source.repealed_on <= today:
                yield file.finding(at, f"“{source.id}”从 {source.repealed_on} 起废止了，请换成现行的依据")
            elif source and source.in_force_from and source.in_force_from > today:
                told = f"“{source.id}”要到 {source.in_force_from} 才施行，现在还不能当依据"
                yield file.finding(at, told, warning=True)


def _review(file: YamlFile, guide: m.Guide, today: dt.date) -> Iterator[Finding]:
    if guide.review_by is None:
        yield file.finding((), "没有写“复核期限”，请写上哪天以前要再核一遍", warning=True)
    elif guide.review_by < today:
        yield file.finding(("复核期限",), f"复核期限 {guide.review_by} 已经过了，请再核一遍，改两个日期", warning=True)
    if guide.reviewed_on is None:
        yield file.finding((), "没有写“核对日期”，请写上哪天核的", warning=True)
