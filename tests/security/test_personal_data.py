"""What people tell of themselves stands where it has to and nowhere else; each can have all of theirs, given out or erased."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, MetaData, select, update
from sqlalchemy.orm import Session

from api.deps import case_keeping, cases_of
from assistant import keeping, messages, wrong_facts
from assistant.cases.tables import StoredCase, StoredContact
from assistant.cli import commands
from assistant.db import StoredConversation, now
from assistant.staff.audit import Audit
from assistant.staff.roles import Role
from assistant.text import without_numbers
from assistant.wechat.tables import StoredPerson
from assistant.wrong_facts import WrongFacts
from tests.cases.builders import opened
from tests.log_files import logs_in
from tests.security.ways import ALL_OPEN
from tests.staff.builders import at_work, browser
from tests.wechat import builders as wechat
from tests.wechat.test_webhook import signed

IDENTITY, MOBILE, CODE, NAME = "11010519491231002X", "13912345678", "92230000MA1ABCDE0X", "欧阳示例"
NUMBERS = (IDENTITY, MOBILE, "139 1234 5678", CODE)
PLANTED = (*NUMBERS, NAME)
SAID = f"我叫{NAME}，身份证{IDENTITY}，电话139 1234 5678，信用代码{CODE}，歌厅证咋退"
NONSENSE = f"我叫{NAME}，{MOBILE}，木星上的石头几点开门"
# Where what people say has to stand, each with its time (assistant/keeping.py).
MAY_HOLD = {"turns.said", "messages.text", "messages.phone"}
# The last sayings, by which the next is understood, and a report: no numbers, but a name is a word like others.
NAME_TOO = {"states.slots", "wrong_facts.words"}


def holding(text: str, planted: tuple[str, ...] = PLANTED) -> list[str]:
    """What was planted and stands in a text."""
    return [one for one in planted if one in text]


def places(engine: Engine, planted: tuple[str, ...]) -> set[str]:
    """The columns of the database in which something planted stands."""
    tables = MetaData()
    tables.reflect(engine)
    found = set()
    with engine.connect() as connection:
        for table in tables.tables.values():
            for row in connection.execute(select(table)).mappings():
                shown = {name: json.dumps(value, ensure_ascii=False, default=str) for name, value in row.items()}
                found |= {f"{table.name}.{name}" for name, text in shown.items() if holding(text, planted)}
    return found


def engine_of(app: FastAPI) -> Engine:
    """The database of the service."""
    engine: Engine = app.state.service.checklists.engine
    return engine


@pytest.fixture
def told(own: FastAPI) -> Iterator[list[Any]]:
    """Somebody tells all of it by every channel, with the logs on; gives the answers."""
    person = browser(own, raise_server_exceptions=False)

    @own.get("/broken")
    def broken() -> None:
        raise RuntimeError(SAID)

    with logs_in(own.state.service.settings.data):
        answers = [person.post(path, data={"text": said}) for path in ("/", "/say") for said in (SAID, NONSENSE)]
        answers += [person.post("/api/chat", json={"conversation_id": "program", "text": SAID})]
        answers += [person.post("/api/chat", json={"conversation_id": "program", "payload": SAID})]
        answers += [person.post("/message", data={"words": SAID, "phone": MOBILE, "consent": "1"})]
        answers += [person.post("/wrong", data={"guide": "geting", "fact": "电话", "fault": "other", "words": SAID})]
        answers += [person.post("/progress", data={"number": MOBILE, "last_four": "5678"})]
        answers += [person.post("/c/by-code", data={"code": MOBILE}), person.post("/on", data={"code": MOBILE})]
        answers += [person.post("/form", data={"industry": SAID, "place": SAID})]
        answers += [person.get("/broken")]
        body, headers = signed(key=ALL_OPEN["webhook_key"].encode(), conversation="theirs", text=SAID)
        answers += [person.post("/webhook", content=body, headers=headers)]
        channel = own.state.service.wechat
        query, body = wechat.WeChat(channel.account).delivery(wechat.words(SAID))
        answers += [person.post("/wechat", params=query, content=body)]
        yield answers


def test_words_stand_where_they_have_to(own: FastAPI, told: list[Any]) -> None:
    """In the tables that are erased in time; in no other table, no log, no figure, no other file."""
    assert {one.status_code for one in told} <= {200, 303, 404, 422, 500}
    assert places(engine_of(own), NUMBERS) == MAY_HOLD
    assert places(engine_of(own), (NAME,)) == MAY_HOLD - {"messages.phone"} | NAME_TOO
    data = own.state.service.settings.data
    files = [one for one in data.rglob("*") if one.is_file() and not one.name.startswith("daoban.db")]
    assert any(one.suffix == ".jsonl" for one in files)
    for file in files:
        assert holding(file.read_bytes().decode("utf-8", "replace")) == [], file
    figures = TestClient(own, client=("127.0.0.1", 5000)).get("/metrics")
    assert "daoban_messages_total" in figures.text
    assert holding(figures.text) == []


def test_time_erases_by_itself(own: FastAPI, told: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that goes on erases each thing when its days are over, with nobody asking; it looks at its start and daily."""
    engine = engine_of(own)
    WrongFacts(engine).done(1)
    then = now() + dt.timedelta(days=91)
    for module in (keeping, messages, wrong_facts):
        monkeypatch.setattr(module, "now", lambda: then)
    with TestClient(own):
        until = time.monotonic() + 30
        while places(engine, PLANTED):
            assert time.monotonic() < until, places(engine, PLANTED)
            time.sleep(0.05)


