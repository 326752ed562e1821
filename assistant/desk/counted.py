"""How often a guide is asked for, and how often people were not content with it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.cases.ratings import LOW
from assistant.cases.tables import StoredEntry, StoredRating
from assistant.db import StoredTurn, now
from assistant.wrong_facts import StoredWrongFact

DAYS = 30  # what is asked changes with the season
NEWEST = 20_000  # turns; beyond them the order of the guides no longer changes
AT_ONCE = 500


def asked(engine: Engine) -> Counter[str]:
    """How many answers of the last days were about each guide."""
    query = (
        select(StoredTurn.turn)
        .where(StoredTurn.at >= now() - dt.timedelta(days=DAYS), StoredTurn.status == "answered")
        .order_by(StoredTurn.id.desc())
        .limit(NEWEST)
    )
    found: Counter[str] = Counter()
    with Session(engine) as session:
        for turn in session.scalars(query.execution_options(yield_per=AT_ONCE)):
            found.update({card["item"]["id"] for card in turn.get("cards") or () if card.get("item")})
    return found


def complaints(engine: Engine) -> Counter[str]:
    """How many low ratings cases with each item had, and how many of its facts people said are wrong and nobody checked."""
    rated = (
        select(StoredEntry.item, func.count(func.distinct(StoredRating.id)))
        .join(StoredRating, StoredRating.case_id == StoredEntry.case_id)
        .where(StoredRating.level.in_(LOW))
        .group_by(StoredEntry.item)
    )
    wrong = (
        select(StoredWrongFact.guide, func.sum(StoredWrongFact.times))
        .where(StoredWrongFact.done_at.is_(None))
        .group_by(StoredWrongFact.guide)
    )
    found: Counter[str] = Counter()
    with Session(engine) as session:
        for query in (rated, wrong):
            for guide, times in session.execute(query):
                found[guide] += int(times)
    return found
