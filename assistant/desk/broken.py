"""Broken links (断了的引用): what a file named on some day though it was nowhere to be found that day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from assistant.desk.coverage_history import read_at
from assistant.desk.history import History
from assistant.errors import Refused
from assistant.knowledge.finding import Finding
from assistant.knowledge.links import check_links
from assistant.timezone import CHINA


def broken_links(folder: Path, day: dt.date) -> tuple[Finding, ...]:
    """Each reference that led nowhere in the knowledge of a day that is past, with its file and line.

    NotFound where the history begins later, Refused where the files of that day cannot be read any more.
    """
    with History(folder) as history:
        knowledge, reading = read_at(history, history.at(dt.datetime.combine(day, dt.time.max, CHINA)))
    if knowledge is None:
        raise Refused("那一天的内容是用老写法写的，现在读不了。")
    return tuple(sorted(one for one in check_links(knowledge, reading.files) if one.level == "error"))
