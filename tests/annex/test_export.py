import zipfile

import openpyxl
import pytest
from docx import Document

from assistant.annex import apply, read_tables
from assistant.annex.export_excel import write_excel
from assistant.annex.export_word import write_word
from assistant.annex.headers import Kind
from assistant.errors import NotFound
from assistant.knowledge.load import load
from tests.annex.conftest import ON


def test_excel_export_lists_every_item_and_marks_what_is_open(folder, tmp_path):
    """Three sheets; what nobody confirmed says 【待核】; the header stays in sight and prints on every page."""
    path = tmp_path / "清单.xlsx"
    write_excel(load(folder), path, on=ON)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["分级清单", "办事指南", "联系人"]
    sheet = book["分级清单"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[2] for row in rows] == [item.name for item in load(folder).items.values()]
    assert {row[4] for row in rows} == {"【待核】"}
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.paperSize) == ("A3", "$2:$2", 9)


def test_word_export_has_tables_page_numbers_and_a_place_to_sign(folder, tmp_path):
    """A4, the list with merged departments, a form per guide, 第 x 页 at the foot."""
    path = tmp_path / "清单.docx"
    write_word(load(folder), path, on=ON)
    document = Document(str(path))
    assert len(document.tables) == 7
    assert round(document.sections[0].page_width.mm) == 297
    assert round(document.sections[1].page_width.mm) == 210
    text = "\n".join(p.text for p in document.paragraphs)
    assert "部门（盖章）" in text
    assert "2026年11月20日导出，共 6 项" in text
    with zipfile.ZipFile(path) as package:
        footer = "".join(package.read(n).decode() for n in package.namelist() if "footer" in n)
    assert 'w:instr="PAGE"' in footer
    first, second = document.tables[0].cell(1, 1), document.tables[0].cell(2, 1)
    assert first._tc is second._tc
    assert first.text == "地区市监局"


@pytest.mark.parametrize("write", [write_excel, write_word])
def test_export_imported_unchanged_changes_nothing(folder, tmp_path, planned, write):
    """Every row finds its item again and no mark becomes a confirmation."""
    path = tmp_path / ("x.xlsx" if write is write_excel else "x.docx")
    write(load(folder), path, on=ON)
    tables = read_tables(path)
    assert {t.kind for t in tables} == {Kind.TIERED, Kind.GUIDE}
    done = planned(path)
    assert not done.changes_anything
    assert (done.questions, done.unmatched, done.proposals) == ((), (), ())


def test_department_fills_the_export_in_and_it_comes_back(folder, tmp_path, planned):
    """A tier written in and a mark taken away are what the import takes over."""
    path = tmp_path / "x.xlsx"
    write_excel(load(folder), path, on=ON)
    book = openpyxl.load_workbook(path)
    book["分级清单"]["E3"] = "窗口直接办"
    cell = book["办事指南"]["G3"]
    cell.value = str(cell.value).replace("2. 带上材料，到窗口交。【待核】", "2. 带上材料，到窗口交。")
    book.save(path)
    apply(planned(path))
    knowledge = load(folder)
    assert knowledge.local_rules["daxinganling", "shipin-jingying-xuke"].tier == "窗口直接办"
    assert [s.state.value for s in knowledge.guides["shipin-jingying-xuke"].steps] == ["有出处", "已核"]


def test_county_export_falls_back_to_the_prefecture(folder, tmp_path, planned, excel):
    """What the county has not settled is as the prefecture settled it; an unknown region is told."""
    apply(planned(excel([["事项名称", "部门", "代办层级"], ["食品经营许可证", "市监局", "直接办"]])))
    path = tmp_path / "塔河.xlsx"
    write_excel(load(folder), path, region="塔河县", on=ON)
    sheet = openpyxl.load_workbook(path)["分级清单"]
    assert "塔河县代办注销分级清单" in str(sheet["A1"].value)
    assert sheet["E3"].value == "窗口直接办"
    with pytest.raises(NotFound, match="没有“哈尔滨”这个地区"):
        write_excel(load(folder), path, region="哈尔滨", on=ON)


def test_text_that_looks_like_a_formula_stays_text(folder, tmp_path):
    """A name that begins with = is not run by Excel."""
    guide = folder / "guides" / "yancao-lingshou-xuke.yaml"
    guide.write_text(guide.read_text(encoding="utf-8").replace("停业情况说明", '"=1+1"'), encoding="utf-8")
    (folder / "guides" / "yancao-lingshou-xuke.yaml").write_text(
        guide.read_text(encoding="utf-8").replace("  - {做什么: 带上材料，到窗口交。", '  - {做什么: "=HYPERLINK(1)"'),
        encoding="utf-8",
    )
    path = tmp_path / "x.xlsx"
    write_excel(load(folder), path, on=ON)
    sheet = openpyxl.load_workbook(path)["办事指南"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=3) for cell in row} <= {"s", "inlineStr", "n"}
