"""What somebody wants instead of cancelling: to stay open after all, to pause, to hand over."""

from __future__ import annotations

import re

from assistant import phrases
from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.actions.state import Reaction, State
from assistant.cards import Card, Choice, ItemRef, words
from assistant.retrieval.acts import Wanted
from assistant.text import compact

PAUSE_OR_HAND_OVER = ("tingye", "guohu")  # the acts people name who are not sure that they want to cancel
_CLAUSE = re.compile(r"[，,。；;！!\s]+")
_PAPER = re.compile(r"证|照|许可|备案|资质|批|户|章|[这那]个|[这那]样")
_NOT_AFTER_ALL = re.compile(r"不(?:想|打算|准备|用|去)?(?:关|黄|撤|注?销|退|倒)(?:店|门|张|公司)?(?:了|啦|吧|呢)+$")
_GOES_ON = re.compile(
    r"^(?:我们?|俺们?|咱们?|还是|还得|还想|还要|还|决定|打算|想|又|准备|先|就|得|要|店|铺子|公司|厂子?)*(?:接着|继续|再)"
    r"(?:干|开|营业|经营)(?:着|下去|[一两几]年|一阵)*(?:了|吧|呢)*$"
)
_GIVES_UP_A_PART = re.compile(r"把[^，。店厂铺]{1,6}(?:停|退|撤|注?销)|不(?:卖|做)[^，。]{0,4}$|证|许可|备案|资质")
_NO_LEAVING = re.compile(
    r"(?:^|[，,。；;！!\s])(?:那|就|我|我们?|先|都)*(?:不(?:注销|销|关|退)了|先不办了|(?:一样|一个|啥)都?(?:也)?不(?:注销|销|退)了?)(?:[，,。；;！!吧\s]|$)"
)
_QUESTION = re.compile(r"[吗?？]|行不|能不|可不|咋|怎么|呢$")
_OF_WHAT_IS_LEFT = ("whole_or_licence_only", "which_licence")  # there 不销了 answers the question
_THE_BUSINESS = re.compile(r"关|黄|撤|店|公司|厂|注销")


def stays_open(brain: Brain, state: State, said: Said) -> bool:
    """Whether the business is not to be given up after all: 网吧不关了, 先不销了, 还是接着干吧."""
    if said.asks_in_words or said.effect:
        return False
    if state.profile.licences:  # whoever told of a licence gives that back, and goes on otherwise
        return state.asked not in _OF_WHAT_IS_LEFT and gives_up_leaving(said.text)
    clauses = [compact(clause) for clause in _CLAUSE.split(said.text)]
    if any(_GOES_ON.match(clause) for clause in clauses if clause):
        if state.memory.said and _GIVES_UP_A_PART.search(state.memory.said[-1]):
            return False  # 想把烟停了, and then: 店还接着开
        return not any(_PAPER.search(clause) for clause in clauses)
    plain = next((c for c in clauses if _NOT_AFTER_ALL.search(c) and not _PAPER.search(c)), None)
    if plain is None or any(_PAPER.search(clause) for clause in clauses):
        return False
    of_the_licence = state.asked == "whole_or_licence_only" and not _THE_BUSINESS.search(plain)
    return not of_the_licence  # 先不销了 answers the question about the business licence


def gives_up_leaving(text: str) -> bool:
    """Whether a clause says outright that nothing is to be cancelled any more: 不注销了."""
    return bool(_NO_LEAVING.search(text)) and not _QUESTION.search(text)


def staying_open(state: State, *, ends_form: bool = False) -> Reaction:
    """What was told is kept; nothing more is asked."""
    state = state.remembering(waiting=None, stopped=ends_form)
    return Reaction(state, (words(phrases.STAYS_OPEN),), "answered", course="answer")


def another_wish(brain: Brain, said: Said, wish: Wanted) -> Card | None:
    """What to know where somebody only wants to pause or to hand over, with the choice to cancel all the same."""
    if not wish.wrong or wish.other is None or wish.other.id not in PAUSE_OR_HAND_OVER or said.asks_in_words:
        return None
    choices = [Choice(label=phrases.CANCEL_AFTER_ALL, effect={"cancel_after_all": True})]
    if (topic := wish.other.topic) in brain.knowledge.guides:
        name = brain.knowledge.name_of(topic)
        choices.append(Choice(label=name, item=ItemRef(id=topic, name=name), effect={"guide": topic}))
    return words(wish.other.reply or "", phrases.STILL_CANCEL, choices=tuple(choices))
