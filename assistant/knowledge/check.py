"""What a schema cannot see: whether the files fit together."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from assistant.knowledge import model as m
from assistant.knowledge.facts import DEMO, catalogues, check_dates, check_facts, draft, guide_id, written
from assistant.knowledge.finding import Finding
from assistant.knowledge.links import check_links
from assistant.knowledge.names import check_names
from assistant.knowledge.numbers import check_numbers
from assistant.knowledge.questions import ACTS, BY_ENTRY, SEVERAL, VAGUE
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import Place, YamlFile

_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_FICTIONAL = re.compile(r"示例[省市区县]")


def check_references(
    knowledge: Knowledge, files: Mapping[str, YamlFile], *, today: dt.date | None = None
) -> list[Finding]:
    """All findings about a Knowledge whose single files are valid; dates are looked at where `today` is told."""
    findings = [
        *check_numbers(files),
        *_guides(knowledge, files),
        *_catalogue(knowledge, files),
        *_demo(files),
        *check_links(knowledge, files),
        *check_facts(knowledge, written(knowledge, files)),
        *check_names(knowledge, files),
        *_questions(knowledge, files),
    ]
    if today is not None:
        findings += check_dates(knowledge, written(knowledge, files), today)
    return sorted(set(findings))


def _questions(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """Questions to learn from are about something that is there; about nothing they do no harm."""
    for name in BY_ENTRY:
        for entry in files[name].data if name in files else ():
            if entry not in knowledge.guides and entry not in knowledge.unlisted:
                yield files[name].finding((entry,), f"没有“{entry}”这个编号，请改对或删去", warning=True)
    for number, question in enumerate(files[ACTS].data if ACTS in files else ()):
        if question["手续"] not in knowledge.acts:
            told = f"没有“{question['手续']}”这个手续，看 acts.yaml"
            yield files[ACTS].finding((number, "手续"), told, warning=True)
    for name, key in ((VAGUE, "可能是"), (SEVERAL, "说的是")):
        for number, question in enumerate(files[name].data if name in files else ()):
            for place, entry in enumerate(question[key]):
                if entry not in knowledge.guides:
                    told = f"没有“{entry}”这个编号，请改对或删去"
                    yield files[name].finding((number, key, place), told, warning=True)


def _guides(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """Each entry of the catalogue has a guide, and each guide an entry."""
    known = knowledge.items.keys() | knowledge.topics.keys()
    catalogue = files["catalog.yaml"]
    for name, file in files.items():
        if not name.startswith("guides/"):
            continue
        own = guide_id(name)
        guide = knowledge.guides.get(own) or draft(file)
        if own not in known:
            waiting = guide is not None and not guide.published
            told = f"目录里没有编号“{own}”，请改文件名，或先在 catalog.yaml 里添上"
            yield file.finding((), told, warning=waiting)
        elif guide is not None:
            yield from _guide(knowledge, guide, own, file)
    for section, entries in (("事项", knowledge.items), ("其他指南", knowledge.topics)):
        for index, entry in enumerate(entries):
            if entry not in knowledge.guides and f"guides/{entry}.yaml" in files:
                told = f"“{entry}”的指南还没有发布，写好后把指南里的“发布: false”删掉"
                yield catalogue.finding((section, index, "编号"), told)
            elif entry not in knowledge.guides:
                yield catalogue.finding((section, index, "编号"), f"“{entry}”没有指南，请新建 guides/{entry}.yaml")


def _guide(knowledge: Knowledge, guide: m.Guide, own: str, file: YamlFile) -> Iterator[Finding]:
    """What one guide says of itself."""
    if guide.name != knowledge.name_of(own):
        yield file.finding(("名称",), f"和目录里的名称“{knowledge.name_of(own)}”不一样，请改成一样的")
    for index, material in enumerate(guide.materials):
        if material.shared is None and material.name is None:
            yield file.finding(("材料", index), "缺少“名称”，请补上，或用“共用”引用一份共用材料")
    if not guide.steps:
        yield file.finding((), "缺少“步骤”，至少写清先去哪、带什么", warning=True)


def _catalogue(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """Ids are written once, departments have as many items as they should, windows are complete."""
    for name, catalogue in catalogues(files):
        file = files[name]
        sections = {"地区": [r.id for r in catalogue.regions], "窗口": [w.id for w in catalogue.windows]}
        if isinstance(catalogue, m.Catalogue):
            sections["部门"] = [d.id for d in catalogue.departments]
            sections["事项"] = [i.id for i in catalogue.items]
            sections["其他指南"] = [t.id for t in catalogue.topics]
            yield from _counts(catalogue, file)
            yield from _old_ids(catalogue, file)
        seen: set[str] = set()
        for section, ids in sections.items():
            seen = seen if section == "其他指南" else set()  # items and topics share one shelf of guides
            for index, own in enumerate(ids):
                if own in seen:
                    yield file.finding((section, index, "编号"), f"编号“{own}”用了两次，请改一个")
                if not _ID.fullmatch(own):
                    yield file.finding((section, index, "编号"), f"编号“{own}”只能用小写字母、数字和“-”")
                seen.add(own)
        for index, window in enumerate(catalogue.windows):
            yield from _window(window, file, ("窗口", index))


def _window(window: m.ServiceWindow, file: YamlFile, place: Place) -> Iterator[Finding]:
    missing = "、".join(
        label
        for label, value in (("地址", window.address), ("电话", window.phone), ("办公时间", window.hours))
        if value is None
    )
    if window.state is not m.State.OPEN and missing:
        yield file.finding(place, f"状态写了“{window.state}”，还缺{missing}，请补上，或改成待核")
    elif window.hours is None:
        yield file.finding(place, "没有“办公时间”，问清了再补上，别猜", warning=True)


def _counts(catalogue: m.Catalogue, file: YamlFile) -> Iterator[Finding]:
    """Each department has as many items as document 000 counts."""
    have = Counter(item.department for item in catalogue.items)
    for index, department in enumerate(catalogue.departments):
        if have[department.id] != department.item_count:
            yield file.finding(
                ("部门", index, "事项数"),
                f"{department.name}写的是 {department.item_count} 项，目录里有 {have[department.id]} 项，请核对",
            )
    names = Counter(item.name for item in catalogue.items)
    for index, item in enumerate(catalogue.items):
        if names[item.name] > 1:
            yield file.finding(("事项", index, "名称"), f"名称“{item.name}”用了 {names[item.name]} 次，请改得分得清")


def _old_ids(catalogue: m.Catalogue, file: YamlFile) -> Iterator[Finding]:
    """An old id leads to one item only, and is nobody's present id."""
    taken = {item.id for item in catalogue.items} | {topic.id for topic in catalogue.topics}
    for index, item in enumerate(catalogue.items):
        for at, old in enumerate(item.old_ids):
            if old in taken:
                yield file.finding(("事项", index, "旧编号", at), f"旧编号“{old}”已经有人用，请删掉")
            taken.add(old)


