"""Pinyin typed for characters, written out in the words of the knowledge: `wangba guan le` → 网吧关了."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from assistant.knowledge.whole import Knowledge
from assistant.retrieval.dictionary import Dictionary
from assistant.sounds import sounds
from assistant.text import cut_pinyin, folded, forget, fuzzy, syllables

LEAST_SYLLABLES = 3  # in a whole message: fewer could be an abbreviation or a name
LONGEST_WORD = 5
COMMON = 20_000  # words of the general dictionary that count too
GENERAL_SHARE = 0.5  # of all occurrences, those of the general dictionary
TOGETHER = 0.6  # how far the word before decides
OVER_A_SPACE = 3.0  # what a word over a space costs, as a logarithm
MISHEARD = 2.3  # what a sound costs that is only nearly that of the word: one in ten (yanqi: 延期, not 氧气)
KEPT = 30  # beginnings that are followed further
_LETTERS = re.compile(r"[a-z']+")
_CHINESE = re.compile(r"[一-鿿]+")


class Speller:
    """Writes pinyin out; the words are counted when the first pinyin comes (2 s), not at start-up."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Of the knowledge only the texts are kept: it is replaced more often than what people say in it."""
        self._said = tuple(_sayings(knowledge))
        self._ours = tuple(act.name for act in knowledge.acts.values() if act.ours)
        self._shops = {name for trade in knowledge.industries.values() for name in (trade.name, *trade.aliases)}

    def written_out(self, text: str) -> str:
        """The text with its pinyin as the likeliest characters; unchanged where there is hardly any."""
        plain = folded(text)
        stretches = [(run, sounds) for run in _LETTERS.finditer(plain) if (sounds := _sounds_of(run[0]))]
        if sum(len(sounds) for _, sounds in stretches) < LEAST_SYLLABLES:
            heard = [(run, tuple(map(fuzzy, sounds))) for run, sounds in stretches]
            trades = [(run, self._trades[sounds]) for run, sounds in heard if sounds in self._trades]
            for run, word in trades if _CHINESE.search(plain) else ():  # at most one: two have four syllables
                return plain[: run.start()] + word + plain[run.end() :]
            return text
        result, at = "", 0
        for start, end, parts in _joined(plain, stretches):
            result += plain[at:start] + "".join(self._words.likeliest(parts))
            at = end
        return result + plain[at:]

    @cached_property
    def _trades(self) -> dict[tuple[str, ...], str]:
        """Shops and trades of two characters (超市), by their sounds, where no other sounds so."""
        sounding: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in sorted(name for name in self._shops if len(name) == 2 and _CHINESE.fullmatch(name)):
            sounding[syllables(name)].append(name)
        return {sounds: words[0] for sounds, words in sounding.items() if len(words) == 1}

    @cached_property
    def _words(self) -> _Words:
        return _Words(self._said, self._ours)


def _sounds_of(letters: str) -> tuple[str, ...]:
    """The syllables of a stretch of letters, also with a final r (nar: 哪儿); none where it is not pinyin."""
    letters = letters.replace("'", "")
    cut = cut_pinyin(letters) or (cut_pinyin(letters[:-1]) if letters.endswith("r") else None)
    return cut or ()


def _joined(
    plain: str, stretches: Sequence[tuple[re.Match[str], tuple[str, ...]]]
) -> Iterator[tuple[int, int, list[tuple[str, ...]]]]:
    """Stretches with nothing but spaces between them are parts of one: their words decide about one another."""
    start = end = -1
    parts: list[tuple[str, ...]] = []
    for run, heard in stretches:
        if parts and plain[end : run.start()].strip():
            yield start, end, parts
            parts = []
        if not parts:
            start = run.start()
        end = run.end()
        parts.append(heard)
    if parts:
        yield start, end, parts


