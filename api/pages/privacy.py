"""您说的话怎么管: what is kept of a person, how long, how it is erased and who is asked, in plain words."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Parts
from api.pages.html import page
from assistant.cases.keeping import KEPT_YEARS
from assistant.handover import GOOD_FOR
from assistant.wrong_facts import KEPT_DAYS as KEPT_REPORTS

router = APIRouter()


@router.get("/privacy")
def privacy(request: Request, parts: Parts) -> HTMLResponse:
    """The times are those that are kept to, not words of this page."""
    settings = parts.settings
    return page(
        request,
        "privacy.html",
        talk_days=settings.kept_days,
        report_days=KEPT_REPORTS,
        code_hours=int(GOOD_FOR.total_seconds() // 3600),
        case_years=KEPT_YEARS,
        wechat=parts.wechat is not None,
    )
