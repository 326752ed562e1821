"""`daoban person`: all that is kept of one person, given out or erased at their wish; noted in the log under a digest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.settings import Settings, from_environment

if TYPE_CHECKING:
    from assistant.persons import Person, Persons
    from assistant.staff.audit import Audit

COMMAND_LINE = "命令行"  # who did it, in the log
NOBODY = "没有查到他留下的东西。电话要是留言、办件时留的那个；也可以填对话编号、公众号的 openid、办件编号。"
_who = click.argument("who", required=False, metavar="号码")


@click.group()
def person() -> None:
    """本人要看、要删：把一个人留下的全部导出来，或者删掉。先核对是不是本人。"""


@person.command()
@_who
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写成哪个 JSON 文件")
def export(who: str | None, out: Path) -> None:
    """把一个人留下的全部写进文件；号码是电话、对话编号、openid 或办件编号，不写就问。"""
    who, persons, found, log = _found(who)
    told = json.dumps(persons.exported(found), ensure_ascii=False, indent=2, default=str)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(told)
    log.note(COMMAND_LINE, "person_exported", log.named(who))
    click.echo(f"写好了：{out}。里面是个人信息，只有您这个用户能读；交给本人以后请删掉。")


@person.command()
@_who
@click.option("--yes", is_flag=True, help="真的删；不写只说会删哪些")
def erase(who: str | None, yes: bool) -> None:
    """把一个人留下的删掉：对话、留言、清单、公众号的，Rasa 那份一起；没到期的办件档案留着，只删联系方式。"""
    who, persons, found, log = _found(who)
    click.echo(f"对话 {len(found.conversations)} 段，公众号 {len(found.openids)} 个，办件 {len(found.cases)} 份。")
    if not yes:
        click.echo("还没有删。核对过是本人，加上 --yes 再运行一次。")
        return
    for one in persons.erase(found):
        until = f"要留到 {one.until:%Y-%m-%d}" if one.until else "还没办完"
        click.echo(f"办件 {one.case} 的档案{until}，联系方式已经删掉，到期自动删其余的。")
    log.note(COMMAND_LINE, "person_erased", log.named(who))
    click.echo("删好了。旧的备份里还有，到备份的期限才没有；从备份恢复过，要再删一次。")


def _found(who: str | None) -> tuple[str, Persons, Person, Audit]:
    """Who is meant, what is kept of them, and where it is written down."""
    who = (who or str(click.prompt("电话、对话编号、openid 或办件编号"))).strip()
    persons, log = _opened(from_environment())
    found = persons.known_by(who)
    if found.unknown:
        raise click.ClickException(NOBODY)
    return who, persons, found, log


def _opened(settings: Settings) -> tuple[Persons, Audit]:
    from assistant.cases.keeping import Keeping as CaseKeeping
    from assistant.cases.scans import FOLDER, Scans
    from assistant.cases.store import Cases
    from assistant.checklist.calendar import calendar_of
    from assistant.db import connected
    from assistant.db import engine as tracker_of
    from assistant.handover import Handover
    from assistant.issued import IssuedChecklists
    from assistant.keeping import Keeping
    from assistant.knowledge.load import load
    from assistant.messages import Messages
    from assistant.persons import Persons
    from assistant.staff.audit import Audit
    from assistant.turnlog import TurnLog
    from assistant.wechat.people import People

    engine, knowledge = connected(settings.database_url), load(settings.knowledge, demo=settings.demo)
    cases = Cases(engine, lambda: calendar_of(knowledge.holidays.values()))
    keeping = Keeping(
        TurnLog(engine),
        Messages(engine),
        Handover(engine),
        IssuedChecklists(knowledge, engine),
        tracker_of(settings.tracker_url),
        settings.kept_days,
        also=(People(engine).forget,),
    )
    scans = Scans(cases, settings.data / FOLDER)
    return Persons(engine, cases, keeping, CaseKeeping(cases, scans)), Audit(engine, settings.data)
