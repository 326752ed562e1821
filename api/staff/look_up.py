"""Look-up: one box over everything; the list while typing, the card beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Form, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.auth import AT_THE_WINDOW, EVERYONE, role
from api.html import code, moment
from api.staff import case_card
from api.staff.cards import SEE_CONTACTS, card, may_see_contacts
from api.staff.shell import At, Screen, new_router, to, wants_piece
from assistant.errors import NotFound, Refused
from assistant.issued import ALPHABET, CODE_LENGTH, TOKEN_LENGTH, IssuedChecklists
from assistant.staff.lookup import LONGEST, Found, LookUp, Match, Ranks, in_words
from assistant.staff.roles import Role
from assistant.text import cleaned, compact, initials

router = new_router()
Query_ = Annotated[str, Query(max_length=500)]
Source = Callable[[Screen, str], Iterable[Found]]
LEAST = 2  # characters from which on people and messages are looked through
WRITE_NOTES = (*AT_THE_WINDOW, Role.EDITOR, Role.ADMINISTRATOR)
_LINK = re.compile(rf"/c/([{ALPHABET}]{{{TOKEN_LENGTH}}})(?![\w-])")


@router.get("", dependencies=[role(*EVERYONE)])
def look_up(screen: At, q: Query_ = "", show: Query_ = "", region: str | None = None) -> HTMLResponse:
    """The box, what it finds, and the card of the line that is chosen, else of the first."""
    knowledge = screen.parts.knowledge
    here = screen.who.account.region or "" if region is None else region
    found = find(screen, q)
    chosen = show or (found[0].show if q and found and not found[0].personal else "")
    return screen.page(
        "staff/look_up.html",
        q=q,
        found=found,
        chosen=chosen,
        card=card(screen, chosen, here) if chosen else "",
        region=here,
        places=[(one.id, one.name) for one in knowledge.regions.values() if one.level == "县" or one.id == here],
    )


@router.get("/find", dependencies=[role(*EVERYONE)])
def find_as_typed(screen: At, q: Query_ = "", region: str = "") -> Response:
    """The list for what is typed so far: lines of a page for our script, JSON for programs."""
    found = find(screen, q)
    if "text/html" in screen.request.headers.get("accept", ""):
        return screen.fragment("staff/found.html", q=q, found=found, region=region, chosen="")
    return JSONResponse({"q": q, "found": list(in_words(found))}, headers={"Cache-Control": "no-store"})


@router.get("/card/{show}", dependencies=[role(*EVERYONE)])
def one_card(screen: At, show: str, region: str = "") -> Response:
    """One card: the piece for our script; for a person the page around it."""
    if not wants_piece(screen.request):
        return to("/staff", show=show, region=region)
    return HTMLResponse(card(screen, show, region), headers={"Cache-Control": "no-store"})


@router.post("/notes", dependencies=[role(*WRITE_NOTES)])
def add_note(
    screen: At,
    about: Annotated[str, Form(max_length=120)],
    text: Annotated[str, Form(max_length=2000)] = "",
    q: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """A note for the others, beside a guide or a department that there is."""
    kind, _, one = about.partition(".")
    known: dict[str, Any] = {"guide": screen.parts.knowledge.guides, "department": screen.parts.knowledge.departments}
    if one not in known.get(kind, ()):
        raise NotFound("没有这一条，备注没处写。")
    try:
        screen.staff.notes.add(about, text, screen.who.account)
    except Refused as error:
        return screen.page("staff/refused_form.html", status=422, sentence=str(error), back=about)
    screen.note("note_add", about)
    return to("/staff", q=q, show=about)


@router.post("/notes/{number}/erase", dependencies=[role(*WRITE_NOTES)])
def erase_note(screen: At, number: int, q: Annotated[str, Form(max_length=500)] = "") -> Response:
    """One note less."""
    try:
        about = screen.staff.notes.erase(number, screen.who.account)
    except Refused as error:
        return screen.page("staff/refused_form.html", status=403, sentence=str(error), back="")
    screen.note("note_erase", about)
    return to("/staff", q=q, show=about)


def find(screen: Screen, typed: str) -> list[Found]:
    """Everything that what was typed may stand for, the surest first; all departments where nothing was typed."""
    query = cleaned(typed)[:LONGEST]
    known = names(screen.parts.finder)
    if not query:
        return known.departments()
    coded = list(_checklists(screen, query))
    if _LINK.search(query):
        return coded
    ours = known.find(query)
    sure = [one for one in ours if one.match <= Match.LETTERS_OF_ALIAS]
    others = [one for source in SOURCES for one in source(screen, query)]
    return [*coded, *sure, *others, *ours[len(sure) :]]


@lru_cache(maxsize=1)
def names(finder: Ranks) -> LookUp:
    """The names of the knowledge that is served; made again when another one is."""
    return LookUp(finder)


def _checklists(screen: Screen, query: str) -> Iterator[Found]:
    """The checklist of a code, a token or a whole address, as a scanner types it."""
    lists = screen.parts.checklists
    assert isinstance(lists, IssuedChecklists)
    if screen.role not in AT_THE_WINDOW:
        return
    link = _LINK.search(query)
    plain = link[1] if link else compact(query)
    token = lists.by_code(plain[:CODE_LENGTH]) if len(plain) in (CODE_LENGTH, TOKEN_LENGTH) else None
    if token is None or not token.startswith(plain):
        return
    try:
        checklist = lists.get(token)
    except NotFound:  # issued by a version that is too old to be read
        return
    yield Found("checklist", token, f"清单 {code(token)}", f"{checklist.issued_on} · {checklist.summary}", Match.NAME)


def _messages(screen: Screen, query: str) -> Iterator[Found]:
    """Messages by number, by the end of the telephone, by their words."""
    if screen.role not in AT_THE_WINDOW or (len(query) < LEAST and not query.isdigit()):
        return
    for one in screen.staff.inbox.matching(query.removeprefix("#")):
        state = "" if one.done_at is None else "已办"
        yield Found("message", str(one.id), f"留言 {one.id} 号", f"{moment(one.at)} · {one.excerpt}", state=state)


def _contacts(screen: Screen, query: str) -> Iterator[Found]:
    """People to call by name or its initials; their numbers stand on the card, and who reads it is noted."""
    plain = compact(query)
    if screen.role not in SEE_CONTACTS or len(plain) < LEAST:
        return
    departments = screen.parts.knowledge.departments
    for one in screen.staff.contacts.all():
        if plain in compact(one.name) or initials(one.name) == plain:
            if not may_see_contacts(screen, one.department):
                continue
            named = departments.get(one.department)
            told = " · ".join(part for part in (named.name if named else "", one.office, one.post) if part)
            yield Found("contact", str(one.id), one.name, told)


SOURCES: tuple[Source, ...] = (_messages, _contacts, case_card.find)
