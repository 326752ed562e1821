"""A rating by a choice in WeChat."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cases.model import LEVELS, Case
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.wechat.ratings import THANKS, rated, rating_card
from tests import databases
from tests.cases.builders import ZHAO, Moment, complete, moved, opened


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    """A store of its own."""
    return Cases(databases.begun(tmp_path / "cases.db"), clock=Moment())


def done(cases: Cases) -> Case:
    """A case of which something is decided."""
    to_the_end = State.REVIEWING, State.SUBMITTED, State.IN_DEPARTMENT, State.GRANTED
    return moved(cases, complete(cases, opened(cases)), *to_the_end)


@pytest.mark.parametrize("level", LEVELS)
def test_chosen_level_is_the_rating(cases: Cases, level: int) -> None:
    """Each of the five labels leads to its own level of this case, once."""
    case = done(cases)
    payload = next(one.payload for one in rating_card(case.number).choices if one.label == LEVELS[level])
    thanks, again = rated(cases, payload), rated(cases, payload)
    assert thanks is not None
    assert thanks.sections[0].lines[0].text == THANKS
    assert [(one.case, one.level) for one in cases.ratings(by=ZHAO)] == [(case.number, level)]
    assert again is not None
    assert "已经评过" in again.sections[0].lines[0].text


@pytest.mark.parametrize("payload", ["rate:20260302-0001:5", "rate:20260302-0001:", "rate:x:9", "rate:", "rate:1:五"])
def test_rating_of_nothing_says_why_not(cases: Cases, payload: str) -> None:
    """An unknown case or level is answered, and nothing is taken down."""
    answer = rated(cases, payload)
    assert answer is not None
    assert answer.sections[0].lines[0].text
    assert cases.ratings(by=ZHAO) == ()


def test_other_choices_are_no_ratings(cases: Cases) -> None:
    """The dialogue has them."""
    assert rated(cases, "c:abc") is None
