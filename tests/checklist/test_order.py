"""What waits for what, and in which phase it stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.checklist import wording
from assistant.checklist.model import Checklist
from assistant.checklist.order import cycle, dependencies, needs_of, phased, reason, written_needs
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.checklist.selection import selected
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import a_company_closing, a_guide, a_knowledge, a_procedure, a_profile, an_item
from tests.checklist.test_properties import served
from tests.knowledge.conftest import Folder

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


def test_each_phase_says_what_holds_for_it() -> None:
    """Each phase has its note; that of licences says whether the registry follows, or one waits for another."""
    everything = a_company_closing("lvxingshe", "shipin", "ranqi", **EVERYTHING)
    notes = {phase.name: phase.note for phase in make_checklist(a_knowledge(*LAWS), everything, TODAY).phases}
    first, licences, tax, notice, registry, afterwards = wording.PHASES
    assert notes == {
        first: wording.PHASE_NOTES[wording.FIRST],
        licences: wording.LICENCES_BEFORE_REGISTRY,
        tax: None,
        notice: wording.PHASE_NOTES[wording.NOTICE],
        registry: None,
        afterwards: wording.PHASE_NOTES[wording.AFTERWARDS],
    }
    (kept,) = make_checklist(a_knowledge(*LAWS), a_profile("shipin", "lvxingshe"), TODAY).phases
    assert kept.note == wording.PHASE_NOTES[wording.LICENCES]
    ordered = a_knowledge(*LAWS, licence_order={"shipin": ["lvxingshe"]})
    (kept,) = make_checklist(ordered, a_profile("shipin", "lvxingshe"), TODAY).phases
    assert kept.note == wording.ONE_AFTER_ANOTHER


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
    assert list(phases(checklist).values()) == [["shipin", "lvxingshe"]]
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


def test_licences_stand_in_the_order_of_the_catalogue() -> None:
    """Licences that do not wait for each other stand in one order, whatever was told first."""
    for told in (("shipin", "yancao"), ("yancao", "shipin")):
        checklist = make_checklist(a_knowledge(), a_profile(*told), TODAY)
        assert [entry.item.id for entry in checklist.entries] == ["shipin", "yancao"]
        assert checklist.summary.endswith("要退食品经营许可证和烟草专卖零售许可证，执照留着。")


def test_needs_of_both_procedures_add_up() -> None:
    """A guide that both procedures speak of waits for what either says, and keeps it when the law adds its own."""
    items = (an_item("one"), an_item("two"), an_item("three", after_deregistration=True))
    knowledge = a_knowledge(
        *items,
        procedures={
            "qiye-zhuxiao": a_procedure("qiye-zhuxiao", {"three": ["one"], "qiye-zhuxiao-dengji": ["one"]}),
            "xuke-shunxu": a_procedure("xuke-shunxu", {"three": ["two"], "two": ["qiye-zhuxiao-dengji"]}),
        },
    )
    registry = "gongsi-zhuxiao-dengji"
    assert written_needs(knowledge)["three"] == ("one", "two")
    assert dependencies(knowledge, ("one", "two", "three", registry), registry) == {
        "one": (),
        "two": (registry,),
        "three": ("one", "two", registry),
        registry: ("one",),
    }
    bare = a_knowledge(*items, procedures={})
    assert dependencies(bare, ("three", registry), registry) == {"three": (registry,), registry: ()}


def test_absent_needs_are_followed_through_rings_and_crossings() -> None:
    """A ring among things that are not on the list ends, and what lies behind a crossing is still found."""
    order = {"a": ["x", "y"], "x": ["y", "b"], "y": ["x", "c"]}
    knowledge = a_knowledge(*(an_item(name) for name in "abcxy"), licence_order=order)
    assert dependencies(knowledge, ("a", "b", "c"), None)["a"] == ("b", "c")


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


# ---- why one waits for another -----------------------------------------------------------------------------------
def because(knowledge: Knowledge, entry: str, need: str, registry: str | None = None) -> tuple[str, str | None, str]:
    """The reason with its source and state."""
    found = reason(knowledge, entry, need, registry)
    return found.why, found.source, found.state.value


def test_reason_of_the_law_is_cited() -> None:
    """Branches, notice and approval go before the registry by an article each."""
    knowledge = a_knowledge(*LAWS)
    registry = "gongsi-zhuxiao-dengji"
    for need, told in (
        ("fengongsi-zhuxiao-dengji", wording.BECAUSE_BRANCHES),
        ("jianyi-zhuxiao", wording.BECAUSE_SIMPLE),
        ("qingsuan-gonggao", wording.BECAUSE_NOTICE),
        ("ranqi", wording.BECAUSE_APPROVAL),
    ):
        assert because(knowledge, registry, need, registry) == (*told, "有出处")


def test_reason_of_a_licence_due_afterwards_is_its_article() -> None:
    """A licence due after deregistration names the article of its limit, else of the fact that says when; else 待核."""
    limit = m.Limit(text="15日内", sources=("示例法 第一条", "示例法 第二条"), state=m.State.SOURCED)
    when = (
        m.Fact(text="听说。", sources=("通行做法",), state=m.State.OPEN),
        m.Fact(text="登记以后。", sources=("示例法 第三条",), state=m.State.CONFIRMED),
    )
    for facts, source, state in (
        ({"statutory_limit": limit, "when": when}, "示例法 第一条", "有出处"),
        ({"when": when}, "示例法 第三条", "已核"),
        ({"statutory_limit": limit.model_copy(update={"state": m.State.OPEN})}, None, "待核"),
    ):
        knowledge = a_knowledge(*LAWS, guides={"lvxingshe": a_guide("旅行社业务经营许可证", **facts)})
        found = because(knowledge, "lvxingshe", "gongsi-zhuxiao-dengji", "gongsi-zhuxiao-dengji")
        assert found == (wording.BECAUSE_AFTERWARDS, source, state)


def test_licence_due_afterwards_without_a_guide_has_a_reason_in_doubt() -> None:
    """Where no guide is written, the order is told without a source."""
    knowledge = a_knowledge(*LAWS)
    del knowledge.guides["lvxingshe"]
    registry = "gongsi-zhuxiao-dengji"
    assert because(knowledge, "lvxingshe", registry, registry) == (wording.BECAUSE_AFTERWARDS, None, "待核")


def test_what_waits_for_the_registry_by_habit_cites_no_law() -> None:
    """Only a licence that the law puts afterwards has the law's reason; the others have what editors wrote."""
    registry = "gongsi-zhuxiao-dengji"
    for entry in ("yinzhang-zhuxiao", "shipin"):
        assert because(a_knowledge(*LAWS), entry, registry, registry)[0] == "等公司注销登记办完，才轮到它。"


