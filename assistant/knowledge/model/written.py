"""What everything written shares: Chinese keys, no unknown ones, texts, facts with a source and a state."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Written(BaseModel):
    """Something an editor wrote: immutable, with Chinese keys and no room for unknown ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


def as_tuple(value: Any) -> Any:
    """One value where a list is expected counts as a list of one."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str | dict | BaseModel) else tuple(value)


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(as_tuple)]


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
    return as_tuple(value)


Facts = Annotated[tuple[Fact, ...], BeforeValidator(_as_facts)]
