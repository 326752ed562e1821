"""Departments check their facts: who is to be asked, the link and the letter, what came back, the laws, coverage over time."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.responses import HTMLResponse

from api.auth import EDITORS
from api.deps import Service
from api.editors.as_of import day_typed
from api.editors.desk import AT, ONE_AT_A_TIME, AtDesk, EditorsDesk, engine_of, new_router
from api.files import download
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import to
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk import fact_letter
from assistant.desk.as_of import as_of
from assistant.desk.broken import broken_links
from assistant.desk.confirming import can_be_taken, take
from assistant.desk.coverage_history import over_time
from assistant.desk.fact_checks import GOOD_FOR, LONGEST, REFUSED, TAKEN, Answer, FactChecks
from assistant.desk.laws import laws
from assistant.desk.rounds import Rounds
from assistant.desk.stale import Office, offices
from assistant.errors import NotFound, Refused
from assistant.forms.fill import FOLDER
from assistant.issued import IssuedChecklists
from assistant.render.coverage_plot import as_svg
from assistant.render.fact_letter import as_docx

router = new_router()
PLACE = f"{EDITORS}/facts"
Word = Annotated[str, Query(max_length=20)]


def begin_rounds(service: Service) -> None:
    """Begin the rounds of checking that are due today; an editor sends the letters."""
    assert isinstance(service.checklists, IssuedChecklists)
    Rounds(service.checklists.engine).begin(service.knowledge, service.settings.fact_check_days, _today())


@router.get("/facts", dependencies=AT)
def departments(at: AtDesk) -> HTMLResponse:
    """Every department: what asks to be checked, whether it is due or was asked, what came back."""
    due = Rounds(engine_of(at.screen)).due()
    found = sorted(_offices(at), key=lambda one: one.id not in due)
    return at.page("editors/facts.html", offices=found, due=due, every=at.screen.parts.settings.fact_check_days)


@router.get("/coverage", dependencies=AT)
def coverage(at: AtDesk) -> HTMLResponse:
    """How much was known over time, as a picture and as a table."""
    parts = at.screen.parts
    points = over_time(parts.settings.knowledge, parts.knowledge, engine_of(at.screen), _today())
    return at.page("editors/coverage.html", points=points, picture=as_svg(points))


@router.get("/laws", dependencies=AT)
def sources(at: AtDesk, day: Word = "") -> HTMLResponse:
    """The laws with their validity, and who cites them; what should no longer be cited on top. On any day, with what was broken."""
    today, knowledge = _today(), at.screen.parts.knowledge
    told: dict[str, Any] = {"day": day or today.isoformat(), "wrong": "", "broken": (), "today": today.isoformat()}
    on = today
    try:
        on = day_typed(day) if day else today
        if on != today:
            with ONE_AT_A_TIME:
                knowledge = as_of(at.publishing, on).knowledge
                told["broken"] = broken_links(at.drafts.folder, on) if on < today else ()
    except (Refused, NotFound) as refused:
        told["wrong"] = str(refused)
    found = () if told["wrong"] else laws(knowledge, on)
    return at.page("editors/laws.html", status=422 if told["wrong"] else 200, laws=found, **told)


@router.get("/facts/{department}", dependencies=AT)
def department(at: AtDesk, department: str, told: str = "") -> HTMLResponse:
    """One department."""
    return _department(at, department, told=told)


@router.post("/facts/{department}/link", dependencies=AT)
def link(at: AtDesk, department: str) -> Response:
    """A link for the department; it is shown this once, with the letter that carries it."""
    office = _office(at, department)
    key = _checks(at).make(department, at.who)
    Rounds(engine_of(at.screen)).sent(department, at.who)
    at.screen.note("fact_link_made", department)
    until = day_of(now() + GOOD_FOR)
    return at.page("editors/fact_link.html", office=office, key=key, address=_address(at, key), until=until)


@router.post("/facts/{department}/letter", dependencies=AT)
def letter(at: AtDesk, department: str, filled: Fields) -> Response:
    """The letter with the link that was just made."""
    office, key = _office(at, department), filled.text("key", 60)
    found = _checks(at).open(key)
    if found.department != department:
        raise NotFound("这个链接不是这个部门的。")
    told = fact_letter.words(office, _address(at, key), _today(), day_of(found.expires_at))
    content = as_docx(told, at.screen.parts.settings.knowledge / FOLDER)
    return download(content, f"核对函-{office.name}.docx")


@router.post("/facts/{department}/take-back", dependencies=AT)
def take_back(at: AtDesk, department: str) -> Response:
    """No link of the department leads anywhere any more."""
    _checks(at).take_back(department)
    at.screen.note("fact_link_taken_back", department)
    return to(f"{PLACE}/{department}")


@router.post("/facts/{department}/settle", dependencies=AT)
def settle(at: AtDesk, department: str, filled: Fields) -> Response:
    """What came back taken over into drafts, or put aside."""
    checks, numbers = _checks(at), filled.numbers("answer")
    answers = [one for one in checks.find(numbers) if one.department == department]
    if not answers:
        return _department(at, department, wrong="还没勾，或者别人刚看过了。")
    if not filled.has("take"):
        checks.settle([one.id for one in answers], at.who, REFUSED)
        at.screen.note("facts_refused", f"{department} {len(answers)}")
        return to(f"{PLACE}/{department}", told=REFUSED)
    words = {one.id: filled.text(f"words-{one.id}", LONGEST) for one in answers}
    try:
        take(at.drafts, answers, at.screen.parts.knowledge.departments[department], at.who, words)
    except Refused as refused:
        return _department(at, department, wrong=str(refused), filled=filled)
    checks.settle([one.id for one in answers], at.who, TAKEN)
    at.screen.note("facts_taken", f"{department} {len(answers)}")
    return to(f"{PLACE}/{department}", told=TAKEN)


def _department(
    at: EditorsDesk, department: str, *, wrong: str = "", told: str = "", filled: Filled | None = None
) -> HTMLResponse:
    ticked = None if filled is None else filled.numbers("answer")
    return at.page(
        "editors/fact_department.html",
        status=422 if wrong else 200,
        office=_office(at, department),
        answers=[
            (one, can := can_be_taken(one), can if ticked is None else one.id in ticked, _written(one, filled))
            for one in _checks(at).waiting(department)
        ],
        wrong=wrong,
        told=told,
    )


def _written(one: Answer, filled: Filled | None) -> str:
    """How an answer is to be written: as an editor has typed it, else as the department did."""
    return (filled.text(f"words-{one.id}", LONGEST) if filled else "") or one.words


def _offices(at: EditorsDesk) -> tuple[Office, ...]:
    return offices(at.screen.parts.knowledge, engine_of(at.screen), _today())


def _office(at: EditorsDesk, department: str) -> Office:
    found = next((one for one in _offices(at) if one.id == department), None)
    if found is None:
        raise NotFound("没有这个部门，或者没有归它管的事项。")
    return found


def _checks(at: EditorsDesk) -> FactChecks:
    return FactChecks(engine_of(at.screen))


def _address(at: EditorsDesk, key: str) -> str:
    return f"{at.screen.root}/f/{key}"


def _today() -> dt.date:
    return day_of(now())
