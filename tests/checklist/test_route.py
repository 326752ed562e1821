"""Simple or general: each condition of the law, met, broken or not told, and the reason that is given."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.checklist import wording
from assistant.checklist.model import Checklist, Path
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import BARS
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import a_company_closing, a_guide, a_knowledge, a_material, a_profile, an_item

TODAY = dt.date(2026, 11, 21)
BROKEN = ("debts", "abnormal_list", *BARS)


def issued(knowledge: Knowledge | None = None, *licences: str, **facts: Any) -> Checklist:
    """The checklist of a company that closes."""
    return make_checklist(knowledge or a_knowledge(), a_company_closing(*licences, **facts), TODAY)


def path_of(checklist: Checklist) -> Path:
    """Its path."""
    assert checklist.path is not None
    return checklist.path


def met(path: Path) -> dict[str, bool | None]:
    """The conditions → whether they are met."""
    return {condition.text: condition.met for condition in path.conditions}


def closing(knowledge: Knowledge | None = None, **facts: Any) -> Checklist:
    """The checklist of a household, or of the kind told, that closes."""
    return make_checklist(knowledge or a_knowledge(), a_profile(whole_or_licence_only="whole", **facts), TODAY)


@pytest.mark.parametrize("key", BROKEN)
def test_each_bar_of_the_law_closes_the_simple_path(key: str) -> None:
    """Any one bar makes the path general, and the reason names that one and no other."""
    path = path_of(issued(**{key: True}))
    text, broken, source = wording.CONDITIONS[key]
    assert path.way == "general"
    assert path.name == "一般程序"
    assert path.because == f"{broken}，所以走一般程序：先清算、发公告。"
    (condition,) = [one for one in path.conditions if one.met is False]
    assert (condition.text, condition.source) == (text, source)


@pytest.mark.parametrize("key", BARS)
def test_bar_that_is_denied_or_not_told_leaves_the_path_simple(key: str) -> None:
    """A bar that is denied is a condition that is met; one that nobody told is neither met nor broken."""
    for told, expected in ((False, True), (None, None)):
        path = path_of(issued(**{key: told}))
        assert (path.way, path.because) == ("simple", wording.SIMPLE_YES)
        assert met(path)[wording.CONDITIONS[key][0]] is expected


def test_several_bars_are_all_named() -> None:
    """The reason names all that bars, in the order in which they are asked."""
    because = path_of(issued(debts=True, fines=True)).because
    assert because.startswith(f"{wording.CONDITIONS['debts'][1]}；{wording.CONDITIONS['fines'][1]}，")


def test_approval_is_a_condition_of_its_own() -> None:
    """A licence to be approved first bars by its name; without one the condition is met; untold, it is open."""
    knowledge = a_knowledge(an_item("ranqi", "燃气经营许可证", approval_first=True), an_item("shipin"))
    barred = path_of(issued(knowledge, "ranqi"))
    assert barred.because.startswith("您有燃气经营许可证，注销要先经批准，")
    assert met(barred)[wording.NO_APPROVAL] is False
    assert met(path_of(issued(knowledge, "shipin")))[wording.NO_APPROVAL] is True
    assert met(path_of(issued(knowledge, licences=None)))[wording.NO_APPROVAL] is None


def test_promise_of_all_owners_is_never_taken_for_granted() -> None:
    """That all owners sign is a condition nobody is asked about."""
    assert met(path_of(issued()))[wording.ALL_PROMISE] is None


def test_kind_that_may_not_is_general() -> None:
    """A kind of enterprise that the law keeps from the simple path is told so by its name."""
    kinds = a_knowledge().enterprise_types
    knowledge = a_knowledge(enterprise_types={"gongsi": kinds["gongsi"].model_copy(update={"simple": False})})
    path = path_of(issued(knowledge))
    assert path.way == "general"
    assert path.because.startswith("公司不能走简易注销，")


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ({"enterprise_type": None}, wording.OPEN_NO_TYPE),
        ({"enterprise_type": "waiguo-qiye", "debts": False}, wording.TYPE_OPEN),
        ({"debts": None}, wording.OPEN_NO_DEBTS),
    ],
)
def test_open_path_says_what_is_missing(facts: dict[str, Any], because: str) -> None:
    """While the path is open, the list says which fact would decide it."""
    path = path_of(issued(fines=True, **facts) if facts == {"enterprise_type": None} else issued(**facts))
    assert (path.way, path.name, path.because) == ("open", "还没定", because)


def test_open_path_shows_the_conditions_that_were_told() -> None:
    """While debts are not told, the other conditions are shown all the same; so where the kind is 待核."""
    kinds = a_knowledge().enterprise_types
    unsure = a_knowledge(enterprise_types={"gongsi": kinds["gongsi"].model_copy(update={"simple": None})})
    for path in (path_of(issued(debts=None, fines=False)), path_of(issued(unsure, fines=False))):
        assert path.way == "open"
        assert met(path)[wording.CONDITIONS["fines"][0]] is True


def test_kind_of_which_nobody_knows_stays_open_without_debts() -> None:
    """No debts do not open a path that is 待核 for the kind; debts close it all the same."""
    kinds = a_knowledge().enterprise_types
    knowledge = a_knowledge(enterprise_types={"gongsi": kinds["gongsi"].model_copy(update={"simple": None})})
    assert path_of(issued(knowledge)).because == wording.TYPE_OPEN
    assert path_of(issued(knowledge, debts=True)).way == "general"


def test_household_has_its_own_simple_path() -> None:
    """A household ends directly; the law's bars are shown, and one that is broken is told in its own words."""
    clear, owing = closing(), closing(frozen=True)
    assert path_of(clear).way == "direct"
    assert wording.OWN_SIMPLE.format(kind="个体工商户") in clear.notes
    assert wording.OWN_NOT_SIMPLE.format(kind="个体工商户") in owing.notes
    assert met(path_of(owing))[wording.CONDITIONS["frozen"][0]] is False


