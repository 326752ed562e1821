"""Licences that are told by what surrounds their name: who issued them, what they are for, or a part of the name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.actions.asking import usual_licences
from assistant.actions.brain import Brain
from assistant.actions.state import State
from assistant.text import PAUSE, compact

SMALL_PART = re.compile(r"[，,。；;！!？?、\s]+|还有|和")
DENIES = re.compile(r"没|不|无")
_ISSUES = re.compile(r"^(?:那边|那头|那儿|上|口)?(?:给|发|批|办|管|来|让|的|那|颁)")
_GIVEN = re.compile(r"^.{0,6}?(?:发|给|办|批)(?:的|过(?:一?[个张本])?)")  # 发的备案凭证
_EACH_ISSUED = re.compile(r"各(?:自|都)?(?:有|发|给|办)?(?:了|过)?一?[个张本份]")
AROUND = re.compile(
    r"^(?:还|就|有|是|那|这|个|张|本|发过?|给过?|办过?|批过?|一)+|(?:的|那个|那张|那种|那本|一个|一张|证|本|吧|呗)+$"
)
SHORTEST_PART = 2
SHORTEST_ABRIDGED = 5  # 巡游经营许可 for 巡游出租汽车经营许可
_DESCRIBES = re.compile(
    r"证(?!明|券|实|据)|许可|批文|批准书|批件|批复|资质|牌照|[那这][张本]|(?<![租买])[一两](?:张|本)(?!桌|床|嘴|脸)|"
    r"[那这]个(?:本|牌|证)|[那这]个(?:也|都|要|得|想|就|还|可以)*(?:退|销|注销|交|缴|有|在|$)|"
    r"(?:给|发|批)(?:过|了|下来)?(?:的|一[个张本])|管.{1,6}的$|牌子(?:还|也|都|得|要|没)|[那这]个.{1,5}的(?:也|都|还)*(?:有|在|退|要)|.的(?:也|都|还)(?:有|在|退|注?销|不要)|有[张本]|"
    r"[办领考](?:过|了)一?[个张本].{2,8}的$|^(?:另|还有|其中)?一[个张本](?:就)?(?:是|管)?[^，]{2,8}的$"
)  # 墙上那张, 打虫子药那个要退, 卫生局给的
_ANOTHER_PAPER = re.compile(
    r"(?:营业)?执照|身份证|房产证|结婚证|户口本|账本|居住证|驾照|合同|(?:银行|对公|基本|一般|社保|公)账?户|[公私财务合同法人]*章|海关|批发"
)
_BESIDES = re.compile(r"还有|另外|另有|另一|再有|又有|也有一?个")  # what was told already is not meant
NOT_HELD = re.compile(
    r"没有?(?:了|的)?$|^(?:也|又|都|我们?|就)*没(?:有|办过?|领过?)(?!了)[^，]{1,14}(?:证|许可|批件|批文|资质)$|没(?:有)?(?:办|要|领|批|弄|给|发)(?:过|着|了|下来)*[证的]?$|(?:从来|也|都|可)没(?:卖|做|干|碰|沾|开)过(?:的)?$|没有?(?:许可|证)|不是(?:我们?|俺们?|咱们?)(?:家)?的|(?:是|都是|归)?(?:人家|别人|外包)(?:自己)?的|"
    r"(?:早就?|已经|去年|前年|上个?月|头年)[^，。要想]{0,4}(?:退|销|交|缴|收|拿)(?:走|了|回|掉)|过户(?:了|给)|转(?:出去|让)了"
)
SURE_OF_AN_ISSUER, SURE_OF_THE_TRADE = 0.5, 0.6  # shares of what its other licences would get
WHOEVER_ISSUED_IT = 0.8  # a word for a department may be part of the description: 点播电影的那个
HEARD_AT_ALL, PLAUSIBLE, FAR_AHEAD = 0.02, 0.3, 2.5
LOOKED_AT = 30


def describes(clause: str) -> bool:
    """Whether a clause speaks of a paper without its name: 墙上那张管卫生的."""
    return bool(_DESCRIBES.search(_ANOTHER_PAPER.sub("", clause)))


def described(brain: Brain, state: State, clause: str) -> str | None:
    """The licence that a clause describes: the likeliest of its issuer, else of the trade, else by far of all."""
    knowledge = brain.knowledge
    ranked = {h.id: h.score for h in brain.finder.rank(clause, LOOKED_AT) if h.id in knowledge.items}
    by_issuer = [i for d in issuers(brain, clause) for i, item in knowledge.items.items() if item.department == d]
    usual = usual_licences(knowledge, state)
    if _BESIDES.search(clause):
        told = state.profile.licences or ()
        by_issuer, usual = [i for i in by_issuer if i not in told], tuple(i for i in usual if i not in told)
    if by_issuer:
        among = [i for i in by_issuer if i in usual] or by_issuer
        if found := _ahead(ranked, among, SURE_OF_AN_ISSUER):
            return found
        if len(among) == 1:
            return among[0]
        if found := _ahead(ranked, by_issuer, SURE_OF_AN_ISSUER):
            return found
        return next((item for item, share in ranked.items() if share >= WHOEVER_ISSUED_IT), None)
    if found := _ahead(ranked, usual, SURE_OF_THE_TRADE):
        return found
    best = sorted(ranked, key=lambda item: -ranked[item])[:2]
    ahead = best and ranked[best[0]] >= PLAUSIBLE and (len(best) < 2 or ranked[best[0]] >= FAR_AHEAD * ranked[best[1]])
    return best[0] if ahead else None


def issuers(brain: Brain, clause: str) -> tuple[str, ...]:
    """The departments that a clause names, 住建 for 住建局 too."""
    named = {
        department
        for at, said, department in brain.offices.places(clause)
        if said.endswith(("局", "队", "部", "所", "站", "委")) or _ISSUES.match(clause[at + len(said) :])
    }
    return tuple(department for department in brain.knowledge.departments if department in named)


def _ahead(ranked: Mapping[str, float], members: Sequence[str], sure: float) -> str | None:
    """The likeliest of these where it has most of what they have together."""
    scores = {item: ranked.get(item, 0.0) for item in members}
    total = sum(scores.values())
    best = max(scores, key=lambda item: scores[item], default=None)
    return best if best and scores[best] >= HEARD_AT_ALL and scores[best] >= sure * total else None


def by_issuer(brain: Brain, state: State, text: str) -> list[str]:
    """Licences of the trade that are told by who issued them (派出所发过一个, 消防的) or by a word of their name."""
    usual = usual_licences(brain.knowledge, state)
    found: list[str] = _one_of_each(brain, text)
    for clause in filter(None, map(compact, SMALL_PART.split(text))):
        if DENIES.search(clause):
            continue
        for department in brain.knowledge.departments.values():
            names = {department.name.removeprefix("地区"), *department.aliases}
            if any(
                compact(name) in clause or compact(name).removesuffix("队").removesuffix("局") + "的" in clause
                for name in names
            ):
                own = [i for i in usual if brain.knowledge.items[i].department == department.id]
                if len(own) == 1:
                    found.append(own[0])
    return found


def _one_of_each(brain: Brain, text: str) -> list[str]:
    """The licences that several offices have issued for one thing: 有一台牙片机，卫健和环保那边各有一个证."""
    clause = next((c for c in map(compact, PAUSE.split(text)) if _EACH_ISSUED.search(c)), None)
    if clause is None:
        return []
    items = brain.knowledge.items
    ranked = {hit.id: hit.score for hit in brain.finder.rank(compact(text), LOOKED_AT) if hit.id in items}
    found = []
    for department in brain.knowledge.departments.values():
        stems = (
            compact(name).removesuffix("局").removesuffix("委")
            for name in (department.name.removeprefix("地区"), *department.aliases)
        )
        if any(len(stem) >= SHORTEST_PART and stem in clause for stem in stems):
            found.append(
                _ahead(ranked, [i for i, item in items.items() if item.department == department.id], SURE_OF_AN_ISSUER)
            )
    return [item for item in found if item]


def by_part_of_name(brain: Brain, state: State, fragments: Sequence[tuple[str, bool]]) -> list[str]:
    """Licences of the trade that are told by a part of their name alone (备案证 in a clinic, 经营许可证 in a haulage firm)."""
    usual = usual_licences(brain.knowledge, state)
    found: list[str] = []
    for part in (
        small
        for fragment, _ in fragments
        for small in re.split(r"和|跟|与|[一两二三四五六七八九十几0-9]+[个条张本辆台]", fragment)
    ):
        part = AROUND.sub("", _GIVEN.sub("", part))
        if len(part) >= SHORTEST_PART and not DENIES.search(part):
            names = {
                i: compact(f"{brain.knowledge.items[i].name} {brain.knowledge.items[i].certificate or ''}")
                for i in usual
            }
            fitting = [item for item, name in names.items() if part in name]
            fitting = fitting or [item for item, name in names.items() if _shortens(part, name)]
            found += fitting if len(fitting) == 1 else []
    return found


def _shortens(part: str, name: str) -> bool:
    """Whether a part leaves out something in the middle of a name, and nothing at its beginning."""
    rest = iter(name)
    return len(part) >= SHORTEST_ABRIDGED and name.startswith(part[:2]) and all(letter in rest for letter in part)
