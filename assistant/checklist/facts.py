"""What a sentence tells about the enterprise: its type, place, trade, situations, wishes (licences are found elsewhere)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from assistant.checklist.profile import SITUATIONS
from assistant.checklist.situations import Situations
from assistant.knowledge.whole import Knowledge
from assistant.text import compact, folded, syllables

_CLAUSE = re.compile(r"[，,。；;！!？?\s]|但是|不过|可是")
_NOT = re.compile(r"(不是|不在|没在|不属于|又不是|可不是)[^，。]{0,2}$")
_NOT_MYSELF = re.compile(r"(没有?|有|无|开了|设了|办了|[几个家一二两三四五0-9])$")  # 没有分公司: not what the asker is
_COUNTS = re.compile(r"[一二两三四五六七八九十几百每这那哪0-9]$")  # 五个人: no 个人
_TRADE = re.compile(
    r"^(?:我们公司|我公司|公司|我们|我家|我|俺们|俺家|俺|咱|家里|店里|是|主要|在.{2,6}?)*(?:做|卖|搞|经营|干|开|弄)(?!过|了|不|没|得)(?:的)?(.{2,8}?)"
    r"(?:的|生意|买卖|这块)?$"
)
_CLOSING_TRADE = re.compile(
    r"^(?:我们家?|我家|我|俺们家?|俺家|俺|咱们?家?|家里)?(?:开|办|干)?(?:的|了)?(?:[这那一两][个家间]|个|小|老)?"
    r"(?P<trade>[^这那个家]{2,6}(?:铺|店|厂|场|馆|场子|厂子|班子|坊|行|社|站))(?:也|都|想|要|得|准备|打算|早|早就|就)*"
    r"(?:不干|不开|不做|不办|不弄|黄|关|散|倒闭|停业|歇业|注销|销户)"
)  # 修车铺不干了: what is closed is a trade, also where it is none of ours
_NO_TRADE = re.compile(
    r"^(代办|注销|手续)$|分店|分公司|^[个家这那小]?店$|^老.店$|的[店铺厂馆]$|也|要关|两个|[一另几]个店"
)
_WHOLE = re.compile(
    r"执照[^，。留]{0,8}(也|一起|一块|一并|都|全)?[^，。留]{0,4}(销|退|注销|不要)|(照|执照)(也)?(一起|一块|一并|同销|都销)|连(同)?(营业)?执照|"
    r"(证照|照证)(同|联|一起|都|全)|全套|彻底(注?销|关|不干)|(公司|个体户?|合作社|企业|照)(也|都)?(要|想|得)?(注销|销)|全(都)?销|"
    r"(公司|企业|厂子|合作社)[^，。]{0,3}(不想?要了|不要了)|销照|销执照|执照也(不要|销|退)"
)
_LICENCE_ONLY = re.compile(
    r"(只|光|就|单)(想|要|是)?(销|退|注销|办)(这个|那个|个|一个|这张|掉)?(许可)?证|(执照|照)[^，。]{0,4}(留|不销|不动|不退|先不|保留|还要|还用|接着用|另说)|"
    r"(留|保留)(着)?(营业)?执照|只销许可|不销(营业)?执照|不动执照|公司还(要|在)|店还(开|在)|照不销|照先不"
)
_PROXY = re.compile(
    r"代办|帮我(办|销|退|弄|跑)|替我(办|销|跑)|你们(给)?办|委托|找人(办|去|代)|窗口(帮|代|给)|代劳|代交|别人(去|办)|会计(去|办|代)"
)
_WISHES_PROXY = re.compile(
    r"(你们|窗口|专窗)(给|帮|替)(我们?|俺)?(代办|代跑|办了?|跑)"
)  # a wish even where it ends in 行不
_SELF = re.compile(
    r"我(去|来)?跑|我去办|自己(去|跑|办|来|弄)|我自己|亲自|(不用|不要|不找|别)(代办|人办|委托|找人)|本人(去|办|来)|自办|自个儿?(去|跑|办)"
)
_NOTHING_MORE = re.compile(
    r"(再|也)?没(有)?(别的|其他的?|其它的?|旁的|另外的)(证|许可)?|就(这|这么|那)?(一|几|两|俩|三|1|2|3)?(个|张|样)?(证|许可证)?(了|$)|"
    r"就(一|俩|两|三)(个|张)|(就|只有)这(些|一个|个|俩|仨|几个|两个|三个)|只有(一|这)(个|张)|(别|其他|其它|旁|另外)的?(许可)?证?(也|都)?没(有)?|就一个|就是这(些|个)|没了$|^(就|只有|就剩|就有)(一个|一张|个|张)?[^，]{1,12}(证|许可)(了|一个|一张)?$"
)
_NO_LICENCES = re.compile(
    r"^(我|我们|店里)?(都|也)?(没有?|没办过?)(任何|什么|啥)?(许可证|许可|证件|证)(的|了|啊)?$|(啥|什么|一个|一样)(许可)?证?(都|也)没(有|办)"
)
_VAGUE_LICENCES = re.compile(
    r"(?:啥|什么|哪些|哪几[个样张])(?:许可)?(?:证|手续)[^，。]{0,6}(?:不|没|说不)(?:太|大|咋|怎么)?(?:知道|清楚|清|明白|懂|记得|上来|准|好|数)|"
    r"(?:不|没|说不|记不|弄不|整不|搞不)(?:太|大)?(?:知道|清楚|清|明白|懂|记得|上来|准|好|住)(?:我|都|有|办过|办了|是|该|要|得)*(?:啥|什么|哪些|哪几[个样张])(?:许可)?(?:证|手续)"
)
_SOLD_OFF = re.compile(r"消(?![防毒费息失化火炎耗杀遣夜极除])")  # 注消, 执照也消: a wrong character for 销
_CORRECTS = re.compile(r"不对|说错|搞错|弄错|记错|错了|不是.{1,8}(是|，)|改成|更正|应该是|其实是")
_HURRY = re.compile(r"别问(那么多|了|这么多)|少问|直接(告诉|给|说|出)|就告诉我|别磨叽|别啰嗦")


@dataclass(frozen=True)
class Told:
    """The facts of one sentence by Profile field, and how they were said."""

    facts: dict[str, Any] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)  # 不是加格达奇: the fact denied, by field
    withheld: tuple[str, ...] = ()  # 欠不欠钱不想说: the situations that stay open
    nothing_more: bool = False  # 再没别的了
    no_licences: bool = False  # 没有许可证
    vague_licences: bool = False  # 有啥证我也整不明白
    corrects: bool = False  # 不对 …
    hurried: bool = False

    @property
    def anything(self) -> bool:
        """Whether the sentence tells something."""
        told = self.facts or self.rejected or self.withheld
        return bool(told or self.nothing_more or self.no_licences or self.vague_licences)


class FactFinder:
    """Finds facts by the words that the knowledge knows for them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._types = _longest_first(
            (alias, kind.id) for kind in knowledge.enterprise_types.values() for alias in (kind.name, *kind.aliases)
        )
        self._places = _longest_first(
            (alias, region.id)
            for region in knowledge.regions.values()
            if region.level == "县"
            for alias in (region.name, *region.aliases, *region.places)
        )
        self._trades = _longest_first(
            (alias, trade.id) for trade in knowledge.industries.values() for alias in (trade.name, *trade.aliases)
        )
        self._situations = Situations(s for s in knowledge.situations.values() if s.id in SITUATIONS)

    def trades(self, text: str) -> tuple[str, ...]:
        """The trades that are named, each once, in the order of the text."""
        return tuple(dict.fromkeys(_named(text, self._trades)[0]))

    def words_for_trades(self, text: str) -> tuple[str, ...]:
        """The words by which trades are named."""
        plain = compact(text)
        return tuple(word for word, _ in self._trades if word in plain)

    def places(self, text: str) -> tuple[str, ...]:
        """The counties that are named, each once, in the order of the text."""
        return tuple(dict.fromkeys(_named(text, self._places)[0]))

    def sounding(self, key: str, text: str) -> str | None:
        """What an answer to one question sounds like: typed in pinyin (geti, tahe) or with a wrong character (各体户)."""
        words = {"enterprise_type": self._types, "place": self._places, "industry": self._trades}.get(key, [])
        said = syllables(text)
        for word, value in words:
            sounds = syllables(word)
            if len(sounds) >= 2 and any(said[at : at + len(sounds)] == sounds for at in range(len(said))):
                return str(value)
        return None

    def find(self, text: str, *, asking: bool = False) -> Told:
        """Everything that the sentence tells, later clauses correcting earlier ones; of a question only what is plain."""
        text = _SOLD_OFF.sub("销", text)
        plain = compact(text)
        facts: dict[str, Any] = {}
        rejected: dict[str, str] = {}
        for key, words in (("enterprise_type", self._types), ("place", self._places), ("industry", self._trades)):
            said, denied = _named(text, words)
            if denied and (not said or denied != said[-1]):
                rejected[key] = denied
            if said:
                facts[key] = said[-1] if _CORRECTS.search(plain) else said[0]
        clauses = [compact(clause) for clause in _CLAUSE.split(folded(text)) if clause.strip()]
        if "industry" not in facts and not asking:
            free = next((match[1] for clause in clauses if (match := _TRADE.match(clause))), None)
            free = free if free and not _NO_TRADE.search(free) else self._closed(clauses)
            if free:
                facts["industry"] = free
        facts |= self._situations.told(clauses)
        if _LICENCE_ONLY.search(plain):
            facts["whole_or_licence_only"] = "licence_only"
        elif _WHOLE.search(plain) or ("执照" in plain and re.search(r"不要了|都销|全销|都退|全退|全都", plain)):
            facts["whole_or_licence_only"] = "whole"
        if not asking and _SELF.search(plain):
            facts["proxy"] = "self"
        elif _WISHES_PROXY.search(plain) or (not asking and _PROXY.search(plain)):
            facts["proxy"] = "proxy"
        return Told(
            facts,
            rejected,
            self._situations.withheld(clauses),
            nothing_more=any(_NOTHING_MORE.search(clause) for clause in clauses),
            no_licences=any(_NO_LICENCES.search(clause) for clause in clauses),
            vague_licences=any(_VAGUE_LICENCES.search(clause) for clause in clauses),
            corrects=bool(_CORRECTS.search(plain)),
            hurried=bool(_HURRY.search(plain)),
        )

    def _closed(self, clauses: list[str]) -> str | None:
        """The trade, none of ours, of which a clause says that it is given up: 塔河修车铺不干了."""
        for clause in clauses:
            for word, _ in (*self._places, *self._types):
                clause = clause.replace(word, "", 1)
            match = _CLOSING_TRADE.match(clause.lstrip("的"))
            if match and not _NO_TRADE.search(match["trade"]):
                return match["trade"]
        return None


