"""Which item or topic a row means: by its name and aliases, with how sure that is; near names are never guessed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.knowledge.model import Department, Region
from assistant.knowledge.whole import Knowledge
from assistant.text import compact

SURE, POSSIBLE, LEAD = 88.0, 55.0, 6.0
NUMBERED = re.compile(
    r"^\s*(?:[（(]?\d{1,3}[）).、．]|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)\s*(?!\d)"
)
_TAIL = re.compile(r"(的?(注销|核发|审批|办理|登记)|[（(](注销|核发|审批|证照注销)[）)])+$")
_OFFICIAL = re.compile(r"(中华人民共和国|大兴安岭地区|行政公署|地区|黑龙江省|《|》|“|”)")
_CONTRASTS: tuple[tuple[str, ...], ...] = (
    ("批发", "零售", "生产", "充装"),
    ("生产", "经营", "使用", "运输"),
    ("货物", "旅客", "危险货物", "放射性"),
    ("经营许可", "运输证", "运营证", "从业资格", "驾驶员"),
    ("第一类", "第二类", "第三类", "一类", "二类", "三类"),
    ("机构", "人员"),
    ("巡游", "网络预约", "网约"),
    ("歌舞", "游艺"),
    ("煤矿", "非煤"),
    ("设置", "安装"),
    ("医师", "护士", "乡村医生"),
    ("旅馆", "公章", "典当", "爆破"),
    ("堤顶", "坝顶"),
    ("勘查", "采矿"),
    ("许可", "备案"),
    ("食品添加剂", "小作坊", "食品经营", "食品生产许可"),
    ("零售", "收购"),
    ("有限公司", "分公司", "个体工商户", "合作社", "个人独资", "合伙"),
)


@dataclass(frozen=True)
class Candidate:
    """One item or topic that a row may mean."""

    id: str
    name: str
    score: float


@dataclass(frozen=True)
class Match:
    """What a row means: `how` is 同名, 别名, 证名, 近似 or 拿不准, 没对上; the best three are always there."""

    id: str | None
    how: str
    best: tuple[Candidate, ...]


def bare(name: str) -> str:
    """A name without numbering, official prefixes and the word for what is done with it."""
    shorter = _OFFICIAL.sub("", NUMBERED.sub("", name))
    return compact(_TAIL.sub("", shorter)) or compact(name)


class Matcher:
    """Matches names to items and topics of one Knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._named: dict[str, str] = {}
        owners: dict[str, set[tuple[str, str]]] = defaultdict(set)
        entries: list[tuple[str, str, str | None]] = [(i.id, i.name, i.certificate) for i in knowledge.items.values()]
        entries += [(t.id, t.name, None) for t in knowledge.topics.values()]
        for guide_id, name, certificate in entries:
            self._named.setdefault(compact(name), guide_id)
            guide = knowledge.guides.get(guide_id)
            for word in guide.aliases if guide else ():
                owners[compact(word)].add((guide_id, "别名"))
            if certificate:
                owners[compact(certificate)].add((guide_id, "证名"))
            owners[bare(name)].add((guide_id, "同名"))
        self._owners = owners

    def match(self, name: str, department: str | None = None) -> Match:
        """The item or topic a name means; the department supports or weakens a likeness."""
        plain = compact(NUMBERED.sub("", name))
        best = self._ranked(name, department)
        exact = self._named.get(plain) or self._named.get(re.sub(r"注销$", "", plain))
        if exact:
            return Match(exact, "同名", best)
        for word in (bare(name), plain):
            owners = self._owners.get(word, set())
            ids = {guide_id for guide_id, _ in owners}
            here = {i for i in ids if department and self._department(i) == department}
            chosen = ids if len(ids) == 1 else here
            if len(chosen) == 1 and not self._elsewhere(next(iter(chosen)), department):
                found = next(iter(chosen))
                how = next(h for h in ("同名", "证名", "别名") if (found, h) in owners)
                return Match(found, how, best)
        if best and best[0].score >= SURE and (len(best) == 1 or best[0].score - best[1].score >= LEAD):
            return Match(best[0].id, "近似", best)
        return Match(None, "拿不准" if best and best[0].score >= POSSIBLE else "没对上", best)

    def _department(self, guide_id: str) -> str | None:
        entry = self._knowledge.items.get(guide_id) or self._knowledge.topics.get(guide_id)
        return entry.department if entry else None

    def _elsewhere(self, guide_id: str, department: str | None) -> bool:
        """Whether the row names a department and the item belongs to another."""
        own = self._department(guide_id)
        return bool(department and own and own != department)

    def _ranked(self, name: str, department: str | None) -> tuple[Candidate, ...]:
        """The three nearest names."""
        plain, short = compact(name), bare(name)
        found = []
        shelves: Iterable[tuple[str, str]] = [
            *((i.id, i.name) for i in self._knowledge.items.values()),
            *((t.id, t.name) for t in self._knowledge.topics.values()),
        ]
        for guide_id, candidate in shelves:
            score = max(_likeness(plain, compact(candidate)), _likeness(short, bare(candidate)))
            if _contradicts(plain, compact(candidate)):
                score = min(score - 10, SURE - 5)
            if department:
                score += 4 if self._department(guide_id) == department else -12
            found.append(Candidate(guide_id, candidate, round(min(score, 99.0), 1)))
        return tuple(sorted(found, key=lambda c: -c.score)[:3])


