"""`daoban messages`: the messages that people left for the window, until there is a desk for them."""

from __future__ import annotations

import click

from assistant.settings import from_environment


@click.command()
@click.option("--done", "number", type=int, help="几号留言办完了")
@click.option("--checked", "report", type=int, help="几号纠错核过了")
def messages(number: int | None, report: int | None) -> None:
    """列出给窗口的留言和群众说不对的信息；办完一条用 --done，核过一条用 --checked，加号码勾掉。"""
    from assistant.db import connected
    from assistant.messages import Messages
    from assistant.wrong_facts import WrongFacts

    settings = from_environment()
    engine = connected(settings.database_url)
    queue, reports = Messages(engine), WrongFacts(engine)
    if number is not None:
        queue.done(number)
        click.echo(f"{number} 号办完了。")
    if report is not None:
        reports.done(report)
        click.echo(f"{report} 号纠错核过了。")
    for wrong in reports.waiting():
        click.echo(f"纠错 {wrong.line}")
    waiting = queue.waiting()
    for one in waiting:
        told = [f"电话 {one.phone}"] if one.phone else []
        told += [f"清单 {settings.public_url.rstrip('/')}/c/{one.checklist}"] if one.checklist else []
        click.echo(f"{one.id}  {one.at.astimezone():%Y-%m-%d %H:%M}  {'，'.join(told) or '没留电话'}\n    {one.text}")
    click.echo(f"还有 {len(waiting)} 条没办。" if waiting else "没有等着办的留言。")
