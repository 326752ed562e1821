"""What a message tells is taken into the profile; what it leaves open is noted, and not asked for ever."""

from __future__ import annotations

import re
from typing import Any

from assistant import phrases
from assistant.actions.asking import instead_of, shared_group, usual_licences
from assistant.actions.brain import Brain
from assistant.actions.by_trade import describes
from assistant.actions.correcting import corrected, corrects, taken_back
from assistant.actions.licences import SEVERAL, licences_told, spoken
from assistant.actions.others import never_had
from assistant.actions.paper_judge import judged
from assistant.actions.paper_signs import LISTS
from assistant.actions.replies import human_card
from assistant.actions.said import Said
from assistant.actions.settling import settle, told_apart
from assistant.actions.short_answers import NO, says_no, says_yes, short_answer, sounding, together
from assistant.actions.state import State
from assistant.actions.told_licences import LicencesTold
from assistant.cards import Card, Line, Section, words
from assistant.checklist import wording
from assistant.checklist.facts import HAS_A_BRANCH, Told
from assistant.checklist.leaving import GOES_ON
from assistant.checklist.profile import BRANCH_OF, QUESTIONS, Profile, asked_together
from assistant.retrieval.answer import Answer, Verdict
from assistant.sayings.reader import Saying, read
from assistant.text import PAUSE, compact

_HAS = re.compile(
    r"^(?:我们?|俺们?|咱们?|店里|家里|手里|手上|还|就|只)*(?:有|办了|办过|领了|领过)(?:过|着)?(?:一?[个张本样]|$)"
)
_STATES = re.compile(
    r"(?:^|我们?|俺们?|咱们?|这个?|店|家|公司|社|厂|照|其实|应该|就|也|还|都|算|原来)是(?!人家|别人|他|她)|"
    r"写的|属于|登记的|办的|其实|的照|照上|抬头|名下"
)  # not 批发那是大公司的事
_WHERE_TO_LOOK = re.compile(
    r"(?:在|去|上|到|打|从)?(?:哪|那)(?:里|儿|块|疙瘩|个地方|看|查)*(?:能|可以|才)?(?:看|查|瞅|找|写)|(?:怎么|咋|咋个)(?:看|查)|看(?:哪|啥|什么)"
)
_ALL_OF_THE_BUSINESS = re.compile(r"照|公司|企业|店|厂|铺|社|单位|全|都|整|彻底|干脆|不留了，")
_GOES_ON_AS_BEFORE = re.compile(rf"{GOES_ON}|照常|照样|照旧|接着[住用]")
_BESIDES = re.compile(r"还有|也有|另外|再加|都有")
_TOO = re.compile(r"^[^，。]{2,14}(?:证|许可|备案|批文|资质)也(?!没|不)")  # 采矿许可证也到期了
_CLOSES = re.compile(
    r"[店铺馆厅厂吧场所社院]子?(?:也|都)?(?:不[干开做]|干不|开不|黄|关|倒闭|歇)"
)  # it is this one that closes
LONG_FOR_THAT = 16  # characters
TELLS_MUCH = 3  # facts in one message: then it tells of licences too
SHORT = 6  # characters: 有限公司的
_PREFECTURE = re.compile(r"大兴安岭|地区")
MISSES_BEFORE_SKIPPING = 2
FAILURES_BEFORE_PEOPLE = 2  # in a row, whatever was asked


