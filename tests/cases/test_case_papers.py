"""The papers of a case: 一次性告知书, 部门交接单, 受理回执; what holds for all, 会商报告 too; read back from PDF and Word."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from assistant.cases.model import Case, NoticeLine
from assistant.cases.notices import notice_lines
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.errors import NotFound
from assistant.render.case_papers import PICTURE, WORD_TEMPLATES, as_docx, as_pdf, faults, names
from assistant.render.case_words import (
    AGAIN,
    BLANK,
    LATE,
    Kind,
    Paper,
    handover_sheet,
    meeting_report,
    one_time_notice,
    receipt,
)
from tests.cases.builders import CODE, LI, Moment, a_contact, an_entry, complete, moved, opened
from tests.cases.papers import A_REPORT, FORMS, Read, in_both, in_pdf, in_word

ADDRESS = "https://example.cn/progress"
CONTACT = a_contact(name="张三丰", phone="13812345678", address="示例县示例路1号")
PERSONAL = (CONTACT.name, CONTACT.phone, CONTACT.phone[-4:], CONTACT.address or "-")
KINDS: tuple[Kind, ...] = ("notice", "handover", "receipt", "report")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """One database is enough: nothing here depends on which."""
    return f"sqlite:///{tmp_path / 'cases.db'}"


def asked_for(cases: Cases, *lines: NoticeLine) -> Case:
    """A case with two licences and a third that the enterprise does itself: a notice of all that lacks, and these lines."""
    by_itself = an_entry("weisheng", name="公共场所卫生许可证", way="self", department="示例市卫健委")
    case = opened(cases, an_entry(), an_entry("yancao"), by_itself, contact=CONTACT, green_lane="disabled")
    told = notice_lines(case, {}, [entry.id for entry in case.entries[:2]])
    return cases.notify(case.number, case.version, (*told, *lines), by=LI)


def handed_over(cases: Cases, **facts: Any) -> Case:
    """A case whose two licences were handed to their departments today."""
    case = complete(cases, opened(cases, an_entry(), an_entry("yancao"), contact=CONTACT, **facts))
    return moved(cases, case, State.REVIEWING, State.SUBMITTED)


def sheet(cases: Cases, department: str = "示例市烟草专卖局") -> Paper:
    """Today's handover sheet of a department."""
    handed = cases.submitted(cases.today).get(department, ())
    return handover_sheet(department, cases.today, handed, cases.calendar())


def notice_of(case: Case) -> Paper:
    """The paper of its last notice."""
    return one_time_notice(case, case.notices[-1], ADDRESS)


def every_paper(cases: Cases) -> dict[Kind, Paper]:
    """One of each kind."""
    asked = asked_for(cases)
    handed_over(cases, code=None, green_lane="elderly")
    papers = (notice_of(asked), sheet(cases), receipt(asked, ADDRESS, cases.today), meeting_report(A_REPORT))
    return {paper.kind: paper for paper in papers}


# ---- all of them -----------------------------------------------------------------------------------------------
def test_every_paper_is_archival_and_can_be_read_aloud(cases: Cases) -> None:
    """PDF/A-2a and PDF/UA-1, in both sizes of type; the standards are checked while the paper is made."""
    for paper in every_paper(cases).values():
        for big in (False, True):
            content = as_pdf(paper, big=big)
            assert re.search(rb"pdfaid:part>2<", content), paper.kind
            assert re.search(rb"pdfuaid:part>1<", content), paper.kind
    assert "/StructTreeRoot" in content.decode("latin-1")


@in_both
def test_no_paper_tells_who_the_contact_is(cases: Cases, read: Read) -> None:
    """Neither name nor telephone nor address, nor why somebody is on the green lane."""
    for paper in every_paper(cases).values():
        text = read(paper) + paper.name
        for word in (*PERSONAL, "老年", "残疾"):
            assert word not in text.replace("绿色通道", ""), (paper.kind, word)


