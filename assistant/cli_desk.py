"""What the editors' desk does, in the terminal: a draft proposed, refused, published, taken back; another day looked at."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.desk.terminal import COMMAND_LINE, desk, finder, tell
from assistant.errors import DaobanError, Refused
from assistant.timezone import CHINA

if TYPE_CHECKING:
    from assistant.desk.draft import Draft
    from assistant.desk.publishing import Publishing
    from assistant.desk.samples import Samples

DAY, MOMENT = "%Y-%m-%d", ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


@click.command()
@click.argument("files", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1)
@click.option("--draft", "number", type=int, help="不交文件，交这个号码的草稿")
@click.option("--reason", required=True, help="为什么改，审的人要看")
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁写的，记在 git 和操作记录里")
@click.option("--from", "begins", type=click.DateTime(MOMENT), help="什么时候发布；不写，审过就发")
@click.option("--until", "ends", type=click.DateTime(MOMENT), help="什么时候撤回；不写，一直用")
@click.option("--over", is_flag=True, help="这个文件已经有草稿，盖过去")
def propose(
    files: tuple[Path, ...],
    number: int | None,
    reason: str,
    who: str,
    begins: dt.datetime | None,
    ends: dt.datetime | None,
    over: bool,
) -> None:
    """把改好的文件（名字和知识库里的一样，可以几个一起）交审：只存成草稿，等人同意了才发布。空文件是把这份指南去掉。"""
    from assistant.desk.listing import with_entry

    if bool(files) == (number is not None):
        raise click.UsageError("写上要交审的文件，或者用 --draft 写一份草稿的号码")
    at, audit = desk()
    kept = [at.drafts.find(number)] if number is not None else _kept(at, files, who, reason, over)
    also = next((entry for one in kept if (entry := with_entry(at.drafts, one, who))), None)
    told = at.drafts.propose(
        kept[0].id,
        version=kept[0].version,
        reason=reason,
        publish_at=_in_china(begins),
        until=_in_china(ends),
        also=also,
        who=who,
    )
    for one in at.drafts.together(told):
        audit.note(who, "draft_propose", one.path)
        click.echo(f"{one.id}  {one.state.label}  {one.path}")


def _kept(at: Publishing, files: tuple[Path, ...], who: str, reason: str, over: bool) -> list[Draft]:
    """The files as drafts that belong together."""
    import secrets

    from assistant.desk.draft import Typed

    texts: list[Typed] = []
    for file in files:
        seen = at.drafts.open(_path_of(at.drafts.folder, file))
        if seen.id and not over:
            raise Refused(
                f"{seen.path} 已经有{'、'.join(seen.hands)}的草稿（{seen.id} 号）。先发布或者撤回它；要盖过去就加 --over。"
            )
        texts.append(Typed.over(seen, _text_of(file)))
    bundle = secrets.token_hex(8) if len(texts) > 1 else None
    kept = [one for one in at.drafts.save_all(texts, who=who, reason=reason, bundle=bundle) if one.id]
    if not kept:
        raise Refused("和现在用的一个字也不差，没有要审的。要改的写在另外的文件里，不要直接改知识库里的。")
    return kept


@click.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="哪里要再改，写的人要看")
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁审的，记在操作记录里")
def refuse(number: int, reason: str, who: str) -> None:
    """把一份等人审的草稿退回去改。"""
    at, audit = desk()
    draft = at.drafts.find(number)
    at.drafts.refuse(number, version=draft.version, reviewer=who, reason=reason)
    audit.note(who, "draft_refuse", draft.path)
    click.echo(f"退回了：{draft.path}（{'、'.join(draft.hands)}写的）。")


@click.command()
@click.argument("number", type=int)
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁撤的，记在操作记录里")
def withdraw(number: int, who: str) -> None:
    """撤回一份草稿，写的就不要了；用着的内容不变。"""
    from assistant.desk.listing import let_go

    at, audit = desk()
    draft = at.drafts.find(number)
    let_go(at.drafts, draft, version=draft.version, who=who)
    audit.note(who, "draft_withdraw", draft.path)
    click.echo(f"撤回了：{draft.path}。")


@click.command("as-of")
@click.argument("day", type=click.DateTime([DAY]))
@click.argument("guide", required=False)
def of_a_day(day: dt.datetime, guide: str | None) -> None:
    """看某一天（过去的、以后的）的内容：写上指南的编号就看那一份，不写就列出和现在不一样的。"""
    from assistant.desk.as_of import as_of
    from assistant.desk.uses import uses_of
    from assistant.guide_card import guide_card
    from assistant.knowledge.load import load
    from assistant.render.terminal import as_text

    at, _ = desk()
    found = as_of(at, day.date())
    if guide is not None:
        if guide not in found.knowledge.guides:
            raise Refused(f"那一天没有“{guide}”这份指南。")
        click.echo(as_text(guide_card(found.knowledge, guide)))
        return
    uses = uses_of(found.knowledge, load(at.drafts.folder, demo=at.drafts.demo))
    for use in uses:
        click.echo(use.what)
    if not uses:
        click.echo("和现在的一样。")


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁审的，记在 git 和操作记录里")
@click.option("--due", is_flag=True, help="把到了时间的都发布，到期的都退回；断在半路的也收拾好")
@click.option("--reason", default="", help="别的指南有问法会答得差了，为什么可以")
@click.option("--yes", is_flag=True, help="看过改动，发布")
def publish(number: int | None, who: str, due: bool, reason: str, yes: bool) -> None:
    """发布一份草稿：不写号码就列出等着的；写了号码先看改了什么、会动到什么，加 --yes 才发布。自己的问法答不上的不发布。"""
    from assistant.db import now
    from assistant.desk.listing import must_be_listed

    at, audit = desk()
    if due:
        for made in at.due(now()):
            click.echo(f"第 {made.id} 次发布：{made.reason}")
        return
    if number is None:
        _list(at)
        return
    draft = at.drafts.find(number)
    beside = at.drafts.beside(draft)
    samples = _tell(at, draft)
    refused = "检查没通过，改好了再发布。"
    if not yes:
        click.echo(refused if samples is None else f"没有发布。看好了就执行：daoban publish {number} --yes")
        return
    if samples is None:
        raise Refused(refused)
    must_be_listed(at.drafts, draft)
    samples.must(reason)
    done = at.approve(number, version=draft.version, beside=beside, reviewer=who)
    if samples.others:
        audit.note(who, "samples_despite", f"{draft.path} {reason}")
    if done is None:
        assert draft.publish_at is not None
        audit.note(who, "draft_approve", draft.path)
        click.echo(f"同意了，{draft.publish_at.astimezone(CHINA):%Y-%m-%d %H:%M} 自动发布。")
        return
    click.echo(f"发布了，这是第 {done.id} 次，提交 {(done.commit or '')[:12]}。正在跑的服务几秒内换上。")


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--only", is_flag=True, help="只撤销这一次，后来的不动")
@click.option("--who", default=COMMAND_LINE, show_default=True, help="谁退的，记在 git 和操作记录里")
@click.option("--reason", default="", help="为什么退")
def rollback(number: int | None, only: bool, who: str, reason: str) -> None:
    """退回到哪一次发布：不写号码就列出最近的；写了号码，那以后的全退掉（写 0 全退），加 --only 只撤销那一次。"""
    at, _ = desk()
    if number is None:
        for one in at.journal.all(20):
            told = one.fault or "、".join(one.files)
            click.echo(f"{one.id}  {one.at.astimezone(CHINA):%Y-%m-%d %H:%M}  {one.reviewer}  {one.reason}  {told}")
        return
    made = (at.undo if only else at.back_to)(number, who=who, reason=reason)
    click.echo(f"退好了，这是第 {made.id} 次发布：{'、'.join(made.files)}。正在跑的服务几秒内换上。")


def _path_of(folder: Path, file: Path) -> str:
    """Which file of the knowledge is meant by one of the same name elsewhere."""
    from assistant.desk.names import place

    refused: DaobanError | None = None
    for path in ("/".join(file.resolve().parts[-2:]), file.name, f"guides/{file.name}"):
        try:
            place(folder, path)
        except DaobanError as error:
            refused = error
        else:
            return path
    assert refused is not None
    raise refused


def _text_of(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{file.name} 不是 UTF-8 编码，请另存成 UTF-8 再交。") from error


def _in_china(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment as it was typed, by the clock on the wall."""
    return moment and moment.replace(tzinfo=CHINA)


