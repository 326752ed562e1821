"""What is said about the conversation itself: where we were, erasing it, leaving a message for the window."""

from __future__ import annotations

import datetime as dt
import re

from assistant import phrases
from assistant.actions.asking import question_card
from assistant.actions.brain import Brain
from assistant.alone import state_of
from assistant.cards import Asks, Card, Choice, Line, Section, Turn, words
from assistant.checklist.plan import make_checklist
from assistant.checklist_card import profile_card
from assistant.turnlog import Progress

MESSAGE_PAGE = "/message"
LEAVES_MESSAGE = "leave_message"  # the aspect of a card that goes with the form for a message
_ERASES = re.compile(
    r"(删|清除|清空|抹)(掉|了|除|空)?(一下)?(我|俺|咱)?(们)?(的|刚才|以前|全部|所有)*(个人)?(信息|资料|数据|记录|对话|聊天|说过的)"
    r"|(把|将)(我|俺|咱|这|刚才|以前|全部|所有|聊天|对话).{0,12}(删|清空|清除|抹)(掉|了|除|光)?(吧|呗|啊)?$"
)
_ERASES_SOMETHING_ELSE = re.compile(r"证|照|注销|清单|登记|备案|许可|税|账户")
_LEAVES = re.compile(r"^(我)?(想|要|能|可以)?(不能)?(给.{0,8})?留(个|条|句)?(言|话)")


def wants_erasing(said: str) -> bool:
    """Whether a person asks for what was said to be deleted."""
    return len(said) <= 30 and bool(_ERASES.search(said)) and not _ERASES_SOMETHING_ELSE.search(said)


def wants_to_leave_a_message(said: str) -> bool:
    """Whether a person asks to leave a message for the window."""
    return len(said) <= 20 and bool(_LEAVES.search(said))


def where_we_were(brain: Brain, progress: Progress, last: dt.date, said: str) -> Card | None:
    """One line that says where the conversation was, to go on or to start over; None where nothing was told."""
    state = state_of(progress)
    if state.profile.empty:
        return None
    day = f"上次（{last.month}月{last.day}日）" if last != brain.today() else "刚才"
    summary = make_checklist(brain.knowledge, state.profile, brain.today()).summary
    choices = (
        Choice(label=phrases.GO_ON, effect={"go_on": True}),
        Choice(label=phrases.FROM_THE_START, effect={"start_over_with": said}),
    )
    return words(phrases.WHERE_WE_WERE.format(day=day, summary=summary), choices=choices)


def told(brain: Brain, progress: Progress) -> Card:
    """What was told, each fact with a choice that changes it."""
    return profile_card(brain.knowledge, state_of(progress).profile)


def going_on(brain: Brain, progress: Progress) -> Turn | None:
    """The question that is open, once more; None where none is."""
    state = state_of(progress)
    if state.asked is None:
        return None
    card, asks = question_card(brain.knowledge, state.asked, state, demo=brain.demo)
    return Turn(status="needs_facts", cards=(words(phrases.BACK_TO), card), asks=asks)


def sure_to_erase(has_checklists: bool, asks: Asks | None) -> Turn:
    """The question before anything is deleted."""
    talk = Choice(label=phrases.ERASE_TALK if has_checklists else phrases.ERASE_ONLY, effect={"erase": "talk"})
    lists = (Choice(label=phrases.ERASE_ALL, effect={"erase": "all"}),) if has_checklists else ()
    lines = (phrases.ERASE_SURE, *((phrases.ERASE_LISTS,) if has_checklists else ()))
    card = words(*lines, choices=(talk, *lists, Choice(label=phrases.ERASE_NOT, effect={"erase": "nothing"})))
    return Turn(status="needs_choice", cards=(card,), asks=asks)


def erased(what: str) -> Turn:
    """What was deleted."""
    sentence = {"talk": phrases.ERASED, "all": phrases.ERASED_ALL}.get(what, phrases.ERASED_NOT)
    return Turn(status="answered", cards=(words(sentence),))


def leaving_a_message(asks: Asks | None) -> Turn:
    """How to leave a message; the page shows its form with this card."""
    lines = (
        Line(text=phrases.LEAVE_MESSAGE),
        Line(text=phrases.LEAVE_MESSAGE_WHERE, href=MESSAGE_PAGE),
        Line(text=phrases.LEAVE_MESSAGE_CALL, phone="12345"),
    )
    card = Card(kind="text", sections=(Section(lines=lines),), aspect=LEAVES_MESSAGE)
    return Turn(status="handed_over", cards=(card,), asks=asks)
