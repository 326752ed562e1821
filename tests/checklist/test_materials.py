"""What to bring: each thing once, for all the entries that need it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.checklist import wording
from assistant.checklist.materials import weakest
from assistant.checklist.model import Checklist, MaterialLine
from assistant.checklist.plan import make_checklist
from assistant.knowledge import model as m
from tests.builders import a_company_closing, a_guide, a_knowledge, a_material, a_profile
from tests.checklist.test_properties import served

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


def asked_by_both(own: dict[str, Any], other: dict[str, Any]) -> MaterialLine:
    """The line of one thing that two entries ask for in their own ways."""
    plain = m.SharedMaterial(id="zhengming", name="证明")
    guides = {
        "shipin": a_guide("食品经营许可证", a_material(shared="zhengming", **own)),
        "yancao": a_guide("烟草专卖零售许可证", a_material(shared="zhengming", **other)),
    }
    return only(make_checklist(a_knowledge(guides=guides, shared=[plain]), a_profile("shipin", "yancao"), TODAY))


@pytest.mark.parametrize(
    ("own", "other", "form"),
    [
        ("原件", "原件", "原件"),
        ("原件", None, "原件"),
        ("原件", "电子版", "原件"),
        ("原件", "复印件", "原件和复印件"),
        ("原件", "原件和复印件", "原件和复印件"),
        ("原件和复印件", "电子版", "原件和复印件"),
        ("复印件", "原件和复印件", "原件和复印件"),
        ("复印件", "电子版", "复印件"),
        ("电子版", None, "电子版"),
        (None, None, None),
    ],
)
def test_form_does_for_both(own: str | None, other: str | None, form: str | None) -> None:
    """The form that is asked for satisfies both entries, whichever comes first."""
    for one, two in ((own, other), (other, own)):
        assert asked_by_both({"form": one}, {"form": two}).form == form


def test_notes_are_joined_and_none_says_what_another_says() -> None:
    """Different notes stand one after the other; one that is part of another is left out."""
    assert asked_by_both({"note": "带原件。"}, {"note": "盖公章。"}).note == "带原件。盖公章。"
    assert asked_by_both({"note": "带原件。"}, {"note": "带原件。盖公章。"}).note == "带原件。盖公章。"
    assert asked_by_both({}, {}).note is None


def test_who_issues_it_and_by_which_source_are_told() -> None:
    """The first that is written of each stands on the line; what nobody wrote is null."""
    line = asked_by_both({}, {"issued_by": "税务局", "sources": ("示例法 第一条", "示例法 第二条")})
    assert (line.issued_by, line.source) == ("税务局", "示例法 第一条")
    line = asked_by_both({"issued_by": "公安局", "sources": ("通行做法",)}, {"issued_by": "税务局"})
    assert (line.issued_by, line.source) == ("公安局", "通行做法")
    assert (asked_by_both({}, {}).issued_by, asked_by_both({}, {}).source) == (None, None)


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


def test_copies_are_asked_only_where_it_is_not_waived() -> None:
    """Where one entry does without it, its copies are not counted, and the line says for which."""
    held = a_material(shared="shenfenzheng", already_held=True, copies=3)
    line = only(issued(held, more=(a_material(shared="shenfenzheng", copies=2),)))
    assert (line.for_, line.waived_for, line.exempt) == (("shipin", "yancao"), ("shipin",), False)
    assert (line.copies, line.originals, line.photocopies) == (2, 1, 2)
    assert (line.relief, line.reason) == ((), None)


def test_two_kinds_of_relief_together_exempt() -> None:
    """One entry has it already, the other is shown it on a telephone: it stays at home, for both reasons."""
    held = a_material(shared="shenfenzheng", already_held=True, deferrable=True)
    shown = a_material(shared="shenfenzheng", electronic=True, form="复印件", deferrable=True)
    line = only(issued(held, more=(shown,)))
    assert line.exempt
    assert line.relief == ("容缺",)
    assert line.reason == wording.ALREADY_HELD + wording.ELECTRONIC


def test_relief_names_all_that_holds_for_every_entry() -> None:
    """What holds for every entry is named, the strongest first; what holds for some only is not."""
    both = a_material(shared="shenfenzheng", promise=True, deferrable=True)
    later = a_material(shared="shenfenzheng", deferrable=True)
    assert only(issued(both)).relief == ("告知承诺", "容缺")
    line = only(issued(both, more=(later,)))
    assert (line.relief, line.reason, line.waived_for) == (("容缺",), wording.DEFERRABLE, ())


@pytest.mark.parametrize(
    ("own", "other", "originals", "photocopies"),
    [
        ({"form": "原件"}, {"form": "原件"}, 1, 0),
        ({"form": "原件", "copies": 2}, {"form": "原件"}, 2, 0),
        ({"form": "原件", "kept_by_each": True}, {"form": "原件", "kept_by_each": True, "copies": 2}, 3, 0),
        ({"form": "原件", "kept_by_each": True}, {"form": "原件"}, 2, 0),
        ({"form": "复印件", "copies": 2}, {"form": "复印件"}, 0, 3),
        ({"form": "原件和复印件", "copies": 2}, {"form": "原件和复印件"}, 1, 3),
        ({"form": "原件和复印件", "kept_by_each": True}, {"form": "复印件"}, 1, 2),
        ({"form": "原件"}, {"form": "复印件", "copies": 2}, 1, 2),
        ({"form": "电子版"}, {"form": "电子版"}, 0, 0),
        ({"form": None}, {"form": None}, None, None),
        ({"form": None}, {"form": "复印件"}, 0, 1),
    ],
)
def test_originals_and_photocopies_are_added_up(
    own: dict[str, Any], other: dict[str, Any], originals: int | None, photocopies: int | None
) -> None:
    """An original is brought once unless each keeps one; photocopies stay with each; an unknown form is not guessed."""
    line = asked_by_both(own, other)
    assert (line.originals, line.photocopies) == (originals, photocopies)


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
    assert {line.name for line in checklist.materials} == {"简易注销申请书", "全体投资人承诺书"}
    assert all(set(line.for_) == {"jianyi-zhuxiao", "gongsi-zhuxiao-dengji"} for line in checklist.materials)


def test_general_path_wants_no_promise() -> None:
    """The promise of the simple path is not asked for on the general one, and stays while the path is open."""
    promise = a_material("承诺书", only_if=m.OnlyIf(situations=("jianyi",)))
    knowledge = a_knowledge(guides={"gongsi-zhuxiao-dengji": a_guide("公司注销登记", promise)})
    assert make_checklist(knowledge, a_company_closing(debts=True), TODAY).materials == ()
    assert make_checklist(knowledge, a_company_closing(debts=None), TODAY).materials != ()


@pytest.mark.parametrize(
    ("debts", "names"),
    [(True, {"清算材料"}), (False, {"简易材料"}), (None, {"清算材料", "简易材料"})],
)
def test_papers_of_a_path_are_asked_on_that_path(debts: bool | None, names: set[str]) -> None:
    """Each path asks for its own papers and not for the other's; while the path is open both stand."""
    by_path = (
        a_material("简易材料", only_if=m.OnlyIf(situations=("jianyi",))),
        a_material("清算材料", only_if=m.OnlyIf(situations=("yiban",))),
    )
    knowledge = a_knowledge(guides={"shuiwu-zhuxiao": a_guide("税务注销", *by_path)})
    assert {line.name for line in make_checklist(knowledge, a_company_closing(debts=debts), TODAY).materials} == names


