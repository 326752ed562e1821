"""What forms write into the real files: only the lines that are meant change; comments, order and every other word stay."""

from __future__ import annotations

import datetime as dt
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from assistant.annex.splice import base_load
from assistant.desk.confirming import confirmed_in
from assistant.desk.simple_changes import changed_contact, changed_window, rewritten, windows_in
from assistant.knowledge import model as m
from assistant.knowledge.load import load
from assistant.settings import ROOT

KNOWLEDGE = ROOT / "knowledge"
GUIDES = sorted((KNOWLEDGE / "guides").glob("*.yaml"))
CATALOG = KNOWLEDGE / "catalog.yaml"
ON = dt.date(2026, 11, 22)
WORD = m.Source(id="示例局核实", title="示例局核实回复", checked_on=ON)


def touched(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came, where they are one stretch; it fails where they are several."""
    old, new = before.splitlines(), after.splitlines()
    changes = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    assert len(changes) == 1, [(old[a:b], new[c:d]) for _, a, b, c, d in changes]
    _, a, b, c, d = changes[0]
    return old[a:b], new[c:d]


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_new_sample_question_is_one_line_of_a_guide(path: Path) -> None:
    """Of every guide: the last line of its samples has a line after it, and nothing else is otherwise."""
    text = path.read_text("utf-8")

    def add(guide: dict[str, Any]) -> None:
        guide["常见问法"] = [*guide["常见问法"], "示例证咋退"]

    after = rewritten(text, add)
    assert after.count("示例证咋退") == 1
    assert re.sub(r"\n *- 示例证咋退$|, 示例证咋退", "", after, flags=re.M) == text


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_confirmed_step_is_the_lines_of_that_step(path: Path) -> None:
    """Of every guide: its first step on a department's word, the same step in words, and no line beside it otherwise."""
    text = path.read_text("utf-8")
    before = base_load(text)
    after = rewritten(text, lambda guide: confirmed_in(guide, ("步骤", "0"), "", WORD, "示例局审批科", ON))
    gone, come = touched(text, after)
    data = base_load(after)
    assert list(data) == list(before)
    assert data["步骤"][0]["状态"] == "已核"
    assert WORD.id in data["步骤"][0]["依据"]
    assert data["步骤"][0]["做什么"] == before["步骤"][0]["做什么"]
    assert {**data, "步骤": data["步骤"][1:]} == {**before, "步骤": before["步骤"][1:]}
    assert not any("#" in line and line not in come for line in gone)
    assert len(gone) <= len(before["步骤"][0]) + 3


def windows() -> list[str]:
    """The windows of the real catalogue: the first, the middle one, the last."""
    found = list(windows_in(CATALOG.read_text("utf-8")))
    return [found[0], found[len(found) // 2], found[-1]]


@pytest.mark.parametrize("own", windows())
def test_telephone_of_a_window_is_the_lines_of_that_window(own: str) -> None:
    """Somebody puts a number right: what stands about all other windows, items and rules is as it was, to the letter."""
    text = CATALOG.read_text("utf-8")
    after = changed_window(text, own, {"电话": "000-0000-0009"})
    gone, come = touched(text, after)
    assert sum("000-0000-0009" in line for line in come) == 1
    written, old = base_load(after), base_load(text)
    assert len(gone) <= len(windows_in(text)[own]) + 1
    for one in (written, old):
        one["窗口"] = [window for window in one["窗口"] if window["编号"] != own]
    assert written == old


def test_landline_of_a_department_is_the_lines_of_that_department() -> None:
    """A new office stands with its department, and nowhere else."""
    text = CATALOG.read_text("utf-8")
    department = next(iter(load(KNOWLEDGE).departments))
    _, come = touched(text, changed_contact(text, department, "示例科", "000-0000-0009"))
    assert sum("示例科" in line for line in come) == 1
