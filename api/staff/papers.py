"""The papers of cases: receipt, 一次性告知书, 交接单, and the report for the meeting, as PDF, Word or Excel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import Query, Response

from api.auth import AT_THE_WINDOW, role
from api.files import download
from api.staff.counter import AtCounter, Counter
from api.staff.notices import notice_of
from api.staff.report import SEES_REPORT, made_of, period_of
from api.staff.shell import new_router
from assistant.forms.fill import FOLDER
from assistant.render.case_papers import as_docx, as_pdf
from assistant.render.case_words import Paper, handover_sheet, meeting_report, one_time_notice, receipt

router = new_router()
AT = [role(*AT_THE_WINDOW)]
Kind = Literal["pdf", "docx"]
Words = Annotated[str, Query(max_length=100)]


@router.get("/cases/{number}/receipt.{kind}", dependencies=AT)
def receipt_paper(at: AtCounter, number: str, kind: Kind, big: bool = False) -> Response:
    """What was handed in and what happens now, for the applicant to take along."""
    case = at.cases.find(number)
    return _file(at, receipt(case, at.progress_of(case), at.cases.today), kind, big=big)


@router.get("/cases/{number}/notices/{notice}.{kind}", dependencies=AT)
def notice_paper(at: AtCounter, number: str, notice: int, kind: Kind, big: bool = False) -> Response:
    """The notice, with its number, a QR and places for signatures."""
    case = at.cases.find(number)
    return _file(at, one_time_notice(case, notice_of(case, notice), at.progress_of(case)), kind, big=big)


@router.get("/handover.{kind}", dependencies=AT)
def handover_paper(at: AtCounter, kind: Kind, day: dt.date, department: Words = "") -> Response:
    """What goes to one department on a day."""
    handed = at.cases.submitted(day).get(department, ())
    return _file(at, handover_sheet(department, day, handed, at.cases.calendar()), kind)


@router.get("/report.{kind}", dependencies=[role(*SEES_REPORT)])
def report_paper(at: AtCounter, kind: Literal["pdf", "docx", "xlsx"], first: str = "", last: str = "") -> Response:
    """The report of a period."""
    made = made_of(at, *period_of(first, last, at.cases.today))
    paper = meeting_report(made)
    if kind != "xlsx":
        return _file(at, paper, kind)
    from assistant.render.case_workbook import workbook  # its library is large, and few ask for Excel

    return download(workbook(made), f"{paper.name}.xlsx", opened=True)


def _file(at: Counter, paper: Paper, kind: Kind, *, big: bool = False) -> Response:
    templates = at.screen.parts.settings.knowledge / FOLDER
    content = as_pdf(paper, big=big) if kind == "pdf" else as_docx(paper, templates)
    return download(content, f"{paper.name}.{kind}", opened=True)
