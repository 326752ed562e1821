"""What tests of the papers read them with, and a report to print."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from assistant.cases.report import Breakdown, Figure, Report
from assistant.render.case_papers import as_docx, as_pdf
from assistant.render.case_words import Paper
from assistant.settings import ROOT
from tests.cases.pdf_text import pages

FORMS = ROOT / "knowledge" / "forms"
A_REPORT = Report(
    dt.date(2026, 3, 1),
    dt.date(2026, 3, 31),
    (
        Figure("handled", "办结", 3, "项", "期间办结的事项数。"),
        Figure("days", "用时中位数", 2.5, "个工作日", "取中间的。"),
        Figure("satisfied", "满意", 66.7, "%", "评价里满意的占多少。"),
        Figure("in_promise", "在承诺时限内", None, "%", "没有超过承诺时限的占多少。"),
    ),
    (
        Breakdown(
            "item", "按事项", "各有几项。", ("事项", "办结", "用时"), (("食品经营许可证", 3, 2.5), ("其他", 1, None))
        ),
        Breakdown("unanswered", "没答上来的问题", "问了几次。", ("问题", "次数"), (("=1+1 怎么销😀\x0b", 4),)),
        Breakdown("to_check", "待核", "看了几次。", ("待核", "次数"), ()),
    ),
)


def in_pdf(paper: Paper) -> str:
    """All words of the PDF."""
    return "".join(pages(as_pdf(paper)))


def in_word(paper: Paper, folder: Path = FORMS) -> str:
    """All words of the Word file, a line each paragraph, footer and tables too."""
    document = Document(io.BytesIO(as_docx(paper, folder)))
    paragraphs = [*document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")]
    texts = ["".join(run.text or "" for run in one.iter() if run.tag.endswith("}t")) for one in paragraphs]
    return "\n".join([*texts, *(one.text for part in document.sections for one in part.footer.paragraphs)])


in_both = pytest.mark.parametrize("read", [in_pdf, in_word])
Read = Callable[[Paper], str]
