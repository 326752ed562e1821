"""The papers of a checklist: PDF, Word, text; and what is said about today."""

import datetime as dt
import io
import re
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from assistant.checklist.model import FieldState, LimitRef, MaterialLine
from assistant.checklist.plan import make_checklist
from assistant.errors import NotFound
from assistant.forms.offered import offered
from assistant.render.notice import WORD_TEMPLATE, notice_docx, notice_pdf
from assistant.render.paper import amount, checked, days, paper
from assistant.render.reminders import reminders
from assistant.settings import ROOT
from tests.builders import a_company_closing, a_knowledge
from tests.papers.situations import SITUATIONS
from tests.papers.test_situations import ISSUED_ON, checklist_of

FORMS = ROOT / "knowledge" / "forms"
ADDRESS, CODE = "https://example.cn/c/abcd2345efgh", "abcd 2345"


# ---- PDF -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_can_be_printed(situation: str, big: bool) -> None:
    """The standards are checked while the paper is made; no situation breaks them."""
    assert notice_pdf(checklist_of(situation), ADDRESS, CODE, big=big).startswith(b"%PDF-")


def test_pdf_is_archival_tagged_and_has_a_real_bold() -> None:
    """PDF/A-2a and PDF/UA-1: regular and bold Chinese inside, a structure to read aloud, a title, a language."""
    content = notice_pdf(checklist_of("药店公司"), ADDRESS, CODE)
    for part in (b"NotoSerifSC", b"NotoSansSC-Bold", b"/StructTreeRoot", b"/Lang"):
        assert part in content
    assert re.search(rb"pdfaid:part>2<", content)
    assert re.search(rb"pdfaid:conformance>A<", content)
    assert re.search(rb"pdfuaid:part>1<", content)
    assert "注销清单".encode() in content or "注销清单".encode("utf-16-be") in content


def test_large_type_needs_more_pages() -> None:
    """The large version is really larger."""
    small, big = (notice_pdf(checklist_of("药店公司"), ADDRESS, CODE, big=size) for size in (False, True))
    pages = [len(re.findall(rb"/Type ?/Page\b", content)) for content in (small, big)]
    assert pages[1] > pages[0] > 1


