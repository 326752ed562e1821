"""`daoban desk`: the rest of what the pages of the desk do: the shelf, a window, an office, a draft as people would see it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from assistant.desk.terminal import COMMAND_LINE, desk, finder
from assistant.errors import NotFound, Refused

if TYPE_CHECKING:
    from assistant.desk.drafts import Draft, Drafts

FIELDS = {"hall": "大厅", "address": "地址", "hours": "办公时间", "phone": "电话", "hotline": "热线"}
reason_for_it = click.option("--reason", required=True, help="为什么改，审的人要看")
who_does_it = click.option("--who", default=COMMAND_LINE, show_default=True, help="谁改的，记在 git 和操作记录里")


@click.group("desk")
def desk_commands() -> None:
    """编辑台别的事：找指南，改窗口、科室的电话，把附件读成草稿，看草稿发布以后的样子。"""


@desk_commands.command()
@click.argument("words", default="")
@click.option("--department", default="", help="归哪个部门（名称）")
@click.option(
    "--state",
    type=click.Choice(["open", "sourced", "confirmed", "unpublished"]),
    help="有待核、没有待核、全部已核、没发布",
)
@click.option("--missing", default="", help="没写哪一样，比如 收费")
@click.option("--stale", is_flag=True, help="只看该再核的")
@click.option("--order", type=click.Choice(["asked", "blamed"]), help="最常问的在前，差评、纠错多的在前")
def guides(words: str, department: str, state: str | None, missing: str, stale: bool, order: str | None) -> None:
    """列出指南：有几样待核、没写什么、谁在改；可以挑部门、挑状态，按问得多少排。"""
    from assistant.cases.changing import day_of
    from assistant.db import now
    from assistant.desk.drafts import OPEN
    from assistant.desk.shelf import Wish, chosen, shelf, with_figures

    at, _ = desk()
    wish = Wish(words, department, state or "", missing, "1" if stale else "", order or "")
    rows = with_figures(shelf(finder()[0], at.drafts.folder, at.drafts.all(OPEN)), wish.order, at.drafts.engine)
    found = chosen(rows, wish, day_of(now()), [] if words else None)
    for row in found:
        told = [f"待核 {len(row.open)}"] if row.open else []
        told += [f"没写{'、'.join(row.missing)}"] if row.missing else []
        told += [f"{'、'.join(row.draft.hands)}在改（{row.draft.id} 号）"] if row.draft else []
        told += [f"{row.asked or row.blamed} 次"] if order else []
        click.echo("  ".join((row.id, row.name, row.department, *told)))
    click.echo(f"{len(found)} 份，一共 {len(rows)} 份。")


@desk_commands.command()
@click.argument("words", default="")
def windows(words: str) -> None:
    """列出窗口：编号、名称、电话、地址、办公时间、核过没有；写上几个字，只列有这几个字的。"""
    from assistant.knowledge.load import load

    at, _ = desk()
    for one in load(at.drafts.folder, demo=at.drafts.demo).windows.values():
        told = (
            one.id,
            one.name,
            one.phone or "没有电话",
            one.address or "没有地址",
            one.hours or "没有办公时间",
            one.state,
        )
        if words in "  ".join(told):
            click.echo("  ".join(told))


@desk_commands.command()
@click.argument("own", metavar="编号")
@click.option("--hall", help="在哪个大厅")
@click.option("--address", help="门牌写到几楼几号窗口")
@click.option("--hours", help="星期几、几点到几点")
@click.option("--phone", help="办公座机，不写手机号、人名")
@click.option("--hotline", help="全国统一的热线")
@click.option("--source", help="部门亲口确认过，依据的简称；写了就是已核")
@click.option("--checked-on", type=click.DateTime(["%Y-%m-%d"]), help="哪天核的；不写就是今天")
@reason_for_it
@who_does_it
def window(
    own: str, source: str | None, checked_on: dt.datetime | None, reason: str, who: str, **told: str | None
) -> None:
    """改一个窗口的电话、地址、办公时间，交审；写空字是去掉。没写 --source 就是待核。"""
    from assistant.cases.changing import day_of
    from assistant.db import now
    from assistant.desk.simple_changes import CATALOGS, changed_window, windows_in

    at, audit = desk()
    there = set(at.drafts.paths())
    seen = next(
        (draft for path in CATALOGS if path in there and own in windows_in((draft := at.drafts.open(path)).text)), None
    )
    if seen is None:
        raise NotFound(f"没有“{own}”这个窗口。")
    if source and source.split(" ")[0] not in finder()[0].knowledge.sources:
        raise Refused(f"依据“{source}”还没有登记，先在 sources.yaml 里添一条。")
    values = {FIELDS[key]: value for key, value in told.items() if value is not None}
    on = checked_on.date() if checked_on else day_of(now())
    _propose(at.drafts, seen, changed_window(seen.text, own, values, source=source, checked_on=on), reason, who)
    audit.note(who, "draft_propose", seen.path)


@desk_commands.command()
@click.argument("department")
@click.argument("room", metavar="科室")
@click.argument("phone", metavar="座机", default="")
@click.option("--confirmed", is_flag=True, help="打过，是这个科室；写成已核")
@reason_for_it
@who_does_it
def office(department: str, room: str, phone: str, confirmed: bool, reason: str, who: str) -> None:
    """改一个部门的科室座机，交审；不写座机是撤掉这个科室。"""
    from assistant.desk.simple_changes import CATALOGS, changed_contact

    at, audit = desk()
    seen = at.drafts.open(CATALOGS[0])
    _propose(
        at.drafts, seen, changed_contact(seen.text, department, room, phone or None, confirmed=confirmed), reason, who
    )
    audit.note(who, "draft_propose", seen.path)


@desk_commands.command()
@click.argument("number", type=int)
@click.option("--region", help="哪个地区的（编号）")
def card(number: int, region: str | None) -> None:
    """看一份草稿发布以后，群众看到的样子。"""
    from assistant.desk.listing import wanted_with
    from assistant.guide_card import guide_card
    from assistant.knowledge.facts import guide_id
    from assistant.render.terminal import as_text

    at, _ = desk()
    wanted = wanted_with(at.drafts, at.drafts.find(number))
    knowledge = at.drafts.fitness_of(wanted).must()
    shown = [guide_id(path) for path in wanted if path.startswith("guides/") and guide_id(path) in knowledge.guides]
    for own in shown:
        click.echo(as_text(guide_card(knowledge, own, region=region)))
    if not shown:
        click.echo("这份草稿没有自己的页面。")


@desk_commands.command("catch-up")
@click.argument("number", type=int)
def catch_up(number: int) -> None:
    """开始写以后又发布过的新内容，并进这份草稿。"""
    at, _ = desk()
    draft = at.drafts.find(number)
    if not at.drafts.behind(draft):
        raise Refused("这个文件后来没有变过，不用并。")
    at.drafts.catch_up(number, version=draft.version)
    click.echo(f"并进去了：{draft.path}。看一遍再交审：daoban propose --draft {number} --reason 为什么")


def _propose(drafts: Drafts, seen: Draft, text: str, reason: str, who: str) -> None:
    """A change of the catalogue kept and sent to be looked at."""
    from assistant.desk.draft import Typed

    if text == seen.text:
        raise Refused("和现在的一样，没有改动。")
    (kept,) = drafts.save_all([Typed.over(seen, text)], who=who, reason=reason)
    proposed = drafts.propose(kept.id, version=kept.version, reason=reason)
    click.echo(f"{proposed.id}  {proposed.state.label}  {proposed.path}")