@pytest.mark.parametrize(
    ("own", "other", "copies"),
    [
        ({"copies": 2, "form": "复印件"}, {"form": "复印件"}, 3),
        ({"copies": 2, "form": "复印件"}, {"form": "原件"}, 3),
        ({"copies": 2, "form": "原件"}, {"form": "原件"}, 2),
        ({"form": "原件", "copies": 1}, {"form": "原件"}, 1),
        ({"kept_by_each": True}, {"kept_by_each": True}, 2),
        ({"kept_by_each": True, "copies": 2}, {}, 3),
        ({"form": "复印件"}, {"form": "原件"}, None),
    ],
)
def test_copies_that_nobody_counts_are_one_beside_those_that_are(
    own: dict[str, Any], other: dict[str, Any], copies: int | None
) -> None:
    """A number is given where somebody wrote one or each keeps its own; the others then count as one."""
    for one, two in ((own, other), (other, own)):
        assert asked_by_both({"form": None, **one}, {"form": None, **two}).copies == copies


def test_least_certain_state_is_told_whatever_stands_beside_it() -> None:
    """待核 is weaker than 有出处, which is weaker than 已核; nothing at all is 待核."""
    assert weakest([m.State.CONFIRMED, m.State.OPEN, m.State.SOURCED]) is m.State.OPEN
    assert weakest([m.State.CONFIRMED, m.State.SOURCED]) is m.State.SOURCED
    assert weakest([m.State.CONFIRMED]) is m.State.CONFIRMED
    assert weakest([]) is m.State.OPEN


def test_shared_material_that_does_not_exist_stands_by_its_id() -> None:
    """A guide that names a shared material nobody wrote keeps its line; `daoban check` reports it."""
    line = only(issued(a_material(shared="nowhere")))
    assert (line.id, line.name) == ("nowhere", "nowhere")


def test_what_most_entries_need_stands_first() -> None:
    """A thing for two entries stands before a thing for one, whatever the guides' order."""
    lines = issued(
        a_material("许可证"), a_material(shared="shenfenzheng"), more=(a_material(shared="shenfenzheng"),)
    ).materials
    assert [line.id for line in lines] == ["shenfenzheng", "shipin:1"]


def test_steps_that_do_not_apply() -> None:
    """Steps that do not apply are left out."""
    steps = (m.Step(text="去窗口。"), m.Step(text="开股东会。", only_if=m.OnlyIf(enterprise_types=("gongsi",))))
    knowledge = a_knowledge(guides={"shipin": a_guide("食品经营许可证", steps=steps)})
    assert make_checklist(knowledge, a_profile("shipin"), TODAY).entries[0].steps == ("去窗口。",)


