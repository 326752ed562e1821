"""The envelope of what WeChat sends and gets: who sent it, when, for which account; opened and sealed.

An account that has an AES key takes sealed messages only, so that nobody who saw one signed address can write to us in the
plain. What cannot be trusted is `Refused`; its reason names no person and repeats nothing of what was sent.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assistant.errors import DaobanError
from assistant.wechat.account import Account

FRESH = dt.timedelta(minutes=5)  # how far the two clocks may be apart
LONGEST = 64 * 1024  # bytes of a body
DEEPEST = 8  # elements within one another
_BLOCK = 32  # bytes, of WeChat's padding
_RANDOM = 16  # bytes before the text
_LENGTH = 4  # bytes that tell how long it is


class Refused(DaobanError):
    """Not from WeChat, not for this account, or not now."""


class Unreadable(DaobanError):
    """From WeChat, but not a message that we can read."""


@dataclass(frozen=True)
class Opened:
    """The text of a message, and whether the answer is to be sealed as well."""

    text: str
    sealed: bool


def check(account: Account, query: Mapping[str, str], now: dt.datetime) -> None:
    """Refused where the address is not signed by somebody who knows the token, or was signed too long ago."""
    _check(account, query, "signature", now)


def opened(account: Account, query: Mapping[str, str], body: bytes, now: dt.datetime) -> Opened:
    """What is in an envelope; Refused or Unreadable."""
    if not account.aes_key:
        check(account, query, now)
        return Opened(_decoded(body), sealed=False)
    try:
        encrypted = fields(_decoded(body)).get("Encrypt", "")
    except Unreadable as error:
        raise Refused(str(error)) from None
    if not encrypted:
        raise Refused("in the plain, but the account has a key: choose 安全模式 or take DAOBAN_WECHAT_AES_KEY away")
    _check(account, query, "msg_signature", now, encrypted)
    return Opened(_decrypted(account, encrypted), sealed=True)


def sealed(account: Account, text: str, now: dt.datetime) -> str:
    """An answer in an envelope of its own."""
    encrypted = _encrypted(account, text)
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signature(account.token, timestamp, nonce, encrypted)}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def signature(*parts: str) -> str:
    """WeChat's signature of some texts."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()


def fields(text: str) -> dict[str, str]:
    """The fields of a message by their names, inner ones as Outer/Inner; Unreadable for anything else.

    No document type is taken, so that there is no entity to unfold.
    """
    parser = expat.ParserCreate()
    path: list[str] = []
    found: dict[str, str] = {}

    def begin(name: str, _: dict[str, str]) -> None:
        path.append(name)
        if len(path) > DEEPEST:
            raise Unreadable("elements too deep within one another")
        if len(path) == 2 and name in found:
            raise Unreadable("a field that stands twice")
        found.setdefault("/".join(path[1:]), "")

    def text_of(data: str) -> None:
        found["/".join(path[1:])] += data

    def refuse(*_: object) -> None:
        raise Unreadable("a document type")

    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = text_of
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable("malformed XML") from None
    found.pop("", None)
    return {name: value.strip() for name, value in found.items()}


def _check(account: Account, query: Mapping[str, str], name: str, now: dt.datetime, *parts: str) -> None:
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    ours = signature(account.token, timestamp, nonce, *parts)
    if not hmac.compare_digest(ours.encode(), query.get(name, "").encode("utf-8", "replace")):
        raise Refused("a wrong signature")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused("no time")
    away = abs(now.timestamp() - int(timestamp))
    if away > FRESH.total_seconds():
        raise Refused(f"signed {away:.0f} s from now: an old message sent again, or a clock that is wrong")


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None


def _decrypted(account: Account, encrypted: str) -> str:
    """The text in an encrypted one: random bytes, length, text, account, padding."""
    try:
        data = base64.b64decode(encrypted, validate=True)
    except ValueError:
        raise Refused("not base64") from None
    if not data or len(data) % 16:
        raise Refused("not whole blocks")
    decryptor = _cipher(account).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise Refused("wrong padding")
    content = plain[_RANDOM:-padding]
    length = int.from_bytes(content[:_LENGTH], "big")
    text, app_id = content[_LENGTH : _LENGTH + length], content[_LENGTH + length :]
    if len(content) < _LENGTH or len(text) != length:
        raise Refused("a wrong length")
    if not hmac.compare_digest(app_id, account.app_id.encode()):
        raise Refused("for another account")
    return _decoded(text)


def _encrypted(account: Account, text: str) -> str:
    content = text.encode()
    plain = secrets.token_bytes(_RANDOM) + len(content).to_bytes(_LENGTH, "big") + content + account.app_id.encode()
    padding = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher(account).encryptor()
    data = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(data).decode()


def _cipher(account: Account) -> Cipher[modes.CBC]:
    key = base64.b64decode(account.aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
