"""Short codes (换手机接着办) by which a conversation goes on on another device."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from assistant.db import StoredCode, aware, now
from assistant.issued import ALPHABET

CODE_LENGTH = 8  # of 31 characters: nobody guesses one within its day
GOOD_FOR = dt.timedelta(hours=24)


class Handover:
    """The codes in the database; a conversation has one at most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def code(self, conversation_id: str) -> str:
        """A code for a conversation; an earlier one no longer works."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredCode).where(StoredCode.conversation_id == conversation_id))
            session.add(StoredCode(code=code, conversation_id=conversation_id, expires_at=now() + GOOD_FOR))
        return code

    def conversation(self, code: str) -> str | None:
        """The conversation of a code, however it was typed; None where it is unknown or too old."""
        plain = "".join(character for character in code.lower() if character in ALPHABET)
        with Session(self._engine) as session:
            stored = session.get(StoredCode, plain)
            return stored.conversation_id if stored and aware(stored.expires_at) > now() else None

    def forget(self, *conversation_ids: str) -> None:
        """Take back the codes of these conversations, and all that are too old."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(StoredCode).where(StoredCode.conversation_id.in_(conversation_ids)))
            session.execute(delete(StoredCode).where(StoredCode.expires_at <= now()))


def readable(code: str) -> str:
    """A code as it is shown: two groups of four."""
    return f"{code[:4]} {code[4:]}"
