"""An official annex (Word or Excel) read in the terminal: straight into the files, or into drafts that somebody reviews."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.desk.desk_commands import who_does_it
from assistant.desk.terminal import desk
from assistant.settings import from_environment

if TYPE_CHECKING:
    from assistant.annex import Plan

NOT_YET = "这是对照，还没有写。看好了加上 --yes 再运行一次。"
_OPTIONS = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option("--region", help="这份表管哪个地区（编号，如 mohe）；不写就管全地区"),
    click.option("--source", help="依据的简称；不写就按表的种类和年份起名"),
    click.option("--accept", multiple=True, help="同意哪几条改名、新增、取消（写编号，可写多次）"),
    click.option("--answer", multiple=True, help="拿不准的行是哪一项，写成 行=编号，可写多次"),
)


def _for_an_annex(command: Callable[..., None]) -> Callable[..., None]:
    """The annex and how it is to be read, as arguments of a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("import")
@_for_an_annex
@click.option("--yes", is_flag=True, help="看过对照以后，真的写进知识库")
def import_annex(yes: bool, **read: Any) -> None:
    """把部门给的 Word 或 Excel 表直接写进知识库的文件；先列出改动，加 --yes 才写。要另一个人审的，用 daoban desk import。"""
    from assistant import annex

    plan = _told(from_environment().knowledge, **read)
    if not yes:
        click.echo(NOT_YET)
        return
    written = annex.apply(plan)
    click.echo(f"写好了 {len(written)} 个文件。" if written else "没有要改的。")


@click.command("import")
@_for_an_annex
@click.option("--yes", is_flag=True, help="看过对照，写成草稿")
@who_does_it
def draft_annex(yes: bool, who: str, **read: Any) -> None:
    """把部门给的 Word 或 Excel 表读成一起发布的草稿，审过才用上；先列出改动，加 --yes 才写。"""
    from assistant.desk.annexed import into_drafts

    at, _ = desk()
    plan = _told(at.drafts.folder, **read)
    if not yes:
        click.echo(NOT_YET)
        return
    for one in into_drafts(at.drafts, plan, who):
        click.echo(f"{one.id}  {one.state.label}  {one.path}")


def _told(
    folder: Path,
    *,
    file: Path,
    region: str | None,
    source: str | None,
    accept: tuple[str, ...],
    answer: tuple[str, ...],
) -> Plan:
    """What an annex would change, in words and line by line."""
    from assistant import annex
    from assistant.cases.changing import day_of
    from assistant.db import now

    tables = annex.read_tables(file)
    told = annex.source_for(tables, file, day_of(now()), source)
    answers = dict(pair.split("=", 1) for pair in answer if "=" in pair)
    plan = annex.plan(folder, tables, told, region=region, answers=answers, accept=set(accept))
    click.echo(plan.words())
    click.echo(plan.diff())
    return plan
