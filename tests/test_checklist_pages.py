import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.page_app import page_app


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    """A browser without JavaScript."""
    with TestClient(page_app(), raise_server_exceptions=False) as client:
        yield client


def checklist(visitor: TestClient, **answers: object) -> str:
    """The address of a checklist from the filled-in form."""
    told = {"enterprise_type": "geti", "place": "shilixian", "licences": ["shipin", "yancao"], "proxy": "proxy"}
    answer = visitor.post("/form", data={**told, **answers}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


# ---- the form --------------------------------------------------------------------------------------------------
def test_form_gives_a_checklist(visitor: TestClient) -> None:
    """What is ticked is on the checklist."""
    page = visitor.get(checklist(visitor)).text
    assert "食品经营许可证" in page
    assert "烟草专卖零售许可证" in page
    assert "示例县代办服务专窗" in page


def test_trade_puts_its_usual_licences_first(visitor: TestClient) -> None:
    """The button shows what a trade usually holds and keeps what was filled in."""
    page = visitor.post("/form", data={"industry": "小卖店", "suggest": "1", "place": "shilixian"}).text
    assert "小卖店常有这些" in page
    assert re.search(r'value="shilixian" checked', page)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "一项都没填"),
        ({"place": "nowhere"}, "没有“nowhere”这个地区"),
        ({"licences": ["nothing"]}, "清单上没有“nothing”"),
        ({"place": "shilixian", "proxy": "perhaps"}, "有一处选得不对"),
    ],
)
def test_faulty_form_comes_back_with_a_sentence(visitor: TestClient, data: dict[str, str], words: str) -> None:
    """A form that does not do is shown again, with what is wrong."""
    answer = visitor.post("/form", data=data)
    assert answer.status_code == 422
    assert words in answer.text


def test_guide_leads_to_the_form_with_its_licence_ticked(visitor: TestClient) -> None:
    """From a guide one comes to a form that already knows the licence."""
    assert 'href="/form?licence=shipin"' in visitor.get("/guides/shipin").text
    assert re.search(r'value="shipin" checked', visitor.get("/form?licence=shipin").text)


# ---- checklists ------------------------------------------------------------------------------------------------
def test_checklist_page_says_where_what_and_why(visitor: TestClient) -> None:
    """Doors, phases, reasons, materials and the date are on the page, with files to download."""
    where = checklist(visitor)
    page = visitor.get(where).text
    for words in (
        "要去的地方",
        "您说手里有",
        "注销申请书",
        "2026年11月20日",
        f"{where}.pdf",
        f"{where}.docx",
        "演示数据",
    ):
        assert words in page


def test_checklist_as_pdf_embeds_chinese(visitor: TestClient) -> None:
    """The paper is a PDF whose fonts travel with it."""
    answer = visitor.get(checklist(visitor) + ".pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"NotoSerifSC" in answer.content


def test_checklist_as_word_file_holds_its_words(visitor: TestClient) -> None:
    """The Word file can be opened and holds the entries, as text and never as markup."""
    answer = visitor.get(checklist(visitor, industry="<w:p>&") + ".docx")
    body = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
    assert "食品经营许可证" in body
    assert "&lt;w:p&gt;&amp;" in body
    assert "{{" not in body


@pytest.mark.parametrize("ending", ["", ".pdf", ".docx"])
def test_unknown_checklist_is_told_kindly(visitor: TestClient, ending: str) -> None:
    """A mistyped address ends on a page with a way on."""
    answer = visitor.get(f"/c/meiyou{ending}")
    assert answer.status_code == 404
    assert "没有这张清单" in answer.text
