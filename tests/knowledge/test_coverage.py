"""Coverage counts what somebody can rely on, and never what is 待核."""

from __future__ import annotations

import json

import pytest

from assistant.knowledge.coverage import ELEMENTS, as_json, as_text, coverage
from assistant.knowledge.load import load
from assistant.knowledge.model import State


@pytest.fixture
def states(folder):
    """The state of each element of one guide after the folder was changed."""

    def of(guide_id: str = "geting"):
        return coverage(load(folder.root, demo=True)).by_guide[guide_id]

    return of


def test_coverage_takes_the_general_answer_where_a_guide_has_none(folder, states):
    """A fee that is told once for all counts for each guide without its own."""
    assert states()["收费标准"] is State.OPEN
    folder.change(
        "general.yaml",
        "收费:\n  - {内容: 先打电话问。, 依据: [通行做法], 状态: 待核}",
        "收费:\n  - {内容: 不收。, 依据: [许可法], 状态: 有出处}",
    )

    assert states()["收费标准"] is State.SOURCED


def test_coverage_counts_an_element_by_its_weakest_fact(folder, states):
    """One 待核 among facts with a source leaves the element uncovered."""
    assert states()["办理流程"] is State.SOURCED
    folder.change("guides/geting.yaml", "不归这里办:", "  - {做什么: 再等等。, 状态: 待核}\n不归这里办:")

    assert states()["办理流程"] is State.OPEN


def test_coverage_tells_what_is_not_written_at_all(states):
    """An element without a word is neither covered nor forgotten."""
    assert states()["常见问题"] is None


def test_coverage_counts_an_address_only_with_its_hours(folder, states):
    """A confirmed window with address, telephone and hours covers place and contact; the fictional one never does."""
    assert states()["办理地点"] is State.OPEN
    folder.change(
        "catalog.yaml",
        "办公时间: 周一到周五, 状态: 待核",
        "地址: 大路1号, 电话: 0457-2100000, 办公时间: 周一到周五, 依据: [许可法], 状态: 已核, 核对日期: 2026-11-01",
    )

    assert states()["办理地点"] is State.CONFIRMED
    assert states()["联系方式"] is State.CONFIRMED


def test_coverage_takes_a_promise_of_every_county_as_time_limit(folder, states):
    """What the departments promise everywhere is the time limit."""
    folder.change(
        "catalog.yaml",
        "窗口: chuangkou}",
        "窗口: chuangkou, 承诺时限: {天数: 3, 单位: 工作日, 依据: [许可法], 状态: 已核}}",
    )

    assert states()["办结时限"] is State.CONFIRMED


def test_coverage_of_the_real_folder_adds_up(real_root):
    """Each element counts all 136 items once, each department all its guides and elements."""
    found = coverage(load(real_root, demo=True))

    assert [row.confirmed + row.sourced + row.open for row in found.elements] == [found.items] * len(ELEMENTS)
    cells = sum(row.confirmed + row.sourced + row.open for row in found.departments)
    assert (found.items, cells) == (136, found.guides * len(ELEMENTS))


def test_coverage_prints_both_tables_and_json(real_root):
    """The table has a line per element and department; JSON also tells each guide."""
    found = coverage(load(real_root))

    assert {"设定依据", "地区市监局"} <= {line.split(" ")[0] for line in as_text(found).splitlines() if line}
    assert json.loads(as_json(found))["by_guide"]["geyu-yule-changsuo"]["结果"] == "有出处"
