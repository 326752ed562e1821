"""The report for the meeting (会商) as an Excel workbook: numbers stay numbers, each sheet says how they are counted."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assistant.cases.report import Report
from assistant.text import cleaned

_LINE = Side(style="thin", color="808080")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E8EEF5")
Cell = str | float | None


def workbook(report: Report) -> bytes:
    """A sheet with every figure, then one for each breakdown; what there was nothing to count of is an empty cell."""
    book = Workbook()
    book.remove(book.worksheets[0])
    period = f"{report.first:%Y-%m-%d} 至 {report.last:%Y-%m-%d}"
    figures = [(one.label, one.value, one.unit, one.definition) for one in report.figures]
    _sheet(
        book, "总的情况", f"代办注销会商报告（{period}）", ("名称", "数", "单位", "怎么算的"), figures, (26, 12, 12, 80)
    )
    for part in report.breakdowns:
        widths = (44, *(16 for _ in part.header[1:]))
        _sheet(book, part.title, f"{part.definition}（{period}）", part.header, part.rows, widths)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Workbook,
    name: str,
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[int],
) -> None:
    """A title over the whole width, a header that stays in sight, bordered cells, A4."""
    sheet: Worksheet = book.create_sheet(name)
    for values in ([title], header, *rows):
        sheet.append([cleaned(one) if isinstance(one, str) else one for one in values])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet["A1"].font = Font(bold=True)
    sheet.row_dimensions[1].height = 48
    for cells in sheet.iter_rows(min_row=2, max_col=len(header)):
        for cell in cells:
            cell.border = _GRID
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a question that begins with = is a text
            if cell.row == 2:
                cell.font, cell.fill = Font(bold=True), _HEAD
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