def test_no_address_and_no_error_tells_them(told: list[Any]) -> None:
    """No redirect carries them, and a fault of ours says nothing of what was sent."""
    assert [holding(answer.headers.get("location", "")) for answer in told] == [[]] * len(told)
    (broken,) = (answer for answer in told if answer.request.url.path == "/broken")
    assert broken.status_code == 500
    assert holding(broken.text) == []


def test_editors_see_questions_without_persons(own: FastAPI, told: list[Any]) -> None:
    """What was not answered is there to be worked on, with numbers and names hidden, on the page and in the file."""
    editor = at_work(own, Role.EDITOR)
    page, file = editor.get("/editors/unanswered").text, editor.get("/editors/unanswered/report.csv").text
    assert "木星上的石头" in page
    assert "木星上的石头" in file
    assert holding(page) == holding(file) == []


def test_rasa_hears_no_numbers() -> None:
    """Rasa keeps what it hears: numbers of persons reach it as zeros, of the same length, so that it hears the same thing."""
    heard = without_numbers(SAID)
    assert len(heard) == len(SAID)
    assert [one for one in (IDENTITY, MOBILE, "139 1234 5678", CODE) if one in heard] == []
    assert not any(digit in heard for digit in "123456789")
    assert without_numbers("12345打不通，2026年11月22日去，带3份材料") == "12345打不通，2026年11月22日去，带3份材料"


# ---- the person's own wish


@pytest.fixture
def run(own: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`daoban …` over the same data."""
    settings = own.state.service.settings
    for name in ("data", "knowledge"):
        monkeypatch.setenv(f"DAOBAN_{name.upper()}", str(getattr(settings, name)))
    monkeypatch.setenv("DAOBAN_DEMO", "1")

    def ran(*arguments: str) -> Result:
        return CliRunner().invoke(commands, arguments, catch_exceptions=False)

    return ran


def a_file(app: FastAPI) -> str:
    """A case with a contact, and its number."""
    from assistant.cases.model import Contact

    contact = Contact(NAME, MOBILE, None, now())
    return opened(cases_of(app.state.service), contact=contact).number


def test_person_gets_all_that_is_kept(own: FastAPI, told: list[Any], run: Any, tmp_path: Path) -> None:
    """By the telephone that they left: what they said, their message, their case; the file is for its owner's eyes alone."""
    number, out = a_file(own), tmp_path / "mine.json"
    assert run("person", "export", "139-1234-5678", "--out", str(out)).exit_code == 0
    mine = json.loads(out.read_text(encoding="utf-8"))
    assert out.stat().st_mode & 0o077 == 0
    assert {one["说的"] for one in mine["对话"]} >= {SAID, NONSENSE}
    assert mine["留言"][0]["电话"] == MOBILE
    assert [one["办理"]["number"] for one in mine["办件"]] == [number]
    assert mine["办件"][0]["联系人"]["phone"] == MOBILE


def test_person_of_wechat_is_erased_with_their_openid(own: FastAPI, told: list[Any], run: Any) -> None:
    """What came by WeChat goes, and who they were there."""
    assert "没有删" in run("person", "erase", wechat.SOMEBODY).output
    with Session(engine_of(own)) as session:
        mine = session.scalars(select(StoredPerson)).one().conversation_id
    assert run("person", "erase", wechat.SOMEBODY, "--yes").exit_code == 0
    with Session(engine_of(own)) as session:
        assert session.scalars(select(StoredPerson)).all() == []
        assert session.get(StoredConversation, mine) is None
    assert run("person", "erase", wechat.SOMEBODY, "--yes").exit_code != 0


def test_file_of_a_case_stays_for_its_time(own: FastAPI, told: list[Any], run: Any) -> None:
    """Erased by telephone, the conversation goes at once; of the case the contact, and the rest when its years are over."""
    number = a_file(own)
    erased = run("person", "erase", MOBILE, "--yes").output
    assert f"{number} 的档案还没办完" in erased
    with Session(engine_of(own)) as session:
        assert session.scalars(select(StoredContact)).all() == []
        years_ago = now() - dt.timedelta(days=11 * 366)
        session.execute(update(StoredCase).values(closed_at=years_ago))
        session.commit()
    assert cases_of(own.state.service).find(number).enterprise.name
    case_keeping(own.state.service).purge()
    assert cases_of(own.state.service).find(number).enterprise.name is None


def test_log_names_nobody(own: FastAPI, told: list[Any], run: Any, tmp_path: Path) -> None:
    """The chained lines hold accounts, numbers of cases and digests that need the key; the chain holds."""
    a_file(own)
    run("person", "export", MOBILE, "--out", str(tmp_path / "mine.json"))
    run("person", "erase", MOBILE, "--yes")
    settings = own.state.service.settings
    log = Audit(engine_of(own), settings.data)
    lines = {deed.what: deed.about for deed in log.latest()}
    assert lines["person_exported"] == lines["person_erased"] == log.named(MOBILE)
    assert not [deed for deed in log.latest() if holding(f"{deed.who} {deed.about}")]
    assert log.named(MOBILE) != Audit(engine_of(own), tmp_path / "another-key").named(MOBILE)
    assert log.broken() is None
