"""How far a case is (办到哪了), for whoever has its number and the last four digits of the telephone; and 好差评.

Both are sent, never part of an address: what stands in an address is kept in histories and logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.deps import Parts, cases_of
from api.pages.desk import Tries, Visitor
from api.pages.html import page, too_many
from api.pages.talk import Talk, whose
from assistant.attempts import TooMany
from assistant.cases.model import LEVELS
from assistant.cases.progress import TRIES, Progress, progress, rate
from assistant.cases.ratings import LONGEST, REASONS
from assistant.cases.reading import number_of
from assistant.cases.store import Cases
from assistant.errors import NotFound, Refused

router = APIRouter()
Word = Annotated[str, Form(max_length=40)]
NUMBER_AT_MOST = 20


async def _cases(parts: Parts) -> Cases:
    return cases_of(parts)


Store = Annotated[Cases, Depends(_cases)]


@dataclass(frozen=True)
class Typed:
    """What somebody typed to see a case, and who is counted for it."""

    number: str
    last_four: str
    asker: tuple[str, ...]

    @property
    def counted(self) -> tuple[str, ...]:
        """By whom and for which case a try is counted; NotFound where the number is none."""
        return (*self.asker, f"case:{number_of(self.number)}")


async def _typed(visitor: Visitor, talk: Talk = None, number: Word = "", last_four: Word = "") -> Typed:
    return Typed(number, last_four, whose(visitor, talk))


ToSee = Annotated[Typed, Depends(_typed)]


@router.get("/progress")
def ask(request: Request, number: str = "") -> HTMLResponse:
    """Where both are filled in; a number that came with the address (it is printed in the QR) is filled in already."""
    return _page(request, number=number)


@router.post("/progress")
def show(
    request: Request,
    cases: Store,
    tries: Tries,
    typed: ToSee,
) -> Response:
    """How far it is; the form again, in the same words whichever of the two is wrong."""
    try:
        tried = tries.count(TRIES, *typed.counted)
        found = progress(cases, typed.number, typed.last_four)
    except TooMany as many:
        return too_many(request, many, "progress.html", **_empty(typed.number))
    except NotFound as error:
        return _page(request, status=404, number=typed.number, wrong=str(error))
    tries.take_back(tried)
    return _page(request, found=found, number=found.number, last_four=typed.last_four)


@router.post("/progress/rating")
def tell(
    request: Request,
    cases: Store,
    tries: Tries,
    typed: ToSee,
    level: Annotated[int, Form()] = 0,
    reason: Annotated[list[str] | None, Form()] = None,
    words: Annotated[str, Form(max_length=4 * LONGEST)] = "",
) -> Response:
    """One to five, once for a case; the page of the case again, with thanks or with the reason why not."""
    wrong = ""
    try:
        tried = tries.count(TRIES, *typed.counted)
        try:
            rate(cases, typed.number, typed.last_four, level, reason or (), words)
        except Refused as refused:
            wrong = str(refused)
        found = progress(cases, typed.number, typed.last_four)
    except TooMany as many:
        return too_many(request, many, "progress.html", **_empty(typed.number))
    except NotFound as error:
        return _page(request, status=404, number=typed.number, wrong=str(error))
    tries.take_back(tried)
    told: dict[str, Any] = {"found": found, "number": found.number, "last_four": typed.last_four, "thanks": not wrong}
    return _page(request, status=422 if wrong else 200, wrong=wrong, words=words, level=level, **told)


def _page(request: Request, *, status: int = 200, number: str = "", wrong: str = "", **told: Any) -> HTMLResponse:
    return page(request, "progress.html", status=status, kept=False, wrong=wrong, **_empty(number) | told)


def _empty(number: str) -> dict[str, Any]:
    """The page before anything is found."""
    found: Progress | None = None
    return {
        "number": number[:NUMBER_AT_MOST],
        "found": found,
        "last_four": "",
        "thanks": False,
        "words": "",
        "level": 0,
        "levels": LEVELS,
        "reasons": REASONS,
    }
