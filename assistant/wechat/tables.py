"""The tables of WeChat: who writes to us, what came in, the numbers of choices, what waits to be fetched or sent, the token."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, DateTime, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.db import Table

MOMENT = DateTime(timezone=True)
OPENID = String(64)


class StoredPerson(Table):
    """Somebody who wrote to the account, which conversation is theirs, and how many messages we may still send."""

    __tablename__ = "wechat_people"

    openid: Mapped[str] = mapped_column(OPENID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(100), unique=True)  # random: nothing leads back to the openid
    seen_at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)  # whatever they did last
    heard_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)  # their last message: opens 48 hours
    left: Mapped[int]  # of the five messages of those hours
    tapped_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)  # menu, follow or scan: opens a minute
    taps_left: Mapped[int]  # of the three messages of that minute
    subscribed: Mapped[bool]
    subscriptions: Mapped[dict[str, Any]] = mapped_column(JSON)  # which notices they asked for


class StoredDelivery(Table):
    """A message as WeChat delivers it, up to three times: being answered, or answered with a reply that stays the same."""

    __tablename__ = "wechat_deliveries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # a digest of sender and message
    openid: Mapped[str] = mapped_column(OPENID, index=True)
    state: Mapped[str] = mapped_column(String(10))  # working, late, answered
    reply: Mapped[str | None] = mapped_column(Text)
    until: Mapped[dt.datetime] = mapped_column(MOMENT)  # a process that died works no longer
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)


class StoredNumber(Table):
    """The number under which a choice was shown."""

    __tablename__ = "wechat_numbers"

    conversation_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)


class StoredKept(Table):
    """A message that waits until its person asks for it, oldest first."""

    __tablename__ = "wechat_kept"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    openid: Mapped[str] = mapped_column(OPENID, index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)


class StoredOutgoing(Table):
    """A message that we send by ourselves: waiting, sent, or given up."""

    __tablename__ = "wechat_outbox"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    openid: Mapped[str] = mapped_column(OPENID, index=True)
    kind: Mapped[str] = mapped_column(String(20))  # service, template
    key: Mapped[str | None] = mapped_column(String(64), unique=True)  # what must not be sent twice has one
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), index=True)
    tries: Mapped[int]
    next_at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)
    at: Mapped[dt.datetime] = mapped_column(MOMENT, index=True)


class StoredToken(Table):
    """The access token that all processes share; one of them at a time fetches a new one."""

    __tablename__ = "wechat_token"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[dt.datetime | None] = mapped_column(MOMENT)
    fetched_by: Mapped[str | None] = mapped_column(String(64))
    lock_until: Mapped[dt.datetime | None] = mapped_column(MOMENT)
