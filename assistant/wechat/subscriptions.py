"""Notices of progress (进度通知): who follows a case in WeChat and asked to be told, is told when the case moves on.

To follow a case its number and the last four digits of the telephone are written to the account, as on the page /progress;
neither gets into the conversation. Then a word opts in, and a word opts out of everything. One template message tells that
the case moved and where it stands, once it has stood there for a few minutes (a mistake at the window is taken back sooner);
the message and the note that it was told are one transaction, so several processes tell it once. It holds the number of
the case and its state: no name, no telephone, no enterprise.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, String, cast, select
from sqlalchemy.orm import Session

from assistant.attempts import Attempts, TooMany
from assistant.cards import Card, Line, Section, words
from assistant.cases.durable import durable
from assistant.cases.progress import TRIES, EntryProgress, Progress, progress
from assistant.cases.reading import AT_ONCE, number_of
from assistant.cases.states import LABELS, OVER, State, of_case
from assistant.cases.store import Cases
from assistant.cases.tables import StoredCase, StoredEntry
from assistant.db import aware, now
from assistant.errors import NotFound, SettingsError
from assistant.timezone import CHINA
from assistant.wechat.outbox import post
from assistant.wechat.ratings import rating_card
from assistant.wechat.tables import StoredPerson

log = logging.getLogger("daoban.wechat")
LOOK_EVERY = 30.0  # seconds
STANDS_FOR = dt.timedelta(minutes=2)
CASES_AT_MOST = 20  # that one person follows

OPT_IN, OPT_OUT = "通知我", "退订"
OFFER = f"到了下一步要不要告诉您？回复“{OPT_IN}”就行，随时回复“{OPT_OUT}”不再通知。"
OPTED_IN = f"好，{{number}} 到了下一步，我在这里通知您。不想要了，回复“{OPT_OUT}”。"
OPTED_IN_ALREADY = f"{{number}} 有进展会通知您，不用再说。不想要了，回复“{OPT_OUT}”。"
WHICH = "先告诉我是哪一件：把办件编号和留的电话后四位一起发来，比如 20260302-0001 8000。"
OPTED_OUT = "好，不再通知了。想知道办到哪了，随时发办件编号和电话后四位来查。"
NEVER_OPTED_IN = "您没有订过通知，不会主动打扰您。"
NO_NOTICES = "这里还不能主动通知。想知道办到哪了，随时发办件编号和电话后四位来查。"
WHERE = "把办件编号和留的电话后四位一起发来，我给您查，比如 20260302-0001 8000。没留电话的，凭编号到窗口问。"
LAST_FOUR = "再把留的电话后四位一起发来，像这样：{number} 8000。"

_IN = re.compile(r"(请|要|可以|好的?|行)?[，,]?(通知我|告诉我进展|有进展(就)?(通知|告诉)我|订阅(通知|进度)?)[吧。！!]?")
_OUT = re.compile(r"(我要)?(退订|取消订阅|(不要|别|不用)(再)?(通知|提醒)(我)?(了)?)[吧。！!]?")
_WHERE = re.compile(r"(我的?(事|件|办件)?)?办到哪(一?步)?了[。？?]?")
_CASE = r"\D{0,16}(20\d{6}[-—– ]?\d{4})"  # and the words around it, so that it does not get into the conversation
_BOTH = re.compile(_CASE + r"\D{1,12}(?:1\d{6})?(\d{4})\D{0,12}")  # the four may be those of a whole telephone
_NUMBER = re.compile(_CASE + r"\D{0,10}")


@dataclass(frozen=True)
class Template:
    """A message template of the account: its id, and which of its fields hold the number of the case, the state, the time."""

    id: str
    number: str
    state: str
    time: str | None = None

    def body(self, number: str, label: str, at: dt.datetime, url: str) -> dict[str, Any]:
        """A template message without its addressee."""
        told = {self.number: number, self.state: label}
        if self.time:
            told[self.time] = f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        data = {name: {"value": value} for name, value in told.items()}
        return {"template_id": self.id, "data": data, **({"url": url} if url else {})}


def template_of(setting: str) -> Template | None:
    """The template that DAOBAN_WECHAT_TEMPLATE names; None where it names none, SettingsError where it cannot be read."""
    parts = [part.strip() for part in setting.replace("，", ",").split(",")]
    if parts == [""]:
        return None
    if len(parts) not in (3, 4) or not all(parts):
        raise SettingsError(
            "DAOBAN_WECHAT_TEMPLATE 要写成：模板编号,放办件编号的栏,放进度的栏,放时间的栏（时间可以不写）"
        )
    return Template(*parts)


class Subscriptions:
    """Who follows which case; `template` is None where we may not write first."""

    def __init__(
        self,
        engine: Engine,
        cases: Callable[[], Cases],
        template: Template | None,
        page: str = "",
        clock: Callable[[], dt.datetime] = now,
    ) -> None:
        self._engine = engine
        self._cases = cases
        self._template = template
        self._page = page  # the address that a notice opens
        self._clock = clock

    def said(self, openid: str, text: str) -> Card | None:
        """The answer to what is about progress or notices; None where the dialogue should have it."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if both := _BOTH.fullmatch(plain):
            return self._look(openid, number_of(both[1]), both[2])
        if number := _NUMBER.fullmatch(plain):
            return words(LAST_FOUR.format(number=number_of(number[1])))
        if _WHERE.fullmatch(plain):
            return words(WHERE)
        if _OUT.fullmatch(plain):
            return words(self._opt_out(openid))
        return words(self._opt_in(openid)) if _IN.fullmatch(plain) else None

    async def run(self) -> None:
        """Tell what is new, every half a minute; several processes may do so."""
        while True:
            try:
                await asyncio.to_thread(self.tell)
            except Exception as error:  # whatever it is, the next round tries again; its words could hold an openid
                log.error("notices could not be written, trying again: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)

    def tell(self) -> int:
        """Put a notice of every case that moved on into the outbox; gives how many."""
        if self._template is None:
            return 0
        some = cast(StoredPerson.subscriptions, String) != "{}"
        with Session(self._engine) as session:
            asked = session.execute(
                select(StoredPerson.openid, StoredPerson.subscriptions).where(StoredPerson.subscribed, some)
            ).all()
            standing = self._standing(session, {number for _, kept in asked for number in kept.get("cases", {})})
        return sum(
            self._told(openid, standing)
            for openid, kept in asked
            if any(
                number not in standing or standing[number].label != label
                for number, label in kept.get("cases", {}).items()
            )
        )

    def _told(self, openid: str, standing: dict[str, _Standing]) -> int:
        """Notices to one person, and what they were told, in one transaction."""
        assert self._template is not None
        at, count = self._clock(), 0
        with durable(self._engine) as session:
            person = session.get(StoredPerson, openid, with_for_update=True)
            if person is None:
                return 0
            told = dict(person.subscriptions.get("cases", {}))
            for number, label in list(told.items()):
                stands = standing.get(number)
                if stands is None:
                    del told[number]  # erased, or never there
                elif stands.label != label and at - stands.since >= STANDS_FOR:
                    body = self._template.body(number, stands.label, stands.since, self._page)
                    post(session, openid, body, at, notice=_key(openid, number, stands.version))
                    count += 1
                    if stands.over:
                        del told[number]
                    else:
                        told[number] = stands.label
            person.subscriptions = {**person.subscriptions, "cases": told} if told else {}
        return count

    def _look(self, openid: str, number: str, last_four: str) -> Card:
        """Where a case stands, for whoever knows the last four digits; remembered, so that they can opt in."""
        tries = Attempts(self._engine)
        try:
            tried = tries.count(TRIES, f"wechat:{openid}", f"case:{number}")
            found = progress(self._cases(), number, last_four)
        except (TooMany, NotFound) as error:
            return words(str(error))
        tries.take_back(tried)
        return _card(found, OFFER if self._offered(openid, found) else "")

    def _offered(self, openid: str, found: Progress) -> bool:
        """Whether they can opt in to this case, which is then the one that they mean."""
        if self._template is None or found.label in {LABELS[state] for state in OVER}:
            return False
        with durable(self._engine) as session:
            person = session.get(StoredPerson, openid, with_for_update=True)
            if person is None or found.number in person.subscriptions.get("cases", {}):
                return False
            person.subscriptions = {**person.subscriptions, "offered": found.number, "label": found.label}
        return True

    def _opt_in(self, openid: str) -> str:
        """Tell of the case that was looked at last."""
        if self._template is None:
            return NO_NOTICES
        with durable(self._engine) as session:
            person = session.get(StoredPerson, openid, with_for_update=True)
            kept = person.subscriptions if person else {}
            number, told = kept.get("offered"), dict(kept.get("cases", {}))
            if person is None or number is None:
                return OPTED_IN_ALREADY.format(number="、".join(told)) if told else WHICH
            newest = dict(list(told.items())[1 - CASES_AT_MOST :])
            person.subscriptions = {"cases": {**newest, number: kept["label"]}}
        return OPTED_IN.format(number=number)

    def _opt_out(self, openid: str) -> str:
        """Tell of nothing any more."""
        with durable(self._engine) as session:
            person = session.get(StoredPerson, openid, with_for_update=True)
            if person is None or not person.subscriptions.get("cases"):
                return NEVER_OPTED_IN
            person.subscriptions = {}
        return OPTED_OUT

    @staticmethod
    def _standing(session: Session, numbers: set[str]) -> dict[str, _Standing]:
        """Where these cases stand, those that are there and not erased."""
        wanted = sorted(numbers)
        found: dict[str, list[Any]] = {}
        columns = StoredCase.number, StoredCase.version, StoredEntry.state, StoredEntry.since
        query = select(*columns).join(StoredEntry, StoredEntry.case_id == StoredCase.id)
        for start in range(0, len(wanted), AT_ONCE):
            some = StoredCase.number.in_(wanted[start : start + AT_ONCE]), StoredCase.erased_at.is_(None)
            for row in session.execute(query.where(*some)):
                found.setdefault(row.number, []).append(row)
        return {number: _Standing.of(rows) for number, rows in found.items()}


@dataclass(frozen=True)
class _Standing:
    """Where a case stands, in which version, since when."""

    state: State
    version: int
    since: dt.datetime

    @classmethod
    def of(cls, entries: Iterable[Any]) -> _Standing:
        """The case that has these entries."""
        rows = list(entries)
        since = max(aware(row.since) for row in rows)
        return cls(of_case(State(row.state) for row in rows), rows[0].version, since)

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self.state]

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in OVER


