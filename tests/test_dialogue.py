"""The dialogue over a Rasa that does as it is told: decides as its rules mostly do, is away, calls late or has forgotten."""

import asyncio
import datetime as dt
import functools
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from api import rasa as webhook
from api.deps import Service
from assistant import phrases
from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.alone import answered_alone, first_action
from assistant.cards import Turn
from assistant.db import StoredConversation, connected, engine, now
from assistant.dialogue import Dialogue
from assistant.errors import DialogueAway
from assistant.exchanges import Exchange, Exchanges
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.keeping import Keeping
from assistant.knowledge.load import load
from assistant.knowledge.whole import Knowledge
from assistant.messages import Messages
from assistant.queues import Queues
from assistant.rasa import Rasa, sender_of
from assistant.retrieval.finder import Finder
from assistant.settings import ROOT
from assistant.turnlog import Progress, TurnLog
from tests.dialogue.walked import Rule, rules_of

PATIENCE = 3.5


class ObedientRasa(Rasa):
    """Runs our actions as Rasa's rules mostly do; `away` makes it silent for so many messages."""

    def __init__(self, brain: Brain, exchanges: Exchanges) -> None:
        super().__init__(["http://127.0.0.1:9"], PATIENCE, exchanges)
        self.brain = brain
        self.away = 0
        self.told: list[Progress] = []  # what it had to be told anew
        self.heard: list[str] = []

    async def say(
        self, conversation_id: str, exchange: Exchange, said: str, effect: dict[str, Any], deadline: float
    ) -> Exchange:
        """The exchange, answered, or DialogueAway."""
        await asyncio.sleep(0.001 * (10 - len(self.heard)) if len(self.heard) < 10 else 0)
        if self.away:
            self.away -= 1
            raise DialogueAway("away")
        if exchange.before.unheard:
            self.told.append(exchange.before)
        self.heard.append(said)
        done = answered_alone(self.brain, exchange, Said(said, "choose" if effect else "nlu_fallback", effect))
        exchange.turns, exchange.slots, exchange.asked = done.turns, done.slots, done.asked
        return exchange


@functools.cache
def known() -> tuple[Knowledge, Finder]:
    """The knowledge with 示例市, found by words alone."""
    knowledge = load(ROOT / "knowledge", demo=True)
    return knowledge, Finder(knowledge, None)


class Talk:
    """A dialogue over two empty databases, and one conversation in it."""

    def __init__(self, folder: Path) -> None:
        knowledge, finder = known()
        ours, tracker = connected(f"sqlite:///{folder / 'daoban.db'}"), engine(f"sqlite:///{folder / 'tracker.db'}")
        self.ours = ours
        self.turns, self.messages = TurnLog(ours), Messages(ours)
        checklists = IssuedChecklists(knowledge, ours)
        self.brain = Brain(knowledge, finder, checklists.issue, demo=True)
        self.exchanges = Exchanges(ours)
        self.rasa = ObedientRasa(self.brain, self.exchanges)
        self.keeping = Keeping(self.turns, self.messages, Handover(ours), checklists, tracker, 30)
        self.dialogue = Dialogue(
            self.brain,
            self.turns,
            self.keeping,
            Queues(ours),
            self.rasa,
            patience=PATIENCE,
            silence=dt.timedelta(hours=2),
        )

    def say(self, *texts: str) -> Turn:
        """The answer to the last of these messages."""
        return [asyncio.run(self.dialogue.say("mine", text=text)) for text in texts][-1]

    def tap(self, turn: Turn, label: str) -> Turn:
        """The answer to a tapped choice."""
        payload = next(c.payload for card in turn.cards for c in card.choices if c.label == label)
        return asyncio.run(self.dialogue.say("mine", payload=payload))

    def profile(self) -> dict[str, Any]:
        """What is kept of what was told."""
        return dict(self.turns.kept("mine").progress.slots.get("profile") or {})

    def let_pass(self, hours: float) -> None:
        """Some hours go by."""
        with Session(self.ours) as session, session.begin():
            session.execute(update(StoredConversation).values(updated_at=now() - dt.timedelta(hours=hours)))


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """A conversation that has not begun."""
    return Talk(tmp_path)


def shown(turn: Turn) -> str:
    """All words on the cards."""
    lines = [line.text for card in turn.cards for section in card.sections for line in section.lines]
    return " ".join([*lines, *(choice.label for card in turn.cards for choice in card.choices)])


