"""What somebody wants done with a licence: cancel it (ours), or renew, change, replace, open … (not ours)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.knowledge.model import Act
from assistant.knowledge.whole import Knowledge
from assistant.text import compact, sounds_one_by_one, syllables

_ASKS_HOW = re.compile(r"^(?:怎么|咋|想|要|能|去|得)(?=.)")
_CHINESE = re.compile(r"[一-鿿]{2,}$")
_BEFORE_ACT = re.compile(r"(?:^|怎么|咋|想|要|能|去|办|证|许可|备案|照)$")
_AFTER_ACT = re.compile(r"$|怎么|咋|要|手续|流程|材料|去哪|在哪|找谁|多久|多长|吗|行|需|证|许可")
_ASKS_TO_COMPARE = re.compile(r"区别|还是注?销|和注销|与注销")


@dataclass(frozen=True)
class Wanted:
    """The acts that a text names."""

    ours: bool  # cancelling, leaving, closing is said
    other: Act | None  # the first act that is not ours
    words: tuple[str, ...]  # the words by which acts were recognised, longest first

    @property
    def wrong(self) -> bool:
        """Whether only something else than cancelling is wanted."""
        return self.other is not None and not self.ours


class Acts:
    """The lexicon of acts, longest words first."""

    def __init__(self, knowledge: Knowledge) -> None:
        pairs = [(compact(word), act) for act in knowledge.acts.values() for word in act.words]
        self._ours = next(act for act in knowledge.acts.values() if act.ours)
        self._sound = syllables(self._ours.name)
        self._words = sorted((pair for pair in pairs if pair[0]), key=lambda pair: _weight(pair[0]), reverse=True)
        self._by_first: dict[str, list[int]] = {}  # places in _words, by the first character
        for rank, (word, _) in enumerate(self._words):
            self._by_first.setdefault(word[0], []).append(rank)
        self._heard: dict[tuple[str, ...], list[tuple[str, Act]]] = {}  # by their first two sounds
        for word, act in self._words:
            if not act.ours and _CHINESE.match(word):
                self._heard.setdefault(sounds_one_by_one(word)[:2], []).append((word, act))

    def find(self, text: str) -> Wanted:
        """The acts in the text; a word inside a longer one does not count."""
        plain = compact(text)
        taken = [False] * len(plain)
        ours, other, words = False, None, []
        for rank in sorted({rank for first in set(plain) for rank in self._by_first.get(first, ())}):
            word, act = self._words[rank]
            at = plain.find(word)
            while at >= 0:
                span = slice(at, at + len(word))
                handed_in = word[0] == "交" and plain[:at].endswith("提")  # 提交哪些材料 gives nothing back
                if not any(taken[span]) and not handed_in:
                    taken[span] = [True] * len(word)
                    words.append(word)
                    ours = ours or act.ours
                    other = other if act.ours else other or act
                at = plain.find(word, at + 1)
        if not ours:
            ours = self._sounds_like_ours(plain)
        if not ours and other is None:
            other = self._misspelt(plain)
        if other and _ASKS_TO_COMPARE.search(plain):
            ours = True
        return Wanted(ours, other, tuple(words))

    def _sounds_like_ours(self, plain: str) -> bool:
        """Whether 注销 is typed with wrong characters or in pinyin."""
        heard = sounds_one_by_one(plain)
        width = len(self._sound)
        return any(heard[at : at + width] == self._sound for at in range(len(heard) - width + 1))

    def _misspelt(self, plain: str) -> Act | None:
        """The first act of which one character is typed wrong, by its sound (延其, 过护, 换正)."""
        heard = sounds_one_by_one(plain)
        if len(heard) != len(plain):
            return None  # with pinyin in it characters and sounds do not go side by side
        for at in range(len(heard) - 1):
            for word, act in self._heard.get(heard[at : at + 2], ()):
                end = at + len(word)
                wrong = sum(a != b for a, b in zip(plain[at:end], word, strict=False))
                stands = wrong == 1 and _BEFORE_ACT.search(plain[:at]) and _AFTER_ACT.match(plain[end:])
                if stands and heard[at:end] == sounds_one_by_one(word):
                    return act
        return None


def _weight(word: str) -> tuple[int, int]:
    """What an act's word weighs where two overlap: 补贴 more than 怎么补, of which only 补 is its own."""
    return len(_ASKS_HOW.sub("", word)), len(word)


_ASKING_PHRASES = (
    r"请问一下|请问|你好|您好|麻烦|想问问|想问|问一下|问问|咨询(?!师|公司|机构|服务|资质)|怎么办理|怎么办|咋办|咋整|咋弄|怎么弄|怎么|如何|"
    r"去哪办|去哪|在哪办|在哪|哪里|哪儿|找谁|找哪|交给谁|交哪|需要什么|要什么|要啥|带什么|带啥|什么|材料|手续|流程|步骤|"
    r"多长时间|多少天|多久|几天|收费吗|收费|多少钱|收钱|电话|能不能|可不可以|行不行|可以|是不是|要不要|用不用|听说|现在|以前|原来|"
    r"(?:在)?(?:网上|手机上|线上)(?:就|也)?(?:能|可以|怎么|咋)?(?:弄|办|办理|申请|操作|提交|交)(?!药)"
)
_SUBJECT = re.compile(_ASKING_PHRASES)
_ASKING = re.compile(
    _ASKING_PHRASES
    + r"|咋|啥|能|吗|呢|吧|不|了|的|我们|我家|我|你们|是|有|要|想|那个|这个|还|也|就|都|把|给|跟|和|在|去|到|说|办理|办"
)


def subject(text: str, wanted: Wanted, without: Iterable[str] = ()) -> str:
    """What a question is about: without act, asking phrases and other words, spaces in their place."""
    plain = compact(text)
    for word in (*wanted.words, *without):
        if len(word) > 1:
            plain = plain.replace(word, " ")
    return re.sub(r"\s+", " ", _SUBJECT.sub(" ", plain)).strip()


def core(about: str) -> str:
    """What is left of a subject when the small words go too: nothing, where no thing was named."""
    return re.sub(r"\s+", "", _ASKING.sub(" ", about))
