"""会商报告 on paper: PDF, Word and a workbook to reckon with."""

import datetime as dt
import io
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from assistant.cases.report import report
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.render.case_papers import as_docx
from assistant.render.case_words import meeting_report, said
from assistant.render.case_workbook import workbook
from tests.cases.builders import complete, moved, opened
from tests.cases.papers import A_REPORT, FORMS, Read, in_both, in_pdf, in_word


@pytest.fixture
def url(tmp_path: Path) -> str:
    """One database is enough: nothing here depends on which."""
    return f"sqlite:///{tmp_path / 'cases.db'}"


@in_both
def test_meeting_report_defines_every_figure(read: Read) -> None:
    """Each figure with its unit and its sentence, each table with its own; what could not be counted is a stroke."""
    text = read(meeting_report(A_REPORT))
    for one in A_REPORT.figures:
        assert one.label in text
        assert one.definition in text
    for word in ("2026年3月1日至2026年3月31日", "3 项", "2.5 个工作日", "66.7%", "各有几项。", "这段时间没有。"):
        assert word in text


def test_meeting_report_in_word_has_a_column_for_each_heading() -> None:
    """Tables of two and of three columns come from one template; an empty one is a sentence."""
    document = Document(io.BytesIO(as_docx(meeting_report(A_REPORT), FORMS)))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert tables[1] == [["事项", "办结", "用时"], ["食品经营许可证", "3", "2.5"], ["其他", "1", "—"]]
    assert tables[2] == [["问题", "次数"], ["=1+1 怎么销😀", "4"]]
    assert len(tables) == 3


def test_report_of_the_store_fits_all_three(cases: Cases) -> None:
    """What `report` gives is printed whole: every breakdown by its title, on paper, in Word and as a sheet."""
    case = complete(cases, opened(cases))
    moved(cases, case, State.REVIEWING, State.SUBMITTED, State.IN_DEPARTMENT, State.GRANTED)
    counted = report(cases, dt.date(2026, 3, 1), dt.date(2026, 3, 31), unanswered=[("猫证咋退", 2)])
    paper = meeting_report(counted)
    sheets = load_workbook(io.BytesIO(workbook(counted))).sheetnames
    for one in counted.breakdowns:
        assert one.title in in_pdf(paper)
        assert one.title in in_word(paper)
        assert one.title in sheets
    assert "猫证咋退" in in_pdf(paper)
    assert "张三" not in in_word(paper)


def test_workbook_holds_numbers_and_no_formula() -> None:
    """Numbers can be added up, nothing to count is an empty cell, a question that begins with = is only words."""
    book = load_workbook(io.BytesIO(workbook(A_REPORT)))
    assert book.sheetnames == ["总的情况", "按事项", "没答上来的问题", "待核"]
    rows = [list(row) for row in book["总的情况"].iter_rows(min_row=3, values_only=True)]
    assert rows[1:] == [
        ["用时中位数", 2.5, "个工作日", "取中间的。"],
        ["满意", 66.7, "%", "评价里满意的占多少。"],
        ["在承诺时限内", None, "%", "没有超过承诺时限的占多少。"],
    ]
    question, times = next(book["没答上来的问题"].iter_rows(min_row=3))
    assert (question.value, question.data_type, times.value) == ("=1+1 怎么销😀", "s", 4)
    assert "2026-03-01 至 2026-03-31" in str(book["按事项"]["A1"].value)
    assert "各有几项。" in str(book["按事项"]["A1"].value)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (3, "项", "3 项"),
        (2.0, "", "2"),
        (2.5, "", "2.5"),
        (66.7, "%", "66.7%"),
        (None, "项", "—"),
        (1234567, "", "1234567"),
    ],
)
def test_number_is_written_as_people_write_it(value: float | None, unit: str, words: str) -> None:
    """No needless .0, no exponent."""
    assert said(value, unit) == words
