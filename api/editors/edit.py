"""One file as text: checked line by line with our own words, beside it how people would see it; kept, or proposed."""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Form, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.auth import EDITORS
from api.editors.desk import AT, ONE_AT_A_TIME, AtDesk, EditorsDesk, new_router
from api.editors.faces import faces, printed
from api.editors.guides import FILES
from api.editors.preview import GUIDES, preview, read
from api.editors.words import TOP, words
from api.headers import CONTENT_SECURITY
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import to
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.drafts import Conflict, Draft, DraftState
from assistant.desk.listing import entry_for, with_entry
from assistant.errors import NotFound, Refused
from assistant.knowledge.facts import guide_id
from assistant.knowledge.finding import Finding
from assistant.knowledge.new_guide import new_guide
from assistant.timezone import CHINA

router = new_router()
SHOWN = 50  # findings; who has more begins at the top
NO_STORE = {"Cache-Control": "no-store"}
Text = Annotated[str, Form()]
Place = Annotated[str, Form(max_length=120)]


@router.get("/new", dependencies=AT)
def begin(id: Annotated[str, Query(max_length=80)] = "") -> Response:
    """To the page of a guide that nobody has written yet."""
    return to(f"{EDITORS}/edit/{GUIDES}{id.strip()}.yaml")


@router.get("/words", dependencies=AT)
def completion(at: AtDesk, path: Annotated[str, Query(max_length=120)]) -> JSONResponse:
    """What may be written where in a file."""
    return JSONResponse(words(at.screen.parts.knowledge, path), headers=NO_STORE)


@router.post("/check", dependencies=AT)
def check(at: AtDesk, path: Place, text: Text = "", whole: Annotated[bool, Form()] = False) -> JSONResponse:
    """What is wrong with a text: by itself, or (`whole`) together with all other files."""
    found = findings(at, path, text, whole=whole)
    told = [{"line": one.line, "column": one.column, **_told(one, path)} for one in found[:SHOWN]]
    return JSONResponse({"findings": told, "more": max(0, len(found) - SHOWN)}, headers=NO_STORE)


@router.post("/card", dependencies=AT)
def card(at: AtDesk, path: Place, text: Text = "", region: Place = "") -> HTMLResponse:
    """How people would see a text: the piece beside the editor."""
    seen = preview(at.screen.parts.knowledge, path, text, region)
    return at.screen.fragment("editors/faces.html", **faces(at.screen, seen, region))


@router.post("/print", dependencies=AT)
def paper(at: AtDesk, path: Place, text: Text = "", region: Place = "") -> HTMLResponse:
    """The whole page of a guide, as it would be printed."""
    seen = preview(at.screen.parts.knowledge, path, text, region)
    if seen is None or seen.card is None:
        raise NotFound(seen.why if seen else "这个文件没有自己的页面。")
    return printed(at.screen, seen, region)


@router.get("/edit/{path:path}", dependencies=AT)
def edit(at: AtDesk, path: str, saved: bool = False) -> Response:
    """The text of a file, or of its draft that is open."""
    draft = opened(at, path)
    text = draft.text if draft.id or draft.base is not None else skeleton(path, at)
    return shown(at, draft, text, saved=saved)


@router.post("/edit/{path:path}", dependencies=AT)
def send(at: AtDesk, path: str, filled: Fields) -> Response:
    """Check it, keep it, or keep it and ask for a second pair of eyes."""
    text, wish = raw(filled), filled.text("do", 20)
    seen = opened(at, path)
    told: dict[str, Any] = {"reason": filled.text("reason", 500), "region": filled.text("region", 60)}
    told |= {"version": filled.version, "base": filled.text("base", 80)}
    told |= {"publish_at": filled.text("publish_at", 40), "until": filled.text("until", 40)}
    if wish == "check":
        return shown(at, seen, text, found=findings(at, path, text, whole=True), checked=True, **told)
    try:
        base = told["base"] or None
        draft = at.drafts.save(path, text, who=at.who, version=told["version"], base=base, reason=told["reason"])
        told |= {"version": draft.version, "base": draft.base_digest}
        if wish == "propose":
            return propose(at, draft, filled)
    except Conflict as conflict:
        told |= {"version": conflict.draft.version, "base": conflict.draft.base_digest}  # whoever has read it may go on
        return shown(at, conflict.draft, text, wrong=str(conflict), overtaken=True, status=409, **told)
    except Refused as refused:
        found = findings(at, path, text, whole=True)
        return shown(at, at.drafts.open(path), text, found=found, wrong=str(refused), status=422, **told)
    return to(f"{EDITORS}/edit/{path}", saved="1")


def opened(at: EditorsDesk, path: str) -> Draft:
    """The draft of a file; NotFound for whatever is no file of the knowledge."""
    try:
        return at.drafts.open(path)
    except Refused as refused:
        raise NotFound(str(refused)) from refused


