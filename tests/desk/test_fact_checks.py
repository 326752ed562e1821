"""Fact checks: the link, what a department may say, and how its word becomes 已核 with the day and the office."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from docx import Document
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.changing import day_of
from assistant.db import now
from assistant.desk.confirming import SOURCES, can_be_taken, take
from assistant.desk.drafts import Draft
from assistant.desk.fact_checks import TAKEN, Answer, FactChecks, Verdict
from assistant.desk.fact_tables import StoredFactLink
from assistant.desk.facts import Fact, of_department
from assistant.errors import NotFound, Refused
from assistant.knowledge import model as m
from assistant.knowledge.load import load
from assistant.render import fact_letter
from assistant.settings import ROOT
from assistant.staff.roles import Role
from tests.desk.builders import GUIDE, Desk
from tests.desk.pages import drafts_of, editors_app, send
from tests.staff.builders import at_work, browser, field

OURS, OFFICE = "wenlvju", "审批科"
WHO, STEP = f"{GUIDE}#谁来办#0", f"{GUIDE}#步骤#0"
WINDOW = "catalog.yaml#窗口#chuangkou#"


def facts(at: Desk) -> dict[str, Fact]:
    """What 文旅局 answers for, by its key."""
    return {fact.key: fact for fact in of_department(load(at.root, demo=True), OURS)}


def said(at: Desk, *answers: tuple[str, Verdict, str]) -> list[Answer]:
    """What the department says by a link of its own."""
    checks, known = FactChecks(at.engine, clock=at.clock), facts(at)
    key = checks.make(OURS, "zhang")
    for fact, verdict, words in answers:
        checks.answer(key, known[fact], verdict, words, OFFICE)
    return list(checks.said(key).values())


def taken(at: Desk, answers: list[Answer], words: dict[int, str] | None = None) -> dict[str, Draft]:
    """The drafts in which an editor took it over, by path; the whole knowledge is fit with them."""
    drafts = take(at.drafts, answers, load(at.root).departments[OURS], "zhang", words)
    at.drafts.fitness_of({draft.path: draft.text for draft in drafts}).must()
    return {draft.path: draft for draft in drafts}


def test_department_sees_its_facts_and_no_fictional_ones(at: Desk) -> None:
    """Its guides and its windows with what is missing of them; nothing of 示例县, nothing shared by many guides."""
    found = facts(at)
    assert {WHO, STEP, f"{WINDOW}地址", f"{WINDOW}电话"} <= found.keys()
    assert found[f"{WINDOW}地址"].shown == ""
    assert found[f"{WINDOW}办公时间"].shown == "周一到周五"
    assert not [fact for fact in found.values() if "示例" in fact.name or fact.shown == "申请书"]
    with pytest.raises(NotFound):
        of_department(load(at.root), "meiyou")


def test_link_leads_somewhere_for_a_while(at: Desk) -> None:
    """A key works until its day and not longer; a wrong one never does, and the database holds none."""
    moment = now()
    checks = FactChecks(at.engine, dt.timedelta(days=30), lambda: moment)
    key = checks.make(OURS, "zhang")
    assert checks.open(key).department == OURS
    with Session(at.engine) as session:
        (row,) = session.scalars(select(StoredFactLink))
        assert key not in repr(vars(row))
    for other in (key[:-1], key[:-1] + ("A" if key[-1] != "A" else "B"), "", "../" + key, "x" * 5000):
        with pytest.raises(NotFound, match="再要一个"):
            checks.open(other)
    moment += dt.timedelta(days=30)
    with pytest.raises(NotFound, match="过期"):
        checks.open(key)


def test_links_are_taken_back_together(at: Desk) -> None:
    """A second link leaves the first alone, as it may be in the post; taking back ends both, and another department's not."""
    checks = FactChecks(at.engine)
    first, second, other = checks.make(OURS, "zhang"), checks.make(OURS, "zhang"), checks.make("shijianju", "zhang")
    assert checks.open(first).department == checks.open(second).department == OURS
    checks.take_back(OURS)
    for key in (first, second):
        with pytest.raises(NotFound):
            checks.open(key)
    assert checks.open(other).department == "shijianju"


@pytest.mark.parametrize(
    ("verdict", "words", "office", "why"),
    [
        (Verdict.WRONG, "", OFFICE, "应该是什么"),
        (Verdict.WRONG, "13900000001", OFFICE, "座机"),
        (Verdict.WRONG, "长" * 301, OFFICE, "太长"),
        (Verdict.RIGHT, "", "李示例", "科室"),
        (Verdict.RIGHT, "", "", "科室"),
    ],
)
def test_answer_that_will_not_do_is_refused(at: Desk, verdict: Verdict, words: str, office: str, why: str) -> None:
    """Nothing wrong without what is right, nobody's mobile, no person in the place of an office."""
    checks = FactChecks(at.engine)
    key = checks.make(OURS, "zhang")
    with pytest.raises(Refused, match=why):
        checks.answer(key, facts(at)[WHO], verdict, words, office)
    assert checks.said(key) == {}