def test_branch_has_no_conditions() -> None:
    """A branch, of which nobody knows whether it may, shows no conditions."""
    assert path_of(closing(enterprise_type="fen-gongsi")).conditions == ()


def test_no_registration_no_path() -> None:
    """Who keeps the registration, or is registered elsewhere, has no path."""
    assert closing(enterprise_type="minfei").path is None
    assert make_checklist(a_knowledge(), a_profile("shipin", revoked=True), TODAY).path is None


# ---- revoked, and an owner who is dead ---------------------------------------------------------------------------
def with_papers(guide: str, *names: str, registry: str = "gongsi-zhuxiao-dengji") -> Knowledge:
    """A knowledge in which a guide and the registry ask for papers; the registry also for the owner's card."""
    card = m.SharedMaterial(id="shenfenzheng", name="经营者身份证明", form="原件和复印件", copies=1)
    guides = {
        guide: a_guide(guide, *(a_material(name) for name in names)),
        registry: a_guide("登记", a_material("决议"), a_material(shared="shenfenzheng")),
    }
    return a_knowledge(guides=guides, shared=[card])


def test_revoked_company_brings_the_decision_instead_of_a_resolution() -> None:
    """A revoked company brings the papers of its revocation, is told that it must still deregister, and by when."""
    knowledge = with_papers("diaoxiao-weizhuxiao", "吊销处罚决定书")
    checklist = issued(knowledge, revoked=True)
    assert [line.name for line in checklist.materials] == ["吊销处罚决定书"]
    assert {wording.REVOKED, wording.REVOKED_COMPANY} <= set(checklist.notes)
    assert "决议" in [line.name for line in issued(knowledge, debts=True).materials]


