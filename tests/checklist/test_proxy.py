"""代办 or 自办, altogether or for single entries, and the trips that follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.checklist.model import Checklist, Entry
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile, resolved
from assistant.errors import NotFound
from assistant.knowledge import model as m
from tests.builders import COUNTY, a_company_closing, a_guide, a_knowledge, a_material, a_profile, an_item

TODAY = dt.date(2026, 11, 21)
ITEMS = (an_item("shipin"), an_item("xiaocan"), an_item("yancao", department="yancaoju", level="地区"))
REGISTRAR = "示例县发证部门的窗口（证上盖谁的章就找谁，归示例市市监局管）"
LETTER = a_material("授权委托书", only_if=m.OnlyIf(situations=("daiban-ren",)))


def issued(*rules: m.LocalRule, **facts: Any) -> Checklist:
    """The checklist of two licences of one department and one of another, each asking for an authorisation."""
    guides = {item.id: a_guide(item.name, LETTER) for item in ITEMS}
    knowledge = a_knowledge(*ITEMS, guides=guides, rules=rules)
    return make_checklist(knowledge, a_profile("shipin", "xiaocan", "yancao", **facts), TODAY)


def entry(checklist: Checklist, guide_id: str) -> Entry:
    """One entry."""
    return next(one for one in checklist.entries if one.item.id == guide_id)


def trips(checklist: Checklist) -> list[tuple[str, bool, tuple[str, ...]]]:
    """The trips, plainly."""
    return [(trip.to, trip.proxy, trip.for_) for trip in checklist.trips]


def guided(item: str) -> m.LocalRule:
    """The proxy window does not take this item in."""
    return m.LocalRule(region=COUNTY, item=item, tier=m.ProxyTier.GUIDED)


def test_choice_for_one_entry_goes_before_the_choice_for_all() -> None:
    """What is chosen for one entry holds for it; the others follow the choice for all."""
    checklist = issued(proxy="proxy", proxy_by_entry={"yancao": "self"})
    assert [one.way for one in checklist.entries] == ["proxy", "proxy", "self"]
    assert [one.window.name for one in checklist.entries] == [
        "示例县代办服务专窗",
        "示例县代办服务专窗",
        "示例市烟草专卖局窗口",
    ]
    assert "自己办" in entry(checklist, "yancao").proxy_note


def test_authorisation_is_for_the_entries_that_are_proxied() -> None:
    """Only where somebody else comes is an authorisation asked for."""
    checklist = issued(proxy_by_entry={"xiaocan": "proxy"})
    assert [line.for_ for line in checklist.materials] == [("xiaocan",)]


def test_trips_follow_the_choices() -> None:
    """One trip to the proxy window for what it takes, one to each department that one visits oneself."""
    window = "示例县代办服务专窗"
    assert trips(issued(proxy="proxy")) == [(window, True, ("shipin", "xiaocan", "yancao"))]
    assert trips(issued(proxy="proxy", proxy_by_entry={"yancao": "self"})) == [
        (window, True, ("shipin", "xiaocan")),
        ("示例市烟草专卖局窗口", False, ("yancao",)),
    ]
    assert trips(issued(proxy="self")) == [
        (REGISTRAR, False, ("shipin", "xiaocan")),
        ("示例市烟草专卖局窗口", False, ("yancao",)),
    ]


def test_nothing_chosen_counts_as_going_oneself() -> None:
    """While nobody chose, trips are counted as if one went oneself."""
    assert trips(issued()) == trips(issued(proxy="self"))
    assert [one.way for one in issued().entries] == [None, None, None]


def test_what_lies_on_the_way_makes_no_trip_of_its_own() -> None:
    """A department visited anyway takes in its other papers too, and the proxy window is not visited for them."""
    checklist = issued(proxy="self", proxy_by_entry={"xiaocan": "proxy"})
    assert trips(checklist)[0] == (REGISTRAR, False, ("shipin", "xiaocan"))
    assert len(checklist.trips) == 2


def test_what_the_window_does_not_take_costs_a_trip_though_proxy_was_chosen() -> None:
    """指引自办 cannot be proxied: the entry says so, and one goes oneself."""
    checklist = issued(guided("yancao"), proxy="proxy")
    assert [one.can_proxy for one in checklist.entries] == [True, True, False]
    assert ("示例市烟草专卖局窗口", False, ("yancao",)) in trips(checklist)
    assert "自己去办" in entry(checklist, "yancao").proxy_note


def test_door_elsewhere_cannot_be_proxied() -> None:
    """Tax has a door of its own: the proxy window does not go there."""
    checklist = make_checklist(a_knowledge(), a_company_closing(), TODAY)
    assert not entry(checklist, "shuiwu-zhuxiao").can_proxy
    assert entry(checklist, "gongsi-zhuxiao-dengji").can_proxy


def test_shared_papers_are_told_where_the_window_takes_any() -> None:
    """Who hands in at the proxy window is told of the papers that it already has; who cannot, is not."""
    assert any("交过的材料" in note for note in issued().notes)
    rules = [guided(item.id) for item in ITEMS]
    assert not any("交过的材料" in note for note in issued(*rules).notes)


def test_choices_are_read_by_name_or_id_in_chinese_or_english() -> None:
    """A choice names its entry by name, id or old id, and its way in either tongue."""
    knowledge = a_knowledge(an_item("shipin", "食品经营许可证", old_ids=("canyin",)), an_item("yancao"))
    told = {"食品经营许可证": "自办", "yancao": "proxy", "税务注销": "代办", "yinzhang-zhuxiao": "self"}
    profile = resolved(knowledge, {"proxy_by_entry": told})
    ways = {"shipin": "self", "yancao": "proxy", "shuiwu-zhuxiao": "proxy", "yinzhang-zhuxiao": "self"}
    assert profile.proxy_by_entry == ways
    assert resolved(knowledge, {"proxy_by_entry": {"canyin": "自己办"}}).way_of("shipin") == "self"
    assert profile.way_of("shebao-zhuxiao") is None
    assert profile.with_(proxy="proxy").way_of("shebao-zhuxiao") == "proxy"
    assert Profile.model_validate(profile.model_dump(mode="json")) == profile


def test_choice_for_something_unknown_is_refused_in_words() -> None:
    """A choice for an entry that does not exist is refused by its name."""
    with pytest.raises(NotFound, match="没有“飞机证、火箭证”这件事"):
        resolved(a_knowledge(), {"proxy_by_entry": {"飞机证": "自办", "火箭证": "自办"}})


def test_list_issued_before_there_were_choices_can_still_be_read() -> None:
    """A stored list without ways, trips, path, reasons and sums opens as it was."""
    stored = issued(proxy="proxy").model_dump(mode="json", by_alias=True)
    for key in ("trips", "path"):
        del stored[key]
    for line in stored["materials"]:
        for key in ("originals", "photocopies", "relief", "waived_for"):
            del line[key]
    for one in (entry for phase in stored["phases"] for entry in phase["entries"]):
        del one["way"], one["can_proxy"], one["dates"]["period"]
        one["after"] = [{"id": need["id"], "name": need["name"]} for need in one["after"]]
    for key in ("proxy_by_entry", "revoked", "frozen", "disputes", "fines", "owner_deceased"):
        del stored["profile"][key]
    assert [one.item.id for one in Checklist.model_validate(stored).entries] == ["shipin", "xiaocan", "yancao"]


# ---- where one goes, and what for -------------------------------------------------------------------------------
def test_authorisation_is_not_for_doors_where_the_proxy_window_does_not_go() -> None:
    """代办 for everything: tax, bank and what the window does not take in are done by oneself, without a letter."""
    names = ("shuiwu-zhuxiao", "gongsi-zhuxiao-dengji", "yinhang-zhanghu-zhuxiao", "shipin", "yancao")
    guides = {i: a_guide(a_knowledge().topics[i].name if "-" in i else f"{i}许可证", LETTER) for i in names}
    knowledge = a_knowledge(*ITEMS, guides=guides, rules=(guided("yancao"),))
    closing = a_company_closing("shipin", "yancao", bank_account=True, debts=True)
    checklist = make_checklist(knowledge, closing, TODAY)
    assert {i for line in checklist.materials for i in line.for_} == {"shipin", "gongsi-zhuxiao-dengji"}


def test_place_of_what_one_does_oneself_is_the_department_s() -> None:
    """Who goes himself is not sent to the proxy window, nor is he by what it does not take in."""
    by_choice = entry(issued(proxy="proxy", proxy_by_entry={"yancao": "self"}), "yancao")
    by_tier = entry(issued(guided("yancao"), proxy="proxy"), "yancao")
    for one in (by_choice, by_tier):
        assert one.window.name == "示例市烟草专卖局窗口"
        assert one.states["address"].state == "已核"
        assert one.own_window is None
    assert by_choice.can_proxy
    assert not by_tier.can_proxy


def test_other_place_is_named_where_the_proxy_window_stands() -> None:
    """Beside the proxy window stands where one would go oneself; of the registry there is only the one counter."""
    for way in ("proxy", None):
        shown = entry(issued(proxy=way), "yancao")
        assert shown.window.name == "示例县代办服务专窗"
        assert shown.own_window is not None
        assert shown.own_window.name == "示例市烟草专卖局窗口"


def test_registry_is_the_same_counter_without_the_sign_of_the_proxy_window() -> None:
    """Who goes to the registry himself goes to its counter, which is not called 代办服务专窗 for him."""
    plain = a_knowledge()
    window = plain.windows["zhuanchuang"].model_copy(update={"name": "示例县登记注册窗口（代办服务专窗）"})
    knowledge = a_knowledge(windows={**plain.windows, "zhuanchuang": window})
    for way, name in (("proxy", "示例县登记注册窗口（代办服务专窗）"), ("self", "示例县登记注册窗口")):
        checklist = make_checklist(knowledge, a_company_closing(proxy=way), TODAY)
        assert entry(checklist, "gongsi-zhuxiao-dengji").window.name == name


def test_announcement_is_posted_online_and_costs_no_trip() -> None:
    """公示 and 公告 are posted on the public system: no window, no trip, no identity card for a counter."""
    card = m.SharedMaterial(id="shenfenzheng", name="身份证", form="原件和复印件", copies=1)
    wanted = (a_material("承诺书"), a_material(shared="shenfenzheng"))
    for announcement, debts in (("jianyi-zhuxiao", False), ("qingsuan-gonggao", True)):
        guides = {announcement: a_guide(a_knowledge().topics[announcement].name, *wanted)}
        knowledge = a_knowledge(guides=guides, shared=[card])
        checklist = make_checklist(knowledge, a_company_closing(debts=debts), TODAY)
        posted = entry(checklist, announcement)
        assert posted.online
        assert posted.window.name == "国家企业信用信息公示系统（网上）"
        assert not posted.can_proxy
        assert posted.states["window"].state == "有出处"
        assert announcement not in {one for trip in checklist.trips for one in trip.for_}
        assert "shenfenzheng" not in posted.materials


def test_later_phase_at_the_same_door_is_another_trip() -> None:
    """The registry is handed in after the tax: the proxy window is visited twice, and so it is counted."""
    checklist = make_checklist(a_knowledge(), a_company_closing("shipin", "yancao"), TODAY)
    window = "示例县代办服务专窗"
    assert trips(checklist) == [
        (window, True, ("shipin", "yancao")),
        ("主管税务局的办税服务厅", False, ("shuiwu-zhuxiao",)),
        (window, True, ("gongsi-zhuxiao-dengji",)),
    ]


def test_what_waits_for_another_at_its_door_is_another_trip() -> None:
    """Within a phase too: first the lorry's certificate, then, when it is done, the company's licence."""
    items = (an_item("che"), an_item("gongsi"))
    knowledge = a_knowledge(*items, licence_order={"gongsi": ["che"]})
    checklist = make_checklist(knowledge, a_profile("gongsi", "che", proxy="proxy"), TODAY)
    assert [trip.for_ for trip in checklist.trips] == [("che",), ("gongsi",)]
