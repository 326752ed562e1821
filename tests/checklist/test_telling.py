"""The same facts, said in any order, filled into the form or posted by a program, give the same checklist."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.pages.form import Filled
from assistant import actions
from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.actions.state import State
from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile, open_questions, resolved
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.finder import Finder
from tests.checklist.test_properties import served

TODAY = dt.date(2026, 11, 23)


def facts_aside(checklist: Checklist) -> dict[str, Any]:
    """A checklist without the facts it was made for, and the sentence that says them: of two trades told, a
    conversation keeps the first one."""
    return checklist.model_dump(mode="json", by_alias=True, exclude={"profile", "summary"})


LICENCES = {
    "食品经营许可证": "shipin-jingying-xuke",
    "旅行社业务经营许可证": "lvxingshe-sheli",
    "燃气经营许可证": "ranqi-jingying-xuke",
}
# key → (value as a program posts it, the sentence that tells it)
WORDS: dict[str, tuple[tuple[Any, str], ...]] = {
    "enterprise_type": (("公司", "我们是公司"), ("个体工商户", "我是个体户"), ("农民专业合作社", "我们是合作社")),
    "place": (("示例县", "在示例县"),),
    "industry": (("食杂店", "开的是食杂店"),),
    "whole_or_licence_only": (("whole", "营业执照也一起销"), ("licence_only", "只退证，执照留着")),
    "proxy": (("proxy", "让窗口替我代办"), ("self", "我自己去跑")),
    "bank_account": ((True, "有对公账户"), (False, "没有对公账户")),
    "seal": ((True, "刻过公章"), (False, "没刻过公章")),
    "social_insurance": ((True, "有社保户"), (False, "没有社保户")),
    "customs": ((True, "做过进出口"), (False, "没做过进出口")),
    "debts": ((True, "还欠着钱"), (False, "不欠账")),
    "branches": ((True, "有分公司"), (False, "没有分公司")),
    "abnormal_list": ((True, "在异常名录"), (False, "不在异常名录")),
}


@cache
def few() -> Knowledge:
    """What we serve, with three licences and nothing near them, so that the finder is built at once."""
    whole = served()
    return replace(
        whole,
        items={i: whole.items[i] for i in LICENCES.values()},
        guides={i: g for i, g in whole.guides.items() if i in {*LICENCES.values(), *whole.topics}},
        unlisted={},
        groups={},
        industries={
            i: trade.model_copy(update={"must_have": (), "may_have": ()}) for i, trade in whole.industries.items()
        },
    )


@cache
def brain() -> Brain:
    """The actions' parts; no checklist is issued by them here."""
    knowledge = few()
    return Brain(
        knowledge, Finder(knowledge, None), lambda profile: ("token", make_checklist(knowledge, profile, TODAY))
    )


def conversation(sentences: list[str]) -> Profile:
    """What is known after these sentences, the open question asked after each as Rasa's rules do."""
    state = State()
    for sentence in sentences:
        name = "action_answer" if state.asked is None else "validate_checklist_form"
        reaction = actions.run(name, brain(), state, Said(sentence, "tell"))
        still_open = open_questions(few(), reaction.state.profile)
        goes_on = state.asked is not None or reaction.course in ("checklist", "ready")
        state = reaction.state.with_(asked=still_open[0] if still_open and goes_on else None)
    return state.profile.with_(open=(), put_off=())


@st.composite
def some_facts(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    """Facts as a program posts them, and the sentences that tell the same, in any order."""
    held = draw(st.lists(st.sampled_from(sorted(LICENCES)), min_size=1, unique=True))
    facts: dict[str, Any] = {"licences": held, "no_other_licences": True}
    sentences = [f"手里有{'和'.join(held)}，别的证没有了"]
    for key, ways in WORDS.items():
        value, sentence = draw(st.sampled_from(ways))
        facts[key] = value
        sentences.append(sentence)
    return facts, draw(st.permutations(sentences))


def filled_in(facts: dict[str, Any]) -> Filled:
    """The one-page form with the same facts."""
    words = {True: "有", False: "没有"}
    told = {key: words[value] if isinstance(value, bool) else value for key, value in facts.items()}
    told["licences"] = [LICENCES[name] for name in facts["licences"]]
    del told["no_other_licences"]
    return Filled(**told)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(some_facts())
def test_conversation_form_and_program_give_the_same_checklist(told: tuple[dict[str, Any], list[str]]) -> None:
    """Whatever the facts and in whatever order they are said, all three ways end in one checklist."""
    facts, sentences = told
    posted = make_checklist(few(), resolved(few(), facts), TODAY)
    said = make_checklist(few(), conversation(sentences), TODAY)
    form = make_checklist(few(), resolved(few(), filled_in(facts).facts()), TODAY)
    assert facts_aside(form) == facts_aside(posted)
    assert facts_aside(said) == facts_aside(posted)
