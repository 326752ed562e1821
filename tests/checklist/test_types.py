"""The kinds of enterprise and of licences we serve: by which path each ends, what comes first, what afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.checklist import wording
from assistant.checklist.facts import PERSON, PRIVATE_NON_ENTERPRISE, FactFinder
from assistant.checklist.model import Checklist, Entry
from assistant.checklist.order import BRANCHES, NOTICE, SIMPLE, TAX
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from tests.checklist.test_properties import served

MONDAY = dt.date(2026, 11, 23)
# document 002's twelve: the topic of its registry, without debts, with debts, days of notice, days of claims
TWELVE = {
    "gongsi": ("gongsi-zhuxiao-dengji", "simple", "general", 20, 45),
    "fen-gongsi": ("fengongsi-zhuxiao-dengji", "direct", "direct", None, None),
    "fei-gongsi-faren": ("feigongsi-faren-zhuxiao-dengji", "simple", "general", None, None),  # its days are 待核
    "fei-gongsi-faren-fenzhi": ("qiye-zhuxiao-dengji", "direct", "direct", None, None),
    "hehuo": ("hehuo-qiye-zhuxiao-dengji", "simple", "general", 20, 45),
    "hehuo-fenzhi": ("qiye-zhuxiao-dengji", "direct", "direct", None, None),
    "geren-duzi": ("geren-duzi-zhuxiao-dengji", "simple", "general", 20, 60),
    "geren-duzi-fenzhi": ("qiye-zhuxiao-dengji", "direct", "direct", None, None),
    "waiguo-qiye": ("qiye-zhuxiao-dengji", "open", "open", None, None),
    "hezuoshe": ("nongmin-hezuoshe-zhuxiao-dengji", "simple", "general", 20, 45),
    "hezuoshe-fenzhi": ("qiye-zhuxiao-dengji", "direct", "direct", None, None),
    "geti": ("geti-zhuxiao-dengji", "direct", "direct", None, None),
}
AFTERWARDS = {"lvxingshe-sheli": 10, "renli-ziyuan-fuwu-xuke": 15, "lvguanye-tezhong-hangye": 3}  # days to come in
FIRST = (
    "ranqi-jingying-xuke",
    "minban-xuexiao-banxue",
    "minban-zhiye-peixun",
    "jinrong-xukezheng",
    "baoxian-xukezheng",
)


def closing(kind: str, *licences: str, **facts: Any) -> Checklist:
    """The checklist of an enterprise of one kind that closes for good."""
    told = {"place": "shilixian", "whole_or_licence_only": "whole", "debts": False, **facts}
    return make_checklist(served(), Profile(enterprise_type=kind, licences=licences, **told), MONDAY)


def entry(checklist: Checklist, guide_id: str) -> Entry:
    """One entry."""
    return next(one for one in checklist.entries if one.item.id == guide_id)


def days_of(checklist: Checklist, guide_id: str) -> int | None:
    """How many days an announcement runs, by the JSON."""
    dates = entry(checklist, guide_id).dates
    return dates.period.days if dates and dates.period else None


@pytest.mark.parametrize(("kind", "expected"), TWELVE.items(), ids=TWELVE)
def test_each_kind_ends_by_its_own_path(kind: str, expected: tuple[str, str, str, int | None, int | None]) -> None:
    """Each of the twelve has its registry, its path with and without debts, its notice and its claims."""
    registry, without, with_, notice, claims = expected
    clear, owing = closing(kind), closing(kind, debts=True)
    for checklist, way in ((clear, without), (owing, with_)):
        ids = [one.item.id for one in checklist.entries]
        assert checklist.path is not None
        assert checklist.path.way == way
        assert checklist.path.because
        assert ids.index(TAX) < ids.index(registry)
        assert (SIMPLE in ids) == (way == "simple")
        assert (NOTICE in ids) == (way == "general")
        explained = {line.item.id for line in checklist.not_applicable}
        assert (NOTICE in explained) == (way in ("simple", "direct"))
        assert (SIMPLE in explained) == (way == "general")
    if without == "simple":
        assert days_of(clear, SIMPLE) == notice
        assert days_of(owing, NOTICE) == claims
        assert wording.BECAUSE_SIMPLE[0] in {need.why for need in entry(clear, registry).after}
        assert wording.BECAUSE_NOTICE[0] in {need.why for need in entry(owing, registry).after}


def test_all_twelve_kinds_are_there() -> None:
    """The table above has the twelve kinds of document 002, and the knowledge has each by its id."""
    assert len(TWELVE) == 12
    assert TWELVE.keys() <= served().enterprise_types.keys()


@pytest.mark.parametrize(("kind", "where"), [("minfei", "民政"), ("shiye-danwei", "事业单位登记"), ("ziran-ren", "证")])
def test_kind_registered_elsewhere_has_no_registry_here(kind: str, where: str) -> None:
    """Who is registered elsewhere has no path here, and is told where to go."""
    checklist = closing(kind, "shipin-jingying-xuke")
    assert checklist.path is None
    assert not [one for one in checklist.entries if one.item.id.endswith("dengji")]
    assert any(where in note for note in checklist.notes)


@pytest.mark.parametrize("licence", AFTERWARDS)
def test_licence_due_after_deregistration_stands_after_it(licence: str) -> None:
    """旅行社、人力资源、旅馆: after the registry, by an article, within its days, counted from the registry's end."""
    checklist = closing("gongsi", licence)
    after = entry(checklist, licence)
    (need,) = after.after
    assert need.id == "gongsi-zhuxiao-dengji"
    assert need.why == wording.BECAUSE_AFTERWARDS
    assert need.source is not None
    assert need.state == "有出处"
    assert checklist.phases[-1].entries[0] == after
    assert after.dates is not None
    registry = entry(checklist, "gongsi-zhuxiao-dengji").dates
    assert registry is not None
    assert after.dates.start >= registry.finish
    assert after.dates.deadline_rule is not None
    assert f"{AFTERWARDS[licence]}" in after.dates.deadline_rule
    assert after.dates.deadline is not None
    assert after.dates.deadline > registry.finish


