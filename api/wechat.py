"""WeChat's door: the address is verified, and messages are answered in time; without an account it is closed."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.body import body_of
from api.deps import Parts, Service, cases_of
from api.limits import held
from assistant.channels import Channel as Way
from assistant.page_links import PageLinks
from assistant.render.wechat_messages import Message, Text
from assistant.wechat import envelope
from assistant.wechat.answering import Answering, Pages
from assistant.wechat.channel import Channel
from assistant.wechat.envelope import Refused, Unreadable
from assistant.wechat.inbound import Heard, Kind, heard

router = APIRouter(include_in_schema=False)
log = logging.getLogger("daoban.wechat")
DONE = "success"  # nothing is replied (yet), and nothing need be sent again
XML = "application/xml"


@router.get("/wechat")
def verify(request: Request, parts: Parts) -> Response:
    """What WeChat wants to hear again when the address is entered in its console."""
    channel = parts.wechat
    if channel is None:
        return _closed()
    try:
        envelope.check(channel.account, request.query_params, channel.clock())
    except Refused as refused:
        return _refused(refused)
    return PlainTextResponse(request.query_params.get("echostr", ""))


@router.post("/wechat")
async def receive(request: Request, parts: Parts) -> Response:
    """The reply to a message, within four seconds; never an error that WeChat would show to its person."""
    channel = parts.wechat
    if channel is None:
        return _closed()
    try:
        body = await body_of(request, envelope.LONGEST)
        if body is None:
            raise Refused("a body too long for a message, or its sender hung up")
        opened = envelope.opened(channel.account, request.query_params, body, channel.clock())
        message = heard(envelope.fields(opened.text))
    except Refused as refused:
        return _refused(refused)
    except Unreadable as unreadable:
        log.warning("a message that cannot be read: %s", unreadable)
        return PlainTextResponse("")
    reply = await _reply(request, parts, channel, message)
    if not reply:
        return PlainTextResponse(DONE)
    return Response(
        envelope.sealed(channel.account, reply, channel.clock()) if opened.sealed else reply, media_type=XML
    )


async def _reply(request: Request, parts: Service, channel: Channel, message: Heard) -> str:
    """The reply in XML; empty where there is none."""
    answering = Answering(
        parts.conversations,
        parts.knowledge,
        parts.checklists,
        channel.numbers,
        channel.kept,
        channel.deliveries,
        channel.subscriptions,
        cases_of(parts),
        parts.settings.kept_days,
    )
    root = parts.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")

    def pages_of(conversation: str) -> Pages:
        links = PageLinks(parts.actions_secret)
        return Pages(link=lambda path: root + path, bound=lambda: root + links.path(conversation))

    async def answer() -> list[Message]:
        if message.kind not in (Kind.LEFT, Kind.SILENT) and (
            not_now := await held(request, Way.WECHAT, message.openid)
        ):
            return [Text(not_now.sentence)]
        conversation = await asyncio.to_thread(channel.people.meet, message)
        return await answering.answer(message, conversation, pages_of(conversation))

    return await channel.in_time.reply(message, answer, lambda: answering.look(channel.people.meet(message)))


def _refused(refused: Refused) -> Response:
    log.warning("refused: %s", refused)
    return JSONResponse({"error": "refused"}, 403)


def _closed() -> Response:
    return JSONResponse({"error": "not configured"}, 403)
