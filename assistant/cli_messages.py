"""`daoban messages`: the messages that people left for the window, until there is a desk for them."""

from __future__ import annotations

import click

from assistant.settings import from_environment


@click.command()
@click.option("--done", "number", type=int, help="几号留言办完了")
def messages(number: int | None) -> None:
    """列出给窗口的留言；办完一条，用 --done 加号码勾掉。"""
    from assistant.db import connected
    from assistant.messages import Messages

    settings = from_environment()
    queue = Messages(connected(settings.database_url))
    if number is not None:
        queue.done(number)
        click.echo(f"{number} 号办完了。")
    waiting = queue.waiting()
    for one in waiting:
        told = [f"电话 {one.phone}"] if one.phone else []
        told += [f"清单 {settings.public_url.rstrip('/')}/c/{one.checklist}"] if one.checklist else []
        click.echo(f"{one.id}  {one.at.astimezone():%Y-%m-%d %H:%M}  {'，'.join(told) or '没留电话'}\n    {one.text}")
    click.echo(f"还有 {len(waiting)} 条没办。" if waiting else "没有等着办的留言。")
