"""The pages of cases without JavaScript: each step of the window, what is refused, who sees what."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.auth import AT_THE_WINDOW
from api.pages import progress
from api.staff import cards, case_card, look_up
from api.staff.counter import _cases
from api.staff.queue import AT_ONCE
from assistant.cases.model import Actor, Case, Mailing
from assistant.cases.states import Role as CaseRole
from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.issued import IssuedChecklists, code_of
from assistant.staff.roles import Role
from tests.builders import COUNTY, REGISTRAR, a_profile
from tests.cases.builders import CODE, LI, WANG, Moment, a_contact, an_entry, complete, moved, opened
from tests.staff.builders import at_work, browser, desk_app, desk_of, field

S = State
TOBACCO = "示例市烟草专卖局"


@pytest.fixture
def moment() -> Moment:
    """Monday 2 March 2026, nine in the morning."""
    return Moment()


@pytest.fixture
def app(moment: Moment) -> FastAPI:
    """The pages with the console and the applicant's page, at that moment."""
    made = desk_app()
    made.include_router(progress.router)
    made.dependency_overrides[_cases] = made.dependency_overrides[progress._cases] = lambda: store_of(made, moment)
    return made


@pytest.fixture
def cases(app: FastAPI, moment: Moment) -> Cases:
    """The store behind them."""
    return store_of(app, moment)


@pytest.fixture
def clerk(app: FastAPI) -> TestClient:
    """A clerk of 示例县 at work."""
    return at_work(app, region=COUNTY)


def store_of(app: FastAPI, moment: Moment) -> Cases:
    """The cases in the database of an application."""
    return Cases(lists_of(app).engine, clock=moment)


def lists_of(app: FastAPI) -> IssuedChecklists:
    """The checklists of an application."""
    lists = app.state.service.checklists
    assert isinstance(lists, IssuedChecklists)
    return lists


def send(client: TestClient, path: str, case: Case | None = None, /, **told: Any) -> Any:
    """Send a form of the console, in the version of the case that was seen."""
    seen = {"version": str(case.version)} if case else {}
    return client.post(path, data={"csrf": field(client.get("/staff").text), **seen, **told})


def step(client: TestClient, case: Case, what: str, /, **told: Any) -> Any:
    """One step of a case."""
    return send(client, f"/staff/cases/{case.number}/{what}", case, **told)


def text_of(response: Any) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"<[^>]+>|\s+", "", response.text)


# Intake


def test_checklist_is_taken_in_by_its_code_without_typing_again(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """The short code brings entries and materials; name and code are all that is typed; what was ticked is received."""
    token, checklist = lists_of(app).issue(a_profile("shipin", "yancao"))
    page = clerk.get("/staff/intake", params={"code": code_of(token).upper()})
    assert "烟草专卖零售许可证" in page.text
    material = checklist.materials[0]
    told = {
        "token": field(page.text, "token"),
        "entry": [one.item.id for one in checklist.entries],
        "enterprise": "示例县一家食杂店",
        "uscc": CODE,
        "got": [material.id],
        f"form-{material.id}": "原件",
        f"count-{material.id}": "2",
    }
    made = send(clerk, "/staff/intake", **told)
    case = cases.find(made.headers["location"].rpartition("/")[2])
    assert {one.item for one in case.entries} == {"shipin", "yancao"}
    assert (case.region, case.enterprise.code, case.checklist) == ("示例县", CODE, token)
    assert [(one.name, one.received_form, one.received_count) for one in case.materials if one.here] == [
        (material.name, "原件", 2)
    ]


def test_counter_understands_everyday_names_and_initials(cases: Cases, clerk: TestClient) -> None:
    """Initials and an everyday name lead to the licences; the case opens where its materials are ticked."""
    made = send(clerk, "/staff/intake", enterprise="示例县一家店", items="食品证；yczm", kind="geti", region="示例县")
    number = made.headers["location"].removesuffix("#materials").rpartition("/")[2]
    assert {one.item for one in cases.find(number).entries} == {"shipin", "yancao"}


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"items": "修脚证"}, "清单上没有“修脚证”"),
        ({"items": "食品证", "uscc": "91350100M000100Y44"}, "统一社会信用代码不对"),
        ({"items": "食品证", "name": "张三", "phone": "13800138000"}, "要本人同意"),
        ({"items": ""}, "一件要办的事项也没有选"),
    ],
)
def test_refused_intake_keeps_what_was_filled_in(
    cases: Cases, clerk: TestClient, told: dict[str, str], why: str
) -> None:
    """The form comes back with the sentence and every word."""
    answer = send(clerk, "/staff/intake", enterprise="示例县一家店", **told)
    assert answer.status_code == 422
    assert why in answer.text
    assert all(f'value="{value}"' in answer.text for value in ("示例县一家店", *told.values()) if value)
    assert cases.queue() == []


