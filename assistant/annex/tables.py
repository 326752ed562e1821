"""What an annex file holds: its tables, recognised column by column, or a sentence that says why it cannot be read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from assistant.annex.headers import Table, tables_of
from assistant.errors import DaobanError

MAX_FILE, MAX_UNPACKED = 10_000_000, 120_000_000
_CONVERT = {
    ".doc": ("Word", "Word 文档（*.docx）"),
    ".wps": ("WPS 文字", "Word 文档（*.docx）"),
    ".rtf": ("Word", "Word 文档（*.docx）"),
    ".docm": ("Word", "Word 文档（*.docx）"),
    ".xls": ("Excel", "Excel 工作簿（*.xlsx）"),
    ".et": ("WPS 表格", "Excel 工作簿（*.xlsx）"),
    ".xlsm": ("Excel", "Excel 工作簿（*.xlsx）"),
    ".csv": ("Excel", "Excel 工作簿（*.xlsx）"),
}
_OLE = b"\xd0\xcf\x11\xe0"


def read_tables(path: Path) -> list[Table]:
    """All tables of a .docx or .xlsx file; DaobanError says in words what to do with any other."""
    kind = path.suffix.lower()
    name = path.name
    if kind in _CONVERT:
        program, target = _CONVERT[kind]
        raise DaobanError(f"“{name}”是 {kind} 文件，读不了。请用 {program} 打开，点“另存为”，类型选“{target}”，再导入")
    if kind not in (".docx", ".xlsx"):
        raise DaobanError(
            f"“{name}”不是 Word 或 Excel 文件。请把表格存成 .docx 或 .xlsx 再导入（PDF、图片要先转成表格）"
        )
    _check(path)
    from assistant.annex import sheet, word  # their libraries are large, and files come seldom

    try:
        grids = word.grids(path) if kind == ".docx" else sheet.grids(path)
    except DaobanError:
        raise
    except Exception as error:  # python-docx, openpyxl and lxml raise many kinds for a damaged file
        raise DaobanError(f"“{name}”打不开，文件可能坏了。请用 Word 或 Excel 打开看看，另存一份再导入") from error
    if not grids:
        raise DaobanError(f"“{name}”里没有表格。请把内容整理成表格（第一行写表头，如“事项名称、部门、承诺时限”）再导入")
    tables = tables_of(grids)
    if not tables:
        raise DaobanError(f"“{name}”里有表格，但没认出表头。表头里至少要有“事项名称”（联系人表要有“部门”和“电话”）")
    return tables


def _check(path: Path) -> None:
    """The file exists, has a sensible size and is an unencrypted Office package."""
    name = path.name
    if not path.is_file():
        raise DaobanError(f"没有“{path}”这个文件，检查路径")
    size = path.stat().st_size
    if size == 0:
        raise DaobanError(f"“{name}”是空文件，请重新要一份")
    if size > MAX_FILE:
        raise DaobanError(f"“{name}”有 {size // 1_000_000} MB，超过 10 MB。请删掉里面的图片，或拆成几份再导入")
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLE:
        raise DaobanError(
            f"“{name}”加了密码，或者是改了后缀的旧格式文件。请打开后去掉密码，另存为 .docx 或 .xlsx 再导入"
        )
    try:
        with zipfile.ZipFile(path) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise DaobanError(f"“{name}”打不开，文件可能坏了或没传完整，请重新要一份") from error
    if unpacked > MAX_UNPACKED:
        raise DaobanError(f"“{name}”展开后太大，不像一份清单。请只留下表格，另存一份再导入")
