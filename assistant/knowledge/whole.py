"""Knowledge: everything the service knows, checked, immutable, with a digest; replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from assistant.errors import NotFound
from assistant.knowledge import model as m
from assistant.knowledge.questions import Questions


@dataclass(frozen=True)
class Knowledge:
    """All knowledge by id; `digest` is the SHA-256 over the files it was read from."""

    digest: str
    sources: dict[str, m.Source]
    materials: dict[str, m.SharedMaterial]
    departments: dict[str, m.Department]
    regions: dict[str, m.Region]
    windows: dict[str, m.ServiceWindow]
    items: dict[str, m.LicenceItem]
    topics: dict[str, m.Topic]
    guides: dict[str, m.Guide]
    groups: dict[str, m.ConfusionGroup]
    acts: dict[str, m.Act]
    unlisted: dict[str, m.Unlisted]
    redirects: dict[str, m.Redirect]
    industries: dict[str, m.Industry]
    enterprise_types: dict[str, m.EnterpriseType]
    procedures: dict[str, m.Procedure]
    situations: dict[str, m.Situation]
    general: m.General
    local_rules: dict[tuple[str, str], m.LocalRule] = field(default_factory=dict)
    holidays: dict[str, m.HolidayYear] = field(default_factory=dict)  # by year
    questions: Questions = field(default_factory=Questions)

    def name_of(self, guide_id: str) -> str:
        """The canonical name of an item or topic, or of a thing that is not on the list."""
        for shelf in (self.items, self.topics, self.unlisted):
            if guide_id in shelf:
                return str(shelf[guide_id].name)
        raise NotFound(f"没有“{guide_id}”这份指南")

    def nearest_to(self, unlisted_id: str) -> tuple[str, ...]:
        """The guides to look at for a thing that is not on the list, nearest first; behind them those for any such thing."""
        return tuple(dict.fromkeys((*self.unlisted[unlisted_id].near, *self.general.not_listed)))

    def guide(self, guide_id: str) -> m.Guide:
        """The guide, also by an item's old id; NotFound where there is none."""
        current = self.old_ids.get(guide_id, guide_id)
        if current not in self.guides:
            raise NotFound(f"没有“{guide_id}”这份指南，请到“办事指南”里找一找")
        return self.guides[current]

    @cached_property
    def old_ids(self) -> dict[str, str]:
        """Ids that items used to have → the id they have now."""
        return {old: item.id for item in self.items.values() for old in item.old_ids}

    def is_item(self, guide_id: str) -> bool:
        """Whether this is one of the licence items (not a topic)."""
        return guide_id in self.items

    @cached_property
    def _closings(self) -> frozenset[str]:
        types = (one.registry for one in self.enterprise_types.values())
        steps = (step.guide for procedure in self.procedures.values() for step in procedure.steps)
        trades = (industry.topic for industry in self.industries.values())
        own = {*types, *steps, *trades}
        above = {topic.parent for topic in self.topics.values() if topic.id in own}
        return frozenset(filter(None, own | above))

    def is_closing(self, guide_id: str) -> bool:
        """Whether a topic is a part of closing as such: a deregistration, a step on the way, the papers of a trade."""
        return guide_id in self._closings

    def department_of(self, guide_id: str) -> m.Department | None:
        """The department that answers for an item or topic, where one is named."""
        entry: m.LicenceItem | m.Topic | None = self.items.get(guide_id) or self.topics.get(guide_id)
        return self.departments.get(entry.department) if entry and entry.department else None

    def hotline_of(self, guide_id: str) -> str:
        """The national hotline to call about a guide; 12345 where nothing better is known."""
        entry: m.LicenceItem | m.Topic | None = self.items.get(guide_id) or self.topics.get(guide_id)
        return entry.hotline if entry else "12345"

    def proxy_window(self, region_id: str | None) -> m.ServiceWindow | None:
        """The 代办服务专窗 of a region; of no region there is none."""
        return next((w for w in self.windows.values() if w.region == region_id and w.proxy), None)

    def rule_for(self, region_id: str | None, item_id: str) -> m.LocalRule | None:
        """What a region says about an item; where it says nothing, what the region above it says."""
        region = self.regions.get(region_id or "")
        while region is not None:
            rule = self.local_rules.get((region.id, item_id))
            if rule is not None:
                return rule
            region = self.regions.get(region.parent or "")
        return None

    def counties(self, *, demo: bool = False) -> tuple[m.Region, ...]:
        """The counties people choose from, fictional ones only when asked for."""
        return tuple(r for r in self.regions.values() if r.level == "县" and (demo or not r.demo))

    def items_of(self, department_id: str) -> Iterator[m.LicenceItem]:
        """The items of one department, in catalogue order."""
        return (item for item in self.items.values() if item.department == department_id)

    def material(self, written: m.Material) -> m.Material:
        """A guide's material with what the shared one says filled in where the guide says nothing."""
        if written.shared is None:
            return written
        shared = self.materials[written.shared]
        own = {key: getattr(written, key) for key in written.model_fields_set if key != "shared"}
        base = {key: getattr(shared, key) for key in m.Material.model_fields}
        return m.Material.model_construct(**{**base, **own, "shared": written.shared})
