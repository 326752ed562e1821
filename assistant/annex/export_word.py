"""The tiered list and the guides as a Word document for signature: A4, tables, page numbers, 待核 marked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from assistant.annex.paper import HINT, LIST_HEADERS, PENDING, ListRow, guide_cells, list_rows, region_named
from assistant.knowledge.whole import Knowledge

_WIDTHS = (10, 26, 52, 44, 24, 17, 22, 34, 26, 14)
_SPLIT = re.compile(f"({PENDING})")


def write_word(
    knowledge: Knowledge, path: Path, *, region: str | None = None, on: dt.date, guides: bool = True
) -> None:
    """Write the document: the list of the region, a place to sign, and a form for each guide."""
    place = region_named(knowledge, region)
    document = Document()
    _styles(document)
    _page(document.sections[0], across=True)
    document.core_properties.title = f"{place.name}代办注销分级清单"
    document.core_properties.author = ""
    rows = list(list_rows(knowledge, place))
    _paragraph(document, f"{place.name}代办注销分级清单", "Title")
    note = f"{on.year}年{on.month}月{on.day}日导出，共 {len(rows)} 项。{HINT}"
    _paragraph(document, note)
    _list(document, rows)
    _signature(document)
    if guides:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        _page(section, across=False)
        _paragraph(document, "白话版办事指南", "Title")
        for department, group in groupby(rows, key=lambda row: row.department):
            _paragraph(document, department, "Heading 1")
            for row in group:
                _form(document, row, guide_cells(knowledge, row.item.id))
    document.save(str(path))


def _styles(document: Any) -> None:
    """Song for the text, Hei for headings: fonts that every office machine has."""
    for name, latin, han, size in (
        ("Normal", "Times New Roman", "宋体", 10.5),
        ("Title", "Times New Roman", "黑体", 20),
        ("Heading 1", "Times New Roman", "黑体", 15),
        ("Heading 2", "Times New Roman", "黑体", 12),
    ):
        style = document.styles[name]
        style.font.name, style.font.size = latin, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        fonts.set(qn("w:eastAsia"), han)
    document.styles["Normal"].paragraph_format.space_after = Pt(2)
    document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _page(section: Any, *, across: bool) -> None:
    """A4 with narrow margins, and `第 1 页 共 9 页` at the foot."""
    width, height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = Mm(14 if across else 22)
    section.top_margin = section.bottom_margin = Mm(16)
    footer = section.footer
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页  共 ", "NUMPAGES"), (" 页", "")):
        paragraph.add_run(text)
        if field:
            element = OxmlElement("w:fldSimple")
            element.set(qn("w:instr"), field)
            paragraph._p.append(element)


def _paragraph(holder: Any, text: str, style: str | None = None, *, bold: bool = False) -> Any:
    """A paragraph whose 【待核】 stands out."""
    paragraph = holder.add_paragraph(style=style)
    _runs(paragraph, text, bold=bold)
    return paragraph


def _runs(paragraph: Any, text: str, *, bold: bool = False) -> None:
    for part in filter(None, _SPLIT.split(text)):
        run = paragraph.add_run(part)
        run.bold = bold or None
        if part == PENDING:
            run.font.color.rgb = RGBColor(0xB0, 0x30, 0x00)


def _fill(cell: Any, text: str, *, bold: bool = False) -> None:
    """The lines of a text as the paragraphs of a cell."""
    lines = text.split("\n")
    _runs(cell.paragraphs[0], lines[0], bold=bold)
    for line in lines[1:]:
        _runs(cell.add_paragraph(), line, bold=bold)


def _table(document: Any, widths: Sequence[int], rows: Iterable[Sequence[str]], *, head: bool) -> Any:
    """A bordered table of fixed widths; its header is repeated on every page, no row is cut by a page end."""
    filled = list(rows)
    table = document.add_table(rows=len(filled), cols=len(widths), style="Table Grid")
    table.autofit = False
    for number, (row, values) in enumerate(zip(table.rows, filled, strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if head and number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text, width) in enumerate(zip(row.cells, values, widths, strict=True)):
            cell.width = Mm(width)
            _fill(cell, text, bold=(head and number == 0) or (not head and column == 0))
    return table


def _list(document: Any, rows: list[ListRow]) -> None:
    """The list, each department's cells merged into one."""
    table = _table(document, _WIDTHS, [LIST_HEADERS, *(row.cells for row in rows)], head=True)
    column, at = LIST_HEADERS.index("部门"), 1
    for department, group in groupby(rows, key=lambda row: row.department):
        count = len(list(group))
        if count > 1:
            for number in range(at + 1, at + count):
                table.cell(number, column).paragraphs[0].clear()
            merged = table.cell(at, column).merge(table.cell(at + count - 1, column))
            for paragraph in merged.paragraphs[1:]:
                paragraph._p.getparent().remove(paragraph._p)
            merged.paragraphs[0].clear()
            _runs(merged.paragraphs[0], department)
        at += count


def _signature(document: Any) -> None:
    """Where the department signs."""
    document.add_paragraph()
    _paragraph(document, "以上内容已核对。")
    _paragraph(
        document, "部门（盖章）：　　　　　　　　　　核对人（签字）：　　　　　　　　　　日期：　　　　年　　月　　日"
    )


def _form(document: Any, row: ListRow, cells: dict[str, str]) -> None:
    """One guide as a form: label at the left, words at the right."""
    heading = _paragraph(document, row.item.name, "Heading 2")
    heading.paragraph_format.keep_with_next = True
    lines = [("事项名称", row.item.name), ("部门", row.department), *cells.items()]
    _table(document, (30, 136), lines, head=False)
