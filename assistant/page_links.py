"""Page links (网页链接): an address that opens the web page in a conversation begun elsewhere, without signing in, for a while.

A link is signed and sealed: it can be neither made nor read without our key, names nobody, and tells the conversation to us
alone. It stands in a chat, where it may be passed on, so it lives shortly, and the page asks before it goes on.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken

from assistant.db import now

GOOD_FOR = dt.timedelta(minutes=30)
LONGEST = 300  # characters; nobody makes us decode more
PATH = "/on?link="
_PURPOSE = b"daoban page link 1"  # no other use of the secret gives the same key


class PageLinks:
    """Links made and opened with one secret, which all web processes share."""

    def __init__(self, secret: str, clock: Callable[[], dt.datetime] = now) -> None:
        key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
        self._box = Fernet(base64.urlsafe_b64encode(key))
        self._clock = clock

    def path(self, conversation_id: str) -> str:
        """The path, below the address of the site, that goes on with a conversation."""
        sealed = self._box.encrypt_at_time(conversation_id.encode(), self._seconds())
        return PATH + sealed.decode().rstrip("=")

    def conversation(self, link: str) -> str | None:
        """The conversation of a link; None where it is not ours, was changed, or is too old."""
        return self._opened(link, int(GOOD_FOR.total_seconds()))

    def leads_to(self, link: str, conversation_id: str) -> bool:
        """Whether this is a link of ours, however old, to a conversation that its bearer has already."""
        return self._opened(link, None) == conversation_id

    def _opened(self, link: str, ttl: int | None) -> str | None:
        if not link.isascii() or len(link) > LONGEST:
            return None
        token = link + "=" * (-len(link) % 4)
        try:  # the signature is compared in constant time; one made in the future is refused as well
            if ttl is None:
                return self._box.decrypt(token).decode()
            return self._box.decrypt_at_time(token, ttl, self._seconds()).decode()
        except InvalidToken:
            return None

    def _seconds(self) -> int:
        return int(self._clock().timestamp())
