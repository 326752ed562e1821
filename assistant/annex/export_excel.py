"""The tiered list and the guides as an Excel workbook that departments can correct and send back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assistant.annex.paper import GUIDE_HEADERS, HINT, LIST_HEADERS, PENDING, guide_cells, list_rows, region_named
from assistant.knowledge.model import ProxyTier
from assistant.knowledge.whole import Knowledge

_LINE = Side(style="thin", color="808080")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E8EEF5")
_OPEN = PatternFill("solid", fgColor="FFF4CC")
_WIDTHS = {
    "序号": 6, "部门": 16, "事项名称": 32, "证照名称": 26, "代办层级": 14, "发证层级": 10, "承诺时限": 14, "办理窗口": 26,
    "咨询电话": 16, "状态": 9, "申请材料": 48, "办理流程": 52,
}  # fmt: skip


def write_excel(knowledge: Knowledge, path: Path, *, region: str | None = None, on: dt.date) -> None:
    """Write the workbook: 分级清单 of the region, 办事指南, 联系人."""
    place = region_named(knowledge, region)
    book = Workbook()
    book.remove(book.worksheets[0])
    rows = list(list_rows(knowledge, place))
    title = f"{place.name}代办注销分级清单（{on.isoformat()} 导出。{HINT}）"
    listing = _sheet(book, "分级清单", title, LIST_HEADERS, [row.cells for row in rows])
    column = get_column_letter(LIST_HEADERS.index("代办层级") + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(ProxyTier)},{PENDING}"', allow_blank=True)
    choice.error, choice.errorTitle = "请从三档里选一个", "代办层级"
    listing.add_data_validation(choice)
    choice.add(f"{column}3:{column}{len(rows) + 2}")
    guides = []
    for number, row in enumerate(rows, 1):
        cells = guide_cells(knowledge, row.item.id)
        guides.append((str(number), row.department, row.item.name, *(cells.get(h, "") for h in GUIDE_HEADERS[3:])))
    _sheet(book, "办事指南", f"{place.name}代办注销白话版办事指南", GUIDE_HEADERS, guides)
    contacts = [
        (department.name, contact.office, contact.phone or PENDING, contact.state.value)
        for department in knowledge.departments.values()
        for contact in department.contacts
    ]
    _sheet(book, "联系人", f"{place.name}代办注销业务联系科室", ("部门", "科室", "办公电话", "状态"), contacts)
    book.save(path)


def _sheet(book: Workbook, name: str, title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Worksheet:
    """One sheet: a title over the whole width, a header that stays in sight, bordered cells, A4 across."""
    sheet: Worksheet = book.create_sheet(name)
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headers))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=15), Alignment(horizontal="center")
    sheet.append(list(headers))
    for values in rows:
        sheet.append(list(values))
    for cells in sheet.iter_rows(min_row=2, max_col=len(headers)):
        for cell in cells:
            cell.border = _GRID
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with = is a text
                if cell.row and cell.row > 2 and PENDING in cell.value:
                    cell.fill = _OPEN
            if cell.row == 2:
                cell.font, cell.fill = Font(bold=True), _HEAD
    for index, header in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(header, 24)
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    footer = sheet.oddFooter.center if sheet.oddFooter else None
    if footer is not None:
        footer.text = "第 &P 页，共 &N 页"
    return sheet
