"""What the columns of a table mean: the header row is found by its words, single or joined over several rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from assistant.annex.grid import Cell, Grid, one_line
from assistant.annex.values import BLANK, TICKED, tier_of


class Field(StrEnum):
    """What a column tells."""

    ITEM, PARENT_ITEM, CERTIFICATE, DEPARTMENT, REGION = "事项", "主项", "证名", "部门", "地区"
    TIER, LEVEL, PROMISED, STATUTORY = "分级", "发证层级", "承诺时限", "法定时限"
    WINDOW, ADDRESS, PHONE, HOURS = "窗口", "地点", "电话", "办公时间"
    MATERIALS, STEPS, FEE, WHO, WHEN = "材料", "流程", "收费", "谁来办", "什么时候办"
    RESULT, ONLINE = "办理结果", "网上办"
    OFFICE, POST, PERSON, IGNORED = "科室", "职务", "姓名", "不用"


class Kind(StrEnum):
    """Which of the four annexes a table is."""

    TIERED, PUBLIC, CONTACTS, GUIDE = "分级清单", "公示清单", "联系人", "白话版办事指南"


_HEADERS: tuple[tuple[Field, re.Pattern[str]], ...] = tuple(
    (meaning, re.compile(words))
    for meaning, words in (
        (
            Field.IGNORED,
            r"^(序号?|编号|项次|no\.?|#|备注|说明|注|状态|核对日期)$|编码|代码|事项(类型|类别|性质)|依据|来源|链接|文号|签字|盖章|确认",
        ),
        (Field.HOURS, r"(办公|工作|上班|受理|服务|接待)时间"),
        (Field.STATUTORY, r"法定.*(时限|期限|时间)"),
        (Field.TIER, r"代办(层级|级别|方式|等级|类型|类别|程度|分级)|^分级|分级(层级|类别|办理)|(服务|办理|代办)方式"),
        (Field.LEVEL, r"(发证|审批|许可|实施|行使|办理|权限|管理).*(层级|级别)|^(层级|级别)$|发证机关层级"),
        (Field.PROMISED, r"时限|期限|办[结理](天数|时间|时长)|多久|几天"),
        (Field.PERSON, r"姓名|^(业务)?(联系人|联络员|负责人|经办人|工作人员|办理人员)$|分管领导"),
        (Field.PHONE, r"电话|联系方式|手机|座机|咨询方式|联系号码"),
        (Field.OFFICE, r"科室|股室|处室|内设机构|承办机构"),
        (Field.POST, r"职务|职位|岗位"),
        (Field.ADDRESS, r"地点|地址|位置|去哪|在哪"),
        (Field.WINDOW, r"窗口(名称)?$"),
        (Field.MATERIALS, r"材料|要件|带什么|带啥"),
        (Field.STEPS, r"流程|程序|步骤|怎么办"),
        (Field.FEE, r"收费|费用|多少钱"),
        (Field.WHO, r"申请人|(办理|适用|服务|申请)(对象|主体)|谁来办|相对人"),
        (Field.WHEN, r"(办理|受理|申请|适用|注销)(条件|情形)|什么时候"),
        (Field.RESULT, r"(办理|审批)?结果|拿到什么"),
        (Field.ONLINE, r"网上|网办|线上|在线"),
        (Field.PARENT_ITEM, r"^主项(名称)?$"),
        (Field.CERTIFICATE, r"^(涉及)?(证照|证件|许可证件?|证书|批文)(名称)?$|^证名$"),
        (
            Field.ITEM,
            r"^子项(名称)?$|^(代办|注销|行政|政务|服务|许可|审批|具体|公示|业务)*(事项|许可|指南|业务|项目)(名称|内容)?$|^名称$",
        ),
        (Field.DEPARTMENT, r"部门|单位|机关|主体|机构"),
        (Field.REGION, r"^(所[属在])?(地区|县区|县（?市、?区）?|县\(市、?区\)|区域|行政区划?|属地)$"),
    )
)
_KEYS = {Field.ITEM, Field.DEPARTMENT, Field.PERSON, Field.OFFICE, Field.CERTIFICATE}
_NOTE = re.compile(r"^(说明|备注|注|填表说明|填报说明|填报单位|填表人|审核人|制表|联系电话|合计|总计)[:：\d\s]?")
_LIST_LIKE = {Field.MATERIALS, Field.STEPS, Field.FEE, Field.WHO, Field.WHEN, Field.PHONE, Field.RESULT, Field.ONLINE}


@dataclass(frozen=True)
class Column:
    """A recognised column; `value` where ticking it says so (a column headed 窗口直接办)."""

    means: Field
    header: str
    value: str | None = None


@dataclass(frozen=True)
class Row:
    """One row by meaning; `section` is the heading row it stands under (一、市场监管局)."""

    number: int
    cells: Mapping[Field, str]
    section: str = ""

    def get(self, key: Field) -> str:
        """The cell's text; empty where there is none or it says 待核."""
        return self.cells.get(key, "")


