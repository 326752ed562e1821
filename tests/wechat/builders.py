"""WeChat as it writes to us: messages, their envelopes by werobot's own implementation, an application that has the door."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from xml.etree import ElementTree

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine
from werobot.crypto import MessageCrypt
from werobot.utils import get_signature

from api import pages, wechat
from api.deps import Service
from assistant.cards import Turn
from assistant.cases.store import Cases
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.messages import Messages
from assistant.settings import Settings
from assistant.wechat.account import Account
from assistant.wechat.channel import channel_of
from tests.page_app import Talk, fictional

TOKEN, KEY, APP_ID = "sign1234", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"
SAFE = Account(APP_ID, TOKEN, KEY)
PLAIN = Account(APP_ID, TOKEN)
OURS, SOMEBODY, ANOTHER = "gh_0123456789ab", "o-Somebody_1", "o-Another_2"
NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
LONGEST = 20.0  # seconds that a test waits for what must come
_NUMBERS = itertools.count(24_000_000_000_000_000)


class Clock:
    """What time it is: noon, until a test says otherwise."""

    at = NOON

    def __call__(self) -> dt.datetime:
        """That time."""
        return self.at


def a_message(kind: str = "text", *, sender: str = SOMEBODY, **fields: object) -> dict[str, str]:
    """The fields of a message, a new one every time; None leaves a field out."""
    told = {
        "ToUserName": OURS,
        "FromUserName": sender,
        "CreateTime": int(NOON.timestamp()),
        "MsgType": kind,
        "MsgId": next(_NUMBERS),
    } | fields
    return {name: str(value) for name, value in told.items() if value is not None}


def words(text: str, **fields: object) -> dict[str, str]:
    """Somebody types."""
    return a_message(Content=text, **fields)


def an_event(event: str, *, key: str = "", **fields: object) -> dict[str, str]:
    """Something happens; an event has no number of its own."""
    return a_message("event", **{"MsgId": None, "Event": event, "EventKey": key} | fields)


def xml(fields: Mapping[str, str]) -> str:
    """Fields as WeChat writes them; a name with a stroke is an element in an element."""
    root = ElementTree.Element("xml")
    for name, value in fields.items():
        outer, _, inner = name.partition("/")
        element = ElementTree.SubElement(root, outer)
        (ElementTree.SubElement(element, inner) if inner else element).text = value
    return ElementTree.tostring(root, encoding="unicode")


@dataclass
class WeChat:
    """The other side of an account: signs, seals, opens the replies."""

    account: Account = SAFE
    now: dt.datetime | None = None
    key: str = KEY

    def signed(self, *parts: str, name: str = "signature", nonce: str = "n0nce", **also: str) -> dict[str, str]:
        """The query of an address."""
        timestamp = str(int(self.now.timestamp() if self.now else time.time()))
        signature = get_signature(self.account.token, timestamp, nonce, *parts)
        return {"timestamp": timestamp, "nonce": nonce, name: signature, **also}

    def delivery(self, message: Mapping[str, str] | str, *, compatible: bool = False) -> tuple[dict[str, str], bytes]:
        """Query and body of a delivery, sealed where the account has a key."""
        inner = message if isinstance(message, str) else xml(message)
        if not self.account.aes_key:
            return self.signed(), inner.encode()
        crypt = MessageCrypt(self.account.token, self.key, self.account.app_id)
        encrypted = crypt.prp_crypto.encrypt(inner, self.account.app_id).decode()
        beside = (
            inner.removeprefix("<xml>").removesuffix("</xml>") if compatible else f"<ToUserName>{OURS}</ToUserName>"
        )
        body = f"<xml>{beside}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        query = self.signed(encrypted, name="msg_signature", encrypt_type="aes", openid=SOMEBODY)
        return query | {"signature": self.signed()["signature"]}, body.encode()

    def opened(self, reply: str) -> dict[str, str]:
        """The fields of a reply, as WeChat reads them."""
        root = ElementTree.fromstring(reply)
        if self.account.aes_key:
            told = {one.tag: one.text or "" for one in root}
            crypt = MessageCrypt(self.account.token, self.key, self.account.app_id)
            signed = told["TimeStamp"], told["Nonce"], told["MsgSignature"], told["Encrypt"]
            root = ElementTree.fromstring(crypt.decrypt_message(*signed))
        return {one.tag: one.text or "" for one in root.iter() if not len(one)}


class Slow(Talk):
    """The stand-in dialogue, which tells what it was asked and waits for `go` before it answers."""

    def __init__(self, engine: Engine, *, waits: bool = False) -> None:
        known = fictional()
        super().__init__(known, IssuedChecklists(known, engine))
        self.asked: list[str] = []
        self.go, self.begun = threading.Event(), threading.Event()
        if not waits:
            self.go.set()

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer of the stand-in, once it may come."""
        self.asked.append(payload or text or "")
        self.begun.set()
        await asyncio.to_thread(self.go.wait, LONGEST)
        return await super().say(conversation_id, text=text, payload=payload)


def wechat_app(engine: Engine, talk: Talk, account: Account | None = SAFE, **options: Any) -> FastAPI:
    """An application with the door and the pages behind it, never in a hurry; `options` are those of the channel."""
    options = {"patience": LONGEST, "limit": LONGEST} | options
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    known = talk.knowledge
    parts: dict[str, Any] = {
        "settings": Settings(public_url="https://daoban.example"),
        "knowledge": known,
        "checklists": talk.issued,
        "conversations": talk,
        "handover": Handover(engine),
        "messages": Messages(engine),
        "actions_secret": "secret",
        "wechat": channel_of(account, engine, lambda: Cases(engine), **options),
    }
    others = {name: None for name in Service.__dataclass_fields__ if name not in parts}
    app.state.service = Service(**cast(dict[str, Any], parts | others))
    app.include_router(wechat.router)
    pages.register_errors(app)
    return app


def at_the_door(app: FastAPI) -> httpx.AsyncClient:
    """A client of the application, in this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://door")
