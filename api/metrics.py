"""Metrics (指标) for Prometheus: how often, how fast, what waits; numbers only, nothing of anybody.

Where several web processes serve one port, each writes its numbers into files of a common folder
(PROMETHEUS_MULTIPROC_DIR, made by `daoban up`), and whichever process is asked adds them up.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import time
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Receive, Scope, Send

from api.deps import Parts, Service
from assistant import phrases
from assistant.cards import Turn, words
from assistant.db import StoredPlace, now
from assistant.dialogue import IN_RASA, Dialogue
from assistant.errors import SettingsError
from assistant.logs import about
from assistant.wechat.outbox import tally

log = logging.getLogger("daoban.messages")
router = APIRouter(include_in_schema=False)
NOT_FOR_YOU = "只有本机能看。要让监控服务器也能看，把它的地址写进 DAOBAN_METRICS_FROM，直接来取，不经过代理。"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
CHANNELS = (("/wechat", "wechat"), ("/webhook", "webhook"), ("/api/", "api"))
PAGE = "page"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 3.5, 5.0, 10.0)
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
ALONE = words(phrases.DIALOGUE_AWAY)  # the card that begins an answer without Rasa

_CHANNEL: ContextVar[str] = ContextVar("the channel by which a message came", default=PAGE)
_OURS = CollectorRegistry()
MESSAGES = Counter("daoban_messages", "消息，按渠道和结果", ["channel", "status"], registry=_OURS)
WITHOUT_RASA = Counter("daoban_answered_without_rasa", "Rasa 没答上、由我们自己答的消息", ["channel"], registry=_OURS)
UNANSWERED = Counter("daoban_unanswered", "没听懂的消息", ["channel"], registry=_OURS)
SECONDS = Histogram(
    "daoban_message_seconds", "一条消息用了多久：等 Rasa、我们自己、一共", ["stage"], buckets=BUCKETS, registry=_OURS
)


class Channels:
    """Notes by which channel a request comes, for whatever it leads to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            path = scope["path"]
            _CHANNEL.set(next((channel for begin, channel in CHANNELS if path.startswith(begin)), PAGE))
        await self.app(scope, receive, send)


class Measured(Dialogue):
    """The dialogue, each message of which is counted, timed and logged, without its words."""

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer to a message or to a tapped choice; never raises."""
        IN_RASA.set(0.0)
        began = time.perf_counter()
        with about(conversation_id):
            turn = await super().say(conversation_id, text=text, payload=payload)
            _count(turn, time.perf_counter() - began, IN_RASA.get())
        return turn


class Present(Collector):
    """What is so at this moment: the knowledge of the process that is asked, the outbox, all processes of the service."""

    def __init__(self, parts: Service) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """All of it; the queue only where the database answers, the outbox where WeChat is connected, too."""
        digest = {"digest": self._parts.knowledge.digest[:12]}
        yield InfoMetricFamily("daoban_knowledge", "回答这一次的进程用着哪一版知识库", value=digest)
        fault = float(self._parts.fault is not None)
        yield GaugeMetricFamily("daoban_knowledge_fault", "盘上的知识库有错、还用着原来的，就是 1", value=fault)
        with contextlib.suppress(SQLAlchemyError):
            queue = GaugeMetricFamily(
                "daoban_queue_messages", "正在答的、排着队的消息，几个进程一起算", labels=["state"]
            )
            for state, messages in _queued(self._parts.checklists.engine).items():
                queue.add_metric([state], messages)
            yield queue
        if self._parts.wechat is not None:
            with contextlib.suppress(SQLAlchemyError):
                waiting = tally(self._parts.checklists.engine)
                outbox = GaugeMetricFamily("daoban_outbox_messages", "公众号没发出去的消息", labels=["state"])
                outbox.add_metric(["waiting"], waiting.waiting)
                outbox.add_metric(["held"], waiting.held)
                yield outbox
        yield from _processes()


@router.get("/metrics")
def metrics(request: Request, parts: Parts) -> Response:
    """All numbers in the text format of Prometheus; 403 for whoever is not named, or comes through a proxy."""
    host = request.client.host if request.client else ""
    if not _may_look(host, parts.settings.metrics_from) or any(name in request.headers for name in FORWARDED):
        return JSONResponse({"error": NOT_FOR_YOU}, 403)
    counted, present = _OURS, CollectorRegistry()
    if TOGETHER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    present.register(Present(parts))
    return Response(generate_latest(counted) + generate_latest(present), media_type=CONTENT_TYPE_LATEST)


@lru_cache(maxsize=8)
def who_may_look(named: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """The networks that a setting names; SettingsError where one is none."""
    try:
        return tuple(ipaddress.ip_network(one, strict=False) for one in named.replace(",", " ").split())
    except ValueError as error:
        raise SettingsError(f"设置 DAOBAN_METRICS_FROM={named} 写得不对：要写 IP 地址或网段，逗号隔开") from error


def _may_look(host: str, named: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or any(address in network for network in who_may_look(named))


def _count(turn: Turn, spent: float, in_rasa: float) -> None:
    """Count one message and its answer."""
    channel, alone = _CHANNEL.get(), ALONE in turn.cards
    MESSAGES.labels(channel, turn.status).inc()
    if alone:
        WITHOUT_RASA.labels(channel).inc()
    if turn.status == "unknown":
        UNANSWERED.labels(channel).inc()
    SECONDS.labels("whole").observe(spent)
    SECONDS.labels("ours").observe(spent - in_rasa)
    if in_rasa:
        SECONDS.labels("rasa").observe(in_rasa)
    facts = {"channel": channel, "status": turn.status, "alone": alone, "ms": round(spent * 1000)}
    log.info("a message was answered", extra={"facts": facts | {"rasa_ms": round(in_rasa * 1000)}})


def _queued(engine: Engine) -> dict[str, int]:
    """How many messages are being answered, and how many wait for their turn, in all processes."""
    query = select(StoredPlace.turn, func.count()).where(StoredPlace.until >= now()).group_by(StoredPlace.turn)
    with engine.connect() as connection:
        standing = {turn: int(times) for turn, times in connection.execute(query)}
    return {"answering": standing.get(1, 0), "waiting": standing.get(None, 0)}


def _processes() -> Iterator[Metric]:
    """Memory, processor time and open files of this process and its siblings: web services, and Rasa's."""
    families: dict[str, Metric] = {}
    for part, pid in _siblings():
        for metric in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
            family = families.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
            for sample in metric.samples:
                family.add_sample(sample.name, {"part": part, "pid": str(pid)}, sample.value)
    yield from families.values()


def _siblings() -> Iterator[tuple[str, int]]:
    """The processes that have our parent and do our work."""
    yield "web", os.getpid()
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        with contextlib.suppress(OSError, ValueError, IndexError):  # it may end while we look
            parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if parent != os.getppid() or pid == os.getpid():
                continue
            if command[1:3] == [b"-m", b"api"]:
                yield "web", pid
            elif command[1].endswith(b"nlu/start.py"):
                yield "rasa", pid
