"""The knowledge of another day."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from assistant.desk.as_of import as_of
from assistant.errors import NotFound
from tests.desk.builders import GUIDE, Desk

DAY = dt.timedelta(days=1)


def _who(at: Desk, day: dt.date) -> str | None:
    return as_of(at.publishing, day).knowledge.guides["geting"].who[0].text


def _committed_on(at: Desk, text: str, day: str) -> None:
    """A change that somebody commits by hand on a day."""
    (at.root / GUIDE).write_text(text, "utf-8")
    os.environ |= {"GIT_COMMITTER_DATE": f"{day}T12:00:00+0800", "GIT_AUTHOR_DATE": f"{day}T12:00:00+0800"}
    at.git("add", ".")
    at.git("-c", "user.name=a", "-c", "user.email=a@example.invalid", "commit", "-qm", day)


def test_past_day_is_what_git_has_of_it(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guide is shown as it was at the end of that day; before the first day there is nothing."""
    for name in ("GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"):
        monkeypatch.setenv(name, "")
    at.git("init", "-q", "-b", "main")
    first = at.text()
    _committed_on(at, first, "2026-03-01")
    _committed_on(at, first.replace("老板来办。", "本人来办。"), "2026-05-01")
    assert _who(at, dt.date(2026, 4, 30)) == "老板来办。"
    assert _who(at, dt.date(2026, 5, 1)) == "本人来办。"
    with pytest.raises(NotFound):
        as_of(at.publishing, dt.date(2026, 2, 28))


def test_day_to_come_has_what_was_agreed_to_for_it_and_not_what_is_over_by_then(at: Desk) -> None:
    """An agreed draft counts from its day on and as long as it holds; one that only waits for a reviewer does not."""
    today = at.clock().date()
    draft = at.proposed("老板来办。", "本人来办。", publish_at=at.clock() + 3 * DAY, until=at.clock() + 6 * DAY)
    assert _who(at, today + 4 * DAY) == "老板来办。"
    at.publishing.approve(draft.id, version=draft.version, reviewer="li")
    assert [_who(at, today + days * DAY) for days in (0, 2, 4, 7)] == [
        "老板来办。",
        "老板来办。",
        "本人来办。",
        "老板来办。",
    ]
    at.clock.at += 4 * DAY
    at.publishing.due(at.clock())
    later = as_of(at.publishing, today + 7 * DAY)
    assert later.knowledge.guides["geting"].who[0].text == "老板来办。"
    assert [one.reason for one in later.going] == ["窗口说的"]
