"""Questions without answer: which they are, that nobody can be told from them, and what becomes of them in one step."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from api.reload import publishing_of, renewed
from assistant.actions.replies import shown
from assistant.actions.state import State
from assistant.cards import Turn
from assistant.db import now
from assistant.desk import steps
from assistant.desk.effect import changed, effect
from assistant.desk.grouping import groups
from assistant.desk.masking import masked
from assistant.desk.report import HEADER, WIDTHS, as_csv, as_workbook
from assistant.desk.unanswered import Group, Question, Step, Unanswered, Why
from assistant.errors import NotFound, Refused
from assistant.knowledge.load import load
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.answer import Verdict
from assistant.retrieval.equipment import Equipment
from assistant.retrieval.finder import Finder
from assistant.retrieval.model import load_model
from assistant.retrieval.renewing import previewed
from assistant.staff.roles import Role
from assistant.turnlog import TurnLog
from tests.desk.asked import asked
from tests.desk.builders import GUIDE, OTHER, Desk
from tests.desk.pages import drafts_of, editors_app, send
from tests.staff.builders import at_work

TODAY = dt.date(2026, 11, 22)
WORDS_ALONE = Equipment(None, load_model(encoder=False))


def a_question(text: str, times: int = 1) -> Question:
    """A question nobody knew an answer to."""
    return Question(text, times, ((Why.UNKNOWN, times),), now())


def finder_of(at: Desk) -> Finder:
    """The finder over what lies on the disk."""
    return Finder(load(at.root, demo=True), None, WORDS_ALONE.model)


def over(finder: Finder, knowledge: Knowledge) -> Finder:
    """The finder as it would be over this knowledge."""
    return previewed(finder, knowledge, WORDS_ALONE)


def test_what_was_not_answered_is_listed_with_why(at: Desk) -> None:
    """What was not known, what was asked back, what was said to be wrong; nothing that was answered or tapped."""
    asked(at.engine, ("麦霸证咋退", "unknown"), ("麦霸证，咋退？", "unknown"), ("歌厅证咋退", "answered"))
    asked(at.engine, ("娱乐证退了", "needs_choice", "唱歌的"), ("唱歌的", "unknown"), ("？？", "unknown"), who="two")
    asked(at.engine, ("网吧证咋退", "answered"), ("不对，我问的是别的", "unknown"), who="three")
    found = {one.text: (one.times, dict(one.why)) for one in Unanswered(at.engine).questions()}
    assert found == {
        "麦霸证咋退": (2, {Why.UNKNOWN: 2}),
        "娱乐证退了": (1, {Why.ASKED_BACK: 1}),
        "网吧证咋退": (1, {Why.WRONG: 1}),
    }


def test_licence_we_said_is_not_on_the_list_waits_too(at: Desk) -> None:
    """Perhaps it is another name of one that is; what is really another's business was answered."""
    log, known = TurnLog(at.engine), load(at.root, demo=True)
    for said in ("麦霸证咋退", "孩子落户"):
        answer = finder_of(at).find(said)
        cards, status, _ = shown(known, answer, State())
        assert status == "out_of_scope"
        log.keep(said, said, Turn(status=status, cards=cards))
    (only,) = Unanswered(at.engine).questions()
    assert (only.text, only.why) == ("麦霸证咋退", ((Why.UNHEARD, 1),))


@pytest.mark.parametrize(
    ("said", "private"),
    [
        ("麦霸证丢了，打13900000001找我", "13900000001"),
        ("麦霸证 139 0000 0001", "0001"),
        ("麦霸证，找李示例13900000001", "李示例"),
        ("王示例 0457-2000000 的麦霸证", "王示例"),
        ("我叫示例某，麦霸证咋退", "示例某"),
        ("身份证230000199001011234能退麦霸证不", "230000199001011234"),
        ("麦霸证，代码91230000MA1B2C3D4E", "91230000MA1B2C3D4E"),
        ("黑P12345的麦霸证", "P12345"),
        ("麦霸证，加微信 abc12345", "abc12345"),
        ("麦霸证，打一三九零零零零零零零一", "一三九零零"),
        ("麦霸证发a.b@example.invalid", "example"),
    ],
)
def test_nobody_can_be_told_from_a_question(at: Desk, said: str, private: str) -> None:
    """Neither the list nor what is kept of it holds what tells of a person; the rest of the words stay."""
    asked(at.engine, (said, "unknown"))
    inbox = Unanswered(at.engine)
    inbox.settle(inbox.questions(), Step.IGNORE, "zhang", reason="试试")
    (kept,) = inbox.settled()
    assert private not in kept.text
    assert "麦霸证" in kept.text


