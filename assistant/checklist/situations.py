"""What a clause tells of the situations: a thing is named, and something beside it says whether it is there.

The things are those in the editors' own phrases (situations.yaml); the words that say yes or no are everybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.knowledge.model import Situation
from assistant.text import compact

_ASKS = re.compile(
    r"吗|么$|怎么|咋|如何|什么|啥|哪|多久|几天|多少|谁|要不要|用不用|是不是|能不能|行不行|有没有|(.)[不没]\1|[^没不]不$|没$"
)
_HEAD = re.compile(
    r"^(还|都|也|就)?(没有|没开|没刻|没交|没做过|没办|没|无|有|开了|开过|刻过|刻了|办过|交着|交了|做过|备过|不在|在|是|上|列入|进了)+"
)
_TAIL = re.compile(r"(还|早|都|也|已经)*(有|在|没有?|没开|没刻|没报|丢|停|销|交|报|找不着)(了|过|着|的)*$")
_GONE = r"(?:早就?|已经|都)(?:就|都|已)?(?:销|停|注销|缴|交)(?:了|完|掉)"
_ABSENT = r"(?:没有?|无|未|不(?!销|注|退|知|清楚|想|方便|记|确|用|要))(?:给.{0,4}?)?(?:再|在|是)?(?:开|刻|交|办|备|做|缴|参|上|列|进)?(?:过|了|着)?"
_THERE = r"有|在|开[了过着]|刻[了过]|[交缴][着过了]|办[了过]|[备做报]过|[得要也都][销关退撤]"
_WORD = re.compile(f"(?P<absent>{_GONE}|{_ABSENT})|(?P<there>{_THERE})")
_NO_DEBT = re.compile(r"(不|没有?|无|未)(再|什么|啥|拖)?(欠|外?债|贷款|负债)|(?<![没未不])(结清|还清|清完|还完|付清)")
_DEBT = re.compile(r"(?<![不没无有])欠(?![不没])|[没未](还|结|付)(清|完|上|呢|$)|还不(上|清|起)|有.{0,4}(贷款|外债|债)")
_HIRES = re.compile(r"(?P<no>(没有?|不|无|未)再?)?雇(着|了|过)?")
_WITHHOLDS = re.compile(r"不想说|不方便|不愿|不说|保密|别问|不清楚|不知道|不确定|记不|说不(准|好|上)|没数")
_SAYS_MORE_WITH_A_VERB = frozenset("章")  # too short to stand for itself: 章也有, not 章程


class Situations:
    """Reads the situations that the knowledge knows."""

    def __init__(self, situations: Iterable[Situation]) -> None:
        self._phrases: list[tuple[str, list[tuple[str, bool]]]] = []
        self._things: list[tuple[str, str]] = []
        for one in situations:
            said = [(compact(p), False) for p in one.no] + [(compact(p), True) for p in one.yes]
            self._phrases.append((one.id, said))
            if one.id != "debts":  # to owe is a verb
                self._things += [(thing, one.id) for thing in _things(phrase for phrase, _ in said)]
        self._things.sort(key=lambda pair: -len(pair[0]))

    def told(self, clauses: Iterable[str]) -> dict[str, bool]:
        """What the clauses tell, later ones correcting earlier ones; clauses that ask tell only the editors' phrases."""
        found: dict[str, bool] = {}
        for clause in clauses:
            if _WITHHOLDS.search(clause):
                continue
            found |= {} if asks(clause) else self._read(clause)
            for key, said in self._phrases:
                stated = (pair for pair in said if pair[0] in clause and not (pair[1] and _denied(pair[0], clause)))
                plain = sorted(stated, key=lambda pair: -len(pair[0]))
                if plain:
                    found[key] = plain[0][1]
        return found

    def withheld(self, clauses: Iterable[str]) -> tuple[str, ...]:
        """The situations of which somebody says that he does not know or will not tell: 欠不欠钱这个不想说."""
        found: list[str] = []
        for clause in clauses:
            if _WITHHOLDS.search(clause):
                found += [key for key, _, _ in self._named(clause)]
                found += ["debts"] if "欠" in clause or "债" in clause else []
        return tuple(dict.fromkeys(found))

    def _read(self, clause: str) -> dict[str, bool]:
        """By the words before a thing where the clause begins with one (没公章没公户), else by those behind it (公章都在)."""
        found: dict[str, bool] = {}
        named = self._named(clause)
        inside = [(start, end) for _, start, end in named]
        words = [
            (match.start(), match["absent"] is None)
            for match in _WORD.finditer(clause)
            if not any(start <= match.start() < end for start, end in inside)
        ]
        for key, start, _ in named:
            before = [there for at, there in words if at < start]
            after = [there for at, there in words if at > start]
            near = before[-1:] if words and words[0][0] < named[0][1] else after[:1]
            found |= {key: near[0]} if near else {}
        if _NO_DEBT.search(clause):
            found["debts"] = False
        elif _DEBT.search(clause):
            found["debts"] = True
        if hires := _HIRES.search(clause):
            found["staff"] = hires["no"] is None
        return found

    def _named(self, clause: str) -> list[tuple[str, int, int]]:
        """The things in a clause with their places, longer names first."""
        taken = [False] * len(clause)
        found: list[tuple[str, int, int]] = []
        for thing, key in self._things:
            for match in re.finditer(re.escape(thing), clause):
                behind = clause[match.end() : match.end() + 1]
                if thing in _SAYS_MORE_WITH_A_VERB and behind not in (*"也都在有没还丢", ""):
                    continue
                if not any(taken[match.start() : match.end()]):
                    taken[match.start() : match.end()] = [True] * len(thing)
                    found.append((key, match.start(), match.end()))
        return sorted(found, key=lambda one: one[1])


def _denied(phrase: str, clause: str) -> bool:
    """Whether a phrase that says yes stands behind a no: 没有公户."""
    return clause[: clause.index(phrase)].endswith(("没", "不", "无", "未"))


def asks(clause: str) -> bool:
    """Whether a clause asks something."""
    return bool(_ASKS.search(clause))


def _things(phrases: Iterable[str]) -> set[str]:
    """The things that phrases speak of: 对公账户, 公章, 社保."""
    found = {_TAIL.sub("", _HEAD.sub("", phrase)) for phrase in phrases}
    return {thing for thing in found if len(thing) >= 2 or thing in _SAYS_MORE_WITH_A_VERB}
