"""`daoban unanswered`: what people asked in vain, and from each of it in one step a draft, or the reason why there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.desk.terminal import COMMAND_LINE, desk, finder, tell
from assistant.errors import Refused
from assistant.timezone import CHINA

if TYPE_CHECKING:
    from assistant.desk.drafts import Drafts
    from assistant.desk.steps import Proposed
    from assistant.desk.unanswered import Group, Step, Unanswered
    from assistant.retrieval.equipment import Equipment
    from assistant.retrieval.finder import Finder

SHOWN = 5  # wordings of one group
SETTLED = 50  # of what was done
who_does_it = click.option("--who", default=COMMAND_LINE, show_default=True, help="谁办的，记在草稿和处理记录里")
looked_at = click.option("--yes", is_flag=True, help="看过会怎样，写进草稿")
the_id = click.option("--id", "own", default="", help="编号，小写拼音加“-”；不写就用名称的拼音")


@dataclass
class Inbox:
    """The questions of the last days, and what the steps need."""

    days: int

    @cached_property
    def kept(self) -> Unanswered:
        """The questions in the database."""
        from assistant.desk.unanswered import Unanswered

        return Unanswered(self.drafts.engine)

    @cached_property
    def drafts(self) -> Drafts:
        """What the steps write into."""
        return desk()[0].drafts

    @cached_property
    def looking(self) -> tuple[Finder, Equipment]:
        """The finder over what is served, and what it works with."""
        return finder()

    def groups(self) -> list[Group]:
        """Those that wait, the largest first."""
        from assistant.db import now

        before, equipment = self.looking
        return self.kept.groups(before, equipment.encoder, now() - dt.timedelta(days=self.days))

    def group(self, question: str) -> Group:
        """The group that a question is of; Refused where it waits no more."""
        from assistant.desk.unanswered import key_of

        wanted = key_of(question)
        found = next((group for group in self.groups() if any(one.key == wanted for one in group.questions)), None)
        if found is None:
            raise Refused(
                f"最近 {self.days} 天没答上的里没有“{question}”，可能处理过了。用 daoban unanswered 列出来照着写。"
            )
        return found


at_the_inbox = click.make_pass_decorator(Inbox)


@click.group(invoke_without_command=True)
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366), help="看最近多少天的")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="导成文件，以 .csv 或 .xlsx 结尾")
@click.pass_context
def unanswered(context: click.Context, days: int, out: Path | None) -> None:
    """列出没答上、反问了、被说答错的问题，意思一样的归成一组；号码、姓名都隐去。后面写一步，就处理其中一组。"""
    inbox = context.obj = Inbox(days)
    if context.invoked_subcommand:
        return
    if out:
        _write(inbox, out)
        return
    groups = inbox.groups()
    for group in groups:
        why = "，".join(f"{one.label} {times}" for one, times in group.why.items())
        click.echo(f"{group.times:>4}  {group.text}（{why}）")
        for one in group.questions[1:SHOWN]:
            click.echo(f"      {one.text}（{one.times}）")
    if not groups:
        click.echo(f"最近 {days} 天都答上了。")


def _write(inbox: Inbox, out: Path) -> None:
    from assistant.cases.changing import day_of
    from assistant.db import now
    from assistant.desk.report import as_csv, as_workbook

    write = {".csv": as_csv, ".xlsx": as_workbook}.get(out.suffix.lower())
    if write is None:
        raise click.BadParameter("文件名要以 .csv 或 .xlsx 结尾")
    groups, last = inbox.groups(), day_of(now())
    out.write_bytes(write(groups, last - dt.timedelta(days=inbox.days), last))
    click.echo(f"写好了：{out}，{len(groups)} 组。")


@unanswered.command()
@click.argument("question")
@click.argument("guide")
@click.argument("names", nargs=-1, required=True)
@who_does_it
@looked_at
@at_the_inbox
def alias(inbox: Inbox, question: str, guide: str, names: tuple[str, ...], who: str, yes: bool) -> None:
    """给指南加叫法：写上问题、指南的编号、人家怎么叫它；先看会怎样，加 --yes 才写进草稿。"""

    from assistant.desk import steps
    from assistant.desk.unanswered import Step

    _do(inbox, question, Step.ALIAS, steps.add_to_guide(inbox.drafts, guide, steps.ALIASES, names), who, yes)


@unanswered.command()
@click.argument("question")
@click.argument("guide")
@click.argument("samples", nargs=-1)
@who_does_it
@looked_at
@at_the_inbox
def sample(inbox: Inbox, question: str, guide: str, samples: tuple[str, ...], who: str, yes: bool) -> None:
    """给指南加问法：不写问法就加这句问题本身；先看会怎样，加 --yes 才写进草稿。"""
    from assistant.desk import steps
    from assistant.desk.unanswered import Step

    proposed = steps.add_to_guide(inbox.drafts, guide, steps.SAMPLES, samples or (question,))
    _do(inbox, question, Step.SAMPLE, proposed, who, yes)


@unanswered.command()
@click.argument("question")
@click.argument("name")
@click.argument("samples", nargs=-1)
@click.option("--reply", help="还没写过的手续：去哪办，照这样答")
@click.option("--word", "words", multiple=True, help="还没写过的手续：人家怎么叫它，可写多次；不写就是它的名称")
@the_id
@who_does_it
@looked_at
@at_the_inbox
def redirect(
    inbox: Inbox,
    question: str,
    name: str,
    samples: tuple[str, ...],
    reply: str | None,
    words: tuple[str, ...],
    own: str,
    who: str,
    yes: bool,
) -> None:
    """指到别处：写上问题、是哪样手续（写过的写编号或名称；没写过的写名称，加 --reply）；加 --yes 才写进草稿。"""
    from assistant.desk import steps
    from assistant.desk.unanswered import Step

    asked = samples or (question,)
    known = inbox.looking[0].knowledge.redirects.values()
    there = next((one.id for one in known if name in (one.id, one.name)), None)
    if there is None and reply is None:
        raise Refused(f"还没写过“{name}”这样手续。加 --reply 写上去哪办，就新写一样。")
    if there is not None and reply is not None:
        raise Refused(f"“{name}”已经写过了，去哪办照原来的答，不用写 --reply。")
    if there is not None:
        proposed = steps.add_to_redirect(inbox.drafts, there, asked)
    else:
        proposed = steps.begin_redirect(inbox.drafts, name, words or (name,), reply or "", asked, own)
    _do(inbox, question, Step.REDIRECT, proposed, who, yes, name)


@unanswered.command()
@click.argument("question")
@click.argument("name")
@click.argument("samples", nargs=-1)
@click.option("--department", required=True, help="归哪个部门（编号或名称）")
@the_id
@who_does_it
@looked_at
@at_the_inbox
def guide(
    inbox: Inbox, question: str, name: str, samples: tuple[str, ...], department: str, own: str, who: str, yes: bool
) -> None:
    """新写一份指南的草稿，样样待核：写上问题、指南的名称；交审时自己在目录里添上。加 --yes 才写进草稿。"""
    from assistant.cases.changing import day_of
    from assistant.db import now
    from assistant.desk import steps
    from assistant.desk.unanswered import Step

    known = inbox.looking[0].knowledge.departments.values()
    owner = next((one.name for one in known if department in (one.id, one.name)), None)
    if owner is None:
        raise Refused(f"没有“{department}”这个部门，可以写：{'、'.join(one.id for one in known)}")
    proposed = steps.begin_guide(inbox.drafts, name, owner, samples or (question,), day_of(now()), own)
    _do(inbox, question, Step.GUIDE, proposed, who, yes, name)


@unanswered.command()
@click.argument("question")
@click.option("--reason", required=True, help="为什么不用管，以后的人要看")
@who_does_it
@at_the_inbox
def ignore(inbox: Inbox, question: str, reason: str, who: str) -> None:
    """这一组不用管：写上为什么，以后不再列出来。"""
    from assistant.desk.unanswered import Step

    group = inbox.group(question)
    inbox.kept.settle(group.questions, Step.IGNORE, who, reason=reason)
    click.echo(f"以后不再列出：{'、'.join(one.text for one in group.questions)}")


@unanswered.command()
@at_the_inbox
def done(inbox: Inbox) -> None:
    """列出处理过的，最近的在前。"""
    settled = inbox.kept.settled(SETTLED)
    for one in settled:
        what = "：".join(filter(None, (one.step.label, one.about or one.reason)))
        click.echo(f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}  {one.who}  “{one.text}”  {what}")
    if not settled:
        click.echo("还没处理过。")


@unanswered.command()
@click.argument("question")
@at_the_inbox
def again(inbox: Inbox, question: str) -> None:
    """把处理过的一句放回去，重新列出来。"""
    from assistant.desk.unanswered import key_of

    inbox.kept.again(key_of(question))
    click.echo("放回去了。")


def _do(inbox: Inbox, question: str, step: Step, proposed: Proposed, who: str, yes: bool, name: str = "") -> None:
    """Show what a step would do: who would now find it, who would be lost; with `yes` it is done."""
    from assistant.desk import steps
    from assistant.desk.effect import effect
    from assistant.retrieval.renewing import previewed

    group = inbox.group(question)
    before, equipment = inbox.looking
    known = before.knowledge
    after = previewed(before, steps.as_if_published(known, proposed), equipment)
    asked = [one.text for one in group.questions]
    found = effect(before, after, asked, proposed.phrases, [proposed.about])
    entry = known.guides.get(proposed.about) or known.redirects.get(proposed.about)
    about = entry.name if entry else name
    click.echo(f"{about}：{step.label}“{'”“'.join(proposed.phrases)}”")
    tell(found.asked)
    for words, changes in (("原来找得到的，会答得差了", found.lost), ("还有这些，会答得更好", found.gained)):
        if changes:
            click.echo(f"{words}：")
            tell(changes)
    if not found.lost:
        click.echo(f"挑了最可能受影响的 {found.looked_at} 句别的问法试过，没有一句找丢。")
    if not yes:
        click.echo("还没有写。看好了加上 --yes 再运行一次。")
        return
    draft = steps.keep(inbox.drafts, proposed, who=who, reason=f"有人问“{group.text}”，没答上")
    inbox.kept.settle(group.questions, step, who, about=about, draft=draft.id)
    click.echo(
        f"写进了草稿 {draft.id} 号（{draft.path}）。写好了交审：daoban propose --draft {draft.id} --reason 为什么"
    )
