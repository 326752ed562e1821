"""What a few words mean as the answer to the question that is open: 有, 都没有, 一样, 各体户."""

from __future__ import annotations

import re
from typing import Any

from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.actions.state import State
from assistant.checklist.facts import Told
from assistant.checklist.leaving import may_answer
from assistant.checklist.profile import SITUATIONS, asked_together
from assistant.retrieval.answer import Answer, Verdict
from assistant.text import compact

_YES = re.compile(r"^(有|是|对|嗯|要|好|行|可以|在|办过|交着|开了|欠)")
NO = re.compile(r"^(没|无|不(?![退销交缴动留]|注销)|否|都没|啥也没|一个都没|一样都没)")
_IS_THERE = re.compile(r"有|[开交缴刻办备做上]过|[交缴]着|还在|[一两俩三几][个枚张家块]")  # 给人交过三年
_BARE = re.compile(r"^(没有?|没了|无|有)(的|了|啊|呀)?([，,。 ]|$)")  # 对，全销 says yes to what it tells
# What a few words mean as the answer to these questions; said by themselves they could mean anything.
_SHORT = {
    "whole_or_licence_only": (
        (
            re.compile(r"(?<!不)留|不销|不退|先不|不动|只|光|就销?证|^就这[一二两俩三四五几仨]?[个样张本]"),
            "licence_only",
        ),
        (re.compile(r"全|都|一起|一块|一并|也|销|彻底|不要了"), "whole"),
    ),
    "proxy": (
        (
            re.compile(r"自己|自个|我去|我跑|亲自|自办|不用|^(?:是|我|就|法人|老板|经营者)*本人(?:来|去|办|到场)*的?$"),
            "self",
        ),
        (re.compile(r"窗口|代|你们|帮|替|委托|别人"), "proxy"),
    ),
}
_NONE_OF_ALL = re.compile(
    r"^(?:嗯|哦|啊)?(这几样|这些|以上|全部?|一样|啥|什么|一个)?(都|也)?(没有?|无|不欠|没办过|没弄过)(?:啊|呀|的|呢)*$"
)
_ONLY = re.compile(r"^(?:那|我们?|公司|厂里?|店里?)*(?:就|只|光|仅)(?:有|刻|开|交|是|剩)")  # 就有个公章
_JUST_YES = re.compile(r"^(?:有|在|是)(?:的|啊|呀|一个)?$")
_TOLD_BY_THE_VERB = {  # 刻过, 给人交过三年: only one of them is carved, or paid for people
    "seal": re.compile(r"^(?!.*[没未不]).{0,4}刻[了过]"),
    "social_insurance": re.compile(
        r"^(?!.*[没未不税费]).{0,8}[交缴](?:着|过)|^(?!.*[没未不])给.{1,6}[交缴](?:着|了|过)"
    ),
    "customs": re.compile(r"^(?!.*[没未不]).{0,4}(?:出过口|进过口|报过关)"),
}
_DENIED_BY_THE_VERB = {
    "social_insurance": re.compile(r"^(?:从来|一直|也|都)*没(?:有)?给.{1,4}[交缴上]过?$")
}  # 没给谁交过
_ALL_OF_THEM = re.compile(r"^(这几样|这些|以上)?(全|都)(都)?有$")
_NONE_BESIDES = re.compile(r"(别的|其他的?|其它的?|剩下的?|另外的?)(都|也|全)*(没有?|无)")
_AS_THE_OTHER = re.compile(r"(都|也|跟.{1,6}|和.{1,6})?一样的?$")
_ONCE = re.compile(
    r"^(?:早先|早年|早些年|以前|原先|原来|从前|过去|曾经|之前|前些年|前几年)(?:倒|是|都|也)*(?:有|开|交|缴|刻|办|做|备)"
)  # what was opened once stays until it is closed
_SINCE_GONE = re.compile(r"(?:销|停|退)(?:了|过|掉|完|户)|(?:现在|后来|早就?)(?:都|也)?没(?:有)?(?:了|$|[，,。])")
_ANYTHING_GOES = re.compile(
    r"^(?:嗯|啊|哎呀|那|就|这个|我|都)*(?:差不多|都行|都可以|都中|都成|都好|随便|随意|无所谓|怎么都行|咋都行|咋整都行|哪个都行|哪样都行|"
    r"(?:你|您|你们)?(?:看着(?:办|来|弄|整)|定|说了算)|听(?:你|您|你们)的|一般|凑合|说不定|看情况|再说|到时候再说|两可|爱咋咋)+"
    r"(?:的|了|吧|呗|啊|呀|哈|行)*$"
)  # no answer, and no wish to think about one
_YES_MEANS = {"whole_or_licence_only": "whole", "proxy": "proxy"}
A_FEW_WORDS = 15  # characters
MOST_CLAUSES = 3
MOST_LEFT = 3  # characters: what 没开过门市零售 says no to is nothing that was asked about
_NOTHING_ELSE_SAID = re.compile(
    r"没|有|无|不|否|都|也|从来|根本|压根|过|了|的|着|啊|呀|呢|吧|开|办|刻|交|欠|做|搞|弄|干|设|沾|碰|那|这|个|些|一|样|啥|什么|玩意儿?|东西|"
    r"给|员工|工人|职工|他们|谁|外头|外面|清楚|知道|钱|账|我们?|俺们?|咱们?|店里|公司|厂里|在|是|用|要|说|想|方便|告诉|确定|记得"
)
LONGEST_BY_SOUND = 10  # characters
BRIEF = 10  # characters: more is not said to say yes or no
_OF_THE_PERSON = re.compile(r"电话|手机|身份证|姓名|名字|联系方式|微信号?|住址")
_REFUSES = re.compile(
    r"(?:不|没)(?:太|大)?(?:想|愿意?|乐意|便|方便|好|打算|准备|必要)(?:跟你|对外|再|往外)?(?:说|讲|提|透露|告诉|告知|回答|答|填|公开|细说)|"
    r"不(?:告诉|回答|填|公开|透露)|懒得(?:说|讲|答|理|填|提)|机密|保密|涉密|隐私|略过|跳过|先保留|^(?:先)?空着"
)


