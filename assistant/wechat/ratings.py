"""好差评 in WeChat: the five levels as choices, shown to whoever may see the case; the one that is chosen is the rating."""

from __future__ import annotations

from assistant.cards import Card, Choice, Line, Section, words
from assistant.cases.model import LEVELS
from assistant.cases.store import Cases
from assistant.errors import NotFound, Refused

RATES = "rate:"  # what the payloads of the levels begin with
QUESTION = "办得怎么样，请您评一评："
WHO_SEES = "谁评的，窗口经办人看不到。不满意的，窗口负责人会来问您是怎么回事。"
THANKS = "收到您的评价了，谢谢。"


def rating_card(number: str) -> Card:
    """The question how a case was handled, the best level first."""
    choices = (Choice(label=label, payload=f"{RATES}{number}:{level}") for level, label in LEVELS.items())
    lines = Line(text=QUESTION), Line(text=WHO_SEES)
    return Card(kind="question", sections=(Section(lines=lines),), choices=tuple(choices))


def rated(cases: Cases, payload: str) -> Card | None:
    """The rating that a chosen level is, taken down, or why it is not; None where the choice is no rating."""
    if not payload.startswith(RATES):
        return None
    number, _, level = payload.removeprefix(RATES).rpartition(":")
    try:
        cases.rate(number, next((one for one in LEVELS if str(one) == level), 0), (), "")
    except (NotFound, Refused) as error:
        return words(str(error))
    return words(THANKS)
