"""Notes and open facts: what to mind on the way, and what was not told and hangs on it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.checklist import wording
from assistant.checklist.model import Entry, OpenFact
from assistant.checklist.order import TAX
from assistant.checklist.persons import one_owner
from assistant.checklist.profile import Profile, open_questions
from assistant.checklist.selection import SITUATION_TOPICS, Selection, held_licences, kind_of
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

COMPANIES = ("gongsi", "guoqi")
CORE = ("which_licence", "enterprise_type", "place", "licences", "whole_or_licence_only")
_CHECKED_BEFORE_GOING = ("address", "phone", "hours", "materials")


def open_facts(knowledge: Knowledge, profile: Profile, selection: Selection) -> tuple[OpenFact, ...]:
    """Every fact that was not told, also where it is not asked any more, with what hangs on it."""
    unknown = untold(knowledge, profile)
    facts = [_open_fact(knowledge, profile, key) for key in unknown]
    if selection.route.way != "open":
        facts = [fact for fact in facts if fact.key != "debts"]
    elif "debts" not in unknown and profile.debts is None and _may_be_simple(knowledge, profile):
        facts.append(_open_fact(knowledge, profile, "debts"))
    if selection.route.way == "simple" and profile.abnormal_list is None and "abnormal_list" in knowledge.situations:
        situation = knowledge.situations["abnormal_list"]
        facts.append(OpenFact(key=situation.id, question=situation.question, consequence=wording.ABNORMAL))
    return tuple(facts)


def untold(knowledge: Knowledge, profile: Profile) -> tuple[str, ...]:
    """Questions whose answer would still change the checklist, whether or not we still ask them."""
    return open_questions(knowledge, profile.model_copy(update={"open": (), "hurried": False}))


def is_partial(knowledge: Knowledge, profile: Profile) -> bool:
    """Whether a question stays open that could change the checklist."""
    return bool(open_questions(knowledge, profile)) or any(key in CORE for key in untold(knowledge, profile))


def _may_be_simple(knowledge: Knowledge, profile: Profile) -> bool:
    """Whether debts decide between two paths that are both known."""
    kind = kind_of(knowledge, profile)
    return kind is not None and kind.liquidation is True and kind.simple is True


def _open_fact(knowledge: Knowledge, profile: Profile, key: str) -> OpenFact:
    """One untold fact in words."""
    situation = knowledge.situations.get(key)
    question, consequence = wording.OPEN.get(key, (situation.question if situation else "", ""))
    kind = kind_of(knowledge, profile)
    match key:
        case "which_licence":
            names = [item.name for i, item in knowledge.items.items() if i in profile.unsure_between]
            consequence = f"可能是{'，也可能是'.join(names)}。{consequence}" if names else consequence
        case "whole_or_licence_only":
            consequence = consequence.format(more=_more(knowledge, kind))
        case "debts":
            claim = f"债权人申报{kind.claim_days}日" if kind and kind.claim_days else "债权人申报"
            days = (kind.simple_notice_days if kind else None) or 20
            consequence = consequence.format(days=days, claim=claim)
        case "branches":
            consequence = "有的话，要先注销分支机构。"
        case _ if not consequence:
            guide = (situation.guide if situation else None) or SITUATION_TOPICS.get(key)
            named = guide in knowledge.topics or guide in knowledge.items
            fallback = situation.why if situation else ""
            consequence = wording.SITUATION_OPEN.format(guide=knowledge.name_of(guide)) if guide and named else fallback
    return OpenFact(key=key, question=question, consequence=consequence)


def _more(knowledge: Knowledge, kind: m.EnterpriseType | None) -> str:
    """What closing for good would add."""
    registry = (kind.registry if kind else None) or "qiye-zhuxiao-dengji"
    always = [knowledge.name_of(i) for i in (TAX, registry) if i in knowledge.topics]
    return f"{'、'.join(always)}等" if always else "税务和登记那几件"


def notes(knowledge: Knowledge, profile: Profile, selection: Selection, entries: Sequence[Entry]) -> tuple[str, ...]:
    """What to mind, the most important first."""
    region = knowledge.regions.get(profile.place or "")
    kind = kind_of(knowledge, profile)
    whole = profile.whole_or_licence_only == "whole"
    licences = held_licences(knowledge, profile)
    found: list[str] = []
    if region and region.demo:
        found.append(wording.DEMO)
    if whole:
        found += _path(knowledge, profile, selection, kind, licences)
        undecided = any(entry.can_proxy and entry.way is None for entry in entries)
        found += _leaving(profile, selection, undecided=undecided and bool(licences))
    if any(entry.can_proxy and entry.way != "self" for entry in entries):
        found.append(wording.SHARED_PAPERS)
    if any(entry.states[field].state == "待核" for entry in entries for field in _CHECKED_BEFORE_GOING):
        found.append(wording.CALL_FIRST)
    if any("zheng-diu" in _situations(knowledge, material) for i in licences for material in _materials(knowledge, i)):
        found.append(wording.LOST)
    return tuple(found)


def _path(
    knowledge: Knowledge,
    profile: Profile,
    selection: Selection,
    kind: m.EnterpriseType | None,
    licences: Sequence[str],
) -> list[str]:
    """By which path the registration ends, and what must be met for it."""
    found: list[str] = []
    if kind is not None and kind.registry is None:
        where = kind.note or wording.ELSEWHERE_DONE.get(kind.id, "")
        found.append(wording.ELSEWHERE.format(kind=wording.addressed(kind)) + where)
    approved = [wording.held(knowledge, i) for i in licences if knowledge.items[i].approval_first]
    if approved and selection.registry is not None:
        found.append(wording.APPROVAL_FIRST.format(names=wording.listed(approved)))
    match selection.route.way:
        case "simple":
            found += [wording.SIMPLE_CHECKS, wording.SIMPLE_PROMISE]
        case "open" if kind is not None and not _may_be_simple(knowledge, profile):
            found.append(wording.TYPE_OPEN)
        case "direct" if kind is not None and kind.simple:
            told = wording.OWN_NOT_SIMPLE if selection.route.broken else wording.OWN_SIMPLE
            found.append(told.format(kind=kind.name))
        case _:
            pass
    if profile.abnormal_list is True:
        found.append(wording.ABNORMAL)
    if profile.debts is True and kind is not None and kind.liquidation is True:
        found.append(wording.DEBTS)
    if profile.revoked is True:
        found.append(wording.REVOKED)
        found += [wording.REVOKED_COMPANY] if kind is not None and kind.id in COMPANIES else []
    if profile.owner_deceased is True:
        found.append(wording.OWNER_DECEASED if one_owner(kind) else wording.OWNER_OF_COMPANY)
    return found


def _leaving(profile: Profile, selection: Selection, *, undecided: bool) -> list[str]:
    """What everybody who closes for good should know."""
    found: list[str] = []
    if profile.staff is True or profile.social_insurance is True:
        found.append(wording.WAGES_FIRST)
    if undecided and selection.registry is not None:
        found.append(wording.ONE_WINDOW)
    if profile.bank_account is True:
        found.append(wording.BANK_LAST)
    if profile.seal is True:
        found.append(wording.SEAL_LAST)
    if selection.registry is not None:
        found.append(wording.PAUSE)
    return found


def _materials(knowledge: Knowledge, guide_id: str) -> tuple[m.Material, ...]:
    guide = knowledge.guides.get(guide_id)
    return guide.materials if guide else ()


def _situations(knowledge: Knowledge, material: m.Material) -> tuple[str, ...]:
    """The situations a material hangs on, its own or the shared one's."""
    shared = knowledge.materials.get(material.shared or "")
    only_if = material.only_if or (shared.only_if if shared else None)
    return only_if.situations if only_if else ()
