"""What is stored: issued checklists, conversations (turns, what they told, what is being answered), codes, messages."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Engine, String, Text, UniqueConstraint, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.migrations import bring_to, named

TRY_AGAIN_AFTER = 2.0  # seconds in which nobody waits for a database that was just found away
LOCKED_FOR_LONG = (
    1000  # milliseconds after which a SQLite that somebody else writes counts as locked: a message has three tries
)
_POSTGRESQL = {  # a server behind a line that was cut is found away within people's patience
    "options": "-c synchronous_commit=off",
    "connect_timeout": 2,  # seconds; psycopg knows no less
    "tcp_user_timeout": 1000,  # milliseconds until what was sent must have been heard
}


# To PostgreSQL a process has as many connections as SQLAlchemy opens at most, and they stay open: what is beyond five would
# be closed after each use, and for a new one PostgreSQL begins a process. Those used last are used first.
_POOL = {"pool_size": 15, "max_overflow": 0, "pool_use_lifo": True}
_WAITING_FOR_THE_DISK = text("SET LOCAL synchronous_commit=on")
_UNUSED = 0.5  # seconds after which a connection is tried first; no PostgreSQL that died is back sooner


class Table(DeclarativeBase):
    """The common base of all tables."""

    metadata = named()


class StoredChecklist(Table):
    """An issued checklist, as it was issued."""

    __tablename__ = "checklists"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class StoredConversation(Table):
    """The choices that were offered last, by their payload."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)  # payload → {label, effect}
    offered: Mapped[list[str]] = mapped_column(JSON)  # payloads of the last reply, in order
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)


class StoredTurn(Table):
    """What was said and what was answered."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(100), index=True)
    said: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), index=True)
    turn: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)


class StoredState(Table):
    """What a conversation has told and what it is asked: the truth, of which Rasa's tracker is a copy."""

    __tablename__ = "states"

    conversation_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    slots: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[int]  # counts the messages that changed it, so that a copy can be told to be old
    unheard: Mapped[bool]  # whether Rasa missed the last of them


class StoredExchange(Table):
    """A message on its way through Rasa, and what our actions have answered so far."""

    __tablename__ = "exchanges"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(100), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class StoredPlace(Table):
    """A message that is being answered (turn 1, which one message of a conversation has) or waits for that."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("conversation_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(100))
    turn: Mapped[int | None]
    until: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))  # a process that died keeps no place


class StoredCode(Table):
    """A short code that continues a conversation on another device."""

    __tablename__ = "codes"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(100), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)


class StoredMessage(Table):
    """A message (留言) that waits for the window."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(100), index=True)
    text: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(20))
    checklist: Mapped[str | None] = mapped_column(String(32))  # its token
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), index=True)
    done_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


def connected(url: str, **options: Any) -> Engine:
    """An engine whose database is in the newest version (assistant/migrations); one made without versions is taken over."""
    made = engine(url, **options)
    bring_to(made)
    return made


def engine(url: str, **options: Any) -> Engine:
    """An engine for SQLite (WAL, so readers never wait; what is deleted is overwritten) or PostgreSQL.

    In both, a power cut may take the last moments but never half of one: nobody waits for the disk, but where `lasting`
    says so. A PostgreSQL that is away is found so within three seconds, and then at once for a while.
    """
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    if url.startswith("postgresql"):
        options |= {**_POOL, "connect_args": _POSTGRESQL}
    made = create_engine(url, hide_parameters=True, **options)
    if url.startswith("postgresql"):
        event.listen(made, "do_connect", _Door().connection)
        _tried_first(made)
    if url.startswith("sqlite"):

        @event.listens_for(made, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA busy_timeout={LOCKED_FOR_LONG}")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA secure_delete=ON")

    return made


def _tried_first(made: Engine) -> None:
    """Try a connection before it is used, with all others a new one where it is dead; not where it was alive a moment ago."""

    @event.listens_for(made, "checkin")
    def _used(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def _try(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) < _UNUSED:
            return
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def brought_home(made: Engine) -> None:
    """Bring what SQLite has in its log into its file, or the thousandth page would do it, in somebody's own commit.

    Where each write waits for a slow disk that commit would wait for hundreds of them. PostgreSQL does this by itself.
    """
    if made.dialect.name == "sqlite":
        with made.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def lasting(work: Session | Connection) -> None:
    """Let this transaction wait for PostgreSQL's disk, so that what somebody is told outlives the death of its server."""
    connection = work.connection() if isinstance(work, Session) else work
    if connection.dialect.name == "postgresql":
        connection.execute(_WAITING_FOR_THE_DISK)


class _Door:
    """Where connections begin: once the database was found away only one at a time waits for it, and not all the time."""

    def __init__(self) -> None:
        self._away, self._shut_until = False, 0.0

    def connection(self, dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        """A new connection; the driver's own error, at once where it was raised a moment ago."""
        fault = dialect.loaded_dbapi.OperationalError
        if time.monotonic() < self._shut_until:
            raise fault("the database was away a moment ago")
        if self._away:  # this one tries; the others need not wait to learn the same
            self._shut_until = time.monotonic() + TRY_AGAIN_AFTER
        try:
            made = dialect.connect(*arguments, **named)
        except fault:
            self._away, self._shut_until = True, time.monotonic() + TRY_AGAIN_AFTER
            raise
        self._away, self._shut_until = False, 0.0
        return made


def aware(moment: dt.datetime) -> dt.datetime:
    """A stored moment in UTC; SQLite gives it back without its zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def now() -> dt.datetime:
    """The present moment in UTC."""
    return dt.datetime.now(dt.UTC)
