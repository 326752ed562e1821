"""Templates as text: one environment, with the same look and macros for the pages of the people and of the staff."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.handover import readable
from assistant.issued import code_of
from assistant.messages import KEPT_DAYS
from assistant.phrases import NOTHING_ELSE_OF_THESE
from assistant.render import html
from assistant.text import MAX_LENGTH
from assistant.timezone import CHINA

TEMPLATES = Path(__file__).parent / "templates"
BIG = "daoban_big"  # the cookie of the large type
STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """The templates, escaping everything that is not marked as safe."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        linked=html.linked, stepped=html.stepped, questioned=html.questioned, titled=html.titled, hotline=html.hotline
    )
    made.filters.update(moment=moment, day=day, code=code)
    made.globals.update(
        static=static, qr=lru_cache(maxsize=256)(html.qr), telephone=html.telephone, has_tag=html.has_tag
    )
    made.globals.update(message_length=MAX_LENGTH, message_days=KEPT_DAYS, nothing_else=NOTHING_ELSE_OF_THESE)
    return made


@cache
def static(name: str) -> str:
    """The address of a static file, changing with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def rendered(template: str, /, **context: Any) -> str:
    """A template as text."""
    return environment().get_template(template).render(**context)


def moment(when: dt.datetime) -> str:
    """A moment as it stands in a list: 11-21 09:30, with the year where it is another."""
    here = when.astimezone(CHINA)
    return f"{here:%m-%d %H:%M}" if here.year == dt.datetime.now(CHINA).year else f"{here:%Y-%m-%d %H:%M}"


def day(when: dt.datetime | dt.date) -> str:
    """A day in full."""
    return f"{when.astimezone(CHINA) if isinstance(when, dt.datetime) else when:%Y-%m-%d}"


def code(token: str) -> str:
    """The short code of a checklist as people read it."""
    return readable(code_of(token))