def test_answer_can_be_changed_until_an_editor_has_seen_it(at: Desk) -> None:
    """The last word counts; afterwards it is said that somebody has looked at it."""
    checks, fact = FactChecks(at.engine), facts(at)[WHO]
    key = checks.make(OURS, "zhang")
    checks.answer(key, fact, Verdict.UNKNOWN, "", OFFICE)
    checks.answer(key, fact, Verdict.RIGHT, "", OFFICE)
    (only,) = checks.waiting(OURS)
    assert only.verdict is Verdict.RIGHT
    checks.settle([only.id], "zhang", TAKEN)
    assert checks.waiting() == []
    with pytest.raises(Refused, match="看过"):
        checks.answer(key, fact, Verdict.WRONG, "别的", OFFICE)


def test_what_is_right_becomes_confirmed_with_day_and_office(at: Desk) -> None:
    """已核, with the day and the office; the law stays cited beside the department's word, and no other line changes."""
    drafts = taken(at, said(at, (WHO, Verdict.RIGHT, "")))
    today = day_of(at.clock())
    source = f"文旅局审批科{today:%Y%m%d}核实"
    assert drafts[GUIDE].text == at.text().replace(
        "{内容: 老板来办。, 依据: [许可法 第七十条], 状态: 有出处}",
        f"{{内容: 老板来办。, 依据: [许可法 第七十条, {source}], 状态: 已核, 核对日期: {today}, 核对人: 文旅局审批科}}",
    )
    assert drafts[SOURCES].text.startswith(at.text(SOURCES))
    assert f"- 简称: {source}\n" in drafts[SOURCES].text
    assert drafts[GUIDE].bundle == drafts[SOURCES].bundle != None  # noqa: E711  published together


def test_what_should_be_otherwise_is_written_so(at: Desk) -> None:
    """The department's words, or the editor's for them; what was cited for the old words is no longer."""
    answers = said(at, (WHO, Verdict.WRONG, "法定代表人来办"), (STEP, Verdict.WRONG, "去专窗"))
    text = taken(at, answers, {answers[0].id: "法定代表人来办。"})[GUIDE].text
    assert "内容: 法定代表人来办。, 依据: [文旅局审批科" in text
    assert "做什么: 去专窗, 依据: [文旅局审批科" in text


@pytest.mark.parametrize(
    ("words", "written"),
    [("10个工作日", "天数: 10, 单位: 工作日,"), ("20日内", "天数: 20, 单位: 日,"), ("当场办", "说明: 当场办,")],
)
def test_time_limit_is_written_in_days_where_it_says_days(at: Desk, words: str, written: str) -> None:
    """Days and their unit, else the words."""
    text = at.text().replace("步骤:", "法定时限: {说明: 先打电话问。, 状态: 待核}\n步骤:")
    (at.root / GUIDE).write_text(text, encoding="utf-8")
    assert f"法定时限: {{{written}" in taken(at, said(at, (f"{GUIDE}#法定时限#0", Verdict.WRONG, words)))[GUIDE].text


def test_window_is_confirmed_once_all_of_it_is(at: Desk) -> None:
    """A telephone alone is written and leaves the window 待核; with address and hours it is 已核 with the day."""
    phone = (f"{WINDOW}电话", Verdict.WRONG, "000-0000-0009")
    text = taken(at, said(at, phone))["catalog.yaml"].text
    assert '电话: "000-0000-0009", 状态: 待核}' in text
    at.drafts.withdraw(at.drafts.open("catalog.yaml").id, version=1)
    whole = said(at, phone, (f"{WINDOW}地址", Verdict.WRONG, "大街1号"), (f"{WINDOW}办公时间", Verdict.RIGHT, ""))
    text = taken(at, whole)["catalog.yaml"].text
    assert re.search(r'地址: 大街1号.*电话: "000-0000-0009".*状态: 已核, 核对日期: 2026-11-22}', text)


def test_what_has_changed_since_is_not_confirmed(at: Desk) -> None:
    """Nobody's yes is put beside words they have not seen; nothing is written."""
    answers = said(at, (WHO, Verdict.RIGHT, ""), (STEP, Verdict.RIGHT, ""))
    (at.root / GUIDE).write_text(at.text().replace("老板来办。", "谁来都行。"), encoding="utf-8")
    with pytest.raises(Refused, match="又改过了"):
        taken(at, answers)
    assert at.drafts.all() == []


