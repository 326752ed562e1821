"""A small application that serves the pages over fictional knowledge, with a conversation that answers by keyword."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import pages
from api.deps import Service
from api.headers import SecurityHeaders
from assistant.actions.asking import question_card
from assistant.actions.state import State
from assistant.cards import Asks, Card, Choice, ItemRef, Line, Section, Turn, words
from assistant.checklist.profile import Profile
from assistant.guide_card import guide_card
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from assistant.messages import Messages
from assistant.retrieval.answer import Hit
from assistant.retrieval.entries import Kind
from assistant.settings import Settings
from assistant.talk_cards import leaving_a_message
from tests import databases
from tests.builders import a_guide, a_knowledge, a_material, an_item

TODAY = dt.date(2026, 11, 20)
OPEN_FACT = (m.Fact(text="几天办完还没核实。", state=m.State.OPEN),)


def fictional() -> Knowledge:
    """示例市 with a food licence that has an old id, and a tobacco licence that is not literally listed."""
    food = an_item("shipin", "食品经营许可证", old_ids=("shipin-jiu",))
    tobacco = an_item("yancao", "烟草专卖零售许可证", department="yancaoju", hotline="12313", listed_literally=False)
    guide = a_guide(
        "食品经营许可证",
        a_material("注销申请书", note="到窗口现填", state=m.State.OPEN),
        related=("yancao",),
        who=OPEN_FACT,
        faq=(m.Question(ask="证丢了怎么办？", answer="写一份遗失说明。"),),
        aliases=("食品证",),
    )
    trade = m.Industry(id="shangdian", name="食杂店", aliases=("小卖店",), may_have=("shipin", "yancao"))
    return a_knowledge(food, tobacco, guides={"shipin": guide}, industries={"shangdian": trade})


class Talk:
    """A conversation that shows each kind of card, and remembers what was said."""

    def __init__(self, knowledge: Knowledge, issued: IssuedChecklists) -> None:
        self.knowledge, self.issued = knowledge, issued
        self.turns: dict[str, list[tuple[str, Turn]]] = {}

    async def say(self, conversation_id: str, *, text: str | None = None, payload: str | None = None) -> Turn:
        """The answer to a keyword."""
        said = f"点了{payload}" if payload else text or ""
        turn = self._answer(said)
        self.turns.setdefault(conversation_id, []).append((said, turn))
        return turn

    def last(self, conversation_id: str) -> list[tuple[str, Turn]]:
        """Everything said so far."""
        return self.turns.get(conversation_id, [])

    def use(self, brain: object) -> None:
        """The fake answers by keyword, whatever is known."""

    async def forget(self, conversation_id: str, *, with_checklists: bool = False) -> None:
        """Nothing said any more."""
        if with_checklists:
            self.issued.withdraw(*self.checklists(conversation_id))
        self.turns.pop(conversation_id, None)

    def checklists(self, conversation_id: str) -> tuple[str, ...]:
        """The tokens on the cards."""
        cards = [card for _, turn in self.last(conversation_id) for card in turn.cards]
        return tuple(str(card.checklist["token"]) for card in cards if card.checklist)

    def told(self, conversation_id: str) -> Card | None:
        """One fact, and a choice to change it."""
        change = Choice(label="改地方", payload="p:place")
        return words("店在示例县", choices=(change,)) if self.last(conversation_id) else None

    def exchange(self, sender: str, key: str) -> None:
        """No Rasa here."""

    async def tried(self, question: str) -> Turn | None:
        """The answer, as always."""
        return self._answer(question)

    async def close(self) -> None:
        """Nothing to let go of."""

    def _answer(self, said: str) -> Turn:
        if "食品证" in said:
            card = guide_card(self.knowledge, "shipin", aspect="materials")
            choices = (Choice(label="去哪办", payload="c:where"),)
            return Turn(status="answered", cards=(card.model_copy(update={"choices": choices}),))
        if "哪些证" in said:
            held = tuple(
                Choice(label=name, payload=f"c:{i}", pick=True, item=ItemRef(id=i, name=name))
                for i, name in (("shipin", "食品经营许可证"), ("yancao", "烟草专卖零售许可证"))
            )
            card = Card(
                kind="question",
                sections=(Section(lines=(Line(text="手里都有哪些证？"),)),),
                choices=(*held, Choice(label="都没有", payload="c:none")),
            )
            return Turn(status="needs_facts", cards=(card,), asks=Asks(key="licences", multiple=True))
        if "哪几样" in said:
            card, asks = question_card(self.knowledge, "bank_account", State(Profile(enterprise_type="gongsi")))
            return Turn(status="needs_facts", cards=(card,), asks=asks)
        if "哪一个" in said:
            choices = (Choice(label="饭店的", payload="c:one"), Choice(label="药店的", payload="c:two"))
            card = Card(kind="choices", sections=(Section(lines=(Line(text="您说的是哪一个？"),)),), choices=choices)
            return Turn(status="needs_choice", cards=(card,), asks=Asks(key="which_licence"))
        if "清单" in said:
            from assistant.checklist_card import checklist_card

            token, checklist = self.issued.issue(
                Profile(enterprise_type="geti", place="shilixian", licences=("shipin",))
            )
            return Turn(status="answered", cards=(checklist_card(checklist, token),))
        if "留言" in said:
            return leaving_a_message(None)
        if "办到哪" in said:
            lines = (Line(text="拿着受理单号打 12345。", phone="12345", tag="待核"),)
            return Turn(
                status="answered", cards=(Card(kind="progress", title="办到哪了", sections=(Section(lines=lines),)),)
            )
        return Turn(status="unknown", cards=(words(f"没明白：{said}"),))


class Names:
    """Finds guides whose name or alias holds the words."""

    encoder_name = None

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def rank(self, question: str, limit: int = 10) -> tuple[Hit, ...]:
        """The guides that share a word with the question."""
        found = [
            Hit(guide_id, guide.name, Kind.ITEM, 1.0)
            for guide_id, guide in self.knowledge.guides.items()
            if any(question in name or name in question for name in (guide.name, *guide.aliases))
        ]
        return tuple(found[:limit])


def page_app(knowledge: Knowledge | None = None, today: Callable[[], dt.date] | None = None) -> FastAPI:
    """The pages, as `api.app` mounts them."""
    known = knowledge or fictional()
    engine = databases.in_memory()
    issued = IssuedChecklists(known, engine, today or (lambda: TODAY))
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.folder = folder = TemporaryDirectory(prefix="daoban-pages-")  # goes with the application
    parts: dict[str, Any] = {
        "settings": Settings(data=Path(folder.name)),
        "knowledge": known,
        "finder": Names(known),
        "checklists": issued,
        "conversations": Talk(known, issued),
        "handover": Handover(engine),
        "messages": Messages(engine),
    }
    others = {name: None for name in Service.__dataclass_fields__ if name not in parts}
    app.state.service = Service(**cast(dict[str, Any], parts | others))
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    pages.register_errors(app)
    app.add_middleware(SecurityHeaders)

    @app.get("/broken")
    def broken() -> None:
        """A page with a fault in it."""
        raise RuntimeError("secret detail")

    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port of this machine; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(5)
