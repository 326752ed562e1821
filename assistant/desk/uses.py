"""What is otherwise between two knowledges, in words, and the guides that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from assistant.knowledge.whole import Knowledge

Key = TypeVar("Key")


@dataclass(frozen=True)
class Use:
    """Something that is otherwise, and the guides that say it."""

    what: str  # 窗口“…”, 共用材料“…”, 部门“…”, 指南“…”
    guides: tuple[str, ...]  # ids


def _named(word: str) -> Callable[[Any], str]:
    return lambda one: f"{word}“{one.name}”"


def _nobody(_: Any) -> Iterable[str]:
    return ()


# Each shelf of which the guides do not speak themselves: what one of it is called, and the guides that it names.
SHELVES: tuple[tuple[str, Callable[[Any], str], Callable[[Any], Iterable[str]]], ...] = (
    ("regions", _named("地区"), _nobody),
    ("groups", lambda one: f"容易弄混的“{one.words[0]}”", lambda one: [option.guide for option in one.options]),
    ("acts", _named("手续"), _nobody),
    ("unlisted", _named("不在清单上的"), lambda one: one.near),
    ("redirects", _named("别的手续"), _nobody),
    ("industries", _named("行业"), lambda one: (*one.must_have, *one.may_have)),
    ("enterprise_types", _named("企业类型"), lambda one: [one.registry] if one.registry else []),
    ("procedures", _named("一件事"), lambda one: [step.guide for step in one.steps]),
    ("situations", _named("情形"), lambda one: [one.guide] if one.guide else []),
    ("holidays", lambda one: f"{one.year} 年的放假和调休", _nobody),
)


def uses_of(before: Knowledge, after: Knowledge) -> list[Use]:
    """What is otherwise between two knowledges, and the guides that use it."""
    found: list[Use] = []
    for own in differing(before.guides, after.guides):
        guide = after.guides.get(own) or before.guides[own]
        found.append(Use(f"指南“{guide.name}”", (own,)))
    for own in differing(before.windows, after.windows):
        window = after.windows.get(own) or before.windows[own]
        rules = {**before.local_rules, **after.local_rules}.values()
        items = tuple(dict.fromkeys(rule.item for rule in rules if rule.window == own))
        if window.proxy:
            items = tuple(after.items)
        found.append(Use(f"窗口“{window.name}”", items))
    for own in differing(before.departments, after.departments):
        department = after.departments.get(own) or before.departments[own]
        answered_for = tuple(
            guide for guide in after.guides if after.department_of(guide) == after.departments.get(own)
        )
        found.append(Use(f"部门“{department.name}”", answered_for))
    for own in differing(before.materials, after.materials):
        material = after.materials.get(own) or before.materials[own]
        users = (guide_id for guide_id, guide in after.guides.items() if any(m.shared == own for m in guide.materials))
        found.append(Use(f"共用材料“{material.name}”", tuple(users)))
    for key in differing(before.local_rules, after.local_rules):
        region = after.regions.get(key[0]) or before.regions.get(key[0])
        found.append(Use(f"{region.name if region else key[0]}的规定", (key[1],)))
    listed = [*differing(before.items, after.items), *differing(before.topics, after.topics)]
    found += [Use(f"目录里的“{own}”", (own,)) for own in listed]
    for own in differing(before.sources, after.sources):
        users = (guide_id for guide_id, guide in after.guides.items() if _cites(guide.model_dump_json(), own))
        found.append(Use(f"依据“{own}”", tuple(users)))
    found += _on_shelves(before, after)
    if before.general != after.general:
        found.append(Use("每份指南都有的话", tuple(after.guides)))
    if before.questions != after.questions:
        found.append(Use("只用来学的问法", ()))
    return found


def _on_shelves(before: Knowledge, after: Knowledge) -> Iterator[Use]:
    for shelf, called, guides in SHELVES:
        was, is_now = getattr(before, shelf), getattr(after, shelf)
        for own in differing(was, is_now):
            one = is_now.get(own) or was[own]
            yield Use(called(one), tuple(dict.fromkeys(guides(one))))


def differing(before: Mapping[Key, object], after: Mapping[Key, object]) -> list[Key]:
    """The keys under which two shelves do not hold the same."""
    return [own for own in {**before, **after} if before.get(own) != after.get(own)]


def _cites(guide: str, source: str) -> bool:
    return f'"{source}"' in guide or f'"{source} ' in guide
