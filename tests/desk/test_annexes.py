"""A department's Word or Excel table comes in through the desk: compared, asked about, drafted, reviewed; and goes out again."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.reload import renewed
from assistant.desk.drafts import Drafts, DraftState
from assistant.staff.roles import Role
from tests.desk.pages import page_of, send
from tests.staff.builders import at_work

ROWS = (("事项名称", "部门", "承诺时限"), ("歌厅许可", "文旅局", "3个工作日"), ("网吧许可", "文旅局", "5个工作日"))


def workbook(*rows: tuple[str, ...]) -> bytes:
    """A sheet with these rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def handed_in(client: TestClient, content: bytes, name: str = "清单.xlsx", **told: str) -> Any:
    """The page that answers a file."""
    data = {"csrf": page_of(client, "/editors/annexes", "csrf"), **told}
    answer = client.post("/editors/annexes", data=data, files={"file": (name, content)})
    return client.get(answer.headers["location"]) if answer.status_code == 303 else answer


def test_table_becomes_drafts_that_go_together(editor: TestClient, app: FastAPI, drafts: Drafts) -> None:
    """What would change stands there first; then it is one bundle, proposed and published as one; the file is gone."""
    page = handed_in(editor, workbook(*ROWS), source="附件一")
    assert page.status_code == 200, page.text
    assert "依据里叫“附件一”" in page.text
    assert "3" in page.text
    assert drafts.all() == []
    csrf = page_of(editor, "/editors", "csrf")
    answer = editor.post(page.url.path, data={"csrf": csrf, "source": "附件一", "do": "draft"})
    assert answer.status_code == 303, answer.text
    made = {one.path: one for one in drafts.all()}
    assert set(made) == {"catalog.yaml", "sources.yaml"}
    assert "附件一" in made["catalog.yaml"].text
    assert len({one.bundle for one in made.values()}) == 1
    assert list((app.state.service.settings.data / "annexes").iterdir()) == []
    number = made["catalog.yaml"].id
    seen = editor.get(f"/editors/drafts/{number}").text
    assert "sources.yaml" in seen
    told = {"csrf": csrf, "version": str(made["catalog.yaml"].version), "reason": "附件一"}
    assert editor.post(f"/editors/drafts/{number}/propose", data=told).status_code == 303
    assert {one.state for one in drafts.all()} == {DraftState.PROPOSED}


def test_row_that_may_be_two_things_is_asked(editor: TestClient, drafts: Drafts) -> None:
    """Nothing is guessed: a name that is neither is asked about, with what it might be."""
    page = handed_in(editor, workbook(ROWS[0], ("歌厅网吧许可", "文旅局", "3个工作日")))
    assert "拿不准，请选一个" in page.text
    assert 'name="answer-' in page.text


def test_names_and_mobiles_are_left_out(editor: TestClient, drafts: Drafts) -> None:
    """What is a person's does not get into a draft."""
    rows = (("部门", "联系人", "电话"), ("文旅局", "示例某", "13900009876"))
    page = handed_in(editor, workbook(*rows))
    csrf = page_of(editor, "/editors", "csrf")
    editor.post(page.url.path, data={"csrf": csrf, "do": "draft"})
    assert all("13900009876" not in one.text and "示例某" not in one.text for one in drafts.all())


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "leer.xlsx"), (b"PK\x03\x04 broken", "kaputt.docx"), (b"x", "../../etc/passwd"), (b"x", "alt.doc")],
)
def test_what_is_no_table_is_refused_in_words(editor: TestClient, content: bytes, name: str) -> None:
    """An empty file, a broken one, a name that leads elsewhere, an old format: a sentence, and the form again."""
    page = handed_in(editor, content, name)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_word_without_a_table_is_refused(editor: TestClient) -> None:
    """A letter is no list."""
    document, out = Document(), io.BytesIO()
    document.add_paragraph("您好")
    document.save(out)
    assert "没有表格" in handed_in(editor, out.getvalue(), "信.docx").text


