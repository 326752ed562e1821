"""What a sentence tells of a trade that is none of ours by name: what is done there, or what kind of shop is given up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.checklist.known_words import KnownWords
from assistant.checklist.situations import asks

_TRADE = re.compile(
    r"^(?:我们公司|我公司|公司|我们|我家|我|俺们|俺家|俺|咱|家里|店里|是|主要|在.{2,6}?)*(?P<does>做|卖|搞|主营|经营|从事|干|开|弄|给人(?![交上开发打])|替人|给车|收(?!回)|修|养|种|印|唱)(?!过|了|不|没|得|错)(?:的)?(?P<what>.{2,12}?)"
    r"(?:的|那种的?|这种的?|那一类|之类的?|生意|买卖|这块|那一套|的?(?:都|也|早|就)?(?:关|黄|停|散|倒|不干|不开|不做)了)?$"
)
_DOES_KIND = re.compile(
    r"^(?:我们?|俺们?|咱们?|家里|店里|就是|就|是|主要|专门|那个?|也)*(?P<trade>(?:修|收(?!回)|养|种|印|换|灌|洗|拉|运|送|租|炸|烤|酿|盖|蒸|煮|熬|磨|剪|烫|理|缝|裁|配|焊|挖|采|捞|"
    r"榨|宰|屠|育|孵|编|装|教|唱|演|卖|做|给人(?![交上开发打])|替人|给车)(?![了过走成着不])[^证照章张本]{1,12}?)(?:的|那种的?|这种的?|之类的?|那一类的?|的?活儿?|的?生意|的?买卖)$"
)  # 蒸馒头卖包子那种
_ANY_DOING = ("做", "搞", "主营", "经营", "从事", "干", "开", "弄", "卖")
_CLOSING_TRADE = re.compile(
    r"^(?:问一?下|问问|请问|打听一?下|咨询一?下)?(?:我们家?|我家|我|俺们家?|俺家|俺|咱们?家?|家里)?(?:开|办|干)?(?:的|了)?(?:[这那一两][个家间]|个|小|老)?"
    r"(?P<trade>[^这那个家]{2,6}(?:铺|店|厂|场|馆|场子|厂子|班子|坊|行|社|站|所|园|摊|点|队|中心|部|厅|室|班|校|院|吧|房|库|基地))(?:也|都|想|要|得|准备|打算|早|早就|就)*"
    r"(?:不干|不开|不做|不办|不弄|黄|关|散|倒闭|停业|歇业|注销|销户)"
)  # 修车铺不干了: what is closed is a trade, also where it is none of ours
_DOES_WHAT = re.compile(
    r"(?P<trade>(?:给(?!的|过|了|我|你|咱|俺|发|办|批|张)|卖|做|修|收(?!回)|养|种|印|加工|生产|批发|零售|倒腾|教|换|灌|洗|拉|运|送|租|炸|烤|酿|盖|开(?=[山矿石]))"
    r"(?!的)(?:(?!不干|不开|不做|有限|责任)[^证照章]){1,10}?)的?(?:[那这一]?种|[这那一两]?[个家间])?(?:小|老|大)?"
    r"(?:铺子?|店|厂子?|工厂|站|公司|所|事务所|社|点|摊子?|买卖|生意|活儿?|地方|门市|作坊|班子|馆子?|企业|单位)"
    r"(?:也|都|想|要|早|就|得|准备|打算|去年|前年|今年|今儿|已经|全|给)*"
    r"(?:$|不|黄|关|散|倒|停|歇|注?销|撤|拆|[半一两几]年|了)"
)  # 我那个给车加油的站拆了: told by what is done there
_FIRM = re.compile(
    r"^(?:我们?|俺们?|咱们?|家里)?(?:那个?|这个?|有个?|是个?|一?家|一个)?(?P<trade>家[政装电居具]|(?![我俺咱这那有限责任分子总母老小股是在到从])[^的个家雇找让给跟替帮限不没们是]{2,8})(?:有限)?(?:责任)?公司"
    r"(?:也|都|要|想|得|准备|打算|早|早就|就|给)*(?:$|不|黄|关|停|散|注?销|(?:的?营业)?执照|被|让|给|叫)"
)  # 派遣公司销户
ANY_SHOP = {
    "小铺",
    "小店",
    "铺子",
    "门市",
    "小门市",
    "门脸",
    "小卖店",
}  # names of a trade that people use for any shop
_NO_TRADE = re.compile(
    r"^(代办|注销|手续)$|分[店部厂园校社]|分公司|^[个家这那小]?店$|^老.店$|的[店铺厂馆]$|也|要关|两个|[一另几]个店|许可|备案|那[张本个]$|总部|饥荒|^的|^都是|^完|[证照章]$|公户|社保|^[一两俩三几]"
    r"|^(?:出去|给人|起来|上门|下去)$|手续|咋|清单"
)


def described_trade(
    clauses: Sequence[str],
    places: KnownWords[str],
    kinds: KnownWords[str],
    *,
    asking: bool,
    only_what_is_done: bool,
) -> str | None:
    """The trade in the words used: 给车加油, 蒸馒头; of a shop named vaguely (小铺) only what is done there, if not sold."""
    does = _does_what(clauses, places)
    if only_what_is_done:
        return does if does and does[0] != "卖" else None
    if does or asking:
        return does
    free = next((_what(match) for clause in clauses if (match := _TRADE.match(clause))), None)
    return free if free and not _NO_TRADE.search(free) else _closed(clauses, places, kinds)


def _does_what(clauses: Sequence[str], places: KnownWords[str]) -> str | None:
    """The trade of which a clause tells what is done there: 我那个换煤气罐的站关半年了."""
    for clause in (_without(clause, places) for clause in clauses if not asks(clause)):
        match = _DOES_WHAT.search(clause) or _DOES_KIND.match(clause)
        if match and not _NO_TRADE.search(match["trade"]):
            return match["trade"].removeprefix("给人").removeprefix("替人")
    return None


def _closed(clauses: Sequence[str], places: KnownWords[str], kinds: KnownWords[str]) -> str | None:
    """The trade of which a clause says that it is given up: 塔河修车铺不干了, 派遣公司销户."""
    for clause in (_without(clause, places) for clause in clauses):
        firm = _FIRM.match(clause)
        if firm and not _NO_TRADE.search(firm["trade"]) and not asks(firm["trade"]):
            return firm["trade"]
        match = _CLOSING_TRADE.match(_without(clause, kinds).lstrip("的"))
        if match and not _NO_TRADE.search(match["trade"]):
            return match["trade"]
    return None


def _without(clause: str, words: KnownWords[str]) -> str:
    """A clause without these words, each taken out once."""
    for word, _ in words.within(clause):
        clause = clause.replace(word, "", 1)
    return clause


def _what(match: re.Match[str]) -> str:
    """The trade of which it was said what is done, the verb with it where it says more than 做 or 开."""
    return match["what"] if match["does"] in _ANY_DOING else match["does"] + match["what"]