def taken_in(brain: Brain, state: State, said: Said, told: Told, answer: Answer) -> tuple[State, list[str]]:
    """The state with everything the message tells, and what to say about it."""
    asked, profile = state.asked, state.profile
    notes: list[str] = []
    changes: dict[str, Any] = {}
    for key, value in told.facts.items():
        current = getattr(profile, key)
        if current == value:
            continue
        if key == "industry" and not _tells_the_trade(brain, state, said, told, str(value)):
            continue
        if key == "place" and current is not None and HAS_A_BRANCH.search(said.text):
            continue  # 呼玛原来有个分公司
        if key == "enterprise_type" and current is not None and not _states_type(brain, state, said, told):
            continue
        if key == "whole_or_licence_only" and current == "licence_only" and not _ALL_OF_THE_BUSINESS.search(said.text):
            continue  # 那个批文也一块退 is said of papers
        if said.asking and current is not None and not told.corrects:
            continue
        changes[key] = value
        if current is not None:
            notes.append(phrases.CHANGED.format(what=wording.fact(brain.knowledge, key, value)))
    if changes.get("enterprise_type", profile.enterprise_type) in BRANCH_OF.values():
        changes.pop("branches", None)  # a branch speaks of itself
    for key, denied in told.rejected.items():
        if getattr(profile, key) == denied and key not in changes:
            changes[key] = None
    changes |= together(brain, state, said, changes)
    changes |= short_answer(brain, state, said, told, answer, changes)
    if asked is not None and asked not in changes and (like := sounding(brain, state, said, told, answer)):
        changes[asked] = like
        what = wording.fact(brain.knowledge, asked, like)
        notes.append(phrases.HEARD_LIKE.format(what=what, key=phrases.FACTS[asked]))
    if changes.get("branches") is True and changes.get("enterprise_type", profile.enterprise_type) == "geti":
        notes.append(phrases.BRANCH_OWN_LICENCE)
    withheld = tuple(key for key in told.withheld if key not in changes and getattr(profile, key) is None)
    if asked == "place" and "place" not in changes and profile.place is None and _PREFECTURE.search(said.text):
        withheld += ("place",)  # the prefecture is not one of its counties
    still_open = tuple(k for k in profile.open if k not in changes or changes[k] is None)
    profile = profile.with_(**changes, open=tuple(dict.fromkeys((*still_open, *withheld))))
    notes += [phrases.SKIPPED] if len(profile.open) > len(still_open) else []
    state = state.with_(profile=profile)
    if other := _another_of_its_kind(brain, state, said):
        state = state.with_(profile=state.profile.without(str(state.item)).holding(other), item=other)
        notes.append(phrases.CHANGED.format(what=spoken(brain, (other,))))
    said, answer = _without_its_question(brain, state, said, answer)
    listing = asked in ("licences", "other_licences", "which_licence") and not said.asking and not told.no_licences
    licences = licences_told(
        brain,
        state,
        answer,
        listing=listing and said.intent not in ("no", "unsure", "decline", "yes"),
        telling=len(told.facts) >= TELLS_MUCH and not said.asking,
    )
    weighed = judged(brain, state, said, answer, licences)
    licences = corrected(brain, state, said, weighed, by_rules=licences.held)
    profile, more = _with_licences(brain, state, said, told, answer, licences)
    asked_about = [one for one in state.asked_about(brain.knowledge) if one not in profile.denied]
    if asked == "licences" and told.nothing_more and profile.licences is None and asked_about:
        profile = profile.holding(*asked_about).with_(no_other_licences=True)  # 捕捞证咋退, and then: 别的啥也没有
    elif asked == "licences" and told.nothing_more and profile.licences is None and _unplaced(said, profile):
        profile = profile.with_(open=tuple(dict.fromkeys((*profile.open, "licences"))))
        more.append(phrases.NOT_PLACED)
    changed = profile != state.profile or bool(changes) or bool(withheld) or told.vague_licences
    refused = _refused(brain, profile, said, asked, changed=changed)
    more += [phrases.SKIPPED] if len(refused.open) > len(profile.open) else []
    profile = refused
    tired = told.hurried or (said.intent == "hurry" and not changed)  # 叫啥我真不知道，就卫生局给过一个 answers
    if tired and _enough_for_a_list(profile):
        profile = profile.with_(hurried=True)
        notes.append(phrases.NO_MORE_QUESTIONS)
    return state.with_(profile=profile), [*notes, *more]


def _without_its_question(brain: Brain, state: State, said: Said, answer: Answer) -> tuple[Said, Answer]:
    """What is left of a message inside the form that says what there is before it asks: 有个维修备案，咋销."""
    if state.asked is None or not said.asking:
        return said, answer
    clauses = [compact(clause) for clause in PAUSE.split(said.text) if not Said(clause, "tell").asking]
    kept: list[str] = []
    for before, clause, read_so in zip(["", *clauses], clauses, read(clauses), strict=False):
        tells = _HAS.match(clause) or never_had(clause) or _tells_of_a_paper(read_so)
        says_which = before in kept[-1:] and clause.endswith("的")  # 安许证有一本，建筑施工的，能销不
        if tells or says_which or (state.asked in LISTS and _named_in(clause, answer)):
            kept.append(clause)
    has = "，".join(kept)
    return (Said(has, "tell"), brain.finder.find(has)) if has else (said, answer)


