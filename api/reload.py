"""New knowledge on disk is served within two seconds, as a whole; a faulty folder never replaces a good one.

Where names or sample questions are new a finder has to be built, half a second of a processor; the earlier one answers
till then, and spells pinyin some seconds longer. `daoban bench publish` measures all of it.
Whoever publishes holds the folder (assistant/desk/holding.py), so half a publication is never read, but what it will be
stands in the journal: the finder is built while it is still being committed. What somebody copies or pulls into the
folder is read once it has come to rest. Every process looks by itself.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.deps import Service
from assistant.db import now
from assistant.desk.holding import busy, reading
from assistant.desk.publishing import Publishing, publishing_over
from assistant.errors import DaobanError, KnowledgeError
from assistant.issued import IssuedChecklists
from assistant.knowledge.load import load, read_folder
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.finder import Finder
from assistant.retrieval.renewing import renewed as renewed_finder
from assistant.retrieval.spelling import Speller
from assistant.settings import Settings

LOOK_EVERY = 0.25  # seconds
SPELL_AFTER = 10.0  # seconds without a new name: what is published in a row is served first, and spelt with once
AT_REST = 0.1  # seconds without a change
AGAIN_AFTER = 2.0  # seconds, where the folder was held or a publication is not finished
TEND_EVERY = 20.0  # seconds
Stamp = tuple[tuple[str, int, int], ...]
log = logging.getLogger("daoban.knowledge")


FIRST_PINYIN = "wo yao zhuxiao"  # the first takes seconds: the words are counted then


def stamp_of(folder: Path) -> Stamp:
    """Name, time and size of every file of the knowledge: what changes when somebody has saved one."""
    found = sorted([*folder.glob("*.yaml"), *folder.glob("[!.]*/*.yaml")])
    stats = ((str(path), path.stat()) for path in found)
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def publishing_of(service: Service) -> Publishing:
    """The desk over the database of a service."""
    assert isinstance(service.checklists, IssuedChecklists)
    return publishing_over(service.settings, service.checklists.engine)


def recover(settings: Settings, engine: Engine) -> None:
    """Finish what a dead process began to publish, before the knowledge is read; a start does not fail for it."""
    try:
        publishing_over(settings, engine).recover()
    except (DaobanError, OSError) as error:
        log.error("what was being published could not be finished, soon again: %s", error)


def renewed(service: Service) -> Service:
    """The service over what is on disk now; DaobanError, and nothing changed, where that is not fit."""
    finder = _ahead(service)
    knowledge = _knowledge(service)
    if knowledge.digest == service.knowledge.digest:
        return replace(service, fault=None)
    if finder is None or finder.knowledge.digest != knowledge.digest:
        finder = renewed_finder(service.finder, knowledge, service.equipment)
    brain = replace(service.brain, knowledge=finder.knowledge, finder=finder)
    return replace(service, knowledge=finder.knowledge, finder=finder, brain=brain, fault=None)


def _ahead(service: Service) -> Finder | None:
    """The finder over what is being published at this moment; None where nobody does, or its files are not what it says."""
    settings = service.settings
    unfinished = publishing_of(service).journal.unfinished() if busy(settings.knowledge) else []
    if not unfinished:
        return None
    knowledge, _ = read_folder(settings.knowledge, demo=settings.demo, instead=unfinished[-1].after)
    if knowledge is None or knowledge.digest != unfinished[-1].digest:
        return None
    return renewed_finder(service.finder, knowledge, service.equipment)


def _published(service: Service) -> bool:
    """Whether what lies in the folder was published, or is being published just now: no file of it comes later."""
    settings = service.settings
    if busy(settings.knowledge):
        return True
    knowledge, _ = read_folder(settings.knowledge, demo=settings.demo)
    return knowledge is not None and publishing_of(service).journal.checked(knowledge.digest)


def _knowledge(service: Service) -> Knowledge:
    """What is on disk, checked; what was checked when it was published is not checked again."""
    publishing = publishing_of(service)
    publishing.recover()
    settings = service.settings
    with reading(settings.knowledge):
        if publishing.journal.unfinished():
            raise DaobanError("上一次发布断在半路，还没有收拾好；眼下用的是断之前的内容。")
        knowledge, _ = read_folder(settings.knowledge, demo=settings.demo)
        if knowledge is not None and publishing.journal.checked(knowledge.digest):
            return knowledge
        return load(settings.knowledge, demo=settings.demo)


async def watch(app: FastAPI, seen: Stamp) -> None:
    """Serve knowledge that differs from what was `seen` when it was loaded, until the service stops."""
    await asyncio.gather(_look(app, seen), _spell(app))


async def _look(app: FastAPI, seen: Stamp) -> None:
    """Look at the folder again and again."""
    folder = app.state.service.settings.knowledge
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            now_is = await asyncio.to_thread(stamp_of, folder)
            if now_is == seen:
                continue
            if not await asyncio.to_thread(_published, app.state.service):
                await asyncio.sleep(AT_REST)
                if now_is != await asyncio.to_thread(stamp_of, folder):
                    continue
            if await swap(app):
                seen = now_is
            else:
                await asyncio.sleep(AGAIN_AFTER)
        except (OSError, SQLAlchemyError) as error:  # a file vanished while we looked, the database is away: look again
            log.warning("the knowledge could not be looked at: %s", error)
        except Exception:  # whatever it is, the next look tries again
            log.exception("the knowledge could not be looked at")
            await asyncio.sleep(AGAIN_AFTER)


async def swap(app: FastAPI) -> bool:
    """Replace the knowledge of all parts at once, or keep the good one and say why; whether the folder could be read.

    It cannot while somebody holds it, or as long as half a publication lies in it: neither changes a file when it ends.
    """
    service: Service = app.state.service
    try:
        new = await asyncio.to_thread(renewed, service)
    except DaobanError as error:
        log.error("知识库有错，继续用原来的：%s", error)
        app.state.service = replace(app.state.service, fault=str(error))
        return isinstance(error, KnowledgeError)
    new.checklists.use(new.knowledge)
    new.conversations.use(new.brain)
    app.state.service = new
    log.info("knowledge %s is served", new.knowledge.digest[:12])
    return True


async def _spell(app: FastAPI) -> None:
    """Let the finder that is served spell with the words of its own knowledge, in nobody's time.

    Counting them takes seconds; until then the earlier ones do, and the next publication does not wait for it.
    """
    spelt = app.state.service.finder.witness
    while True:
        await asyncio.sleep(LOOK_EVERY)
        finder: Finder = app.state.service.finder
        if finder.witness is spelt:
            continue
        await asyncio.sleep(SPELL_AFTER)
        if app.state.service.finder.witness is not finder.witness:
            continue
        try:
            finder.witness.speller = await asyncio.to_thread(_speller, finder.knowledge)
            spelt = finder.witness
        except Exception:  # whatever it is, the earlier one spells on
            log.exception("the words to spell with could not be counted")
            await asyncio.sleep(AGAIN_AFTER)


def _speller(knowledge: Knowledge) -> Speller:
    """A speller that has counted its words."""
    speller = Speller(knowledge)
    speller.written_out(FIRST_PINYIN)
    return speller


async def tend(app: FastAPI) -> None:
    """Finish what a dead process began to publish, publish what was decided for now and take back what is over."""
    publishing = publishing_of(app.state.service)
    while True:
        try:
            await asyncio.to_thread(publishing.due, now())
        except (DaobanError, OSError, SQLAlchemyError) as error:
            log.error("the desk could not be tended, soon again: %s", error)
        except Exception:  # whatever it is, the next round tries again
            log.exception("the desk could not be tended")
        await asyncio.sleep(TEND_EVERY)
