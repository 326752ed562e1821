"""Turns with every kind of card, told of the fictional 示例市, as WeChat shows them in the golden files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assistant import phrases, talk_cards
from assistant.actions.asking import licences_card, question_card
from assistant.actions.replies import human_card, progress_card
from assistant.actions.state import State
from assistant.cards import Asks, Card, Choice, Line, Section, Turn, words
from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import Profile
from assistant.checklist_card import checklist_card, profile_card
from assistant.guide_card import guide_card
from assistant.knowledge import model as m
from assistant.wechat.ratings import rating_card
from tests.builders import COUNTY, a_company_closing, a_guide, a_knowledge, a_material, a_profile, an_item

TODAY = dt.date(2026, 11, 23)
OPEN, CONFIRMED, LAW = m.State.OPEN, m.State.CONFIRMED, m.State.SOURCED
FOOD = "示例食品法 第一条"


def _fact(text: str, state: m.State = OPEN) -> m.Fact:
    return m.Fact(text=text, sources=(FOOD,), state=state)


_GUIDE = a_guide(
    "食品经营许可证",
    a_material("注销申请书", copies=1, note="写清不干了的原因和日期，到窗口现填也行。"),
    a_material("食品经营许可证正本、副本", note="领过纸证的交回。", state=CONFIRMED),
    a_material("授权委托书", copies=1, note="本人不去才要。写清委托谁、办哪几件事。", state=LAW),
    summary="饭店、小吃店、超市不干了，把食品经营许可证退掉。",
    nature=(_fact("只歇几个月、以后还干，一般不用注销。"),),
    ask_first=("证上写的是许可证，还是备案编号？", "是彻底关店，还是换老板？"),
    steps=(
        m.Step(text="先停业，把剩下的货处理完。"),
        m.Step(text="带上材料，到专窗交申请。", where="示例县演示大街2号", sources=(FOOD,), state=LAW),
    ),
    where=(_fact("示例市演示大街1号3楼东侧，电梯口右拐。", LAW),),
    statutory_limit=m.Limit(days=20, unit="工作日", whose="办结", text="从收下材料那天算。", state=LAW),
    proxy=(_fact("可以代办，不收费。", LAW),),
    online=(_fact("能不能在网上办还没核实，先打电话问。"),),
    consequences=(_fact("证没了还接着卖，罚5万到10万元。", LAW), _fact("旧证不销，新店可能办不下证。")),
    who=(_fact("证上写的经营者来办。"),),
    result=(_fact("注销通知书，可以免费邮寄。", LAW),),
    faq=(m.Question(ask="店先关一个冬天，要退证吗？", answer="一般不用。拿不准打 12315 问。"),),
    other_acts=(m.OtherAct(act="变更", where="换老板找发证机关，或打 12315 问。"),),
)
_ITEMS = (
    an_item("shipin", "食品经营许可证", hotline="12315"),
    an_item("yancao", "烟草专卖零售许可证", department="yancaoju", hotline="12313"),
    an_item("weisheng", "公共场所卫生许可证"),
)
KNOWN = a_knowledge(
    *_ITEMS,
    guides={"shipin": _GUIDE},
    industries={
        "fandian": m.Industry(id="fandian", name="饭店", must_have=("shipin",), may_have=("yancao", "weisheng")),
        "shangdian": m.Industry(id="shangdian", name="食杂店"),
    },
    sources={"示例食品法": m.Source(id="示例食品法", title="示例食品法（2025年修正）")},
)
RESTAURANT = State(profile=Profile(place=COUNTY, industry="fandian"))


def checklist_of(profile: Profile) -> Checklist:
    """The checklist of a profile on a fixed day."""
    return make_checklist(KNOWN, profile, TODAY)


def _checklist(profile: Profile, **names: Any) -> Card:
    return checklist_card(checklist_of(profile), "abcd2345efgh", **names)


def _asked(key: str, state: State, *before: Card) -> Turn:
    card, asks = question_card(KNOWN, key, state, demo=True)
    return Turn(status="needs_facts", cards=(*before, card), asks=asks)


def _answered(*cards: Card) -> Turn:
    return Turn(status="answered", cards=cards)


def _guide(guide: str = "shipin", **told: Any) -> Card:
    return guide_card(KNOWN, guide, region=COUNTY, **told)


_SHORT = a_profile("shipin", industry="fandian", proxy="proxy")
_LONG = a_company_closing("shipin", "yancao", "weisheng", industry="fandian")
_CASE = Card(
    kind="progress",
    title="办件 20260302-0001：部门正在办",
    sections=(
        Section(
            heading="食品经营许可证",
            lines=(Line(text="部门正在办（3月4日起）"), Line(text="部门正在办。最晚3月9日办完。")),
        ),
        Section(
            heading="烟草专卖零售许可证",
            lines=(
                Line(text="证明已寄出（3月5日起）"),
                Line(text="证明已经寄出。"),
                Line(text="示例快递 SL000123456789"),
            ),
        ),
        Section(heading="请补材料（20260302-0001-1）", lines=(Line(text="授权委托书（缺少）请带原件"),)),
    ),
)
_HELLO = (Choice(label="食品证咋退"), Choice(label="帮我列一张清单"))
_MEMBERS = State(profile=Profile(unsure_between=("shipin", "weisheng")))
_BEFORE = words(phrases.NOTED.format(what="饭店"), phrases.ONE_LICENCE.format(first="饭店", second="旅店"))

TURNS: dict[str, Turn] = {
    "问好": _answered(words(phrases.HELLO, phrases.HELLO_NEXT, choices=_HELLO)),
    "没听懂": Turn(status="unknown", cards=(words(phrases.NOT_UNDERSTOOD, phrases.NOT_UNDERSTOOD_NEXT),)),
    "一份指南": _answered(_guide()),
    "指南问去哪": _answered(_guide(aspect="where")),
    "指南没说哪个县": _answered(guide_card(KNOWN, "yancao")),
    "几份指南": _answered(_guide(), _guide("yancao"), _guide("weisheng")),
    "问话里插一句": _asked("proxy", RESTAURANT, _guide(aspect="fee")),
    "选哪一个": _asked("which_licence", _MEMBERS),
    "单选": _asked("enterprise_type", RESTAURANT),
    "选县": _asked("place", RESTAURANT, _BEFORE),
    "多选": _asked("licences", RESTAURANT),
    "有没有": _asked("bank_account", RESTAURANT),
    "改证": Turn(
        status="needs_facts",
        cards=(licences_card(KNOWN, State(profile=_SHORT)),),
        asks=Asks(key="other_licences", multiple=True),
    ),
    "说过的": _answered(profile_card(KNOWN, _SHORT)),
    "不在清单上": Turn(
        status="out_of_scope",
        cards=(
            words(phrases.NOT_LISTED.format(name="驾驶证"), phrases.NEAREST, choices=(Choice(label="食品经营许可证"),)),
        ),
    ),
    "找人": _answered(human_card(KNOWN, RESTAURANT)),
    "留言": talk_cards.leaving_a_message(None),
    "要删记录": talk_cards.sure_to_erase(True, None),
    "怎么查进度": _answered(progress_card()),
    "短清单": _answered(words(phrases.NOTED.format(what="窗口替我跑")), _checklist(_SHORT)),
    "长清单": _answered(_checklist(_LONG)),
    "还缺几样的清单": _answered(_checklist(Profile(place=COUNTY, licences=("yancao",)))),
    "清单后面接着问": _asked(
        "enterprise_type", RESTAURANT, _checklist(_SHORT, of="饭店"), words(phrases.BUSINESS_NEXT.format(name="旅店"))
    ),
    "办件进度": _answered(_CASE),
    "评价": _answered(rating_card("20260302-0001")),
}
