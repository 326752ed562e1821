"""Licences that a sentence describes instead of naming them, or names only by who issued them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.actions.asking import usual_licences
from assistant.actions.brain import Brain
from assistant.actions.by_trade import AROUND, DENIES, NOT_HELD, SHORTEST_PART, described, describes, issuers
from assistant.actions.denying import has_none
from assistant.actions.others import says_what_not
from assistant.actions.said import Said
from assistant.actions.settling import LIKELY
from assistant.actions.state import State
from assistant.actions.told_licences import Found
from assistant.knowledge.model import LicenceItem
from assistant.retrieval.answer import Verdict
from assistant.retrieval.mentions import Mention
from assistant.sayings.reader import read
from assistant.text import compact

_BUT_HELD = re.compile(r"不要了|不用了|不干了|没用了|没退|没销|没消|没交|没动|还在")
POINTS_BEFORE = re.compile(r"[那这它]")
ONLY_ISSUED = re.compile(
    r"(?:发|给|批|办)(?:(?:过|了|的)*一?[个张本](?:许可)?(?:证|批文|批件|本)?(?:子|书)?|的(?:资格|资质|许可|批文|批件))$"
)  # 监管局发过一个许可证
SAYS_WHICH = re.compile(r"^(?:就|是|管|专门|叫)*.{2,}(?:那[个张本]|的)$")  # 做保险代理的那个
BARE_PAPER = re.compile(
    r"^(?:那个|这个)?(?:登记|备案|(?:经营|生产)?许可证?|证|资质|牌子)(?:也|都|要|想|得|给|就|准备|一起)*(?:注?销|退|交)(?:了|掉)?$"
)
_THE_LICENCE = re.compile(
    r"^(?:我们?|公司|店里?|厂子?|社里?)*(?:连|把|和|跟|还有|另外)+(?:那个|这个|那张)?(?P<what>(?:经营)?许可)证?"
    r"(?:也|都|要|想|得|一起|一块儿?|一并|给我?|先)*(?:注?销|退|交)(?:了|掉|吧)*$"
)
_ANY_PAPER = re.compile(r"许可|证|备案|经营|登记|资质|批文|批件")  # a word of many names
_TOO = re.compile(r"(?:也|都|一起|一块)(?:给)?(?:退|注?销|不要)(?:了|掉|吧)*$")  # what was to stay goes after all
_ISSUED = re.compile(r"(?:发|给|批|办|颁|管)(?:的|过)?$|[局委队所厅处站]的$")


def as_issued(brain: Brain, state: State, fragment: str, after: str, named: Sequence[Mention]) -> list[str]:
    """What a name means by the next clause, which says who issued it, where it is none of that office's: 看病的证，农业局发的."""
    offices = issuers(brain, after) if _ISSUED.search(after) and not DENIES.search(after) else ()
    if not offices and named and _ISSUED.search(fragment):
        offices, after = issuers(brain, fragment), ""  # 办学证是人社局给的
    items = brain.knowledge.items
    if not offices or any(items[o].department in offices for m in named for o in m.owners if o in items):
        return []
    item = described(brain, state, fragment + after)
    return [item] if item and items[item].department in offices else []


def named_before(brain: Brain, mentions: Iterable[Mention], before: str) -> list[str]:
    """The licence of what the clause before names without saying paper: 内部印刷厂撤了，登记要销."""
    owners = [m.owners for m in mentions if m.text in before and not m.by_sound and len(m.owners) == 1]
    items = {own[0] for own in owners if own[0] in brain.knowledge.items}
    return [items.pop()] if len(items) == 1 else []


def of_the_trade(brain: Brain, state: State, fragment: str) -> list[str]:
    """The one licence of a trade that is called one, where it is just called that: 公司连许可证一起注销, of a travel agency."""
    called = _THE_LICENCE.match(fragment)
    if called is None:
        return []
    items = (brain.knowledge.items.get(one) for one in usual_licences(brain.knowledge, state))
    meant = [item.id for item in items if item and called["what"] in f"{item.name}{item.certificate or ''}"]
    return meant if len(meant) == 1 else []


def speaks_of_a_paper(fragment: str) -> bool:
    """Whether a fragment speaks of a paper without its name, by its words or as the whole reads."""
    return describes(fragment) or read([fragment])[0].tells("licence=held")


def describe(brain: Brain, state: State, fragment: str, around: tuple[str, str], found: Found) -> None:
    """What a fragment describes instead of naming it, held or not.

    The one before may help (里边有一片游戏机，那个另有一个许可), or the next one (人社那张许可，管招聘的).
    """
    if Said(fragment, "tell").asking or says_what_not(fragment):
        return
    told = state.profile.licences or ()
    before, after = ("" if DENIES.search(around[0]) else around[0]), around[1]
    item = described(brain, state, before + fragment if POINTS_BEFORE.match(fragment) else fragment)
    if item is None and after and not DENIES.search(after) and not describes(after):
        item = described(brain, state, fragment + after)
    if item is None and before:
        item = described(brain, state, before + fragment)
    if item is None:
        stranger = brain.finder.find(fragment)
        if stranger.verdict is Verdict.UNLISTED and not DENIES.search(fragment) and stranger.hits[0].score >= LIKELY:
            found.unlisted.append(stranger.hits[0].id)
        return
    if item not in told and any(_part_of(fragment, brain.knowledge.items[one]) for one in told):
        return  # 批发的证，应急局发的, where the 批发 one was told by its name
    (saying,) = read([fragment])
    if NOT_HELD.search(fragment) or saying.tells("licence=not_held"):
        found.dropped += [] if has_none(fragment) and item in (state.profile.licences or ()) else [item]
    elif not DENIES.search(fragment) or _BUT_HELD.search(fragment) or saying.tells("licence=held"):
        found.held.append(item)
        found.likely += [] if _TOO.search(fragment) else [item]


def _part_of(fragment: str, item: LicenceItem) -> bool:
    """Whether what a fragment says is a part of a licence's name: 批发的证."""
    part = AROUND.sub("", fragment)
    return (
        len(part) >= SHORTEST_PART
        and not _ANY_PAPER.search(part)
        and part in compact(f"{item.name} {item.certificate or ''}")
    )
