"""What one entry says: its door, its people, time and money, and how far each can be relied on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assistant.checklist import wording
from assistant.checklist.model import Entry
from assistant.checklist.plan import make_checklist
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import COUNTY, a_company_closing, a_guide, a_knowledge, a_profile, an_item

TODAY = dt.date(2026, 11, 21)


def entry(licence: str = "yancao", knowledge: Knowledge | None = None, **facts: Any) -> Entry:
    """The entry of one licence."""
    return make_checklist(knowledge or a_knowledge(), a_profile(licence, **facts), TODAY).entries[0]


def a_rule(**facts: Any) -> m.LocalRule:
    """What 示例县 says about 烟草."""
    told: dict[str, Any] = {"region": COUNTY, "item": "yancao", "state": m.State.CONFIRMED, "sources": ("演示数据",)}
    return m.LocalRule(**{**told, **facts})


def limited(**facts: Any) -> Entry:
    """The entry of a licence with this limit by law."""
    return entry("shipin", a_knowledge(guides={"shipin": a_guide("食品经营许可证", statutory_limit=m.Limit(**facts))}))


def test_window_is_the_county_s_proxy_window_first() -> None:
    """While nobody says which level issues a licence, people go to the proxy window of their county."""
    assert entry().window.name == "示例县代办服务专窗"


def test_window_without_a_place_is_named_in_general() -> None:
    """Without a place the window has a general name and no address that could be wrong."""
    window = entry(place=None).window
    assert window.name == "县（市、区）市场监管局登记注册窗口（代办服务专窗）"
    assert (window.address, window.phone, window.hours) == (None, None, None)


def test_window_of_a_local_rule_goes_before_the_proxy_window() -> None:
    """Where the region names a window for an item, that is where people go."""
    shown = entry(knowledge=a_knowledge(rules=[a_rule(window="yancao")]))
    assert shown.window.name == "示例市烟草专卖局窗口"
    assert shown.states["address"].state == "已核"
    assert shown.states["phone"].source == "演示数据"


def test_unknown_facts_are_null_and_open() -> None:
    """What nobody knows is null with the state 待核, never the word 待核."""
    shown = entry()
    assert (shown.window.address, shown.window.phone, shown.tier, shown.promised_limit) == (None, None, None, None)
    assert {shown.states[field].state for field in ("address", "phone", "hours", "tier", "promised_limit")} == {"待核"}
    assert "待核" not in shown.window.model_dump_json()


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        (None, "由窗口告知当场办还是代交"),
        (m.ProxyTier.DIRECT, "当场"),
        (m.ProxyTier.PROXY, "转交"),
        (m.ProxyTier.GUIDED, "您自己去办"),
    ],
)
def test_proxy_note_follows_the_tier(tier: m.ProxyTier | None, words: str) -> None:
    """The note says what the proxy window does, by the tier of the region or else of the item."""
    by_rule = entry(knowledge=a_knowledge(rules=[a_rule(tier=tier)]))
    by_item = entry("shipin", a_knowledge(an_item("shipin", tier=tier)))
    for shown in (by_rule, by_item):
        assert words in shown.proxy_note
        assert shown.tier == (tier.value if tier else None)
    assert by_rule.states["tier"].state == ("已核" if tier else "待核")
    assert by_item.states["tier"].state == "待核"


def test_own_window_is_the_department_s_for_people_who_go_themselves() -> None:
    """Who wants to go himself is told the department's window, kindly and with the hotline."""
    shown = entry(knowledge=a_knowledge(rules=[a_rule(level="地区")]), proxy="self")
    assert shown.window.name == "示例市烟草专卖局窗口"
    assert shown.proxy_note == wording.SELF_KNOWN


def test_nobody_is_sent_to_the_prefecture_while_the_level_is_unknown() -> None:
    """Who issues it stands on the certificate: until that is known, that is what the list says."""
    shown = entry(proxy="self")
    assert shown.window.name == "示例县发证部门的窗口（证上盖谁的章就找谁，归示例市烟草专卖局管）"
    assert "12313" in shown.proxy_note


