"""Messages on their way through Rasa: found by their key until they are closed."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant import exchanges
from assistant.exchanges import Exchange, Exchanges
from assistant.turnlog import Progress
from tests.databases import in_memory


def test_exchange_is_found_until_it_is_closed() -> None:
    """Whoever has its key finds what was noted of it, and nobody afterwards; what was noted comes back with the closing."""
    kept, mine = Exchanges(in_memory()), Exchange("mine", Progress({"profile": {"place": "shilixian"}}, "place", 3))
    kept.open("one", mine)
    kept.open("another", Exchange("yours", Progress()))
    found = kept.find("mine")
    assert found
    assert found.before == mine.before
    found.asked = "industry"
    assert kept.note(found)
    assert kept.close(mine).asked == "industry"
    assert kept.find("mine") is None
    assert not kept.note(found)
    assert kept.find("yours")


def test_what_a_dead_process_left_behind_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever message is closed next takes away what is older than any message that is still being answered."""
    kept = Exchanges(in_memory())
    kept.open("dead", Exchange("dead", Progress()))
    later = exchanges.now() + exchanges.LEFT_BEHIND + dt.timedelta(seconds=1)
    monkeypatch.setattr(exchanges, "now", lambda: later)
    alive = Exchange("alive", Progress())
    kept.open("alive", alive)
    assert kept.find("dead")
    assert kept.close(alive).before == Progress()
    assert kept.find("dead") is None
