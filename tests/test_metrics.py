"""Metrics: what is counted, who may look, and that nothing of anybody stands in them or in the logs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api import metrics
from api.app import create_app
from assistant import logs
from assistant.cases.store import Cases
from assistant.db import StoredPlace, now
from assistant.errors import SettingsError
from assistant.settings import ROOT, Settings
from assistant.wechat.outbox import HELD, SERVICE, WAITING
from assistant.wechat.tables import StoredOutgoing
from tests.cases.builders import LI, a_contact, a_new_case
from tests.log_files import logs_in

NAME, PHONE, IDENTITY = "示例某", "13800138000", "11010519491231002X"
HERE = ("127.0.0.1", 50000)


def settings(folder: Path, **more: Any) -> Settings:
    """示例市 found by words alone, and a Rasa that is not there."""
    return Settings(knowledge=ROOT / "knowledge", demo=True, encoder="none", data=folder, rasa_port=1, **more)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole application."""
    account = {"wechat_app_id": "wx0000000000000000", "wechat_token": "token", "wechat_secret": "secret"}
    return create_app(settings(tmp_path_factory.mktemp("var"), wechat_verified=True, **account))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A program on this machine; nothing runs beside it."""
    return TestClient(app, client=HERE)


def numbers(client: TestClient) -> dict[tuple[str, ...], float]:
    """What Prometheus reads: name and values of labels → number."""
    read = text_string_to_metric_families(client.get("/metrics").text)
    return {(one.name, *one.labels.values()): one.value for family in read for one in family.samples}


def more_of(client: TestClient, what: dict[tuple[str, ...], float], *key: str) -> float:
    """How much a number has grown since."""
    return numbers(client).get(key, 0.0) - what.get(key, 0.0)


def test_messages_are_counted_by_channel_and_status(client: TestClient) -> None:
    """A program's answered message and a page's that means nothing; how long they took, and that Rasa was away."""
    before = numbers(client)
    client.post("/api/chat", json={"text": "烟草证咋退"})
    client.post("/say", data={"words": "？？？", "text": "？？？"})
    assert more_of(client, before, "daoban_messages_total", "api", "answered") == 1
    assert more_of(client, before, "daoban_messages_total", "page", "unknown") == 1
    assert more_of(client, before, "daoban_unanswered_total", "page") == 1
    assert more_of(client, before, "daoban_unanswered_total", "api") == 0
    assert more_of(client, before, "daoban_answered_without_rasa_total", "api") == 1
    assert more_of(client, before, "daoban_message_seconds_count", "whole") == 2
    assert more_of(client, before, "daoban_message_seconds_count", "ours") == 2
    whole, ours, rasa = (more_of(client, before, "daoban_message_seconds_sum", s) for s in ("whole", "ours", "rasa"))
    assert whole == pytest.approx(ours + rasa)


def test_knowledge_and_processes_are_told(client: TestClient) -> None:
    """The digest that /healthz names, and memory of the process that serves."""
    told = numbers(client)
    assert told["daoban_knowledge_info", client.get("/healthz").json()["knowledge"]] == 1
    assert told["daoban_knowledge_fault",] == 0
    assert told["process_resident_memory_bytes", "web", str(os.getpid())] > 1e6


def test_outbox_is_as_long_as_it_is(client: TestClient, app: FastAPI) -> None:
    """What waits and what is held; what is sent counts no more."""
    with Session(app.state.service.checklists.engine) as session, session.begin():
        for state in (WAITING, WAITING, HELD):
            session.add(
                StoredOutgoing(openid="o-1", kind=SERVICE, body={}, state=state, tries=0, next_at=now(), at=now())
            )
    told = numbers(client)
    assert told["daoban_outbox_messages", "waiting"] == 2
    assert told["daoban_outbox_messages", "held"] == 1


def test_queue_is_as_long_as_it_is(client: TestClient, app: FastAPI) -> None:
    """Who is being answered and who waits; the place of a process that died counts no more once its time is over."""
    soon, over = now() + timedelta(minutes=1), now() - timedelta(minutes=1)
    with Session(app.state.service.checklists.engine) as session, session.begin():
        places = [StoredPlace(conversation_id=talk, turn=turn, until=soon) for talk, turn in (("a", 1), ("a", None))]
        session.add_all([*places, StoredPlace(conversation_id="b", turn=None, until=soon)])
        session.add(StoredPlace(conversation_id="c", turn=1, until=over))
    told = numbers(client)
    assert told["daoban_queue_messages", "answering"] == 1
    assert told["daoban_queue_messages", "waiting"] == 2


@pytest.mark.parametrize(
    ("host", "named", "header", "status"),
    [
        ("127.0.0.1", "", None, 200),
        ("::1", "", None, 200),
        ("10.1.2.3", "", None, 403),
        ("testclient", "", None, 403),
        ("10.1.2.3", "10.1.2.3, 10.9.0.0/16", None, 200),
        ("::ffff:10.1.2.3", "10.1.2.3", None, 200),
        ("10.9.8.7", "10.1.2.3, 10.9.0.0/16", None, 200),
        ("10.8.8.7", "10.1.2.3, 10.9.0.0/16", None, 403),
        ("127.0.0.1", "", "X-Forwarded-For", 403),
        ("127.0.0.1", "", "X-Real-IP", 403),
        ("127.0.0.1", "", "Forwarded", 403),
    ],
)
def test_only_who_is_named_may_look(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, host: str, named: str, header: str | None, status: int
) -> None:
    """This machine, and the addresses of the setting; nobody through a proxy, whoever stands before it."""
    monkeypatch.setitem(vars(app.state.service.settings), "metrics_from", named)
    looking = TestClient(app, client=(host, 50000), headers={header: "203.0.113.5"} if header else {})
    response = looking.get("/metrics")
    assert response.status_code == status
    assert ("daoban_messages" in response.text) == (status == 200)


def test_address_that_is_none_is_told_at_the_start(tmp_path: Path) -> None:
    """A setting that cannot be read stops the start with its name."""
    with pytest.raises(SettingsError, match="DAOBAN_METRICS_FROM"):
        create_app(settings(tmp_path, metrics_from="monitor.example"))


def test_processes_count_together(tmp_path: Path) -> None:
    """Two processes, one after the other: each sees what both have counted."""
    code = (
        "from api import metrics; from prometheus_client import CollectorRegistry, generate_latest\n"
        "from prometheus_client.multiprocess import MultiProcessCollector\n"
        "metrics.MESSAGES.labels('api', 'answered').inc()\n"
        "both = CollectorRegistry(); MultiProcessCollector(both); print(generate_latest(both).decode())\n"
    )
    env = {**os.environ, metrics.TOGETHER: str(tmp_path)}
    run = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    line = 'daoban_messages_total{channel="api",status="answered"} '
    assert [line + seen in one.stdout for one, seen in zip(run, ("1.0", "2.0"), strict=True)] == [True, True]


# --- nothing of anybody


@pytest.fixture
def kept_logs(tmp_path: Path) -> Iterator[Path]:
    """The logs of this process."""
    with logs_in(tmp_path) as kept:
        yield kept


def test_messages_of_a_conversation_are_found_again(client: TestClient, kept_logs: Path) -> None:
    """Each answer is one line, under the keyed name of its conversation, with status, channel and times."""
    for talk in ("one", "one", "other"):
        client.post("/api/chat", json={"conversation_id": talk, "text": "烟草证咋退"})
    key = (kept_logs / logs.KEY).read_bytes()
    lines = [json.loads(line) for file in kept_logs.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    told = [line for line in lines if line["event"] == "a message was answered"]
    assert [line["conversation"] for line in told] == [logs.keyed(key, talk) for talk in ("one", "one", "other")]
    assert {(line["channel"], line["status"], line["alone"]) for line in told} == {("api", "answered", True)}
    assert all(line["ms"] >= line["rasa_ms"] >= 0 for line in told)


def test_nothing_of_a_person_is_in_metrics_or_logs(
    tmp_path: Path, kept_logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Name, telephone and identity number through chat, message and case, also while the database breaks over each."""
    app = create_app(settings(tmp_path / "var"))
    engine = app.state.service.checklists.engine
    client = TestClient(app, client=HERE, raise_server_exceptions=False)
    said = f"我叫{NAME}，身份证{IDENTITY}，电话{PHONE}，食品证咋退"
    talk = "conversation-of-somebody"
    conversation = {"conversation_id": talk, "text": said}

    def everything() -> None:
        client.post("/api/chat", json=conversation)
        client.post("/say", data={"words": said, "text": said})
        client.post("/message", data={"words": said, "phone": PHONE, "consent": "on"})
        try:
            Cases(engine).open(a_new_case(enterprise=NAME, contact=a_contact(name=NAME, phone=PHONE)), by=LI)
        except SQLAlchemyError:
            logging.getLogger("daoban.test").exception("a case cannot be opened")

    everything()
    with engine.begin() as connection:
        for table in ("turns", "messages", "case_events"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO away_{table}"))
    everything()
    log = "".join(file.read_text(encoding="utf-8") for file in kept_logs.glob("*.jsonl"))
    seen = log + client.get("/metrics").text + capsys.readouterr().err
    assert "a turn cannot be stored" in log  # the database did break
    assert "a case cannot be opened" in log
    assert log.count("a message was answered") >= 3
    assert "daoban_messages_total" in seen
    assert [one for one in (NAME, PHONE, IDENTITY, IDENTITY[:17], "食品证咋退", talk) if one in seen] == []
