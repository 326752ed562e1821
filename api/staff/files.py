"""Files (档案): one for each enterprise with all its cases; found by any field, handed out, erased when their time is over."""

from __future__ import annotations

import json

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import AT_THE_WINDOW, role
from api.files import download
from api.staff.counter import AtCounter, Counter
from api.staff.filled import Form as Fields
from api.staff.shell import new_router, to
from assistant.cases.keeping import KEPT_YEARS, Keeping
from assistant.errors import NotFound, Refused
from assistant.staff.roles import Role

router = new_router()
AT = [role(*AT_THE_WINDOW)]
KEEPS = [role(Role.HEAD)]
SHOWN = 50


@router.get("/files", dependencies=AT)
def look(at: AtCounter) -> HTMLResponse:
    """The box; what is typed there never stands in an address, as it may be a name or a telephone."""
    return at.page("staff/case_files.html", typed="", found=(), most=SHOWN)


@router.post("/files", dependencies=AT)
def find(at: AtCounter, filled: Fields) -> HTMLResponse:
    """The cases in which every word occurs in some field."""
    typed = filled.text("q", 100)
    found = at.cases.search(typed, limit=SHOWN)
    at.screen.note("case_searched", f"{len(found)} found")
    return at.page("staff/case_files.html", typed=typed, found=found, most=SHOWN)


@router.get("/files/{enterprise}", dependencies=AT)
def file(at: AtCounter, enterprise: int) -> HTMLResponse:
    """The file of one enterprise: all its cases."""
    return _file(at, enterprise)


@router.get("/files/{enterprise}/export", dependencies=KEEPS)
def export(at: AtCounter, enterprise: int) -> Response:
    """The whole file with all that happened, to hand out; who takes it is noted."""
    told = _keeping(at).exported(enterprise)
    if not told["档案"]:
        raise NotFound("没有这家企业的档案。")
    at.screen.note("case_file_exported", f"enterprise {enterprise}")
    body = json.dumps(told, ensure_ascii=False, indent=2)
    return download(body, f"代办服务档案-{enterprise}.json")


@router.post("/files/{enterprise}/erase", dependencies=KEEPS)
def erase(at: AtCounter, enterprise: int, filled: Fields) -> Response:
    """Whatever tells of persons in one closed case; the figures stay."""
    number = filled.text("number", 20)
    try:
        _keeping(at).erase(number, by=at.by)
    except Refused as refused:
        return _file(at, enterprise, wrong=str(refused))
    at.screen.note("case_erased", number)
    return to(f"/staff/files/{enterprise}")


def _file(at: Counter, enterprise: int, wrong: str = "") -> HTMLResponse:
    found = at.cases.of_enterprise(enterprise)
    if not found:
        raise NotFound("没有这家企业的档案。")
    keeps = at.screen.role is Role.HEAD
    told = {"keeps": keeps, "years": KEPT_YEARS, "due": set(_keeping(at).due()) if keeps else set()}
    status = 422 if wrong else 200
    return at.page(
        "staff/case_file.html", status=status, cases=found, enterprise=found[0].enterprise, wrong=wrong, **told
    )


def _keeping(at: Counter) -> Keeping:
    return Keeping(at.cases, at.scans)
