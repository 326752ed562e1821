"""What the commands of the desk share: the desk itself, the finder as the service has it, and changes as lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from assistant.settings import from_environment

if TYPE_CHECKING:
    from assistant.desk.effect import Change
    from assistant.desk.publishing import Publishing
    from assistant.retrieval.equipment import Equipment
    from assistant.retrieval.finder import Finder
    from assistant.staff.audit import Audit

COMMAND_LINE = "命令行"  # who did it, in git and in the log


def desk() -> tuple[Publishing, Audit]:
    """The desk over the database of the settings, and the log."""
    from assistant.db import connected
    from assistant.desk.publishing import publishing_over
    from assistant.staff.audit import Audit

    settings = from_environment()
    engine = connected(settings.database_url)
    return publishing_over(settings, engine), Audit(engine, settings.data)


def finder() -> tuple[Finder, Equipment]:
    """The finder over what is served, and what it works with."""
    from assistant.knowledge.load import load
    from assistant.retrieval.equipment import equipped
    from assistant.retrieval.finder import Finder

    settings = from_environment()
    equipment = equipped(settings.encoder_path, settings.data)
    return Finder(load(settings.knowledge, demo=settings.demo), equipment.encoder, equipment.model), equipment


def tell(changes: Iterable[Change]) -> None:
    """Questions before and after, one a line."""
    for one in changes:
        whose = f"（{one.guide}的问法）" if one.guide else ""
        click.echo(f"  “{one.question}”{whose}  原来{one.before.words}  以后{one.after.words}")
