"""Hostile words through the whole stack: always an answer, never a tag of theirs, never a fact that nobody told."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import uuid
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.staff.roles import Role
from assistant.wechat.account import Account
from tests.cases.pdf_text import pages
from tests.dialogue.stack import ACCOUNT, Stack, another
from tests.security.hostile import KINDS, TAGS, TEMPLATES, Hostile, corpus
from tests.security.inline import inline
from tests.security.test_payloads import RUN, squeezed, words_of_word
from tests.security.test_words import STATUSES, as_json, facts_of
from tests.security.world import a_case
from tests.staff.builders import browser
from tests.wechat.builders import WeChat, words

SEED = 20261122
FEW, MANY = 10 * len(KINDS), int(os.environ.get("FUZZ_MESSAGES", "10000"))
BY_PAGE, BY_WECHAT = 3, 5  # every third message goes by the page too, every fifth by WeChat
TALK = 6  # messages of one conversation: what comes amid the questions is heard otherwise than what comes first
OF_XML = {
    "xml",
    "ToUserName",
    "FromUserName",
    "CreateTime",
    "MsgType",
    "Content",
    "ArticleCount",
    "Articles",
    "item",
} | {*("Title", "Description", "Url", "PicUrl")}


def told(client: Any, conversation: str, said: str) -> list[str]:
    """What is wrong with the answer to a message."""
    answer = client.post("/api/chat", **as_json({"conversation_id": conversation, "text": said}))
    if answer.status_code != 200:
        return [f"chat answered {answer.status_code}: {answer.text[:200]}"]
    reply = answer.json()
    shown = [line["text"] for card in reply["replies"] for part in card["sections"] for line in part["lines"]]
    shown += [card.get("title", "") for card in reply["replies"]]
    wrong = [] if reply["status"] in STATUSES - {"failed"} else [f"status {reply['status']}"]
    return wrong if "".join(shown).strip() else [*wrong, "a silent answer"]


def on_a_page(client: Any, conversation: str, said: str) -> list[str]:
    """What is wrong with the piece of the page that shows the message and its answer, and with the page itself."""
    cookie, raw = {"cookie": f"daoban_talk={conversation}"}, said.encode("utf-8", "surrogatepass")
    sent = client.post("/say", data={"text": raw.decode("utf-8", "replace")}, headers=cookie)
    wrong = [] if sent.status_code in (200, 413) else [f"say answered {sent.status_code}"]
    whole = client.get("/", headers=cookie)
    wrong += [] if whole.status_code == 200 else [f"the page answered {whole.status_code}"]
    return wrong + [f"a tag of theirs: {one}" for page in (sent, whole) for one in inline(page.text)]


def by_wechat(client: Any, other: WeChat, sender: str, said: str) -> list[str]:
    """What is wrong with the XML that answers the same in WeChat, which never delivers what XML cannot hold."""
    clean = "".join(c for c in said[:2000] if c.isprintable() and c not in "\ufffe\uffff").replace("]]>", "]] >")
    query, body = other.delivery(words(clean, sender=sender))
    answer = client.post("/wechat", params=query, content=body)
    if answer.status_code != 200:
        return [f"wechat answered {answer.status_code}"]
    try:
        fields = other.opened(answer.text)
    except ElementTree.ParseError as error:
        return [f"no XML: {error}"]
    wrong = [f"a field of theirs: {name}" for name in fields.keys() - OF_XML]
    return wrong if fields.get("Content") or fields.get("Title") else [*wrong, "a silent answer in WeChat"]


def heard(facts: dict[str, Any], said: str) -> dict[str, Any]:
    """What somebody told; that a question was passed over or put off is no fact, nor is a trade in the very words that were said."""
    return {
        key: value
        for key, value in facts.items()
        if key not in ("open", "put_off") and not (key == "industry" and value in said)
    }


def run(client: Any, other: WeChat, conversation: str, some: list[tuple[int, Hostile]], facts: Any) -> list[str]:
    """One conversation of hostile messages: what was wrong with each, with its kind."""
    wrong: list[str] = []
    for number, one in some:
        before = heard(facts(conversation), one.words)
        found = told(client, conversation, one.words)
        after = heard(facts(conversation), one.words)
        if not one.may_tell and after != before:
            found.append(f"a fact was written: {before} → {after}")
        if number % BY_PAGE == 0:
            found += on_a_page(client, conversation, one.words)
        if number % BY_WECHAT == 0:
            found += by_wechat(client, other, f"o-{conversation[:20]}", one.words)
        wrong += [f"{number} {one.kind} {one.words[:80]!r}: {what}" for what in found]
    return wrong


def talks(messages: int) -> list[list[tuple[int, Hostile]]]:
    """The corpus as conversations."""
    numbered = list(enumerate(corpus(SEED, messages)))
    return [numbered[start : start + TALK] for start in range(0, messages, TALK)]


def test_corpus_is_of_every_kind_and_the_same_again() -> None:
    """Each kind comes equally often, hardly a message twice, and a seed gives the same messages."""
    made = list(corpus(SEED, 100 * len(KINDS)))
    assert set(Counter(one.kind for one in made).values()) == {100}
    assert made == list(corpus(SEED, len(made)))
    assert len({one.words for one in made}) > len(made) // 2
    assert max(len(one.words) for one in made) >= 90_000


def test_hostile_words_do_nothing(app: FastAPI) -> None:
    """A few of each kind, answered by our own actions: no fault, no tag, no field, no fact, never silence."""
    client, other = browser(app), WeChat(app.state.service.wechat.account)
    wrong = [
        one
        for some in talks(FEW)
        for one in run(client, other, uuid.uuid4().hex, some, lambda talk: facts_of(app, talk))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("payload", [TAGS[0], TEMPLATES[5]])
def test_hostile_names_on_paper_are_words(signed_in: dict[Role, TestClient], payload: str) -> None:
    """Neither typst nor Word runs or draws a name."""
    on_paper(signed_in[Role.CLERK], payload)


def on_paper(clerk: TestClient, payload: str) -> None:
    """The receipt of a case of this name holds it as it was typed, in PDF and in Word."""
    case = a_case(clerk, payload)
    word = clerk.get(f"/staff/cases/{case}/receipt.docx").content
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(package.read(name))
    for text in ("".join(pages(clerk.get(f"/staff/cases/{case}/receipt.pdf").content)), words_of_word(word)):
        assert squeezed(payload) in squeezed(text)
        assert not [one for one in RUN if one in text]


@pytest.mark.fuzz
@pytest.mark.parametrize("payload", [*TAGS, *TEMPLATES])
def test_every_hostile_name_on_paper_is_words(signed_in: dict[Role, TestClient], payload: str) -> None:
    """The same with every tag and every piece of template."""
    on_paper(signed_in[Role.CLERK], payload)


@pytest.mark.fuzz
@pytest.mark.rasa
def test_ten_thousand_hostile_words_do_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The same, 10,000 times, through Rasa: and Rasa's own record holds no number of a person."""
    stack = another()
    app_id, token, key = ACCOUNT
    account = Account(app_id, token, key)
    facts = Facts(stack)

    def one_talk(some: list[tuple[int, Hostile]]) -> list[str]:
        with httpx.Client(base_url=str(stack.client.base_url), timeout=60, trust_env=False) as client:
            return run(client, WeChat(account, key=key), uuid.uuid4().hex, some, facts)

    with ThreadPoolExecutor(4) as pool:
        wrong = [one for found in pool.map(one_talk, talks(MANY)) for one in found]
    log = stack.log.read_text("utf-8", "replace")
    with capsys.disabled():
        print(f"\n{MANY} messages, wrong: {len(wrong)}; without Rasa: {log.count('answered without Rasa')}")
    stack.stop()
    assert not wrong, "\n".join(wrong[:40])
    assert "Traceback" not in log
    with closing(sqlite3.connect(stack.data / "tracker.db")) as tracker:
        kept = " ".join(data for (data,) in tracker.execute("SELECT data FROM events"))
    assert [one for one in ("11010519491231002X", "13800138000", "91350100M000100Y43") if one in kept] == []


class Facts:
    """The facts that are kept of a conversation, read from the database of a running stack."""

    def __init__(self, stack: Stack) -> None:
        self._file = stack.data / "daoban.db"

    def __call__(self, conversation: str) -> dict[str, Any]:
        """The profile; empty where nothing was told."""
        with closing(sqlite3.connect(self._file, timeout=10)) as database:
            found = database.execute("SELECT slots FROM states WHERE conversation_id = ?", (conversation,)).fetchone()
        profile: dict[str, Any] = (json.loads(found[0]).get("profile") if found else None) or {}
        return profile
