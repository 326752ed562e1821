from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from assistant.annex import read_tables
from assistant.annex.headers import Field, Kind
from assistant.errors import DaobanError

TIERED = [
    ["附件二：大兴安岭地区代办注销“分级清单”", "", "", "", "", "", ""],
    ["序号", "责任部门", "事项名称", "代办层级", "", "", "承诺办结时限\n（工作日）"],
    ["", "", "", "窗口直接办", "代收代交", "指引自办", ""],
    ["１", "地区市监局", "食品经营\n许可证注销", "√", "", "", "５"],
    ["２", "", "药品经营许可证", "", "√", "", "10"],
    ["", "", "", "", "", "", ""],
    ["３", "地区烟草专卖局", "烟草专卖零售许可证", "", "", "√", 3],
    ["说明：办结时限自受理之日起算。", "", "", "", "", "", ""],
]
MERGE = ["A1:G1", "D2:F2", "A2:A3", "B2:B3", "C2:C3", "G2:G3", "B4:B5", "A8:G8"]


def test_excel_with_merged_two_row_header_is_read_by_meaning(excel):
    """A title row, a header over two rows, ticks, a department merged over rows, full-width digits and a note."""
    (table,) = read_tables(excel(TIERED, MERGE))
    assert table.kind is Kind.TIERED
    assert [dict(row.cells) for row in table.rows] == [
        {
            Field.DEPARTMENT: "地区市监局",
            Field.ITEM: "食品经营许可证注销",
            Field.TIER: "窗口直接办",
            Field.PROMISED: "5",
        },
        {Field.DEPARTMENT: "地区市监局", Field.ITEM: "药品经营许可证", Field.TIER: "代收代交", Field.PROMISED: "10"},
        {
            Field.DEPARTMENT: "地区烟草专卖局",
            Field.ITEM: "烟草专卖零售许可证",
            Field.TIER: "指引自办",
            Field.PROMISED: "3",
        },
    ]
    assert table.header(Field.PROMISED) == "承诺办结时限（工作日）"
    assert table.notes == ("说明：办结时限自受理之日起算。",)


def test_word_with_merged_cells_reads_the_same(word):
    """The same list as a Word table, whose title is the paragraph above it."""
    rows = [
        ["序号", "责任部门", "事项名称", "代办层级", ..., ..., "承诺办结时限（工作日）"],
        [None, None, None, "窗口直接办", "代收代交", "指引自办", None],
        ["1", "地区市监局", "食品经营\n许可证注销", "√", "", "", "５"],
        ["2", None, "药品经营许可证", "", "√", "", "10"],
    ]
    (table,) = read_tables(word("附件二", "大兴安岭地区代办注销分级清单", "（2026年版）", rows))
    assert table.title == "大兴安岭地区代办注销分级清单"
    assert [row.get(Field.TIER) for row in table.rows] == ["窗口直接办", "代收代交"]
    assert [row.get(Field.DEPARTMENT) for row in table.rows] == ["地区市监局", "地区市监局"]
    assert table.rows[0].get(Field.ITEM) == "食品经营许可证注销"


def test_second_header_row_without_merged_cells_is_joined(excel):
    """Some offices leave the cells under a wide heading unmerged."""
    rows = [
        ["序号", "事项名称", "部门", "办理时限", ""],
        ["", "", "", "法定时限", "承诺时限"],
        ["1", "食品经营许可证", "市监局", "20个工作日", "5个工作日"],
    ]
    (table,) = read_tables(excel(rows, ["D1:E1"]))
    assert table.rows[0].get(Field.STATUTORY) == "20个工作日"
    assert table.rows[0].get(Field.PROMISED) == "5个工作日"


def test_department_heading_rows_name_the_department(excel):
    """一、… over the whole width stands for the department of the rows below."""
    rows = [
        ["序号", "事项名称", "办理方式"],
        ["一、地区市场监督管理局（13项）", "", ""],
        ["1", "食品经营许可证", "窗口直接办"],
        ["二、地区应急管理局", "", ""],
        ["2", "烟花爆竹经营（零售）许可", "代收代交"],
    ]
    (table,) = read_tables(excel(rows, ["A2:C2", "A4:C4"]))
    assert [row.section for row in table.rows] == ["一、地区市场监督管理局（13项）", "二、地区应急管理局"]


def test_table_that_goes_on_without_header_keeps_the_columns(word):
    """A list cut in two by a page break has its header only once, or repeats it."""
    head = ["序号", "事项名称", "部门", "承诺时限"]
    tables = read_tables(
        word(
            "公示清单",
            [head, ["1", "食品经营许可证", "市监局", "5日"]],
            [["2", "药品经营许可证", "市监局", "6日"]],
            [head, ["3", "特种设备使用登记", "市监局", "7日"], head, ["4", "税务注销", "", "8日"]],
        )
    )
    assert [row.get(Field.ITEM) for t in tables for row in t.rows] == [
        "食品经营许可证",
        "药品经营许可证",
        "特种设备使用登记",
        "税务注销",
    ]
    assert {t.kind for t in tables} == {Kind.PUBLIC}


