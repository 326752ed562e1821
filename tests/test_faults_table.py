"""The table of faults: what people saw is summed up, and a fault that was tried again has one row."""

from __future__ import annotations

from tests.faults.people import ANSWERED, SORRY, Tried
from tests.faults.table import as_markdown, brought_up_to_date, row


def test_row_sums_up_what_people_saw() -> None:
    """How often each kind of answer came, the slowest of them, and what was counted afterwards."""
    seen = [Tried(1.0, 0.2, ANSWERED, "一"), Tried(2.0, 1.26, SORRY, "二"), Tried(3.0, 0.1, ANSWERED, "二")]
    cells = row("Redis", "断掉", seen, 2.5, (3, 2, 1))
    assert cells[:5] == (
        "Redis",
        "断掉",
        "照常答 2 次，请再说一遍 1 次；最慢 1.3 秒",
        "2.5 秒",
        "0（3 句话、2 条留言、1 件办件）",
    )


def test_fault_that_was_tried_again_has_one_row() -> None:
    """Its row is the new one, in its place; what was not tried stays as it was."""
    page = as_markdown([("甲", *"12345"), ("乙", *"12345")])
    page = brought_up_to_date(page, [("甲", *"67890"), ("丙", *"12345")])
    assert page == as_markdown([("甲", *"67890"), ("乙", *"12345"), ("丙", *"12345")])
    assert brought_up_to_date("", [("甲", *"12345")]) == as_markdown([("甲", *"12345")])
