"""`daoban factcheck`: what departments are to check, the links that ask them, and what they answered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.desk.inbox_commands import unanswered
from assistant.desk.terminal import COMMAND_LINE, desk
from assistant.errors import DaobanError, Refused
from assistant.settings import from_environment

if TYPE_CHECKING:
    from assistant.desk.fact_checks import Answer, FactChecks
    from assistant.desk.stale import Office
    from assistant.staff.audit import Audit

__all__ = ["factcheck", "unanswered"]


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
    from assistant.desk import fact_letter
    from assistant.desk.fact_checks import FactChecks
    from assistant.desk.rounds import Rounds
    from assistant.forms.fill import FOLDER
    from assistant.render.fact_letter import as_docx

    settings = from_environment()
    root = (address or settings.public_url).rstrip("/")
    if not root:
        raise DaobanError("还不知道对外网址，请写 --address，或者设 DAOBAN_PUBLIC_URL。")
    office = _one(_offices(), department)
    at, audit = desk()
    checks = FactChecks(at.drafts.engine)
    key = checks.make(office.id, COMMAND_LINE)
    Rounds(at.drafts.engine).sent(office.id, COMMAND_LINE)
    audit.note(COMMAND_LINE, "fact_link_made", office.id)
    until = day_of(checks.open(key).expires_at)
    if letter:
        words = fact_letter.words(office, f"{root}/f/{key}", dt.date.today(), until)
        letter.write_bytes(as_docx(words, settings.knowledge / FOLDER))
        click.echo(f"核对函写好了：{letter}")
    click.echo(f"{root}/f/{key}")
    click.echo(f"{office.name}打开就能填，到 {until}。")


@factcheck.command("take-back")
@click.argument("department")
def take_back(department: str) -> None:
    """收回一个部门的链接，都打不开了；填过的还在。"""
    from assistant.desk.fact_checks import FactChecks

    at, audit = desk()
    office = _one(_offices(), department)
    FactChecks(at.drafts.engine).take_back(office.id)
    audit.note(COMMAND_LINE, "fact_link_taken_back", office.id)
    click.echo(f"{office.name}的链接都收回了。")


@factcheck.command()
@click.argument("department", required=False)
def answers(department: str | None) -> None:
    """列出部门填回来、还没看的；写上部门的编号，只看这一个。"""
    from assistant.desk.confirming import can_be_taken
    from assistant.desk.fact_checks import FactChecks

    at, _ = desk()
    own = _one(_offices(), department).id if department else None
    waiting = FactChecks(at.drafts.engine).waiting(own)
    for one in waiting:
        by_hand = "" if can_be_taken(one) else "（要自己改进指南）"
        said = f"{one.verdict.label}{one.words}"
        click.echo(
            f"{one.id}  {one.department} {one.office}  {one.name}  {one.label}：{one.shown or '没写'}  {said}{by_hand}"
        )
    if not waiting:
        click.echo("没有等着看的。")


@factcheck.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option("--say", "said", multiple=True, help="换个说法，写成 号码=应该是什么，可写多次")
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁收的，记在草稿和操作记录里")
def take(numbers: tuple[int, ...], said: tuple[str, ...], who: str) -> None:
    """收下部门填的几条（同一个部门的），写成已核的草稿，等人审。"""
    from assistant.desk import confirming
    from assistant.desk.fact_checks import TAKEN
    from assistant.knowledge.load import load

    checks, found, department, audit = _waiting(numbers)
    words = {int(own): told for own, _, told in (one.partition("=") for one in said) if own.isdecimal()}
    at, _ = desk()
    known = load(at.drafts.folder, demo=at.drafts.demo).departments[department]
    drafts = confirming.take(at.drafts, found, known, who, words)
    checks.settle([one.id for one in found], who, TAKEN)
    audit.note(who, "facts_taken", f"{department} {len(found)}")
    for draft in drafts:
        click.echo(f"{draft.id}  {draft.state.label}  {draft.path}")


@factcheck.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁看的，记在操作记录里")
def drop(numbers: tuple[int, ...], who: str) -> None:
    """部门填的几条不收，放到一边。"""
    from assistant.desk.fact_checks import REFUSED

    checks, found, department, audit = _waiting(numbers)
    checks.settle([one.id for one in found], who, REFUSED)
    audit.note(who, "facts_refused", f"{department} {len(found)}")
    click.echo(f"放到一边了：{len(found)} 条。")


@factcheck.command()
def coverage() -> None:
    """列出一天一天、一周一周以来，有多少要素已核、有出处、待核。"""
    from assistant.desk.coverage_history import over_time
    from assistant.knowledge.load import load

    at, _ = desk()
    folder = at.drafts.folder
    for one in over_time(folder, load(folder, demo=at.drafts.demo), at.drafts.engine, dt.date.today()):
        click.echo(f"{one.on}  已核 {one.confirmed}  有出处 {one.sourced}  待核 {one.open}")


@factcheck.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="哪一天的；不写就看今天")
def laws(day: dt.datetime | None) -> None:
    """列出指南引着的、已经废止或者还没施行的依据；过去的一天，也列出那天断了的引用。"""
    from assistant.desk.as_of import as_of
    from assistant.desk.broken import broken_links
    from assistant.desk.laws import laws as all_laws
    from assistant.knowledge.load import load

    at, _ = desk()
    today = dt.date.today()
    on = day.date() if day else today
    knowledge = as_of(at, on).knowledge if on != today else load(at.drafts.folder, demo=at.drafts.demo)
    flagged = [one for one in all_laws(knowledge, on) if one.flagged]
    for law in flagged:
        when = law.source.repealed_on or law.source.in_force_from
        click.echo(f"{law.source.id}：{law.validity}（{when}），引着的：{'、'.join(one.name for one in law.cited)}")
    for broken in broken_links(at.drafts.folder, on) if on < today else ():
        click.echo(f"断了的引用  {broken}")
    if not flagged:
        click.echo("就 sources.yaml 里写的日期看，没有引着废止的。")


def _waiting(numbers: tuple[int, ...]) -> tuple[FactChecks, list[Answer], str, Audit]:
    """Answers of one department that nobody has looked at."""
    from assistant.desk.fact_checks import FactChecks

    at, audit = desk()
    checks = FactChecks(at.drafts.engine)
    found = checks.find(numbers)
    departments = {one.department for one in found}
    if len(found) != len(set(numbers)):
        raise Refused("有的号码不对，或者别人刚看过了。用 daoban factcheck answers 再看一遍。")
    if len(departments) != 1:
        raise Refused("一次只办一个部门的，请分开写。")
    return checks, found, departments.pop(), audit


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
