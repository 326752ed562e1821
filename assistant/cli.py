"""The command `daoban`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.bench.commands import bench
from assistant.cli_annex import draft_annex, import_annex
from assistant.cli_backup import backup, restore
from assistant.cli_channel import channel
from assistant.cli_desk import of_a_day, propose, publish, refuse, rollback, withdraw
from assistant.cli_messages import messages
from assistant.cli_person import person
from assistant.cli_staff import staff
from assistant.cli_wechat import wechat
from assistant.desk.commands import factcheck, unanswered
from assistant.desk.desk_commands import desk_commands
from assistant.errors import DaobanError
from assistant.settings import Settings, from_environment

if TYPE_CHECKING:  # whoever only starts the services needs none of it: that process stays small
    from assistant.knowledge.whole import Knowledge
    from assistant.retrieval.finder import Finder


def main() -> None:
    """Run the command; a fault that we know is one Chinese sentence, never a traceback."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except DaobanError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except Exception as error:
        from sqlalchemy.exc import OperationalError

        from assistant.logs import named

        if not isinstance(error, OperationalError):
            raise
        click.echo(f"数据库连不上，或者写不进去：{named(error)}", err=True)
        sys.exit(1)


@click.group()
def commands() -> None:
    """智能导办：许可证和执照注销的对话式指南。"""


@commands.command()
@click.option("--port", type=int, help="网页的端口")
@click.option("--host", help="监听的地址")
@click.option("--demo", is_flag=True, default=None, help="载入虚构的示例市（演示用）")
def up(port: int | None, host: str | None, demo: bool | None) -> None:
    """启动全部服务：网页、接口和引导对话。"""
    from assistant.serving import serve

    serve(from_environment(port=port, host=host, demo=demo))


@commands.command()
@click.argument("question")
def ask(question: str) -> None:
    """在终端里问一句，直接查指南。"""
    from assistant.actions.replies import shown
    from assistant.actions.state import State
    from assistant.render.terminal import as_text

    knowledge, finder = _loaded(from_environment())
    cards, _, _ = shown(knowledge, finder.find(question), State())
    click.echo("\n\n".join(map(as_text, cards)))


@commands.command()
@click.argument("question")
def explain(question: str) -> None:
    """说明一句话为什么这样判断：各路得分、落选的、理由。"""
    from assistant.retrieval.explain import explanation

    _, finder = _loaded(from_environment())
    click.echo(json.dumps(explanation(finder, question), ensure_ascii=False, indent=1))


@commands.command()
@click.option("--format", "shape", type=click.Choice(["text", "json", "github"]), default="text", help="怎么输出")
@click.option("--coverage", "with_coverage", is_flag=True, help="另列每个要素、每个部门有多少已核、有出处、待核")
@click.option("--strict", is_flag=True, help="有提醒也算不通过")
def check(shape: str, with_coverage: bool, strict: bool) -> None:
    """检查知识库：哪个文件、哪一行、错在哪、怎么改。"""
    from assistant.knowledge import coverage, finding
    from assistant.knowledge.folder import check_folder
    from assistant.knowledge.load import load

    settings = from_environment()
    findings = check_folder(settings.knowledge, demo=True, today=dt.date.today())
    shown = {"text": finding.as_text, "json": finding.as_json, "github": finding.as_annotations}[shape]
    click.echo(shown(findings))
    if shape == "text" and not finding.errors_in(findings):
        _check_forms(settings.knowledge)
    if with_coverage and not finding.errors_in(findings):
        counted = coverage.coverage(load(settings.knowledge))
        click.echo(coverage.as_json(counted) if shape == "json" else coverage.as_text(counted))
    if finding.errors_in(findings) or (strict and findings):
        sys.exit(1)


