"""The only place where the parts meet."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api import chat, editors, health, metrics, pages, rasa, staff, webhook, wechat
from api.deps import Service, case_keeping, cases_of
from api.editors.facts import begin_rounds
from api.headers import SecurityHeaders
from api.limits import gate_of, let_in
from api.metrics import Channels, Measured, who_may_look
from api.reload import FIRST_PINYIN, recover, stamp_of, tend, watch
from api.staff.too_long import TooLong
from api.switches import follow
from assistant.actions.brain import Brain
from assistant.actions.paper_judge import shipped
from assistant.db import brought_home, connected
from assistant.db import engine as tracker_of
from assistant.exchanges import Exchanges
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.keeping import Keeping
from assistant.knowledge.load import load
from assistant.messages import Messages
from assistant.queues import Queues
from assistant.rasa import Rasa
from assistant.retrieval.equipment import equipped
from assistant.retrieval.finder import Finder
from assistant.settings import Settings, from_environment
from assistant.staff.asked import count_days
from assistant.staff.audit import Audit
from assistant.supervisor import LOOPBACK
from assistant.turnlog import TurnLog
from assistant.wechat.account import account_of
from assistant.wechat.channel import Channel, channel_of
from assistant.wechat.people import People
from assistant.wechat.subscriptions import template_of
from assistant.wrong_facts import WrongFacts

log = logging.getLogger("daoban.app")
BROUGHT_HOME_EVERY = 1.0  # seconds: some hundred pages where many talk


def assembled(settings: Settings) -> Service:
    """All parts, ready to serve; KnowledgeError where the knowledge is not fit."""
    engine = connected(settings.database_url)
    recover(settings, engine)
    knowledge = load(settings.knowledge, demo=settings.demo)
    equipment = equipped(settings.encoder_path, settings.data)
    finder = Finder(knowledge, equipment.encoder, equipment.model)
    checklists = IssuedChecklists(knowledge, engine)
    brain = Brain(knowledge, finder, checklists.issue, demo=settings.demo, judge=shipped())
    turns, messages, handover, exchanges = TurnLog(engine), Messages(engine), Handover(engine), Exchanges(engine)
    keeping = Keeping(
        turns,
        messages,
        handover,
        checklists,
        tracker_of(settings.tracker_url),
        settings.kept_days,
        also=(People(engine).forget,),
    )
    conversations = Measured(
        brain,
        turns,
        keeping,
        Queues(engine),
        Rasa([f"http://{LOOPBACK}:{port}" for port in settings.dialogue_ports], settings.rasa_timeout, exchanges),
        patience=settings.rasa_timeout,
        silence=dt.timedelta(hours=settings.silence_hours),
    )
    secret = settings.secret or secrets.token_urlsafe(24)
    return Service(
        settings,
        knowledge,
        finder,
        checklists,
        conversations,
        brain,
        secret,
        handover=handover,
        messages=messages,
        keeping=keeping,
        exchanges=exchanges,
        equipment=equipment,
    )


async def purge_daily(*purges: Callable[[], object]) -> None:
    """Erase what has had its time, and whatever else comes round, at start and once a day."""
    while True:
        for purge in purges:
            try:
                await asyncio.to_thread(purge)
            except SQLAlchemyError as error:
                log.error("what is done once a day could not be done, tomorrow again: %s", error)
        await asyncio.sleep(24 * 3600)


async def bring_home(*engines: Engine) -> None:
    """Bring what the logs of these databases hold into their files, again and again, in nobody's time."""
    while True:
        for engine in engines:
            try:
                await asyncio.to_thread(brought_home, engine)
            except (SQLAlchemyError, sqlite3.Error) as error:  # the latter while a connection is prepared
                log.debug("the log of a database stays for now: %s", error)
        await asyncio.sleep(BROUGHT_HOME_EVERY)


def wechat_of(app: FastAPI, settings: Settings) -> Channel | None:
    """The channel of the account that the settings name; None where they name none."""
    return channel_of(
        account_of(settings),
        app.state.service.checklists.engine,
        lambda: cases_of(app.state.service),
        template=template_of(settings.wechat_template),
        page=f"{settings.public_url.rstrip('/')}/progress" if settings.public_url else "",
    )


def create_app(settings: Settings | None = None) -> FastAPI:
    """The web application."""
    settings = settings or from_environment()
    who_may_look(settings.metrics_from)  # what cannot be read is told at the start
    seen = stamp_of(settings.knowledge)
    service, gate = assembled(settings), gate_of(settings)
    # What runs on takes these, not the service: the first one's knowledge would never go.
    engine, keeping, conversations = service.checklists.engine, service.keeping, service.conversations
    count = partial(count_days, engine)  # first, as what is erased is not counted any more

    def rounds() -> None:
        begin_rounds(app.state.service)  # over the knowledge that is served that day

    def purge_cases() -> None:
        case_keeping(app.state.service).purge()  # by the holidays of that knowledge

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gc.collect()
        gc.freeze()  # knowledge and indices stay for good: looking through them again and again costs up to 30 ms
        first_pinyin = asyncio.to_thread(app.state.service.finder.written_out, FIRST_PINYIN)
        tasks = [
            asyncio.create_task(work)
            for work in (
                watch(app, seen),
                tend(app),
                bring_home(engine, tracker_of(settings.tracker_url)),
                purge_daily(count, keeping.purge, purge_cases, *purges, rounds),
                first_pinyin,
                follow(gate.switches, Audit(engine, settings.data)),
                *([gate.limits.sweep()] if gate.limits else []),
            )
        ]
        async with channel.running() if channel else contextlib.nullcontext():
            yield
        for task in tasks:
            task.cancel()
        await conversations.close()

    app = FastAPI(title="智能导办", docs_url=None, redoc_url=None, lifespan=lifespan, dependencies=[Depends(let_in)])
    app.state.service, app.state.gate = service, gate
    app.state.impacts = {}  # of drafts, as api.editors.review found them last
    channel = wechat_of(app, settings)
    purges: list[Callable[[], object]] = [WrongFacts(engine).purge]
    if channel:
        purges.append(lambda: channel.purge(settings.kept_days))
    if webhook.key_of(settings):
        purges.append(lambda: webhook.purge(engine, settings.kept_days))
    app.state.service = replace(service, wechat=channel)
    app.include_router(chat.router)
    app.include_router(rasa.router)
    app.include_router(pages.router)
    app.include_router(staff.router)
    app.include_router(editors.router)
    app.include_router(wechat.router)
    app.include_router(webhook.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    pages.register_errors(app)
    app.add_middleware(TooLong)
    app.add_middleware(Channels)
    app.add_middleware(SecurityHeaders, tls=settings.tls)
    return app
