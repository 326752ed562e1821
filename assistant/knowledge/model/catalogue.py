"""The tiered list (代办注销分级清单): departments, regions, windows, items, and what regions say of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assistant.knowledge.model.guide import Limit
from assistant.knowledge.model.written import ProxyTier, State, Text, Texts, Written, as_tuple


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
    contacts: Annotated[tuple[Contact, ...], BeforeValidator(as_tuple)] = Field((), alias="联系人")


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
