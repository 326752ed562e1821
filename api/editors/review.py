"""Drafts: what waits for whom; one draft with what it changes and what hangs on it; agreed to, given back, let go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import EDITORS
from api.editors.desk import AT, ONE_AT_A_TIME, AtDesk, EditorsDesk, engine_of, new_router
from api.editors.edit import name_of, propose
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import to, wants_piece
from assistant.db import now
from assistant.desk.difference import difference, lines
from assistant.desk.drafts import OPEN, Draft, DraftState, digest_of
from assistant.desk.impact import impact
from assistant.desk.listing import let_go, must_be_listed, wanted_with
from assistant.desk.samples import Samples
from assistant.errors import Refused
from assistant.knowledge.whole import Knowledge

router = new_router()
GROUPS = (
    ("等人审", (DraftState.PROPOSED,)),
    ("正在写、退回来的", (DraftState.DRAFT, DraftState.REFUSED)),
    ("审过了，等时候到", (DraftState.APPROVED,)),
)
CLOSED = (DraftState.PUBLISHED, DraftState.WITHDRAWN)
REMEMBERED = 16  # impacts: the writer looks first, then the reviewer
_SEEN = re.compile(r"(\d{1,9}):(\d{1,9})", re.ASCII)
LATELY = 30  # closed drafts that are listed


@router.get("/drafts", dependencies=AT)
def drafts(at: AtDesk, done: bool = False) -> HTMLResponse:
    """The drafts by how far they are; or those of which something has become."""
    if done:
        groups = [("发布了的、撤回了的", at.drafts.all(CLOSED)[:LATELY])]
    else:
        found = at.drafts.all(OPEN)
        groups = [(label, [one for one in found if one.state in states]) for label, states in GROUPS]
    names = {one.path: name_of(at, one.path) for _, group in groups for one in group}
    return at.page("editors/drafts.html", groups=[pair for pair in groups if pair[1]], names=names, done=done)


@router.get("/drafts/{number:int}", dependencies=AT)
def review(at: AtDesk, number: int) -> HTMLResponse:
    """One draft: what changes, in words."""
    return _shown(at, at.drafts.find(number))


@router.get("/drafts/{number:int}/impact", dependencies=AT)
def touches(at: AtDesk, number: int) -> HTMLResponse:
    """What hangs on a draft: guides, sample questions before and after, open checklists and cases. Takes seconds."""
    draft = at.drafts.find(number)
    told: dict[str, Any] = {"draft": draft, "name": name_of(at, draft.path), "found": None, "wrong": ""}
    try:
        told |= _impact(at, wanted_with(at.drafts, draft))
    except Refused as refused:
        told["wrong"] = str(refused)
    if wants_piece(at.screen.request):
        return at.screen.fragment("editors/impact.html", **told)
    return at.page("editors/impact_page.html", **told)


@router.post("/drafts/{number:int}/propose", dependencies=AT)
def ask(at: AtDesk, number: int, filled: Fields) -> Response:
    """Ask for a second pair of eyes, for a draft as it was seen and those that belong to it."""
    draft = at.drafts.find(number)
    try:
        if draft.version != filled.version:
            raise Refused("这份草稿在您打开以后又改过。请看过现在的样子再交。")
        return propose(at, draft, filled)
    except Refused as refused:
        return _shown(at, at.drafts.find(number), status=422, wrong=str(refused), filled=filled)


@router.post("/drafts/{number:int}/approve", dependencies=AT)
def approve(at: AtDesk, number: int, filled: Fields) -> Response:
    """Agreed: it is published now, or when its moment comes."""
    draft = at.drafts.find(number)
    try:
        at.must_decide()
        must_be_listed(at.drafts, draft)
        beside, despite = _beside(filled.text("beside")), filled.text("despite", 200)
        if failing := _failing(at, draft):
            failing.must(despite)
        published = at.publishing.approve(number, version=filled.version, beside=beside, reviewer=at.who)
    except Refused as refused:
        return _shown(at, at.drafts.find(number), status=422, wrong=str(refused), filled=filled)
    if failing:
        at.screen.note("samples_despite", f"{draft.path} {despite}")
    if published is None:
        at.screen.note("draft_approve", draft.path)
        return to(f"{EDITORS}/drafts/{number}")
    return to(f"{EDITORS}/publications", done=str(published.id))


@router.post("/drafts/{number:int}/refuse", dependencies=AT)
def refuse(at: AtDesk, number: int, filled: Fields) -> Response:
    """Given back, with a reason."""

    def act(draft: Draft) -> None:
        at.must_decide()
        at.drafts.refuse(number, version=filled.version, reviewer=at.who, reason=filled.text("refusal", 500))
        at.screen.note("draft_refuse", draft.path)

    return _acted(at, number, act, f"{EDITORS}/drafts", filled)


@router.post("/drafts/{number:int}/withdraw", dependencies=AT)
def withdraw(at: AtDesk, number: int, filled: Fields) -> Response:
    """Let go of it; the file stays as it is."""

    def act(draft: Draft) -> None:
        let_go(at.drafts, draft, version=filled.version, who=at.who)
        at.screen.note("draft_withdraw", draft.path)

    return _acted(at, number, act, f"{EDITORS}/drafts", filled)


@router.post("/drafts/{number:int}/catch-up", dependencies=AT)
def catch_up(at: AtDesk, number: int, filled: Fields) -> Response:
    """Take in what has been published of the file since the draft was begun."""
    path = at.drafts.find(number).path
    onward = f"{EDITORS}/edit/{path}"
    return _acted(at, number, lambda _: at.drafts.catch_up(number, version=filled.version), onward, filled)


def _acted(at: EditorsDesk, number: int, act: Callable[[Draft], object], onward: str, filled: Filled) -> Response:
    """Do it and go on; or the draft again, with why not and what was typed."""
    try:
        act(at.drafts.find(number))
    except Refused as refused:
        return _shown(at, at.drafts.find(number), status=422, wrong=str(refused), filled=filled)
    return to(onward)


def _shown(
    at: EditorsDesk, draft: Draft, *, status: int = 200, wrong: str = "", filled: Filled | None = None
) -> HTMLResponse:
    others = [one for one in at.drafts.together(draft) if one.id != draft.id] if draft.open else []
    context: dict[str, Any] = {
        "draft": draft,
        "name": name_of(at, draft.path),
        **_changes(draft),
        "behind": draft.open and at.drafts.behind(draft),
        "together": [{"draft": one, "name": name_of(at, one.path), **_changes(one)} for one in others],
        "beside": " ".join(f"{one.id}:{one.version}" for one in others),
        "why_not": at.why_not(draft),
        "decides": at.decides,
        "wrong": wrong,
        "typed": (filled or Filled()).text,
    }
    return at.page("editors/draft.html", status=status, **context)


def _changes(draft: Draft) -> dict[str, Any]:
    """What a draft changes, in words and line by line."""
    return {
        "words": difference(draft.base, draft.wanted, draft.path),
        "lines": lines(draft.base or "", draft.wanted or ""),
    }


def _failing(at: EditorsDesk, draft: Draft) -> Samples | None:
    """The sample questions that would no longer be answered; None where all would."""
    found: Samples = _impact(at, wanted_with(at.drafts, draft))["samples"]
    return found if found != Samples() else None


def _beside(sent: str) -> dict[int, int]:
    """The others on the page, as it was drawn: number → version."""
    return {int(number): int(version) for number, version in _SEEN.findall(sent)}


def _impact(at: EditorsDesk, texts: Mapping[str, str | None]) -> dict[str, Any]:
    """The impact of texts, and the guides by name; who asks again, or after somebody else, has what was found before."""
    parts = at.screen.parts
    texts_key = tuple(sorted((path, digest_of(text)) for path, text in texts.items()))
    key = (parts.knowledge.digest, texts_key, f"{now():%Y-%m-%d %H}")  # cases and checklists move on
    remembered: dict[tuple[object, ...], dict[str, Any]] = at.screen.request.app.state.impacts
    with ONE_AT_A_TIME:
        if key not in remembered:
            now_is, will_be = at.drafts.fitness_of({}), at.drafts.fitness_of(texts)
            found = impact(parts.finder, now_is, will_be, parts.equipment, engine_of(at.screen))
            known = will_be.must()
            uses = [(one.what, _names(known, one.guides)) for one in found.uses]
            while len(remembered) >= REMEMBERED:
                remembered.pop(next(iter(remembered)))
            remembered[key] = {"found": found, "uses": uses, "samples": found.samples}
        return remembered[key]


def _names(knowledge: Knowledge, guides: Iterable[str]) -> list[tuple[str, str]]:
    return [(own, knowledge.guides[own].name) for own in guides if own in knowledge.guides]
