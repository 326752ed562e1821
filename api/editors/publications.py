"""What was published: by whom, why, what changed; each taken back, or everything after it, in one step; any day looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Response
from fastapi.responses import HTMLResponse

from api.auth import EDITORS
from api.editors.desk import AT, AtDesk, EditorsDesk, new_router
from api.editors.edit import name_of
from api.staff.filled import Form as Fields
from api.staff.shell import to
from assistant.desk.journal import Publication, Stage
from assistant.errors import Refused

router = new_router()
SHOWN = 100


@dataclass(frozen=True)
class Row:
    """One publication with the files it changed, in words."""

    one: Publication
    names: tuple[str, ...]
    served: bool


@router.get("/publications", dependencies=AT)
def publications(at: AtDesk, done: int = 0) -> HTMLResponse:
    """The publications, newest first; which of them is served right now."""
    return _list(at, done=done)


@router.post("/publications/{number:int}/undo", dependencies=AT)
def undo(at: AtDesk, number: int, filled: Fields) -> Response:
    """Take one publication back; what was published elsewhere since stays."""
    return _back(at, lambda: at.publishing.undo(number, who=at.who, reason=filled.text("reason", 200)))


@router.post("/publications/{number:int}/back-to", dependencies=AT)
def back_to(at: AtDesk, number: int, filled: Fields) -> Response:
    """Take back everything that was published after one."""
    return _back(at, lambda: at.publishing.back_to(number, who=at.who, reason=filled.text("reason", 200)))


def _back(at: EditorsDesk, act: Callable[[], Publication]) -> Response:
    try:
        at.must_decide()
        made = act()
    except Refused as refused:
        return _list(at, status=422, wrong=str(refused))
    return to(f"{EDITORS}/publications", done=str(made.id))


def _list(at: EditorsDesk, *, status: int = 200, done: int = 0, wrong: str = "") -> HTMLResponse:
    served = at.screen.parts.knowledge.digest
    found = at.publishing.journal.all(SHOWN)
    newest = next((one.id for one in found if one.stage is Stage.DONE), 0)
    rows = [
        Row(one, tuple(name_of(at, path) for path in one.files), one.id == newest and one.digest == served)
        for one in found
    ]
    told = {"rows": rows, "newest": newest, "done": done, "wrong": wrong, "stages": Stage, "decides": at.decides}
    return at.page("editors/publications.html", status=status, **told)
