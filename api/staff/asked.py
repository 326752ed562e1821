"""What people asked the conversation in a period: what it could not answer, and which 待核 facts they were shown."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.cases.changing import CHINA
from assistant.db import StoredTurn

SHOWN = 20
AT_ONCE = 500  # rows read at a time
_NUMBER = re.compile(r"\d{6,}[\dXx]?")  # a telephone, an identity card: nobody needs it in a meeting
Counted = list[tuple[str, int]]


def asked(engine: Engine, first: dt.date, last: dt.date) -> tuple[Counted, Counted]:
    """The unanswered questions without numbers of persons, and the 待核 facts by guide, each with how often."""
    begin = dt.datetime.combine(first, dt.time.min, CHINA).astimezone(dt.UTC)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, CHINA).astimezone(dt.UTC)
    query = select(StoredTurn.said, StoredTurn.status, StoredTurn.turn).where(
        StoredTurn.at >= begin, StoredTurn.at < end
    )
    unanswered: Counter[str] = Counter()
    to_check: Counter[str] = Counter()
    with Session(engine) as session:
        for said, status, turn in session.execute(query.execution_options(yield_per=AT_ONCE)):
            if status == "unknown" and said.strip():
                unanswered[_NUMBER.sub("［号码］", said.strip())[:60]] += 1
            to_check.update(_open_facts(turn))
    return unanswered.most_common(SHOWN), to_check.most_common(SHOWN)


def _open_facts(turn: dict[str, object]) -> set[str]:
    """Of which guide and in which section something 待核 was shown; once for each answer."""
    cards = turn.get("cards") or []
    assert isinstance(cards, list)
    return {
        f"{card['item']['name']}：{section.get('heading') or '说明'}"
        for card in cards
        if card.get("item")
        for section in card.get("sections", ())
        if any(line.get("tag") == "待核" for line in section.get("lines", ()))
    }
