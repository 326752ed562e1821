"""The types editors write: Chinese keys on disk, English names in code.

Every file under `knowledge/` is one of these models. They are frozen and forbid unknown keys, so a
mistyped key is an error with its place, never silently ignored. A fact is text with a source and a state.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Written(BaseModel):
    """Something an editor wrote: immutable, with Chinese keys and no room for unknown ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


def _as_tuple(value: Any) -> Any:
    """One value where a list is expected counts as a list of one."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str | dict | BaseModel) else tuple(value)


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)]


class State(StrEnum):
    """How far a fact can be relied on."""

    CONFIRMED = "已核"  # the department itself confirmed it, with a date
    SOURCED = "有出处"  # read in the law or document that `source` names
    OPEN = "待核"  # nobody has confirmed it: shown as 待核 with the hotline beside it


class ProxyTier(StrEnum):
    """How far the proxy window (代办注销服务窗口) goes for an item (document 000, part 四)."""

    DIRECT = "窗口直接办"
    PROXY = "窗口代收代交"
    GUIDED = "指引自办"


# ---- sources ---------------------------------------------------------------------------------------------------
class Source(Written):
    """A law or official document that facts refer to by its short name (knowledge/sources.yaml)."""

    id: Text = Field(alias="简称")
    title: Text = Field(alias="全称")
    number: str | None = Field(None, alias="文号")
    version: str | None = Field(None, alias="版本")
    in_force_from: dt.date | None = Field(None, alias="施行日期")
    repealed_on: dt.date | None = Field(None, alias="废止日期")
    url: str | None = Field(None, alias="网址")
    checked_on: dt.date | None = Field(None, alias="核对日期")
    read: bool = Field(True, alias="已读原文")
    note: str | None = Field(None, alias="说明")


class Fact(Written):
    """One statement with where it comes from (`依据`: source id, a space, the article) and its state."""

    text: Text | None = Field(None, alias="内容")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")
    checked_on: dt.date | None = Field(None, alias="核对日期")
    checked_by: str | None = Field(None, alias="核对人")


def _as_facts(value: Any) -> Any:
    return _as_tuple(value)


Facts = Annotated[tuple[Fact, ...], BeforeValidator(_as_facts)]


# ---- guides ----------------------------------------------------------------------------------------------------
class OnlyIf(Written):
    """When a material or step applies: simple membership, every given key must hold."""

    enterprise_types: Texts = Field((), alias="企业类型")
    situations: Texts = Field((), alias="情形")


class Material(Written):
    """One thing to bring; `共用` names an entry of knowledge/materials.yaml that many guides share."""

    shared: str | None = Field(None, alias="共用")
    name: Text | None = Field(None, alias="名称")
    form: Literal["原件", "复印件", "原件和复印件", "电子版"] | None = Field(None, alias="形式")
    copies: int | None = Field(None, alias="份数", ge=1, le=20)
    kept_by_each: bool = Field(False, alias="各交一份")  # every entry keeps its own: never counted as one
    note: str | None = Field(None, alias="说明")
    issued_by: str | None = Field(None, alias="谁出具")
    already_held: bool = Field(False, alias="已共享")  # the window can fetch it: not asked for again
    deferrable: bool = Field(False, alias="可容缺")
    promise: bool = Field(False, alias="可承诺")  # 告知承诺 replaces it
    electronic: bool = Field(False, alias="有电子证照")
    only_if: OnlyIf | None = Field(None, alias="仅当")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class SharedMaterial(Material):
    """A material that many guides ask for, written once (knowledge/materials.yaml)."""

    id: Text = Field(alias="编号")


class Step(Written):
    """One step in plain words."""

    text: Text = Field(alias="做什么")
    where: str | None = Field(None, alias="在哪")
    only_if: OnlyIf | None = Field(None, alias="仅当")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class Limit(Written):
    """A time limit; `单位` is read off the article: 日 (calendar) or 工作日."""

    days: int | None = Field(None, alias="天数", ge=0, le=1000)
    unit: Literal["日", "工作日"] | None = Field(None, alias="单位")
    whose: Literal["办结", "申请"] = Field("办结", alias="谁的期限")  # the office's to finish, or the owner's to come
    text: str | None = Field(None, alias="说明")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class Question(Written):
    """A question people ask, with its answer."""

    ask: Text = Field(alias="问")
    answer: Text = Field(alias="答")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class OtherAct(Written):
    """An act on the same licence that we do not do, and where it is done."""

    act: Text = Field(alias="手续")  # a name of knowledge/acts.yaml: 延续、变更、补办、新办、停业 …
    where: Text = Field(alias="去哪办")


class Guide(Written):
    """白话版办事指南 of one item or topic; its id is the file name."""

    name: Text = Field(alias="名称")
    summary: Text = Field(alias="一句话")
    aliases: Texts = Field((), alias="别名")
    scope: Texts = Field((), alias="范围")
    samples: Texts = Field((), alias="常见问法")
    nature: Facts = Field((), alias="办的是什么")  # 注销, 备案, 报告, 歇业 …: what the procedure really is
    who: Facts = Field((), alias="谁来办")
    when: Facts = Field((), alias="什么时候必须办")
    materials: Annotated[tuple[Material, ...], BeforeValidator(_as_tuple)] = Field((), alias="材料")
    steps: Annotated[tuple[Step, ...], BeforeValidator(_as_tuple)] = Field((), alias="步骤")
    where: Facts = Field((), alias="去哪办")  # what differs from the usual door
    statutory_limit: Limit | None = Field(None, alias="法定时限")
    fee: Facts = Field((), alias="收费")
    proxy: Facts = Field((), alias="代办")
    online: Facts = Field((), alias="网上办")
    consequences: Facts = Field((), alias="不办会怎样")
    result: Facts = Field((), alias="办完拿到什么")
    ask_first: Texts = Field((), alias="先问清")
    faq: Annotated[tuple[Question, ...], BeforeValidator(_as_tuple)] = Field((), alias="常见问题")
    other_acts: Annotated[tuple[OtherAct, ...], BeforeValidator(_as_tuple)] = Field((), alias="不归这里办")
    related: Texts = Field((), alias="顺带看看")  # guide ids
    to_confirm: Texts = Field((), alias="待确认")
    internal_notes: Texts = Field((), alias="内部备注")  # staff only, never shown to citizens
    owner: str | None = Field(None, alias="维护部门")
    reviewed_on: dt.date | None = Field(None, alias="核对日期")
    review_by: dt.date | None = Field(None, alias="复核期限")
    published: bool = Field(True, alias="发布")


# ---- catalogue -------------------------------------------------------------------------------------------------
class Contact(Written):
    """An office (never a person): post, landline."""

    office: Text = Field(alias="科室")
    phone: str | None = Field(None, alias="电话")
    state: State = Field(State.OPEN, alias="状态")


class Department(Written):
    """部门: who answers for items."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    full_name: str | None = Field(None, alias="全称")
    aliases: Texts = Field((), alias="别名")
    hotline: Text = Field(alias="热线")
    item_count: int = Field(alias="事项数", ge=0)
    contacts: Annotated[tuple[Contact, ...], BeforeValidator(_as_tuple)] = Field((), alias="联系人")


