"""Names and words: no two things answer to the same one, or nearly the same, unless that is declared."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

import numpy as np
from rapidfuzz import distance, fuzz, process

from assistant.knowledge import model as m
from assistant.knowledge.finding import Finding
from assistant.knowledge.whole import Knowledge
from assistant.knowledge.yamlfile import YamlFile
from assistant.text import compact

NEAR = 82  # rapidfuzz ratio of two official names from which on people mix them up
LONG_ENOUGH = 6  # characters from which on one letter's difference is overlooked: 文化经营许可证, 文物经营许可证
_TAIL = re.compile("发?的(证|本|许可|许可证|手续|批文|备案)$")  # 药监局发的证: what it ends in tells nothing apart
_WORDS = {"别名", "范围", "叫法", "标志词", "说法", "有的说法", "没有的说法"}


def check_names(knowledge: Knowledge, files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """All findings about names, aliases, sample questions and the words of groups."""
    together = _Together(knowledge)
    yield from _commas(files)
    yield from _aliases(knowledge, files, together)
    yield from _samples(knowledge, files, together)
    yield from _groups(knowledge, files["confusions.yaml"])
    yield from _situations(knowledge, files["situations.yaml"])
    yield from _near(knowledge, files, together)


class _Together:
    """Which guides a declared confusion group (易混组) holds together, and for which words."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._pairs: set[frozenset[str]] = set()
        self._words: dict[str, list[set[str]]] = defaultdict(list)
        for group in knowledge.groups.values():
            members = set(group.members)
            self._pairs |= {frozenset(pair) for pair in combinations(members, 2)}
            for word in group.words:
                self._words[compact(word)].append(members)

    def share_word(self, word: str, ids: set[str]) -> bool:
        return any(ids <= members for members in self._words[compact(word)])

    def are_told_apart(self, one: str, other: str) -> bool:
        return frozenset((one, other)) in self._pairs


def _listed(knowledge: Knowledge) -> list[tuple[str, m.Guide]]:
    """The guides that the catalogue knows by a name."""
    return [(i, g) for i, g in knowledge.guides.items() if i in knowledge.items or i in knowledge.topics]


def _commas(files: Mapping[str, YamlFile]) -> Iterator[Finding]:
    """`[甲，乙]` is one word, not two."""
    for file in files.values():
        for place in file.places:
            if len(place) > 1 and isinstance(place[-1], int) and place[-2] in _WORDS:
                value = file.data
                for part in place:
                    value = value[part]
                if isinstance(value, str) and ("，" in value or "、" in value):
                    yield file.finding(place, f"“{value}”里有中文逗号或顿号，几个词要用英文逗号“, ”分开", warning=True)


def _aliases(knowledge: Knowledge, files: Mapping[str, YamlFile], together: _Together) -> Iterator[Finding]:
    owners: dict[str, set[str]] = defaultdict(set)
    written: dict[str, dict[str, int]] = defaultdict(dict)  # alias → guide → index
    for owner, guide in _listed(knowledge):
        for index, alias in enumerate(guide.aliases):
            word = compact(alias) or alias
            if owner in written[word]:
                place = ("别名", index)
                yield files[f"guides/{owner}.yaml"].finding(place, f"别名“{alias}”写了两遍，请删掉一处", warning=True)
                continue
            written[word][owner] = index
            owners[word].add(owner)
    official = {compact(knowledge.name_of(i)): i for i in (*knowledge.items, *knowledge.topics, *knowledge.unlisted)}
    for word, places in written.items():
        first = min(places)
        file = files[f"guides/{first}.yaml"]
        place = ("别名", places[first])
        alias = knowledge.guides[first].aliases[places[first]]
        if len(owners[word]) > 1 and not together.share_word(alias, owners[word]):
            named = "、".join(knowledge.name_of(i) for i in sorted(owners[word]))
            told = f"别名“{alias}”同时属于{named}，请在 confusions.yaml 里声明易混组，或只留一处"
            yield file.finding(place, told, warning=True)
        other = official.get(word)
        if other and owners[word] == {first} and other != first and not together.are_told_apart(first, other):
            told = f"别名“{alias}”正是“{knowledge.name_of(other)}”的名称，请删掉，或在 confusions.yaml 里声明易混组"
            yield file.finding(place, told, warning=True)


