import asyncio
import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api import pages, webhook
from api.deps import Service
from api.webhook import SIGNATURE, TIMESTAMP, key_of, signature_of
from assistant.cards import Turn
from assistant.db import now
from assistant.errors import SettingsError
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.messages import Messages
from assistant.settings import Settings
from assistant.wechat.tables import StoredDelivery, StoredNumber
from tests import databases
from tests.page_app import Talk, fictional

KEY = b"a key of the tests, long enough!"
WHO = "13900000000 的对话"
LONGEST = 20.0  # seconds that a test waits for what must come


class Counting(Talk):
    """A conversation that tells what it heard, may take its time, and may fail."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.heard: list[tuple[str, str | None, str | None]] = []
        self.seconds = 0.0
        self.begun, self.go = threading.Event(), threading.Event()
        self.go.set()

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer, after a while."""
        self.heard.append((conversation_id, text, payload))
        self.begun.set()
        await asyncio.sleep(self.seconds)
        await asyncio.to_thread(self.go.wait, LONGEST)
        return await super().say(conversation_id, text=text, payload=payload)


class Door:
    """The application with an open webhook, and somebody who knows its key."""

    def __init__(self, folder: Path, key: bytes = KEY) -> None:
        self.engine: Engine = databases.begun(Path(folder) / "webhook.db")
        issued = IssuedChecklists(fictional(), self.engine)
        self.talk = Counting(fictional(), issued)
        parts: dict[str, Any] = {
            "settings": Settings(webhook_key=key.decode(), public_url="https://daoban.example"),
            "knowledge": fictional(),
            "checklists": issued,
            "conversations": self.talk,
            "handover": Handover(self.engine),
            "messages": Messages(self.engine),
            "actions_secret": "a secret of the tests",
        }
        others = {name: None for name in Service.__dataclass_fields__ if name not in parts}
        self.app = FastAPI()
        self.app.state.service = Service(**cast(dict[str, Any], parts | others))
        self.app.include_router(webhook.router)
        self.app.include_router(pages.router)
        pages.register_errors(self.app)
        self.visitor = TestClient(self.app, raise_server_exceptions=False)

    def send(self, *, at: dt.datetime | None = None, key: bytes = KEY, **fields: Any) -> httpx.Response:
        """One signed request."""
        return self.post(*signed(at=at, key=key, **fields))

    def post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """One request as it is."""
        return self.visitor.post("/webhook", content=body, headers=headers)


def signed(*, at: dt.datetime | None = None, key: bytes = KEY, **fields: Any) -> tuple[bytes, dict[str, str]]:
    """A body and the headers that sign it."""
    body = json.dumps({"conversation": WHO} | fields, ensure_ascii=False).encode()
    timestamp = str(int((at or now()).timestamp()))
    return body, {TIMESTAMP: timestamp, SIGNATURE: signature_of(key, timestamp, body)}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """An open webhook."""
    made = Door(tmp_path)
    with made.visitor:
        yield made
    made.engine.dispose()


def texts(answer: httpx.Response) -> str:
    """All words of an answer."""
    return "\n".join(str(one["text"]) for one in answer.json()["messages"])


# ---- what is answered
def test_message_is_answered_in_plain_text(door: Door) -> None:
    """Words come back as texts without markup, with the status that every channel gives."""
    answer = door.send(text="食品证怎么退")
    assert answer.status_code == 200
    assert answer.json()["status"] == "answered"
    assert answer.json()["conversation"] == WHO
    assert "注销申请书" in texts(answer)
    assert not set("<*|`") & set(texts(answer))


