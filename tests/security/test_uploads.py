"""What is uploaded: wrong kinds, two endings, bombs, floods; refused in words, kept nowhere, never run or shown as a page."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.deps import SCANS
from assistant.staff.roles import Role
from tests.security.inline import inline
from tests.security.world import PNG, World, a_scan
from tests.staff.builders import csrf

PAGE = b"<html><script>alert(1)</script></html>"
NO_SCANS = {
    "a page": ("a.html", PAGE, "text/html"),
    "a page that calls itself a picture": ("a.png", PAGE, "image/png"),
    "two endings": ("a.png.html", PAGE, "image/png"),
    "a drawing with a script": ("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
    "a program": ("a.pdf", b"\x7fELF" + b"\0" * 64, "application/pdf"),
    "a package": ("a.pdf", b"PK\x03\x04" + b"\0" * 64, "application/pdf"),
    "nothing": ("a.pdf", b"", "application/pdf"),
    "a flood": ("a.pdf", b"%PDF-" + b"\0" * (10 * 1024 * 1024 + 1), "application/pdf"),
}
NAMES = ("../../../evil.png", "..\\..\\evil.png", "a\r\nX-Evil: 1.png", "\x00.png", "a" * 4000 + ".png", "名.php.png")


def files_below(folder: Path) -> set[Path]:
    """All files of a folder."""
    return {path for path in folder.rglob("*") if path.is_file() and "daoban.db" not in path.name}


@pytest.mark.parametrize("kind", NO_SCANS)
def test_what_is_no_scan_is_refused(app: FastAPI, signed_in: dict[Role, TestClient], world: World, kind: str) -> None:
    """Only PDF, JPEG and PNG by their content, up to the size, are kept; the rest leaves no file."""
    data = app.state.service.settings.data
    before = files_below(data)
    name, content, media = NO_SCANS[kind]
    assert a_scan(signed_in[Role.CLERK], world.case, content, name, media).status_code in (413, 422)
    assert files_below(data) == before


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_scan_is_nobodys_path(
    app: FastAPI, signed_in: dict[Role, TestClient], world: World, name: str
) -> None:
    """A scan lies in the folder of scans under a name of ours, whatever its sender calls it, and comes back as a picture."""
    settings = app.state.service.settings
    before = files_below(settings.data.parent)
    answer = a_scan(signed_in[Role.CLERK], world.case, PNG + b"<script>", name)
    made = files_below(settings.data.parent) - before
    assert answer.status_code in (303, 422)
    assert all(path.parent == settings.data / SCANS and len(path.name) == 32 for path in made)
    for path in made:
        shown = signed_in[Role.CLERK].get(f"/staff/scans/{path.name}")
        assert shown.headers["content-type"] == "image/png"
        assert shown.headers["x-content-type-options"] == "nosniff"


def package(**parts: bytes) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
NO_ANNEXES = {
    "bomb": ("附件.docx", lambda: package(word__document=b"\0" * 130_000_000)),
    "page": ("附件.html", lambda: PAGE),
    "two endings": ("附件.docx.exe", lambda: b"MZ"),
    "broken": ("附件.xlsx", lambda: b"PK\x03\x04broken"),
    "entities": ("附件.docx", lambda: package(**{"word__document.xml": ENTITY, "[Content_Types].xml": ENTITY})),
    "climbing": ("../../../../tmp/附件.docx", lambda: package(**{"../../evil": b"x"})),
    "flood": ("附件.docx", lambda: b"PK\x03\x04" + b"\0" * (11 * 1024 * 1024)),
}


@pytest.mark.parametrize("kind", NO_ANNEXES)
def test_annex_that_is_none_is_told_kindly(app: FastAPI, signed_in: dict[Role, TestClient], kind: str) -> None:
    """A bomb, a page, a program, a document with entities: a sentence that says why, no fault, no file elsewhere."""
    settings = app.state.service.settings
    before = files_below(settings.data.parent)
    client = signed_in[Role.EDITOR]
    name, made = NO_ANNEXES[kind]
    answer = client.post("/editors/annexes", data={"csrf": csrf(client)}, files={"file": (name, made())})
    if answer.status_code == 303:
        answer = client.get(answer.headers["location"])
    assert answer.status_code in (413, 422), answer.text[:200]
    assert "root:" not in answer.text
    if answer.headers["content-type"].startswith("text/html"):
        assert inline(answer.text) == []
    assert all((settings.data / "annexes") in path.parents for path in files_below(settings.data.parent) - before)
