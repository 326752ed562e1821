"""A guide as it was, or as it will be, on a day: beside what has changed between then and now."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse

from api.editors.desk import AT, ONE_AT_A_TIME, AtDesk, new_router
from api.editors.faces import faces
from api.editors.preview import Preview
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.as_of import AsOf, as_of
from assistant.desk.uses import uses_of
from assistant.errors import NotFound, Refused
from assistant.guide_card import guide_card

router = new_router()
Word = Annotated[str, Query(max_length=120)]


@router.get("/as-of", dependencies=AT)
def of_a_day(at: AtDesk, guide: Word = "", day: Word = "", region: Word = "") -> HTMLResponse:
    """What differs between a day and now, in the whole knowledge, and one guide as it was seen then."""
    today = day_of(now())
    told: dict[str, Any] = {"day": day or today.isoformat(), "guide": guide, "found": None, "uses": [], "wrong": ""}
    seen: Preview | None = None
    try:
        if day:
            with ONE_AT_A_TIME:
                found = as_of(at.publishing, day_typed(day))
            uses = uses_of(found.knowledge, at.screen.parts.knowledge)
            told |= {"found": found, "uses": [one.what for one in uses]}
            seen = _guide(found, guide, region) if guide else None
    except (Refused, NotFound) as refused:
        told["wrong"] = str(refused)
    guides = [(own, one.name) for own, one in at.screen.parts.knowledge.guides.items()]
    status = 422 if told["wrong"] else 200
    told |= {"guides": guides, "today": today.isoformat(), **faces(at.screen, seen, region)}
    return at.page("editors/as_of.html", status=status, **told)


def _guide(found: AsOf, guide: str, region: str) -> Preview:
    knowledge = found.knowledge
    if guide not in knowledge.guides:
        return Preview(guide, knowledge, why="那一天还没有这份指南。")
    return Preview(
        guide, knowledge, guide_card(knowledge, guide, region=region if region in knowledge.regions else None)
    )


def day_typed(typed: str) -> dt.date:
    """A day as a date field sends it; Refused for whatever is none."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        raise Refused("日期请写成 2026-12-01 这样。") from None