@dataclass(frozen=True)
class Table:
    """A recognised table; `notes` are the rows that explain it, `unknown` the headers nobody understood."""

    where: str
    title: str
    kind: Kind
    columns: tuple[Column | None, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = field(default=())

    def header(self, means: Field) -> str:
        """The words at the head of a column."""
        return next((c.header for c in self.columns if c is not None and c.means is means), "")


def meaning(header: str) -> Field | None:
    """What a header cell says its column holds."""
    words = re.sub(r"\s", "", header).lower()
    if not words or len(words) > 24:
        return None
    without = re.sub(r"[（(][^）)]*[）)]$", "", words)
    for candidate in (words, without, words.rsplit("/", 1)[-1]):
        for means, pattern in _HEADERS:
            if pattern.search(candidate):
                return means
    return None


def tables_of(grids: Iterable[Grid]) -> list[Table]:
    """The grids that are annex tables; one without a header goes on where the one before ended."""
    found: list[Table] = []
    for grid in grids:
        table = _form(grid) or _list(grid)
        if table is None and found and found[-1].columns and len(grid.rows[0]) == len(found[-1].columns):
            table = _filled(grid, found[-1].columns, 0, found[-1].title, found[-1].kind)
        if table is not None and table.rows:
            found.append(table)
    return found


def _distinct(row: Iterable[Cell]) -> list[Cell]:
    """The non-empty cells of a row, a merged one once."""
    return list({cell.area: cell for cell in row if cell.text}.values())


def _list(grid: Grid) -> Table | None:
    """A table with a header on top."""
    for start, row in enumerate(grid.rows[:10]):
        cells = _distinct(row)
        known = {m for c in cells if (m := meaning(c.text))} - {Field.IGNORED}
        if len(known) < 2 or not known & _KEYS or len(known) * 2 < len(cells) - 1:
            continue
        end = _header_end(grid, start)
        columns = tuple(_column(grid.rows[start:end], at) for at in range(len(row)))
        above = "\n".join(c.text for r in grid.rows[:start] for c in _distinct(r))
        title = "\n".join(one_line(line) for line in (*grid.title.split("\n"), *above.split("\n")) if line)
        kind = _kind({c.means for c in columns if c}, title)
        return _filled(grid, columns, end, title, kind) if kind else None
    return None


def _header_end(grid: Grid, start: int) -> int:
    """The first row after the header: cells merged downwards, or headings under a wide one, belong to it."""
    row = grid.rows[start]
    areas = {cell.area for cell in row if cell.text}
    end = start + 1
    while end < len(grid.rows) and any(cell.area in areas for cell in grid.rows[end] if cell.text):
        end += 1
    if end == start + 1 and end < len(grid.rows):
        wide = {c.area for c in row if c.text and sum(o.area == c.area for o in row) > 1}
        below = [(head, cell) for head, cell in zip(row, grid.rows[end], strict=False) if cell.text]
        if wide and below and all(head.area in wide and len(cell.text) <= 12 for head, cell in below):
            end += 1
    return end


def _column(rows: tuple[tuple[Cell, ...], ...], at: int) -> Column | None:
    """The column under a header of one or more rows; a heading over several columns is joined to each."""
    stack = {row[at].area: one_line(row[at].text) for row in rows if at < len(row) and row[at].text}
    parts = list(stack.values())
    header = "/".join(parts)
    if not parts:
        return None
    last = meaning(parts[-1])
    if len(parts) > 1 and last is None and meaning(parts[0]) in (Field.TIER, Field.LEVEL):
        return Column(meaning(parts[0]) or Field.TIER, header, parts[-1])
    if last is None and tier_of(parts[-1]) and len(parts[-1]) <= 8:
        return Column(Field.TIER, header, parts[-1])
    first = meaning(parts[0])
    if first in (Field.PROMISED, Field.STATUTORY) and len(parts) > 1:
        last = Field.STATUTORY if "法定" in header else Field.PROMISED
    means = last or first
    return Column(means, header) if means else Column(Field.IGNORED, f"?{header}")


def _kind(fields: set[Field], title: str) -> Kind | None:
    """Which annex the columns make; the words above decide between the two lists."""
    if not fields & {Field.ITEM, Field.CERTIFICATE, Field.PARENT_ITEM}:
        return Kind.CONTACTS if fields & {Field.PHONE} and fields & {Field.DEPARTMENT, Field.OFFICE} else None
    if fields & {Field.MATERIALS, Field.STEPS}:
        return Kind.GUIDE
    if "公示" in title or not fields & {Field.TIER, Field.LEVEL}:
        return Kind.PUBLIC
    return Kind.TIERED


def _filled(grid: Grid, columns: tuple[Column | None, ...], start: int, title: str, kind: Kind) -> Table:
    """The rows below the header: notes and section headings told apart, merged departments carried down."""
    rows: list[Row] = []
    notes: list[str] = []
    section, department = "", {Field.DEPARTMENT: "", Field.REGION: ""}
    heads = {c.header for c in columns if c}
    for number, cells in enumerate(grid.rows[start:], start + 1):
        distinct = _distinct(cells)
        if not distinct:
            continue
        if len(distinct) == 1 or _NOTE.match(distinct[0].text):
            text = distinct[0].text if len(distinct) == 1 else "\n".join(c.text for c in distinct)
            if _NOTE.match(text) or len(text) > 40 or (rows and len(cells) > 1 and "说明" in text[:4]):
                notes.append(text)
                continue
            if len(cells) > 1 and cells[0].text and sum(c.area == distinct[0].area for c in cells) * 2 > len(cells):
                section, department = one_line(text), {Field.DEPARTMENT: "", Field.REGION: ""}
                continue
        if sum(one_line(c.text) in heads for c in distinct) * 2 > len(distinct):
            continue  # the header repeated on the next page
        values = _values(cells, columns)
        for carried in department:
            department[carried] = values.get(carried) or department[carried]
            if department[carried]:
                values[carried] = department[carried]
        if set(values) - {Field.DEPARTMENT, Field.REGION}:
            rows.append(Row(number, values, section))
    unknown = tuple(c.header[1:] for c in columns if c and c.header.startswith("?"))
    return Table(grid.where, title, kind, columns, tuple(rows), tuple(notes), unknown)


def _values(cells: tuple[Cell, ...], columns: tuple[Column | None, ...]) -> dict[Field, str]:
    """The cells of one row by meaning; ticks become what their column says, blanks are left out."""
    values: dict[Field, str] = {}
    for cell, column in zip(cells, columns, strict=False):
        if column is None or column.means is Field.IGNORED:
            continue
        text = cell.text if column.means in _LIST_LIKE else one_line(cell.text)
        if column.value is not None:
            text = column.value if text in TICKED else ""
        if text in BLANK and not (column.means is Field.FEE and text in ("无", "免费")):
            continue
        if column.means in (Field.PHONE, Field.TIER, Field.LEVEL) and values.get(column.means):
            text = f"{values[column.means]}\n{text}"
        elif values.get(column.means) and column.means is not Field.ITEM:
            continue
        values[column.means] = text
    for stand_in in (Field.PARENT_ITEM, Field.CERTIFICATE):
        if Field.ITEM not in values and stand_in in values:
            values[Field.ITEM] = values[stand_in]
    return values


def _form(grid: Grid) -> Table | None:
    """A table with its labels at the left (one guide a form); a second 事项名称 begins the next form."""
    labels = [row[0].text if row else "" for row in grid.rows]
    known = {m for text in labels if (m := meaning(text)) and m is not Field.IGNORED}
    first = _distinct(grid.rows[0]) if grid.rows else []
    if len(known) < 3 or (len(first) > 2 and all(meaning(c.text) for c in first)):
        return None
    forms: list[dict[Field, str]] = [{}]
    unknown: list[str] = []
    for row in grid.rows:
        for means, text in _pairs(_distinct(row), unknown):
            if means is Field.ITEM and Field.ITEM in forms[-1]:
                forms.append({})
            forms[-1][means] = text if means in _LIST_LIKE else one_line(text)
    title = one_line(grid.title)
    if Field.ITEM not in forms[0] and title:
        forms[0][Field.ITEM] = re.sub(r"(注销)?(白话版)?(办事)?指南$", "", title)
    rows = tuple(Row(i + 1, {k: v for k, v in form.items() if v not in BLANK}) for i, form in enumerate(forms))
    kind = _kind(set(forms[0]), title)
    if kind is None:
        return None
    return replace(Table(grid.where, title, kind, (), rows), unknown=tuple(unknown))


def _pairs(cells: list[Cell], unknown: list[str]) -> Iterator[tuple[Field, str]]:
    """Label and value, label and value: as forms are filled in."""
    at = 0
    while at + 1 < len(cells):
        means = meaning(cells[at].text)
        if means is None:
            unknown.append(one_line(cells[at].text)[:20])
        elif means is not Field.IGNORED:
            yield means, cells[at + 1].text
        at += 2
