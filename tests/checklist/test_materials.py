"""What to bring: each thing once, for all the entries that need it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.checklist.model import Checklist, MaterialLine
from assistant.checklist.plan import make_checklist
from assistant.knowledge import model as m
from tests.builders import a_company_closing, a_guide, a_knowledge, a_material, a_profile

TODAY = dt.date(2026, 11, 21)
ID_CARD = m.SharedMaterial(id="shenfenzheng", name="身份证", form="原件和复印件", copies=1, state=m.State.SOURCED)


def issued(*materials: m.Material, more: tuple[m.Material, ...] = (), **facts: Any) -> Checklist:
    """A checklist of 食品 (these materials) and 烟草 (`more`)."""
    guides = {"shipin": a_guide("食品经营许可证", *materials), "yancao": a_guide("烟草专卖零售许可证", *more)}
    return make_checklist(a_knowledge(guides=guides, shared=[ID_CARD]), a_profile("shipin", "yancao", **facts), TODAY)


def only(checklist: Checklist) -> MaterialLine:
    """The one material of a checklist."""
    (line,) = checklist.materials
    return line


def test_shared_material_stands_once() -> None:
    """A shared material stands once, for all who need it."""
    checklist = issued(a_material(shared="shenfenzheng"), more=(a_material(shared="shenfenzheng"),))
    line = only(checklist)
    assert (line.id, line.for_, line.copies) == ("shenfenzheng", ("shipin", "yancao"), 2)
    assert [entry.materials for entry in checklist.entries] == [("shenfenzheng",), ("shenfenzheng",)]


def test_certificates_of_one_name_are_two() -> None:
    """Papers of the same name that two licences ask for are two papers."""
    checklist = issued(a_material("许可证正本"), more=(a_material("许可证正本"),))
    assert [line.id for line in checklist.materials] == ["shipin:1", "yancao:1"]


def test_copies_add_up() -> None:
    """Copies add up, and an original is brought once."""
    copies = issued(a_material(shared="shenfenzheng", copies=2), more=(a_material(shared="shenfenzheng", copies=3),))
    original = issued(
        a_material(shared="shenfenzheng", form="原件"), more=(a_material(shared="shenfenzheng", form="原件"),)
    )
    assert only(copies).copies == 5
    assert only(original).copies == 1


def test_kept_by_each_adds_up() -> None:
    """What every entry keeps is needed by each, original or not."""
    form = a_material(shared="shenfenzheng", form="原件", kept_by_each=True)
    line = only(issued(form, more=(form,)))
    assert line.each
    assert line.copies == 2


def test_stricter_form_holds() -> None:
    """The form that satisfies every entry is asked for."""
    line = only(
        issued(a_material(shared="shenfenzheng", form="原件"), more=(a_material(shared="shenfenzheng", form="复印件"),))
    )
    assert line.form == "原件和复印件"


def test_weakest_state_holds() -> None:
    """A merged material is as uncertain as its least certain use."""
    unsure = a_material(shared="shenfenzheng", state=m.State.OPEN)
    assert only(issued(a_material(shared="shenfenzheng"))).state == "有出处"
    assert only(issued(a_material(shared="shenfenzheng"), more=(unsure,))).state == "待核"


@pytest.mark.parametrize(
    ("facts", "exempt", "reason"),
    [
        ({"already_held": True}, True, "不用再交"),
        ({"electronic": True, "form": "复印件"}, True, "电子证照"),
        ({"electronic": True, "form": "原件"}, False, None),
        ({"promise": True}, False, "承诺书"),
        ({"deferrable": True}, False, "后补交"),
    ],
)
def test_exemption_says_why(facts: dict[str, Any], exempt: bool, reason: str | None) -> None:
    """What need not be brought, or not now, says why."""
    line = only(issued(a_material("材料", **facts)))
    assert line.exempt is exempt
    assert (reason in line.reason) if reason and line.reason else line.reason == reason


def test_exemption_holds_for_all_or_none() -> None:
    """One entry that wants the paper ends the exemption."""
    held = a_material(shared="shenfenzheng", already_held=True)
    assert not only(issued(held, more=(a_material(shared="shenfenzheng"),))).exempt


def test_material_of_another_type_is_left_out() -> None:
    """A material of another type of enterprise is left out; while the type is not told it stays."""
    companies = a_material("股东会决议", only_if=m.OnlyIf(enterprise_types=("gongsi",)))
    assert issued(companies).materials == ()
    assert only(issued(companies, enterprise_type="gongsi")).name == "股东会决议"
    assert only(issued(companies, enterprise_type=None)).name == "股东会决议"


def test_material_of_a_situation() -> None:
    """A material of a situation is left out only when that is denied."""
    seal = a_material("公章", only_if=m.OnlyIf(situations=("seal",)))
    assert issued(seal, seal=False).materials == ()
    assert only(issued(seal, seal=True)).name == "公章"
    assert only(issued(seal, seal=None)).name == "公章"


def test_authorisation_goes_with_proxy() -> None:
    """An authorisation is needed when somebody else comes."""
    letter = a_material("授权委托书", only_if=m.OnlyIf(situations=("daiban-ren",)))
    assert only(issued(letter, proxy="proxy")).name == "授权委托书"
    assert issued(letter, proxy="self").materials == ()
    assert issued(letter).materials == ()


def test_lost_certificate_is_a_note() -> None:
    """A lost certificate is a note and no material."""
    lost = a_material("遗失说明", only_if=m.OnlyIf(situations=("zheng-diu",)))
    checklist = issued(lost)
    assert checklist.materials == ()
    assert any("找不着" in note for note in checklist.notes)


def test_note_is_said_once() -> None:
    """A note that several entries make is said once."""
    line = only(
        issued(
            a_material(shared="shenfenzheng", note="带原件。"),
            more=(a_material(shared="shenfenzheng", note="带原件。"),),
        )
    )
    assert line.note == "带原件。"


def test_papers_of_the_enterprise_are_one() -> None:
    """Papers of the enterprise itself are one in all its procedures; those of its branch are others."""
    guides = {
        "qingsuan-gonggao": a_guide("清算组备案与债权人公告", a_material("清算报告")),
        "gongsi-zhuxiao-dengji": a_guide("公司注销登记", a_material("清税证明"), a_material("清算报告")),
        "fengongsi-zhuxiao-dengji": a_guide("分公司注销登记", a_material("清税证明")),
    }
    checklist = make_checklist(a_knowledge(guides=guides), a_company_closing(debts=True, branches=True), TODAY)
    needed = {line.id: set(line.for_) for line in checklist.materials}
    assert {"qingsuan-gonggao", "gongsi-zhuxiao-dengji"} in needed.values()
    assert needed["gongsi-zhuxiao-dengji:1"] == {"gongsi-zhuxiao-dengji"}
    assert needed["fengongsi-zhuxiao-dengji:1"] == {"fengongsi-zhuxiao-dengji"}


def test_simple_path_asks_for_its_own() -> None:
    """The simple path asks for its own papers only."""
    guides = {
        "jianyi-zhuxiao": a_guide("简易注销登记", a_material("简易注销申请书"), a_material("承诺书")),
        "gongsi-zhuxiao-dengji": a_guide("公司注销登记", a_material("清算报告")),
    }
    checklist = make_checklist(a_knowledge(guides=guides), a_company_closing(), TODAY)
    assert {line.name for line in checklist.materials} == {"简易注销申请书", "承诺书"}
    assert all(set(line.for_) == {"jianyi-zhuxiao", "gongsi-zhuxiao-dengji"} for line in checklist.materials)


def test_general_path_wants_no_promise() -> None:
    """The promise of the simple path is not asked for on the general one, and stays while the path is open."""
    promise = a_material("承诺书", only_if=m.OnlyIf(situations=("jianyi",)))
    knowledge = a_knowledge(guides={"gongsi-zhuxiao-dengji": a_guide("公司注销登记", promise)})
    assert make_checklist(knowledge, a_company_closing(debts=True), TODAY).materials == ()
    assert make_checklist(knowledge, a_company_closing(debts=None), TODAY).materials != ()


def test_steps_that_do_not_apply() -> None:
    """Steps that do not apply are left out."""
    steps = (m.Step(text="去窗口。"), m.Step(text="开股东会。", only_if=m.OnlyIf(enterprise_types=("gongsi",))))
    knowledge = a_knowledge(guides={"shipin": a_guide("食品经营许可证", steps=steps)})
    assert make_checklist(knowledge, a_profile("shipin"), TODAY).entries[0].steps == ("去窗口。",)


def test_material_in_json_says_for() -> None:
    """In JSON a material calls its entries `for`."""
    line = only(issued(a_material("材料")))
    assert line.model_dump(by_alias=True)["for"] == ("shipin",)