def test_some_answers_an_editor_writes_by_hand(at: Desk) -> None:
    """What nobody knows, and what a material should be, cannot be taken over; of several refused, none is."""
    text = (
        at.text()
        .replace("材料:", "材料:\n  - {名称: 许可证, 依据: [通行做法], 状态: 待核}")
        .replace("维护部门", "待确认: [几天办完]\n维护部门")
    )
    (at.root / GUIDE).write_text(text, encoding="utf-8")
    material, question = f"{GUIDE}#材料#0", f"{GUIDE}#待确认#0"
    answers = said(
        at, (material, Verdict.WRONG, "不用交"), (question, Verdict.WRONG, "5天"), (STEP, Verdict.UNKNOWN, "")
    )
    assert not any(map(can_be_taken, answers))
    with pytest.raises(Refused, match="自己改"):
        taken(at, answers)
    assert can_be_taken(said(at, (material, Verdict.RIGHT, ""))[0])


def test_two_rounds_before_a_publication_stay_together(at: Desk) -> None:
    """The second round joins the drafts of the first, so that no guide cites a word that is not published with it."""
    first = taken(at, said(at, (WHO, Verdict.RIGHT, "")))
    second = taken(at, said(at, ("guides/wangba.yaml#步骤#0", Verdict.RIGHT, "")))
    assert {draft.bundle for draft in (*first.values(), *second.values())} == {first[GUIDE].bundle}
    assert len(at.drafts.together(second[SOURCES])) == 3