# ---- Rasa away -------------------------------------------------------------------------------------------------
def test_what_is_told_while_rasa_is_away_is_kept(talk: Talk) -> None:
    """The facts of a message that Rasa missed stand, the next question is asked, and Rasa is told before the next message."""
    assert talk.say("饭店不干了，个体的").asks.key == "place"
    talk.rasa.away = 1
    turn = talk.say("示例县")
    assert phrases.DIALOGUE_AWAY in shown(turn)
    assert turn.asks.key == "licences"
    assert talk.turns.kept("mine").progress.unheard
    turn = talk.say("就一个食品经营许可证")
    assert phrases.DIALOGUE_AWAY not in shown(turn)
    assert [(told.asked, told.slots["profile"]["place"]) for told in talk.rasa.told] == [("licences", "shilixian")]
    assert not talk.turns.kept("mine").progress.unheard
    assert talk.profile()["licences"] == ["shipin-jingying-xuke"]


def test_messages_at_once_are_answered_in_their_order(talk: Talk) -> None:
    """Ten messages of one conversation at once, the first of them slow: heard and kept as they came."""
    texts = [f"第{n}句" for n in range(10)]

    async def all_at_once() -> None:
        await asyncio.gather(*(talk.dialogue.say("mine", text=one) for one in texts))

    asyncio.run(all_at_once())
    assert talk.rasa.heard == texts
    assert [said for said, _ in talk.turns.last("mine")] == texts


def test_action_that_raises_still_ends_in_a_sentence(talk: Talk) -> None:
    """Where our own action fails the finder answers; where that fails, too, an honest sentence does."""

    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("broken")

    class FactsBroken(Brain):
        facts = property(lambda self: Broken())  # type: ignore[assignment]

    brain = FactsBroken(talk.brain.knowledge, talk.brain.finder, talk.brain.issue)
    exchange = Exchange("k", Progress({"profile": {"place": "shilixian"}}, "licences", 3))
    done = answered_alone(brain, exchange, Said("食品经营许可证怎么注销"))
    assert done.turns[0].status == "answered"
    assert (done.after.slots, done.after.asked) == (exchange.before.slots, "licences")
    broken = replace(brain, finder=Broken())
    done = answered_alone(broken, exchange, Said("食品经营许可证怎么注销"))
    assert done.turns[0].status == "failed"
    assert done.after.slots == exchange.before.slots


def test_own_database_away_stops_no_answer(talk: Talk) -> None:
    """An answer that cannot be stored still goes out; where nothing can be read, the sentence says so."""
    talk.say("饭店不干了")
    with talk.ours.begin() as connection:
        connection.execute(text("DROP TABLE turns"))
    assert talk.say("个体").asks.key == "place"
    with talk.ours.begin() as connection:
        connection.execute(text("DROP TABLE conversations"))
    assert shown(talk.say("示例县")) == phrases.OUR_FAULT


def test_silent_rasa_is_asked_again_only_after_a_moment(talk: Talk) -> None:
    """One message waits for a Rasa that cannot be reached; the next do not, until the moment is over."""
    rasa = Rasa(["http://127.0.0.1:9"], PATIENCE, talk.exchanges)

    def ask() -> str:
        with pytest.raises(DialogueAway) as away:
            asyncio.run(rasa.say("mine", Exchange(token_hex(8), Progress()), "你好", {}, time.monotonic() + PATIENCE))
        return str(away.value)

    assert "silent a moment ago" not in ask()
    assert "silent a moment ago" in ask()
    rasa._workers[0].silent_until = 0.0
    assert "silent a moment ago" not in ask()


def test_conversation_stays_with_its_rasa_unless_that_is_silent(talk: Talk) -> None:
    """Of several Rasa processes a conversation has one; while that is silent another one, and then its own again."""
    rasa = Rasa(["http://127.0.0.1:9", "http://127.0.0.1:10"], PATIENCE, talk.exchanges)
    own, other = rasa._order("mine")
    assert all(rasa._order("mine") == [own, other] for _ in range(3))
    assert {id(rasa._order(f"talk{n}")[0]) for n in range(20)} == {id(worker) for worker in rasa._workers}
    own.silent_until = time.monotonic() + 60
    assert rasa._order("mine") == [other]
    own.silent_until = 0.0
    assert rasa._order("mine")[0] is own