def test_number_leads_to_the_choice_that_had_it(door: Door) -> None:
    """A choice is made by the number it was shown with, as a number or typed, even after another list."""
    answers = [door.send(text="哪一个", id=name).json() for name in ("first", "second")]
    shown = [(one["number"], one["label"]) for answer in answers for one in answer["choices"]]
    assert [label for _, label in shown] == ["饭店的", "药店的"] * 2
    assert len({number for number, _ in shown}) == 4
    assert all(
        f"{number}. {label}" in answers[place // 2]["messages"][0]["text"]
        for place, (number, label) in enumerate(shown)
    )
    door.send(choice=shown[1][0])
    door.send(text=str(shown[2][0]))
    assert [payload for _, _, payload in door.talk.heard] == [None, None, "c:two", "c:one"]


def test_several_numbers_are_told_in_words(door: Door) -> None:
    """Several numbers where several may be chosen reach the dialogue as the words of those choices."""
    choices = door.send(text="哪些证").json()["choices"]
    door.send(text=f"{choices[0]['number']}、{choices[1]['number']}")
    assert door.talk.heard[-1][1] == f"{choices[0]['label']}、{choices[1]['label']}"


def test_number_that_was_never_shown_is_no_choice(door: Door) -> None:
    """A choice of an unknown number is not taken for anything else."""
    door.send(text="哪一个")
    door.send(choice=77)
    assert door.talk.heard[-1][1:] == (None, "")


def test_checklist_comes_with_its_address(door: Door) -> None:
    """A checklist is a card that opens its page, at the public address."""
    cards = [one for one in door.send(text="清单").json()["messages"] if one["kind"] == "news"]
    assert [one["url"].startswith("https://daoban.example/c/") for one in cards] == [True]


def test_page_goes_on_with_the_conversation(door: Door) -> None:
    """The page that an answer names opens the same conversation, over one button."""
    page = door.send(text="食品证怎么退").json()["page"]
    link = page.removeprefix("https://daoban.example/on?link=")
    assert "食品证怎么退" in door.visitor.post("/on", data={"link": link}).text


def test_name_of_a_conversation_stays_with_its_sender(door: Door) -> None:
    """What the other program calls its people, a telephone perhaps, is nowhere in our tables; two of them are two."""
    door.send(text="食品证怎么退")
    door.send(text="食品证怎么退", conversation="别人")
    ids = [who for who, _, _ in door.talk.heard]
    assert len(set(ids)) == 2
    assert all(who.startswith("hook-") and "139" not in who for who in ids)
    with Session(door.engine) as session:
        assert {row.openid for row in session.scalars(select(StoredDelivery))} == set(ids)


# ---- exactly once
def test_same_request_again_gets_the_same_answer(door: Door) -> None:
    """A request sent again as it was, by a sender or by somebody who saw it, is heard once."""
    request = signed(text="哪一个")
    answers = [door.post(*request).content for _ in range(3)]
    assert len(set(answers)) == 1
    assert len(door.talk.heard) == 1


def test_message_sent_again_is_not_counted(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks again for an answer gets it, whatever the limit says by then."""
    counted: list[str] = []

    async def counting(_: object, __: object, conversation: str) -> None:
        counted.append(conversation)

    monkeypatch.setattr(webhook, "held", counting)
    request = signed(text="哪一个")
    assert door.post(*request).content == door.post(*request).content
    assert len(counted) == 1


def test_same_id_is_one_message(door: Door) -> None:
    """A message signed anew under its id is heard once; without an id, or for another conversation, it is another."""
    early = now() - dt.timedelta(seconds=9)
    answers = [door.send(text="哪一个", id="7", at=at).content for at in (early, now())]
    assert answers[0] == answers[1]
    assert len(door.talk.heard) == 1
    door.send(text="哪一个", id="7", conversation="别人")
    door.send(text="哪一个", at=early)
    door.send(text="哪一个")
    assert len(door.talk.heard) == 4


def test_deliveries_at_once_run_the_dialogue_once(door: Door) -> None:
    """Three that come while the first is still being answered wait for its answer."""
    door.talk.seconds = 0.5
    body, headers = signed(text="食品证怎么退")

    async def thrice() -> list[httpx.Response]:
        transport = httpx.ASGITransport(door.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://daoban") as client:
            return await asyncio.gather(*(client.post("/webhook", content=body, headers=headers) for _ in range(3)))

    answers = asyncio.run(thrice())
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert len({one.content for one in answers}) == 1
    assert len(door.talk.heard) == 1


def test_answer_that_is_too_slow_goes_on_and_is_given_when_it_is_asked_for_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender hears that it takes longer; what the dialogue has begun to hear it does not hear twice."""
    monkeypatch.setattr(webhook, "PATIENCE", 0.05)
    door.talk.begun, door.talk.go = threading.Event(), threading.Event()
    request = signed(text="食品证怎么退")
    answer = door.post(*request)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert door.talk.begun.wait(LONGEST)
    assert door.post(*request).status_code == 503
    monkeypatch.setattr(webhook, "PATIENCE", LONGEST)
    door.talk.go.set()
    assert "注销申请书" in texts(door.post(*request))
    assert len(door.talk.heard) == 1


def test_answer_that_fails_says_what_kind_of_fault_and_nothing_that_was_said(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where nobody waits for it any more."""
    monkeypatch.setattr(webhook, "messages", lambda *_, **__: {}[WHO])
    assert door.send(text="食品证怎么退").status_code == 500
    assert "KeyError" in caplog.text
    assert WHO not in caplog.text


# ---- who is let in
def test_closed_without_a_key(tmp_path: Path) -> None:
    """As long as no key is set nobody is answered, whatever they sign with."""
    made = Door(tmp_path, b"")
    assert made.send(text="食品证", key=b"").status_code == 403
    assert made.talk.heard == []


def test_key_that_could_be_guessed_is_a_fault() -> None:
    """A short key stops the start with a sentence that names the setting and not the key."""
    with pytest.raises(SettingsError, match="DAOBAN_WEBHOOK_KEY") as fault:
        key_of(Settings(webhook_key="hunter2"))
    assert "hunter2" not in str(fault.value)
    assert key_of(Settings()) is None
    assert KEY.decode() not in repr(Settings(webhook_key=KEY.decode()))


@pytest.mark.parametrize("minutes", [-60, -6, 6, 60])
def test_old_or_future_request_is_refused(door: Door, minutes: int) -> None:
    """A well-signed request from another time, replayed perhaps, is not answered."""
    assert door.send(text="食品证", at=now() + dt.timedelta(minutes=minutes)).status_code == 403
    assert door.talk.heard == []


@pytest.mark.parametrize(
    "changed",
    [
        {SIGNATURE: "0" * 64},
        {SIGNATURE: ""},
        {SIGNATURE: "é" * 64},
        {TIMESTAMP: ""},
        {TIMESTAMP: "now"},
        {TIMESTAMP: "9" * 400},
        {TIMESTAMP: "²"},
        {TIMESTAMP: "-1"},
    ],
)
def test_forged_request_is_refused(door: Door, changed: dict[str, str]) -> None:
    """A changed signature or time is refused, and nothing is stored of it."""
    body, headers = signed(text="食品证")
    raw = {name: value.encode("latin-1") for name, value in (headers | changed).items()}
    assert door.visitor.post("/webhook", content=body, headers=raw).status_code == 403
    with Session(door.engine) as session:
        assert session.scalars(select(StoredDelivery)).all() == []


def test_changed_body_is_refused(door: Door) -> None:
    """A signature is for one body."""
    body, headers = signed(text="食品证")
    assert door.post(body.replace("食品".encode(), "烟草".encode()), headers).status_code == 403


@pytest.mark.parametrize("timestamp", ["", "now", "1" * 40, "-5"])
def test_signed_nonsense_for_a_time_is_refused(door: Door, timestamp: str) -> None:
    """Even who knows the key must say when."""
    body, _ = signed(text="食品证")
    headers = {TIMESTAMP: timestamp, SIGNATURE: signature_of(KEY, timestamp, body)}
    assert door.post(body, headers).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": "食品证", "choice": 1},
        {"text": 5},
        {"choice": "1"},
        {"choice": 0},
        {"text": "食品证", "conversation": ""},
        {"text": "食品证", "conversation": "长" * 201},
        {"text": "食品证", "id": ""},
        {"text": "食品证", "more": True},
    ],
)
def test_signed_nonsense_is_said_to_be_so(door: Door, fields: dict[str, Any]) -> None:
    """A body that is not one message gets 422 and a sentence; the dialogue hears nothing."""
    answer = door.send(**fields)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("送来的内容不对")
    assert door.talk.heard == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"null", b'{"conversation":' * 900])
def test_signed_body_that_is_no_message_is_no_fault_of_ours(door: Door, body: bytes) -> None:
    """Whatever is signed, the answer is never a 500."""
    timestamp = str(int(now().timestamp()))
    answer = door.post(body, {TIMESTAMP: timestamp, SIGNATURE: signature_of(KEY, timestamp, body)})
    assert answer.status_code == 422


def test_endless_body_is_not_read(door: Door) -> None:
    """More than any message needs is refused before it is looked at."""
    assert door.send(text="长" * 20_000).status_code == 413


def test_get_is_no_way_in(door: Door) -> None:
    """Only messages are taken."""
    assert door.visitor.get("/webhook").status_code == 405


# ---- what is kept
def test_purge_erases_what_nobody_asks_for_again(door: Door) -> None:
    """Answers go after a day, numbers after the days of a conversation; what is young stays."""
    door.send(text="哪一个")
    webhook.purge(door.engine, 30)

    def stored() -> tuple[int, int]:
        with Session(door.engine) as session:
            return len(session.scalars(select(StoredDelivery)).all()), len(session.scalars(select(StoredNumber)).all())

    assert stored() == (1, 2)
    with Session(door.engine) as session, session.begin():
        for delivery in session.scalars(select(StoredDelivery)):
            delivery.at = now() - dt.timedelta(days=2)
        for number in session.scalars(select(StoredNumber)):
            number.at = now() - dt.timedelta(days=31)
    webhook.purge(door.engine, 30)
    assert stored() == (0, 0)
