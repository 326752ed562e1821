"""References from one file to another: each leads to something that exists, and procedures do not run in circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from assistant.knowledge import model as m
from assistant.knowledge.facts import catalogues, draft, guide_id
from assistant.knowledge.finding import Finding
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import Place, YamlFile

REGISTRY = "qiye-zhuxiao-dengji"  # what 先批后照 and 先照后证 speak of
Link = tuple[str, Place, str | None, str]  # file, place, target (None: not written), shelf


def check_links(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """Every reference that leads nowhere, and every circle."""
    shelves: dict[str, tuple[Iterable[str], str]] = {
        "guide": ({*knowledge.items, *knowledge.topics}, "没有“{}”这份指南，检查编号"),
        "item": (knowledge.items, "没有“{}”这个事项，检查编号"),
        "topic": (knowledge.topics, "其他指南里没有“{}”，检查编号"),
        "material": (knowledge.materials, "共用材料里没有“{}”，检查 materials.yaml 的编号"),
        "department": (knowledge.departments, "没有“{}”这个部门，检查编号"),
        "region": (knowledge.regions, "没有“{}”这个地区，检查编号"),
        "window": (knowledge.windows, "没有“{}”这个窗口，检查编号"),
        "act": ({act.name for act in knowledge.acts.values()}, "手续“{}”不在 acts.yaml 里，检查名称"),
        "situation": (knowledge.situations, "没有“{}”这个情形，检查 situations.yaml 的编号"),
        "type": (knowledge.enterprise_types, "没有“{}”这个企业类型，检查 enterprise_types.yaml 的编号"),
        "office": (_offices(knowledge), "没有“{}”这个部门，请照目录里的名称写"),
    }
    for name, place, target, shelf in _links(knowledge, files):
        known, message = shelves[shelf]
        if target is not None and target not in known:
            yield files[name].finding(place, message.format(target))
    yield from _rules_once(files)
    yield from _circles(knowledge, files["procedures.yaml"])
    for name, file in files.items():
        guide = knowledge.guides.get(guide_id(name))
        if guide and guide_id(name) in guide.related:
            place = ("顺带看看", guide.related.index(guide_id(name)))
            yield file.finding(place, "这就是本指南自己，请删掉", warning=True)


def _offices(knowledge: Knowledge) -> set[str]:
    """Who may look after a guide: the departments, and those that only take part in a procedure."""
    procedures = knowledge.procedures.values()
    named = {department.name for department in knowledge.departments.values()}
    return named | {office for p in procedures for office in (*p.departments, *((p.lead,) if p.lead else ()))}


def _links(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Link]:
    for name, catalogue in catalogues(files):
        yield from _of_catalogue(name, catalogue)
    for name, file in files.items():
        guide = (knowledge.guides.get(guide_id(name)) or draft(file)) if name.startswith("guides/") else None
        if guide is not None:
            yield from _of_guide(name, guide)
    yield from _of_words(knowledge)
    yield from _of_ways(knowledge)


def _of_catalogue(name: str, catalogue: m.Catalogue | m.DemoOverlay) -> Iterator[Link]:
    for i, region in enumerate(catalogue.regions):
        yield name, ("地区", i, "上级"), region.parent, "region"
    for i, window in enumerate(catalogue.windows):
        yield name, ("窗口", i, "地区"), window.region, "region"
        yield name, ("窗口", i, "部门"), window.department, "department"
    for i, rule in enumerate(catalogue.local_rules):
        yield name, ("本地规定", i, "地区"), rule.region, "region"
        yield name, ("本地规定", i, "事项"), rule.item, "item"
        yield name, ("本地规定", i, "窗口"), rule.window, "window"
    if isinstance(catalogue, m.Catalogue):
        for i, item in enumerate(catalogue.items):
            yield name, ("事项", i, "部门"), item.department, "department"
        for i, topic in enumerate(catalogue.topics):
            yield name, ("其他指南", i, "上级"), topic.parent, "topic"
            yield name, ("其他指南", i, "部门"), topic.department, "department"


def _of_guide(name: str, guide: m.Guide) -> Iterator[Link]:
    for i, material in enumerate(guide.materials):
        yield name, ("材料", i, "共用"), material.shared, "material"
    for i, related in enumerate(guide.related):
        yield name, ("顺带看看", i), related, "guide"
    for i, other in enumerate(guide.other_acts):
        yield name, ("不归这里办", i, "手续"), other.act, "act"
    yield name, ("维护部门",), guide.owner, "office"


def _of_words(knowledge: Knowledge) -> Iterator[Link]:
    for i, group in enumerate(knowledge.groups.values()):
        for j, option in enumerate(group.options):
            yield "confusions.yaml", (i, "选项", j, "指南"), option.guide, "guide"
    for i, offered in enumerate(knowledge.general.not_listed):
        yield "general.yaml", ("不在清单上", i), offered, "guide"
    for i, unlisted in enumerate(knowledge.unlisted.values()):
        for j, near in enumerate(unlisted.near):
            yield "unlisted.yaml", (i, "相近", j), near, "guide"
    for i, act in enumerate(knowledge.acts.values()):
        yield "acts.yaml", (i, "看指南"), act.topic, "guide"
    for i, situation in enumerate(knowledge.situations.values()):
        yield "situations.yaml", (i, "指南"), situation.guide, "guide"
        for j, kind in enumerate(situation.asked_of):
            yield "situations.yaml", (i, "问谁", j), kind, "type"


def _of_ways(knowledge: Knowledge) -> Iterator[Link]:
    for i, industry in enumerate(knowledge.industries.values()):
        for key, ids in (("必有", industry.must_have), ("按需", industry.may_have)):
            for j, item in enumerate(ids):
                yield "industries.yaml", (i, key, j), item, "guide"
        yield "industries.yaml", (i, "看指南"), industry.topic, "guide"
        yield "industries.yaml", (i, "牵头部门"), industry.lead, "office"
    for i, kind in enumerate(knowledge.enterprise_types.values()):
        yield "enterprise_types.yaml", (i, "注销登记"), kind.registry, "topic"
    for i, procedure in enumerate(knowledge.procedures.values()):
        for j, step in enumerate(procedure.steps):
            yield "procedures.yaml", (i, "顺序", j, "指南"), step.guide, "guide"
            yield "procedures.yaml", (i, "顺序", j, "情形"), step.situation, "situation"
            for at, needed in enumerate(step.needs):
                yield "procedures.yaml", (i, "顺序", j, "先办", at), needed, "guide"
        for j, period in enumerate(procedure.periods):
            yield "procedures.yaml", (i, "期间", j, "指南"), period.guide, "guide"
            yield "procedures.yaml", (i, "期间", j, "从哪件办完算"), period.since, "guide"


def _rules_once(files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """One rule a region and item."""
    seen: set[tuple[str, str]] = set()
    for name, catalogue in catalogues(files):
        for index, rule in enumerate(catalogue.local_rules):
            if (rule.region, rule.item) in seen:
                told = f"“{rule.region}”的“{rule.item}”写了两条本地规定，请并成一条"
                yield files[name].finding(("本地规定", index), told)
            seen.add((rule.region, rule.item))


def _circles(knowledge: Knowledge, file: YamlFile) -> Iterator[Finding]:
    """What waits for what (先办, 先批后照, 先照后证), over all procedures, ends somewhere."""
    waiting: dict[str, set[str]] = defaultdict(set)
    places: dict[tuple[str, str], Place] = {}
    for i, procedure in enumerate(knowledge.procedures.values()):
        for j, step in enumerate(procedure.steps):
            for at, needed in enumerate(step.needs):
                waiting[step.guide].add(needed)
                places.setdefault((step.guide, needed), (i, "顺序", j, "先办", at))
    for item in knowledge.items.values():
        if item.approval_first:
            waiting[REGISTRY].add(item.id)
        if item.after_deregistration:
            waiting[item.id].add(REGISTRY)
    while done := waiting.keys() - {guide for guide, wait in waiting.items() if wait & waiting.keys()}:
        for guide in done:
            del waiting[guide]
    if not waiting:
        return
    path = [next(iter(waiting))]
    while (after := min(waiting[path[-1]] & waiting.keys())) not in path:
        path.append(after)
    circle = path[path.index(after) :]
    ring = list(zip((circle[-1], *circle), circle, strict=False))  # the arrow that closes it first
    place = next((places[arrow] for arrow in ring if arrow in places), ())
    yield file.finding(place, f"“先办”绕成了一圈：{' → '.join((*circle, circle[0]))}，请去掉一处")