@pytest.mark.parametrize("said", ["2024年开的店，欠30000元", "打12345没人接", "12.5平方的店"])
def test_years_amounts_and_hotlines_stay(said: str) -> None:
    """What tells of nobody is not covered."""
    assert masked(said) == said


class Encoder:
    """Two meanings: what has 歌 in it, and the rest."""

    name, dimension, digest = "two", 2, "0" * 64

    def encode(self, texts: list[str]) -> np.ndarray:
        """A unit vector for each text."""
        return np.array([[1, 0] if "歌" in text else [0, 1] for text in texts], np.float32)


def test_questions_are_grouped_by_meaning_or_by_words() -> None:
    """With an encoder by its vectors; without one by what they share, and what shares nothing stays alone."""
    texts = ["歌厅黄了", "练歌房不干了", "上网的证", "歌厅黄了咋办"]
    assert groups(texts, Encoder()) == [[0, 1, 3], [2]]
    assert groups(texts, None) == [[0, 3], [1], [2]]
    assert groups([], Encoder()) == []


def test_larger_group_stands_first(at: Desk) -> None:
    """A group counts everything in it, and is named by what was said most often."""
    asked(at.engine, ("上网的证", "unknown"), ("上网的证", "unknown"))
    asked(at.engine, ("麦霸证咋退", "unknown"), ("麦霸证咋退", "unknown"), ("麦霸证咋退呢", "unknown"), who="two")
    first, second = Unanswered(at.engine).groups(finder_of(at), None)
    assert (first.text, first.times, len(first.questions)) == ("麦霸证咋退", 3, 2)
    assert second.text == "上网的证"


def test_what_is_settled_comes_again_only_when_it_is_asked_again(at: Desk) -> None:
    """A question with a draft waits no more until it is asked once more; one to be ignored never does, until put back."""
    inbox = Unanswered(at.engine)
    asked(at.engine, ("麦霸证咋退", "unknown"), ("吃了吗", "unknown"))
    chat, licence = sorted(inbox.questions(), key=lambda one: one.text)
    inbox.settle([licence], Step.ALIAS, "zhang", about="geting")
    inbox.settle([chat], Step.IGNORE, "zhang", reason="闲聊")
    assert inbox.questions() == []
    asked(at.engine, ("麦霸证咋退", "unknown"), ("吃了吗", "unknown"))
    assert [(one.text, one.times) for one in inbox.questions()] == [("麦霸证咋退", 1)]
    inbox.again(chat.key)
    assert {one.text: one.times for one in inbox.questions()} == {"麦霸证咋退": 1, "吃了吗": 2}
    with pytest.raises(NotFound):
        inbox.again(chat.key)


def test_ignoring_wants_a_reason(at: Desk) -> None:
    """Whoever comes later has to know why."""
    with pytest.raises(Refused, match="为什么"):
        Unanswered(at.engine).settle([a_question("吃了吗")], Step.IGNORE, "zhang", reason=" ")


def test_step_changes_only_its_lines(at: Desk) -> None:
    """A name goes to the end of the names; comments, order and every other line stay."""
    commented = at.text().replace("别名:", "# 老叫法都要留着\n别名:")
    (at.root / GUIDE).write_text(commented, encoding="utf-8")
    proposed = steps.add_to_guide(at.drafts, "geting", steps.ALIASES, ["麦霸证", "歌厅证"])
    assert proposed.phrases == ("麦霸证",)
    assert proposed.text == commented.replace("[歌厅证, 唱歌的证]", "[歌厅证, 唱歌的证, 麦霸证]")
    draft = steps.keep(at.drafts, proposed, who="zhang", reason="有人问")
    assert draft.text == proposed.text
    again = steps.add_to_guide(at.drafts, "geting", steps.SAMPLES, ["麦霸证咋退"])
    kept = steps.keep(at.drafts, again, who="li", reason="还有人问")
    assert (kept.hands, kept.reason) == (("zhang", "li"), "有人问；还有人问")
    assert at.drafts.faults(again.text, GUIDE) == []