def test_form_with_labels_at_the_left_is_one_guide(word):
    """Annex 四 often is one form a guide; a pair of labels may stand beside each other."""
    form = [
        ["事项名称", "食品经营许可证注销", "责任部门", "地区市监局"],
        ["申请材料", "1.申请书（原件1份）\n2.营业执照复印件", ..., ...],
        ["办理流程", "①交材料②领通知书", ..., ...],
        ["承诺时限", "5个工作日", "收费标准", "不收费"],
    ]
    (table,) = read_tables(word("白话版办事指南", form))
    assert table.kind is Kind.GUIDE
    (row,) = table.rows
    assert row.get(Field.ITEM) == "食品经营许可证注销"
    assert row.get(Field.DEPARTMENT) == "地区市监局"
    assert row.get(Field.MATERIALS).split("\n") == ["1.申请书（原件1份）", "2.营业执照复印件"]
    assert row.get(Field.FEE) == "不收费"


def test_form_without_item_takes_the_heading_above(word):
    """The name of the guide may stand only in the heading."""
    form = [["需要带什么材料", "身份证"], ["怎么办（流程）", "到窗口交"], ["收费标准", "免费"], ["多久办完", "当场"]]
    (table,) = read_tables(word("三、烟草专卖零售许可证注销办事指南", form))
    assert table.rows[0].get(Field.ITEM) == "三、烟草专卖零售许可证"


def test_unknown_columns_are_told(excel):
    """A column nobody understands is not dropped in silence."""
    (table,) = read_tables(excel([["事项名称", "部门", "年办件量", "承诺时限"], ["税务注销", "税务局", "12", "3日"]]))
    assert table.unknown == ("年办件量",)


def test_tracked_changes_read_as_the_reader_sees_them(word):
    """Text inserted under 修订 counts; deleted text does not."""
    path = word("清单", [["事项名称", "部门", "承诺时限"], ["食品经营许可证", "市监局", "5日"]])
    document = Document(str(path))
    paragraph = document.tables[0].cell(1, 2).paragraphs[0]
    deleted, inserted = OxmlElement("w:del"), OxmlElement("w:ins")
    old = paragraph.runs[0]._r
    old.find(qn("w:t")).tag = qn("w:delText")
    paragraph._p.replace(old, deleted)
    deleted.append(old)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "3日"
    run.append(text)
    inserted.append(run)
    paragraph._p.append(inserted)
    document.save(str(path))
    assert read_tables(path)[0].rows[0].get(Field.PROMISED) == "3日"


def test_hidden_sheets_are_not_read(excel):
    """A draft that the department hid is not its word."""
    rows = [["事项名称", "部门", "承诺时限"], ["税务注销", "税务局", "3日"]]
    path = excel({"正式": rows, "草稿": rows})
    book = openpyxl.load_workbook(path)
    book["草稿"].sheet_state = "hidden"
    book.save(path)
    assert [t.where for t in read_tables(path)] == ["工作表“正式”"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("清单.doc", b"x", "请用 Word 打开，点“另存为”，类型选“Word 文档（*.docx）”"),
        ("清单.wps", b"x", "请用 WPS 文字 打开，点“另存为”，类型选“Word 文档（*.docx）”"),
        ("清单.xls", b"x", "请用 Excel 打开，点“另存为”，类型选“Excel 工作簿（*.xlsx）”"),
        ("清单.et", b"x", "请用 WPS 表格 打开，点“另存为”，类型选“Excel 工作簿（*.xlsx）”"),
        ("清单.pdf", b"x", "不是 Word 或 Excel 文件"),
        ("空.docx", b"", "是空文件"),
        ("坏.xlsx", b"PK\x03\x04 not a package", "打不开，文件可能坏了或没传完整"),
        ("密.xlsx", b"\xd0\xcf\x11\xe0 encrypted", "加了密码，或者是改了后缀的旧格式文件"),
        ("大.docx", b"0" * 10_000_001, "有 10 MB，超过 10 MB"),
    ],
)
def test_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, sentence: str):
    """Every unusable file is answered with a Chinese sentence, not with a stack trace."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DaobanError) as told:
        read_tables(path)
    assert sentence in str(told.value)
    assert name in str(told.value)


def test_file_without_tables_or_headers_says_what_is_missing(word, excel):
    """Prose, and tables about something else, are told apart from annexes."""
    with pytest.raises(DaobanError, match="里没有表格"):
        read_tables(word("只有文字"))
    with pytest.raises(DaobanError, match="没认出表头"):
        read_tables(excel([["甲", "乙"], ["1", "2"]]))


def test_missing_file_is_told(tmp_path: Path):
    """A mistyped path is a sentence too."""
    with pytest.raises(DaobanError, match="这个文件，检查路径"):
        read_tables(tmp_path / "没有.docx")


def test_package_of_another_kind_is_told(excel, tmp_path: Path):
    """An Excel file renamed to .docx is damaged as far as Word is concerned."""
    path = excel([["事项名称", "部门"], ["a", "b"]]).rename(tmp_path / "改名.docx")
    with pytest.raises(DaobanError, match="打不开，文件可能坏了"):
        read_tables(path)


def test_too_many_rows_are_refused(excel):
    """A sheet of thousands of rows is no annex."""
    rows = [["事项名称", "部门"], *([f"事项{i}", "市监局"] for i in range(5001))]
    with pytest.raises(DaobanError, match="超过 5000 行"):
        read_tables(excel(rows))
