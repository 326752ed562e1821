"""Which entries stand on a checklist, why, and which do not apply."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.checklist import wording
from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import a_company_closing, a_knowledge, a_profile, an_item

TODAY = dt.date(2026, 11, 21)


def issued(profile: Profile, knowledge: Knowledge | None = None) -> Checklist:
    """The checklist of a profile in 示例市."""
    return make_checklist(knowledge or a_knowledge(), profile, TODAY)


def ids(checklist: Checklist) -> list[str]:
    """The entries in their order."""
    return [entry.item.id for entry in checklist.entries]


def not_applicable(checklist: Checklist) -> dict[str, str]:
    """What does not apply → why."""
    return {line.item.id: line.why for line in checklist.not_applicable}


def test_licence_stands_once() -> None:
    """Each held licence stands once, also when it is told twice."""
    assert ids(issued(a_profile("shipin", "yancao", "shipin"))) == ["shipin", "yancao"]


def test_denied_licence_is_explained() -> None:
    """A denied licence is not listed, and the reason is given."""
    checklist = issued(a_profile("shipin", "yancao", denied=("yancao",)))
    assert ids(checklist) == ["shipin"]
    assert "yancao" in not_applicable(checklist)


def test_old_id_is_redirected() -> None:
    """A licence told by its old id is the one it became."""
    knowledge = a_knowledge(an_item("shipin", old_ids=("canyin",)))
    assert ids(issued(a_profile("canyin", "shipin"), knowledge)) == ["shipin"]


def test_licences_only_leaves_the_registration() -> None:
    """Where only licences go, the registration stays, and the checklist says so."""
    checklist = issued(a_profile("shipin"))
    assert ids(checklist) == ["shipin"]
    assert "执照留着" in not_applicable(checklist)["geti-zhuxiao-dengji"]


@pytest.mark.parametrize(
    ("kind", "registry"),
    [
        ("geti", "geti-zhuxiao-dengji"),
        ("gongsi", "gongsi-zhuxiao-dengji"),
        ("fen-gongsi", "fengongsi-zhuxiao-dengji"),
        (None, "qiye-zhuxiao-dengji"),
    ],
)
def test_whole_exit_adds_tax_and_registry(kind: str | None, registry: str) -> None:
    """Closing for good adds tax and the registry of the type."""
    found = ids(issued(a_profile(enterprise_type=kind, whole_or_licence_only="whole")))
    assert found == ["shuiwu-zhuxiao", registry]


@pytest.mark.parametrize(
    ("situation", "topic"),
    [
        ("bank_account", "yinhang-zhanghu-zhuxiao"),
        ("seal", "yinzhang-zhuxiao"),
        ("social_insurance", "shebao-zhuxiao"),
        ("customs", "haiguan-beian-zhuxiao"),
    ],
)
def test_situation_decides_its_topic(situation: str, topic: str) -> None:
    """A situation adds its topic when true, is explained when false, and stays open when not told."""
    yes = issued(a_company_closing(**{situation: True}))
    no = issued(a_company_closing(**{situation: False}))
    untold = issued(a_company_closing(**{situation: None}))
    assert topic in ids(yes)
    assert next(e.why for e in yes.entries if e.item.id == topic).startswith("您说")
    assert topic not in ids(no)
    assert "没" in not_applicable(no)[topic]
    assert topic not in ids(untold)
    assert topic not in not_applicable(untold)
    assert situation in {fact.key for fact in untold.open_facts}


def test_customs_counts_without_being_asked() -> None:
    """Customs counts when told, although a household is not asked about it."""
    checklist = issued(a_profile(whole_or_licence_only="whole", customs=True))
    assert "haiguan-beian-zhuxiao" in ids(checklist)


def test_situations_do_not_touch_licences_only() -> None:
    """Situations change nothing where only licences go."""
    told = dict.fromkeys(("bank_account", "seal", "social_insurance", "customs", "debts", "branches"), True)
    assert ids(issued(a_profile("shipin", **told))) == ["shipin"]


def test_branches_go_first() -> None:
    """Branches go first, of an enterprise that can have any."""
    assert ids(issued(a_company_closing(branches=True)))[0] == "fengongsi-zhuxiao-dengji"
    household = issued(a_profile(whole_or_licence_only="whole", branches=True))
    assert "fengongsi-zhuxiao-dengji" not in ids(household)


def test_simple_path_without_debts() -> None:
    """A company without debts takes the simple path and is told what is still to be checked."""
    checklist = issued(a_company_closing())
    assert "jianyi-zhuxiao" in ids(checklist)
    assert "qingsuan-gonggao" in not_applicable(checklist)
    assert wording.SIMPLE_CHECKS in checklist.notes
    assert "abnormal_list" in {fact.key for fact in checklist.open_facts}


@pytest.mark.parametrize(
    ("facts", "because"),
    [({"debts": True}, "债"), ({"abnormal_list": True}, "经营异常名录"), ({"licences": ("ranqi",)}, "先经批准")],
)
def test_general_path_has_a_reason(facts: dict[str, object], because: str) -> None:
    """The general path is taken for a reason that the law names."""
    knowledge = a_knowledge(an_item("ranqi", "燃气经营许可证", approval_first=True))
    checklist = issued(a_company_closing(**facts), knowledge)
    assert "qingsuan-gonggao" in ids(checklist)
    assert "jianyi-zhuxiao" not in ids(checklist)
    assert checklist.path is not None
    assert because in checklist.path.because
    assert not_applicable(checklist)["jianyi-zhuxiao"] == wording.WHY_NOT_SIMPLE


def test_path_stays_open_without_debts_told() -> None:
    """While debts are not told both paths are explained and neither is taken for certain."""
    checklist = issued(a_company_closing(debts=None))
    assert not {"jianyi-zhuxiao", "qingsuan-gonggao"} & set(ids(checklist))
    debts = next(fact for fact in checklist.open_facts if fact.key == "debts")
    assert "简易" in debts.consequence
    assert "45日" in debts.consequence
    assert debts.consequence not in checklist.notes, "said once"


def test_household_never_liquidates() -> None:
    """A household has no liquidation group and gives no public notice, whatever it told."""
    for facts in ({}, {"debts": True}, {"debts": False}, {"abnormal_list": True}):
        checklist = issued(a_profile(whole_or_licence_only="whole", **facts))
        assert not {"jianyi-zhuxiao", "qingsuan-gonggao"} & set(ids(checklist))
        assert checklist.path is not None
        assert checklist.path.because == "个体工商户不用成立清算组，也不用发债权人公告。"
        assert not_applicable(checklist)["qingsuan-gonggao"] == wording.WHY_NOT_NOTICE_DIRECT


def test_branch_does_not_liquidate() -> None:
    """A branch does not liquidate by itself."""
    checklist = issued(a_profile(enterprise_type="fen-gongsi", whole_or_licence_only="whole", debts=True))
    assert "qingsuan-gonggao" not in ids(checklist)
    assert checklist.path is not None
    assert "不单独清算" in checklist.path.because


def test_unknown_path_names_the_hotline() -> None:
    """Where nobody knows the path of a type, the hotline is named."""
    checklist = issued(a_profile(enterprise_type="waiguo-qiye", whole_or_licence_only="whole", debts=False))
    assert ids(checklist) == ["shuiwu-zhuxiao", "qiye-zhuxiao-dengji"]
    assert any("12315" in note for note in checklist.notes)


def test_registered_elsewhere_is_a_note() -> None:
    """A type registered elsewhere gets a note instead of a registry entry."""
    checklist = issued(a_profile("shipin", enterprise_type="minfei", whole_or_licence_only="whole"))
    assert ids(checklist) == ["shipin", "shuiwu-zhuxiao"]
    assert any("民政部门" in note for note in checklist.notes)


def test_person_cancels_the_certificate_only() -> None:
    """A person with a certificate cancels that and nothing else."""
    checklist = issued(a_profile("shipin", enterprise_type="ziran-ren", whole_or_licence_only="whole"))
    assert ids(checklist) == ["shipin"]


def test_scope_not_told_says_what_more() -> None:
    """While the scope is not told the licences are listed, and what more there would be is said."""
    checklist = issued(a_profile("shipin", whole_or_licence_only=None))
    assert ids(checklist) == ["shipin"]
    assert checklist.partial
    scope = next(fact for fact in checklist.open_facts if fact.key == "whole_or_licence_only")
    assert "税务注销" in scope.consequence
    assert "个体工商户注销登记" in scope.consequence


def test_all_told_is_complete() -> None:
    """A household that told all gets a checklist that is not partial."""
    assert not issued(a_profile("shipin", proxy="proxy")).partial


@pytest.mark.parametrize("key", ["enterprise_type", "place", "whole_or_licence_only"])
def test_core_fact_open_is_partial(key: str) -> None:
    """A core fact left open keeps the checklist partial, also when it is not asked any more."""
    told = a_profile("shipin", proxy="proxy", **{key: None})
    for profile in (told, told.with_(open=(key,)), told.with_(hurried=True)):
        checklist = issued(profile)
        assert checklist.partial
        assert key in {fact.key for fact in checklist.open_facts}


def test_minor_fact_open_is_complete() -> None:
    """A minor fact left open on purpose does not make the checklist partial."""
    assert not issued(a_company_closing("shipin", seal=None, open=("seal",))).partial


def test_unsure_licence_stays_open() -> None:
    """A licence that is not told apart from another stays an open fact that names both."""
    checklist = issued(a_profile(unsure_between=("shipin", "yancao")))
    assert checklist.partial
    which = next(fact for fact in checklist.open_facts if fact.key == "which_licence")
    assert "食品经营许可证" in which.consequence
    assert "烟草专卖零售许可证" in which.consequence


def test_unlisted_is_named_with_what_is_near() -> None:
    """A thing that is not on the list is named once, with what is near it."""
    thing = m.Unlisted(id="beian", name="仅销售预包装食品备案", note="这是备案。", near=("shipin", "nothing"))
    knowledge = a_knowledge(unlisted={"beian": thing})
    checklist = issued(a_profile(unlisted=("beian", "beian", "unknown")), knowledge)
    assert [(u.name, u.note, [n.id for n in u.near]) for u in checklist.unlisted] == [
        ("仅销售预包装食品备案", "这是备案。", ["shipin"])
    ]


def test_summary_says_what_was_understood() -> None:
    """The summary says in one sentence what was understood."""
    profile = a_profile("shipin", "yancao", industry="shangdian", whole_or_licence_only="whole")
    assert issued(profile).summary == (
        "您是个体工商户，在示例县开食杂店，要退食品经营许可证和烟草专卖零售许可证，执照一起销。"
    )


def test_summary_leaves_out_the_unknown() -> None:
    """The summary leaves out what is unknown."""
    assert issued(Profile(licences=("shipin",))).summary == "您要退食品经营许可证。"
    assert issued(Profile(place="shilixian", industry="网店")).summary == "您在示例县开网店。"
    assert "先空着" in issued(Profile()).summary


def test_wages_come_first() -> None:
    """Where there is staff, wages come before deregistration."""
    assert any("工资" in note for note in issued(a_profile(whole_or_licence_only="whole", staff=True)).notes)
    assert any("工资" in note for note in issued(a_company_closing(social_insurance=True, debts=True)).notes)
    assert not any("员工工资" in note for note in issued(a_profile("shipin", staff=True)).notes)


def test_fictional_region_is_marked() -> None:
    """A fictional region is marked as 演示数据, a real one is not."""
    demo, real = issued(a_profile("shipin")), issued(a_profile("shipin", place="zhenxian"))
    assert demo.demo
    assert "演示数据" in demo.notes[0]
    assert not real.demo
    assert not any("演示数据" in note for note in real.notes)


def test_registry_that_the_knowledge_does_not_have_is_not_listed() -> None:
    """A type whose registry has no topic gets no entry for it, and no path."""
    kinds = a_knowledge().enterprise_types
    knowledge = a_knowledge(enterprise_types={"gongsi": kinds["gongsi"].model_copy(update={"registry": "nowhere"})})
    checklist = issued(a_company_closing(), knowledge)
    assert ids(checklist) == ["shuiwu-zhuxiao"]
    assert checklist.path is None


def test_licence_that_is_only_presumed_says_so() -> None:
    """Where nobody could say what is held, a licence of the trade stands with that reason; one that was told does not."""
    knowledge = a_knowledge()
    told, presumed = (
        issued(a_profile("shipin", presumed=ids_), knowledge).entries[0].why for ids_ in ((), ("shipin",))
    )
    assert told == wording.why_held(knowledge, "shipin")
    assert presumed == wording.why_presumed(knowledge, "shipin")


def test_licence_denied_by_its_old_id_is_not_held() -> None:
    """A licence is denied by any id it ever had."""
    knowledge = a_knowledge(an_item("shipin", old_ids=("canyin",)))
    checklist = issued(a_profile("shipin", denied=("canyin",)), knowledge)
    assert ids(checklist) == []
    assert not_applicable(checklist)["shipin"] == wording.WHY_NOT_DENIED


def test_registration_is_kept_only_where_somebody_said_so() -> None:
    """Nothing is said of the registration while its fate is open, nor to whom it is no matter of ours."""
    assert "geti-zhuxiao-dengji" not in not_applicable(issued(a_profile("shipin", whole_or_licence_only=None)))
    assert not_applicable(issued(a_profile("shipin", enterprise_type="minfei"))) == {}


def test_place_is_named() -> None:
    """The list names its place; of an unknown one it says nothing."""
    assert issued(a_profile("shipin")).place == "示例县"
    assert issued(a_profile("shipin", place=None)).place is None


def test_summary_names_what_was_asked_for_and_is_not_listed() -> None:
    """Where only a thing outside the list was named, the summary names that."""
    thing = m.Unlisted(id="beian", name="仅销售预包装食品备案", note="这是备案。", near=())
    knowledge = a_knowledge(unlisted={"beian": thing})
    assert "问到了仅销售预包装食品备案" in issued(a_profile(unlisted=("beian",)), knowledge).summary


def test_who_is_not_registered_with_the_market_has_no_business_licence() -> None:
    """A school of the civil affairs office is not told of a 执照 that it never had."""
    checklist = issued(a_profile("shipin", enterprise_type="minfei", whole_or_licence_only="whole"))
    assert checklist.summary.endswith("单位也要注销。")
    assert "执照" not in "".join(entry.why for entry in checklist.entries)


@pytest.mark.parametrize(
    ("trade", "told"),
    [
        ("食杂店", "开食杂店"),
        ("养殖场", "开养殖场"),
        ("建材批发", "做建材批发"),
        ("做软件", "做软件"),
        ("卖花", "卖花"),
    ],
)
def test_summary_says_the_trade_with_one_verb(trade: str, told: str) -> None:
    """A trade in somebody's own words keeps its verb; no second one is put before it."""
    said = wording.summary(
        a_knowledge(), kind=None, place="示例县", trade=trade, licences=(), unlisted=(), scope="whole"
    )
    assert said == f"您在示例县{told}，要销营业执照。"