def test_letter_names_what_is_asked_and_leads_to_the_page() -> None:
    """The Word file by the city's template says who, what, until when and where, with a picture of the address."""
    told: fact_letter.LetterWords = {
        "部门": "示例市文旅局",
        "日期": "2026年11月22日",
        "截止": "2026年12月22日",
        "件数": 2,
        "窗口": "代办注销服务窗口",
        "网址": "https://example.invalid/f/abc",
        "要核的": [{"名称": "歌厅许可", "几条": 2, "哪些": "谁来办；步骤"}],
    }
    templates = ROOT / "knowledge" / "forms"
    assert fact_letter.faults(templates) == []
    document = Document(io.BytesIO(fact_letter.as_docx(told, templates)))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    shown = "\n".join((*(paragraph.text for paragraph in document.paragraphs), *tables))
    for words in (
        "示例市文旅局",
        "一共 2 条",
        "2026年12月22日",
        "https://example.invalid/f/abc",
        "歌厅许可",
        "谁来办；步骤",
    ):
        assert words in shown
    assert len(document.inline_shapes) == 1
    assert fact_letter.TEMPLATE in (templates / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The service."""
    return editors_app(tmp_path)


def linked(app: FastAPI) -> str:
    """The page that an editor's link leads to."""
    client = at_work(app, Role.EDITOR)
    page = send(client, f"/editors/facts/{OURS}/link", f"/editors/facts/{OURS}").text
    found = re.search(r'id="address">[^<]*(/f/[\w-]+)<', page)
    assert found
    return found[1]


def chosen(page: str, label: str) -> str:
    """What the form calls the fact with this label."""
    found = re.search(rf"<legend>{label}.*?name=\"v-(\w+)\"", page, re.S)
    assert found
    return found[1]


def test_department_answers_without_an_account(app: FastAPI) -> None:
    """By the link it sees its own, says what is wrong, and finds what it said; an editor takes it over into a draft."""
    address = linked(app)
    client = browser(app)
    assert "歌厅许可" in client.get(address).text
    page = client.get(f"{address}/geting").text
    sign = chosen(page, "谁来办")
    told = {"csrf": field(page), "office": OFFICE, f"v-{sign}": "wrong", f"w-{sign}": "法定代表人来办。"}
    assert client.post(f"{address}/geting", data=told).headers["location"] == f"{address}?saved=1"
    assert "法定代表人来办。" in client.get(f"{address}/geting").text
    editor = at_work(app, Role.EDITOR, name="second")
    page = editor.get(f"/editors/facts/{OURS}").text
    assert "法定代表人来办。" in page
    done = send(editor, f"/editors/facts/{OURS}/settle", f"/editors/facts/{OURS}", answer="1", take="1")
    assert done.headers["location"] == f"/editors/facts/{OURS}?told=taken"
    drafts = drafts_of(app).all()
    assert {draft.path for draft in drafts} == {GUIDE, SOURCES}
    assert "等您看" not in editor.get(f"/editors/facts/{OURS}").text
    assert send(editor, f"/editors/facts/{OURS}/settle", f"/editors/facts/{OURS}", answer="1").status_code == 422


def test_editor_who_is_refused_keeps_words_and_ticks(app: FastAPI) -> None:
    """The guide was changed meanwhile: nothing is taken, and the page still has what the editor typed and ticked."""
    address, client = linked(app), browser(app)
    page = client.get(f"{address}/geting").text
    told = {"csrf": field(page), "office": OFFICE}
    for label, verdict in (("谁来办", "wrong"), ("步骤", "right")):
        told |= {f"v-{chosen(page, label)}": verdict, f"w-{chosen(page, label)}": "法定代表人来办。"}
    client.post(f"{address}/geting", data=told)
    editor, checks = at_work(app, Role.EDITOR, name="second"), f"/editors/facts/{OURS}"
    first, second = (one.id for one in FactChecks(app.state.service.checklists.engine).waiting())
    path = app.state.service.settings.knowledge / GUIDE
    path.write_text(path.read_text(encoding="utf-8").replace("老板来办。", "谁来都行。"), encoding="utf-8")
    typed = {f"words-{number}": "只能老板本人来办。" for number in (first, second)}
    shown = send(editor, f"{checks}/settle", checks, answer=str(first), take="1", **typed)
    assert shown.status_code == 422
    assert "又改过了" in shown.text
    assert "只能老板本人来办。" in shown.text
    assert re.findall(r'name="answer" value="(\d+)"( checked)?', shown.text) == [
        (str(first), " checked"),
        (str(second), ""),
    ]


def test_page_keeps_what_is_right_and_says_what_is_not(app: FastAPI) -> None:
    """One answer that will not do does not cost the others; what was typed stays."""
    address, client = linked(app), browser(app)
    page = client.get(f"{address}/geting").text
    step, who = chosen(page, "步骤"), chosen(page, "谁来办")
    told = {"csrf": field(page), "office": OFFICE, f"v-{step}": "right", f"v-{who}": "wrong", f"w-{who}": ""}
    shown = client.post(f"{address}/geting", data=told)
    assert shown.status_code == 422
    assert "应该是什么" in shown.text
    parts = app.state.service
    assert [one.label for one in FactChecks(parts.checklists.engine).waiting()] == ["步骤"]


@pytest.mark.parametrize("change", ["csrf", "sign", "nothing"])
def test_page_takes_nothing_that_was_not_shown(app: FastAPI, change: str) -> None:
    """No answer without our own form, to words that have changed, or without a choice."""
    address, client = linked(app), browser(app)
    page = client.get(f"{address}/geting").text
    sign = chosen(page, "谁来办")
    told = {"csrf": field(page), "office": OFFICE, f"v-{sign}": "right"}
    if change == "csrf":
        told["csrf"] = "x" * 32
    else:
        del told[f"v-{sign}"]
        told |= {"v-0000000000000000": "right"} if change == "sign" else {}
    assert client.post(f"{address}/geting", data=told).status_code == (403 if change == "csrf" else 422)
    assert FactChecks(app.state.service.checklists.engine).waiting() == []


def test_link_leads_to_nothing_else(app: FastAPI) -> None:
    """A wrong key and a guide that is not the department's are not found; the page needs an editor to be made."""
    address, client = linked(app), browser(app)
    assert client.get("/f/" + "x" * 43).status_code == 404
    assert client.get(f"{address}/meiyou").status_code == 404
    assert client.get(address).headers["cache-control"] == "no-store"
    assert at_work(app, Role.CLERK).get("/editors/facts").status_code == 403
    editor = at_work(app, Role.ADMINISTRATOR)
    send(editor, f"/editors/facts/{OURS}/take-back", f"/editors/facts/{OURS}")
    assert client.get(address).status_code == 404


def test_letter_carries_the_link_that_was_just_made(app: FastAPI) -> None:
    """It is downloaded by its key, and by no other department's; without the city's template it is not there."""
    address = linked(app)
    editor = at_work(app, Role.EDITOR, name="second")
    told = {"key": address.removeprefix("/f/")}
    page = f"/editors/facts/{OURS}"
    assert send(editor, f"{page}/letter", page, **told).status_code == 404
    forms = app.state.service.settings.knowledge / "forms"
    forms.mkdir()
    (forms / fact_letter.TEMPLATE).write_bytes((ROOT / "knowledge" / "forms" / fact_letter.TEMPLATE).read_bytes())
    document = Document(io.BytesIO(send(editor, f"{page}/letter", page, **told).content))
    assert address in "".join(cell.text for table in document.tables for cell in table.rows[0].cells)
    assert send(editor, f"{page}/letter", page, key="x" * 43).status_code == 404


def test_taken_facts_count_as_confirmed(at: Desk) -> None:
    """After the publication the knowledge says 已核, and nothing asks for that fact any more."""
    drafts = taken(at, said(at, (WHO, Verdict.RIGHT, "")))
    for path, draft in drafts.items():
        (at.root / path).write_text(draft.text, encoding="utf-8")
    fact = facts(at)[WHO]
    assert (fact.state, fact.checked_on) == (m.State.CONFIRMED, day_of(at.clock()))
