"""`daoban staff`: who may sign in, whom they call; the first administrator is made here, with no default password anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.settings import from_environment
from assistant.staff.roles import Role

if TYPE_CHECKING:
    from assistant.staff.desk import Desk

COMMAND_LINE = "命令行"  # who did it, in the log
ROLES = "、".join(f"{role.value} {role.label}" for role in Role)


@click.group()
def staff() -> None:
    """窗口、编辑人员的账号，部门联系人，操作记录。"""


@staff.command()
@click.argument("name")
@click.option("--role", "kind", type=click.Choice([role.value for role in Role]), required=True, help=f"角色：{ROLES}")
@click.option("--shown", default="", help="给同事看的名字；不写就用登录名")
@click.option("--region", help="在哪个县（编号，如 mohe）")
@click.option("--department", help="哪个部门的（编号），部门经办要写")
def add(name: str, kind: str, shown: str, region: str | None, department: str | None) -> None:
    """加一个账号，给出首次密码；本人第一次登录时自己换。"""
    _known(region, department)
    at = _desk()
    account, first = at.accounts.add(name, Role(kind), shown=shown, region=region, department=department)
    at.audit.note(COMMAND_LINE, "account_add", account.name)
    click.echo(f"加好了：{account.name}（{account.role.label}）")
    _tell(first)


@staff.command("list")
def list_all() -> None:
    """列出所有账号：角色、能不能登录、上次什么时候来的。"""
    everyone = _desk().accounts.all()
    for one in everyone:
        state = "停用" if not one.active else ("还没换首次密码" if one.first else "能登录")
        last = f"{one.last_in.astimezone():%Y-%m-%d %H:%M}" if one.last_in else "还没来过"
        where = "，".join(part for part in (one.region, one.department) if part)
        click.echo(f"{one.name}  {one.shown}  {one.role.label}{f'（{where}）' if where else ''}  {state}  {last}")
    if not everyone:
        click.echo("还没有账号。先加一个管理员：daoban staff add 登录名 --role administrator")


@staff.command()
@click.argument("name")
def reset(name: str) -> None:
    """忘了密码：重发首次密码，原来登着的都退出，锁着的马上解开。"""
    at = _desk()
    account, first = at.accounts.reset(name)
    at.audit.note(COMMAND_LINE, "account_reset", account.name)
    click.echo(f"重发了：{account.name}")
    _tell(first)


@staff.command()
@click.argument("name")
@click.option("--on", is_flag=True, help="不是停，是恢复")
def off(name: str, on: bool) -> None:
    """停用一个账号，登着的马上退出；加 --on 恢复。"""
    at = _desk()
    account = at.accounts.switch(name, on=on)
    at.audit.note(COMMAND_LINE, "account_on" if on else "account_off", account.name)
    click.echo(f"{account.name} {'又能登录了' if on else '停用了，登着的已经退出'}。")


@staff.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--erase", help="删掉叫这个名字的人")
def contacts(file: Path | None, erase: str | None) -> None:
    """导入部门联系人（CSV，栏名：部门、地区、科室、姓名、职务、电话、手机、备注）；表里有的部门，原来的换成表里的。"""
    from assistant.knowledge.load import load
    from assistant.staff.contacts import read_csv

    if file is None and not erase:
        raise click.UsageError("请写文件名，或者写 --erase 姓名")
    at, settings = _desk(), from_environment()
    if file is not None:
        written, gone = at.contacts.replace(read_csv(file, load(settings.knowledge, demo=settings.demo)))
        at.audit.note(COMMAND_LINE, "contacts_import", f"{written} in, {gone} out")
        click.echo(f"写进去 {written} 人，换下来 {gone} 人。文件里有个人号码，用完请收好或删掉。")
    if erase:
        count = at.contacts.erase_named(erase)
        at.audit.note(COMMAND_LINE, "contact_erase", f"{count} erased")
        click.echo(f"删了 {count} 人。")


@staff.command()
@click.option("--check", is_flag=True, help="从头对一遍，看有没有人改过、删过")
@click.option("--last", "count", default=30, show_default=True, help="列出最近多少条")
def log(check: bool, count: int) -> None:
    """列出最近的操作记录：谁、什么时候、做了什么；加 --check 查有没有被改动。"""
    at = _desk()
    for deed in reversed(at.audit.latest(count)):
        click.echo(
            f"{deed.number}  {deed.at.astimezone():%Y-%m-%d %H:%M:%S}  {deed.who}  {deed.sentence}  {deed.about}"
        )
    if check:
        broken = at.audit.broken()
        if broken is not None:
            raise click.ClickException(f"从第 {broken} 条起对不上：有人改过、删过或插过记录。")
        click.echo("一条一条都对得上。")


def _desk() -> Desk:
    from assistant.db import connected
    from assistant.staff.desk import desk

    settings = from_environment()
    return desk(connected(settings.database_url), settings.data)


def _known(region: str | None, department: str | None) -> None:
    """Refuse a county or a department that there is none of."""
    from assistant.knowledge.load import load

    settings = from_environment()
    if not region and not department:
        return
    knowledge = load(settings.knowledge, demo=settings.demo)
    if region and region not in knowledge.regions:
        raise click.BadParameter(f"没有“{region}”这个地区，可以写：{'、'.join(knowledge.regions)}")
    if department and department not in knowledge.departments:
        raise click.BadParameter(f"没有“{department}”这个部门，可以写：{'、'.join(knowledge.departments)}")


def _tell(first: str) -> None:
    from assistant.staff.passwords import SHORTEST

    click.echo(f"首次密码：{first}")
    click.echo(f"只显示这一次，7 天里有效。第一次登录后要换成自己的，至少 {SHORTEST} 位。")
