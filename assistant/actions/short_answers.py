"""What a few words mean as the answer to the question that is open: 有, 都没有, 一样, 各体户."""

from __future__ import annotations

import re
from typing import Any

from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.actions.state import State
from assistant.checklist.facts import Told
from assistant.checklist.profile import SITUATIONS, TOGETHER, told_together
from assistant.retrieval.answer import Answer, Verdict
from assistant.text import compact

_YES = re.compile(r"^(有|是|对|嗯|要|好|行|可以|在|办过|交着|开了|欠)")
NO = re.compile(r"^(没|无|不|否|都没|啥也没|一个都没|一样都没)")
_BARE = re.compile(r"^(没有?|没了|无|不|否|有|是|对|嗯|好|要)(的|了|啊|呀)?([，,。 ]|$)")
# What a few words mean as the answer to these questions; said by themselves they could mean anything.
_SHORT = {
    "whole_or_licence_only": (
        (re.compile(r"留|不销|不退|先不|不动|只|光|就销?证"), "licence_only"),
        (re.compile(r"全|都|一起|一块|一并|也|销|彻底|不要了"), "whole"),
    ),
    "proxy": (
        (re.compile(r"自己|自个|我去|我跑|亲自|自办|不用"), "self"),
        (re.compile(r"窗口|代|你们|帮|替|委托|别人"), "proxy"),
    ),
}
_NONE_OF_ALL = re.compile(r"^(这几样|这些|以上|全部?|一样|啥|什么)?(都|也)?(没有?|无)$")
_ALL_OF_THEM = re.compile(r"^(这几样|这些|以上)?(全|都)(都)?有$")
_NONE_BESIDES = re.compile(r"(别的|其他的?|其它的?|剩下的?|另外的?)(都|也|全)*(没有?|无)")
_AS_THE_OTHER = re.compile(r"(都|也|跟.{1,6}|和.{1,6})?一样的?$")
_ONCE = re.compile(
    r"^(?:早先|早年|早些年|以前|原先|原来|从前|过去|曾经|之前|前些年|前几年)(?:倒|是|都|也)*(?:有|开|交|缴|刻|办|做|备)"
)  # what was opened once stays until it is closed
_SINCE_GONE = re.compile(r"(?:销|停|退)(?:了|过|掉|完|户)|(?:现在|后来|早就?)(?:都|也)?没(?:有)?(?:了|$|[，,。])")
_YES_MEANS = {"whole_or_licence_only": "whole", "proxy": "proxy"}
FREE_TRADE_LENGTH = 15


def short_answer(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, changes: dict[str, Any]
) -> dict[str, Any]:
    """What a bare 有, 没有, 对 or a few free words mean as the answer to the question that is open."""
    asked, text = state.asked, said.text.strip()
    if asked is None or asked in changes or said.asking:
        return {}
    if asked in SITUATIONS and _ONCE.match(text):
        return {asked: not _SINCE_GONE.search(text)}
    if told.facts and not _BARE.match(text):
        return {}  # 没社保没海关 is no answer to the question about the bank account
    yes = said.intent == "yes" or (said.intent not in ("no", "unsure", "decline") and bool(_YES.match(text)))
    no = said.intent == "no" or (said.intent not in ("yes", "unsure", "decline") and bool(NO.match(text)))
    if asked in SITUATIONS and (yes or no):
        return {asked: yes and not no}
    if asked in _SHORT:
        meant = next((value for pattern, value in _SHORT[asked] if pattern.search(text)), None)
        if meant or (yes and not no):
            return {asked: meant or _YES_MEANS[asked]}
    if asked == "licences" and (told.no_licences or (no and not told.facts)):
        return {"licences": (), "no_other_licences": True}
    if asked == "other_licences" and no:
        return {"no_other_licences": True}
    if asked in ("enterprise_type", "place", "whole_or_licence_only", "proxy") and _AS_THE_OTHER.search(compact(text)):
        others = (getattr(b.profile, asked) for b in reversed(state.memory.parked))
        same = next((value for value in others if value is not None), None)
        return {asked: same} if same else {}
    names_a_paper = any(
        mention.paper for mention in answer.mentions
    )  # 汽车修理 is a trade, also where it is a paper's name
    free = asked == "industry" and not told.anything and not names_a_paper and said.intent in ("tell", "nlu_fallback")
    free = free and brain.facts.sounding("industry", text) is None
    if free and len(text) <= FREE_TRADE_LENGTH and brain.finder.find(text).verdict is not Verdict.REDIRECT:
        return {"industry": text}
    return {}


def sounding(brain: Brain, state: State, said: Said, told: Told, answer: Answer) -> str | None:
    """What an answer sounds like, where it is not plain: it is said back, and can be changed."""
    if told.anything or answer.mentions or said.asking or said.intent not in ("tell", "nlu_fallback", "ask", "chat"):
        return None
    return brain.facts.sounding(state.asked or "", said.text.strip())


def together(brain: Brain, state: State, said: Said, changes: dict[str, Any]) -> dict[str, Any]:
    """What 都没有, 别的没有 and 都有 say of the situations that were asked together."""
    asked, plain = state.asked or "", compact(said.text)
    group = next((group for group in TOGETHER if asked in group), None)
    if group is None or said.asking:
        return {}
    rest = [key for key in (asked, *told_together(brain.knowledge, state.profile, asked)) if key not in changes]
    if _NONE_BESIDES.search(plain) or (_NONE_OF_ALL.match(plain) and re.search(r"都|也|全|这|以上|一样", plain)):
        return dict.fromkeys(rest, False)
    return dict.fromkeys(rest, True) if _ALL_OF_THEM.match(plain) else {}
