"""白话版办事指南: who, when, what to bring, how, where, how long, and what happens if not."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assistant.knowledge.model.written import Facts, State, Text, Texts, Written, as_tuple


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
    materials: Annotated[tuple[Material, ...], BeforeValidator(as_tuple)] = Field((), alias="材料")
    steps: Annotated[tuple[Step, ...], BeforeValidator(as_tuple)] = Field((), alias="步骤")
    where: Facts = Field((), alias="去哪办")  # what differs from the usual door
    statutory_limit: Limit | None = Field(None, alias="法定时限")
    fee: Facts = Field((), alias="收费")
    proxy: Facts = Field((), alias="代办")
    online: Facts = Field((), alias="网上办")
    consequences: Facts = Field((), alias="不办会怎样")
    result: Facts = Field((), alias="办完拿到什么")
    ask_first: Texts = Field((), alias="先问清")
    faq: Annotated[tuple[Question, ...], BeforeValidator(as_tuple)] = Field((), alias="常见问题")
    other_acts: Annotated[tuple[OtherAct, ...], BeforeValidator(as_tuple)] = Field((), alias="不归这里办")
    related: Texts = Field((), alias="顺带看看")  # guide ids
    to_confirm: Texts = Field((), alias="待确认")
    internal_notes: Texts = Field((), alias="内部备注")  # staff only, never shown to citizens
    owner: str | None = Field(None, alias="维护部门")
    reviewed_on: dt.date | None = Field(None, alias="核对日期")
    review_by: dt.date | None = Field(None, alias="复核期限")
    published: bool = Field(True, alias="发布")