class _Words:
    """How often words are said, alone and after one another, and how they sound."""

    def __init__(self, said: Sequence[str], ours: Sequence[str]) -> None:
        # Sample questions are misspelt on purpose, most of all in the word that all have in common (注消).
        spelt = {syllables(name): name for name in ours}
        count: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        runs = [run for text in said for run in _CHINESE.findall(folded(text))]
        general = Dictionary(runs, COMMON)
        for run in runs:
            words = [spelt.get(syllables(word), word) for word in general.cut(run)]
            count.update(words)
            self._pairs.update(pairwise(words))
        self._count = count
        scale = GENERAL_SHARE / (1 - GENERAL_SHARE) * count.total() / sum(often for _, often in general.common)
        weight = Counter({word: often * scale for word, often in general.common if _CHINESE.fullmatch(word)})
        weight.update(count)
        total = sum(weight.values())
        self._alone = {word: often / total for word, often in weight.items()}
        self._before: dict[str, set[str]] = defaultdict(set)
        for one, two in self._pairs:
            self._before[two].add(one)
        self._by_sound: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for word in weight:
            if len(word) <= LONGEST_WORD:
                self._by_sound[syllables(word)].append((word, sounds(word)))
        forget()

    def likeliest(self, parts: Sequence[tuple[str, ...]]) -> list[str]:
        """The likeliest words that sound so, or nearly; the sounds themselves where there is no such row of words.

        A word hardly goes over a space, but between single syllables: `ge ti` is 个体, `zhizhao ye` is not 制造业.
        """
        typed = [sound for part in parts for sound in part]
        edges = {at for at, one, two in _spaces(parts) if len(one) > 1 or len(two) > 1}
        # best[end][last word] = (cost, where it starts, the word before)
        best: list[dict[str, tuple[float, int, str]]] = [{"": (0.0, 0, "")}, *({} for _ in typed)]
        for start in range(len(typed)):
            reached = {
                word: cost for cost, word in sorted((cost, word) for word, (cost, *_) in best[start].items())[:KEPT]
            }
            if not reached:
                continue
            cheapest = next(iter(reached))  # of those that the next word was never heard after, no other is likelier
            for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1):
                over = OVER_A_SPACE * sum(start < edge < end for edge in edges)
                for word, exact in self._by_sound.get(tuple(map(fuzzy, typed[start:end])), ()):
                    amiss = MISHEARD * sum(map(str.__ne__, exact, typed[start:end]))
                    befores = {cheapest, *(reached.keys() & self._before.get(word, ()))}
                    cost, before = min(
                        (reached[before] + over + amiss - math.log(self._share(before, word)), before)
                        for before in befores
                    )
                    if cost < best[end].get(word, (math.inf,))[0]:
                        best[end][word] = (cost, start, before)
        at = len(typed)
        if not best[at]:
            return list(typed)
        found: list[str] = []
        word = min(best[at], key=lambda last: best[at][last][0])
        while at:
            found.append(word)
            _, at, word = best[at][word]
        return found[::-1]

    def _share(self, before: str, word: str) -> float:
        """P(word | the word before)."""
        together = self._pairs[before, word] / self._count[before] if self._count[before] else 0.0
        return TOGETHER * together + (1 - TOGETHER) * self._alone[word]


def _spaces(parts: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """Where the spaces stand, with the parts before and after each."""
    at = 0
    for one, two in pairwise(parts):
        at += len(one)
        yield at, one, two


def _sayings(knowledge: Knowledge) -> Iterator[str]:
    """Everything in the knowledge that people say."""
    for guide in knowledge.guides.values():
        yield from (guide.name, *guide.aliases, *guide.scope, *guide.samples)
    for thing in knowledge.unlisted.values():
        yield from (thing.name, *thing.aliases, *thing.samples)
    for other in knowledge.redirects.values():
        yield from (*other.words, *other.samples)
    for act in knowledge.acts.values():
        yield from (act.name, *act.words)
    for shelf in (knowledge.regions, knowledge.departments, knowledge.industries, knowledge.enterprise_types):
        for one in shelf.values():
            yield from (one.name, *one.aliases)