def test_reason_written_in_a_procedure_is_given() -> None:
    """What editors wrote of the step that waits is its reason; of the registry, what they wrote of the one before."""
    steps = (
        m.ProcedureStep(
            guide="shuiwu-zhuxiao", phase="税务", why="税在前。", sources=("示例税法 第一条",), state=m.State.SOURCED
        ),
        m.ProcedureStep(guide="yinzhang-zhuxiao", phase="以后", needs=("yinhang-zhanghu-zhuxiao",), why="章最后。"),
        m.ProcedureStep(guide="shipin", phase="退证", needs=("yancao",)),
    )
    whole = m.Procedure(id="qiye-zhuxiao", name="一件事", steps=steps)
    knowledge = a_knowledge(procedures={"qiye-zhuxiao": whole})
    registry = "gongsi-zhuxiao-dengji"
    assert because(knowledge, registry, "shuiwu-zhuxiao", registry) == ("税在前。", "示例税法 第一条", "有出处")
    assert because(knowledge, "yinzhang-zhuxiao", "yinhang-zhanghu-zhuxiao", registry) == ("章最后。", None, "待核")
    assert because(knowledge, "shipin", "yancao") == ("等烟草专卖零售许可证办完，才轮到它。", None, "待核")
    assert (
        because(knowledge, registry, "haiguan-beian-zhuxiao", registry)[0] == "等海关报关单位备案注销办完，才轮到它。"
    )