def _check_forms(folder: Path) -> None:
    """Say what is wrong with the Word templates; a city that has none of a form only lacks that form."""
    from assistant.forms.fill import FOLDER, faults
    from assistant.forms.words import all_names
    from assistant.knowledge.load import load
    from assistant.render import case_papers, fact_letter

    templates = folder / FOLDER
    for fault in (
        *faults(templates, all_names(load(folder), dt.date.today())),
        *case_papers.faults(templates),
        *fact_letter.faults(templates),
    ):
        click.echo(fault)


@commands.command("new-guide")
@click.argument("guide_id")
@click.argument("name")
@click.option("--owner", default="地区市监局", show_default=True, help="维护部门")
def new_guide(guide_id: str, name: str, owner: str) -> None:
    """新建一份指南的空白稿，每一项都有说明。"""
    from assistant.knowledge.new_guide import new_guide as written

    settings = from_environment()
    path = written(settings.knowledge, guide_id, name, owner=owner, today=dt.date.today())
    click.echo(f"写好了：{path}。填完后运行 daoban check。")


@commands.command("export")
@click.option("--word", type=click.Path(dir_okay=False, path_type=Path), help="写成 Word 文件，给领导签字")
@click.option("--excel", type=click.Path(dir_okay=False, path_type=Path), help="写成 Excel 文件")
@click.option("--region", help="哪个地区的（编号）")
def export(word: Path | None, excel: Path | None, region: str | None) -> None:
    """把分级清单和指南导成 Word 或 Excel。"""
    from assistant.knowledge.load import load

    if not word and not excel:
        raise click.UsageError("请写 --word 文件名 或 --excel 文件名")
    knowledge = load(from_environment().knowledge)
    if word:
        from assistant.annex.export_word import write_word

        write_word(knowledge, word, region=region, on=dt.date.today())
    if excel:
        from assistant.annex.export_excel import write_excel

        write_excel(knowledge, excel, region=region, on=dt.date.today())
    click.echo("写好了：" + "、".join(str(path) for path in (word, excel) if path))


@commands.command()
def learn() -> None:
    """用编辑写的“常见问法”重新学习权重和门槛，并报告成绩；换了编码器以后也用它。"""
    from assistant.knowledge.load import load
    from assistant.retrieval import learning
    from assistant.retrieval.encoder import load_encoder
    from assistant.retrieval.model import learned_file
    from assistant.retrieval.remembering import RememberingEncoder

    settings = from_environment()
    loaded = load_encoder(settings.encoder_path)
    encoder = RememberingEncoder(loaded, settings.data) if loaded else None
    path = learned_file(settings.data, loaded.digest) if loaded and settings.brings_encoder else learning.SHIPPED
    click.echo(learning.relearn(load(settings.knowledge), encoder, path))
    click.echo(f"学到的写在 {path}；正在跑的服务要重新启动才用上。")


desk_commands.add_command(draft_annex)
commands.add_command(import_annex)
commands.add_command(backup)
commands.add_command(bench)
commands.add_command(channel)
commands.add_command(desk_commands)
commands.add_command(messages)
commands.add_command(person)
commands.add_command(propose)
commands.add_command(publish)
commands.add_command(refuse)
commands.add_command(withdraw)
commands.add_command(of_a_day)
commands.add_command(restore)
commands.add_command(rollback)
commands.add_command(staff)
commands.add_command(wechat)
commands.add_command(unanswered)
commands.add_command(factcheck)


@commands.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--show", default=10, show_default=True, help="列出多少个没答对的")
def evaluate(file: Path, show: int) -> None:
    """用一份带标准答案的问题（.jsonl）给现在的知识库打分。"""
    from assistant.evaluation import report

    knowledge, finder = _loaded(from_environment())
    click.echo(report(knowledge, finder, file, show))


def _loaded(settings: Settings) -> tuple[Knowledge, Finder]:
    from assistant.knowledge.load import load
    from assistant.retrieval.equipment import equipped
    from assistant.retrieval.finder import Finder

    knowledge = load(settings.knowledge, demo=settings.demo)
    equipment = equipped(settings.encoder_path, settings.data)
    return knowledge, Finder(knowledge, equipment.encoder, equipment.model)


if __name__ == "__main__":
    main()