def test_first_sample_of_a_guide_is_put_where_samples_stand(at: Desk) -> None:
    """A list that was not there is written in the order of the other guides."""
    text = steps.add_to_guide(at.drafts, "wangba", steps.SAMPLES, ["上网的证咋退"]).text
    assert text == at.text(OTHER).replace("步骤:", "常见问法: [上网的证咋退]\n步骤:")


def test_other_procedure_hears_a_new_question(at: Desk) -> None:
    """A question that is not ours is led to the procedure whose it is."""
    proposed = steps.add_to_redirect(at.drafts, "huji", ["户口页丢了"])
    assert at.drafts.faults(proposed.text, steps.REDIRECTS) == []
    before, knowledge = finder_of(at), load(at.root, demo=True)
    with_it = changed(knowledge, proposed.path, proposed.text)
    (only,) = effect(before, over(before, with_it), ["户口页丢了"], proposed.phrases, ["huji"]).asked
    assert only.after.verdict is Verdict.REDIRECT


def test_procedure_nobody_wrote_of_is_begun_with_where_to_go(at: Desk) -> None:
    """One entry more at the end of the file and no line of it otherwise; the question is led there, and the check is content."""
    before = at.text(steps.REDIRECTS)
    proposed = steps.begin_redirect(at.drafts, "护照", ["出国的本"], "护照归公安出入境窗口办。", ["出国的本丢了找谁"])
    assert proposed.about == "hu-zhao"
    assert proposed.phrases == ("出国的本", "出国的本丢了找谁")
    assert proposed.text.startswith(before)
    assert at.drafts.faults(proposed.text, steps.REDIRECTS) == []
    with_it = changed(load(at.root, demo=True), proposed.path, proposed.text)
    assert with_it.redirects["hu-zhao"].reply == "护照归公安出入境窗口办。"
    before_it = finder_of(at)
    found = effect(before_it, over(before_it, with_it), ["出国的本丢了"], proposed.phrases, [proposed.about])
    assert [one.after.verdict for one in found.asked] == [Verdict.REDIRECT]
    assert [one.before.verdict for one in found.asked] == [Verdict.UNKNOWN]


@pytest.mark.parametrize(
    ("name", "words", "reply", "own", "why"),
    [
        ("护照", ["护照"], "", "", "去哪办"),
        ("", ["护照"], "找出入境。", "", "哪样手续"),
        ("护照", [], "找出入境。", "", "还没写"),
        ("护照", ["护照"], "找" * 201, "", "太长"),
        ("护照", ["护照"], "找出入境。", "Hu Zhao", "小写拼音"),
        ("户口", ["迁户口"], "找派出所。", "", "已经有"),
        ("户籍", ["迁户口"], "找派出所。", "huji", "已经有"),
    ],
)
def test_procedure_that_will_not_do_is_refused(
    at: Desk, name: str, words: list[str], reply: str, own: str, why: str
) -> None:
    """Without a name, a word or an answer, or where it is there already."""
    with pytest.raises(Refused, match=why):
        steps.begin_redirect(at.drafts, name, words, reply, ["去哪办"], own)
    assert at.drafts.all() == []


def test_new_guide_begins_as_a_draft_with_the_questions(at: Desk) -> None:
    """The skeleton of the command line with what people asked, and not a word that claims to be checked."""
    proposed = steps.begin_guide(at.drafts, "麦霸证", "文旅局", ["麦霸证咋退"], TODAY)
    assert proposed.path == "guides/mai-ba-zheng.yaml"
    assert "  - 麦霸证咋退\n" in proposed.text
    assert "发布:" not in proposed.text
    assert set(re.findall(r"状态: (\w+)", proposed.text)) == {"待核"}
    assert "维护部门: 文旅局\n" in proposed.text
    for name, owner, own, why in (("歌厅", "文旅局", "geting", "已经有"), ("麦霸证", "", "", "归哪个部门")):
        with pytest.raises(Refused, match=why):
            steps.begin_guide(at.drafts, name, owner, ["麦霸证咋退"], TODAY, own)


def test_effect_of_a_new_guide_is_shown_before_it_is_served(at: Desk) -> None:
    """As if it stood in the catalogue: who asked would find it, though nobody does yet."""
    proposed = steps.begin_guide(at.drafts, "麦霸证", "文旅局", ["麦霸证咋退"], TODAY)
    before = finder_of(at)
    with_it = steps.once_served(before.knowledge, proposed)
    (only,) = effect(before, over(before, with_it), ["麦霸证不要了"], proposed.phrases, [proposed.about]).asked
    assert (only.before.verdict, only.after.words) == (Verdict.UNKNOWN, "答：麦霸证")
    assert proposed.about not in before.knowledge.guides


