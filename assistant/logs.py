"""Logs (日志): one JSON line per event, one file per day, kept for months; nothing in them tells who somebody is.

Every process appends to the file of the day, each line with one write, so none is torn by another process. Of an error its
kind and its place are written, never its own words: a database repeats in them what a person said. Conversations stand
under a keyed digest, by which the lines of one can be found again by whoever has the key beside the logs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any

from assistant.errors import DaobanError

FOLDER, KEY = "logs", "conversations.key"
LEFT_OUT, NUMBER = "［略］", "［号码］"
FRAMES = 12  # of a trace, the innermost ones
LONGEST = 2000  # characters of an event
TALKATIVE = ("httpx", "httpcore", "asyncio")  # they name the address of each request, and with it the conversation
_CONVERSATION: ContextVar[str | None] = ContextVar("the conversation that is being answered", default=None)
_ADDRESS = re.compile(r"(/conversations/|/c/|/f/|openid=|access_token=|secret=)[^/\s'\"&?,;]+")
_SAID = re.compile(r"\b(text|message|sender|sender_id|conversation_id|query)=(?:'[^']*'|\"[^\"]*\"|[^\s,)]+)")
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d{6})(?:[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{18}|\d{15})(?![0-9A-Za-z])"
)
_DIGITS = re.compile(r"(?<![\d.])\d(?:[ \-－—·]?\d){10,}[Xx]?")  # mobile, identity card, account, also in groups
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[ \-－—]?\d{7,8}(?!\d)")
_OF_OURS = re.compile(r"(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) |    ")


def masked(words: str) -> str:
    """The words without numbers of persons (身份证、手机、信用代码), without what was said, without names of conversations."""
    words = _SAID.sub(rf"\1={LEFT_OUT}", _ADDRESS.sub(rf"\1{LEFT_OUT}", words))
    return _LANDLINE.sub(NUMBER, _DIGITS.sub(NUMBER, _CODE.sub(NUMBER, words)))


def named(error: BaseException) -> str:
    """An error by its kind; with its words where they are ours, or the database's own about itself."""
    from sqlalchemy.exc import DBAPIError, OperationalError  # the supervisor logs too, and has no database

    kind = type(error).__name__
    if isinstance(error, DaobanError):
        return f"{kind}: {error}"
    if isinstance(error, OperationalError) and str(error.orig):
        return f"{kind}: {str(error.orig).splitlines()[0]}"
    if isinstance(error, DBAPIError):
        return f"{kind}: {type(error.orig).__name__}"
    return f"{kind}: {error.strerror}" if isinstance(error, OSError) and error.strerror else kind


@contextlib.contextmanager
def about(conversation_id: str) -> Iterator[None]:
    """What is logged within is about this conversation."""
    before = _CONVERSATION.set(conversation_id)
    try:
        yield
    finally:
        _CONVERSATION.reset(before)


def configure(data: Path, days: int, part: str) -> None:
    """Write what this process logs into the files under the data folder, and what is amiss to the screen as well."""
    root, screen = logging.getLogger(), logging.StreamHandler()
    screen.setFormatter(ScreenLines())
    screen.setLevel(logging.WARNING)
    root.handlers = [screen]
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _unforeseen
    folder = data / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = DayFiles(folder, days)
        kept.setFormatter(JsonLines(part, _key(folder)))
        root.addHandler(kept)
    except OSError as error:  # a full disk: people are answered all the same
        root.error("no logs are kept: %s", error)


def printed(part: str, words: str) -> str:
    """What a service printed, masked; kept as well, unless it is a log line of a web service, which keeps its own."""
    words = masked(words)
    if not (part.startswith("web") and _OF_OURS.match(words)):
        for handler in logging.getLogger().handlers:
            if isinstance(handler, DayFiles):
                handler.handle(logging.makeLogRecord({"msg": words, "name": part, "levelname": "PRINTED"}))
    return words


class JsonLines(logging.Formatter):
    """An event as one line of JSON."""

    def __init__(self, part: str, key: bytes) -> None:
        super().__init__()
        self._part = part
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        """The event: when, where, how bad, what; in which conversation; what went wrong."""
        event: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "part": self._part,
            "pid": record.process,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _words(record),
        }
        if conversation := _CONVERSATION.get():
            event["conversation"] = keyed(self._key, conversation)
        event |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[1]:
            event["error"], event["trace"] = _told(record.exc_info[1])
        return json.dumps(event, ensure_ascii=False)


class ScreenLines(logging.Formatter):
    """An event for whoever looks on: no less masked, as screens are kept too."""

    def format(self, record: logging.LogRecord) -> str:
        """How bad, where, what; below it what went wrong."""
        lines = [f"{record.levelname} {record.name}: {_words(record)}"]
        if record.exc_info and record.exc_info[1]:
            errors, trace = _told(record.exc_info[1])
            lines += [f"    {one}" for one in (*trace, *errors)]
        return "\n".join(lines)


class DayFiles(logging.Handler):
    """A file for each day; those of more days ago than are to be kept are deleted."""

    def __init__(self, folder: Path, days: int) -> None:
        super().__init__()
        self._folder = folder
        self._days = days
        self._day: dt.date | None = None
        self._file = -1
        self._torn = False  # the last line did not fit on the disk

    def emit(self, record: logging.LogRecord) -> None:
        """Append one line; a disk that takes none is no reason to stop serving."""
        line = (("\n" if self._torn else "") + self.format(record) + "\n").encode("utf-8", "replace")
        try:
            self._turn_to(dt.datetime.fromtimestamp(record.created).date())
            self._torn = os.write(self._file, line) < len(line)
        except OSError as error:
            print(f"WARNING daoban.logs: an event is not kept: {named(error)}", file=sys.stderr)

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        super().close()

    def _turn_to(self, day: dt.date) -> None:
        """The file of a day, and none too old."""
        if day == self._day:
            return
        opened = os.open(self._folder / f"{day}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._day = opened, day
        last = day - dt.timedelta(days=self._days)
        for file in self._folder.glob("????-??-??.jsonl"):
            if file.stem < str(last):
                file.unlink(missing_ok=True)


def keyed(key: bytes, conversation_id: str) -> str:
    """The short name under which a conversation stands in the logs."""
    return hmac.new(key, conversation_id.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:12]


def _key(folder: Path) -> bytes:
    """The key of all processes of this service, made by the first one."""
    file = folder / KEY
    if not file.exists():
        ours = folder / f"{KEY}.{secrets.token_hex(8)}"
        descriptor = os.open(ours, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as made:
            made.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(ours, file)
        ours.unlink()
    return file.read_bytes()


def _words(record: logging.LogRecord) -> str:
    """The sentence of a record; errors among what it tells are named only."""
    told = record.args or ()
    args = (
        tuple(named(arg) if isinstance(arg, BaseException) else arg for arg in told)
        if isinstance(told, tuple)
        else told
    )
    try:
        sentence = str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):  # a sentence that does not fit is no reason to fail
        sentence = str(record.msg)
    return masked(sentence)[:LONGEST]


def _told(error: BaseException) -> tuple[list[str], list[str]]:
    """What went wrong, the last error first, and where: places in the code, without what was in them."""
    errors: list[str] = []
    one: BaseException | None = error
    while one is not None and len(errors) < FRAMES:
        errors.append(masked(named(one)))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return errors, [f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames]


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A process ends by an error that nobody caught."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("daoban").critical("the process ends", exc_info=(kind, error, trace))
