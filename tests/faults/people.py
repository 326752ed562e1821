"""Whoever is there while something breaks: people who talk, who leave messages, a clerk who takes in; each answer is looked at.

What was acknowledged is counted in the database afterwards. A conversation must go on where its last answer left it, so
that a state that got lost shows at once: the wrong question comes. What was not acknowledged is said again, as people do.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import Engine, text

from assistant import phrases
from tests.dialogue.scripts import asked, words_of
from tests.staff.builders import PASSWORD
from tests.staff.builders import field as hidden

ANSWERED, ALONE, SORRY, UNSENT, WRONG = "照常答", "不经过 Rasa 答", "请再说一遍", "没发出去", "不像话"
NOT_KEPT = "没能记下来"  # said with an answer that could not be stored
IN_TIME = 4.0  # seconds
GIVES_UP = 10.0
SCRIPT = (
    ("饭店不干了，个体的", "place"),
    ("示例县", "licences"),
    ("就一个食品经营许可证，没别的", "whole_or_licence_only"),
    ("执照留着", "proxy"),
)
TALKERS = 3
PAUSE = 0.6  # seconds between two things that somebody does
AGAIN = 2.0  # seconds until somebody tries again what was not acknowledged
KINDLY = ("请过一会儿再试", "12345")  # on a page or in the JSON of what went wrong


@dataclass(frozen=True)
class Tried:
    """One thing somebody did: when it was answered, how long that took, how."""

    at: float
    took: float
    how: str
    what: str


@dataclass
class People:
    """They ask at these doors in turn, a new connection each time; `clerk` is somebody who may sign in."""

    doors: Sequence[str]
    clerk: str = ""
    tried: list[Tried] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # conversation → acknowledged
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)  # conversation or kind, words → times
    left: set[str] = field(default_factory=set)  # messages that were acknowledged
    taken: dict[str, str] = field(default_factory=dict)  # acknowledged cases: number → enterprise
    _from: int = field(default_factory=time.time_ns)  # tells their words from those of others before them
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def about(self) -> Iterator[None]:
        """They come and go within the block."""
        doing: list[Callable[[int], None]] = [self._talk] * TALKERS + [self._leave] + [self._take_in] * bool(self.clerk)
        threads = [threading.Thread(target=one, args=(number,)) for number, one in enumerate(doing)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def since(self, moment: float) -> list[Tried]:
        """What was answered after a moment."""
        return [one for one in self.tried if one.at >= moment]

    def well_since(self, moment: float) -> bool:
        """Whether everybody was answered as usual, twice on average."""
        latest = self.since(moment)
        return len(latest) >= 2 * TALKERS and {one.how for one in latest[-2 * TALKERS :]} == {ANSWERED}

    # ---- what they do -------------------------------------------------------------------------------------------
    def _talk(self, number: int) -> None:
        for turn in itertools.count():
            conversation = f"talk-{number}-{turn}-{time.time_ns()}"
            for said, expected in SCRIPT:
                if not self._until_told(self._say, conversation, said, expected):
                    return

    def _leave(self, _: int) -> None:
        for number in itertools.count():
            if not self._until_told(self._leave_one, f"留言之{number}-{self._from}，请问食品证交哪个窗口"):
                return

    def _take_in(self, _: int) -> None:
        browser: list[httpx.Client] = []
        for number in itertools.count():
            if not self._until_told(self._take_in_one, browser, f"示例县第{number}-{self._from}家小吃店"):
                return

    def _until_told(self, doing: Callable[..., str], *what: Any) -> bool:
        """Do it again and again until it is acknowledged; False once everybody goes home."""
        while not self._over.is_set():
            began = time.monotonic()
            try:
                how = doing(*what)
            except httpx.TimeoutException:
                how = WRONG
            except httpx.TransportError:
                how = UNSENT
            now = time.monotonic()
            self.tried.append(Tried(now, now - began, how, str(what[-1] if len(what) < 3 else what[1])))
            acknowledged = how in (ANSWERED, ALONE)
            self._over.wait(PAUSE if acknowledged else AGAIN)
            if acknowledged:
                return True
        return False

    def _say(self, conversation: str, said: str, expected: str) -> str:
        self.sent[conversation, said] += 1
        with self._new() as client:
            reply = client.post("/api/chat", json={"conversation_id": conversation, "text": said})
        if reply.status_code != 200:
            return _kindly(reply)
        body = reply.json()
        shown = words_of(body)
        if phrases.OUR_FAULT in shown or NOT_KEPT in shown:
            return SORRY
        if asked(body) != expected:
            return f"{WRONG}：说“{said}”，问的是 {asked(body)}"
        self.said[conversation].append(said)
        return ALONE if phrases.DIALOGUE_AWAY in shown else ANSWERED

    def _leave_one(self, words: str) -> str:
        self.sent["message", words] += 1
        with self._new() as client:
            reply = client.post("/message", data={"words": words})
        if reply.status_code != 200 or "收到了" not in reply.text:
            return _kindly(reply)
        self.left.add(words)
        return ANSWERED

    def _take_in_one(self, browser: list[httpx.Client], enterprise: str) -> str:
        if not browser:
            browser.append(self._new())
        client = browser[0]
        page = client.get("/staff/intake")
        if page.status_code == 303 and "sign-in" in page.headers["location"]:
            door = client.get("/staff/sign-in")
            told = {"csrf": hidden(door.text), "name": self.clerk, "password": PASSWORD} if door.is_success else {}
            inside = client.post("/staff/sign-in", data=told)
            if inside.status_code != 303:
                return _kindly(inside)
            page = client.get("/staff/intake")
        if page.status_code != 200:
            return _kindly(page)
        self.sent["case", enterprise] += 1
        told = {
            "csrf": hidden(page.text),
            "enterprise": enterprise,
            "items": "食品证",
            "kind": "geti",
            "region": "示例县",
        }
        made = client.post("/staff/intake", data=told)
        if made.status_code != 303:
            return _kindly(made)
        self.taken[re.split(r"[/#]", made.headers["location"])[3]] = enterprise
        return ANSWERED

    def _new(self) -> httpx.Client:
        door = self.doors[len(self.tried) % len(self.doors)]
        alone = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(
            base_url=door, timeout=GIVES_UP, trust_env=False, limits=alone, headers={"accept": "text/html"}
        )

    # ---- what became of it --------------------------------------------------------------------------------------
    def lost(self, engine: Engine) -> list[str]:
        """What was acknowledged and is not in the database."""
        kept = _kept(engine)
        found = [
            f"{said} ({talk})" for talk, all_said in self.said.items() for said in all_said if not kept[talk, said]
        ]
        found += [words for words in self.left if not kept["message", words]]
        return found + [number for number in self.taken if not kept["number", number]]

    def doubled(self, engine: Engine) -> list[str]:
        """What is in the database more often than it was sent."""
        kept = _kept(engine)
        return [str(one) for one, times in self.sent.items() if kept[one] > times]


def _kept(engine: Engine) -> Counter[tuple[str, str]]:
    """What is kept, and how often: of conversations, messages, cases."""
    queries = (
        "SELECT conversation_id, said FROM turns",
        "SELECT 'message', text FROM messages",
        "SELECT 'number', number FROM case_files",
        "SELECT 'case', e.name FROM case_files c JOIN case_enterprises e ON e.id = c.enterprise_id",
    )
    with engine.connect() as connection:
        return Counter((str(a), str(b)) for query in queries for a, b in connection.execute(text(query)))


def _kindly(reply: httpx.Response) -> str:
    """How an answer that is none is to be called: an honest sentence, or not."""
    return SORRY if all(words in reply.text for words in KINDLY) else f"{WRONG}：HTTP {reply.status_code}"