def _likeness(a: str, b: str) -> float:
    """How alike two names are: in sequence and in which characters they have."""
    shared = len(set(a) & set(b)) * 200 / max(1, len(set(a)) + len(set(b)))
    return 0.6 * float(fuzz.ratio(a, b)) + 0.4 * shared


def _contradicts(a: str, b: str) -> bool:
    """Whether one name says a word that the other replaces by its opposite (批发 and 零售)."""
    for words in _CONTRASTS:
        mine, theirs = {w for w in words if w in a}, {w for w in words if w in b}
        if mine - theirs and theirs - mine:
            return True
    return False


def department_of(knowledge: Knowledge, text: str) -> Department | None:
    """The department that a cell or heading names, also as the county's own bureau."""
    plain = compact(re.sub(r"[（(]?\d+\s*项[）)]?", "", NUMBERED.sub("", text)))
    if not plain:
        return None
    names = [
        (compact(word), department)
        for department in knowledge.departments.values()
        for word in (department.name, department.full_name or department.name, *department.aliases)
    ]
    for word, department in names:
        if word == plain or word == bare(text):
            return department
    places = sorted(
        (compact(w) for r in knowledge.regions.values() for w in (r.name, *r.aliases)), key=len, reverse=True
    )
    for place in places:
        if plain.startswith(place) and len(plain) > len(place) + 1:
            plain = plain[len(place) :]
            break
    plain = re.sub(r"^(行政公署|地区|地委|市|县|区)", "", plain) or plain
    inside = [(len(w), d) for word, d in names if (w := _OFFICIAL.sub("", word)) and len(w) >= 3 and w in plain]
    if inside:
        return max(inside, key=lambda pair: pair[0])[1]
    near = max(((fuzz.ratio(_OFFICIAL.sub("", word), plain), d) for word, d in names), key=lambda pair: pair[0])
    return near[1] if near[0] >= 80 else None


def region_of(knowledge: Knowledge, texts: Sequence[str]) -> Region | None:
    """The region that a cell or title names; a county goes before the prefecture it lies in."""
    for text in texts:
        found = [
            (region.level == "县", len(word), region)
            for region in knowledge.regions.values()
            for word in (region.name, *region.aliases)
            if not region.demo and len(word) >= 2 and word in text and not word.isascii()
        ]
        if found:
            return max(found, key=lambda entry: entry[:2])[2]
    return None
