"""New knowledge on disk is served within seconds, as a whole; a faulty folder never replaces a good one."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI

from api.deps import Service
from assistant.errors import DaobanError
from assistant.knowledge.load import load
from assistant.retrieval.finder import Finder

LOOK_EVERY = 1.0  # seconds
Stamp = tuple[tuple[str, int, int], ...]
log = logging.getLogger("daoban.knowledge")


FIRST_PINYIN = "wo yao zhuxiao"  # the first takes seconds: the words are counted then


def stamp_of(folder: Path) -> Stamp:
    """Name, time and size of every file of the knowledge: what changes when somebody has saved one."""
    stats = ((str(path), path.stat()) for path in sorted(folder.rglob("*.yaml")))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def renewed(service: Service) -> Service:
    """The service over what is on disk now; DaobanError, and nothing changed, where that is not fit."""
    knowledge = load(service.settings.knowledge, demo=service.settings.demo)
    if knowledge.digest == service.knowledge.digest:
        return service
    finder = Finder(knowledge, service.equipment.encoder, service.equipment.model)
    finder.written_out(FIRST_PINYIN)  # here it keeps nobody waiting
    brain = replace(service.brain, knowledge=knowledge, finder=finder)
    return replace(service, knowledge=knowledge, finder=finder, brain=brain, fault=None)


async def watch(app: FastAPI, seen: Stamp) -> None:
    """Look for knowledge that differs from what was `seen` when it was loaded, until the service stops."""
    folder = app.state.service.settings.knowledge
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            now = await asyncio.to_thread(stamp_of, folder)
            if now == seen:
                continue
            seen = now
            await swap(app)
        except OSError as error:  # a file vanished while we looked: look again
            log.warning("knowledge folder: %s", error)


async def swap(app: FastAPI) -> None:
    """Replace the knowledge of all parts at once, or keep the good one and say why."""
    service: Service = app.state.service
    try:
        new = await asyncio.to_thread(renewed, service)
    except DaobanError as error:
        log.error("知识库有错，继续用原来的：%s", error)
        app.state.service = replace(service, fault=str(error))
        return
    new.checklists.use(new.knowledge)
    new.conversations.use(new.brain)
    app.state.service = new
    log.info("knowledge %s is served", new.knowledge.digest[:12])
