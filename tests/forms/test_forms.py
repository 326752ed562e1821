"""参考表样: what a checklist needs and no more, filled in where something is known, blank where nothing is."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document

from assistant.errors import NotFound
from assistant.forms.fill import faults, filled
from assistant.forms.offered import FORMS, ONE_FORM, by_material, offered
from assistant.forms.words import BLANK, TYPED, all_names, words
from assistant.settings import ROOT
from tests.papers.situations import SITUATIONS
from tests.papers.test_situations import ISSUED_ON, checklist_of, known

FOLDER = ROOT / "knowledge" / "forms"


def names(situation: str) -> list[str]:
    """The ids of the forms of a situation."""
    return [form.id for form in offered(checklist_of(situation))]


def printed(situation: str, form_id: str, **typed: str) -> str:
    """The words of a form, paragraph by paragraph."""
    told = words(known(), checklist_of(situation), "abcd 2345", typed)
    document = Document(io.BytesIO(filled(FOLDER, form_id, told)))
    body = document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")
    texts = ("".join(run.text or "" for run in paragraph.iter() if run.tag.endswith("}t")) for paragraph in body)
    footer = [paragraph.text for section in document.sections for paragraph in section.footer.paragraphs]
    return "\n".join([*texts, *footer])


# ---- which ones ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("situation", "needed", "needless"),
    [
        ("小饭店", {"zhuxiao-shenqingshu", "weituoshu"}, {"qingsuan-baogao", "jueyi", "jicheng-tongyi"}),
        ("食杂店带烟", {"zhuxiao-shenqingshu"}, {"weituoshu", "zhaiquanren-gonggao"}),
        ("药店公司", {"touziren-chengnuo", "weituoshu"}, {"qingsuan-baogao", "jueyi"}),
        ("歌厅", {"jueyi", "qingsuanzu-mingdan", "zhaiquanren-gonggao", "qingsuan-baogao"}, {"touziren-chengnuo"}),
        ("分公司", {"jueyi"}, {"qingsuan-baogao", "touziren-chengnuo"}),
        ("经营者去世", {"jicheng-tongyi"}, {"jueyi"}),
    ],
)
def test_forms_are_those_that_the_checklist_asks_for(situation: str, needed: set[str], needless: set[str]) -> None:
    """A form is there for a material on the list, and for no other reason."""
    got = set(names(situation))
    assert needed <= got
    assert not needless & got


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_offered_form_stands_for_a_material(situation: str) -> None:
    """Beside the one form with its annexes each belongs to a material that has to be brought."""
    checklist = checklist_of(situation)
    brought = {line.id for line in checklist.materials if not line.exempt}
    matched = by_material(checklist)
    assert set(matched) <= brought
    assert offered(checklist)[1:] == tuple(form for form in FORMS if form in matched.values())
    assert offered(checklist)[0] is ONE_FORM


# ---- what stands in them ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_form_of_every_situation_can_be_written(situation: str) -> None:
    """Nothing of the template shows through, each says that the window decides, and where it comes from."""
    for form in offered(checklist_of(situation)):
        text = printed(situation, form.id)
        assert "以窗口要求为准" in text, form.id
        assert "abcd 2345" in text, form.id
        assert not re.search(r"[{}]|%|None", text.replace("____%", "")), form.id


def test_one_form_has_a_main_sheet_and_an_annex_for_each_licence() -> None:
    """What is common is there once; each licence has a sheet of its own with its materials."""
    text = printed("药店公司", "yici-biaodan")
    assert text.count("统一社会信用代码") == 1
    for number, name in ((1, "食品经营许可证"), (2, "药品经营许可证"), (3, "第三类医疗器械经营许可")):
        assert f"附表{number}：{name}" in text
    assert "附表4" not in text
    for words_ in ("公司", "加格达奇区", "药店", "简易注销", "☑ 营业执照一起销", "□ 剩余药品处理说明"):
        assert words_ in text


def test_typed_words_are_in_every_form_and_markup_is_only_text() -> None:
    """What a person types once stands wherever it belongs, whatever characters it holds."""
    name = '大兴安岭<w:p>&"药店'
    for form in offered(checklist_of("药店公司")):
        assert name in printed("药店公司", form.id, 名称=name), form.id


def test_untold_words_are_lines_to_write_on() -> None:
    """Nothing is invented: names, numbers and people are blank."""
    told = words(known(), checklist_of("只说了一个证"), "abcd 2345")
    assert {told[key] for key in TYPED} == {BLANK}
    assert (told["主体类型"], told["地区"], told["范围"]) == (BLANK, BLANK, BLANK)


@pytest.mark.parametrize(
    ("situation", "heading", "sentence"),
    [
        ("歌厅", "股东会决议", "成立清算组"),
        ("分公司", "撤销分公司的决定", "由总公司接着管"),
    ],
)
def test_decision_is_that_of_the_enterprise_type(situation: str, heading: str, sentence: str) -> None:
    """Shareholders, members, partners or the parent decide, each in their own words."""
    text = printed(situation, "jueyi")
    assert heading in text
    assert sentence in text


def test_authorisation_names_what_is_handed_over() -> None:
    """The entries that ask for it are listed, one a line."""
    text = printed("小饭店", "weituoshu")
    assert "1. 食品生产加工小作坊、小餐饮核准（地方事项）" in text


def test_announcement_gives_the_time_that_the_knowledge_has() -> None:
    """45 days for a company, as its period says; an unknown period is a line to write on."""
    assert "从公告那天起45日内" in printed("歌厅", "zhaiquanren-gonggao")
    assert "从公告那天起____日内" in words(known(), checklist_of("小饭店"), "")["申报债权"]


def test_promise_holds_the_conditions_that_were_checked() -> None:
    """The promise of the simple path names facts; whether the path is open to this type is not promised."""
    text = printed("药店公司", "touziren-chengnuo")
    assert "1. 没有债，或者都清了。" in text
    assert "这类主体可以走简易" not in text
    assert "继承人承诺" in printed("经营者去世", "touziren-chengnuo")


# ---- templates that the city edits ----------------------------------------------------------------------------
def test_templates_use_only_words_that_exist() -> None:
    """Every name in a template is one that is filled in."""
    assert faults(FOLDER, all_names(known(), ISSUED_ON)) == []


def test_editors_can_read_every_word_and_every_file() -> None:
    """The README beside the templates names each word that is filled in, and each template."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [word for word in all_names(known(), ISSUED_ON) if word not in text] == []
    assert [path.name for path in FOLDER.glob("*.docx") if path.name not in text] == []


def test_wrong_name_in_a_template_is_told(tmp_path: Path) -> None:
    """An editor who mistypes a name reads which template and which name; a missing template is told, too."""
    document = Document()
    document.add_paragraph("{{ 名子 }}")
    document.save(str(tmp_path / "weituoshu.docx"))
    told = faults(tmp_path, frozenset({"名称"}))
    assert any("weituoshu.docx" in one and "名子" in one for one in told)
    assert any("缺少表样 jueyi.docx" in one for one in told)
    with pytest.raises(NotFound):
        filled(tmp_path, "jueyi", {})


def test_city_may_change_a_template(tmp_path: Path) -> None:
    """What stands in the folder is what is filled in."""
    document = Document()
    document.add_paragraph("本市用的委托书：{{ 名称 }}")
    document.save(str(tmp_path / "weituoshu.docx"))
    content = zipfile.ZipFile(io.BytesIO(filled(tmp_path, "weituoshu", {"名称": "甲店"})))
    assert "本市用的委托书：甲店" in content.read("word/document.xml").decode()