def test_order_between_licences_goes_before_the_whole_procedure() -> None:
    """Where both procedures speak of a guide, the one between licences gives the reason."""
    one = m.Procedure(id="qiye-zhuxiao", name="一", steps=(m.ProcedureStep(guide="shipin", phase="甲", why="甲。"),))
    two = m.Procedure(id="xuke-shunxu", name="二", steps=(m.ProcedureStep(guide="shipin", phase="乙", why="乙。"),))
    knowledge = a_knowledge(procedures={"qiye-zhuxiao": one, "xuke-shunxu": two})
    assert because(knowledge, "shipin", "yancao")[0] == "乙。"
    assert because(a_knowledge(procedures={"qiye-zhuxiao": one}), "shipin", "yancao")[0] == "甲。"


def test_reason_stands_on_the_entry_that_waits() -> None:
    """Each arrow of the checklist carries its reason, its source and its state into the JSON."""
    checklist = make_checklist(a_knowledge(*LAWS), a_company_closing("ranqi"), TODAY)
    (registry,) = [entry for entry in checklist.entries if entry.item.id == "gongsi-zhuxiao-dengji"]
    (need,) = [need for need in registry.after if need.id == "ranqi"]
    assert need.model_dump() == {
        "id": "ranqi",
        "name": "燃气经营许可证",
        "why": wording.BECAUSE_APPROVAL[0],
        "source": wording.BECAUSE_APPROVAL[1],
        "state": "有出处",
    }


@pytest.mark.parametrize("kind", sorted(served().enterprise_types))
def test_served_order_has_no_ring_with_the_law_s_own_arrows(kind: str) -> None:
    """Of no kind of enterprise, whatever it holds, does anything wait for itself: no ring has to be cut."""
    yes = dict.fromkeys(("bank_account", "seal", "social_insurance", "customs", "debts", "branches"), True)
    profile = Profile(
        enterprise_type=kind, licences=tuple(served().items), whole_or_licence_only="whole", open=(), **yes
    )
    selection = selected(served(), profile)
    raw = needs_of(served(), tuple(selection.why), selection.registry)
    assert cycle(raw) == ()


needs = st.lists(st.sampled_from(["geting", "wangba", "shuiwu"]), max_size=2, unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(waits=st.fixed_dictionaries({"geting": needs, "wangba": needs, "shuiwu": needs}))
def test_check_reports_every_ring_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, waits: dict[str, list[str]]
) -> None:
    """`daoban check` names a ring exactly where the written needs have one."""
    steps = "".join(
        f"    - {{指南: {guide}, 阶段: 退证, 先办: [{', '.join(before)}]}}\n" for guide, before in waits.items()
    )
    folder = Folder(tmp_path_factory.mktemp("knowledge"))
    folder.write("procedures.yaml", f"- 编号: xuke-shunxu\n  名称: 先后\n  顺序:\n{steps}")
    told = [finding for finding in folder.findings() if "绕成了一圈" in str(finding)]
    assert bool(told) == bool(cycle({guide: tuple(before) for guide, before in waits.items()}))


@pytest.mark.parametrize(
    ("key", "step", "ring"),
    [
        (
            "先照后证: true",
            "{指南: qiye-zhuxiao-dengji, 阶段: 登记, 先办: [geting]}",
            {"geting", "qiye-zhuxiao-dengji"},
        ),
        (
            "先批后照: true",
            "{指南: geting, 阶段: 退证, 先办: [qiye-zhuxiao-dengji]}",
            {"geting", "qiye-zhuxiao-dengji"},
        ),
        ("先批后照: true, 先照后证: true", "{指南: geting, 阶段: 退证}", {"geting", "qiye-zhuxiao-dengji"}),
        ("先照后证: true", "{指南: geting, 阶段: 退证, 先办: [qiye-zhuxiao-dengji]}", None),
    ],
)
def test_check_reports_rings_through_the_law_s_own_order(
    tmp_path: Path, key: str, step: str, ring: set[str] | None
) -> None:
    """What the law puts before or after the registry counts in a ring like what is written."""
    folder = Folder(tmp_path)
    catalog = (tmp_path / "catalog.yaml").read_text("utf-8")
    folder.write("catalog.yaml", catalog.replace("编号: geting,", f"编号: geting, {key},", 1))
    folder.write("procedures.yaml", f"- 编号: xuke-shunxu\n  名称: 先后\n  顺序:\n    - {step}\n")
    told = [str(finding) for finding in folder.findings() if "绕成了一圈" in str(finding)]
    assert bool(told) == bool(ring)
    assert all(name in one for one in told for name in ring or ())
