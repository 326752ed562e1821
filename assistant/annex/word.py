"""Tables of a .docx file, in reading order, with the paragraph above each as its title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table as WordTable

from assistant.annex.grid import MAX_COLUMNS, MAX_ROWS, Cell, Grid, clean
from assistant.errors import DaobanError

_TEXT, _PARAGRAPH, _TAB = qn("w:t"), qn("w:p"), qn("w:tab")
_BREAKS = {qn("w:br"), qn("w:cr")}
_MOVED_AWAY = qn("w:moveFrom")


def grids(path: Path) -> list[Grid]:
    """Every table of the document."""
    document = Document(str(path))
    found: list[Grid] = []
    above: list[str] = []
    for element in document.element.body.iterchildren():
        if element.tag == _PARAGRAPH:
            above.append(_text(element))
        elif element.tag == qn("w:tbl"):
            table = WordTable(element, document)
            found.append(Grid(f"第{len(found) + 1}张表", _title(above), tuple(_rows(table))))
            above = []
    return found


def _title(above: list[str]) -> str:
    """The paragraph above a table that names it; otherwise the nearest one."""
    told = [text for text in above if text]
    named = [text for text in told if len(text) <= 60 and re.search(r"清单|指南|联系人|名单|目录|[一览明细]表$", text)]
    return next(iter([*named[::-1], *told[::-1]]), "")


def _rows(table: WordTable) -> Iterator[tuple[Cell, ...]]:
    """The rows with every merged cell repeated in each of its places."""
    areas: dict[Any, int] = {}
    texts: dict[int, str] = {}
    for number, row in enumerate(table.rows):
        if number >= MAX_ROWS:
            raise DaobanError(f"表格超过 {MAX_ROWS} 行，请拆成几份再导入")
        cells: list[Cell] = [Cell("", -1 - number * MAX_COLUMNS - i) for i in range(row.grid_cols_before)]
        for cell in row.cells:
            area = areas.setdefault(cell._tc, len(areas))
            if area not in texts:
                texts[area] = _text(cell._tc)
            cells.append(Cell(texts[area], area))
        yield tuple(cells[:MAX_COLUMNS])


def _text(element: Any) -> str:
    """What a reader sees in an element: tracked insertions count, tracked deletions do not."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag == _PARAGRAPH or node.tag in _BREAKS:
            parts.append("\n")
        elif node.tag == _TAB:
            parts.append(" ")
        elif node.tag == _TEXT and next(node.iterancestors(_MOVED_AWAY), None) is None:
            parts.append(node.text or "")
    return clean("".join(parts))
