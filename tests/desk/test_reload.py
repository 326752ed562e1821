"""The running service and the folder: what could not be read at once is read later."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI

from api import reload
from api.reload import publishing_of, stamp_of
from assistant.desk.history import History
from assistant.desk.holding import writing
from assistant.desk.journal import Wanted
from assistant.errors import Refused
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.finder import Finder
from assistant.retrieval.spelling import Speller
from tests.desk.builders import GUIDE
from tests.desk.pages import editors_app

OLD, NEW = "老板来办。", "本人来办。"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The service over a small folder, which waits only a moment for whoever holds it."""
    monkeypatch.setattr("assistant.desk.holding.PATIENCE", 0.1)
    monkeypatch.setattr(reload, "AGAIN_AFTER", 0.1)
    return editors_app(tmp_path)


def folder_of(app: FastAPI) -> Path:
    """Where its knowledge lies."""
    folder: Path = app.state.service.settings.knowledge
    return folder


def served(app: FastAPI) -> bool:
    """Whether the new words are what people read, and nothing is complained of."""
    service = app.state.service
    return service.knowledge.guides["geting"].who[0].text == NEW and service.fault is None


async def until(there: Callable[[], bool]) -> None:
    """Wait until it is so."""
    for _ in range(3000):
        if there():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


def faulty(app: FastAPI, words: str) -> bool:
    """Whether the service says why it keeps to the earlier knowledge."""
    return words in (app.state.service.fault or "\0")


def looking(app: FastAPI) -> asyncio.Task[None]:
    """The service looks at its folder, as it does while it runs."""
    return asyncio.create_task(reload.watch(app, stamp_of(folder_of(app))))


def write(app: FastAPI, old: str = OLD, new: str = NEW) -> None:
    """Somebody changes the guide on the server."""
    file = folder_of(app) / GUIDE
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_change_behind_a_lock_is_served_when_the_lock_is_gone(app: FastAPI) -> None:
    """Whoever held the folder while it was looked at changes no file by letting go: it is looked at again all the same."""

    async def look() -> None:
        watching = looking(app)
        write(app)
        with writing(folder_of(app)):
            await until(lambda: faulty(app, "正在发布"))
            assert not served(app)
        await until(lambda: served(app))
        watching.cancel()

    asyncio.run(look())


def test_change_beside_half_a_publication_is_served_once_that_is_finished(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A publication that could not be finished at the first look is finished at a later one, and then read."""
    publishing = publishing_of(app.state.service)
    text = publishing.drafts.open(GUIDE).text
    monkeypatch.setattr("assistant.desk.publishing.Publishing.recover", lambda _: [])
    half = publishing.journal.begin(Wanted({GUIDE: (text, text.replace(OLD, NEW))}, ("zhang",), "li", "改对"))

    async def look() -> None:
        watching = looking(app)
        write(app)
        await until(lambda: faulty(app, "断在半路"))
        publishing.journal.done(half.id, "0" * 40)
        await until(lambda: served(app))
        watching.cancel()

    asyncio.run(look())


def test_look_that_fails_whatever_the_reason_is_not_the_last(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody foresaw is written down with its trace, and the next look serves the change."""
    real, failing = reload.renewed, [RuntimeError("nobody foresaw this")]

    def fails_once(service: reload.Service) -> reload.Service:
        if failing:
            raise failing.pop()
        return real(service)

    monkeypatch.setattr(reload, "renewed", fails_once)

    async def look() -> None:
        watching = looking(app)
        write(app)
        await until(lambda: served(app))
        watching.cancel()

    asyncio.run(look())
    assert "nobody foresaw this" in caplog.text


def test_faulty_folder_is_read_once_and_again_when_it_changes(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that stays on the disk costs no processor: it is told once, and the next change is looked at."""
    looks: list[Path] = []
    real = reload.renewed

    def counted(service: reload.Service) -> reload.Service:
        looks.append(service.settings.knowledge)
        return real(service)

    monkeypatch.setattr(reload, "renewed", counted)
    monkeypatch.setattr(reload, "LOOK_EVERY", 0.02)

    async def look() -> None:
        watching = looking(app)
        write(app, "名称:", "名称：")
        await until(lambda: faulty(app, "geting.yaml:1"))
        await asyncio.sleep(0.5)
        assert len(looks) == 1
        write(app, "名称：", "名称:")
        write(app)
        await until(lambda: served(app))
        watching.cancel()

    asyncio.run(look())
    assert len(looks) == 2


@pytest.mark.parametrize("goes_out", [True, False])
def test_finder_is_built_while_the_publication_is_committed(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, goes_out: bool
) -> None:
    """It is ready when the publication is; of one that had to be taken back nothing is served."""
    History.to_write(folder_of(app))
    at, built, commit, real = publishing_of(app.state.service), Event(), History.commit, reload.renewed_finder
    finders: list[Finder] = []

    def counted(*told: Any) -> Finder:
        finders.append(real(*told))
        built.set()
        return finders[-1]

    def slow(*told: Any, **named: Any) -> str:
        assert built.wait(30)
        if not goes_out:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return commit(*told, **named)

    monkeypatch.setattr("assistant.desk.holding.PATIENCE", 30)
    monkeypatch.setattr(reload, "renewed_finder", counted)
    monkeypatch.setattr(History, "commit", slow)
    draft = at.drafts.save(GUIDE, at.drafts.open(GUIDE).text.replace(OLD, NEW), who="zhang")
    draft = at.drafts.propose(draft.id, version=draft.version, reason="改对")

    async def look() -> None:
        watching = looking(app)
        publishing = asyncio.to_thread(at.publish, draft.id, version=draft.version, reviewer="li")
        if goes_out:
            await publishing
            await until(lambda: served(app))
        else:
            with pytest.raises(Refused, match="磁盘满了"):
                await publishing
            await asyncio.sleep(0.5)
        watching.cancel()

    asyncio.run(look())
    assert len(finders) == 1
    assert served(app) is goes_out
    assert (app.state.service.finder is finders[0]) is goes_out


def test_next_publication_does_not_wait_for_the_speller(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting the words to spell with takes seconds: what is published meanwhile is served, and spelt with in the end."""
    counting, go_on = Event(), Event()
    real = reload._speller

    def slow(knowledge: Knowledge) -> Speller:
        counting.set()
        assert go_on.wait(30)
        return real(knowledge)

    monkeypatch.setattr(reload, "SPELL_AFTER", 0.0)
    monkeypatch.setattr(reload, "_speller", slow)
    first = app.state.service.finder.witness.speller

    async def look() -> None:
        watching = looking(app)
        write(app, "别名: [歌厅证", "别名: [麦霸证, 歌厅证")
        await asyncio.to_thread(counting.wait, 30)
        write(app)
        await until(lambda: served(app))
        write(app, "别名: [麦霸证", "别名: [话筒证, 麦霸证")
        await until(lambda: "话筒证" in app.state.service.knowledge.guides["geting"].aliases)
        assert app.state.service.finder.witness.speller is first
        go_on.set()
        await until(lambda: app.state.service.finder.witness.speller is not first)
        watching.cancel()

    asyncio.run(look())
    assert "话筒证" in app.state.service.finder.witness.speller._said