def _named_in(clause: str, answer: Answer) -> bool:
    """Whether a paper is named in a clause."""
    return any(name.paper and name.text in clause for name in answer.mentions)


def _tells_of_a_paper(saying: Saying) -> bool:
    return saying.tells("licence=held") or saying.tells("licence=not_held")


def _unplaced(said: Said, profile: Profile) -> bool:
    """Whether it was said which licences there are, but not in words that we could place: 就林业那一个."""
    return not (said.asking or profile.unsure_between or profile.unlisted)


def _another_of_its_kind(brain: Brain, state: State, said: Said) -> str | None:
    """The licence that is meant after all, where what was asked about is told apart now: 演出证咋退, then 唱戏的班子."""
    item = state.item
    if state.asked is None or said.asking or item is None or state.profile.licences != (item,) or describes(said.text):
        return None
    return told_apart(brain, state, said.text, item)


def _tells_the_trade(brain: Brain, state: State, said: Said, told: Told, trade: str) -> bool:
    """Whether a trade is told that is not known yet, or known only in other words than ours; what a paper is for is none."""
    current, ours = state.profile.industry, brain.knowledge.industries
    if state.asked == "industry" or (told.corrects and (trade in ours or current not in ours)):
        return True
    if current is None:
        return not (state.profile.licences and state.asked in ("licences", "other_licences"))
    if trade in ours and state.profile.with_(industry=None).empty:
        return True  # whoever only asked about one trade, and now tells of his own
    if trade not in ours or state.profile.licences:
        return False
    return current not in ours or bool(_CLOSES.search(said.text) and not said.asking and not _BESIDES.search(said.text))


def _states_type(brain: Brain, state: State, said: Said, told: Told) -> bool:
    """Whether a type is stated, not just a word that people use for any business: 公司整个不要了, 社保是公司交的."""
    if told.corrects or state.asked == "enterprise_type" or len(compact(said.text)) <= SHORT:
        return True
    wanted = told.facts.get("enterprise_type")
    stating = [
        c for c in PAUSE.split(said.text) if _STATES.search(c) or (len(compact(c)) <= SHORT and wanted != "gongsi")
    ]
    return any(brain.facts.find(clause).facts.get("enterprise_type") == wanted for clause in stating)


def _enough_for_a_list(profile: Profile) -> bool:
    """Whether anything is known that a checklist could be made of."""
    return bool(profile.licences or profile.unlisted or profile.whole_or_licence_only == "whole")