@pytest.mark.parametrize("key", ["x", "..%2F..%2Fvar", "0" * 32])
def test_file_that_is_not_there_is_asked_for_again(editor: TestClient, key: str) -> None:
    """No key leads anywhere but to a file that was handed in."""
    assert editor.get(f"/editors/annexes/{key}").status_code in (404, 307)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_lists_go_out_as_files(editor: TestClient, kind: str) -> None:
    """What is served now, as Word and as Excel."""
    answer = editor.get(f"/editors/annexes/export.{kind}")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


def drafted(client: TestClient, content: bytes, **told: str) -> None:
    """A file taken over into drafts as it is."""
    page = handed_in(client, content, **told)
    csrf = page_of(client, "/editors", "csrf")
    answer = client.post(page.url.path, data={"csrf": csrf, "do": "draft", **told})
    assert answer.status_code == 303, answer.text


def test_table_is_reviewed_in_words_published_and_comes_back_unchanged(
    app: FastAPI, editor: TestClient, drafts: Drafts
) -> None:
    """In: the second person reads what changes as with any draft, and agrees. Out: what was published; in again: nothing new."""
    drafted(editor, workbook(*ROWS), source="附件一")
    number = str(drafts.open("catalog.yaml").id)
    page = f"/editors/drafts/{number}"
    assert send(editor, f"{page}/propose", page, reason="部门给了表").status_code == 303
    head = at_work(app, Role.HEAD)
    seen = head.get(page).text
    assert re.search(r"<ins>[^<]*3[^<]*工作日", seen), seen
    assert send(editor, f"{page}/approve", page).status_code == 422
    assert "附件一" not in (drafts.folder / "catalog.yaml").read_text("utf-8")
    assert send(head, f"{page}/approve", page).status_code == 303
    text = (drafts.folder / "catalog.yaml").read_text("utf-8")
    assert "附件一" in text
    app.state.service = renewed(app.state.service)
    for kind in ("docx", "xlsx"):
        given = editor.get(f"/editors/annexes/export.{kind}").content
        assert "没有要改的" in handed_in(editor, given, f"清单.{kind}").text


def test_exported_list_that_somebody_corrects_changes_only_that(
    app: FastAPI, editor: TestClient, drafts: Drafts
) -> None:
    """The sheet goes to the department, one cell is put right, it comes back: one line of the catalogue is new."""
    book = openpyxl.load_workbook(io.BytesIO(editor.get("/editors/annexes/export.xlsx").content))
    sheet, (row, column) = next(
        (sheet, (cell.row, header.column))
        for sheet in book.worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.value == "歌厅许可"
        for header in (cell for line in sheet.iter_rows() for cell in line)
        if header.value == "承诺时限"
    )
    sheet.cell(row, column).value = "7个工作日"
    out = io.BytesIO()
    book.save(out)
    drafted(editor, out.getvalue(), source="附件一")
    before = (drafts.folder / "catalog.yaml").read_text("utf-8").splitlines()
    after = drafts.open("catalog.yaml").text.splitlines()
    new = [line for line in after if line not in before]
    assert len(new) <= 2, new
    assert any("7" in line and "geting" in line for line in new), new
    assert {one.path for one in drafts.all()} <= {"catalog.yaml", "sources.yaml"}


def test_annex_joins_drafts_that_wait_together(editor: TestClient, drafts: Drafts) -> None:
    """Sources that wait with a guide are not torn from it: all of it goes out together."""
    for path in ("sources.yaml", "guides/geting.yaml"):
        text = (drafts.folder / path).read_text("utf-8")
        drafts.save(path, f"{text}# x\n", who="zhang", bundle="before")
    drafted(editor, workbook(*ROWS), source="附件一")
    assert {one.path: one.bundle for one in drafts.all()} == {
        "sources.yaml": "before",
        "guides/geting.yaml": "before",
        "catalog.yaml": "before",
    }