def _list(at: Publishing) -> None:
    waiting = at.drafts.all()
    for draft in sorted(waiting, key=lambda one: one.id):
        who = "、".join(draft.hands)
        click.echo(f"{draft.id}  {draft.state.label}  {draft.path}  {who}  {draft.reason}")
    if not waiting:
        click.echo("没有草稿。")


def _tell(at: Publishing, draft: Draft) -> Samples | None:
    """Show what a draft and those that belong to it change and touch; the samples that fail, None where the check refuses it."""
    from assistant.desk.difference import difference
    from assistant.desk.impact import impact
    from assistant.desk.listing import wanted_with
    from assistant.desk.names import text_at
    from assistant.knowledge.finding import errors_in

    for one in at.drafts.together(draft):
        click.echo(f"{one.path}（{'、'.join(one.hands)}：{one.reason or '没写为什么'}）")
        for changed in difference(text_at(at.drafts.folder, one.path), one.wanted, one.path):
            click.echo(f"  {changed}")
    will_be = at.drafts.fitness_of(wanted_with(at.drafts, draft))
    if errors := errors_in(will_be.findings):
        for error in errors:
            click.echo(f"错误  {error}")
        return None
    before, equipment = finder()
    found = impact(before, at.drafts.fitness_of({}), will_be, equipment, at.drafts.engine)
    for use in found.uses:
        click.echo(f"会动到  {use.what}" + (f"：{len(use.guides)} 份指南" if use.guides else ""))
    for finding in found.new_findings:
        click.echo(f"新发现  {finding}")
    if found.checklists or found.cases:
        click.echo(f"最近 90 天的清单 {found.checklists} 张，没办完的办件 {len(found.cases)} 份")
    for words, changes in (
        ("自己写的问法，问不到这份指南", found.samples.own),
        ("别的指南的问法，会答得差了", found.samples.others),
        ("会答得好了", found.asked.gained if found.asked else ()),
    ):
        if changes:
            click.echo(f"{words}：")
            tell(changes)
    return found.samples