@pytest.mark.parametrize("licence", FIRST)
def test_licence_to_be_approved_first_stands_first_and_bars_the_simple_path(licence: str) -> None:
    """燃气、民办学校、金融: approved first, the registry waits for it by the law, and the path is the general one."""
    checklist = closing("gongsi", licence)
    assert checklist.phases[0].entries[0].item.id == licence
    why = {need.id: (need.why, need.source) for need in entry(checklist, "gongsi-zhuxiao-dengji").after}
    assert why[licence] == wording.BECAUSE_APPROVAL
    assert checklist.path is not None
    assert checklist.path.way == "general"
    assert "先经批准" in checklist.path.because


def test_gas_company_waits_ninety_working_days() -> None:
    """燃气 reports 90 working days before: the registry is not before, whatever else is ready."""
    checklist = closing("gongsi", "ranqi-jingying-xuke")
    gas, registry = entry(checklist, "ranqi-jingying-xuke").dates, entry(checklist, "gongsi-zhuxiao-dengji").dates
    assert gas is not None
    assert gas.period is not None
    assert (gas.period.days, gas.period.unit) == (90, "工作日")
    assert registry is not None
    assert registry.start >= gas.finish > MONDAY + dt.timedelta(days=120)
    assert checklist.timeline is not None
    assert "90个工作日" in checklist.timeline.sentence


def test_every_entry_of_everything_has_its_earliest_date() -> None:
    """With every licence, account and branch there are, each entry has its days and the list an earliest end."""
    yes = dict.fromkeys(("bank_account", "seal", "social_insurance", "customs", "branches"), True)
    checklist = closing("gongsi", *served().items, **yes)
    assert len(checklist.entries) == len(served().items) + 8
    assert all(one.dates is not None for one in checklist.entries)
    assert checklist.timeline is not None
    assert checklist.timeline.finish == max(one.dates.finish for one in checklist.entries if one.dates)
    assert checklist.phases[0].entries[-1].item.id == BRANCHES


def test_reasons_of_the_law_cite_what_was_read() -> None:
    """What is said in code to be the law's order or condition cites a text that the knowledge has and has read."""
    by_law = (wording.BECAUSE_BRANCHES, wording.BECAUSE_SIMPLE, wording.BECAUSE_NOTICE, wording.BECAUSE_APPROVAL)
    cited = {source for _, source in by_law} | {source for _, _, source in wording.CONDITIONS.values()}
    for name in (source.split(" ")[0] for source in cited):
        assert served().sources[name].read


def test_type_that_words_stand_for_exists() -> None:
    """Whoever has no business licence, and whoever is registered with civil affairs, is of a kind that the knowledge knows."""
    kinds = served().enterprise_types
    assert {PERSON, PRIVATE_NON_ENTERPRISE} <= kinds.keys()
    assert kinds[PERSON].registry is None


def test_person_without_a_business_licence_deregisters_nothing() -> None:
    """没执照，就我自己一台车: only the papers are given back, also where 一起销 was said."""
    told = FactFinder(served()).find("就我自己一台车，没执照").facts
    checklist = closing(told["enterprise_type"], "wangyueche-yunshuzheng")
    assert [one.item.id for one in checklist.entries] == ["wangyueche-yunshuzheng"]