@pytest.mark.parametrize(
    ("guide", "phrases", "why"),
    [
        ("geting", ["歌厅证"], "原来就有"),
        ("geting", ["  "], "还没写"),
        ("geting", ["打［号码］问问"], "隐去"),
        ("geting", ["长" * 61], "太长"),
        ("meiyou", ["麦霸证"], "没有"),
        ("../catalog", ["麦霸证"], "不是知识库里的文件"),
    ],
)
def test_step_that_will_not_do_is_refused(at: Desk, guide: str, phrases: list[str], why: str) -> None:
    """With one sentence, and nothing is kept."""
    with pytest.raises(Refused, match=why):
        steps.add_to_guide(at.drafts, guide, steps.ALIASES, phrases)
    assert at.drafts.all() == []


def test_effect_shows_who_would_find_it(at: Desk) -> None:
    """A question that led nowhere leads to the guide, and no other sample is worse off."""
    proposed = steps.add_to_guide(at.drafts, "geting", steps.ALIASES, ["麦霸证"])
    knowledge = changed(load(at.root, demo=True), proposed.path, proposed.text)
    before = finder_of(at)
    found = effect(before, over(before, knowledge), ["麦霸证咋退"], proposed.phrases, ["geting"])
    (only,) = found.asked
    assert (only.before.words, only.after.words) == ("不认得，最近的是网吧许可", "答：歌厅许可")
    assert found.lost == ()
    assert found.looked_at > 0


def test_effect_shows_who_would_be_lost(at: Desk) -> None:
    """A name that belongs to another guide takes its questions away, and that is shown with the words."""
    samples = "常见问法:\n  - 上网吧那个证不要了\n  - 网吧的本本咋退\n步骤:"
    (at.root / OTHER).write_text(at.text(OTHER).replace("步骤:", samples), encoding="utf-8")
    proposed = steps.add_to_guide(at.drafts, "geting", steps.ALIASES, ["网吧", "网吧的本本", "上网吧那个证"])
    knowledge = changed(load(at.root, demo=True), proposed.path, proposed.text)
    before = finder_of(at)
    found = effect(before, over(before, knowledge), [], proposed.phrases, ["geting"])
    assert {one.guide for one in found.lost} == {"网吧许可"}
    assert all(one.before != one.after for one in found.lost)


