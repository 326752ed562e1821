"""One function per Rasa action: the state before, the message, and what follows from it.

`run` is the table that the webhook calls; the names are those of nlu/domain.yml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant import phrases
from assistant.actions import businesses, whose
from assistant.actions.asking import question_card, why_asked
from assistant.actions.brain import Brain
from assistant.actions.paper_signs import LISTS
from assistant.actions.passing import passed_over
from assistant.actions.replies import human_card, progress_card
from assistant.actions.said import Said
from assistant.actions.short_answers import anything_goes, refuses
from assistant.actions.state import REMEMBERED_PROFILES, Memory, Reaction, State
from assistant.actions.understand import react
from assistant.actions.wishes import gives_up_leaving, staying_open, stays_open
from assistant.cards import Asks, Card, Choice, words
from assistant.checklist.profile import QUESTIONS, Profile, open_questions
from assistant.checklist_card import checklist_card
from assistant.errors import NotFound
from assistant.guide_card import guide_card
from assistant.retrieval.answer import Verdict
from assistant.sayings.reader import denies_a_paper
from assistant.text import compact, compact_clauses

Action = Callable[[Brain, State, Said], Reaction]
ASK = "action_ask_checklist_form_"
# The intents for which nlu/data/rules.yml has a rule inside the form.
ASIDES = frozenset(
    "ask start_over stop previous repeat explain human greet thanks abuse progress chat".split()  # noqa: SIM905
)
QUICK_STARTS = ("我要关店，全套手续", "查一个证怎么退", "办到哪了", "找人工")
PROGRESS = "banli-jindu"
_KEEPS_IT = re.compile(r"不[销退]")


def run(name: str, brain: Brain, state: State, said: Said) -> Reaction:
    """The reaction of one action; NotFound where there is no such action."""
    if name.startswith(ASK):
        return _ask(brain, state, name.removeprefix(ASK))
    if name not in _ACTIONS:
        raise NotFound(f"no action {name}")
    reaction = _ACTIONS[name](brain, state, said)
    if name not in _PASSES_OVER:
        return reaction
    return passed_over(brain, state, said, reaction, patience=_PASSES_OVER[name])


_PEOPLE = re.compile(
    r"人工|客服|真人|活人|电话|座机|手机号|号码|找个?人|和人|跟人|有人|窗口|专窗|工作人员|同志|留言|投诉|说话|领导|转接|接线|联系|咨询|12345|renggong|dianhua"
)
LONG_FOR_AN_ASIDE = 8  # characters; a longer message that names something we know is no mere greeting
_STANDS_WHERE = re.compile(
    r"办到|到哪一?步|进度|进展|受理(单)?号|单号|批(了|下来|完)?没|下来没|审核|没(个)?信儿|没动静|没消息|办(好|完|妥)了?没|催(?!我|俺|咱)"
)


_ANSWERS_PLAINLY = re.compile(r"^(有|没有?|是|不是|对|不对)(的|了|啊)?[，,。 ]+\S")


def _tells(brain: Brain, state: State, said: Said) -> bool:
    """Whether a message that looks like an aside answers the open question, tells a fact, or turns to another business."""
    if state.asked is not None and _ANSWERS_PLAINLY.match(said.text):
        return True
    if (state.asked or state.memory.waiting in QUESTIONS) and (anything_goes(said.text) or refuses(said.text)):
        return True
    if state.asked in LISTS and not said.asking and any(m.paper for m in brain.finder.find(said.text).mentions):
        return True  # 只有演唱会批文
    return bool(brain.facts.find(said.text, asking=True).facts) or whose.heard(brain, state, said) is not None


def _about_something(brain: Brain, said: Said) -> bool:
    """Whether a message that looks like an aside is about a licence or a procedure after all."""
    if len(compact(said.text)) < LONG_FOR_AN_ASIDE:
        return False
    answer = brain.finder.find(said.text)
    return (
        bool(answer.mentions)
        or answer.unheard_of
        or answer.verdict
        in (
            Verdict.ANSWER,
            Verdict.UNLISTED,
            Verdict.WRONG_ACT,
            Verdict.REDIRECT,
        )
    )


def _aside_unless_about_something(aside: Action) -> Action:
    """The aside, or the reaction where the message tells us something, or is about something we know."""

    def unless_about_something(brain: Brain, state: State, said: Said) -> Reaction:
        if _about_something(brain, said):
            return react(brain, state, replace(said, intent="nlu_fallback"), in_form=state.asked is not None)
        return aside(brain, state, said)

    return _unless_telling(unless_about_something)


def _unless_telling(aside: Action) -> Action:
    """The aside, or the reaction where the message tells us something; its rule asks nothing more, so the question comes along."""

    def guarded(brain: Brain, state: State, said: Said) -> Reaction:
        wants_people = said.intent != "human" or state.asked is None or bool(_PEOPLE.search(said.text))
        if wants_people and not _tells(brain, state, said):
            return aside(brain, state, said)
        in_form = state.asked is not None
        reaction = react(brain, state, replace(said, intent="tell"), in_form=in_form)
        return reaction if in_form else _with_what_follows(brain, reaction, said)

    return guarded


def _takes_a_paper_back(said: Said) -> bool:
    """Whether some clause reads like a paper that is not held."""
    clauses = compact_clauses(said.text)
    return len(clauses) > 1 and denies_a_paper(clauses)


def _unless_another_business(leaving: Action, *, ends_form: bool, names_no_paper: bool = False) -> Action:
    """The action that goes back or leaves, unless the message only turns to another business, or speaks of a paper.

    回到饭店那个; 说错了，消防那个早交回去了; `names_no_paper`: nor does a message that names one: 捕捞证要退回去.
    """

    def guarded(brain: Brain, state: State, said: Said) -> Reaction:
        heard = whose.heard(brain, state, said)
        of_a_paper = state.profile.licences and _takes_a_paper_back(said)
        named = names_no_paper and any(name.paper for name in brain.finder.find(said.text).mentions)
        if not ((heard and heard.turned) or of_a_paper or named):
            return leaving(brain, state, said)
        in_form = state.asked is not None
        reaction = react(brain, state, replace(said, intent="tell"), in_form=in_form)
        return reaction if in_form and not ends_form else _with_what_follows(brain, reaction, said)

    return guarded


def _with_what_follows(brain: Brain, reaction: Reaction, said: Said) -> Reaction:
    """A reaction with the question or the checklist that its course leads to, for rules that end here."""
    state, following = reaction.state, open_questions(brain.knowledge, reaction.state.profile)
    if reaction.course == "answer":
        return reaction
    if following:
        card, asks = question_card(brain.knowledge, following[0], state, demo=brain.demo)
        state = state.remembering(waiting=following[0])
        return Reaction(state, (*reaction.cards, card), "needs_facts", asks, "answer")
    listed = _checklist(brain, state, said)
    return Reaction(listed.state, (*reaction.cards, *listed.cards), "answered", None, "answer")


def _answer(brain: Brain, state: State, said: Said) -> Reaction:
    return react(brain, state.with_(asked=None), said, in_form=False)


def _aside(brain: Brain, state: State, said: Said) -> Reaction:
    return react(brain, state, said, in_form=True)


def steps_aside(name: str, said: Said) -> bool:
    """Whether the form lets the rule of this intent go first: Rasa looks at rules only if nothing was validated."""
    if said.intent == "ask" and gives_up_leaving(said.text):
        return False  # 不注销了 ends the form, also where it sounds like a question
    return name == "validate_checklist_form" and said.intent in ASIDES and not said.effect


def _validate(brain: Brain, state: State, said: Said) -> Reaction:
    if state.asked is None:  # the form begins with the message that led to it, which was understood already
        return Reaction(state)
    if stays_open(brain, state, said):
        return staying_open(state, ends_form=True)
    return react(brain, _with_earlier(state), said, in_form=True)


def _ask(brain: Brain, state: State, key: str) -> Reaction:
    card, asks = question_card(brain.knowledge, key, state, demo=brain.demo)
    return Reaction(state, (card,), "needs_facts", asks)


def _checklist(brain: Brain, state: State, said: Said) -> Reaction:
    """The checklist; where another business waits, its questions follow."""
    if state.memory.stopped:  # the form ended without the wish for a checklist
        return Reaction(state.remembering(stopped=False), course="answer")
    again = state.memory.issued == state.profile  # shown once more: who asked for it wants to stay with it
    cards: list[Card] = []
    while True:
        token, checklist = brain.issue(state.profile)
        state = state.remembering(token=token, issued=state.profile)
        cards.append(_to_the_others(brain, state, checklist_card(checklist, token, of=businesses.name(brain, state))))
        following = None if again else businesses.waiting(state)
        if following is None:
            listed = businesses.to_close(state)
            if len(listed) > 1 and not again:
                names = businesses.names(brain, state)
                cards.append(
                    words(phrases.BUSINESSES_LISTED.format(names="、".join(names[one.number] for one in listed)))
                )
            return Reaction(state, tuple(cards), "answered", course="answer")
        if following.profile.proxy is None:  # who goes for one business goes for the others
            following = following.model_copy(update={"profile": following.profile.with_(proxy=state.profile.proxy)})
        state = state.turning_to(following)
        cards.append(words(phrases.BUSINESS_NEXT.format(name=businesses.name(brain, state))))
        if open_questions(brain.knowledge, state.profile):
            return Reaction(state, tuple(cards), "answered", course="checklist")


def _to_the_others(brain: Brain, state: State, card: Card) -> Card:
    """The card with a choice for each of the other businesses."""
    names = businesses.names(brain, state)
    others = tuple(
        Choice(label=phrases.BUSINESS_BACK.format(name=names[b.number]), effect={"business": b.number})
        for b in state.memory.parked
    )
    return card.model_copy(update={"choices": (*card.choices, *others)})


def _with_earlier(state: State) -> State:
    """The state that can go back to this profile."""
    earlier = (*state.memory.earlier, state.profile)[-REMEMBERED_PROFILES:]
    return state.remembering(earlier=earlier)


def _previous(brain: Brain, state: State, said: Said) -> Reaction:
    """Back to the profile before the last answer."""
    earlier = [profile for profile in state.memory.earlier if profile != state.profile]
    if not earlier:
        return Reaction(state, (words(phrases.NOTHING_BACK),), "answered", course="answer")
    state = state.with_(profile=earlier[-1]).remembering(earlier=tuple(earlier[:-1]))
    course = "checklist" if open_questions(brain.knowledge, state.profile) else "answer"
    return Reaction(state, (words(phrases.WENT_BACK),), "needs_facts", course=course)


_AFRESH = re.compile(
    r"重新(?!办|领|考|申|审|注册|装修|开业|开张)|重来|再来|[从重]头|从新|另起|新开|换一?个|推倒|重置|重启|作废|不算|错|乱|chong|congtou|"
    r"^(?:那|就|我|咱|给|帮|把|全部?|都|统统|先|刚才|前面|上面|之前|这些|对话|记录|聊天|内容|[说填]的)*清(?:空|除|掉|了)"
)


def _start_over(brain: Brain, state: State, said: Said) -> Reaction:
    """Nothing told any more; what only sounds like it tells something: 油罐已经清空了."""
    if not state.profile.empty and not said.effect and not _AFRESH.search(compact(said.text)):
        reaction = react(brain, state, replace(said, intent="tell"), in_form=state.asked is not None)
        return _with_what_follows(brain, replace(reaction, course="checklist"), said)
    return Reaction(State(), (words(phrases.STARTED_OVER),), "needs_facts", Asks(key="industry"), course="answer")


def _stop(brain: Brain, state: State, said: Said) -> Reaction:
    """An end for today, unless the message tells something (执照先不销了) or says that the business goes on."""
    if stays_open(brain, state, said):
        return replace(staying_open(state), course=None)
    told = brain.facts.find(said.text).facts.keys() - {"industry"}
    refused = state.asked is not None and refuses(said.text)
    if told or refused or (state.asked == "whole_or_licence_only" and _KEEPS_IT.search(said.text)):
        reaction = react(brain, state, replace(said, intent="tell"), in_form=state.asked is not None)
        return _with_what_follows(brain, reaction, said)
    return Reaction(state.remembering(waiting=None), (words(phrases.STOPPED),), "answered")


def _repeat(brain: Brain, state: State, said: Said) -> Reaction:
    if state.asked is None and state.memory.issued is not None:
        return _checklist(brain, state.with_(profile=state.memory.issued), said)
    if state.asked is None and state.item:
        return Reaction(state, (guide_card(brain.knowledge, state.item, region=state.profile.place),))
    return Reaction(state, (words(phrases.REPEATED),) if state.asked else (_hello(),))


def _explain(brain: Brain, state: State, said: Said) -> Reaction:
    if state.asked is None:
        return Reaction(state, (words(phrases.WHO_AM_I, phrases.HELLO_NEXT),))
    return Reaction(state, (words(*why_asked(brain.knowledge, state.asked, state)),), "needs_facts")


def _human(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (human_card(brain.knowledge, state),), "handed_over")


def _greet(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (_hello(),))


def _hello() -> Card:
    choices = tuple(Choice(label=label, effect={"say": label}) for label in QUICK_STARTS)
    return words(phrases.HELLO, phrases.HELLO_NEXT, choices=choices)


def _thanks(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (words(phrases.THANKS),))


def _calm(brain: Brain, state: State, said: Said) -> Reaction:
    return Reaction(state, (words(phrases.CALM),), "handed_over")


def _chat(brain: Brain, state: State, said: Said) -> Reaction:
    """Small talk."""
    return Reaction(state, (words(phrases.WHO_AM_I, phrases.HELLO_NEXT),), "out_of_scope")


def _progress(brain: Brain, state: State, said: Said) -> Reaction:
    """Where a case stands is not told in a conversation, which others may read: how to find out; nothing is made up."""
    if not _STANDS_WHERE.search(compact(said.text)):
        return react(brain, state, replace(said, intent="nlu_fallback"), in_form=state.asked is not None)
    card = guide_card(brain.knowledge, PROGRESS, region=state.profile.place)
    if state.asked is None:
        state = state.remembering(waiting="progress")
    return Reaction(state, (progress_card(), card), "answered", Asks(key="acceptance_number"))


# After these the open question is put again, although nobody asked for that: how often before others are asked first.
_PASSES_OVER = {"validate_checklist_form": 2, "action_answer": 2}
_PASSES_OVER |= {f"action_{aside}": 4 for aside in ("aside", "greet", "thanks", "calm", "chat", "explain")}
_ACTIONS: dict[str, Action] = {
    "action_answer": _answer,
    "action_aside": _aside,
    "validate_checklist_form": _validate,
    "action_checklist": _checklist,
    "action_previous": _unless_another_business(_previous, ends_form=False, names_no_paper=True),
    "action_reopen": _unless_another_business(_previous, ends_form=True, names_no_paper=True),
    "action_start_over": _unless_another_business(_start_over, ends_form=True),
    "action_stop": _unless_another_business(_stop, ends_form=True),
    "action_repeat": _aside_unless_about_something(_repeat),
    "action_explain": _aside_unless_about_something(_explain),
    "action_human": _unless_telling(_human),
    "action_greet": _aside_unless_about_something(_greet),
    "action_thanks": _aside_unless_about_something(_thanks),
    "action_calm": _aside_unless_about_something(_calm),
    "action_chat": _aside_unless_about_something(_chat),
    "action_progress": _progress,
}

__all__ = ["Brain", "Memory", "Profile", "Reaction", "Said", "State", "run", "steps_aside"]
