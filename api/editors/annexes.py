"""The annexes of departments (Word, Excel) into drafts: what would change, what has to be asked; and the lists back as files."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import File, Query, Response, UploadFile
from fastapi.responses import HTMLResponse

from api.auth import EDITORS
from api.editors.desk import AT, ONE_AT_A_TIME, AtDesk, EditorsDesk, new_router
from api.files import download
from api.staff.filled import Filled
from api.staff.filled import Form as Fields
from api.staff.shell import to
from assistant import annex
from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.annexed import into_drafts
from assistant.errors import DaobanError, NotFound

router = new_router()
PLACE = f"{EDITORS}/annexes"
LARGEST = 10 * 1024 * 1024  # bytes, as the reader of tables has it
KEPT = dt.timedelta(
    days=1
)  # a file is thrown away with its names and mobile numbers once it has been read into drafts, or soon
_KEY = re.compile(r"[0-9a-f]{32}")
_PLAIN = re.compile(r"[^\w.（）()《》-]+")
Word = Annotated[str, Query(max_length=60)]


@router.get("/annexes", dependencies=AT)
def ask(at: AtDesk) -> HTMLResponse:
    """Which file, of which region; or the lists as files."""
    return _ask(at)


@router.post("/annexes", dependencies=AT, max_body_size=LARGEST + 64 * 1024)
def take(at: AtDesk, filled: Fields, file: Annotated[UploadFile, File()]) -> Response:
    """Keep a file for the next step, and read it."""
    content = file.file.read(LARGEST + 1)
    name = _PLAIN.sub("", Path(file.filename or "").name)[-80:].lstrip(".") or "附件"
    key = hashlib.sha256(name.encode() + content).hexdigest()[:32]
    _forget_old(_shelf(at))
    place = _shelf(at) / key
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(content)
    return to(f"{PLACE}/{key}", region=filled.text("region", 60), source=filled.text("source", 40))


@router.get("/annexes/export.{kind}", dependencies=AT)
def export(at: AtDesk, kind: str, region: Word = "") -> Response:
    """The tiered list and the guides for signature, as they are served."""
    write = _writer(kind)
    knowledge = at.screen.parts.knowledge
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{kind}"
        write(knowledge, path, region=region if region in knowledge.regions else None, on=day_of(now()))
        content = path.read_bytes()
    return download(content, f"分级清单.{kind}")


def _writer(kind: str) -> Callable[..., None]:
    """What writes the lists as such a file; imported when asked for, as its library is large and few ask."""
    if kind == "docx":
        from assistant.annex.export_word import write_word

        return write_word
    if kind == "xlsx":
        from assistant.annex.export_excel import write_excel

        return write_excel
    raise NotFound("没有这种文件。")


@router.get("/annexes/{key}", dependencies=AT)
def look(at: AtDesk, key: str, region: Word = "", source: Word = "") -> HTMLResponse:
    """What the file would change."""
    return _look(at, key, Filled([("region", region), ("source", source)]))


@router.post("/annexes/{key}", dependencies=AT)
def go_on(at: AtDesk, key: str, filled: Fields) -> Response:
    """The same with answers; or, when they will do, into drafts that are published together."""
    if filled.text("do", 10) != "draft":
        return _look(at, key, filled)
    try:
        first = into_drafts(at.drafts, _plan(at, key, filled), at.who)[0].id
    except DaobanError as error:
        return _look(at, key, filled, wrong=str(error))
    shutil.rmtree(_shelf(at) / key, ignore_errors=True)
    return to(f"{EDITORS}/drafts/{first}")


def _plan(at: EditorsDesk, key: str, filled: Filled) -> annex.Plan:
    found = list((_shelf(at) / key).iterdir()) if _KEY.fullmatch(key) and (_shelf(at) / key).is_dir() else []
    if not found:
        raise NotFound("这份文件不在了，请再传一次。")
    answers = {
        name.removeprefix("answer-"): value for name, value in filled.pairs if name.startswith("answer-") and value
    }
    tables = annex.read_tables(found[0])
    source = annex.source_for(tables, found[0], day_of(now()), filled.text("source", 40) or None)
    with ONE_AT_A_TIME:
        return annex.plan(
            at.drafts.folder,
            tables,
            source,
            region=filled.text("region", 60) or None,
            answers=answers,
            accept=set(filled.many("accept")),
        )


def _look(at: EditorsDesk, key: str, filled: Filled, wrong: str = "") -> HTMLResponse:
    try:
        plan = _plan(at, key, filled)
    except NotFound:
        raise
    except DaobanError as error:
        return _ask(at, wrong=str(error))
    told: dict[str, Any] = {"plan": plan, "key": key, "wrong": wrong, "asked": dict(filled.pairs)}
    return at.page("editors/annex.html", status=422 if wrong else 200, **told)


def _ask(at: EditorsDesk, wrong: str = "") -> HTMLResponse:
    regions = [(one.id, one.name) for one in at.screen.parts.knowledge.regions.values() if not one.demo]
    return at.page("editors/annexes.html", status=422 if wrong else 200, regions=regions, wrong=wrong)


def _shelf(at: EditorsDesk) -> Path:
    return at.screen.parts.settings.data / "annexes"


def _forget_old(shelf: Path) -> None:
    """Throw away what nobody came back for."""
    before = (now() - KEPT).timestamp()
    for place in shelf.iterdir() if shelf.is_dir() else ():
        if place.stat().st_mtime < before:
            shutil.rmtree(place, ignore_errors=True)