def test_report_is_a_table_in_which_nothing_is_a_formula() -> None:
    """One line a question with its group and figures; what begins with = is a text in both kinds."""
    group = Group((a_question("=1+1 的证", 3), a_question("麦霸证咋退", 2)))
    first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 22)
    rows = list(csv.reader(io.StringIO(as_csv([group], first, last).decode("utf-8-sig"))))
    assert [row[:6] for row in rows[2:]] == [
        ["1", "5", "'=1+1 的证", "3", "3", "0"],
        ["1", "5", "麦霸证咋退", "2", "2", "0"],
    ]
    sheet = load_workbook(io.BytesIO(as_workbook([group], first, last))).active
    assert len(WIDTHS) == len(HEADER)
    assert (sheet["C3"].value, sheet["C3"].data_type) == ("=1+1 的证", "s")
    assert sheet["D4"].value == 2


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The service, in which something was not answered."""
    made = editors_app(tmp_path)
    asked(made.state.service.checklists.engine, ("麦霸证咋退，打13900000001", "unknown"), ("麦霸证咋退", "unknown"))
    return made


def the_group(app: FastAPI) -> str:
    """The address of the only group."""
    parts = app.state.service
    (found,) = Unanswered(parts.checklists.engine).groups(parts.finder, None)
    return f"/editors/unanswered/{found.key}"


def test_editor_goes_from_the_inbox_to_a_draft(app: FastAPI) -> None:
    """List, question, effect, draft: the effect is shown before, and the question no longer waits afterwards."""
    client = at_work(app, Role.EDITOR)
    listed = client.get("/editors/unanswered").text
    assert "麦霸证咋退" in listed
    assert "13900000001" not in listed
    group = the_group(app)
    told = {"step": "alias", "about": "geting", "phrases": "麦霸证"}
    shown = send(client, f"{group}/try", group, **told).text
    assert "答：歌厅许可" in shown
    assert client.get("/editors/unanswered").text == listed
    done = send(client, f"{group}/do", group, **told)
    assert done.headers["location"] == "/editors/unanswered?told=alias"
    parts = app.state.service
    text = (parts.settings.knowledge / GUIDE).read_text(encoding="utf-8")
    assert "麦霸证" not in text  # nobody has reviewed it yet
    assert "都答上了" in client.get("/editors/unanswered").text
    assert "加了叫法：歌厅许可" in client.get("/editors/unanswered/done").text


def test_alias_is_found_once_a_second_person_has_published_it(app: FastAPI) -> None:
    """From the question to the live answer: until the publication nobody finds it, after it everybody does."""
    client, group = at_work(app, Role.EDITOR), the_group(app)
    send(client, f"{group}/do", group, step="alias", about="geting", phrases="麦霸证")
    parts, drafts = app.state.service, drafts_of(app)
    assert parts.finder.find("麦霸证咋退").verdict is Verdict.UNKNOWN
    draft = drafts.open(GUIDE)
    draft = drafts.propose(draft.id, version=draft.version, reason="有人问")
    publishing_of(parts).publish(draft.id, version=draft.version, reviewer="li")
    found = renewed(parts).finder.find("麦霸证咋退")
    assert (found.verdict, found.hits[0].id) == (Verdict.ANSWER, "geting")


@pytest.mark.parametrize(
    ("told", "path", "written", "shown"),
    [
        (
            {"step": "redirect", "new": "redirect", "name": "麦霸大赛", "words": "麦霸证\n麦霸", "reply": "找主办方。"},
            steps.REDIRECTS,
            "答复: 找主办方。",
            "指到别处：麦霸大赛",
        ),
        (
            {"step": "guide", "new": "guide", "name": "麦霸证", "department": "wenlvju"},
            "guides/mai-ba-zheng.yaml",
            "名称: 麦霸证",
            "新写指南：麦霸证",
        ),
    ],
)
def test_editor_begins_what_nobody_wrote_yet(
    app: FastAPI, told: dict[str, str], path: str, written: str, shown: str
) -> None:
    """The effect first, then a draft with what people asked; the list of what was done says so."""
    client, group = at_work(app, Role.EDITOR), the_group(app)
    wanting = send(client, f"{group}/try", group, **{**told, "name": ""}, phrases="麦霸证咋退")
    assert wanting.status_code == 422
    assert "请写上" in wanting.text
    effect_of = send(client, f"{group}/try", group, **told, phrases="麦霸证咋退").text
    assert told["name"] in re.sub(r"<th scope=.row.>.*?</th>", "", effect_of, flags=re.S)
    assert drafts_of(app).all() == []
    assert send(client, f"{group}/do", group, **told, phrases="麦霸证咋退").status_code == 303
    text = drafts_of(app).open(path).text
    assert written in text
    assert "麦霸证咋退" in text
    assert shown in client.get("/editors/unanswered/done").text


def test_question_can_be_left_alone_and_taken_up_again(app: FastAPI) -> None:
    """With a reason that is shown; put back, it waits again."""
    client, group = at_work(app, Role.EDITOR), the_group(app)
    refused = send(client, f"{group}/do", group, step="ignore", reason="")
    assert refused.status_code == 422
    assert "为什么" in refused.text
    send(client, f"{group}/do", group, step="ignore", reason="不是证")
    page = client.get("/editors/unanswered/done").text
    assert "不是证" in page
    key = group.rsplit("/", 1)[1]
    send(client, f"/editors/unanswered/{key}/again", "/editors/unanswered/done")
    assert client.get(group).status_code == 200


def test_what_will_not_do_is_said_on_the_page(app: FastAPI) -> None:
    """A refused step shows the question again with the sentence and with what was typed."""
    client, group = at_work(app, Role.EDITOR), the_group(app)
    page = send(client, f"{group}/try", group, step="alias", about="geting", phrases="歌厅证")
    assert page.status_code == 422
    assert "原来就有" in page.text
    assert 'value="歌厅证"' in page.text
    assert client.get("/editors/unanswered/" + "0" * 64).status_code == 404


def test_questions_are_for_editors(app: FastAPI) -> None:
    """A clerk is not let in; a report is handed out as a file that no browser keeps."""
    assert at_work(app, Role.CLERK).get("/editors/unanswered").status_code == 403
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        report = at_work(app, Role.EDITOR, name=f"e{kind}").get(f"/editors/unanswered/report.{kind}")
        assert report.content.startswith(begins)
        assert report.headers["cache-control"] == "no-store"