def test_material_in_json_says_for() -> None:
    """In JSON a material calls its entries `for`."""
    line = only(issued(a_material("材料")))
    assert line.model_dump(by_alias=True)["for"] == ("shipin",)


# ---- whose papers -----------------------------------------------------------------------------------------------
OWNER = m.SharedMaterial(
    id="shenfenzheng", name="经营者或法定代表人身份证明", form="原件和复印件", note="个体户带经营者本人的。"
)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("geti", "经营者身份证明"),
        ("gongsi", "法定代表人身份证明"),
        ("fen-gongsi", "法定代表人或负责人身份证明"),
        ("ziran-ren", "持证人身份证明"),
        (None, "经营者或法定代表人身份证明"),
    ],
)
def test_identity_card_is_named_after_the_one_who_comes(kind: str | None, name: str) -> None:
    """Once the type is told nobody has to choose between 经营者 and 法定代表人, and no note says it again."""
    card = (a_material(shared="shenfenzheng"), a_material(shared="shenfenzheng", note="带经营者本人的身份证。"))
    guides = {"shipin": a_guide("食品经营许可证", card[0]), "yancao": a_guide("烟草专卖零售许可证", card[1])}
    knowledge = a_knowledge(guides=guides, shared=[OWNER])
    line = only(make_checklist(knowledge, a_profile("shipin", "yancao", enterprise_type=kind), TODAY))
    assert line.name == name
    if kind == "geti":
        assert line.note is None
    if kind is None:
        assert line.note == "个体户带经营者本人的。带经营者本人的身份证（烟草专卖零售许可证）。"


def promise(kind: str, **facts: Any) -> MaterialLine:
    """The promise of the simple path for one type of enterprise."""
    written = a_material("全体投资人承诺书", note="所有股东签字。表样窗口有。")
    types = {"geti", "gongsi", "hezuoshe", "hehuo", "geren-duzi", "fei-gongsi-faren"}
    kinds = {
        i: m.EnterpriseType(
            id=i, name=i, registry="gongsi-zhuxiao-dengji", liquidation=i != "geti", simple=True, simple_notice_days=20
        )
        for i in types
    }
    guides = {"jianyi-zhuxiao": a_guide("简易注销登记", written), "gongsi-zhuxiao-dengji": a_guide("登记", written)}
    knowledge = a_knowledge(guides=guides, enterprise_types=kinds)
    return only(make_checklist(knowledge, a_company_closing(enterprise_type=kind, **facts), TODAY))


@pytest.mark.parametrize(
    ("kind", "name", "signed"),
    [
        ("gongsi", "全体投资人承诺书", "所有股东签字。"),
        ("hezuoshe", "全体投资人承诺书", "所有成员签字。"),
        ("hehuo", "全体投资人承诺书", "所有合伙人签字。"),
        ("geren-duzi", "投资人承诺书", "投资人本人签字。"),
        ("fei-gongsi-faren", "全体投资人承诺书", "所有出资人签字。"),
        ("geti", "承诺书", "走简易的才要，经营者本人签字。"),
    ],
)
def test_promise_is_signed_by_those_who_own_the_enterprise(kind: str, name: str, signed: str) -> None:
    """Shareholders sign for a company, members for a cooperative, one owner for himself."""
    line = promise(kind)
    assert (line.name, line.note) == (name, signed)


def test_promise_is_signed_by_the_heirs() -> None:
    """A dead owner writes no promise: those who inherit do."""
    line = promise("geti", owner_deceased=True)
    assert (line.name, line.note) == ("承诺书", "走简易的才要，继承人签字。")


def test_promise_is_not_asked_for_on_the_general_path() -> None:
    """Also where its guide forgot to say that it is for the simple path only."""
    registry = a_guide("公司注销登记", a_material("承诺书", note="走简易的才要。"))
    knowledge = a_knowledge(guides={"gongsi-zhuxiao-dengji": registry})
    assert make_checklist(knowledge, a_company_closing(debts=True), TODAY).materials == ()


def test_sentence_of_a_note_is_said_once() -> None:
    """What one note says and another says with more words is said with more words only."""
    line = asked_by_both({"note": "清完后写，报股东会确认。"}, {"note": "报股东会确认。简易注销的不用。"})
    assert line.note == "清完后写，报股东会确认。简易注销的不用。"


def test_paper_of_the_business_licence_is_for_those_who_have_one() -> None:
    """A school registered with the civil affairs office is not asked for a 营业执照 that it never had."""
    for kind, there in (("minfei", False), ("gongsi", True)):
        profile = a_profile("minban-xuexiao-banxue", enterprise_type=kind, place=None, whole_or_licence_only="whole")
        ids = {line.id for line in make_checklist(served(), profile, TODAY).materials}
        assert ("zhizhao" in ids) is there
