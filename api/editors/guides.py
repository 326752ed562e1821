"""The shelf: all guides with what is known of them, found by words and by filters that are links."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse

from api.editors.desk import AT, AtDesk, EditorsDesk, engine_of, new_router
from api.editors.shelf import Wish, filters
from api.staff.look_up import names
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.drafts import OPEN
from assistant.desk.shelf import chosen, shelf, with_figures
from assistant.knowledge.coverage import ELEMENTS
from assistant.staff.lookup import Match
from assistant.text import cleaned

router = new_router()
Words = Annotated[str, Query(max_length=120)]
MOST = 60  # guides that words may lead to
FILES = {
    "catalog.yaml": "部门、地区、窗口、事项、本地规定",
    "general.yaml": "每份指南都用得上的话",
    "materials.yaml": "很多事项都要的材料",
    "sources.yaml": "依据：法律和文件",
    "confusions.yaml": "容易弄混的叫法",
    "redirects.yaml": "不是许可证的事去哪办",
    "acts.yaml": "延续、变更、补办去哪办",
    "unlisted.yaml": "不在清单上的证",
    "industries.yaml": "各行各业通常有哪些证",
    "procedures.yaml": "一件事的先后",
    "situations.yaml": "要问清的情形",
    "enterprise_types.yaml": "企业类型",
    "holidays.yaml": "放假和调休",
    "demo/catalog.yaml": "编出来的示例市",
}


@router.get("", dependencies=AT)
def guides(
    at: AtDesk,
    q: Words = "",
    department: Words = "",
    state: Words = "",
    missing: Words = "",
    stale: Words = "",
    order: Words = "",
) -> HTMLResponse:
    """The guides that fit; all of them where nothing is wished."""
    wish = Wish(cleaned(q), department, state, missing if missing in ELEMENTS else "", stale and "1", order)
    drafts = at.drafts.all(OPEN)
    rows = with_figures(shelf(at.screen.parts.finder, at.drafts.folder, drafts), wish.order, engine_of(at.screen))
    today = day_of(now())
    known = set(at.drafts.paths())
    return at.page(
        "editors/guides.html",
        wish=wish,
        rows=chosen(rows, wish, today, _named(at, wish.q)),
        total=len(rows),
        filters=filters(rows, wish, today),
        today=today,
        files=[(path, told) for path, told in FILES.items() if path in known],
        questions=[path for path in at.drafts.paths() if path.startswith("questions/")],
        drafts={one.path: one for one in drafts},
    )


def _named(at: EditorsDesk, words: str) -> list[str] | None:
    """The ids of the guides whose names the words are or begin, letters count; else of those they may mean. None: no words."""
    if not words:
        return None
    found = [one for one in names(at.screen.parts.finder).find(words, MOST) if one.kind == "guide"]
    return [one.id for one in found if one.match < Match.MEANT] or [one.id for one in found]
