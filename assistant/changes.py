"""What has changed since a checklist was issued: the same facts under today's knowledge, compared entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.checklist.model import Checklist, Entry, ItemRef, LimitRef, MaterialLine
from assistant.checklist.profile import Profile
from assistant.knowledge.whole import Knowledge

NEW = "现在要多办这一件。"
GONE = "现在不用办这一件了。"
FROM_TO = "{what}：原来是“{old}”，现在是“{new}”。"
OTHERWISE = "{what}改了。"
UNKNOWN = "还不知道"
MORE, LESS, OTHER = "要多带：{names}。", "不用再带：{names}。", "要求改了：{names}。"


@dataclass(frozen=True)
class Change:
    """What changed at one entry, in sentences."""

    item: ItemRef
    gone: bool
    sentences: tuple[str, ...]


def changes(old: Checklist, new: Checklist) -> tuple[Change, ...]:
    """Entry by entry what differs, in the order of the new list; what is not needed any more stands last."""
    before = {entry.item.id: entry for entry in old.entries}
    after = {entry.item.id: entry for entry in new.entries}
    found = []
    for item_id, entry in after.items():
        sentences = tuple(_entry(before[item_id], entry, old, new)) if item_id in before else (NEW,)
        if sentences:
            found.append(Change(entry.item, False, sentences))
    return (*found, *(Change(one.item, True, (GONE,)) for item_id, one in before.items() if item_id not in after))


def same_keys(old: Checklist, new: Checklist) -> tuple[str, ...]:
    """The ticks that still hold: of entries and materials that are the same on both checklists."""
    before = {entry.item.id: entry for entry in old.entries}
    lines = {line.id: line for line in old.materials}
    entries = [
        f"e-{one.item.id}"
        for one in new.entries
        if one.item.id in before and not list(_entry(before[one.item.id], one, old, new))
    ]
    return (
        *entries,
        *(f"m-{one.id}" for one in new.materials if one.id in lines and _asks_the_same(lines[one.id], one)),
    )


def at_home(knowledge: Knowledge, profile: Profile) -> Profile:
    """A profile in the names that today's knowledge has: an old id is the new one, what is gone is not told."""

    def known(ids: tuple[str, ...]) -> tuple[str, ...]:
        current = (knowledge.old_ids.get(one, one) for one in ids)
        return tuple(dict.fromkeys(one for one in current if one in knowledge.items))

    lists = {key: known(getattr(profile, key)) for key in ("denied", "unsure_between", "presumed")}
    ways = {knowledge.old_ids.get(one, one): way for one, way in profile.proxy_by_entry.items()}
    return profile.with_(
        **lists,
        licences=None if profile.licences is None else known(profile.licences),
        unlisted=tuple(one for one in profile.unlisted if one in knowledge.unlisted),
        proxy_by_entry={one: way for one, way in ways.items() if one in knowledge.items or one in knowledge.topics},
        enterprise_type=_if_known(profile.enterprise_type, knowledge.enterprise_types),
        place=_if_known(profile.place, knowledge.regions),
    )


def _if_known(value: str | None, shelf: Mapping[str, object]) -> str | None:
    return value if value in shelf else None


def _entry(old: Entry, new: Entry, before: Checklist, after: Checklist) -> Iterator[str]:
    """Everything that somebody who goes there has to know of."""
    told = (
        ("去哪办", old.window.name, new.window.name),
        ("地址", old.window.address, new.window.address),
        ("窗口电话", old.window.phone, new.window.phone),
        ("咨询电话", old.hotline, new.hotline),
        ("办公时间", old.window.hours, new.window.hours),
        ("分级", old.tier, new.tier),
        ("承诺的时限", _limit(old.promised_limit), _limit(new.promised_limit)),
        ("规定的期限", _limit(old.statutory_limit), _limit(new.statutory_limit)),
        ("多久办完", old.limit_note, new.limit_note),
        ("收费", old.fee, new.fee),
        ("联系科室", old.contact, new.contact),
        ("先办完", "、".join(one.name for one in old.after), "、".join(one.name for one in new.after)),
    )
    for what, was, now in told:
        if was != now:
            yield FROM_TO.format(what=what, old=was or UNKNOWN, new=now or UNKNOWN)
    yield from _materials(old, new, before, after)
    for what, changed in (("办理步骤", old.steps != new.steps), ("先问清的事", old.to_ask != new.to_ask)):
        if changed:
            yield OTHERWISE.format(what=what)


def _materials(old: Entry, new: Entry, before: Checklist, after: Checklist) -> Iterator[str]:
    was = {line.id: line for line in before.materials if line.id in old.materials}
    now = {line.id: line for line in after.materials if line.id in new.materials}
    sorted_out = (
        (MORE, [line.name for one, line in now.items() if one not in was]),
        (LESS, [line.name for one, line in was.items() if one not in now]),
        (OTHER, [line.name for one, line in now.items() if one in was and not _asks_the_same(was[one], line)]),
    )
    for sentence, names in sorted_out:
        if names:
            yield sentence.format(names="、".join(names))


def _asks_the_same(old: MaterialLine, new: MaterialLine) -> bool:
    """Whether the same paper does; how many copies are needed in all depends on the other entries, too."""
    return (old.name, old.form, old.exempt, old.note) == (new.name, new.form, new.exempt, new.note)


def _limit(limit: LimitRef | None) -> str | None:
    return f"{limit.days}{'个' if limit.unit == '工作日' else ''}{limit.unit}" if limit else None