def test_word_and_pdf_say_the_same(cases: Cases) -> None:
    """Every word that the PDF is made of stands in the Word file too, and nothing of the template shows through."""

    def words(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value]
        return [word for one in (value.values() if isinstance(value, dict) else value) for word in words(one)]

    for paper in every_paper(cases).values():
        pdf, word = in_pdf(paper), in_word(paper)
        told = words([one for one in paper.words.values() if not isinstance(one, int)])
        assert [one for one in told if one not in word and "😀" not in one] == [], paper.kind
        assert [one for one in told if one not in pdf and "😀" not in one] == [], paper.kind
        assert not re.search(r"[{}]|None", word + pdf), paper.kind


def test_qr_code_leads_to_the_progress_page(cases: Cases) -> None:
    """What goes to the applicant bears it, in PDF and Word; what stays in the offices does not."""
    told = f"二维码：{ADDRESS}".encode("utf-16-be").hex().upper()
    for kind, paper in every_paper(cases).items():
        for_applicant = kind in ("notice", "receipt")
        media = [one for one in zipfile.ZipFile(io.BytesIO(as_docx(paper, FORMS))).namelist() if "word/media/" in one]
        assert bool(media) is for_applicant, kind
        assert (f"/Alt<FEFF{told}>" in as_pdf(paper).decode("latin-1")) is for_applicant, kind


def test_characters_that_the_font_lacks_do_not_stop_the_printer(cases: Cases) -> None:
    """An enterprise with a rare character gets its paper with a gap and a word why; markup and controls are only text."""
    case = asked_for(cases)
    odd = replace(case, enterprise=replace(case.enterprise, name="𠮷祥\x0b\x00<w:p>&{{ 1 }}#set店"))
    assert "〓祥<w:p>&{{ 1 }}#set店" in in_pdf(notice_of(odd))
    assert "〓 是字库里没有的字" in in_pdf(notice_of(odd))
    assert "〓" not in in_pdf(notice_of(case))
    assert "𠮷祥<w:p>&{{ 1 }}#set店" in in_word(notice_of(odd))


# ---- 一次性告知书 ------------------------------------------------------------------------------------------------
@in_both
def test_notice_tells_all_at_once_with_reasons(cases: Cases, read: Read) -> None:
    """Number, enterprise, day, clerk, and each thing with its kind of fault, what to do, and for which licence."""
    case = opened(cases, an_entry(), an_entry("yancao"))
    card, form = case.materials
    case = cases.receive(case.number, case.version, {card.id: ("复印件", 1)}, by=LI)
    (tobacco,) = (one.id for one in case.entries if one.item == "yancao")
    lines = (
        *notice_lines(case, {card.id: ("expired", "有效期到2026年2月")}, [one.id for one in case.entries]),
        NoticeLine(None, "店里的烟还没退", "other", (tobacco,), "退给烟草公司再来"),
    )
    paper = notice_of(cases.notify(case.number, case.version, lines, by=LI))
    text = read(paper)
    for word in (
        f"{case.number}-01",
        "示例县一家食杂店",
        "2026年3月2日",
        "李四",
        "示例县代办服务专窗",
        ADDRESS,
        "（签字）",
    ):
        assert word in text
    assert "参考样式" in text
    assert [(one["材料"], one["问题"], one["说明"]) for one in paper.words["要补的"]] == [
        (card.name, "过期", "有效期到2026年2月。"),
        (form.name, "缺", "要原件 1 份。"),
        ("店里的烟还没退", "其他", "退给烟草公司再来。"),
    ]
    assert paper.words["要补的"][2]["用在"] == "烟草专卖零售许可证"
    assert CODE not in text


def test_notice_owns_up_to_what_the_window_did_wrong(cases: Cases, moment: Moment) -> None:
    """Too late, or not told the first time: it says so and is sorry; else it does not."""
    case = complete(cases, opened(cases))
    seal = NoticeLine(case.materials[1].id, "注销申请书", "seal", case.materials[1].entries, "没盖章")
    blurred = NoticeLine(case.materials[0].id, "身份证", "mismatch", case.materials[0].entries, "照片不清")
    moment.go_to(3, 20)
    case = cases.notify(case.number, case.version, [seal], by=LI)
    assert LATE in in_pdf(notice_of(case))
    assert AGAIN not in in_pdf(notice_of(case))
    case = cases.receive(case.number, case.version, {case.materials[1].id: ("原件", 1)}, by=LI)
    case = cases.resolve(case.number, case.version, case.notices[-1].id, by=LI)
    case = cases.notify(case.number, case.version, [blurred], by=LI)
    assert AGAIN in in_pdf(notice_of(case))
    assert LATE not in in_pdf(notice_of(case))


