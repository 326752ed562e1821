"""这条信息不对: one tap from every fact to a small form; nobody has to say who they are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import Parts, Service
from api.pages.desk import Lists, Reports, Tries, Visitor
from api.pages.html import page, too_many
from api.pages.talk import Talk, whose
from assistant.attempts import REPORTS, TooMany
from assistant.checklist.model import Checklist, Entry
from assistant.errors import NotFound, Refused
from assistant.issued import IssuedChecklists
from assistant.render.paper import days
from assistant.wrong_facts import FAULTS, LONGEST, Fact

router = APIRouter()

WHOLE = "这件事的别的说法"
OF_A_GUIDE = ("去哪办、地址", "电话", "办公时间", "要带的材料", "怎么一步步办", "多久办完", "收费", WHOLE)


@router.get("/wrong")
def ask(request: Request, parts: Parts, lists: Lists, guide: str = "", of: str = "", fact: str = "") -> HTMLResponse:
    """Which fact is wrong, and how; the facts as the checklist `of` shows them, else those of the guide."""
    facts = _facts(parts, lists, guide, of)
    chosen = fact if fact in {one.label for one in facts} else ""
    return page(request, "wrong.html", kept=False, **_form(guide, of, facts, chosen))


@router.post("/wrong")
def report(
    request: Request,
    parts: Parts,
    lists: Lists,
    reports: Reports,
    tries: Tries,
    visitor: Visitor,
    talk: Talk = None,
    guide: Annotated[str, Form()] = "",
    of: Annotated[str, Form()] = "",
    fact: Annotated[str, Form()] = "",
    fault: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Keep the report, say thanks and what comes next; the form again where something is missing."""
    facts = _facts(parts, lists, guide, of)
    chosen = next((one for one in facts if one.label == fact), None)
    shown = _form(guide, of, facts, fact, fault, words)
    if chosen is None:
        return page(request, "wrong.html", status=422, kept=False, **{**shown, "wrong": "还没选哪一条不对。"})
    try:
        tries.count(REPORTS, *whose(visitor, talk))
        told = reports.report(chosen, fault, words)
    except TooMany as many:
        return too_many(request, many, "wrong.html", **{key: value for key, value in shown.items() if key != "wrong"})
    except Refused as error:
        return page(request, "wrong.html", status=422, kept=False, **{**shown, "wrong": str(error)})
    return page(request, "thanks.html", kept=False, told=told, fault=FAULTS[told.fault], of=of)


def _form(
    guide: str, of: str, facts: tuple[Fact, ...], fact: str = "", fault: str = "", words: str = ""
) -> dict[str, Any]:
    return {
        "guide": guide,
        "of": of,
        "facts": facts,
        "fact": fact,
        "fault": fault,
        "words": words[:LONGEST],
        "faults": FAULTS,
        "longest": LONGEST,
        "wrong": "",
    }


def _facts(parts: Service, lists: IssuedChecklists, guide: str, of: str) -> tuple[Fact, ...]:
    """The facts to choose from; NotFound where there is no such checklist, entry or guide."""
    if of:
        checklist = lists.get(of)
        entry = next((one for one in checklist.entries if one.item.id == guide), None)
        if entry is None:
            raise NotFound("清单上没有这一件。")
        return tuple(_of_entry(checklist, entry))
    parts.knowledge.guide(guide)
    name = parts.knowledge.name_of(parts.knowledge.old_ids.get(guide, guide))
    return tuple(Fact(guide, name, label) for label in OF_A_GUIDE)


def _of_entry(checklist: Checklist, entry: Entry) -> list[Fact]:
    """Window, address, telephones, every material, limits, fee: each as the checklist shows it."""
    limits = [(entry.promised_limit, "承诺"), (entry.statutory_limit, "规定的期限")]
    told = " ".join(f"{whose} {days(limit)}" for limit, whose in limits if limit)
    shown = [
        ("去哪办", entry.window.name),
        ("地址", entry.window.address or "没写"),
        ("电话", entry.window.phone or entry.hotline),
        ("办公时间", entry.window.hours or "没写"),
        *((f"材料：{one.name}", one.note or "") for one in checklist.materials if one.id in entry.materials),
        ("多久办完", told or entry.limit_note or "没写"),
        ("收费", entry.fee),
        ("代办", entry.tier or entry.proxy_note),
        (WHOLE, ""),
    ]
    return [Fact(entry.item.id, entry.item.name, label, value, checklist.place or "") for label, value in shown]
