"""One message understood: what it tells is taken into the profile, what it asks is answered, and where to go on."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant import phrases
from assistant.actions import businesses, whose
from assistant.actions.answering import answered, course_after, wants_a_list, wants_answer, with_the_item_asked_about
from assistant.actions.brain import Brain
from assistant.actions.by_trade import describes
from assistant.actions.paper_signs import LISTS
from assistant.actions.replies import no_object, progress_card, shown
from assistant.actions.said import Said, with_pauses
from assistant.actions.short_answers import anything_goes, refuses
from assistant.actions.state import Reaction, State
from assistant.actions.taking_in import licences_unknown, missed_answer, says_where_to_look, taken_in, where_to_look
from assistant.actions.tapping import changes_which, next_course, tapped
from assistant.actions.wishes import another_wish, staying_open, stays_open
from assistant.cards import Asks, Card, Choice, Status, words
from assistant.checklist.facts import Told
from assistant.checklist.profile import QUESTIONS
from assistant.retrieval.answer import Answer, Verdict
from assistant.text import compact

_RESUMES = re.compile(
    r"^(?:好|行|那|咱们?|我们)*(?:再|还是)?(?:继续|接着|往下)(?:往下)?(?:说|办|弄|填|问|来|走)?(?:完|下去)?[吧呗啊了]*$|^还是办"
)  # 接着说，有限公司 tells something
_STILL_CANCELS = re.compile(
    r"(?:^|[^照证])(?:还是|继续|接着|直接|那就|干脆)(?:都|全)?(?:注?销|退|关)(?:了|掉|吧|算了|得了)*$"
)
_PROGRESS_OVER = re.compile(r"注销|想退|要退|退了|怎么退|咋退|不干了|黄了|不开了")
NO_OBJECT_INTENTS = ("unsure", "decline", "yes", "no", "hurry")


def react(brain: Brain, state: State, said: Said, *, in_form: bool) -> Reaction:
    """The reaction to a message, inside the form or outside."""
    if said.effect:
        return tapped(brain, state, said, in_form=in_form)
    said = replace(said, text=with_pauses(said.text))
    if (key := changes_which(said.text)) is not None:
        return tapped(brain, state, replace(said, effect={"change": key}), in_form=in_form)
    if state.memory.waiting == "progress" and not said.asking and not _PROGRESS_OVER.search(said.text):
        return Reaction(
            state,
            (progress_card(phrases.PROGRESS_NUMBER),),
            "answered",
            course="answer",
        )
    if not in_form and state.memory.waiting in QUESTIONS:
        state = state.with_(asked=state.memory.waiting)
    state = state.remembering(waiting=None)
    if stays_open(brain, state, said):
        return staying_open(state)
    if state.asked and says_where_to_look(state.asked, said):
        state, hint = where_to_look(brain, state if in_form else state.remembering(waiting=state.asked))
        return Reaction(state, hint, "answered", course="answer")
    if in_form and _STILL_CANCELS.search(compact(said.text)):
        how = brain.facts.find(said.text, asked="whole_or_licence_only").facts.get("whole_or_licence_only")
        if how and state.profile.whole_or_licence_only is None:  # 不停了，直接注销
            state = state.with_(profile=state.profile.with_(whole_or_licence_only=how))
        return Reaction(state, (words(phrases.BACK_TO),), "needs_facts", course="checklist", answers=True)
    if state.asked and refuses(said.text):
        said = replace(said, intent="decline")
    elif state.asked and anything_goes(said.text):
        said = replace(said, intent="unsure")
    if not in_form and _RESUMES.match(said.text) and not state.profile.empty:
        return Reaction(state, (words(phrases.BACK_TO),), "needs_facts", course=next_course(brain, state))
    heard = whose.heard(brain, state, said)
    if heard:
        state, said = heard.state, replace(said, text=heard.text, intent="tell" if heard.turned else said.intent)
    answer = brain.finder.find(said.text)
    if (
        said.intent == "hurry"
        and said.asks_in_words
        and _is_tired_of_nothing(brain, state, said, answer, in_form=in_form)
    ):
        said = replace(said, intent="ask")  # 种子证要退得拿啥，先问问
    papers = [
        m.text for m in answer.mentions if m.paper and not m.by_sound and brain.knowledge.items.keys() >= set(m.owners)
    ]
    told = brain.facts.find(said.text, asking=said.asking, asked=state.asked, papers=papers)
    stated = told if said.asks_in_words else brain.facts.find(said.text, asked=state.asked, papers=papers)
    if said.intent == "ask" and _tells_without_asking(state, said, stated, answer, in_form=in_form):
        said, told = replace(said, intent="tell"), stated
    if told.vague_licences:
        said = replace(said, intent="unsure")
    mixed = in_form and said.asking and told.anything  # 没欠账，能走简易的吗
    answer = brain.finder.find(said.question) if mixed and said.question != said.text else answer
    before = state
    state, notes = taken_in(brain, state, said, told, answer)
    learned = state.profile != before.profile or bool(heard and heard.turned)
    state = state.hearing(said.text)
    listing = wants_a_list(said, told, answer) and answer.verdict in (Verdict.CHOOSE, Verdict.ANSWER)
    turned = heard is not None and heard.turned and not said.asking
    wanted = not (listing or turned) and wants_answer(
        brain, before, said, told, answer, in_form=in_form, learned=learned
    )
    if wanted and answer.verdict is Verdict.UNLISTED:  # the answer says so
        notes = [note for note in notes if note != phrases.NOT_LISTED.format(name=answer.hits[0].name)]
    notes = [*(heard.notes if heard else ()), *notes]
    cards: list[Card] = [words(*notes)] if notes else []
    state, offered = _beside(brain, before, state, said, learned=learned)
    cards += offered
    if told.vague_licences and state.asked != "licences" and state.profile.licences is None and in_form:
        state, unknown = licences_unknown(brain, state)
        cards += unknown
    status: Status = "needs_facts"
    asks: Asks | None = None
    missed: list[Card] = []
    of_a_licence = wanted and answer.verdict is Verdict.WRONG_ACT and bool(answer.mentions)
    other = None if of_a_licence else another_wish(brain, said, brain.acts.find(said.text))
    if not learned and not in_form and not other and _wants_on(brain, state, said, answer):
        return Reaction(state, tuple(cards), "needs_facts", course=next_course(brain, state))
    if other:
        return Reaction(state, (*cards, other), "out_of_scope", course="answer", answers=True)
    if wanted:
        state, found, status, asks = answered(brain, state, said, answer, context=bool(before.memory.said))
        cards.extend(found)
    elif not learned and not in_form and said.intent in ("yes", "no") and _all_listed(before):
        status = "answered"
        cards.append(words(phrases.NOTHING_NEW))
    elif not learned and not in_form and said.intent in NO_OBJECT_INTENTS and not answer.mentions:
        unplaced, status, asks = no_object(brain.knowledge, state)
        cards.extend(unplaced)
    elif not learned and not in_form and before.asked and answer.verdict is Verdict.UNKNOWN and not heard:
        state, missed = missed_answer(brain, state, said)
        return Reaction(state, (*cards, *missed), "needs_facts", course=next_course(brain, state))
    elif not learned and not in_form and not told.anything and not heard:
        unplaced, status, asks = shown(brain.knowledge, answer, state)
        cards.extend(unplaced)
    elif not learned and in_form and not heard and (not told.anything or _vague_about_licences(state, told)):
        state, missed = missed_answer(brain, state, said)
        cards += missed
    failures = state.memory.not_understood + 1 if status in ("unknown", "handed_over") else 0
    state = state if missed else state.remembering(not_understood=failures)
    course = course_after(brain, state, said, told, answer, status, learned=learned)
    if heard and heard.turned and course == "answer" and status == "needs_facts":
        course = "checklist"
    if course != "answer" and not in_form:
        state = with_the_item_asked_about(brain, state)
        course = next_course(brain, state)
    if course == "answer" and not cards and not in_form:
        cards.append(words(phrases.NOTHING_NEW))
        status = "answered"
    if course == "answer" and asks is not None and not in_form:
        state = state.remembering(waiting=asks.key)
    return Reaction(state, tuple(cards), status, asks, course)


def _tells_without_asking(state: State, said: Said, told: Told, answer: Answer, *, in_form: bool) -> bool:
    """Whether a message that sounds like a question names only things, with no word that asks and nothing to ask of them."""
    if said.asks_in_words:
        return False
    if not in_form:
        listed = sum(name.paper and name.certain for name in answer.mentions)
        return wants_a_list(replace(said, intent="tell"), told, answer) or (len(told.facts) > 1 and listed > 1)
    if state.asked in LISTS and (describes(said.text) or any(name.paper for name in answer.mentions)):
        return True
    return bool(told.facts) or (not answer.aspects and (bool(answer.mentions) or state.asked == "industry"))


def _is_tired_of_nothing(brain: Brain, state: State, said: Said, answer: Answer, *, in_form: bool) -> bool:
    """Whether who sounds tired of questions was asked none yet, or asks about a paper."""
    if any(name.paper for name in answer.mentions):
        return True
    return not in_form and state.profile.empty and not brain.facts.find(said.text).hurried


def _vague_about_licences(state: State, told: Told) -> bool:
    """Whether which licences there are was asked, and is not known."""
    return told.vague_licences and state.asked == "licences"


def _all_listed(state: State) -> bool:
    """Whether nothing was asked, and the checklist says all that was told, whatever else words made us ask about."""
    issued = state.memory.issued
    return state.asked is None and issued is not None and issued == state.profile.with_(unsure_between=())


def _wants_on(brain: Brain, state: State, said: Said, answer: Answer) -> bool:
    """Whether somebody who told his trade before just wants to go on cancelling: 不停了，还是注销吧."""
    if state.profile.industry is None or said.asking or not brain.acts.find(said.text).ours:
        return False
    about_a_licence = any(hit.id in brain.knowledge.items for hit in answer.hits)
    return answer.verdict in (Verdict.NO_OBJECT, Verdict.UNKNOWN) or (
        answer.verdict is Verdict.CHOOSE and not about_a_licence
    )


def _beside(brain: Brain, before: State, state: State, said: Said, *, learned: bool) -> tuple[State, list[Card]]:
    """Two trades in one breath are one business, unless the person says that there are two licences."""
    two = businesses.beside(brain, said.text)
    told_first = before.profile.industry is None and two is not None and state.profile.industry == two[0]
    if (
        not learned
        or said.asking
        or two is None
        or not told_first
        or state.profile.whole_or_licence_only == "licence_only"
    ):
        return state, []
    first, second = (brain.knowledge.industries[trade].name for trade in two)
    note = phrases.ONE_LICENCE.format(first=first, second=second)
    apart = Choice(label=phrases.TWO_LICENCES, effect={"business": "beside"})
    return state.remembering(beside=two[1]), [words(note, choices=(apart,))]