def test_notice_that_is_over_sends_nobody_for_papers(cases: Cases, moment: Moment) -> None:
    """Printed again it says what has come since, or that it was taken back."""
    case = asked_for(cases)
    told = "已经补齐，不用再交"
    case = cases.receive(case.number, case.version, {one.id: ("原件", 1) for one in case.materials}, by=LI)
    food, tobacco = (one.id for one in case.entries[:2])
    moment.go_to(3, 4)
    case = cases.resolve(case.number, case.version, case.notices[-1].id, entries=[food], by=LI)
    assert told not in in_pdf(notice_of(case))
    case = cases.resolve(case.number, case.version, case.notices[-1].id, entries=[tobacco], by=LI)
    assert told in in_pdf(notice_of(case))
    assert notice_of(case).words["提醒"] == ["这份告知书要的，2026年3月4日已经补齐。"]
    other = asked_for(cases)
    other = cases.withdraw_notice(other.number, other.version, other.notices[-1].id, by=LI)
    assert notice_of(other).words["提醒"] == ["这份告知书2026年3月4日撤回了，不用照着补。"]
    assert told not in in_pdf(notice_of(other))


def test_erased_file_prints_a_line_to_write_on(cases: Cases) -> None:
    """Where the name is gone none is invented."""
    case = asked_for(cases)
    gone = replace(case, enterprise=replace(case.enterprise, name=None, code=None))
    assert notice_of(gone).words["企业"] == BLANK


# ---- 部门交接单 --------------------------------------------------------------------------------------------------
@in_both
def test_handover_sheet_lists_what_one_department_gets_on_one_day(cases: Cases, moment: Moment, read: Read) -> None:
    """Its own entries and no other's, with enterprise, code, materials and the last day of the limit."""
    first = handed_over(cases)
    second = handed_over(cases, enterprise="示例县二号烟店", code=None)
    text = read(sheet(cases))
    for word in (first.number, second.number, CODE, "示例县二号烟店", "烟草专卖零售许可证", "身份证（原件 1 份）"):
        assert word in text
    assert "2026年3月9日（承诺 5个工作日）" in text
    assert "2 件" in text
    assert "食品经营许可证" not in text
    assert read(sheet(cases)).count("（签字）") == 2
    moment.go_to(3, 3)
    with pytest.raises(NotFound, match="2026年3月3日没有要交给示例市烟草专卖局的"):
        sheet(cases)


def test_handover_sheet_says_which_material_lies_elsewhere(cases: Cases) -> None:
    """What an earlier case of the enterprise holds, and what was excused, is not looked for in the envelope."""
    first = handed_over(cases)
    case = opened(cases, an_entry("yancao"))
    case = cases.excuse(case.number, case.version, case.materials[1].id, "有电子证照", by=LI)
    moved(cases, case, State.REVIEWING, State.SUBMITTED)
    row = sheet(cases).words["交的"][1]
    assert row["材料"] == f"身份证（以前交过，在档案 {first.number} 里）；注销申请书（有电子证照）"


def test_handover_sheet_leaves_out_what_was_withdrawn_that_day(cases: Cases, moment: Moment) -> None:
    """What was given up before it went is not handed over; what is given up later was."""
    case, other = handed_over(cases), handed_over(cases, code=None)
    day = cases.today
    moved(cases, case, State.WITHDRAWN)
    assert [row["档案编号"] for row in sheet(cases).words["交的"]] == [other.number]
    moment.go_to(3, 4)
    moved(cases, other, State.WITHDRAWN)
    (handed,) = (cases.submitted(day)[name] for name in ["示例市烟草专卖局"])
    later = handover_sheet("示例市烟草专卖局", day, handed, cases.calendar())
    assert [row["档案编号"] for row in later.words["交的"]] == [other.number]


