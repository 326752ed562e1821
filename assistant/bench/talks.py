"""What is said where speed is measured: real conversations, and what is wrong with an answer; a 200 alone proves nothing."""

from __future__ import annotations

import json
from typing import Any

from assistant import phrases

# What is said, the statuses that will do, and words that must be on the cards.
Said = tuple[str, tuple[str, ...], tuple[str, ...]]
ASKS, TELLS = ("needs_facts",), ("answered",)
CONVERSATIONS: tuple[tuple[Said, ...], ...] = (
    (
        ("理发店不干了，个体的，在示例县", ASKS, ()),
        ("就一个卫生许可证", ASKS, ()),
        ("卫生许可证要带啥", TELLS, ("卫生",)),
        ("没有别的证了", ASKS, ()),
        ("执照也销了吧", ASKS, ()),
        ("窗口替我跑", TELLS, ("清单",)),
        ("谢谢啊", TELLS, ()),
    ),
    (
        ("烟草专卖零售许可证怎么注销", TELLS, ("烟草",)),
        ("要几天", TELLS, ("烟草",)),
        ("去哪办", TELLS, ("烟草",)),
        ("取水许可证咋退", TELLS, ("取水",)),
    ),
    (
        ("公司，在示例区，有排污许可证，别的没有，执照先留着，我自己去办", TELLS, ("清单", "排污")),
        ("不对，是在示例县", TELLS, ("示例县",)),
        ("转人工", ("handed_over",), ("12345",)),
    ),
    (
        ("你好", TELLS, ()),
        ("兽药经营许可证注销要带什么", TELLS, ("兽药",)),
        ("今天天气咋样", ("out_of_scope", "unknown", "answered"), ()),
        ("食品经营许可证收费吗", TELLS, ("食品",)),
    ),
)


def fault(said: Said, code: int, body: bytes) -> str | None:
    """What is wrong with an answer of `/api/chat`."""
    text, statuses, has = said
    if code != 200:
        return f"{text}：HTTP {code}"
    told: dict[str, Any] = json.loads(body)
    shown = json.dumps(told["replies"], ensure_ascii=False)
    if phrases.DIALOGUE_AWAY in shown:
        return f"{text}：没经过 Rasa"
    if told["status"] not in statuses:
        return f"{text}：{told['status']}"
    lacks = [word for word in has if word not in shown]
    return f"{text}：没说到{'、'.join(lacks)}" if lacks else None
