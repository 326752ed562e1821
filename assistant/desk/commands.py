"""`daoban unanswered` and `daoban factcheck`: what people asked in vain, and what departments are to check."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.errors import DaobanError
from assistant.settings import from_environment

if TYPE_CHECKING:
    from assistant.desk.stale import Office

COMMAND_LINE = "命令行"  # who did it, in the log
SHOWN = 5  # wordings of one group


@click.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366), help="看最近多少天的")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="导成文件，以 .csv 或 .xlsx 结尾")
def unanswered(days: int, out: Path | None) -> None:
    """列出没答上、反问了、被说答错的问题，意思一样的归成一组；号码、姓名都隐去。"""
    from assistant.db import connected, now
    from assistant.desk.report import as_csv, as_workbook
    from assistant.desk.unanswered import Unanswered
    from assistant.knowledge.load import load
    from assistant.retrieval.equipment import equipped
    from assistant.retrieval.finder import Finder

    settings = from_environment()
    kinds = {".csv": as_csv, ".xlsx": as_workbook}
    if out and out.suffix.lower() not in kinds:
        raise click.BadParameter("文件名要以 .csv 或 .xlsx 结尾")
    equipment = equipped(settings.encoder_path, settings.data)
    finder = Finder(load(settings.knowledge, demo=settings.demo), equipment.encoder, equipment.model)
    inbox = Unanswered(connected(settings.database_url))
    groups = inbox.groups(finder, equipment.encoder, now() - dt.timedelta(days=days))
    if out:
        last = dt.date.today()
        out.write_bytes(kinds[out.suffix.lower()](groups, last - dt.timedelta(days=days), last))
        click.echo(f"写好了：{out}，{len(groups)} 组。")
        return
    for group in groups:
        why = "，".join(f"{one.label} {times}" for one, times in group.why.items())
        click.echo(f"{group.times:>4}  {group.text}（{why}）")
        for one in group.questions[1:SHOWN]:
            click.echo(f"      {one.text}（{one.times}）")
    if not groups:
        click.echo(f"最近 {days} 天都答上了。")


@click.group()
def factcheck() -> None:
    """部门核对：哪些该核了，给部门开链接、出函，依据还管不管用。"""


@factcheck.command("list")
@click.argument("department", required=False)
def list_stale(department: str | None) -> None:
    """列出每个部门有多少条该核；写上部门的编号，一条一条列。"""
    from assistant.cases.changing import day_of

    offices = _offices()
    if department is None:
        for office in offices:
            asked = f"链接到 {day_of(office.link_until)}" if office.link_until else ""
            state = asked or ("该去问了" if office.asking else "都核过")
            back = f"，回了 {office.waiting} 条没看" if office.waiting else ""
            click.echo(f"{office.id}  {office.name}  要核 {len(office.asking)}，共 {office.facts}  {state}{back}")
        return
    for one in _one(offices, department).asking:
        click.echo(f"{one.fact.name}  {one.fact.label}（{one.why}）：{one.fact.shown or '没写'}")


@factcheck.command()
@click.argument("department")
@click.option("--letter", type=click.Path(dir_okay=False, path_type=Path), help="另写一份核对函（.docx），带二维码")
@click.option("--address", help="对外网址；不写就用 DAOBAN_PUBLIC_URL")
def link(department: str, letter: Path | None, address: str | None) -> None:
    """给一个部门开核对链接，不用账号，30 天里有效；只显示这一次。"""
    from assistant.cases.changing import day_of
    from assistant.db import connected
    from assistant.desk import fact_letter
    from assistant.desk.fact_checks import FactChecks
    from assistant.forms.fill import FOLDER
    from assistant.render.fact_letter import as_docx
    from assistant.staff.audit import Audit

    settings = from_environment()
    root = (address or settings.public_url).rstrip("/")
    if not root:
        raise DaobanError("还不知道对外网址，请写 --address，或者设 DAOBAN_PUBLIC_URL。")
    office = _one(_offices(), department)
    engine = connected(settings.database_url)
    checks = FactChecks(engine)
    key = checks.make(office.id, COMMAND_LINE)
    Audit(engine, settings.data).note(COMMAND_LINE, "fact_link_made", office.id)
    until = day_of(checks.open(key).expires_at)
    if letter:
        words = fact_letter.words(office, f"{root}/f/{key}", dt.date.today(), until)
        letter.write_bytes(as_docx(words, settings.knowledge / FOLDER))
        click.echo(f"核对函写好了：{letter}")
    click.echo(f"{root}/f/{key}")
    click.echo(f"{office.name}打开就能填，到 {until}。")


@factcheck.command()
def laws() -> None:
    """列出指南引着的、已经废止或者还没施行的依据。"""
    from assistant.desk.laws import laws as all_laws
    from assistant.knowledge.load import load

    settings = from_environment()
    flagged = [one for one in all_laws(load(settings.knowledge, demo=settings.demo), dt.date.today()) if one.flagged]
    for law in flagged:
        when = law.source.repealed_on or law.source.in_force_from
        click.echo(f"{law.source.id}：{law.validity}（{when}），引着的：{'、'.join(one.name for one in law.cited)}")
    if not flagged:
        click.echo("就 sources.yaml 里写的日期看，没有引着废止的。")


def _offices() -> tuple[Office, ...]:
    from assistant.db import connected
    from assistant.desk.stale import offices
    from assistant.knowledge.load import load

    settings = from_environment()
    knowledge = load(settings.knowledge, demo=settings.demo)
    return offices(knowledge, connected(settings.database_url), dt.date.today())


def _one(offices: tuple[Office, ...], department: str) -> Office:
    found = next((one for one in offices if department in (one.id, one.name)), None)
    if found is None:
        known = "、".join(one.id for one in offices)
        raise click.BadParameter(f"没有“{department}”这个部门，可以写：{known}")
    return found
