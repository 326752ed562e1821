"""这条信息不对: a queue of what people say is wrong, and the page that leads to it."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.pages.talk import COOKIE as TALK
from assistant.attempts import REPORTS
from assistant.errors import NotFound, Refused
from assistant.wrong_facts import LONGEST, Fact, WrongFacts
from tests import databases
from tests.page_app import page_app

PHONE = Fact("shipin", "食品经营许可证", "电话", "12315", "示例县")


@pytest.fixture
def queue() -> WrongFacts:
    """An empty queue."""
    return WrongFacts(a_database())


def a_database() -> Engine:
    """An empty database in memory."""
    return databases.in_memory()


@pytest.fixture
def visitor() -> Iterator[TestClient]:
    """A browser without JavaScript."""
    with TestClient(page_app(), raise_server_exceptions=False) as client:
        yield client


def test_report_says_all_that_is_needed_to_check_it(queue: WrongFacts) -> None:
    """Which fact of which guide, what was shown, what is wrong, in which place, in what words."""
    queue.report(PHONE, "unreachable", "总是占线")
    (line,) = [one.line for one in queue.waiting()]
    for words in ("shipin", "食品经营许可证", "（示例县）", "电话：电话打不通", "“12315”", "总是占线"):
        assert words in line


def test_same_report_is_counted_not_repeated(queue: WrongFacts) -> None:
    """Ten people who say the same are one line with their number; other words are another line."""
    for _ in range(10):
        queue.report(PHONE, "unreachable")
    queue.report(PHONE, "changed")
    assert [one.times for one in queue.waiting()] == [10, 1]
    assert "10 次" in queue.waiting()[0].line


def test_checked_report_leaves_the_queue(queue: WrongFacts) -> None:
    """What is done waits no more; said again it is new."""
    first = queue.report(PHONE, "changed")
    queue.done(first.id)
    assert queue.waiting() == []
    assert queue.report(PHONE, "changed").id != first.id
    with pytest.raises(NotFound):
        queue.done(99)


def test_numbers_of_people_are_not_kept(queue: WrongFacts) -> None:
    """Mobile, identity and card numbers are hidden; the number of an office stays."""
    told = queue.report(PHONE, "other", "打 13800138000，我是 230000199001011234，改成 0457-2123456 了")
    assert "13800138000" not in told.words
    assert "230000199001011234" not in told.words
    assert "0457-2123456" in told.words


@pytest.mark.parametrize(("fault", "words"), [("", ""), ("nonsense", ""), ("other", "字" * (LONGEST + 1))])
def test_unfit_report_is_refused(queue: WrongFacts, fault: str, words: str) -> None:
    """Nothing chosen, something made up, or far too many words."""
    with pytest.raises(Refused):
        queue.report(PHONE, fault, words)
    assert queue.waiting() == []


# ---- the page --------------------------------------------------------------------------------------------------
def a_checklist(visitor: TestClient) -> str:
    """The token of a checklist with one licence."""
    told = {"enterprise_type": "geti", "place": "shilixian", "licences": ["shipin"]}
    return str(visitor.post("/form", data=told, follow_redirects=False).headers["location"]).removeprefix("/c/")


def queue_of(visitor: TestClient) -> list[Fact]:
    """What waits to be checked."""
    return [one.fact for one in WrongFacts(visitor.app.state.service.checklists.engine).waiting()]


def test_every_entry_and_material_is_one_tap_from_its_report(visitor: TestClient) -> None:
    """Each link on the checklist leads to a form in which its fact is chosen already."""
    page = visitor.get(f"/c/{a_checklist(visitor)}").text
    links = re.findall(r'class="wrong-link" href="([^"]+)"', page)
    assert len(links) > 3
    for link in links:
        chosen = re.findall(r'name="fact" value="([^"]+)" checked', visitor.get(link.replace("&amp;", "&")).text)
        assert len(chosen) == 1, link
    assert any("%E6%9D%90%E6%96%99" in link for link in links)  # a material


def test_report_is_thanked_for_with_what_comes_next(visitor: TestClient) -> None:
    """The page says thanks, promises nothing, and leads back to the checklist."""
    token = a_checklist(visitor)
    told = {"guide": "shipin", "of": token, "fact": "电话", "fault": "unreachable"}
    page = visitor.post("/wrong", data=told).text
    for words in ("谢谢", "接下来", "12345", f"/c/{token}#e-shipin"):
        assert words in page
    (fact,) = queue_of(visitor)
    entry = visitor.app.state.service.checklists.get(token).entries[0]
    assert (fact.label, fact.shown, fact.place) == ("电话", entry.window.phone or entry.hotline, "示例县")


def test_guide_without_a_checklist_can_be_reported(visitor: TestClient) -> None:
    """From a guide the kind of fact is chosen; nothing about a person goes with it."""
    assert "/wrong?guide=shipin" in visitor.get("/guides/shipin").text
    assert visitor.post("/wrong", data={"guide": "shipin", "fact": "收费", "fault": "changed"}).status_code == 200
    assert [(one.guide, one.label, one.place) for one in queue_of(visitor)] == [("shipin", "收费", "")]


@pytest.mark.parametrize(
    "told",
    [
        {"guide": "shipin", "fact": "电话"},
        {"guide": "shipin", "fault": "changed"},
        {"guide": "shipin", "fact": "<b>", "fault": "changed"},
        {"guide": "shipin", "fact": "电话", "fault": "changed", "words": "字" * 201},
    ],
)
def test_incomplete_report_comes_back_filled_in(visitor: TestClient, told: dict[str, str]) -> None:
    """What was chosen is still chosen, with a sentence on what is missing."""
    answer = visitor.post("/wrong", data=told)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert queue_of(visitor) == []


@pytest.mark.parametrize("address", ["/wrong?guide=nothing", "/wrong", "/wrong?guide=shipin&of=nothing"])
def test_report_on_nothing_leads_nowhere(visitor: TestClient, address: str) -> None:
    """A guide or checklist that does not exist is told kindly."""
    assert visitor.get(address).status_code == 404


REPORT = {"guide": "shipin", "fact": "电话", "fault": "other"}


def test_reports_of_one_conversation_are_limited(visitor: TestClient) -> None:
    """Whoever reports too much is told when to come back; others in the same hall go on."""
    visitor.cookies.set(TALK, "a" * 24)
    for number in range(REPORTS.at_most):
        assert visitor.post("/wrong", data={**REPORT, "words": str(number)}).status_code == 200
    answer = visitor.post("/wrong", data={**REPORT, "words": "又一个"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    assert len(queue_of(visitor)) == REPORTS.at_most
    visitor.cookies.set(TALK, "b" * 24)
    assert visitor.post("/wrong", data=REPORT).status_code == 200


def test_reports_of_one_address_are_limited(visitor: TestClient) -> None:
    """One machine with ever new conversations cannot fill the queue."""
    for _ in range(REPORTS.address):
        visitor.cookies.clear()
        assert visitor.post("/wrong", data=REPORT).status_code == 200
    assert visitor.post("/wrong", data=REPORT).status_code == 429