def _samples(knowledge: Knowledge, files: Mapping[str, YamlFile], together: _Together) -> Iterator[Finding]:
    asked: dict[str, str] = {}
    for owner, guide in _listed(knowledge):
        for index, sample in enumerate(guide.samples):
            first = asked.setdefault(compact(sample), owner)
            if first != owner and not together.are_told_apart(first, owner):
                yield files[f"guides/{owner}.yaml"].finding(
                    ("常见问法", index), f"“{knowledge.name_of(first)}”里也有这句问法，请只留一处", warning=True
                )


def _groups(knowledge: Knowledge, file: YamlFile) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, group in enumerate(knowledge.groups.values()):
        for at, word in enumerate(group.words):
            first = seen.setdefault(compact(word), group.id)
            if first != group.id:
                yield file.finding(
                    (index, "叫法", at), f"叫法“{word}”在“{first}”组里已经有了，请只留一处", warning=True
                )
        signs: dict[str, int] = {}
        for number, option in enumerate(group.options):
            if option.guide in [other.guide for other in group.options[:number]]:
                yield file.finding((index, "选项", number, "指南"), f"“{option.guide}”在这一组里写了两遍，请只留一个")
            for at, sign in enumerate(option.signs):
                if signs.setdefault(compact(sign), number) != number:
                    told = f"标志词“{sign}”前面的选项里也有，分不出是哪个，请只留一处"
                    yield file.finding((index, "选项", number, "标志词", at), told, warning=True)


def _situations(knowledge: Knowledge, file: YamlFile) -> Iterator[Finding]:
    for index, situation in enumerate(knowledge.situations.values()):
        for at, word in enumerate(situation.no):
            if word in situation.yes:
                yield file.finding((index, "没有的说法", at), f"“{word}”在“有的说法”里也有，请只留一处")


def _near(knowledge: Knowledge, files: Mapping[str, YamlFile], together: _Together) -> Iterator[Finding]:
    """Pairs of guides that are nearly called the same, once a pair, in the file of the later one."""
    official = [(knowledge.name_of(i), i) for i, _ in _listed(knowledge)]
    official += [(item.certificate, item.id) for item in knowledge.items.values() if item.certificate]
    aliases = [
        (alias, i)
        for i, guide in _listed(knowledge)
        for alias in guide.aliases
        if len(_TAIL.sub("", compact(alias))) >= LONG_ENOUGH
    ]
    told: set[frozenset[str]] = set()
    for (name, one), (other_name, other) in (*_alike(official), *_one_edit(aliases)):
        pairs = {frozenset((one, other)), frozenset((name, other_name))}
        if one == other or pairs & told or together.are_told_apart(one, other):
            continue
        told |= pairs
        file = files.get(f"guides/{other}.yaml", files["catalog.yaml"])
        aliases_there = knowledge.guides[other].aliases if other in knowledge.guides else ()
        place = ("别名", aliases_there.index(other_name)) if other_name in aliases_there else ("名称",)
        near = f"“{other_name}”和“{knowledge.name_of(one)}”" + (f"的“{name}”" if name != knowledge.name_of(one) else "")
        yield file.finding(place, f"{near}很像，请在 confusions.yaml 里声明易混组，或改一个叫法", warning=True)


Pair = tuple[tuple[str, str], tuple[str, str]]


def _alike(names: list[tuple[str, str]]) -> Iterable[Pair]:
    words = [compact(name) for name, _ in names]
    scores = process.cdist(words, words, scorer=fuzz.ratio, score_cutoff=NEAR)
    return _upper(names, (scores >= NEAR) & (scores < 100))


def _one_edit(names: list[tuple[str, str]]) -> Iterable[Pair]:
    words = [compact(name) for name, _ in names]
    edits = process.cdist(words, words, scorer=distance.Levenshtein.distance, score_cutoff=1)
    return _upper(names, edits == 1)


def _upper(names: list[tuple[str, str]], near: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Iterable[Pair]:
    rows, columns = np.where(np.triu(near, k=1))
    return [(names[int(row)], names[int(column)]) for row, column in zip(rows, columns, strict=True)]