def test_handover_sheet_without_limit_and_department_leaves_room(cases: Cases) -> None:
    """Nothing is invented where nobody knows the department or the limit."""
    case = complete(cases, opened(cases, an_entry(department=None, limit=None)))
    moved(cases, case, State.REVIEWING, State.SUBMITTED)
    paper = sheet(cases, "")
    assert (paper.words["部门"], paper.words["交的"][0]["最晚"]) == (BLANK, "—")


# ---- 受理回执 ----------------------------------------------------------------------------------------------------
@in_both
def test_receipt_tells_what_was_taken_in_and_how_to_follow_it(cases: Cases, read: Read) -> None:
    """Case number, entries with who goes and by when, what came, what is still to come, where to look."""
    case = asked_for(cases)
    case = cases.receive(case.number, case.version, {case.materials[0].id: ("复印件", 2)}, by=LI)
    paper = receipt(case, ADDRESS, cases.today)
    text = read(paper)
    for word in (case.number, "窗口代办", "您自己去", "承诺 5个工作日，从代交给部门那天算", "复印件 2 份", ADDRESS):
        assert word in text
    assert "电话后四位" in text
    assert "到2026年3月2日收到的材料" in text
    assert [one["名称"] for one in paper.words["收到的"]] == ["身份证"]
    assert [one["名称"] for one in paper.words["没收到的"]] == ["注销申请书"]
    assert "现在不用交的" not in text


def test_receipt_asks_for_nothing_that_is_not_needed(cases: Cases) -> None:
    """What lies here from before is not asked for again, nor what only a withdrawn entry needed."""
    first = handed_over(cases)
    paper = receipt(opened(cases), ADDRESS, cases.today)
    assert paper.words["现在不用交的"] == [f"身份证：以前交过，在档案 {first.number} 里"]
    given_up = moved(cases, opened(cases, code=None), State.WITHDRAWN)
    assert receipt(given_up, ADDRESS, cases.today).words["没收到的"] == []


def test_receipt_tells_of_an_unknown_limit_and_of_another_county(cases: Cases) -> None:
    """No limit: ask; taken in elsewhere: who does it; at the window: counted from the day it came."""
    case = opened(cases, an_entry(limit=None), an_entry("yancao", tier="窗口直接办"), taken_in="示例区")
    paper = receipt(case, ADDRESS, cases.today)
    assert [one["时限"] for one in paper.words["事项"]] == ["还没核实，请问窗口", "承诺 5个工作日，从收件那天算"]
    assert paper.words["提醒"] == ["材料由示例区代收，由示例县办理。"]
    assert paper.words["窗口"] == "示例区代办服务专窗"


# ---- templates that the city edits -----------------------------------------------------------------------------
def test_templates_use_only_words_that_exist() -> None:
    """Every name in a template is one that is filled in, and every word is explained to the editors."""
    assert faults(FORMS) == []
    text = (FORMS / "README.md").read_text(encoding="utf-8")
    assert [word for kind in KINDS for word in names(kind) if word not in text] == []


def test_papers_fill_every_word_that_templates_may_use(cases: Cases) -> None:
    """What the editors are promised is there, no more and no less."""
    assert set(WORD_TEMPLATES) == set(KINDS)
    for kind, paper in every_paper(cases).items():
        assert frozenset(paper.words) | {PICTURE} == names(kind)


def test_city_edits_a_template_and_is_told_of_mistakes(cases: Cases, tmp_path: Path) -> None:
    """What stands in the folder is what is printed; a wrong word or a missing file is told."""
    paper = notice_of(asked_for(cases))
    with pytest.raises(NotFound):
        as_docx(paper, tmp_path)
    document = Document()
    document.add_paragraph("本市用的告知书：{{ 企业 }}{{ 名子 }}")
    document.save(str(tmp_path / "yicixing-gaozhishu.docx"))
    assert "本市用的告知书：示例县一家食杂店" in in_word(paper, tmp_path)
    told = faults(tmp_path)
    assert any("yicixing-gaozhishu.docx" in one and "名子" in one for one in told)
    assert any("缺少表样 shouli-huizhi.docx" in one for one in told)
