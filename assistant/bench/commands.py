"""`daoban bench …`: one function a measurement; what is heavy is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.settings import from_environment


@click.group()
def bench() -> None:
    """自己量一量：找得准不准、快不快，装得下多少。"""


@bench.command()
@click.option(
    "--questions",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="带标准答案的问题（.jsonl）；不写就用随程序带的",
)
@click.option("--only", multiple=True, help="只比名称里有这几个字的系统，可写多次")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="另画一张图（.svg）")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def finding(file: Path | None, only: tuple[str, ...], plot: Path | None, as_json: bool) -> None:
    """找指南：和 BM25、单个编码器、Rasa 的问答检索放在一起比。"""
    from assistant.bench import report
    from assistant.bench.contest import contestants
    from assistant.bench.finding import compare
    from assistant.bench.plot import as_svg
    from assistant.bench.questions import DEFAULT, read_questions, without_asked
    from assistant.knowledge.load import load
    from assistant.retrieval.equipment import equipped

    settings = from_environment()
    knowledge = load(settings.knowledge, demo=settings.demo)
    file = file or (DEFAULT if DEFAULT.is_file() else None)
    if file:
        questions, source = read_questions(file), file.name
    else:
        knowledge, questions = without_asked(knowledge)
        source = (
            "没有问题文件，用编辑写的常见问法，每份指南一句，问哪句先从指南里去掉；权重是从这些问法学的，只能看个大概"
        )
    equipment = equipped(settings.encoder_path, settings.data)
    systems = [one for one in contestants(settings, equipment) if not only or any(word in one.title for word in only)]
    found = compare(knowledge, equipment, questions, systems, source, lambda words: click.echo(words, err=True))
    click.echo(report.as_json(found) if as_json else report.as_markdown(found))
    if plot:
        plot.write_text(as_svg(found), "utf-8")


@bench.command()
@click.option("--sizes", default="100,1000,10000,100000,1000000", show_default=True, help="各装多少段，用逗号隔开")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="造出来的段落放在哪；不写就放数据目录")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def scale(sizes: str, folder: Path | None, as_json: bool) -> None:
    """装得下多少：建索引多久、占多少内存、一问多久、找得全不全。"""
    from assistant.bench.scale import run

    try:
        counts = [int(float(size)) for size in sizes.split(",")]
    except ValueError as error:
        raise click.BadParameter("要写成 100,1000 这样的数") from error
    click.echo(run(counts, folder or from_environment().data / "bench", as_json))


@bench.command()
@click.option("--base", help="已经在跑的服务的网址；不写就另起一份来量")
@click.option("--seconds", default=30, show_default=True, help="每样量多少秒")
@click.option("--conversations", default=8, show_default=True, help="几个人同时说")
@click.option("--rasa", default=1, show_default=True, help="另起的那份里，Rasa 开几个进程")
@click.option("--web", default=1, show_default=True, help="另起的那份里，网页服务开几个进程")
@click.option("--database", default="", help="另起的那份用哪个数据库；不写就用新的 SQLite")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def chat(base: str | None, seconds: int, conversations: int, rasa: int, web: int, database: str, as_json: bool) -> None:
    """对话：一句话从进来到答完多久，几个人同时说会怎样。"""
    from assistant.bench.chat import run
    from assistant.bench.stack import Stack

    click.echo(run(base, seconds, conversations, as_json, Stack(rasa, web, database)))


@bench.command()
@click.option("--rasa", default="1,2", show_default=True, help="Rasa 各开几个进程，用逗号隔开")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def start(rasa: str, as_json: bool) -> None:
    """启动：多久能查到答案、能引导对话，占多少内存和盘；空的数据目录一次，用过的一次。"""
    from assistant.bench.start import run

    if not all(one.isdecimal() and int(one) > 0 for one in rasa.split(",")):
        raise click.BadParameter("要写成 1,2 这样的数")
    click.echo(run([int(one) for one in rasa.split(",")], as_json))


@bench.command()
@click.option("--users", default=200, show_default=True, type=click.IntRange(min=1), help="几个人同时说")
@click.option("--rate", default=12.0, show_default=True, help="每秒几条消息；每条送一到三次")
@click.option("--seconds", default=180, show_default=True, type=click.IntRange(min=1), help="量多少秒")
@click.option("--rasa", default=2, show_default=True, help="Rasa 开几个进程")
@click.option("--web", default=2, show_default=True, help="网页服务开几个进程")
@click.option("--database", default="", help="用哪个空的数据库；不写就自己起一个 PostgreSQL")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def wechat(users: int, rate: float, seconds: int, rasa: int, web: int, database: str, as_json: bool) -> None:
    """公众号：几百人同时说，每条送一到三次，看是不是每条只答一次、多久答完。"""
    from assistant.bench.wechat_load import Load, run

    click.echo(run(Load(users, rate, seconds), rasa, web, database, as_json))


@bench.command()
@click.option("--users", default=200, show_default=True, type=click.IntRange(min=1), help="几个人同时说")
@click.option("--rate", default=25.0, show_default=True, help="每秒几句")
@click.option("--seconds", default=600, show_default=True, type=click.IntRange(min=1), help="说多少秒")
@click.option("--looking", default=60, show_default=True, type=click.IntRange(min=1), help="再查多少秒指南")
@click.option("--rasa", default=2, show_default=True, help="Rasa 开几个进程")
@click.option("--web", default=2, show_default=True, help="网页服务开几个进程")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def load(users: int, rate: float, seconds: int, looking: int, rasa: int, web: int, as_json: bool) -> None:
    """一台机器扛不扛得住：自己起 PostgreSQL 和 Redis，一直说十分钟，每一句都看答得对不对。"""
    from assistant.bench.load import Load, run

    click.echo(run(Load(users, rate, seconds, looking), rasa, web, as_json))


@bench.command()
@click.option("--messages", default=50_000, show_default=True, type=click.IntRange(min=100), help="一共说几句")
@click.option("--rasa", default=2, show_default=True, help="Rasa 开几个进程")
@click.option("--web", default=2, show_default=True, help="网页服务开几个进程")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def leak(messages: int, rasa: int, web: int, as_json: bool) -> None:
    """内存涨不涨：几万句话说下来，一路看每个进程占多少。"""
    from assistant.bench.leak import run

    click.echo(run(messages, rasa, web, as_json))


@bench.command()
@click.option(
    "--publications",
    default=10,
    show_default=True,
    type=click.IntRange(2, 20),
    help="发布几次：一半改电话，一半加新叫法",
)
@click.option("--rate", default=5.0, show_default=True, help="一边每秒说几句")
@click.option("--web", default=2, show_default=True, help="网页服务开几个进程")
@click.option("--rasa", default=1, show_default=True, help="Rasa 开几个进程")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def publish(publications: int, rate: float, web: int, rasa: int, as_json: bool) -> None:
    """发布以后多久换上：有人在说话的时候一次一次发布，看每个网页进程几秒换上，话丢没丢、错没错，新旧混没混。"""
    from assistant.bench.publish import run

    click.echo(run(publications, rate, web, rasa, as_json))


@bench.command()
@click.option("--sizes", default="1,5,20,50,136", show_default=True, help="各有几张证，用逗号隔开")
@click.option("--rounds", default=300, show_default=True, type=click.IntRange(min=2), help="每样列多少张清单")
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出")
def checklist(sizes: str, rounds: int, as_json: bool) -> None:
    """注销清单：从说完情况到列好一张要多久。"""
    import datetime as dt

    from assistant.bench.checklist import run
    from assistant.knowledge.load import load

    try:
        counts = [int(size) for size in sizes.split(",")]
    except ValueError as error:
        raise click.BadParameter("要写成 1,20 这样的数") from error
    settings = from_environment()
    knowledge = load(settings.knowledge, demo=settings.demo)
    click.echo(run(knowledge, counts, rounds, dt.date.today(), as_json=as_json))


@bench.command()
@click.option("--folds", default=5, show_default=True, type=click.IntRange(min=2), help="例句分成几份轮流判")
@click.option("--write", is_flag=True, help="写进 docs/nlu.md 和 docs/nlu-confusion.svg；不写就印出来")
def nlu(folds: int, write: bool) -> None:
    """听懂是哪类话：对话模型的例句轮流当没见过的判一遍，按类列出对错。"""
    from assistant.bench.nlu import as_markdown, as_svg, cross_validated
    from assistant.settings import ROOT

    report = cross_validated(from_environment().rasa_python, folds)
    text = as_markdown(report, "nlu-confusion.svg")
    if write:
        (ROOT / "docs" / "nlu.md").write_text(text, "utf-8")
        (ROOT / "docs" / "nlu-confusion.svg").write_text(as_svg(report), "utf-8")
    else:
        click.echo(text)