def _with_licences(
    brain: Brain, state: State, said: Said, told: Told, answer: Answer, licences: LicencesTold
) -> tuple[Profile, list[str]]:
    """The profile with the licences that were told of."""
    profile = state.profile
    notes: list[str] = []
    if said.asking and state.asked is None:
        return profile, notes  # a question about a licence does not say that one holds it
    elsewhere = [i for i in licences.held if i not in (*profile.unsure_between, *licences.likely)]
    if profile.unsure_between and elsewhere and corrects(said.text):
        profile = profile.with_(unsure_between=())  # 说岔了，不是印刷，是出版物经营许可
    elif profile.unsure_between and licences.dropped:
        left = tuple(i for i in profile.unsure_between if i not in licences.dropped)
        profile = profile.with_(unsure_between=left if len(left) > 1 else ()).holding(*(left if len(left) == 1 else ()))
    elif profile.unsure_between:
        answers = state.asked == "which_licence" and not told.facts and answer.verdict is not Verdict.UNKNOWN
        going_on = _GOES_ON_AS_BEFORE.search(said.text)  # 客房照常住人: that one is not given back
        text = brain.facts.without_types(said.text) if len(told.facts) > 1 else said.text  # 个人，在加格达奇
        member = None if going_on else settle(brain, state, text, profile.unsure_between, by_likeness=answers)
        named = next((i for i in licences.held if i in profile.unsure_between), None)
        if named or (member and not said.asking):
            meant = named or str(member)
            others = [i for i in profile.unsure_between if i != meant and i in (profile.licences or ())]
            profile = profile.with_(unsure_between=()).without(*others).holding(meant)
    if licences.dropped:
        gone = [i for i in licences.dropped if i in (profile.licences or ())]
        profile = profile.without(*licences.dropped)
        if gone:
            notes.append(phrases.DROPPED.format(what=spoken(brain, gone)))
    put_right = instead_of(brain.knowledge, licences.dropped, licences.held)
    doubtful = {*licences.likely} - put_right  # 不是教育局，是人社局批的 takes back what was denied before
    told_apart_before = {i for i in profile.denied if _means_the_other(brain, profile, answer, i)}
    held = [i for i in licences.held if i not in profile.denied or i not in doubtful | told_apart_before]
    tells_apart = state.asked == "which_licence" and state.profile.unsure_between and len(licences.held) < SEVERAL
    if tells_apart:  # by what is only likely
        held = [i for i in held if i in state.profile.unsure_between or i not in licences.likely]
    fresh = [i for i in held if i not in (profile.licences or ())]
    if fresh and not said.asking and (wrong := taken_back(brain, state, said, fresh)):
        profile = profile.without(wrong)
        notes.append(phrases.DROPPED.format(what=spoken(brain, (wrong,))))
    if fresh and not said.asking and (any(map(_BESIDES.match, PAUSE.split(said.text))) or _TOO.search(said.text)):
        fresh = list(dict.fromkeys((*state.asked_about(brain.knowledge), *fresh)))  # 护士证得注销吧, and then: 还有一本
    if fresh and not (said.asking and state.asked is not None):
        profile = profile.holding(*fresh)
        plain = [item for item in fresh if item not in licences.likely]
        likely = [item for item in fresh if item in licences.likely]
        notes += [phrases.NOTED.format(what=spoken(brain, plain))] if plain else []
        notes += [phrases.GUESSED.format(what=spoken(brain, likely))] if likely else []
    elif state.asked in LISTS[:2] and not said.asking and not fresh:
        spoken_of = {owner for mention in answer.mentions if mention.paper for owner in mention.owners}
        again = [item for item in licences.held if item in spoken_of and item in (profile.licences or ())]
        notes += [phrases.NOTED.format(what=spoken(brain, again))] if again else []
    if licences.unlisted and not said.asking:
        strangers = [brain.knowledge.unlisted[i].name for i in licences.unlisted if i not in profile.unlisted]
        notes += [phrases.NOT_LISTED.format(name=name) for name in strangers]
        if state.asked == "which_licence":
            profile = profile.with_(unsure_between=())  # none of those offered
        profile = profile.with_(unlisted=tuple(dict.fromkeys((*profile.unlisted, *licences.unlisted))))
    unsure = tuple(i for i in licences.unsure if i not in profile.denied)
    if unsure and not said.asking and not (set(unsure) & set(profile.licences or ())):
        profile = profile.with_(unsure_between=unsure) if len(unsure) > 1 else profile.holding(*unsure)
    if told.no_licences and not profile.licences:
        profile = profile.with_(licences=(), no_other_licences=True)
    if told.nothing_more and (profile.licences is not None or profile.unsure_between or profile.unlisted):
        profile = profile.with_(no_other_licences=True)
    if state.asked == "other_licences" and (told.anything or (licences.anything and not said.asking)):
        profile = profile.with_(no_other_licences=True)  # whoever goes on to something else has none to add
    if profile.licences == () and profile.whole_or_licence_only is None:
        profile = profile.with_(whole_or_licence_only="whole")  # nothing else could be meant
    return profile, notes


def _means_the_other(brain: Brain, profile: Profile, answer: Answer, denied: str) -> bool:
    """Whether a licence that was denied is not meant again by a word that it shares with one that is held: 娱乐证一个."""
    held = profile.licences or ()
    if not any(mention.paper for mention in answer.mentions):
        return False
    itself = any(mention.owners == (denied,) and mention.certain for mention in answer.mentions)
    return not itself and any(shared_group(brain.knowledge, (denied, one)) for one in held)


def _refused(brain: Brain, profile: Profile, said: Said, asked: str | None, *, changed: bool) -> Profile:
    """A question that was answered with 不清楚 or 不想说 stays open and is not asked again."""
    if asked is None or changed:
        return profile
    if said.intent == "decline" or (said.intent == "unsure" and asked not in ("licences",)):
        several = asked_together(brain.knowledge, profile, asked)
        spoken_of = [key for key in brain.facts.situations(said.text) if key in several]
        return profile.leaving_open(*(spoken_of or several))
    plainly_no = bool(NO.match(said.text)) and not said.asking
    if plainly_no and asked == "which_licence":
        return profile.with_(unsure_between=())
    if (
        plainly_no
        and says_no(said.text)
        and asked in ("enterprise_type", "place", "industry", "whole_or_licence_only", "proxy")
    ):
        return profile.leaving_open(asked)
    return profile


