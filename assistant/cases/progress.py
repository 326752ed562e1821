"""Progress (进度): what the applicant sees by the number of the case and the last four digits of the telephone."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.attempts import Limit
from assistant.cases.changing import day_of
from assistant.cases.clocks import handling_due
from assistant.cases.model import FAULTS, Case, Mailing, Rating
from assistant.cases.states import WITH_DEPARTMENT, State
from assistant.cases.store import Cases
from assistant.errors import NotFound

# For the page to count, by address, conversation and case number: four digits are soon guessed without it. Only wrong tries
# count; in a hall many mistype, and a machine there has of each case no more tries than anybody.
TRIES = Limit(
    "progress", 10, dt.timedelta(minutes=15), "查的次数多了，请过一刻钟再查，也可以打电话问窗口。", address=100
)
UNKNOWN = "没有查到。请看看编号和电话后四位有没有填错；没留电话的，凭编号到窗口问。"

NEXT = {
    State.REGISTERED: "窗口已经收下，正等着审。",
    State.GUIDED: "这一项由您自己去办，地址和材料看注销清单。",
    State.REVIEWING: "窗口正在看材料。",
    State.CORRECTING: "请照告知书把材料补齐，一次补全就接着办。",
    State.DONE_AT_WINDOW: "窗口已经办完。",
    State.SUBMITTED: "材料已经代您交给部门。",
    State.IN_DEPARTMENT: "部门正在办。",
    State.GRANTED: "部门已经办完，窗口去领证明。",
    State.REFUSED: "部门没有同意，窗口会把理由告诉您。",
    State.COLLECTED: "证明已经领回，可以来取，也可以给您寄。",
    State.MAILED: "证明已经寄出。",
    State.FETCHED: "证明已经取走。",
    State.ARCHIVED: "都办完了。",
    State.WITHDRAWN: "这一项已经撤回，不办了。",
}


@dataclass(frozen=True)
class EntryProgress:
    """One entry: where it stands, since when, what that means, and the last day of its limit while it is with a department."""

    name: str
    state: State
    label: str
    since: dt.date
    words: str
    due: dt.date | None = None
    mailing: Mailing | None = None


@dataclass(frozen=True)
class Asked:
    """A notice that waits for the applicant: its number and its lines in words."""

    number: str
    on: dt.date
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """What the applicant sees: no name, no telephone, no code, nobody of the staff."""

    number: str
    label: str
    opened_on: dt.date
    entries: tuple[EntryProgress, ...]
    asked: tuple[Asked, ...]
    can_rate: bool


def progress(cases: Cases, number: str, last_four: str) -> Progress:
    """The progress of a case; NotFound, in the same words, for a wrong number, wrong digits, and a case without a telephone."""
    case = _case(cases, number, last_four)
    calendar = cases.calendar()
    return Progress(
        number=case.number,
        label=case.label,
        opened_on=day_of(case.opened_at),
        entries=tuple(
            EntryProgress(
                name=one.name,
                state=one.state,
                label=one.label,
                since=day_of(one.since),
                words=NEXT[one.state],
                due=handling_due(one, calendar, cases.today) if one.state in WITH_DEPARTMENT else None,
                mailing=one.mailing,
            )
            for one in case.entries
        ),
        asked=tuple(
            Asked(
                one.number,
                day_of(one.at),
                tuple(f"{line.name}（{FAULTS[line.fault]}）{line.words}".strip() for line in one.lines),
            )
            for one in case.notices
            if one.open
        ),
        can_rate=any(one.decided for one in case.entries) and not cases.is_rated(case.number),
    )


def rate(cases: Cases, number: str, last_four: str, level: int, reasons: Sequence[str] = (), words: str = "") -> Rating:
    """A rating by whoever may see the progress."""
    return cases.rate(_case(cases, number, last_four).number, level, reasons, words)


def _case(cases: Cases, number: str, last_four: str) -> Case:
    try:
        case, contact = cases.find(number), cases.contact(number)
    except NotFound:
        raise NotFound(UNKNOWN) from None
    given = "".join(character for character in last_four if character.isdecimal())
    if contact is None or not hmac.compare_digest(contact.phone[-4:].encode(), given.encode()):
        raise NotFound(UNKNOWN)
    return case
