"""The sheets of an .xlsx file as tables; hidden sheets are not read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from assistant.annex.grid import MAX_COLUMNS, MAX_ROWS, Cell, Grid, clean
from assistant.errors import DaobanError


def grids(path: Path) -> list[Grid]:
    """Every visible sheet that has something in it; blank rows inside a sheet do not end its table."""
    book = openpyxl.load_workbook(path, data_only=True)
    found = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and isinstance(sheet, Worksheet):
            rows = _rows(sheet)
            if any(cell.text for row in rows for cell in row):
                found.append(Grid(f"工作表“{sheet.title}”", clean(sheet.title), rows))
    return found


def _rows(sheet: Worksheet) -> tuple[tuple[Cell, ...], ...]:
    """The rows with merged areas filled from their first cell."""
    if sheet.max_row > MAX_ROWS:
        filled = max((row for row, _ in _filled(sheet)), default=0)
        if filled > MAX_ROWS:
            raise DaobanError(f"工作表“{sheet.title}”超过 {MAX_ROWS} 行，请拆成几份再导入")
    height, width = min(sheet.max_row, MAX_ROWS), min(sheet.max_column, MAX_COLUMNS)
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row, min(merged.max_row, height) + 1):
            for column in range(merged.min_col, min(merged.max_col, width) + 1):
                first[row, column] = (merged.min_row, merged.min_col)
    rows = []
    for row in range(1, height + 1):
        cells = []
        for column in range(1, width + 1):
            at = first.get((row, column), (row, column))
            cells.append(Cell(_text(sheet.cell(*at).value), at[0] * MAX_COLUMNS + at[1]))
        rows.append(tuple(cells))
    return tuple(rows)


def _filled(sheet: Worksheet) -> list[tuple[int, int]]:
    """The places that hold something, also in a sheet that is formatted to its last row."""
    return [(c.row, c.column) for row in sheet.iter_rows() for c in row if c.value is not None and c.column]


def _text(value: object) -> str:
    """A cell's value as it is read: 5 and not 5.0, a date and not a moment."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):
        value = value.date()
    return clean(value)