def test_papers_asked_for_at_once_do_not_mix() -> None:
    """Two threads that print two checklists get each their own."""
    alone = {name: len(notice_pdf(checklist_of(name), ADDRESS, CODE)) for name in ("小饭店", "歌厅")}
    got: dict[str, int] = {}

    def printing(name: str) -> None:
        got[name] = len(notice_pdf(checklist_of(name), ADDRESS, CODE))

    threads = [threading.Thread(target=printing, args=(name,)) for name in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == alone


# ---- Word ------------------------------------------------------------------------------------------------------
def test_word_file_holds_what_the_paper_says() -> None:
    """Everything of the paper is in the Word file, with the picture of the QR code."""
    content = notice_docx(checklist_of("药店公司"), ADDRESS, CODE, FORMS)
    document = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in ("注销清单", CODE, "怎么销：简易注销", "□ 药品经营许可证", ADDRESS):
        assert words in text
    assert any(name.startswith("word/media/") for name in zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_city_edits_the_template_of_the_word_file(tmp_path: Path) -> None:
    """The template is a file of the knowledge folder; without it one is told, not given an empty page."""
    with pytest.raises(NotFound):
        notice_docx(checklist_of("小饭店"), ADDRESS, CODE, tmp_path)
    document = Document()
    document.add_paragraph("本市窗口用：{{ summary }}")
    document.save(str(tmp_path / f"{WORD_TEMPLATE}.docx"))
    content = notice_docx(checklist_of("小饭店"), ADDRESS, CODE, tmp_path)
    assert Document(io.BytesIO(content)).paragraphs[0].text.startswith("本市窗口用：您是个体工商户")


# ---- words -----------------------------------------------------------------------------------------------------
def test_amount_counts_originals_and_photocopies_apart() -> None:
    """What is handed in as an original is not mixed up with what is copied; what nobody knows is not said."""
    line = MaterialLine(id="a", name="a", for_=("x",), form="原件和复印件", originals=1, photocopies=3)
    assert amount(line) == "原件 1 份、复印件 3 份"
    assert amount(line.model_copy(update={"form": "电子版"})) == "电子版"
    assert amount(line.model_copy(update={"form": None, "originals": None, "photocopies": None})) == ""


def test_limit_is_said_as_people_say_it() -> None:
    """10日 and 3个工作日."""
    assert [days(LimitRef(days=10, unit="日")), days(LimitRef(days=3, unit="工作日"))] == ["10日", "3个工作日"]


@pytest.mark.parametrize(
    ("state", "day", "words"),
    [
        ("待核", None, "待核"),
        ("有出处", None, ""),
        ("已核", dt.date(2026, 11, 1), "2026年11月1日核"),
        ("已核", dt.date(2026, 5, 27), "2026年5月27日核"),
        ("已核", dt.date(2026, 5, 26), "2026年5月26日核，过了半年，先打电话"),
    ],
)
def test_state_says_when_it_was_checked(state: Any, day: dt.date | None, words: str) -> None:
    """Confirmed means a day; half a year later it says that one should call first."""
    assert checked(FieldState(state=state, checked_on=day), ISSUED_ON) == words
    assert checked(None, ISSUED_ON) == ""


def test_conditions_are_shown_while_the_simple_path_is_open() -> None:
    """They are to be looked at again on the simple path; on the general one the reason is enough."""
    assert paper(checklist_of("药店公司"), ADDRESS, CODE)["path"]["conditions"]
    assert paper(checklist_of("歌厅"), ADDRESS, CODE)["path"]["conditions"] == []
    assert paper(checklist_of("水厂只退证"), ADDRESS, CODE)["path"] is None


# ---- what to mind today ----------------------------------------------------------------------------------------
def told(situation: str, day: dt.date, *done: str) -> list[tuple[str, str]]:
    """The reminders of a day, with these guide ids ticked."""
    ticked = {f"e-{one}": ISSUED_ON for one in done}
    return [(one.kind, one.text) for one in reminders(checklist_of(situation), ticked, day)]


def test_reminder_says_what_can_be_done_now() -> None:
    """Whatever waits for nothing; what waits for something open is not named."""
    ((kind, text),) = [one for one in told("食杂店带烟", ISSUED_ON) if one[0] == "now"]
    assert kind == "now"
    for name in ("食品经营许可证", "烟草专卖零售许可证", "税务注销"):
        assert name in text
    assert "个体工商户注销登记" not in text
    ((_, text),) = told("食杂店带烟", ISSUED_ON, "shipin-jingying-xuke", "yancao-lingshou-xuke", "shuiwu-zhuxiao")
    assert text == "现在就能办：个体工商户注销登记。"


def test_reminder_tells_of_the_next_day_to_come() -> None:
    """What is free but not before its day is told with the day."""
    licences = ("yaopin-jingying-xuke", "di-san-lei-yiliaoqixie-jingying-xuke", "shipin-jingying-xuke")
    waiting = told("药店公司", ISSUED_ON, *licences, "shuiwu-zhuxiao", "jianyi-zhuxiao")
    assert waiting == [("wait", "等到 2026年12月15日：公司注销登记。")]


@pytest.mark.parametrize(
    ("before", "kind", "words"),
    [(7, "soon", "还有7天"), (1, "soon", "还有1天"), (0, "soon", "就是今天"), (-1, "late", "已经过了")],
)
def test_reminder_warns_of_a_last_day(before: int, kind: str, words: str) -> None:
    """A week ahead and on the day itself; passed by, it is told first and with a number to call."""
    registry = "gongsi-zhuxiao-dengji"
    entry = next(one for one in checklist_of("药店公司").entries if one.item.id == registry)
    assert entry.dates
    assert entry.dates.deadline
    first = told("药店公司", entry.dates.deadline - dt.timedelta(days=before))[0]
    assert first[0] == kind
    assert words in first[1]
    assert told("药店公司", entry.dates.deadline - dt.timedelta(days=8))[0][0] == "now"
    assert all(one[0] not in ("soon", "late") for one in told("药店公司", entry.dates.deadline, registry))


def test_everything_ticked_says_so() -> None:
    """At the end there is one sentence, and nothing to do."""
    everything = [entry.item.id for entry in checklist_of("小饭店").entries]
    assert [kind for kind, _ in told("小饭店", ISSUED_ON, *everything)] == ["done"]


def test_empty_checklist_reminds_of_nothing_and_can_be_printed() -> None:
    """Where nothing is to be done nothing is pressing, and the paper says so much."""
    profile = a_company_closing(whole_or_licence_only="licence_only")
    empty = make_checklist(a_knowledge(), profile, ISSUED_ON)
    assert reminders(empty, {}, ISSUED_ON) == ()
    assert notice_pdf(empty, ADDRESS, CODE).startswith(b"%PDF-")
    assert offered(empty) == ()
