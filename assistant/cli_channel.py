"""`daoban channel`: one way in switched off with a reason, and on again, in every running process at once; noted in the log."""

from __future__ import annotations

import click

from assistant.channels import Channel, Switches
from assistant.settings import Settings, from_environment

COMMAND_LINE = "命令行"  # who did it, in the log
CHANNELS = "、".join(f"{one.value} {one.label}" for one in Channel)
_which = click.argument("name", metavar="渠道", type=click.Choice([one.value for one in Channel]))


@click.group(help=f"停一个渠道、再开：{CHANNELS}。")
def channel() -> None:
    """The group; its help names the channels."""


@channel.command()
@_which
@click.option("--reason", required=True, help="为什么停；只记在操作记录里，群众看不到")
def off(name: str, reason: str) -> None:
    """停一个渠道：这台机器马上生效，同一个数据库的别的机器几秒里跟着停；来问的人会看到热线和窗口，窗口和编辑的页面照常。"""
    settings, which = from_environment(), Channel(name)
    Switches(settings.data).turn_off(which, reason)
    click.echo(f"{which.label}停了。来问的人会看到：打 12345，或者去代办服务专窗。")
    _note(settings, "channel_off", f"{which.value} {' '.join(reason.split())}")


@channel.command()
@_which
def on(name: str) -> None:
    """再开一个渠道：这台机器马上生效，别的机器几秒里跟着开。"""
    settings, which = from_environment(), Channel(name)
    if not Switches(settings.data).turn_on(which):
        click.echo(f"{which.label}本来就开着。")
        return
    click.echo(f"{which.label}又开了。")
    _note(settings, "channel_on", which.value)


@channel.command("list")
def list_all() -> None:
    """列出每个渠道是开是停，停的从什么时候起、为什么。"""
    switches = Switches(from_environment().data)
    for one in Channel:
        found = switches.off(one)
        state = f"停了，{found.since.astimezone():%Y-%m-%d %H:%M} 起，因为：{found.reason}" if found else "开着"
        click.echo(f"{one.value}  {one.label}  {state}")


def _note(settings: Settings, what: str, about: str) -> None:
    """Write it down; the switch has worked already, as it must while the database is away."""
    from sqlalchemy.exc import SQLAlchemyError

    from assistant.db import connected
    from assistant.staff.audit import Audit

    try:
        Audit(connected(settings.database_url), settings.data).note(COMMAND_LINE, what, about)
    except SQLAlchemyError as error:
        raise click.ClickException(
            "这台机器已经生效，但数据库没连上，没写进操作记录，别的机器也不知道：请自己记一笔，别的机器上也各做一遍。"
        ) from error