@pytest.mark.parametrize("broken", [httpx.ConnectError, httpx.ReadError])
def test_message_goes_to_another_rasa_only_where_nothing_was_sent(
    talk: Talk, broken: type[httpx.TransportError]
) -> None:
    """Where nobody listens the next process hears it; what may have been heard already is not said twice."""
    rasa = Rasa(["http://first", "http://second"], PATIENCE, talk.exchanges)
    own, other = rasa._order("mine")
    heard: list[str] = []

    def fails(request: httpx.Request) -> httpx.Response:
        raise broken("gone", request=request)

    def hears(request: httpx.Request) -> httpx.Response:
        heard.append(request.url.path)
        return httpx.Response(200, json=[])

    for worker, handler in ((own, fails), (other, hears)):
        worker.client = httpx.AsyncClient(base_url="http://rasa", transport=httpx.MockTransport(handler))
    with pytest.raises(DialogueAway):  # nobody answers in our name here
        asyncio.run(rasa.say("mine", Exchange("k", Progress()), "你好", {}, time.monotonic() + PATIENCE))
    assert heard == (["/webhooks/rest/webhook"] if broken is httpx.ConnectError else [])


@pytest.mark.parametrize(("conversation", "safe"), [("Ab_9-" * 4, True), ("老王", False), ("../x", False), ("", False)])
def test_conversation_has_a_name_that_fits_an_address(conversation: str, safe: bool) -> None:
    """Rasa's name of a conversation can stand in a path; different conversations have different ones."""
    assert (sender_of(conversation) == conversation) is safe
    assert sender_of(conversation).replace("_", "").replace("-", "").isalnum()
    assert sender_of(conversation) != sender_of(conversation + "x")


# ---- the webhook -----------------------------------------------------------------------------------------------
@pytest.fixture
def call(talk: Talk) -> Callable[[str, dict[str, Any]], int]:
    """Call an action as Rasa does, while a message with the key `now` is on its way; gives the HTTP status."""
    parts = dict.fromkeys(Service.__dataclass_fields__)
    parts |= {"conversations": talk.dialogue, "brain": talk.brain, "knowledge": talk.brain.knowledge}
    parts |= {"exchanges": talk.exchanges}
    app = FastAPI()
    app.state.service = Service(**{**parts, "actions_secret": "s"})  # type: ignore[arg-type]
    app.include_router(webhook.router)
    talk.exchanges.open("mine", Exchange("now", Progress({}, None, 4)))

    def called(key: str, slots: dict[str, Any]) -> int:
        message = {"text": "食品证", "metadata": {"exchange": key}}
        body = {"next_action": "action_answer", "sender_id": "mine"}
        body |= {"tracker": {"slots": slots, "latest_message": message}}  # type: ignore[dict-item]
        return TestClient(app).post("/internal/actions/s", json=body).status_code

    return called


def on_its_way(talk: Talk) -> Exchange:
    """The exchange as any process finds it."""
    found = talk.exchanges.find("now")
    assert found is not None
    return found


def test_late_action_is_refused(call: Callable[..., int], talk: Talk) -> None:
    """An action for a message that was answered otherwise meanwhile does nothing."""
    assert call("earlier", {"memory": {"heard": 4}}) == 409
    assert on_its_way(talk).turns == []


def test_rasa_that_forgot_is_refused(call: Callable[..., int], talk: Talk) -> None:
    """A Rasa whose memory ends before the last message does not decide on the next one."""
    assert call("now", {"memory": {"heard": 3}}) == 409
    assert call("now", {}) == 409
    assert on_its_way(talk).turns == []
    assert call("now", {"memory": {"heard": 4}}) == 200
    assert on_its_way(talk).after.number == 5


# ---- return ----------------------------------------------------------------------------------------------------
def test_return_after_silence_says_where_we_were(talk: Talk) -> None:
    """The first reply after two hours begins with one line and two choices, and what was said is taken in."""
    talk.say("饭店不干了，个体的")
    talk.let_pass(2.1)
    turn = talk.say("示例县")
    assert "个体工商户" in shown(turn).split("。")[0]
    assert [choice.label for choice in turn.cards[0].choices] == [phrases.GO_ON, phrases.FROM_THE_START]
    assert talk.profile()["place"] == "shilixian"
    assert phrases.GO_ON not in shown(talk.say("饭店"))


def test_pause_is_no_silence(talk: Talk) -> None:
    """Before the two hours are over nothing is said about it."""
    talk.say("饭店不干了，个体的")
    talk.let_pass(1.9)
    assert phrases.GO_ON not in shown(talk.say("示例县"))