def _longest_first(pairs: Any) -> list[tuple[str, Any]]:
    """The words with what they stand for, in comparable form, longest first."""
    return sorted(((compact(word), value) for word, value in pairs if compact(word)), key=lambda pair: -len(pair[0]))


def _of_something_else(word: str, before: str) -> bool:
    """Whether the word is only a part of what is said: 给五个人交着, 有分公司."""
    return bool(
        _COUNTS.search(before) if word.startswith("个") else word.startswith("分") and _NOT_MYSELF.search(before)
    )


def _named(text: str, words: list[tuple[str, str]]) -> tuple[list[str], str | None]:
    """What is named, in the order of the text, and the last thing that is denied (不是加格达奇)."""
    original = folded(text)
    plain = compact(text)
    taken = [False] * len(plain)
    said: list[tuple[int, str]] = []
    denied: str | None = None
    for word, value in words:
        if word.isascii() and word.isalpha() and not re.search(rf"(?<![a-z]){word}(?![a-z])", original):
            continue
        at = plain.find(word)
        while at >= 0:
            if not any(taken[at : at + len(word)]):
                taken[at : at + len(word)] = [True] * len(word)
                if _NOT.search(plain[:at]):
                    denied = value
                elif _of_something_else(word, plain[:at]):
                    pass
                else:
                    said.append((at, value))
            at = plain.find(word, at + 1)
    return [value for _, value in sorted(said)], denied
