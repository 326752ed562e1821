"""The whole checklist of each situation is as it was read and found right."""

import datetime as dt
import functools
from pathlib import Path

import pytest

from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import resolved
from assistant.forms.offered import offered
from assistant.knowledge.load import load
from assistant.knowledge.whole import Knowledge
from assistant.render.plain import plain_text
from assistant.settings import ROOT
from tests.papers.situations import SITUATIONS

GOLDEN = Path(__file__).parent / "golden"
ISSUED_ON = dt.date(2026, 11, 23)  # a Monday
TOO_OFTEN_NEW = "知识版本"  # a digest: it changes with every comma of the knowledge


@functools.cache
def known() -> Knowledge:
    """The knowledge that is served, with 示例市."""
    return load(ROOT / "knowledge", demo=True)


def checklist_of(situation: str) -> Checklist:
    """The checklist of a situation, on a fixed day."""
    return make_checklist(known(), resolved(known(), SITUATIONS[situation]), ISSUED_ON)


def paper_of(situation: str) -> str:
    """The expected paper: everything people read, and the forms that go with it."""
    checklist = checklist_of(situation)
    text = plain_text(checklist, "https://example.cn/c/abcd2345efgh", "abcd 2345")
    lines = [line for line in text.splitlines() if not line.startswith(TOO_OFTEN_NEW)]
    return "\n".join([*lines, "表样：" + "、".join(form.name for form in offered(checklist))]) + "\n"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_paper_of_a_situation_is_as_expected(situation: str, update_golden: bool) -> None:
    """Not a word of it changes unnoticed."""
    path = GOLDEN / f"{situation}.txt"
    if update_golden:
        path.write_text(paper_of(situation), encoding="utf-8")
    assert paper_of(situation) == path.read_text(encoding="utf-8")


def test_no_expected_paper_is_left_over() -> None:
    """Each belongs to a situation."""
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(SITUATIONS)