def test_revoked_household_is_told_no_rule_of_companies() -> None:
    """The rule of three years is for companies only; a household's papers stay its own."""
    knowledge = with_papers("diaoxiao-weizhuxiao", "吊销处罚决定书", registry="geti-zhuxiao-dengji")
    checklist = closing(knowledge, revoked=True)
    assert wording.REVOKED in checklist.notes
    assert wording.REVOKED_COMPANY not in checklist.notes
    assert "决议" in [line.name for line in checklist.materials]


def test_revocation_without_its_guide_keeps_the_registry_s_papers() -> None:
    """Where no guide says what a revoked enterprise brings, the registry's own papers stand."""
    guides = {"gongsi-zhuxiao-dengji": a_guide("登记", a_material("决议"))}
    assert [line.name for line in issued(a_knowledge(guides=guides), revoked=True).materials] == ["决议"]


def test_heirs_bring_their_own_papers() -> None:
    """Of a household whose owner is dead the heirs bring their card in place of the owner's, once, and their papers."""
    knowledge = with_papers("jingyingzhe-qushi", "死亡证明", "继承人身份证明", registry="geti-zhuxiao-dengji")
    heirs, owner = closing(knowledge, owner_deceased=True), closing(knowledge)
    assert sorted(line.name for line in heirs.materials) == sorted(["决议", "继承人身份证明", "死亡证明"])
    (card,) = [line for line in heirs.materials if line.name == wording.HEIR]
    assert (card.id, card.note) == ("shenfenzheng", wording.HEIR_NOTE)
    assert wording.OWNER_DECEASED in heirs.notes
    assert sorted(line.name for line in owner.materials) == sorted(["决议", "经营者身份证明"])


def test_heirs_of_a_shareholder_are_told_of_their_share() -> None:
    """A company does not end with a shareholder: its papers stay, and the heirs are told whom to ask."""
    knowledge = with_papers("jingyingzhe-qushi", "死亡证明")
    checklist = issued(knowledge, debts=True, owner_deceased=True)
    assert wording.OWNER_OF_COMPANY in checklist.notes
    assert "法定代表人身份证明" in [line.name for line in checklist.materials]
    assert "死亡证明" not in [line.name for line in checklist.materials]


@pytest.mark.parametrize(("debts", "way"), [(False, "simple"), (True, "general")])
def test_registry_speaks_of_the_path_that_is_decided(debts: bool, way: str) -> None:
    """Once the path is decided nobody reads that there are two, nor is asked again which one it is."""
    two = (m.Fact(text="注销登记，有两条路。"),)
    names = {"gongsi-zhuxiao-dengji": "公司注销登记", "jianyi-zhuxiao": "简易注销登记", "qingsuan-gonggao": "清算公告"}
    guides = {i: a_guide(name, nature=two, ask_first=("走简易还是一般？",)) for i, name in names.items()}
    knowledge = a_knowledge(guides=guides)
    registry = next(e for e in issued(knowledge, debts=debts).entries if e.item.id == "gongsi-zhuxiao-dengji")
    assert registry.nature == wording.LAST_STEP[way]
    assert all(e.to_ask == () for e in issued(knowledge, debts=debts).entries if e.item.id in names)
    undecided = next(e for e in issued(knowledge, debts=None).entries if e.item.id == "gongsi-zhuxiao-dengji")
    assert (undecided.nature, undecided.to_ask) == ("注销登记，有两条路。", ("走简易还是一般？",))


@pytest.mark.parametrize(
    "checklist",
    [issued(debts=True), issued(debts=False), closing(), closing(enterprise_type="fen-gongsi")],
    ids=["general", "simple", "household", "branch"],
)
def test_reason_of_the_path_is_said_once(checklist: Checklist) -> None:
    """Why it is this path stands with the path, and nowhere else again."""
    because = path_of(checklist).because
    elsewhere = (
        *checklist.notes,
        *(line.why for line in checklist.not_applicable),
        *(entry.why for entry in checklist.entries),
    )
    assert because not in elsewhere
    assert len({*elsewhere}) == len([*elsewhere])