def test_own_window_of_a_county_licence_is_not_the_prefecture_s() -> None:
    """A licence that the county issues does not send people to the prefecture."""
    contact = m.Contact(office="示例县烟草局", phone="000-0000-0002")
    knowledge = a_knowledge(rules=[a_rule(level="县", contact=contact)])
    shown = entry(knowledge=knowledge, proxy="self")
    assert shown.window.name == "示例县烟草局"
    assert shown.contact == "示例县烟草局 000-0000-0002"


def test_own_window_is_named_also_where_no_window_is_known() -> None:
    """People who go themselves always have somewhere to go."""
    for facts in ({"place": None}, {"place": "zhenxian"}):
        shown = entry(proxy="self", **facts)
        assert "示例市烟草专卖局" in shown.window.name


def test_joint_items_have_their_own_door() -> None:
    """Tax, bank and the others are done where they are done, not at the proxy window."""
    checklist = make_checklist(a_knowledge(), a_company_closing(bank_account=True), TODAY)
    doors = {e.item.id: e.window.name for e in checklist.entries}
    assert doors["shuiwu-zhuxiao"] == "主管税务局的办税服务厅"
    assert doors["yinhang-zhanghu-zhuxiao"] == "开户的那家银行网点"
    assert doors["gongsi-zhuxiao-dengji"] == "示例县代办服务专窗"


def test_licence_costs_nothing_by_law_unless_its_guide_says_otherwise() -> None:
    """A licence is 不收费 by 行政许可法 第五十八条; the guide's own word goes first."""
    free = entry("shipin")
    assert free.fee == "不收费"
    assert "行政许可法 第五十八条" in free.sources
    priced = a_guide("食品经营许可证", fee=(m.Fact(text="工本费5元。", sources=("演示数据",)),))
    assert entry("shipin", a_knowledge(guides={"shipin": priced})).fee == "工本费5元。"


def test_limit_of_the_office_is_shown_in_its_unit() -> None:
    """The time in which the office must finish is shown with its unit."""
    limit = limited(days=20, unit="工作日", text="收到申请起20个工作日。").statutory_limit
    assert limit is not None
    assert (limit.days, limit.unit) == (20, "工作日")


def test_limit_of_the_owner_is_a_note_only() -> None:
    """The time in which the owner must come is not the time it takes."""
    shown = limited(days=10, unit="工作日", whose="申请", text="执照办完10个工作日内备案。")
    assert shown.statutory_limit is None
    assert shown.limit_note == "执照办完10个工作日内备案。"


def test_limit_without_days_or_unit_is_a_note_only() -> None:
    """A number of days without its unit is not shown as a limit."""
    assert limited(days=10, text="十天。").statutory_limit is None
    assert limited(text="先打电话问。").limit_note == "先打电话问。"


def test_promised_limit_stands_apart_from_the_law_s() -> None:
    """What the region promises is told apart, with its own state."""
    rule = a_rule(promised_limit=m.Limit(days=3, unit="工作日", state=m.State.CONFIRMED, sources=("演示数据",)))
    shown = entry(knowledge=a_knowledge(rules=[rule]))
    assert shown.promised_limit is not None
    assert shown.promised_limit.days == 3
    assert shown.statutory_limit is None
    assert shown.states["promised_limit"].state == "已核"


def test_entry_without_a_guide_still_has_a_door_and_a_hotline() -> None:
    """An item whose guide is withdrawn still says where to go and whom to call."""
    knowledge = a_knowledge()
    del knowledge.guides["yancao"]
    shown = entry(knowledge=knowledge)
    assert (shown.window.name, shown.hotline, shown.materials) == ("示例县代办服务专窗", "12313", ())


def test_guide_tells_its_nature_questions_and_sources() -> None:
    """What the procedure really is, what to ask first and the law it rests on come from the guide."""
    guide = a_guide(
        "烟草专卖零售许可证",
        nature=(m.Fact(text="叫歇业，不叫注销。", sources=("烟草专卖法 第十六条",)),),
        ask_first=("还卖不卖？",),
    )
    shown = entry(knowledge=a_knowledge(guides={"yancao": guide}))
    assert shown.nature == "叫歇业，不叫注销。"
    assert shown.to_ask == ("还卖不卖？",)
    assert shown.sources[0] == "烟草专卖法 第十六条"
