"""What arrives, in one shape: who says what to which account, and by which key it is known again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from assistant.wechat.envelope import Unreadable

_NAME = re.compile(r"[A-Za-z0-9_@.-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_FOLLOWED_BY_CODE = "qrscene_"
_PAGE = re.compile(r"/c/([a-z0-9]{8,32})")


class Kind(StrEnum):
    """What somebody does."""

    SAID = "said"  # typed, or spoken and recognised
    CHOSE = "chose"  # a line of a menu message
    VOICE = "voice"  # spoken and not recognised
    PICTURE = "picture"
    FILM = "film"
    PLACE = "place"
    LINK = "link"
    STRANGE = "strange"  # a kind of message that we do not know
    FOLLOWED = "followed"
    LEFT = "left"
    TAPPED = "tapped"  # the menu of the account
    SCANNED = "scanned"
    SILENT = "silent"  # an event that nobody expects an answer to


_MESSAGES = {
    "image": Kind.PICTURE,
    "video": Kind.FILM,
    "shortvideo": Kind.FILM,
    "link": Kind.LINK,
    "location": Kind.PLACE,
}
_EVENTS = {"subscribe": Kind.FOLLOWED, "unsubscribe": Kind.LEFT, "click": Kind.TAPPED, "scan": Kind.SCANNED}
_SCANS = ("scancode_push", "scancode_waitmsg")


@dataclass(frozen=True)
class Heard:
    """One message or event; `text` is what was said, the key of the menu, the scene of a code, the name of a place."""

    openid: str
    account: str
    key: str
    kind: Kind
    text: str = ""


def heard(fields: Mapping[str, str]) -> Heard:
    """What the fields of a message say; Unreadable where one is missing that every message has."""
    openid, account = (_field(fields, name, _NAME) for name in ("FromUserName", "ToUserName"))
    created = _field(fields, "CreateTime", _NUMBER)
    if _field(fields, "MsgType", _NAME).lower() != "event":
        kind, text = _message(fields)
        key = _key(openid, _field(fields, "MsgId", _NUMBER))
        return Heard(openid, account, key, kind, text)
    event = _field(fields, "Event", _NAME).lower()
    kind, text = _event(fields, event)
    return Heard(openid, account, _key(openid, created, event), kind, text)


def _message(fields: Mapping[str, str]) -> tuple[Kind, str]:
    form = fields["MsgType"].lower()
    if form == "text":
        return Kind.CHOSE if fields.get("bizmsgmenuid") else Kind.SAID, fields.get("Content", "")
    if form == "voice":
        said = fields.get("Recognition", "")
        return (Kind.SAID, said) if said else (Kind.VOICE, "")
    return _MESSAGES.get(form, Kind.STRANGE), fields.get("Label", "")


def _event(fields: Mapping[str, str], event: str) -> tuple[Kind, str]:
    if event in _SCANS:
        scene = _scene(fields.get("ScanCodeInfo/ScanResult", ""))
        # What is scanned for something else than us is shown by WeChat itself; a code that waits gets an answer.
        return (Kind.SCANNED if scene or event == "scancode_waitmsg" else Kind.SILENT), scene
    return _EVENTS.get(event, Kind.SILENT), fields.get("EventKey", "").removeprefix(_FOLLOWED_BY_CODE)


def _scene(address: str) -> str:
    """The scene that stands for the address in one of our printed codes; empty for any other."""
    try:
        parts = urlsplit(address)
        number = parse_qs(parts.query).get("number", [""])[0] if parts.path.endswith("/progress") else ""
    except ValueError:
        return ""
    page = _PAGE.search(parts.path)
    return f"c_{page[1]}" if page else f"p_{number}" if number else ""


def _field(fields: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    found = fields.get(name, "")
    if not shape.fullmatch(found):
        raise Unreadable(f"no usable {name}")
    return found


def _key(*parts: str) -> str:
    """By what a delivery is known again; whose it is cannot be read from it."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