def _key(openid: str, number: str, version: int) -> str:
    """The number of a notice, by which neither we nor WeChat send it twice."""
    return hashlib.blake2b(f"{openid}:{number}:{version}".encode(), digest_size=16).hexdigest()


def _card(found: Progress, offer: str) -> Card:
    """Where a case stands, what its applicant has to bring, the offer to tell them, and 好差评 once something is decided."""
    asked = (
        Section(heading=f"请补材料（{one.number}）", lines=tuple(Line(text=line) for line in one.lines))
        for one in found.asked
    )
    offered = (Section(lines=(Line(text=offer),)),) if offer else ()
    rating = rating_card(found.number) if found.can_rate else Card(kind="question")
    return Card(
        kind="progress",
        title=f"办件 {found.number}：{found.label}",
        sections=(*map(_section, found.entries), *asked, *offered, *rating.sections),
        choices=rating.choices,
    )


def _section(one: EntryProgress) -> Section:
    due = f"最晚{one.due.month}月{one.due.day}日办完。" if one.due else ""
    lines = [f"{one.label}（{one.since.month}月{one.since.day}日起）", f"{one.words}{due}"]
    if one.mailing:
        lines.append(f"{one.mailing.carrier} {one.mailing.number}")
    return Section(heading=one.name, lines=tuple(Line(text=line) for line in lines))
