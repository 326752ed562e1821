"""`daoban backup` and `daoban restore`: the whole service in one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.settings import from_environment

FILE = click.Path(dir_okay=False, path_type=Path)
COMMAND_LINE = "命令行"  # who did it, in the log


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """把数据库、知识库和它的 git 历史、扫描件、操作记录的密钥打成一个文件；不用停服务。"""
    from assistant.backup import databases
    from assistant.backup.making import back_up
    from assistant.migrations import head
    from assistant.staff.audit import Audit

    settings = from_environment()
    made = back_up(settings, file)
    if databases.version_of(settings.database_url) == head():  # before an upgrade the new program changes nothing
        with databases.opened(settings.database_url) as engine:
            Audit(engine, settings.data).note(COMMAND_LINE, "backup_made", made.path.name)
    click.echo(f"备份好了：{made.path}，{made.size / 1e6:.1f} MB，{made.files} 个文件。")
    if not made.with_history:
        click.echo("知识库不在 git 里，没有以前的历史，只有现在的样子。")
    if made.by_hand:
        click.echo(f"这几样没放进去，请另外收好：{'、'.join(made.by_hand)}。")
    click.echo("里面有办件人的信息和操作记录的密钥，没有加密：只给管备份的人看，照保管期限删。")


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="这里已经有东西也换成备份里的；原来的挪到数据目录里一个文件夹，不删")
def restore(file: Path, replace: bool) -> None:
    """从备份恢复，先停服务；文件坏了、缺了、不是我们的，什么也不动。"""
    from assistant.backup import databases
    from assistant.backup.restoring import restore as restored_from
    from assistant.staff.audit import Audit

    settings = from_environment()
    restored = restored_from(settings, file, replace=replace)
    with databases.opened(settings.database_url) as engine:
        Audit(engine, settings.data).note(COMMAND_LINE, "backup_restored", restored.made_at)
    click.echo(f"恢复好了，是 {restored.made_at} 的样子。那以后的都不在里面；那以后有人要删的，要再删一次。")
    if restored.aside is not None:
        click.echo(f"原来的挪到了 {restored.aside}，看着没问题了请删掉。")
    if restored.other_settings:
        click.echo("做备份时设着、现在不一样的：")
        for line in restored.other_settings:
            click.echo(f"  {line}")
    click.echo("口令、密钥不在备份里，要照另外收着的设好，再启动服务。")
