"""A guide as a card: the aspect asked for first, every line with its state, the hotline beside what is 待核."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.cards import Card, Choice, ItemRef, Line, Section
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

HEADINGS = {
    "materials": "要带什么",
    "how": "怎么一步步办",
    "where": "去哪办",
    "phone": "电话",
    "time": "多久",
    "fee": "收费",
    "proxy": "能不能代办",
    "online": "网上能不能办",
    "consequence": "不办会怎样",
    "who": "谁来办、什么时候必须办",
}
FOLLOW_UPS = ("materials", "where", "time", "fee", "proxy", "online", "consequence")
SHORT = {
    "materials": "要带什么",
    "where": "去哪办",
    "time": "多久",
    "fee": "收费吗",
    "proxy": "能代办吗",
    "online": "能网上办吗",
    "consequence": "不办会怎样",
}


def guide_card(knowledge: Knowledge, guide_id: str, *, region: str | None = None, aspect: str | None = None) -> Card:
    """The whole guide, with the section of `aspect` first; NotFound for an unknown id."""
    guide = knowledge.guide(guide_id)
    guide_id = knowledge.old_ids.get(guide_id, guide_id)
    sections = {
        "about": Section(lines=tuple(_about(knowledge, guide_id, guide))),
        "ask_first": Section(heading="先弄清", lines=tuple(Line(text=text) for text in guide.ask_first)),
        "materials": _section("materials", _materials(knowledge, guide)),
        "how": _section("how", _steps(guide)),
        "where": _section("where", _where(knowledge, guide_id, guide, region)),
        "phone": _section("phone", _phone(knowledge, guide_id, region)),
        "time": _section("time", _time(knowledge, guide_id, guide, region)),
        "fee": _section("fee", _facts(guide.fee or knowledge.general.fee)),
        "proxy": _section("proxy", _facts((*guide.proxy, *knowledge.general.proxy))),
        "online": _section("online", _facts(guide.online or knowledge.general.online)),
        "consequence": _section("consequence", _facts((*guide.consequences, *knowledge.general.consequences))),
        "who": _section(
            "who", _facts((*(guide.who or knowledge.general.who), *(guide.when or knowledge.general.when)))
        ),
        "result": Section(heading="办完拿到什么", lines=tuple(_facts(guide.result or knowledge.general.result))),
        "faq": Section(heading="常有人问", lines=tuple(_questions(guide))),
        "other_acts": Section(
            heading="这些不归这里办", lines=tuple(Line(text=f"{act.act}：{act.where}") for act in guide.other_acts)
        ),
    }
    order = list(sections)
    if aspect in sections:
        order.remove(aspect)
        order.insert(1, aspect)  # after the summary
    return Card(
        kind="answer",
        title=guide.name,
        sections=tuple(sections[name] for name in order if sections[name].lines),
        choices=tuple(_follow_ups(guide_id, aspect)),
        sources=tuple(_sources(knowledge, guide)),
        item=ItemRef(id=guide_id, name=guide.name),
        aspect=aspect if aspect in HEADINGS else None,
    )


def _section(aspect: str, lines: Iterator[Line]) -> Section:
    return Section(heading=HEADINGS[aspect], lines=tuple(lines))


def _about(knowledge: Knowledge, guide_id: str, guide: m.Guide) -> Iterator[Line]:
    yield Line(text=guide.summary)
    yield from _facts(guide.nature)
    item = knowledge.items.get(guide_id)
    if item is not None:
        department = knowledge.departments[item.department]
        yield Line(
            text=f"主管部门：{department.name}。发证的是县里、地区还是省里，先看证上盖的章。",
            tag="待核" if item.level is None else None,
        )
        if not item.listed_literally:
            yield Line(text="是否在本地清单上还没核实，去之前先打电话问一句。", tag="待核", phone=item.hotline)


def _facts(facts: tuple[m.Fact, ...]) -> Iterator[Line]:
    for fact in facts:
        if fact.text:
            yield Line(text=fact.text, tag=_tag(fact.state))


def _tag(state: m.State) -> str | None:
    """What is shown beside a line: only 待核 and 已核 tell a person something."""
    return None if state is m.State.SOURCED else state.value


def _materials(knowledge: Knowledge, guide: m.Guide) -> Iterator[Line]:
    for written in guide.materials:
        material = knowledge.material(written)
        form = "".join(
            part for part in (material.form or "", f"{material.copies}份" if material.copies else "") if part
        )
        text = f"{material.name}（{form}）" if form else str(material.name)
        yield Line(text=f"{text}：{material.note}" if material.note else text, tag=_tag(material.state))
    yield from _facts(knowledge.general.missing)
    if any(written.name and "证" in written.name for written in guide.materials):
        yield from _facts(knowledge.general.lost)


def _steps(guide: m.Guide) -> Iterator[Line]:
    for number, step in enumerate(guide.steps, 1):
        where = f"（{step.where}）" if step.where else ""
        yield Line(text=f"{number}. {step.text}{where}", tag=_tag(step.state))


def _where(knowledge: Knowledge, guide_id: str, guide: m.Guide, region: str | None) -> Iterator[Line]:
    yield from _facts(guide.where)
    yield from _window(knowledge, guide_id, region)
    yield from _facts(knowledge.general.where)


def _window(knowledge: Knowledge, guide_id: str, region: str | None) -> Iterator[Line]:
    """The window of a region: what is confirmed in full, what is not as 待核 with the hotline."""
    rule = knowledge.rule_for(region, guide_id)
    window = knowledge.windows.get(rule.window) if rule and rule.window else knowledge.proxy_window(region)
    hotline = knowledge.hotline_of(guide_id)
    if window is None:
        yield Line(text=f"告诉我您在哪个县（市、区），我给您说是哪个窗口。也可以先打 {hotline} 问。", phone=hotline)
        return
    demo = knowledge.regions[window.region].demo
    yield Line(text=window.name, tag="演示数据" if demo else None)
    if window.address:
        yield Line(text=f"地址：{window.address}", tag=window.state.value)
    if window.hours:
        yield Line(text=f"办公时间：{window.hours}", tag=window.state.value)
    if window.phone:
        yield Line(text=f"电话：{window.phone}", tag=window.state.value, phone=None if demo else window.phone)
    if not (window.address and window.hours and window.phone):
        yield Line(text=f"地址、电话、办公时间还没核实，去之前先打 {hotline} 问清。", tag="待核", phone=hotline)


def _phone(knowledge: Knowledge, guide_id: str, region: str | None) -> Iterator[Line]:
    hotline = knowledge.hotline_of(guide_id)
    rule = knowledge.rule_for(region, guide_id)
    if rule and rule.contact and rule.contact.phone:
        yield Line(text=f"{rule.contact.office}：{rule.contact.phone}", tag=rule.state.value)
    else:
        yield Line(text="经办科室的电话还没核实，这里不写没把握的号码。", tag="待核")
    yield Line(text=f"先打全国统一热线 {hotline}，说清是哪个县、哪个证要注销，让他们转。", phone=hotline)
    if hotline != "12345":
        yield Line(text="打不通就打 12345，政务服务总客服。", phone="12345")


def _time(knowledge: Knowledge, guide_id: str, guide: m.Guide, region: str | None) -> Iterator[Line]:
    rule = knowledge.rule_for(region, guide_id)
    if rule and rule.promised_limit and rule.promised_limit.days is not None:
        yield Line(text=f"承诺{_days(rule.promised_limit)}办完。", tag=rule.state.value)
    limit = guide.statutory_limit
    if limit and limit.days and limit.unit and limit.whose == "办结":
        yield Line(text=f"规定的期限：{_days(limit)}。{limit.text or ''}", tag=_tag(limit.state))
    elif limit and limit.text:
        yield Line(text=limit.text, tag=_tag(limit.state))
    yield from _facts(knowledge.general.time)


def _days(limit: m.Limit) -> str:
    """A limit as people say it: 当场, 5 个工作日, 20 天."""
    if not limit.days:
        return "当场"
    return f" {limit.days} 个工作日" if limit.unit == "工作日" else f" {limit.days} 天"


def _questions(guide: m.Guide) -> Iterator[Line]:
    for question in guide.faq:
        yield Line(text=f"问：{question.ask}　答：{question.answer}", tag=_tag(question.state))


def _follow_ups(guide_id: str, aspect: str | None) -> Iterator[Choice]:
    for name in FOLLOW_UPS:
        if name != aspect:
            yield Choice(label=SHORT[name], effect={"guide": guide_id, "aspect": name})
    yield Choice(label="帮我列一张清单", effect={"checklist": guide_id})


def _sources(knowledge: Knowledge, guide: m.Guide) -> Iterator[str]:
    """Every source of the guide once, with its full title and articles."""
    articles: dict[str, list[str]] = {}
    facts: tuple[m.Fact | m.Step | m.Material, ...] = (
        *guide.nature,
        *guide.who,
        *guide.when,
        *guide.where,
        *guide.fee,
        *guide.consequences,
        *guide.steps,
        *guide.materials,
    )
    for fact in facts:
        for source in fact.sources:
            short, _, article = source.partition(" ")
            articles.setdefault(short, [])
            if article and article not in articles[short]:
                articles[short].append(article)
    for short, found in articles.items():
        known = knowledge.sources.get(short)
        if known is None or short == "通行做法":
            continue
        about = "，".join(part for part in (known.number, known.version) if part)
        yield f"{known.title}{f'（{about}）' if about else ''}{'、'.join(found)}"
