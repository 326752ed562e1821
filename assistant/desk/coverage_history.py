"""How much was known over time, read from the knowledge in git; a commit is counted once, a few at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assistant.db import now
from assistant.desk.fact_tables import StoredCoverage
from assistant.desk.history import History
from assistant.errors import NotFound
from assistant.knowledge import model as m
from assistant.knowledge.coverage import coverage
from assistant.knowledge.load import Reading, read_folder
from assistant.knowledge.whole import Knowledge
from assistant.render.coverage_plot import Point
from assistant.timezone import CHINA

WEEKS = 26
DAYS = 14  # the last of them one by one
AT_ONCE = 4  # commits, a second each


def over_time(folder: Path, served: Knowledge, engine: Engine, today: dt.date, at_once: int = AT_ONCE) -> list[Point]:
    """The days that are known, oldest first, the last as it is served; of the others the newest are counted first, and
    what is not counted yet next time."""
    counts = states(served)
    found = [Point(today, counts[m.State.CONFIRMED], counts[m.State.SOURCED], counts[m.State.OPEN])]
    counted = 0
    with History(folder) as history:
        for day in _days(today):
            try:
                commit = history.at(dt.datetime.combine(day, dt.time.max, CHINA))
            except NotFound:
                break
            row = _stored(engine, commit)
            if row is None:
                if counted == at_once:
                    continue
                counted += 1
                row = _count(engine, commit, read_at(history, commit)[0])
            if row.confirmed + row.sourced + row.open:
                found.append(Point(day, row.confirmed, row.sourced, row.open))
    return found[::-1]


def states(knowledge: Knowledge) -> Counter[m.State]:
    """How many elements of guides are in each state; where not a word is written, 待核."""
    by_guide = coverage(knowledge).by_guide.values()
    return Counter(state or m.State.OPEN for elements in by_guide for state in elements.values())


def _days(today: dt.date) -> Iterator[dt.date]:
    """The days before today one by one, before them one a week, newest first."""
    yield from (today - dt.timedelta(days=number) for number in range(1, DAYS))
    yield from (today - dt.timedelta(weeks=number) for number in range(DAYS // 7, WEEKS))


def _stored(engine: Engine, commit: str) -> StoredCoverage | None:
    with Session(engine, expire_on_commit=False) as session:
        return session.get(StoredCoverage, commit)


def _count(engine: Engine, commit: str, knowledge: Knowledge | None) -> StoredCoverage:
    """Keep what was counted; of knowledge that cannot be read any more, nothing."""
    counted = states(knowledge) if knowledge else Counter[m.State]()
    row = StoredCoverage(commit_id=commit, at=now(), open=counted[m.State.OPEN])
    row.confirmed, row.sourced = counted[m.State.CONFIRMED], counted[m.State.SOURCED]
    with Session(engine, expire_on_commit=False) as session, session.begin():
        return session.merge(row)


def read_at(history: History, commit: str) -> tuple[Knowledge | None, Reading]:
    """The files of a commit as they are read today; the knowledge is None where they are not such as is read today."""
    texts = {path: data for path, data in history.texts(commit).items() if path.endswith(".yaml")}
    nowhere = Path("/nonexistent")
    return read_folder(nowhere, instead={path: data.decode("utf-8", "replace") for path, data in texts.items()})
