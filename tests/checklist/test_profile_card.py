"""The card of what was told: each fact readable, each with a choice that changes it."""

from __future__ import annotations

import datetime as dt

from assistant import phrases
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.checklist_card import checklist_card, profile_card
from tests.builders import a_company_closing, a_knowledge, a_profile

TODAY = dt.date(2026, 11, 21)


def lines(profile: Profile) -> list[str]:
    """The lines of a profile's card."""
    return [line.text for section in profile_card(a_knowledge(), profile).sections for line in section.lines]


def effects(profile: Profile) -> dict[str, dict[str, object]]:
    """What each choice of a profile's card does."""
    return {choice.label: choice.effect for choice in profile_card(a_knowledge(), profile).choices}


def test_profile_card_says_each_fact_and_what_is_open() -> None:
    """Told facts stand in words, untold ones say that they are untold."""
    shown = lines(a_profile("shipin", industry="shangdian"))
    assert "类型：个体工商户" in shown
    assert "地点：示例县" in shown
    assert "行当：食杂店" in shown
    assert "证：食品经营许可证" in shown
    assert f"谁去办：{phrases.UNTOLD}" in shown


def test_profile_card_of_nothing_says_what_to_tell() -> None:
    """Where nothing was told there is nothing to change."""
    assert lines(Profile()) == [phrases.PROFILE_EMPTY]
    assert effects(Profile()) == {}


def test_fact_with_two_values_changes_by_one_tap() -> None:
    """The other value is offered, never the present one."""
    changes = effects(a_company_closing())
    assert changes["改：只退证，执照留着"] == {"fact": {"whole_or_licence_only": "licence_only"}}
    assert changes["改：自己去办"] == {"fact": {"proxy": "self"}}
    assert {"fact": {"debts": True}} in changes.values()
    assert {"fact": {"debts": False}} not in changes.values()


def test_checklist_card_names_its_business_only_where_there_are_several() -> None:
    """One business has 您的注销清单; of several each list says whose it is."""
    checklist = make_checklist(a_knowledge(), a_profile("shipin"), TODAY)
    assert checklist_card(checklist, "token").title == phrases.CHECKLIST_TITLE
    assert checklist_card(checklist, "token", of="饭店").title == "饭店的注销清单"


def test_branch_list_is_offered_only_where_branches_were_told() -> None:
    """Who has no branches is not offered a list for one."""
    knowledge = a_knowledge()
    offered = {
        told: [c.label for c in checklist_card(make_checklist(knowledge, profile, TODAY), "token").choices]
        for told, profile in ((True, a_company_closing(branches=True)), (False, a_company_closing()))
    }
    assert phrases.BRANCH_LIST in offered[True]
    assert phrases.BRANCH_LIST not in offered[False]
