"""`daoban bench checklist`: what it measures can be trusted, whatever the machine."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from assistant.bench.checklist import Row, measured, profiles, run, verdict
from assistant.cli import commands
from tests.builders import a_knowledge, an_item

TODAY = dt.date(2026, 11, 21)
ITEMS = [an_item(name) for name in "abcdef"]
ROW = Row(20, 24.0, 60.0, 5.0, 8.0, 12.0, 7.0, 100.0)


def test_profiles_are_always_the_same_and_hold_so_many_licences() -> None:
    """Two runs measure the same enterprises, each closing for good with as many different licences as asked for."""
    knowledge = a_knowledge(*ITEMS)
    first, second = (list(profiles(knowledge, 4, 5)) for _ in range(2))
    assert first == second
    assert len({profile.licences for profile in first}) > 1
    for profile in first:
        assert profile.whole_or_licence_only == "whole"
        assert len(set(profile.licences or ())) == 4


def test_row_counts_what_the_checklists_hold() -> None:
    """The averages are those of the lists that were timed; the slowest is no quicker than the rest."""
    row = measured(a_knowledge(*ITEMS), 3, 10, TODAY)
    assert row.licences == 3
    assert 3 < row.entries < 3 + 8
    assert 0 < row.p50_ms <= row.p95_ms <= row.max_ms
    assert row.json_kb > 1


@pytest.mark.parametrize(("p95", "met"), [(10.0, "达到（10.0）"), (10.1, "没达到（10.1）")])
def test_goal_is_judged_by_the_clock_at_its_size(p95: float, met: str) -> None:
    """Twenty licences decide, and a goal that was not measured is not called met."""
    assert verdict([replace(ROW, licences=5, p95_ms=99.0), replace(ROW, p95_ms=p95)]).endswith(f"，{met}。")
    assert "没量" in verdict([replace(ROW, licences=5)])


def test_table_has_one_line_a_size_and_json_the_same_figures() -> None:
    """More licences than there are count as all there are."""
    knowledge = a_knowledge(*ITEMS)
    table = run(knowledge, [1, 100], 4, TODAY, as_json=False).splitlines()
    assert [line.split(" | ")[0] for line in table[2:4]] == ["| 1", "| 6"]
    assert table[0].count("|") == table[1].count("|") == table[2].count("|")
    assert [row["licences"] for row in json.loads(run(knowledge, [1, 100], 4, TODAY, as_json=True))] == [1, 6]


def test_sizes_that_are_no_numbers_are_refused_in_words() -> None:
    """A size that is no number is refused before anything is measured."""
    result = CliRunner().invoke(commands, ["bench", "checklist", "--sizes", "一,二"])
    assert result.exit_code == 2
    assert "要写成 1,20 这样的数" in result.output