class Region(Written):
    """地区: the prefecture or one of its counties."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    level: Literal["地区", "县"] = Field(alias="层级")
    parent: str | None = Field(None, alias="上级")
    aliases: Texts = Field((), alias="别名")
    places: Texts = Field((), alias="乡镇街道")
    demo: bool = Field(False, alias="演示数据")


class ServiceWindow(Written):
    """窗口: where people go."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    hall: str | None = Field(None, alias="大厅")
    region: Text = Field(alias="地区")
    department: Text = Field(alias="部门")
    address: str | None = Field(None, alias="地址")
    hours: str | None = Field(None, alias="办公时间")
    phone: str | None = Field(None, alias="电话")
    map_url: str | None = Field(None, alias="地图")
    proxy: bool = Field(False, alias="代办专窗")
    hotline: str = Field("12345", alias="热线")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")
    checked_on: dt.date | None = Field(None, alias="核对日期")


class LicenceItem(Written):
    """事项: one row of the tiered list (代办注销分级清单)."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    department: Text = Field(alias="部门")
    certificate: str | None = Field(None, alias="证名")
    holders: Texts = Field((), alias="持有人")
    listed_literally: bool = Field(alias="原文列名")  # its name stands literally in document 000
    tier: ProxyTier | None = Field(None, alias="分级")
    level: Literal["县", "地区", "省"] | None = Field(None, alias="发证层级")
    after_deregistration: bool = Field(False, alias="先照后证")
    approval_first: bool = Field(False, alias="先批后照")
    hotline: Text = Field("12345", alias="热线")
    old_ids: Texts = Field((), alias="旧编号")
    note: str | None = Field(None, alias="说明")


class Topic(Written):
    """A guide that is not a licence item: registry, tax, bank, questions people ask."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    parent: str | None = Field(None, alias="上级")
    hotline: str = Field("12345", alias="热线")
    department: str | None = Field(None, alias="部门")


class LocalRule(Written):
    """What one region says about one item: tier, window, promised limit (with source and state)."""

    region: Text = Field(alias="地区")
    item: Text = Field(alias="事项")
    tier: ProxyTier | None = Field(None, alias="分级")
    level: Literal["县", "地区", "省"] | None = Field(None, alias="发证层级")
    window: str | None = Field(None, alias="窗口")
    promised_limit: Limit | None = Field(None, alias="承诺时限")
    contact: Contact | None = Field(None, alias="联系人")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")
    checked_on: dt.date | None = Field(None, alias="核对日期")


class Catalogue(Written):
    """knowledge/catalog.yaml: departments, regions, windows, items, topics and what regions say of them."""

    departments: tuple[Department, ...] = Field(alias="部门")
    regions: tuple[Region, ...] = Field(alias="地区")
    windows: tuple[ServiceWindow, ...] = Field(alias="窗口")
    items: tuple[LicenceItem, ...] = Field(alias="事项")
    topics: tuple[Topic, ...] = Field(alias="其他指南")
    local_rules: tuple[LocalRule, ...] = Field((), alias="本地规定")


