"""As of (某一天): the knowledge as it was on a day, from git, or as it will be, from what has been agreed to."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.cases.changing import day_of
from assistant.desk import names
from assistant.desk.drafts import Draft, DraftState
from assistant.desk.history import History
from assistant.desk.journal import Publication
from assistant.desk.merging import brought_together
from assistant.desk.publishing import Publishing
from assistant.errors import Refused
from assistant.knowledge.load import read_folder
from assistant.knowledge.whole import Knowledge
from assistant.timezone import CHINA


@dataclass(frozen=True)
class AsOf:
    """The knowledge of a day (at its end), and what makes it differ from today's."""

    knowledge: Knowledge
    commit: str | None  # of a day that is past
    coming: tuple[Draft, ...] = ()  # agreed drafts that are in force by then
    going: tuple[Publication, ...] = ()  # publications whose time is over by then


def as_of(publishing: Publishing, day: dt.date) -> AsOf:
    """The knowledge of a day; NotFound where the history begins later, Refused where it cannot be read any more."""
    drafts = publishing.drafts
    end = dt.datetime.combine(day, dt.time.max, CHINA)
    if day < day_of(drafts.clock()):
        with History(drafts.folder) as history:
            commit = history.at(end)
            return AsOf(_read(history.texts(commit), demo=drafts.demo), commit)
    texts: dict[str, str | None] = {}

    def now_is(path: str) -> str | None:
        return texts[path] if path in texts else names.text_at(drafts.folder, path)

    going = tuple(publishing.over(end))
    for one in going:
        for path, (old, new) in one.files.items():
            texts[path] = brought_together(path, new, old, now_is(path))
    agreed = [one for one in drafts.all([DraftState.APPROVED]) if one.publish_at and one.publish_at <= end]
    coming = tuple(sorted((one for one in agreed if not one.until or one.until > end), key=lambda one: one.id))
    for draft in coming:
        texts[draft.path] = brought_together(draft.path, draft.base, draft.wanted, now_is(draft.path))
    return AsOf(drafts.fitness_of(texts).must(), None, coming, going)


def _read(files: Mapping[str, bytes], *, demo: bool) -> Knowledge:
    """The knowledge of these files; what is checked today need not have been true then."""
    with tempfile.TemporaryDirectory(prefix="daoban-as-of-") as folder:
        root = Path(folder)
        for path, data in files.items():
            if path.endswith(".yaml"):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(data)
        knowledge, _ = read_folder(root, demo=demo and (root / "demo" / "catalog.yaml").is_file())
    if knowledge is None:
        raise Refused("那一天的内容是用老写法写的，现在读不了。")
    return knowledge
