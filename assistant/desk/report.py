"""Questions without answer as a report: a sheet for Excel or plain CSV, one line a question; nothing in it tells of a person."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence

from assistant.desk.unanswered import Group, Why
from assistant.text import cleaned
from assistant.timezone import CHINA

HEADER = ("组", "这一组多少次", "问题", "这样问的次数", *(why.label for why in Why), "最近一次")
WIDTHS = (6, 14, 60, 14, 10, 10, 16, 16, 18)
_FORMULA = ("=", "+", "-", "@", "\t")
Cell = str | int


def as_csv(groups: Sequence[Group], first: dt.date, last: dt.date) -> bytes:
    """CSV as Excel opens it; what could be taken for a formula is a text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_title(first, last)])
    writer.writerow(HEADER)
    for row in _rows(groups):
        writer.writerow([f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else one for one in row])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(groups: Sequence[Group], first: dt.date, last: dt.date) -> bytes:
    """One sheet, its header in sight, A4 across."""
    from openpyxl import Workbook  # large, and few ask for Excel
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    head = PatternFill("solid", fgColor="E8EEF5")
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "没答上的"
    for row in ([_title(first, last)], HEADER, *_rows(groups)):
        sheet.append([cleaned(one) if isinstance(one, str) else one for one in row])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a question that begins with = is a text
            if cell.row == 2:
                cell.font, cell.fill = Font(bold=True), head
    for number, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet["A1"].font = Font(bold=True)
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(first: dt.date, last: dt.date) -> str:
    return f"没答上的问题（{first} 至 {last}），意思一样的归成一组，号码、姓名隐去了"


def _rows(groups: Sequence[Group]) -> Iterator[list[Cell]]:
    for number, group in enumerate(groups, 1):
        for one in group.questions:
            why = dict(one.why)
            counts = [why.get(each, 0) for each in Why]
            yield [number, group.times, one.text, one.times, *counts, f"{one.last.astimezone(CHINA):%Y-%m-%d %H:%M}"]