def _demo(files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """The fictional 示例市 and the real prefecture never mix."""
    by_name = dict(catalogues(files))
    real = by_name["catalog.yaml"]
    real_ids = {region.id for region in real.regions}
    real_windows = {window.id for window in real.windows}
    for index, region in enumerate(real.regions):
        if region.demo:
            told = f"“{region.name}”是演示数据，请挪到 {DEMO}，或删掉“演示数据”"
            yield files["catalog.yaml"].finding(("地区", index), told)
    for name, file in files.items():
        if name == DEMO:
            continue
        for number, line in enumerate(file.text.split("\n"), 1):
            fictional = _FICTIONAL.search(line.partition("#")[0])
            if fictional and "演示数据" not in line:
                yield file.finding_at(
                    number, fictional.start() + 1, f"“{fictional[0]}”是编出来的地方，只能写在 {DEMO} 里"
                )
    overlay = by_name.get(DEMO)
    if overlay is None:
        return
    for index, region in enumerate(overlay.regions):
        if not region.demo:
            yield files[DEMO].finding(("地区", index), f"“{region.name}”要写“演示数据: true”，免得当成真的")
        if region.id in real_ids:
            yield files[DEMO].finding(("地区", index, "编号"), f"编号“{region.id}”是真地区的，演示数据请另起一个")
    for index, window in enumerate(overlay.windows):
        if window.region in real_ids:
            yield files[DEMO].finding(("窗口", index, "地区"), f"“{window.region}”是真地区，演示窗口只能放在演示地区")
        if window.id in real_windows:
            yield files[DEMO].finding(("窗口", index, "编号"), f"编号“{window.id}”是真窗口的，演示数据请另起一个")
    for index, rule in enumerate(overlay.local_rules):
        if rule.region in real_ids:
            yield files[DEMO].finding(("本地规定", index, "地区"), f"“{rule.region}”是真地区，请写到 catalog.yaml 里")