def missed_answer(brain: Brain, state: State, said: Said) -> tuple[State, list[Card]]:
    """Nothing was told although something was asked: help, and after the second time go on without it."""
    asked = state.asked
    if asked is None or said.intent in ("decline", "hurry"):
        return state, []
    if asked == "licences" and said.intent == "unsure":
        return licences_unknown(brain, state)
    several = asked_together(brain.knowledge, state.profile, asked)
    if said.intent == "unsure" or says_no(said.text):
        return state.with_(profile=state.profile.leaving_open(*several)), [words(phrases.SKIPPED)]
    if said.intent == "yes" and asked in ("licences", "other_licences"):
        return state, []
    count, failures = state.memory.missed.get(asked, 0) + 1, state.memory.not_understood + 1
    state = state.remembering(missed={**state.memory.missed, asked: count}, not_understood=failures)
    people = [human_card(brain.knowledge, state)] if failures >= FAILURES_BEFORE_PEOPLE else []
    if count >= MISSES_BEFORE_SKIPPING:
        return state.with_(profile=state.profile.leaving_open(*several)), [words(phrases.SKIPPED), *people]
    if len(several) > 1 and says_yes(said.text):
        return state, [words(phrases.WHICH_OF_THESE), *people]
    more = (phrases.OUTSIDE,) if asked == "place" else ()
    return state, [words(phrases.NOT_UNDERSTOOD, *more), *people]


def says_where_to_look(asked: str, said: Said) -> bool:
    """Whether somebody would answer if he knew where to look: 不知道在哪看, 类型看哪儿."""
    if said.intent not in ("ask", "unsure", "explain", "tell", "nlu_fallback", "repeat"):
        return False
    return asked in QUESTIONS and len(compact(said.text)) <= LONG_FOR_THAT and bool(_WHERE_TO_LOOK.search(said.text))


def where_to_look(brain: Brain, state: State) -> tuple[State, tuple[Card, ...]]:
    """Where the answer to the open question stands, or who knows it; the second time it stays open."""
    asked = str(state.asked)
    if asked == "licences":
        state, cards = licences_unknown(brain, state)
        return state, tuple(cards)
    count = state.memory.missed.get(asked, 0) + 1
    state = state.remembering(missed={**state.memory.missed, asked: count})
    if count >= MISSES_BEFORE_SKIPPING:
        several = asked_together(brain.knowledge, state.profile, asked)
        return state.with_(profile=state.profile.leaving_open(*several)), (words(phrases.SKIPPED),)
    return state, (words(phrases.WHERE_TO_LOOK.get(asked, phrases.ASK_WHO_KNOWS)),)


def licences_unknown(brain: Brain, state: State) -> tuple[State, list[Card]]:
    """Nobody can say which licences there are: what the trade may have, to look for; the next time what it must have."""
    if "licences" not in state.memory.missed:
        return state.remembering(missed={**state.memory.missed, "licences": 1}), [vague_card(brain, state)]
    profile = state.profile.with_(open=tuple(dict.fromkeys((*state.profile.open, "licences"))))
    trade = brain.knowledge.industries.get(profile.industry or "")
    must = [i for i in (trade.must_have if trade else ()) if i in brain.knowledge.items]
    profile = profile.presuming(*must)
    lines = [phrases.SKIPPED]
    if profile.presumed:
        lines = [phrases.PRESUMED.format(what=spoken(brain, profile.presumed)), phrases.VAGUE_WHERE]
    return state.with_(profile=profile), [words(*lines)]


def vague_card(brain: Brain, state: State) -> Card:
    """What the trade usually holds, with who is in charge; and where to have it looked up. To tick them is the question's."""
    knowledge = brain.knowledge
    trade = knowledge.industries.get(state.profile.industry or "")
    usual = [knowledge.items[i] for i in usual_licences(knowledge, state)]
    lines = [
        Line(text=f"{item.certificate or item.name}（{knowledge.departments[item.department].name}管）")
        for item in usual
    ]
    intro = [Line(text=phrases.VAGUE_INTRO.format(trade=trade.name))] if trade and lines else []
    return Card(kind="text", sections=(Section(lines=(*intro, *lines, Line(text=phrases.VAGUE_WHERE))),))
