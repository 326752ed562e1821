"""The public list of guides (公示清单) in three orders with a search, and each guide as one page to print."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import Parts, Service
from api.pages.html import address, page
from assistant.guide_card import guide_card
from assistant.knowledge.whole import Knowledge
from assistant.render.html import by_letter
from assistant.text import MAX_LENGTH, cleaned

router = APIRouter()

Order = Literal["dept", "trade", "letter"]
FOUND = 12
ELSEWHERE = "执照、税、社保和常见疑问"


@router.get("/guides")
def index(request: Request, parts: Parts, by: str = "dept", q: str = "") -> HTMLResponse:
    """All guides by department, trade or letter; with `q` the nearest ones, best first."""
    knowledge = parts.knowledge
    order: Order = by if by in ("trade", "letter") else "dept"  # type: ignore[assignment]
    question = cleaned(q)[:MAX_LENGTH]
    found = [hit.id for hit in parts.finder.rank(question, FOUND) if hit.id in knowledge.guides] if question else []
    return page(
        request,
        "guides.html",
        knowledge=knowledge,
        by=order,
        q=question,
        found=found,
        shelves=[] if question else SHELVES[order](knowledge),
    )


@router.get("/guides/{guide_id}")
def guide(request: Request, parts: Parts, guide_id: str, region: str = "") -> Response:
    """One guide in full; an old id leads to the new one."""
    knowledge = parts.knowledge
    if guide_id in knowledge.old_ids:
        return RedirectResponse(f"/guides/{knowledge.old_ids[guide_id]}", status_code=301)
    here = knowledge.regions.get(region)
    card = guide_card(knowledge, guide_id, region=here.id if here else None)
    return page(
        request,
        "guide.html",
        knowledge=knowledge,
        guide=knowledge.guide(guide_id),
        guide_id=guide_id,
        card=card,
        department=knowledge.department_of(guide_id),
        region=here,
        places=places(parts),
        related=[other for other in knowledge.guide(guide_id).related if other in knowledge.guides],
        address=address(request, parts),
    )


def places(parts: Service) -> list[tuple[str, str, bool]]:
    """The counties to choose from: id, name, whether it is a fictional one."""
    return [(r.id, r.name, r.demo) for r in parts.knowledge.counties(demo=True)]


def _by_department(knowledge: Knowledge) -> list[tuple[str, str, list[str]]]:
    shelves = [
        (
            department.id,
            department.name,
            [item.id for item in knowledge.items_of(department.id) if item.id in knowledge.guides],
        )
        for department in knowledge.departments.values()
    ]
    return [shelf for shelf in shelves if shelf[2]] + [_topics(knowledge)]


def _by_trade(knowledge: Knowledge) -> list[tuple[str, str, list[str]]]:
    shelves = []
    for trade in knowledge.industries.values():
        usual = dict.fromkeys((*trade.must_have, *trade.may_have))
        shelves.append((trade.id, trade.name, [guide_id for guide_id in usual if guide_id in knowledge.guides]))
    return [shelf for shelf in shelves if shelf[2]]


def _by_letter(knowledge: Knowledge) -> list[tuple[str, str, list[str]]]:
    names = [(guide_id, knowledge.name_of(guide_id)) for guide_id in knowledge.guides]
    return [(letter, letter, ids) for letter, ids in by_letter(names).items()]


def _topics(knowledge: Knowledge) -> tuple[str, str, list[str]]:
    return ("topics", ELSEWHERE, [topic for topic in knowledge.topics if topic in knowledge.guides])


SHELVES = {"dept": _by_department, "trade": _by_trade, "letter": _by_letter}