def test_known_code_tells_the_enterprise_and_what_it_need_not_bring(cases: Cases, clerk: TestClient) -> None:
    """While the code is typed the page learns whether it is right, who it is, and what is held."""
    complete(cases, opened(cases))
    found = clerk.get("/staff/intake/known", params={"code": CODE}).json()
    assert (found["name"], found["cases"], found["held"]) == ("示例县一家食杂店", 1, ["身份证"])
    assert clerk.get("/staff/intake/known", params={"code": CODE[:-1] + "1"}).json()["wrong"]


# The page of a case


def test_only_legal_moves_are_offered(cases: Cases, clerk: TestClient) -> None:
    """The buttons of a case are the moves that its states allow."""
    case = opened(cases)
    page = clerk.get(f"/staff/cases/{case.number}").text
    offered = set(re.findall(r'name="to" value="(\w+)"', page))
    assert offered == {S.REVIEWING.value, S.GUIDED.value, S.WITHDRAWN.value}


def test_department_result_needs_one_press(cases: Cases, clerk: TestClient) -> None:
    """What was handed over is decided at once; that the department had it stands in the events all the same."""
    case = moved(cases, opened(cases), S.REVIEWING, S.SUBMITTED)
    step(clerk, case, "move", entry=[case.entries[0].id], to="granted")
    assert cases.find(case.number).state is S.GRANTED
    assert [one.what.rpartition("→ ")[2] for one in cases.events(case.number)[-2:]] == ["部门办理中", "部门已办结"]


def test_move_goes_on_together_and_is_undone(cases: Cases, clerk: TestClient) -> None:
    """Two entries go on with one press, and back with the next; both stand in the events."""
    case = opened(cases, an_entry(), an_entry("yancao"))
    assert step(clerk, case, "move", entry=[one.id for one in case.entries], to="reviewing").status_code == 303
    case = cases.find(case.number)
    assert {one.state for one in case.entries} == {S.REVIEWING}
    step(clerk, case, "undo")
    assert {one.state for one in cases.find(case.number).entries} == {S.REGISTERED}
    assert [one.kind for one in cases.events(case.number)] == ["opened", "moved", "undone"]


def test_illegal_move_says_why_and_changes_nothing(cases: Cases, clerk: TestClient) -> None:
    """A form that was made up is refused with a sentence."""
    case = opened(cases)
    answer = step(clerk, case, "move", entry=[case.entries[0].id], to="archived")
    assert answer.status_code == 422
    assert "不能改成“已归档”" in answer.text
    assert cases.find(case.number).version == case.version


def test_two_clerks_at_once_lose_nothing(cases: Cases, clerk: TestClient) -> None:
    """The second is told who changed what, keeps what he typed, and can do it all the same in the new version."""
    case = moved(cases, opened(cases), S.REVIEWING, S.SUBMITTED, S.IN_DEPARTMENT, S.GRANTED, S.COLLECTED)
    cases.green_lane(case.number, case.version, "elderly", by=WANG)
    told = {"entry": [case.entries[0].id], "to": "mailed", "carrier": "示例快递", "number": "SF-0001"}
    answer = step(clerk, case, "move", **told)
    assert answer.status_code == 409
    assert "王五" in answer.text
    assert "走绿色通道" in answer.text
    assert cases.find(case.number).state is S.COLLECTED
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text.partition('id="main"')[2]))
    assert clerk.post(f"/staff/cases/{case.number}/move", data=again).status_code == 303
    assert cases.find(case.number).entries[0].mailing == Mailing("示例快递", "SF-0001")