def propose(at: EditorsDesk, draft: Draft, filled: Filled) -> Response:
    """Ask for a second pair of eyes for a draft and those that belong to it; Refused where there is nothing to look at."""
    if not draft.id:
        raise Refused("和现在用的一个字也不差，没有要审的。")
    begins, ends = moment(filled.text("publish_at", 40)), moment(filled.text("until", 40))
    reason = filled.text("reason", 500)
    also = with_entry(at.drafts, draft, at.who)
    proposed = at.drafts.propose(
        draft.id, version=draft.version, reason=reason, publish_at=begins, until=ends, also=also, who=at.who
    )
    for one in at.drafts.together(proposed):
        at.screen.note("draft_propose", one.path)
    return to(f"{EDITORS}/drafts/{draft.id}")


def moment(typed: str) -> dt.datetime | None:
    """A moment as a date field or a date-and-time field sends it; nothing where nothing was chosen."""
    if not typed:
        return None
    try:
        return dt.datetime.fromisoformat(typed).replace(tzinfo=CHINA).astimezone(dt.UTC)
    except ValueError:
        raise Refused("日期请写成 2026-12-01 这样，要写几点就写成 2026-12-01T09:00。") from None


def raw(filled: Filled) -> str:
    """The text as it was typed, every space of it."""
    return (filled.many("text") or ("",))[-1]


def findings(at: EditorsDesk, path: str, text: str, *, whole: bool) -> list[Finding]:
    """What is wrong with a text, errors first, from the top of the file on; what is wrong by itself comes before the rest."""
    _, _, alone = read(text, path)
    if alone or not whole:
        return sorted(alone)
    opened(at, path)
    entry = entry_for(at.drafts, path, text)
    with ONE_AT_A_TIME:
        found = at.drafts.faults_of({path: text} | ({entry.path: entry.text} if entry else {}))
    return sorted(found, key=lambda one: (one.level, one.file != path, one))


def _told(one: Finding, path: str) -> dict[str, str]:
    message = f"{one.path}：{one.message}" if one.path else one.message
    return {"message": message if one.file == path else f"{one.file} 第 {one.line} 行 {message}", "level": one.level}


def shown(
    at: EditorsDesk,
    draft: Draft,
    text: str,
    *,
    found: Sequence[Finding] | None = None,
    status: int = 200,
    region: str = "",
    **told: Any,
) -> HTMLResponse:
    """The page with a text in it; by default only what is wrong with the text alone is told, which takes no time."""
    path, nonce = draft.path, secrets.token_urlsafe(16)
    seen = preview(at.screen.parts.knowledge, path, text, region)
    found = findings(at, path, text, whole=False) if found is None and text else found or []
    context: dict[str, Any] = {
        "draft": draft,
        "path_of_file": path,
        "name": name_of(at, path),
        "text": text,
        "lines": text.splitlines(),
        "found": [(one, _told(one, path)["message"]) for one in found[:SHOWN]],
        "behind": bool(draft.id) and at.drafts.behind(draft),
        "hints": words(at.screen.parts.knowledge, path)["keys"].get(TOP, []),
        "guide_id": guide_id(path) if path.startswith(GUIDES) else "",
        "published": path.startswith(GUIDES) and guide_id(path) in at.screen.parts.knowledge.guides,
        "proposed": draft.state in (DraftState.PROPOSED, DraftState.APPROVED),
        "version": draft.version,
        "base": draft.base_digest,
        "reason": draft.reason,
        "nonce": nonce,
        "today": day_of(now()),
    }
    known = {"wrong": "", "saved": False, "checked": False, "overtaken": False, "publish_at": "", "until": ""}
    answer = at.page(
        "editors/edit.html", status=status, **{**context, **known, **faces(at.screen, seen, region), **told}
    )
    # CodeMirror puts its styles into the page; this page alone lets it, by a word that nobody else knows.
    answer.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY}; style-src 'self' 'nonce-{nonce}'"
    return answer


def name_of(at: EditorsDesk, path: str) -> str:
    """A file in words."""
    if not path.startswith(GUIDES):
        return FILES.get(path, path)
    knowledge, own = at.screen.parts.knowledge, guide_id(path)
    entry = knowledge.items.get(own) or knowledge.topics.get(own)
    return entry.name if entry else own


def skeleton(path: str, at: EditorsDesk) -> str:
    """A new guide with a word of advice at each part."""
    own = guide_id(path)
    department = at.screen.parts.knowledge.department_of(own)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "guides").mkdir()
        owner = department.name if department else "（哪个部门）"
        made = new_guide(Path(folder), own, name_of(at, path), owner=owner, today=day_of(now()))
        return made.read_text("utf-8")
