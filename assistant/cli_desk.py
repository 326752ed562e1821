"""`daoban publish` and `daoban rollback`: what the editors' desk does, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assistant.settings import from_environment

if TYPE_CHECKING:
    from assistant.desk.drafts import Draft
    from assistant.desk.publishing import Publishing

COMMAND_LINE = "命令行"  # who did it, in git and in the log


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁审的，记在 git 和操作记录里")
@click.option("--due", is_flag=True, help="把到了时间的都发布，到期的都退回；断在半路的也收拾好")
@click.option("--yes", is_flag=True, help="看过改动，发布")
def publish(number: int | None, who: str, due: bool, yes: bool) -> None:
    """发布一份草稿：不写号码就列出等着的；写了号码先看改了什么，加 --yes 才发布。"""
    from assistant.db import now

    at = _desk()
    if due:
        for made in at.due(now()):
            click.echo(f"第 {made.id} 次发布：{made.reason}")
        return
    if number is None:
        _list(at)
        return
    draft = at.drafts.find(number)
    faults = _tell(at, draft)
    if not yes:
        click.echo("检查没通过，改好了再发布。" if faults else f"没有发布。看好了就执行：daoban publish {number} --yes")
        return
    done = at.approve(number, version=draft.version, reviewer=who)
    if done is None:
        assert draft.publish_at is not None
        click.echo(f"同意了，{draft.publish_at.astimezone():%Y-%m-%d %H:%M} 自动发布。")
        return
    click.echo(f"发布了，这是第 {done.id} 次，提交 {(done.commit or '')[:12]}。正在跑的服务几秒内换上。")


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--only", is_flag=True, help="只撤销这一次，后来的不动")
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁退的，记在 git 和操作记录里")
@click.option("--reason", default="", help="为什么退")
def rollback(number: int | None, only: bool, who: str, reason: str) -> None:
    """退回到哪一次发布：不写号码就列出最近的；写了号码，那以后的全退掉（写 0 全退），加 --only 只撤销那一次。"""
    at = _desk()
    if number is None:
        for one in at.journal.all(20):
            told = one.fault or "、".join(one.files)
            click.echo(f"{one.id}  {one.at.astimezone():%Y-%m-%d %H:%M}  {one.reviewer}  {one.reason}  {told}")
        return
    made = (at.undo if only else at.back_to)(number, who=who, reason=reason)
    click.echo(f"退好了，这是第 {made.id} 次发布：{'、'.join(made.files)}。正在跑的服务几秒内换上。")


def _desk() -> Publishing:
    from assistant.db import connected
    from assistant.desk.publishing import publishing_over

    settings = from_environment()
    return publishing_over(settings, connected(settings.database_url))


def _list(at: Publishing) -> None:
    waiting = at.drafts.all()
    for draft in sorted(waiting, key=lambda one: one.id):
        who = "、".join(draft.hands)
        click.echo(f"{draft.id}  {draft.state.label}  {draft.path}  {who}  {draft.reason}")
    if not waiting:
        click.echo("没有草稿。")


def _tell(at: Publishing, draft: Draft) -> bool:
    """Show what a draft and those that belong to it change; whether the check refuses it."""
    from assistant.desk.difference import difference
    from assistant.desk.names import text_at
    from assistant.knowledge.finding import errors_in

    together = at.drafts.together(draft)
    for one in together:
        click.echo(f"{one.path}（{'、'.join(one.hands)}：{one.reason or '没写为什么'}）")
        for changed in difference(text_at(at.drafts.folder, one.path), one.wanted, one.path):
            click.echo(f"  {changed}")
    errors = errors_in(at.drafts.faults_of({one.path: one.wanted for one in together}))
    for error in errors:
        click.echo(f"错误  {error}")
    return bool(errors)
