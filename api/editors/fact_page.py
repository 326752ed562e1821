"""The page of a department that checks its facts: by a link, without an account, as often as it likes until it expires."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from api.auth import DOOR_COOKIE, anybody, door_key
from api.deps import Parts, Service
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import door_page, new_router, to
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.fact_checks import LONGEST, Answer, FactChecks, Link, Verdict
from assistant.desk.facts import QUESTION, Fact, of_department
from assistant.desk.stale import reason
from assistant.errors import NotFound, Refused
from assistant.issued import IssuedChecklists

PLACE = "/f"
router = new_router(PLACE)
ANYBODY = [anybody()]
NOT_CHOSEN = "还没选哪一条对、哪一条不对。"
CHANGED = "有几条刚改过，请看看现在的样子再填。"


@dataclass(frozen=True)
class Sheet:
    """What a link leads to: its facts by guide or window, and what was said of them."""

    key: str
    link: Link
    name: str  # of the department
    facts: tuple[Fact, ...]
    why: dict[str, str]  # why a fact asks, by its key; empty where it does not
    said: dict[str, Answer]

    def about(self, own: str) -> list[Fact]:
        """The facts of one guide or window, those that ask first."""
        found = [fact for fact in self.facts if fact.about == own]
        if not found:
            raise NotFound("没有这一份，可能刚改了名字，请回到上一页看看。")
        return sorted(found, key=lambda fact: not self.why[fact.key])

    @property
    def parts(self) -> list[tuple[str, str, int, int]]:
        """Each guide or window: id, name, how many of its facts ask, how many were answered."""
        found: dict[str, tuple[str, str, int, int]] = {}
        for fact in self.facts:
            own, name, asking, answered = found.get(fact.about, (fact.about, fact.name, 0, 0))
            found[own] = (own, name, asking + bool(self.why[fact.key]), answered + (fact.key in self.said))
        return sorted(found.values(), key=lambda part: not part[2])


def _checks(parts: Parts) -> FactChecks:
    assert isinstance(parts.checklists, IssuedChecklists)
    return FactChecks(parts.checklists.engine)


def _sheet(parts: Parts, key: str) -> Sheet:
    """The sheet of a key; NotFound where the link is wrong or too old."""
    checks = _checks(parts)
    link = checks.open(key)
    return _of(parts, checks, key, link)


AtSheet = Annotated[Sheet, Depends(_sheet)]


def _of(parts: Service, checks: FactChecks, key: str, link: Link) -> Sheet:
    knowledge, today = parts.knowledge, day_of(now())
    facts = of_department(knowledge, link.department)
    why = {fact.key: reason(fact, knowledge.guides.get(fact.about), today) for fact in facts}
    return Sheet(key, link, knowledge.departments[link.department].name, facts, why, checks.said(key))


@router.get("/{key}", dependencies=ANYBODY)
def whole(request: Request, sheet: AtSheet, saved: Annotated[int, Query(ge=0)] = 0) -> Response:
    """What there is to check, guide by guide, and how far it is."""
    return _page(request, "editors/fact_sheet.html", sheet, saved=saved)


@router.get("/{key}/{about}", dependencies=ANYBODY)
def part(request: Request, sheet: AtSheet, about: str) -> Response:
    """The facts of one guide or window, each with three answers."""
    return _part(request, sheet, about)


@router.post("/{key}/{about}", dependencies=ANYBODY)
def tell(request: Request, parts: Parts, sheet: AtSheet, about: str, filled: Fields) -> Response:
    """What is said of them; what is right is kept, also where something else has to be put right first."""
    facts = {sign(fact): fact for fact in sheet.about(about)}
    chosen = [name.removeprefix("v-") for name, value in filled.pairs if name.startswith("v-") and value]
    wrong = [NOT_CHOSEN] if not chosen else [CHANGED] if set(chosen) - facts.keys() else []
    saved = 0
    for one in (one for one in chosen if one in facts):
        try:
            verdict = _verdict(filled.text(f"v-{one}", 10))
            _checks(parts).answer(
                sheet.key, facts[one], verdict, filled.text(f"w-{one}", LONGEST + 1), filled.text("office", 60)
            )
            saved += 1
        except Refused as refused:
            wrong.append(str(refused))
    if wrong:
        return _part(request, sheet, about, wrong=list(dict.fromkeys(wrong)), filled=filled)
    return to(f"{PLACE}/{sheet.key}", saved=str(saved))


def sign(fact: Fact) -> str:
    """What a form calls a fact: its place and its words, so that nobody says yes to what they have not seen."""
    return hashlib.sha256(f"{fact.key}\n{fact.shown}".encode()).hexdigest()[:16]


def _verdict(given: str) -> Verdict:
    if given not in list(Verdict):
        raise Refused(NOT_CHOSEN)
    return Verdict(given)


def _part(
    request: Request, sheet: Sheet, about: str, wrong: Sequence[str] = (), filled: Filled | None = None
) -> Response:
    facts = sheet.about(about)
    said = {sign(fact): sheet.said.get(fact.key) for fact in facts}
    office = next((one.office for one in reversed(sheet.said.values())), "")
    return _page(
        request,
        "editors/fact_part.html",
        sheet,
        status=422 if wrong else 200,
        rows=[(sign(fact), fact, sheet.why[fact.key]) for fact in facts],
        about=about,
        name=facts[0].name,
        said=said,
        typed=(filled or Filled()).text,
        sent=filled is not None,
        office=office,
        wrong=wrong,
        verdicts=Verdict,
        question=QUESTION,
        longest=LONGEST,
    )


def _page(request: Request, template: str, sheet: Sheet, *, status: int = 200, **context: object) -> Response:
    key = door_key(request)
    response = door_page(request, template, status=status, sheet=sheet, csrf=key, **context)
    secure = request.url.scheme == "https"
    response.set_cookie(DOOR_COOKIE, key, httponly=True, samesite="strict", secure=secure, path=PLACE)
    return response
