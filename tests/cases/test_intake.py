"""Taking in: from a checklist without typing again, or at the counter; the code verified, nothing asked twice."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from assistant.cases.intake import Intake, Told
from assistant.cases.model import IllegalMove, Limit
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.errors import NotFound, Refused
from assistant.issued import IssuedChecklists, code_of
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import COUNTY, a_guide, a_knowledge, a_material, a_profile, an_item
from tests.cases.builders import CODE, LI, OTHER_CODE, TOBACCO, a_contact, a_new_case, complete, opened

SHOP = Told("示例县一家食杂店", CODE, a_contact())
BUSINESS = m.SharedMaterial(id="zhizhao", name="营业执照", form="复印件", copies=1)


def a_window_knowledge() -> Knowledge:
    """Two licences that share the business licence, each with its own certificate; one has a promise, one cannot be proxied."""
    promise = m.Limit(days=3, unit="工作日", sources=("承诺书",), state=m.State.SOURCED)
    statutory = m.Limit(days=20, unit="工作日", sources=("行政许可法 第四十二条",), state=m.State.SOURCED)
    open_limit = m.Limit(days=7, unit="工作日", state=m.State.OPEN)
    return a_knowledge(
        an_item("shipin", "食品经营许可证"),
        an_item("yancao", "烟草专卖零售许可证", department="yancaoju"),
        an_item("lvguan", "旅馆业特种行业许可证", department="gonganju", tier=m.ProxyTier.GUIDED),
        guides={
            item: a_guide(name, a_material(shared="zhizhao"), a_material(f"{name}正本"), statutory_limit=limit)
            for item, name, limit in (
                ("shipin", "食品经营许可证", statutory),
                ("yancao", "烟草专卖零售许可证", open_limit),
                ("lvguan", "旅馆业特种行业许可证", None),
            )
        },
        shared=(BUSINESS,),
        rules=(m.LocalRule(region=COUNTY, item="shipin", promised_limit=promise, state=m.State.SOURCED),),
    )


@pytest.fixture
def checklists(engine: Engine) -> IssuedChecklists:
    """The checklists of the same database."""
    return IssuedChecklists(a_window_knowledge(), engine)


@pytest.fixture
def intake(cases: Cases, checklists: IssuedChecklists) -> Intake:
    """Intake at 示例县."""
    return Intake(cases, checklists, a_window_knowledge)


@pytest.mark.parametrize(
    "typed",
    [
        lambda token: f"https://example.test/c/{token}",
        lambda token: f" /c/{token}?from=qr#top ",
        lambda token: token,
        lambda token: f"{code_of(token)[:4]} {code_of(token)[4:]}".upper(),
    ],
)
def test_checklist_is_found_by_what_the_qr_says_or_its_short_code(
    intake: Intake, checklists: IssuedChecklists, typed: Callable[[str], str]
) -> None:
    """The address of the QR, a token, or the short code with blanks and capitals lead to the same list."""
    token, checklist = checklists.issue(a_profile("shipin"))
    assert intake.checklist(typed(token)) == (token, checklist)


def test_case_takes_over_everything_of_the_checklist(intake: Intake, checklists: IssuedChecklists) -> None:
    """Entries, departments, limits, materials and the region come from the list; only name and code are told."""
    token, _ = checklists.issue(a_profile("shipin", "yancao"))
    case = intake.from_checklist(token, SHOP, by=LI)
    assert {entry.name: entry.department for entry in case.entries} == {
        "食品经营许可证": "示例市市监局",
        "烟草专卖零售许可证": "示例市烟草专卖局",
    }
    assert (case.region, case.enterprise.kind, case.checklist) == ("示例县", "个体工商户", token)
    assert {one.name: len(one.entries) for one in case.materials} == {
        "营业执照": 2,
        "食品经营许可证正本": 1,
        "烟草专卖零售许可证正本": 1,
    }
    assert all(not one.here for one in case.materials)


def test_material_is_asked_for_the_entries_that_want_it(cases: Cases, engine: Engine) -> None:
    """An entry whose office holds a paper already is not held up by it, though another entry asks for it."""
    knowledge = a_knowledge(
        an_item("shipin", "食品经营许可证"),
        an_item("yancao", "烟草专卖零售许可证", department="yancaoju"),
        guides={
            "shipin": a_guide("食品经营许可证", a_material(shared="zhizhao")),
            "yancao": a_guide("烟草专卖零售许可证", a_material(shared="zhizhao", already_held=True)),
        },
        shared=(BUSINESS,),
    )
    intake = Intake(cases, IssuedChecklists(knowledge, engine), lambda: knowledge)
    case = intake.at_counter(("shipin", "yancao"), Told("店", region=COUNTY), by=LI)
    assert {entry.item: [one.name for one in case.lacking(entry.id)] for entry in case.entries} == {
        "shipin": ["营业执照"],
        "yancao": [],
    }


def test_limit_is_the_promised_one_else_the_statutory_one(intake: Intake) -> None:
    """A promise comes before the law; what is 待核 sets no clock."""
    at_home = intake.at_counter(("食品经营许可证", "烟草专卖零售许可证"), Told("店", region=COUNTY), by=LI)
    assert [entry.limit for entry in at_home.entries] == [Limit(3, "工作日", "承诺"), None]
    elsewhere = intake.at_counter(("shipin",), Told("店", region="zhenxian"), by=LI)
    assert elsewhere.entries[0].limit == Limit(20, "工作日", "法定")


def test_counter_needs_a_name_and_the_licences_only(intake: Intake) -> None:
    """A case is made of what is told at the counter, with its materials ticked at once."""
    told = Told(
        "示例县一家食杂店",
        CODE.lower(),
        a_contact(phone="138 0013-8000"),
        region="示例县",
        received={"zhizhao": ("复印件", 1)},
        green_lane="elderly",
    )
    case = intake.at_counter(("shipin",), told, by=LI, kind="个体工商户")
    assert (case.enterprise.code, case.green_lane, case.state) == (CODE, "elderly", State.REGISTERED)
    assert [one.name for one in case.materials if one.here] == ["营业执照"]
    assert [one.name for one in case.lacking(case.entries[0].id)] == ["食品经营许可证正本"]
    with pytest.raises(NotFound, match="清单上没有“修脚证”"):
        intake.at_counter(("修脚证",), told, by=LI)
    with pytest.raises(Refused, match="一件要办的事项也没有选"):
        intake.at_counter((), told, by=LI)


def test_each_entry_goes_by_proxy_or_by_oneself(intake: Intake, checklists: IssuedChecklists) -> None:
    """What the enterprise does itself is noted and asks for no papers here; what cannot be proxied is not taken."""
    token, _ = checklists.issue(a_profile("shipin", "yancao", "lvguan"))
    told = Told("店", ways={"yancao": "self"})
    case = intake.from_checklist(token, told, by=LI)
    ways = {entry.item: (entry.way, entry.state) for entry in case.entries}
    assert ways["shipin"] == ("proxy", State.REGISTERED)
    assert ways["yancao"] == ways["lvguan"] == ("self", State.GUIDED)
    assert {one.name for one in case.materials} == {"营业执照", "食品经营许可证正本"}
    with pytest.raises(Refused, match="窗口代不了"):
        intake.from_checklist(token, Told("店", ways={"lvguan": "proxy"}), by=LI)
    left = intake.from_checklist(token, Told("店", leave_out=frozenset({"yancao", "lvguan"})), by=LI)
    assert [entry.item for entry in left.entries] == ["shipin"]


def test_what_an_earlier_case_holds_is_not_asked_again(cases: Cases) -> None:
    """A paper handed in for the same code is shared, with the case that holds it; what is for each, or of others, is not."""
    first = complete(cases, opened(cases))
    second = opened(cases, enterprise="示例县一家食杂店（改了名）")
    assert {one.name: one.shared_from for one in second.materials} == {"身份证": first.number, "注销申请书": None}
    assert second.enterprise.id == first.enterprise.id
    assert [one.number for one in cases.of_enterprise(first.enterprise.id)] == [second.number, first.number]
    assert all(not one.here for one in opened(cases, code=OTHER_CODE).materials)
    back = cases.give_back(second.number, 1, second.materials[0].id, by=LI)
    assert not back.materials[0].here


@pytest.mark.parametrize("code", ["91350100M000100Y42", "9135010OM000100Y43", "91350100M000100Y4", "123456"])
def test_wrong_code_is_refused(cases: Cases, code: str) -> None:
    """A wrong check digit, a letter that no code has, a digit too few: nothing is taken in."""
    with pytest.raises(Refused, match="统一社会信用代码不对"):
        opened(cases, code=code)
    assert cases.queue() == []


def test_enterprise_is_known_again_by_its_code(cases: Cases) -> None:
    """At the counter the code brings the name; who has no code is a new enterprise each time."""
    case = opened(cases)
    assert cases.enterprise(f" {CODE.lower()} ") == case.enterprise
    assert cases.enterprise(OTHER_CODE) is None
    assert opened(cases, code=None).enterprise.id != opened(cases, code=None).enterprise.id


@pytest.mark.parametrize(
    ("contact", "why"),
    [
        ({"consented_at": None}, "本人同意"),
        ({"phone": "12345"}, "电话不对"),
        ({"name": " "}, "姓名"),
    ],
)
def test_contact_is_taken_by_consent_and_whole(cases: Cases, contact: dict[str, object], why: str) -> None:
    """No telephone without consent, and none that cannot be called; a case needs no contact at all."""
    with pytest.raises(Refused, match=why):
        opened(cases, contact=a_contact(**contact))
    assert cases.contact(opened(cases, contact=None).number) is None


def test_contact_is_kept_in_one_spelling_and_can_be_changed(cases: Cases) -> None:
    """A telephone is its digits; the old contact is gone when there is another."""
    case = opened(cases, contact=a_contact(phone="+86 138-0013-8000"))
    kept = cases.contact(case.number)
    assert kept is not None
    assert kept.phone == "13800138000"
    cases.change_contact(case.number, 1, a_contact(name="钱七"), by=LI)
    changed = cases.contact(case.number)
    assert changed is not None
    assert changed.name == "钱七"


def test_only_the_window_takes_in(cases: Cases) -> None:
    """Who is not at the window opens no case; one without entries is none."""
    with pytest.raises(IllegalMove):
        cases.open(a_new_case(), by=TOBACCO)
    with pytest.raises(Refused, match="一件要办的事项也没有选"):
        opened(cases, *(), entries=())


def test_case_for_another_county_says_so(cases: Cases) -> None:
    """异地代收: where it was handed in is not where it is handled."""
    assert opened(cases, taken_in="示例市").elsewhere
    assert not opened(cases, code=None).elsewhere


def test_numbers_of_a_day_are_one_row(cases: Cases) -> None:
    """No number is given twice, none is left out."""
    numbers = [opened(cases, code=None).number for _ in range(3)]
    assert numbers == ["20260302-0001", "20260302-0002", "20260302-0003"]
