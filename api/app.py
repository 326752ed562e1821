"""The only place where the parts meet."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from api import chat, pages, rasa
from api.deps import Parts, Service
from api.headers import SecurityHeaders
from api.reload import stamp_of, watch
from assistant.actions.brain import Brain
from assistant.db import connected
from assistant.dialogue import Dialogue
from assistant.errors import EncoderError
from assistant.issued import IssuedChecklists
from assistant.knowledge.load import load
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.finder import Finder
from assistant.retrieval.remembering import RememberingEncoder
from assistant.settings import Settings, from_environment
from assistant.supervisor import LOOPBACK
from assistant.turnlog import TurnLog


def assembled(settings: Settings) -> Service:
    """All parts, ready to serve; KnowledgeError where the knowledge is not fit."""
    knowledge = load(settings.knowledge, demo=settings.demo)
    encoder: Encoder | None = None
    with contextlib.suppress(EncoderError):  # words alone still find; /healthz says so
        loaded = load_encoder(settings.encoder_path)
        encoder = RememberingEncoder(loaded, settings.data) if loaded else None
    finder = Finder(knowledge, encoder)
    engine = connected(settings.database_url)
    checklists = IssuedChecklists(knowledge, engine)
    brain = Brain(knowledge, finder, checklists.issue, demo=settings.demo)
    rasa_url = f"http://{LOOPBACK}:{settings.dialogue_port}"
    conversations = Dialogue(brain, TurnLog(engine), rasa_url, settings.rasa_timeout)
    secret = settings.secret or secrets.token_urlsafe(24)
    return Service(settings, knowledge, finder, checklists, conversations, brain, secret, encoder)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The web application."""
    settings = settings or from_environment()
    seen = stamp_of(settings.knowledge)
    service = assembled(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(watch(app, seen))
        yield
        watching.cancel()
        await service.conversations.close()

    app = FastAPI(title="智能导办", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service = service
    app.include_router(chat.router)
    app.include_router(rasa.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    pages.register_errors(app)
    app.add_middleware(SecurityHeaders)

    @app.get("/healthz")
    def healthz(parts: Parts) -> dict[str, object]:
        """Whether this process works, whether it finds by meaning or by words alone, and what is wrong on disk."""
        return {
            "alive": True,
            "encoder": parts.finder.encoder_name,
            "knowledge": parts.knowledge.digest[:12],
            "knowledge_fault": parts.fault,
        }

    @app.get("/readyz")
    async def readyz(parts: Parts) -> JSONResponse:
        """Whether a real question is really answered, by the finder and through the dialogue."""
        first = next(iter(parts.knowledge.items.values()))
        found = bool(parts.finder.rank(first.name, 1))
        dialogue = await parts.conversations.ready()
        return JSONResponse({"finder": found, "dialogue": dialogue}, 200 if found and dialogue else 503)

    @app.get("/wechat", include_in_schema=False)
    @app.post("/wechat", include_in_schema=False)
    def wechat() -> JSONResponse:
        """WeChat's door is closed as long as no account is configured."""
        return JSONResponse({"error": "not configured"}, 403)

    return app
