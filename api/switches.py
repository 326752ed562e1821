"""Switches of channels that were thrown on another host: looked for in the log that all hosts share."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from assistant.channels import Switch, Switches
from assistant.staff.audit import Audit

log = logging.getLogger("daoban.switches")
LOOK_EVERY = 2.0  # seconds
ENOUGH = 20  # lines: as many as anybody throws while a host is away and comes back


def followed(switches: Switches, audit: Audit) -> None:
    """Bring the switches of this host up to the log."""
    lines = [deed for what in ("channel_off", "channel_on") for deed in audit.latest(ENOUGH, what=what)]
    switches.follow(Switch.of(deed.number, deed.about, deed.at) for deed in lines)


async def follow(switches: Switches, audit: Audit) -> None:
    """Go on doing so; while the log cannot be read, what is off stays off."""
    away = False
    while True:
        try:
            await asyncio.to_thread(followed, switches, audit)
            away = False
        except (SQLAlchemyError, OSError) as error:
            if not away:
                log.warning("switches of other hosts cannot be seen: %s", error)
            away = True
        await asyncio.sleep(LOOK_EVERY)
