"""What /healthz says of the encoder, and what /readyz tries: database, finder, dialogue, by the content of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from api import health
from api.app import create_app
from assistant.actions.said import Said
from assistant.alone import answered_alone
from assistant.exchanges import Exchange
from assistant.rasa import Rasa, sender_of
from assistant.settings import ROOT, Settings
from tests.builders import brought_encoder


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """An encoder that nothing was learned with."""
    return brought_encoder(tmp_path / "brought")


@pytest.mark.parametrize(
    ("encoder", "fault"), [("none", None), ("brought", "daoban learn"), ("nowhere", "找不到编码器目录")]
)
def test_words_alone_find_where_there_is_no_encoder(
    encoder: str, fault: str | None, brought: Path, tmp_path: Path
) -> None:
    """/healthz names no encoder and says why one that was wanted is not used; questions are answered all the same."""
    wanted = encoder if encoder == "none" else str(tmp_path / encoder)
    settings = Settings(knowledge=ROOT / "knowledge", encoder=wanted, data=tmp_path / "var", rasa_port=1)
    with TestClient(create_app(settings)) as client:
        health = client.get("/healthz").json()
        hits = client.get("/api/search", params={"q": "烟草证咋退"}).json()["hits"]
    assert health["encoder"] is None
    assert fault in health["encoder_fault"] if fault else health["encoder_fault"] is None
    assert hits[0]["name"] == "烟草专卖零售许可证"


# --- /readyz


class Answering(Rasa):
    """Answers as our actions do, and keeps what it heard in its tracker; `hears` is what it takes every question for."""

    def __init__(self, app: FastAPI) -> None:
        self.parts, self.hears = app.state.service, ""
        self.tracker: Engine = self.parts.keeping._tracker
        self.asked: list[str] = []
        with self.tracker.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS events (sender_id TEXT, timestamp FLOAT)"))

    async def say(self, conversation_id: str, exchange: Exchange, said: str, *_: Any) -> Exchange:
        """The answer."""
        self.asked.append(said)
        with self.tracker.begin() as connection:
            connection.execute(text("INSERT INTO events VALUES (:one, 0)"), {"one": sender_of(conversation_id)})
        return answered_alone(self.parts.brain, exchange, Said(self.hears or said, "ask", {}))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole application, without Rasa."""
    folder = tmp_path_factory.mktemp("var")
    return create_app(Settings(knowledge=ROOT / "knowledge", encoder="none", data=folder, rasa_port=1))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """What asks; nothing runs beside it."""
    return TestClient(app)


@pytest.fixture
def rasa(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """A Rasa that answers."""
    answering = Answering(app)
    monkeypatch.setattr(app.state.service.conversations, "_rasa", answering)
    return answering


@pytest.fixture
def no_database(app: FastAPI) -> Iterator[None]:
    """A database in which no message can be written down."""
    engine = app.state.service.checklists.engine
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE exchanges RENAME TO away"))
    yield
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO exchanges"))


def rows(engine: Engine, *tables: str) -> int:
    """How many rows there are in all of them."""
    with engine.connect() as connection:
        return sum(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables)


def test_ready_where_the_right_answer_comes(client: TestClient, app: FastAPI, rasa: Answering) -> None:
    """A question about a guide goes through Rasa, and its guide comes back; no trace is left anywhere."""
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "finder": True, "dialogue": True, "faults": []}
    first = next(iter(app.state.service.knowledge.items.values()))
    assert rasa.asked == [f"{first.name}怎么注销"]
    assert rows(app.state.service.checklists.engine, "turns", "conversations", "states", "exchanges", "checklists") == 0
    assert rows(rasa.tracker, "events") == 0


def test_not_ready_without_rasa(client: TestClient) -> None:
    """Rasa away: 503, and that alone is named."""
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["faults"] == [health.NO_DIALOGUE]
    assert response.json()["database"] is response.json()["finder"] is True


def test_not_ready_where_rasa_answers_something_else(client: TestClient, rasa: Answering) -> None:
    """A reply with status 200 about another licence is no answer."""
    rasa.hears = "烟草专卖零售许可证怎么注销"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["faults"] == [health.WRONG_ANSWER]


@pytest.mark.usefixtures("no_database", "rasa")
def test_not_ready_without_the_database(client: TestClient) -> None:
    """The database is named; of the dialogue, which needs it, nothing is said."""
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["faults"] == [health.NO_DATABASE]
    assert response.json()["dialogue"] is None


@pytest.mark.usefixtures("rasa")
def test_not_ready_without_the_index(client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that finds nothing, or breaks, is named."""
    finder = app.state.service.finder

    def broken(question: str) -> Any:
        raise IndexError(question)

    wrong = finder.find("烟草专卖零售许可证怎么注销")
    for find in (broken, lambda _: wrong):
        monkeypatch.setattr(type(finder), "find", lambda _, question, find=find: find(question))
        response = client.get("/readyz")
        assert response.status_code == 503
        assert health.NOT_FOUND in response.json()["faults"]
        assert response.json()["database"] is True


@pytest.mark.usefixtures("rasa")
def test_part_that_hangs_is_not_waited_for(client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialogue that never answers is named once its time is over."""

    async def never(question: str) -> None:
        await asyncio.Event().wait()

    for other in ("_database", "_finder"):
        monkeypatch.setattr(health, other, lambda *_: None)  # at once, however busy the machine is
    monkeypatch.setattr(health, "PATIENCE", 0.3)
    monkeypatch.setattr(app.state.service.conversations, "tried", never)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["faults"]) == (503, [health.NO_DIALOGUE])
