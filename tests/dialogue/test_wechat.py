"""The official account (公众号) over the running stack: Rasa, database and all, WeChat's side by werobot."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from assistant.wechat.account import Account
from tests.dialogue.stack import ACCOUNT, Stack
from tests.wechat.builders import PLAIN, WeChat, words

SEALED = Account(*ACCOUNT)


def answer(stack: Stack, side: WeChat, message: dict[str, str]) -> str:
    """What comes back for one delivery of a message, opened."""
    query, body = side.delivery(message)
    response = stack.client.post("/wechat", params=query, content=body)
    assert response.status_code == 200
    told = side.opened(response.text)
    return " ".join(told.values())


def said(text: str, sender: str) -> dict[str, str]:
    """Somebody types, now."""
    return words(text, sender=sender, CreateTime=int(time.time()))


@pytest.fixture
def side() -> WeChat:
    """The other side, its clock going."""
    return WeChat(SEALED, dt.datetime.now(dt.UTC))


def test_sealed_conversation_leads_to_a_checklist(stack: Stack, side: WeChat) -> None:
    """A question is answered, what is told leads to a list, and a message delivered again gets the same reply."""
    person = f"o-{time.time_ns()}"
    assert "食品经营许可证" in answer(stack, side, said("饭店黄了，食品证咋退", person))
    message = said("个体，示例区，开饭店的，就食品和烟草两个证，照也一起销，我自己跑", person)
    first = answer(stack, side, message)
    assert "注销清单" in first
    assert answer(stack, side, message) == first


def test_number_of_a_choice_answers_the_question(stack: Stack, side: WeChat) -> None:
    """The question for the type shows numbered choices; its number is understood as the choice."""
    person = f"o-{time.time_ns()}"
    asked = answer(stack, side, said("网吧不干了，全都要注销", person))
    assert "1. 个体工商户" in asked
    assert "哪个县" in answer(stack, side, said("1", person))


def test_plain_message_is_refused_where_messages_are_sealed(stack: Stack) -> None:
    """Whoever knows the token alone cannot speak for somebody."""
    query, body = WeChat(PLAIN, dt.datetime.now(dt.UTC)).delivery(said("饭店黄了", "o-forged"))
    assert stack.client.post("/wechat", params=query, content=body).status_code == 403
