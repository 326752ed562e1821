"""What waits for what, and in which phase it stands."""

from __future__ import annotations

import datetime as dt

from assistant.checklist.model import Checklist
from assistant.checklist.order import cycle, dependencies, phased, written_needs
from assistant.checklist.plan import make_checklist
from tests.builders import a_company_closing, a_knowledge, a_profile, an_item

TODAY = dt.date(2026, 11, 21)


def after(checklist: Checklist, guide_id: str) -> set[str]:
    """What one entry waits for."""
    return {need.id for entry in checklist.entries if entry.item.id == guide_id for need in entry.after}


def phases(checklist: Checklist) -> dict[str, list[str]]:
    """The entries by the name of their phase."""
    return {phase.name: [entry.item.id for entry in phase.entries] for phase in checklist.phases}


EVERYTHING = {"bank_account": True, "seal": True, "social_insurance": True, "customs": True, "branches": True}
LAWS = (
    an_item("shipin", "食品经营许可证"),
    an_item("ranqi", "燃气经营许可证", approval_first=True),
    an_item("lvxingshe", "旅行社业务经营许可证", after_deregistration=True),
)


def test_phases_follow_the_law() -> None:
    """The phases follow each other as the law wants."""
    checklist = make_checklist(
        a_knowledge(*LAWS), a_company_closing("lvxingshe", "shipin", "ranqi", **EVERYTHING), TODAY
    )
    assert list(phases(checklist).values()) == [
        ["ranqi", "fengongsi-zhuxiao-dengji"],
        ["shipin"],
        ["shuiwu-zhuxiao", "haiguan-beian-zhuxiao"],
        ["qingsuan-gonggao"],
        ["gongsi-zhuxiao-dengji"],
        ["lvxingshe", "shebao-zhuxiao", "yinhang-zhanghu-zhuxiao", "yinzhang-zhuxiao"],
    ]


def test_registry_waits_for_all_before_it() -> None:
    """The registry waits for tax, customs, branches, notice and approvals."""
    checklist = make_checklist(a_knowledge(*LAWS), a_company_closing("ranqi", "shipin", **EVERYTHING), TODAY)
    assert after(checklist, "gongsi-zhuxiao-dengji") == {
        "shuiwu-zhuxiao",
        "haiguan-beian-zhuxiao",
        "fengongsi-zhuxiao-dengji",
        "qingsuan-gonggao",
        "ranqi",
    }


def test_licence_due_afterwards_waits() -> None:
    """A licence due after deregistration waits for the registry of the type at hand."""
    checklist = make_checklist(a_knowledge(*LAWS), a_company_closing("lvxingshe"), TODAY)
    assert after(checklist, "lvxingshe") == {"gongsi-zhuxiao-dengji"}


def test_licence_due_afterwards_stands_with_others() -> None:
    """Such a licence stands with the others while the registration stays."""
    checklist = make_checklist(a_knowledge(*LAWS), a_profile("lvxingshe", "shipin"), TODAY)
    assert list(phases(checklist).values()) == [["lvxingshe", "shipin"]]
    assert after(checklist, "lvxingshe") == set()


def test_vehicles_go_before_their_company() -> None:
    """Vehicles go before the company that runs them."""
    knowledge = a_knowledge(an_item("jingying"), an_item("che"), licence_order={"jingying": ["che"]})
    checklist = make_checklist(knowledge, a_profile("jingying", "che"), TODAY)
    assert [entry.item.id for entry in checklist.entries] == ["che", "jingying"]
    assert after(checklist, "jingying") == {"che"}
    assert "等它办完" in (checklist.phases[0].note or "")


def test_after_names_only_what_is_there() -> None:
    """An entry waits only for entries of its own checklist."""
    knowledge = a_knowledge(an_item("jingying"), an_item("che"), licence_order={"jingying": ["che"]})
    assert after(make_checklist(knowledge, a_profile("jingying"), TODAY), "jingying") == set()


def test_absent_need_passes_on_its_own() -> None:
    """A need that is not on the list passes on what it waits for itself."""
    knowledge = a_knowledge(
        an_item("one"), an_item("two"), an_item("three"), licence_order={"three": ["two"], "two": ["one"]}
    )
    assert dependencies(knowledge, ("three", "one"), None) == {"three": ("one",), "one": ()}


def test_phase_is_no_earlier_than_its_needs() -> None:
    """An entry stands no earlier than the phase of what it waits for."""
    knowledge = a_knowledge(an_item("shipin"), licence_order={"shipin": ["shuiwu-zhuxiao"]})
    checklist = make_checklist(knowledge, a_profile("shipin", whole_or_licence_only="whole"), TODAY)
    assert next(iter(phases(checklist).values())) == ["shuiwu-zhuxiao", "shipin"]


def test_licences_keep_the_order_told() -> None:
    """Licences that do not wait for each other stand in the order in which they were told."""
    for told in (("shipin", "yancao"), ("yancao", "shipin")):
        checklist = make_checklist(a_knowledge(), a_profile(*told), TODAY)
        assert [entry.item.id for entry in checklist.entries] == list(told)


def test_cycle_finds_rings_only() -> None:
    """A ring of needs is found, and a straight line is none."""
    assert set(cycle({"a": ("b",), "b": ("c",), "c": ("a",), "d": ("a",)})) == {"a", "b", "c"}
    assert cycle({"a": ("a",)}) == ("a",)
    assert cycle({"a": ("b", "c"), "b": ("c",), "c": ()}) == ()


def test_ring_is_cut() -> None:
    """Faulty data with a ring still gives every entry once, always in the same order."""
    knowledge = a_knowledge(an_item("a"), an_item("b"), licence_order={"a": ["b"], "b": ["a"]})
    assert cycle(written_needs(knowledge))
    for told in (("a", "b"), ("b", "a")):
        needs = dependencies(knowledge, told, None)
        assert phased(knowledge, told, needs, None)[0][1] == ("b", "a")
