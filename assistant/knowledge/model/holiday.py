"""放假和调休: which days are off and which weekend days are worked, as far as editors know better than the library."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from assistant.knowledge.model.written import State, Texts, Written


class HolidayYear(Written):
    """One year of knowledge/holidays.yaml; it changes single days, or (`全年`) stands for the whole year."""

    year: int = Field(alias="年份", ge=2000, le=2100)
    whole: bool = Field(False, alias="全年")  # written in full from the notice: nothing else counts for this year
    days_off: tuple[dt.date, ...] = Field((), alias="放假")
    worked: tuple[dt.date, ...] = Field((), alias="上班")  # weekend days that are worked
    note: str | None = Field(None, alias="说明")
    sources: Texts = Field((), alias="依据")
    state: State = Field(State.OPEN, alias="状态")

    @property
    def id(self) -> str:
        """The year as text."""
        return str(self.year)
