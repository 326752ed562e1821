"""What is written down at the desk: on the disk when it is said to be, and a kind sentence where the database takes nothing."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.cases.durable import durable
from assistant.errors import Refused

log = logging.getLogger("daoban.desk")
NOT_KEPT = "没有存上：磁盘满了，或者数据库这会儿写不进去。这一页先别关，过一会儿再存一次；还不行，请叫管服务器的人看。"


@contextmanager
def keeping(engine: Engine) -> Iterator[Session]:
    """One transaction; Refused, and nothing changed, where the database is full, away or must not be written."""
    try:
        with durable(engine) as session:
            yield session
    except IntegrityError:  # somebody was quicker: whoever writes knows what that means
        raise
    except (SQLAlchemyError, sqlite3.Error) as error:  # the latter while a connection is prepared
        log.exception("the database did not take what somebody wrote at the desk")
        raise Refused(NOT_KEPT) from error
