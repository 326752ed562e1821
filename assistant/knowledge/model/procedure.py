"""What the order and the questions need: enterprise types, joint procedures, situations, general facts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assistant.knowledge.model.written import Facts, State, Text, Texts, Written


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


class Period(Written):
    """A period that the law sets to the owner: told so long before, or come at the latest so long after."""

    guide: Text = Field(alias="指南")
    name: Text = Field(alias="名称")  # 提前报告, 提前公告 …, as it reads in a sentence
    days: int = Field(alias="天数", ge=1, le=1000)  # so many of its unit
    unit: Literal["日", "工作日", "月"] = Field(alias="单位")
    kind: Literal["提前", "最晚"] = Field(alias="怎么算")
    since: str | None = Field(None, alias="从哪件办完算")  # guide id; a 最晚 counts from the day that one is done
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
    periods: tuple[Period, ...] = Field((), alias="期间")
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
    not_listed: Texts = Field((), alias="不在清单上")  # guide ids, offered behind what is nearest