def test_going_on_shows_the_open_question_again(talk: Talk) -> None:
    """接着办 asks what is open, and changes nothing."""
    talk.say("饭店不干了，个体的")
    talk.let_pass(30)
    turn = talk.say("示例县")
    before = talk.turns.kept("mine").progress
    again = talk.tap(turn, phrases.GO_ON)
    assert again.asks.key == "licences"
    assert talk.turns.kept("mine").progress == before


# ---- erasing, messages -----------------------------------------------------------------------------------------
def test_erasing_by_words_is_confirmed_first(talk: Talk) -> None:
    """Words that ask for erasure are answered with what would go; a tap does it, another keeps everything."""
    talk.say("饭店不干了，个体的")
    turn = talk.say("把我的信息删了")
    assert turn.status == "needs_choice"
    assert talk.tap(turn, phrases.ERASE_NOT).status == "answered"
    assert talk.profile()
    turn = talk.tap(talk.say("清空对话"), phrases.ERASE_ONLY)
    assert phrases.ERASED in shown(turn)
    assert talk.turns.last("mine") == []
    assert talk.turns.kept("mine") == talk.turns.kept("new")


@pytest.mark.parametrize("said", ["把我的烟草证删掉", "信息登记怎么注销", "我要注销食品证", "清单删了一样咋办"])
def test_licences_are_no_records(talk: Talk, said: str) -> None:
    """Getting rid of a licence is not taken for erasing the conversation."""
    assert phrases.ERASE_SURE not in shown(talk.say(said))


def test_message_wish_keeps_the_question_open(talk: Talk) -> None:
    """Leaving a message is told how, and the question that was open stays open."""
    talk.say("饭店不干了，个体的")
    turn = talk.say("我想给窗口留言")
    assert (turn.status, turn.asks.key) == ("handed_over", "place")
    assert talk.say("示例县").asks.key == "licences"


def test_told_facts_are_shown_without_a_turn(talk: Talk) -> None:
    """我说过的 can be looked at any number of times: nothing is added to the conversation."""
    assert talk.dialogue.told("mine") is None
    talk.say("饭店不干了，个体的，在示例县")
    first, second = talk.dialogue.told("mine"), talk.dialogue.told("mine")
    assert first == second
    assert first is not None
    assert "示例县" in shown(Turn(status="answered", cards=(first,)))
    assert len(talk.turns.last("mine")) == 1


# ---- without Rasa ----------------------------------------------------------------------------------------------
RULES = [rule for rule in rules_of(yaml.safe_load((ROOT / "nlu/data/rules.yml").read_text("utf-8"))) if rule.intent]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_is_known_without_rasa(rule: Rule) -> None:
    """What a rule of nlu/ begins with is what we begin with where Rasa is away."""
    first = "validate_checklist_form" if rule.actions[0] == "checklist_form" else rule.actions[0]
    assert first_action(str(rule.intent), in_form=rule.in_form) == first


@pytest.mark.parametrize(
    ("said", "has", "asks"),
    [
        ("你好", phrases.HELLO, "place"),
        ("谢谢啊", phrases.THANKS, "place"),
        ("转人工", "12345", "place"),
        ("为啥问这个", phrases.WHY_ASKED["place"], "place"),
        ("你刚才问啥", phrases.REPEATED, "place"),
        ("上一步", phrases.WENT_BACK, "enterprise_type"),
        ("什么破玩意", phrases.CALM, "place"),
        ("讲个笑话", phrases.WHO_AM_I, "place"),
        ("办到哪一步了", phrases.PROGRESS, "place"),
        ("先不弄了", phrases.STOPPED, None),
        ("重新来", phrases.STARTED_OVER, "industry"),
        ("饭店不关了", phrases.STAYS_OPEN, None),
        ("这我哪知道", phrases.SKIPPED, "licences"),
        ("这个不想说", phrases.SKIPPED, "licences"),
        ("卫生许可证咋退", "卫生", "place"),
        ("示例县", "手里都有哪些证", "licences"),
    ],
)
def test_each_kind_of_message_is_answered_without_rasa(talk: Talk, said: str, has: str, asks: str | None) -> None:
    """In the middle of the questions, with Rasa away: the reply of its kind, then the question that is open, or none."""
    talk.rasa.away = 10
    talk.say("饭店不干了", "个体")
    turn = talk.say(said)
    assert has in shown(turn)
    assert (turn.asks.key if turn.asks else None) == asks