def test_rest_of_the_materials_is_received_with_one_press(cases: Cases, clerk: TestClient) -> None:
    """Each in the form and number that stands beside it; a tick is taken away again."""
    case = opened(cases)
    first, second = case.materials
    step(clerk, case, "receive", all="1", **{f"form-{second.id}": "原件", f"count-{second.id}": "3"})
    case = cases.find(case.number)
    assert [(one.received_form, one.received_count) for one in case.materials] == [("复印件", 1), ("原件", 3)]
    step(clerk, case, "back", material=first.id)
    assert [one.here for one in cases.find(case.number).materials] == [False, True]


def test_material_is_excused_with_a_reason(cases: Cases, clerk: TestClient) -> None:
    """The reason is one of those there are."""
    case = opened(cases)
    one = case.materials[0]
    assert step(clerk, case, "excuse", material=one.id, **{f"excuse-{one.id}": "不想要"}).status_code == 422
    step(clerk, case, "excuse", material=one.id, **{f"excuse-{one.id}": "有电子证照"})
    assert cases.find(case.number).materials[0].exempt == "有电子证照"


def test_contact_is_not_on_the_page_and_a_look_at_it_is_noted(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """Name and telephone are one step away, and that step stands in the log without them."""
    case = opened(cases)
    assert "13800138000" not in clerk.get(f"/staff/cases/{case.number}").text
    assert "13800138000" in clerk.get(f"/staff/cases/{case.number}/contact").text
    deed = desk_of(app).audit.latest(1)[0]
    assert (deed.what, deed.about) == ("case_contact_read", case.number)


def test_contact_is_changed_with_consent_only_and_erased(cases: Cases, clerk: TestClient) -> None:
    """Without the tick nothing is kept; he may have it erased."""
    case = opened(cases, contact=None)
    told = {"name": "张三", "phone": "13800138000"}
    assert "同意" in step(clerk, case, "contact", **told).text
    step(clerk, case, "contact", consent="1", **told)
    assert cases.contact(case.number) is not None
    step(clerk, cases.find(case.number), "contact", erase="1")
    assert cases.contact(case.number) is None


def test_scan_is_attached_shown_and_refused_by_its_content(
    app: FastAPI, cases: Cases, clerk: TestClient, tmp_path: Any
) -> None:
    """A PDF is kept outside the web root and shown as nothing else; what only calls itself one is refused."""
    service = app.state.service
    app.state.service = type(service)(**{**vars(service), "settings": type(service.settings)(data=tmp_path)})
    case = opened(cases)

    def attach(case: Case, content: bytes) -> Any:
        told = {"csrf": field(clerk.get("/staff").text), "version": case.version, "material": case.materials[0].id}
        files = {"scan": ("a.pdf", content, "application/pdf")}
        return clerk.post(f"/staff/cases/{case.number}/scans", data=told, files=files)

    assert attach(case, b"<script>").status_code == 422
    assert attach(case, b"%PDF-1.7 " + bytes(400_000)).status_code == 303
    scan = cases.find(case.number).materials[0].scans[0]
    shown = clerk.get(f"/staff/scans/{scan}")
    assert shown.content.startswith(b"%PDF-1.7")
    assert shown.headers["content-type"] == "application/pdf"
    assert (shown.headers["x-content-type-options"], shown.headers["cache-control"]) == ("nosniff", "no-store")


# Notices


def test_notice_lists_the_missing_by_itself_and_blocks(cases: Cases, clerk: TestClient) -> None:
    """What is not ticked is told without anybody choosing it, what is faulty with its reason, what is no paper, too."""
    case = opened(cases)
    first, second = case.materials
    case = cases.receive(case.number, case.version, {second.id: ("原件", 1)}, by=LI)
    told = {
        "entry": [case.entries[0].id],
        f"fault-{second.id}": "seal",
        f"words-{second.id}": "没盖公章",
        "name-0": "欠的税",
        "fault-also-0": "other",
        "words-also-0": "先去税务局清",
    }
    given = step(clerk, case, "notice", **told)
    case = cases.find(case.number)
    assert [(one.name, one.fault) for one in case.notices[0].lines] == [
        (first.name, "missing"),
        (second.name, "seal"),
        ("欠的税", "other"),
    ]
    assert case.entries[0].state is S.CORRECTING
    assert "没盖公章" in clerk.get(given.headers["location"]).text


def test_refused_notice_keeps_what_was_written(cases: Cases, clerk: TestClient) -> None:
    """A fault without its words is refused, and the other words are still there."""
    case = complete(cases, opened(cases))
    first, second = case.materials
    told = {f"fault-{first.id}": "mismatch", f"fault-{second.id}": "seal", f"words-{second.id}": "没盖公章"}
    answer = step(clerk, case, "notice", entry=[case.entries[0].id], **told)
    assert answer.status_code == 422
    assert "哪里不对，要写一句" in answer.text
    assert 'value="没盖公章"' in answer.text


def test_notice_shows_the_clock_of_the_law(cases: Cases, clerk: TestClient, moment: Moment) -> None:
    """Five working days from intake; after them it says so."""
    case = opened(cases)
    assert "最晚2026-03-09，还有5个工作日" in text_of(clerk.get(f"/staff/cases/{case.number}/notice"))
    moment.go_to(3, 10)
    assert "已经过了1个工作日" in text_of(clerk.get(f"/staff/cases/{case.number}/notice"))


def test_notice_ends_when_what_it_asked_for_is_ticked(cases: Cases, clerk: TestClient) -> None:
    """Ticks and the end are one press; without the ticks it stays."""
    case = opened(cases)
    step(clerk, case, "notice", entry=[case.entries[0].id])
    case = cases.find(case.number)
    where = f"notices/{case.notices[0].id}/resolve"
    assert "收到了先打勾" in step(clerk, case, where).text
    assert step(clerk, case, where, got=[one.id for one in case.materials]).status_code == 303
    case = cases.find(case.number)
    assert (case.entries[0].state, case.notices[0].open) == (S.REVIEWING, False)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_papers_of_a_case_are_printed(cases: Cases, clerk: TestClient, kind: str) -> None:
    """Receipt, notice and the sheet for the department are files of their kind."""
    case = opened(cases)
    step(clerk, case, "notice", entry=[case.entries[0].id])
    other = moved(cases, opened(cases, an_entry("yancao")), S.REVIEWING, S.SUBMITTED)
    case = cases.find(case.number)
    begin = {"pdf": b"%PDF", "docx": b"PK"}[kind]
    for path in (
        f"cases/{case.number}/receipt.{kind}",
        f"cases/{case.number}/notices/{case.notices[0].id}.{kind}",
        f"handover.{kind}?day=2026-03-02&department={other.entries[0].department}",
        f"report.{kind}?first=2026-03-01&last=2026-03-31",
    ):
        answer = clerk.get(f"/staff/{path}")
        assert answer.status_code == 200, path
        assert answer.content.startswith(begin), path


# The queue


def test_queue_shows_what_is_due_today_first(cases: Cases, clerk: TestClient, moment: Moment) -> None:
    """Due today comes before overdue; the filters count and narrow."""
    late = opened(cases, enterprise="示例县迟店")
    moment.go_to(3, 3)
    today = opened(cases, enterprise="示例县今店", code=None)
    moment.go_to(3, 10)
    opened(cases, enterprise="示例县新店", code=None)
    page = clerk.get("/staff/cases").text
    assert page.index("示例县今店") < page.index("示例县迟店") < page.index("示例县新店")
    narrowed = clerk.get("/staff/cases", params={"due": "red"}).text
    assert late.number in narrowed
    assert today.number not in narrowed


def test_queue_is_narrowed_by_state_department_and_clerk(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """Each filter leaves what fits it."""
    food = opened(cases, an_entry())
    tobacco = moved(cases, opened(cases, an_entry("yancao")), S.REVIEWING)
    by_state = clerk.get("/staff/cases", params={"state": "reviewing"}).text
    by_department = clerk.get("/staff/cases", params={"department": TOBACCO}).text
    for page in (by_state, by_department):
        assert tobacco.number in page
        assert food.number not in page
    assert food.number not in clerk.get("/staff/cases", params={"mine": "true"}).text


def test_queue_tells_clerks_of_the_same_name_apart(app: FastAPI, cases: Cases) -> None:
    """What somebody took in is told by the account, whatever other clerk is shown under the same name."""
    mine = opened(cases, by=Actor("李四", CaseRole.CLERK, "li1"))
    other = opened(cases, by=Actor("李四", CaseRole.CLERK, "li2"))
    page = at_work(app, name="li1", shown="李四").get("/staff/cases", params={"mine": "true"}).text
    assert mine.number in page
    assert other.number not in page
    assert "我收的 <b>1</b>" in page


def test_queue_is_paged_with_counts_of_all(app: FastAPI, cases: Cases, moment: Moment) -> None:
    """Fifty to a page, the most pressing first; what is counted is the whole queue; a page too far is the last."""
    numbers = [opened(cases, code=None).number for _ in range(AT_ONCE + 2)]
    moment.go_to(3, 3)
    later = opened(cases, code=None).number
    moment.go_to(3, 9)
    clerk = at_work(app)
    first, second = clerk.get("/staff/cases").text, clerk.get("/staff/cases", params={"page": 2}).text
    shown = [re.findall(r'value="(\d{8}-\d{4})/', page) for page in (first, second)]
    assert shown == [numbers[:AT_ONCE], [*numbers[AT_ONCE:], later]]
    for page in (first, second):
        assert f"今天到期 <b>{AT_ONCE + 2}</b>" in page
        assert "快到期 <b>1</b>" in page
    assert "第 51 到 53 份，共 53 份" in second
    assert 'href="/staff/cases?page=2"' in first
    assert clerk.get("/staff/cases", params={"page": 99}).text == second


def test_batch_comes_back_to_its_page(cases: Cases, clerk: TestClient) -> None:
    """Whoever sends cases of the second page on stays there."""
    all_of_them = [opened(cases, code=None) for _ in range(AT_ONCE + 2)]
    last = all_of_them[-1]
    answer = send(clerk, "/staff/cases/batch", to="reviewing", page="2", case=f"{last.number}/{last.version}")
    assert "第 51 到 52 份，共 52 份" in answer.text


def test_queue_begins_with_the_clerks_own_county(app: FastAPI, cases: Cases) -> None:
    """A clerk of a county sees its cases first and those of all when asked; a clerk of the prefecture sees all."""
    own, other = opened(cases, region="示例县", code=None).number, opened(cases, region="邻县", code=None).number
    clerk, everywhere = at_work(app, name="xian", region=COUNTY), at_work(app, name="diqu")
    assert other not in clerk.get("/staff/cases").text
    for page in (clerk.get("/staff/cases", params={"region": "*"}).text, everywhere.get("/staff/cases").text):
        assert own in page
        assert other in page
    assert own not in everywhere.get("/staff/cases", params={"region": "邻县"}).text


def test_queue_shows_who_waits_for_the_applicant(cases: Cases, clerk: TestClient) -> None:
    """A case of which one part waits is found among those that wait, though another has no limit at all."""
    case = opened(cases, an_entry(), an_entry("yancao", way="self"))
    step(clerk, case, "notice", entry=[case.entries[0].id])
    page = text_of(clerk.get("/staff/cases", params={"due": "paused"}))
    assert case.number in page
    assert "等补材料，时限暂停" in page


def test_batch_says_what_became_of_each(cases: Cases, clerk: TestClient) -> None:
    """One that was changed meanwhile and one that may not go there stay; the others go on."""
    fine, stale, far = (opened(cases) for _ in range(3))
    far = moved(cases, far, S.REVIEWING, S.SUBMITTED)
    cases.green_lane(stale.number, stale.version, "elderly", by=WANG)
    picked = [f"{one.number}/{one.version}" for one in (fine, stale, far)]
    answer = text_of(send(clerk, "/staff/cases/batch", to="reviewing", case=picked))
    assert "办成1份，没办成2份" in answer
    assert f"{stale.number}您打开以后，这份档案有人改过：王五" in answer
    assert f"{far.number}没有能“开始初审”的事项" in answer
    assert cases.find(fine.number).state is S.REVIEWING
    assert cases.find(stale.number).state is S.REGISTERED


def test_batch_has_a_limit(cases: Cases, clerk: TestClient) -> None:
    """Fifty-one are refused as a whole."""
    case = opened(cases)
    answer = send(clerk, "/staff/cases/batch", to="reviewing", case=[f"{case.number}/1"] * 51)
    assert answer.status_code == 422
    assert "一次最多改 50 份" in answer.text
    assert cases.find(case.number).state is S.REGISTERED


# Departments


def test_department_tells_its_result_by_a_link(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """Without an account, for its own entries of one case only; a link that was taken back is gone."""
    case = moved(cases, opened(cases, an_entry(), an_entry("yancao")), S.REVIEWING, S.SUBMITTED)
    made = step(clerk, case, "link", department=TOBACCO)
    path = re.search(r"/staff/result/[\w-]+", made.text)
    assert path
    outside = browser(app)
    page = outside.get(path[0]).text
    assert "烟草专卖零售许可证" in page
    assert "食品经营许可证" not in page
    entry = next(one for one in case.entries if one.item == "yancao")
    told = {"csrf": field(page), "version": field(page, "version"), "entry": [entry.id], "granted": "1"}
    assert "记下了" in outside.post(path[0], data=told).text
    assert cases.find(case.number).entry(entry.id).state is S.GRANTED
    step(clerk, cases.find(case.number), "unlink")
    assert outside.get(path[0]).status_code == 404


def test_department_with_an_account_sees_and_settles_its_own(app: FastAPI, cases: Cases) -> None:
    """Its entries only; those of another department are not its to settle."""
    case = moved(cases, opened(cases, an_entry(), an_entry("yancao")), S.REVIEWING, S.SUBMITTED)
    food, tobacco = case.entries
    ours = at_work(app, Role.DEPARTMENT, department=REGISTRAR)
    page = ours.get("/staff/ours").text
    assert "食品经营许可证" in page
    assert "烟草专卖零售许可证" not in page
    where = f"/staff/ours/{case.number}"
    assert send(ours, where, case, entry=[tobacco.id], granted="1").status_code == 404
    assert send(ours, where, case, entry=[food.id]).status_code == 303
    assert [one.state for one in cases.find(case.number).entries] == [S.REFUSED, S.SUBMITTED]


def test_sheet_lists_what_was_handed_over_on_the_day(cases: Cases, clerk: TestClient, moment: Moment) -> None:
    """The papers that go along and the last day stand beside it; another day has another sheet."""
    moved(cases, complete(cases, opened(cases, an_entry("yancao"))), S.REVIEWING, S.SUBMITTED)
    page = text_of(clerk.get("/staff/handover", params={"day": "2026-03-02"}))
    assert f"{TOBACCO}　交接单".replace("　", "") in page
    assert "身份证（原件1份）" in page
    assert "2026-03-09" in page
    assert "没有代交给部门的" in clerk.get("/staff/handover", params={"day": "2026-03-03"}).text


# Hard cases, ratings, files, the report


def test_matter_is_closed_with_a_result_only(cases: Cases, clerk: TestClient) -> None:
    """From the case to the list, and out of it with words."""
    case = opened(cases)
    step(clerk, case, "escalate", kind="hard", words="两个部门都说不归自己管")
    assert "两个部门都说不归自己管" in clerk.get("/staff/matters").text
    number = cases.matters()[0].id
    assert send(clerk, f"/staff/matters/{number}", result=" ").status_code == 422
    assert send(clerk, f"/staff/matters/{number}", result="已协调由市监局办").status_code == 303
    assert cases.matters() == ()


def test_clerk_does_not_see_who_rated(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """Neither number nor words; the head sees both, and follows up."""
    case = moved(cases, opened(cases), S.REVIEWING, S.DONE_AT_WINDOW)
    cases.rate(case.number, 1, ("办得慢",), "跑了三趟")
    page = clerk.get("/staff/ratings").text
    assert "办得慢" in page
    assert case.number not in page
    assert "跑了三趟" not in page
    head = at_work(app, Role.HEAD, name="fuzeren")
    assert "跑了三趟" in head.get("/staff/ratings").text
    send(head, "/staff/ratings/1", result="打过电话，说明了原因")
    assert "打过电话" in head.get("/staff/ratings").text


def test_search_finds_by_the_telephone_and_keeps_it_out_of_the_address(
    app: FastAPI, cases: Cases, clerk: TestClient
) -> None:
    """The words are sent, not part of an address, and the log holds how many were found."""
    case = opened(cases)
    assert case.number in send(clerk, "/staff/files", q="13800138000").text
    assert 'action="/staff/files" method="post"' in clerk.get("/staff/files").text
    deed = desk_of(app).audit.latest(1)[0]
    assert (deed.what, deed.about) == ("case_searched", "1 found")


def test_closed_file_is_exported_and_erased_by_the_head(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """A clerk may not; after the erasure the telephone is gone, the case still counts."""
    case = moved(cases, opened(cases), S.REVIEWING, S.DONE_AT_WINDOW, S.ARCHIVED)
    where = f"/staff/files/{case.enterprise.id}"
    assert clerk.get(f"{where}/export").status_code == 403
    head = at_work(app, Role.HEAD, name="fuzeren")
    assert "13800138000" in head.get(f"{where}/export").text
    assert send(head, f"{where}/erase", number=case.number).status_code == 303
    assert cases.contact(case.number) is None
    assert cases.find(case.number).enterprise.name is None
    assert head.get(where).status_code == 200
    assert head.get(f"/staff/cases/{case.number}").status_code == 200


def test_report_shows_each_figure_with_its_sentence_and_a_bar(cases: Cases, clerk: TestClient) -> None:
    """What was handled in March stands there; February has nothing."""
    moved(cases, opened(cases), S.REVIEWING, S.DONE_AT_WINDOW)
    page = clerk.get("/staff/report", params={"first": "2026-03-01", "last": "2026-03-31"}).text
    assert "期间窗口办结、部门办结和部门不予办理的事项数。" in page
    assert 'class="bar-fill bar-1" width="100.0"' in page
    empty = clerk.get("/staff/report", params={"first": "2026-02-01", "last": "2026-02-28"}).text
    assert 'class="bar-fill bar-1" width="100.0"' not in empty
    assert clerk.get("/staff/report", params={"first": "2026-03-31", "last": "2026-03-01"}).status_code == 404


def test_look_up_finds_cases_for_the_window_only(
    app: FastAPI, cases: Cases, clerk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By enterprise or number, with a card that leads on and holds no telephone."""
    others = (one for one in look_up.SOURCES if one is not case_card.find)
    monkeypatch.setattr(look_up, "SOURCES", (*others, case_card.find))
    monkeypatch.setitem(cards.CARDS, "case", cards.Kind(AT_THE_WINDOW, case_card.TEMPLATE, case_card.told))
    case = opened(cases)
    found = clerk.get("/staff/find", params={"q": "食杂店"}, headers={"accept": "application/json"}).json()["found"]
    assert ("case", case.number) in [(one["kind"], one["id"]) for one in found]
    card = clerk.get(f"/staff/card/case.{case.number}", headers={"X-Requested-With": "staff"}).text
    assert f"/staff/cases/{case.number}" in card
    assert "13800138000" not in card
    editor = at_work(app, Role.EDITOR)
    assert case.number not in editor.get("/staff/find", params={"q": "食杂店"}).text


# Who sees what


@pytest.mark.parametrize("kind", [Role.EDITOR, Role.DEPARTMENT, Role.ADMINISTRATOR])
def test_cases_are_for_the_window(app: FastAPI, cases: Cases, kind: Role) -> None:
    """Nobody else opens a case, the queue, a file or a notice."""
    case = opened(cases)
    other = at_work(app, kind)
    for path in ("cases", f"cases/{case.number}", f"cases/{case.number}/contact", "files", "intake", "matters"):
        assert other.get(f"/staff/{path}").status_code == 403, path
    assert step(other, case, "move", entry=[case.entries[0].id], to="reviewing").status_code == 403


def test_no_page_needs_inline_script_or_style(cases: Cases, clerk: TestClient) -> None:
    """What the content policy forbids is on none of them."""
    case = opened(cases)
    step(clerk, case, "notice", entry=[case.entries[0].id])
    for path in ("cases", f"cases/{case.number}", f"cases/{case.number}/notices/1", "intake", "report", "handover"):
        page = clerk.get(f"/staff/{path}").text
        assert not re.search(r'\sstyle="|\son\w+="|<style|<script(?![^>]*src=)', page), path


# The applicant's page


def seen(client: TestClient, case: Case, last_four: str = "8000") -> Any:
    """What an applicant is shown."""
    return client.post("/progress", data={"number": case.number, "last_four": last_four})


def test_applicant_sees_no_more_than_needed(app: FastAPI, cases: Cases) -> None:
    """Where each entry stands, until when; no name, no telephone, no enterprise, nobody of the staff."""
    case = moved(cases, opened(cases), S.REVIEWING, S.SUBMITTED)
    page = seen(browser(app), case).text
    assert "材料已经代您交给部门" in page
    assert "最晚3月9日办完" in page
    assert not any(word in page for word in ("13800138000", "张三", "食杂店", CODE, "李四"))


def test_wrong_digits_and_wrong_number_are_told_alike(app: FastAPI, cases: Cases) -> None:
    """Nobody learns from the answer that a case exists."""
    case = opened(cases)
    wrong = seen(browser(app), case, "0000")
    unknown = browser(app).post("/progress", data={"number": "20260302-9999", "last_four": "8000"})
    assert wrong.status_code == unknown.status_code == 404
    assert "没有查到" in wrong.text
    assert "没有查到" in unknown.text


def test_digits_cannot_be_guessed(app: FastAPI, cases: Cases) -> None:
    """After ten wrong tries even the right digits are not listened to."""
    case = opened(cases)
    client = browser(app)
    assert [seen(client, case, f"{n:04}").status_code for n in range(10)] == [404] * 10
    answer = seen(client, case)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_looking_rightly_is_not_counted(app: FastAPI, cases: Cases) -> None:
    """Whoever knows the digits may look as often as he likes."""
    case = opened(cases)
    client = browser(app)
    assert {seen(client, case).status_code for _ in range(12)} == {200}


def test_applicant_rates_once(app: FastAPI, cases: Cases) -> None:
    """Five levels once something is decided; a second time is refused kindly."""
    case = moved(cases, opened(cases), S.REVIEWING, S.DONE_AT_WINDOW)
    client = browser(app)
    assert "评一评" in seen(client, case).text
    told = {"number": case.number, "last_four": "8000", "level": "2", "reason": ["办得慢"], "words": "慢"}
    assert "谢谢" in client.post("/progress/rating", data=told).text
    rated = cases.ratings(by=LI)[0]
    assert (rated.level, rated.reasons) == (2, ("办得慢",))
    again = client.post("/progress/rating", data=told)
    assert again.status_code == 422
    assert "已经评过了" in again.text
    assert "评一评" not in seen(client, case).text


def test_notice_is_on_the_applicants_page(app: FastAPI, cases: Cases, clerk: TestClient) -> None:
    """What is asked for, until it has come."""
    case = opened(cases, contact=a_contact(consented_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC)))
    step(clerk, case, "notice", entry=[case.entries[0].id])
    assert "注销申请书（缺）" in seen(browser(app), case).text