class DemoOverlay(Written):
    """knowledge/demo/catalog.yaml: the fictional 示例市, every field filled, numbers that cannot be dialled."""

    regions: tuple[Region, ...] = Field(alias="地区")
    windows: tuple[ServiceWindow, ...] = Field(alias="窗口")
    local_rules: tuple[LocalRule, ...] = Field((), alias="本地规定")


# ---- what finding and the dialogue need ------------------------------------------------------------------------
class Option(Written):
    """One way to answer the question of a confusion group."""

    guide: Text = Field(alias="指南")
    label: Text = Field(alias="说法")  # everyday words on the button
    signs: Texts = Field((), alias="标志词")  # words that decide for this member


class ConfusionGroup(Written):
    """易混组: guides that one word may mean, with the one question that tells them apart."""

    id: Text = Field(alias="编号")
    words: Texts = Field(alias="叫法")  # what people say when they may mean any member
    question: Text = Field(alias="问")
    options: tuple[Option, ...] = Field(alias="选项", min_length=2)


class Act(Written):
    """手续: what somebody wants done with a licence (注销, 延续, 变更 …) and the words for it."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    ours: bool = Field(alias="归我们办")
    words: Texts = Field(alias="说法")
    reply: str | None = Field(None, alias="答复")  # plain words: we don't do that, it is done there
    topic: str | None = Field(None, alias="看指南")  # nearest topic guide
    samples: Texts = Field((), alias="常见问法")


class Unlisted(Written):
    """A thing people call a licence that is not on the list."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    aliases: Texts = Field((), alias="别名")
    note: Text = Field(alias="说明")  # what it is and where it is dealt with
    near: Texts = Field(alias="相近")  # guide ids, nearest first
    samples: Texts = Field((), alias="常见问法")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class Redirect(Written):
    """Another procedure altogether: not ours, done there."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    words: Texts = Field(alias="说法")
    reply: Text = Field(alias="答复")
    samples: Texts = Field((), alias="常见问法")


class Industry(Written):
    """行业: what people call the trade, and the licences it usually holds. It suggests, never decides."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    aliases: Texts = Field((), alias="别名")
    must_have: Texts = Field((), alias="必有")
    may_have: Texts = Field((), alias="按需")
    lead: str | None = Field(None, alias="牵头部门")
    topic: str | None = Field(None, alias="看指南")
    sources: Texts = Field((), alias="依据")


class EnterpriseType(Written):
    """主体类型: how it deregisters, and what differs."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    aliases: Texts = Field((), alias="别名")
    registry: str | None = Field(None, alias="注销登记")  # topic id; null: not with the market regulator
    liquidation: bool | None = Field(None, alias="要清算")
    simple: bool | None = Field(None, alias="可简易")
    simple_notice_days: int | None = Field(None, alias="简易公示天数")
    claim_days: int | None = Field(None, alias="债权申报天数")
    note: str | None = Field(None, alias="说明")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class ProcedureStep(Written):
    """One joint item of a procedure, with what it waits for."""

    guide: Text = Field(alias="指南")
    phase: Text = Field(alias="阶段")
    needs: Texts = Field((), alias="先办")  # guide ids that must be finished before
    situation: str | None = Field(None, alias="情形")  # only if this situation holds
    why: str | None = Field(None, alias="为什么")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class Procedure(Written):
    """一件事: several items in an order."""

    id: Text = Field(alias="编号")
    name: Text = Field(alias="名称")
    lead: str | None = Field(None, alias="牵头部门")
    departments: Texts = Field((), alias="配合部门")
    items: Texts = Field((), alias="联办事项")
    steps: tuple[ProcedureStep, ...] = Field((), alias="顺序")
    note: str | None = Field(None, alias="说明")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")


class Situation(Written):
    """办理情形: a fact to ask only where it changes the result."""

    id: Text = Field(alias="编号")  # the `asks` key
    name: Text = Field(alias="名称")
    question: Text = Field(alias="问")
    why: Text = Field(alias="为什么问")
    yes: Texts = Field(alias="有的说法")
    no: Texts = Field(alias="没有的说法")
    asked_of: Texts = Field((), alias="问谁")  # enterprise type ids; empty: nobody is asked, but telling counts
    guide: str | None = Field(None, alias="指南")


class General(Written):
    """What holds for every guide and is written once (knowledge/general.yaml); a guide's own facts go first."""

    where: Facts = Field(alias="去哪办")
    fee: Facts = Field(alias="收费")
    proxy: Facts = Field(alias="代办")
    online: Facts = Field(alias="网上办")
    time: Facts = Field(alias="多久")
    who: Facts = Field(alias="谁来办")
    when: Facts = Field(alias="什么时候必须办")
    consequences: Facts = Field(alias="不办会怎样")
    result: Facts = Field(alias="办完拿到什么")
    missing: Facts = Field(alias="缺材料")
    lost: Facts = Field(alias="证丢了")