def says_no(text: str) -> bool:
    """Whether one of a few clauses begins with a no, and none before it with a yes: 独一家，没分号."""
    clauses = [clause for clause in re.split(r"[，,。；;、\s]+", text) if clause][:MOST_CLAUSES]
    first = next((clause for clause in clauses if NO.match(clause) or _YES.match(clause)), "")
    return bool(NO.match(first)) and len(_NOTHING_ELSE_SAID.sub("", first)) <= MOST_LEFT


def says_yes(text: str) -> bool:
    """Whether a message begins with a yes: 有, 办过."""
    return bool(_YES.match(text.strip()))


def refuses(text: str) -> bool:
    """Whether somebody will not answer, whatever else is in his words: 懒得讲, 商业机密; who he is we never ask."""
    clauses = map(compact, re.split(r"[，,。；;\s]+", text))
    return any(_REFUSES.search(clause) and not _OF_THE_PERSON.search(clause) for clause in clauses)


def anything_goes(text: str) -> bool:
    """Whether a message leaves the answer open: 都行, 随便, 差不多吧."""
    return bool(_ANYTHING_GOES.match(compact(text)))


def short_answer(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, changes: dict[str, Any]
) -> dict[str, Any]:
    """What a bare 有, 没有, 对 or a few free words mean as the answer to the question that is open."""
    asked, text = state.asked, said.text.strip()
    if asked is None or asked in changes or said.asking or anything_goes(text):
        return {}
    one_of_several = len(asked_together(brain.knowledge, state.profile, asked)) > 1
    if one_of_several:
        return {}  # 有 says nothing of which
    if asked in SITUATIONS and _ONCE.match(text):
        return {asked: not _SINCE_GONE.search(text)}
    if told.facts and not _BARE.match(text):
        return {}  # 没社保没海关 is no answer to the question about the bank account
    brief = len(compact(text)) <= BRIEF
    yes = (said.intent == "yes" and brief) or (
        said.intent not in ("no", "unsure", "decline") and bool(_YES.match(text))
    )
    no = (said.intent == "no" and brief) or (said.intent not in ("yes", "unsure", "decline") and says_no(text))
    if asked in SITUATIONS and (yes or no) and not told.nothing_more:  # 再没别的了 speaks of licences
        return {asked: yes and not no}
    plainly = not told.anything and not answer.mentions and not re.search(r"[没不无未]", text)
    if asked in SITUATIONS and plainly and _IS_THERE.search(text):
        return {asked: True}
    names_a_paper = any(
        mention.paper for mention in answer.mentions
    )  # 汽车修理 is a trade, also where it is a paper's name
    if asked in _SHORT and not names_a_paper and len(compact(text)) <= A_FEW_WORDS:
        meant = next((value for pattern, value in _SHORT[asked] if pattern.search(text)), None)
        if asked == "whole_or_licence_only" and meant and not may_answer(compact(text), (), meant):
            return {}  # 出国劳务那个资格也写上
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
    free = asked == "industry" and not told.anything and not names_a_paper and said.intent in ("tell", "nlu_fallback")
    free = free and brain.facts.sounding("industry", text) is None
    if free and len(text) <= A_FEW_WORDS and brain.finder.find(text).verdict is not Verdict.REDIRECT:
        return {"industry": text}
    return {}


def sounding(brain: Brain, state: State, said: Said, told: Told, answer: Answer) -> str | None:
    """What an answer sounds like, where it is not plain: it is said back, and can be changed."""
    if len(compact(said.text)) > LONGEST_BY_SOUND:
        return None
    if told.anything or answer.mentions or said.asking or said.intent not in ("tell", "nlu_fallback", "ask", "chat"):
        return None
    return brain.facts.sounding(state.asked or "", said.text.strip())


def together(brain: Brain, state: State, said: Said, changes: dict[str, Any]) -> dict[str, Any]:
    """What 没有, 别的没有 and 都有 say of the situations that were asked together."""
    if state.asked is None or said.asking:
        return {}
    asked, plain = asked_together(brain.knowledge, state.profile, state.asked), compact(said.text)
    rest = [key for key in asked if key not in changes]
    if len(asked) == 1 or not rest:
        return {}
    clauses = [compact(clause) for clause in re.split(r"[，,。；;、\s]+", said.text)]
    told = {key: True for key, verb in _TOLD_BY_THE_VERB.items() if key in rest and any(map(verb.search, clauses))}
    told |= {key: False for key, verb in _DENIED_BY_THE_VERB.items() if key in rest and any(map(verb.search, clauses))}
    none = _NONE_BESIDES.search(plain) or any(map(_NONE_OF_ALL.match, clauses)) or (changes and _ONLY.search(plain))
    if none and not told and _JUST_YES.match(clauses[0]):
        told = {asked[0]: True}  # 有，别的没有: the first one
    if none or told:
        return {key: told.get(key, False) for key in rest if none or key in told}
    return dict.fromkeys(rest, True) if _ALL_OF_THEM.match(plain) else {}
