"""The dates of a checklist in a form that a person's own calendar reads."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.render.calendar_file import calendar_file, escaped, folded
from tests.builders import a_company_closing, a_knowledge, a_profile
from tests.checklist.test_dates import REGISTRY, SIMPLE, a_period, with_periods

ADDRESS = "http://example.test/c/abcdef"
MONDAY = dt.date(2026, 11, 23)


def a_list() -> Checklist:
    """A company that closes by the simple path, with a last day to apply."""
    last = a_period("qiye-zhuxiao-dengji", name="去申请", days=20, kind="最晚", since=SIMPLE)
    return make_checklist(with_periods(last), a_company_closing("shipin"), MONDAY)


def unfolded(content: bytes) -> list[str]:
    """The lines as a reader puts them together again."""
    return content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def events(content: bytes) -> dict[str, dict[str, str]]:
    """The events by the key in their UID, each by the names of its lines."""
    found: dict[str, dict[str, str]] = {}
    for block in "\n".join(unfolded(content)).split("BEGIN:VEVENT\n")[1:]:
        lines = dict(line.split(":", 1) for line in block.split("END:VEVENT")[0].strip().split("\n"))
        found[lines["UID"].removeprefix("abcdef-").removesuffix("@daoban")] = lines
    return found


def test_file_holds_each_day_to_mind() -> None:
    """When to go, when the notice is over, the last day to apply, when all can be finished."""
    days = {key: lines["DTSTART;VALUE=DATE"] for key, lines in events(calendar_file(a_list(), ADDRESS)).items()}
    assert days == {
        f"post-{SIMPLE}": "20261123",
        f"waited-{SIMPLE}": "20261214",
        f"last-{REGISTRY}": "20270104",
        "go-20261123": "20261123",
        "go-20261215": "20261215",
        "all-done": "20261215",
    }


def test_only_a_last_day_reminds() -> None:
    """A bell three days before what must not be missed, and no other."""
    found = events(calendar_file(a_list(), ADDRESS))
    assert [key for key, lines in found.items() if lines.get("TRIGGER") == "-P3D"] == [f"last-{REGISTRY}"]


def test_finish_that_is_not_certain_is_not_promised() -> None:
    """Where a limit is not known the calendar says 不早于."""
    assert events(calendar_file(a_list(), ADDRESS))["all-done"]["SUMMARY"] == "全部办完不早于今天"


def test_file_is_the_same_each_time() -> None:
    """Taken in twice, its events replace each other: same keys, same bytes."""
    assert calendar_file(a_list(), ADDRESS) == calendar_file(a_list(), ADDRESS)


def test_file_of_a_list_without_dates_is_empty() -> None:
    """A list from before there were dates gives a calendar without events."""
    issued = make_checklist(a_knowledge(), a_profile("shipin"), MONDAY)
    phases = [
        phase.model_copy(update={"entries": tuple(e.model_copy(update={"dates": None}) for e in phase.entries)})
        for phase in issued.phases
    ]
    old = issued.model_copy(update={"phases": tuple(phases), "timeline": None})
    assert events(calendar_file(old, ADDRESS)) == {}
    assert unfolded(calendar_file(old, ADDRESS))[-1] == "END:VCALENDAR"


@pytest.mark.parametrize(
    ("text", "value"),
    [("甲，乙", "甲，乙"), ("a,b;c", "a\\,b\\;c"), ("a\\n", "a\\\\n"), ("甲\r\n乙", "甲\\n乙")],
)
def test_value_is_escaped(text: str, value: str) -> None:
    """What means something in the format is marked; a line break cannot open a line of its own."""
    assert escaped(text) == value


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n")))
def test_folding_keeps_the_text_and_the_width(line: str) -> None:
    """Never more than 75 octets, never a character cut, and the reader gets the same line back."""
    content = folded(line)
    assert all(len(part) <= 75 for part in content.split(b"\r\n"))
    assert all(part.decode() is not None for part in content.split(b"\r\n"))
    assert content.decode().removesuffix("\r\n").replace("\r\n ", "") == line
