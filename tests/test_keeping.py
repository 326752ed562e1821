import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from assistant.cards import Card, Turn, words
from assistant.cli_messages import messages
from assistant.db import StoredCode, StoredConversation, StoredMessage, connected, engine, now
from assistant.handover import Handover
from assistant.issued import IssuedChecklists
from assistant.keeping import Keeping
from assistant.messages import KEPT_DAYS, Messages
from assistant.rasa import sender_of
from assistant.turnlog import Progress, TurnLog
from tests.builders import a_knowledge, an_item

DAYS = 30


class Kept:
    """Everything in which conversations leave traces, in files of a test."""

    def __init__(self, ours: Engine, tracker: Engine) -> None:
        self.ours, self.tracker = ours, tracker
        self.turns, self.messages, self.handover = TurnLog(ours), Messages(ours), Handover(ours)
        self.checklists = IssuedChecklists(a_knowledge(an_item("shipin", "食品经营许可证")), ours)
        self.keeping = Keeping(self.turns, self.messages, self.handover, self.checklists, tracker, DAYS)

    def talk(self, conversation: str, *cards: Card) -> None:
        """Something is said, here and in Rasa's tracker."""
        turn = Turn(status="answered", cards=cards or (words("好"),))
        self.turns.keep(conversation, "食品证怎么退", turn, Progress({"profile": {"place": "shilixian"}}, None, 1))
        self.rasa_hears(sender_of(conversation), now())

    def rasa_hears(self, sender: str, at: dt.datetime) -> None:
        """An event in Rasa's tracker."""
        with self.tracker.begin() as connection:
            values = {"sender": sender, "at": at.timestamp()}
            connection.execute(text("INSERT INTO events (sender_id, timestamp) VALUES (:sender, :at)"), values)

    def rasa_knows(self) -> set[str]:
        """The senders in Rasa's tracker."""
        with self.tracker.connect() as connection:
            return set(connection.scalars(text("SELECT sender_id FROM events")))

    def grow_old(self, conversation: str, days: float) -> None:
        """The last word of a conversation was said so many days ago."""
        then = now() - dt.timedelta(days=days)
        with Session(self.ours) as session, session.begin():
            query = update(StoredConversation).where(StoredConversation.id == conversation)
            session.execute(query.values(updated_at=then))


@pytest.fixture
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Two empty databases."""
    folder = tmp_path_factory.mktemp("kept")
    tracker = engine(f"sqlite:///{folder / 'tracker.db'}")
    with tracker.begin() as connection:
        connection.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, timestamp REAL)"))
    return Kept(connected(f"sqlite:///{folder / 'daoban.db'}"), tracker)


def test_conversation_is_erased_wherever_it_left_a_trace(kept: Kept) -> None:
    """Turns, facts, choices, codes, messages and Rasa's events go; those of others stay."""
    for conversation in ("mine", "theirs"):
        kept.talk(conversation)
        kept.messages.leave(conversation, "证丢了", "", consent=False, checklist=None)
    code = kept.handover.code("mine")
    kept.keeping.erase("mine")
    assert kept.turns.last("mine") == []
    assert kept.turns.kept("mine") == kept.turns.kept("never heard of")
    assert kept.handover.conversation(code) is None
    assert len(kept.messages.waiting()) == 1
    assert kept.rasa_knows() == {"theirs"}
    assert len(kept.turns.last("theirs")) == 1


@pytest.mark.parametrize("too", [False, True])
def test_checklists_go_only_where_that_is_wanted(kept: Kept, too: bool) -> None:
    """A checklist may be in other hands: it is erased with the conversation only on request."""
    from assistant.checklist.profile import Profile
    from assistant.errors import NotFound

    token, _ = kept.checklists.issue(Profile(licences=("shipin",)))
    kept.talk("mine", Card(kind="checklist", checklist={"token": token}))
    kept.keeping.erase("mine", with_checklists=too)
    if too:
        with pytest.raises(NotFound):
            kept.checklists.get(token)
    else:
        assert kept.checklists.get(token).entries


def test_old_conversations_are_purged_in_rasa_too(kept: Kept) -> None:
    """What has had its days goes by itself, what was said later stays."""
    for conversation, days in (("old", DAYS + 0.1), ("young", DAYS - 0.1), ("老王/甲", DAYS + 1)):
        kept.talk(conversation)
        kept.grow_old(conversation, days)
    assert kept.keeping.purge() == 2
    assert kept.turns.ids() == ["young"]
    assert kept.rasa_knows() == {"young"}


def test_purge_empties_rasa_of_whom_we_do_not_know(kept: Kept) -> None:
    """An erasure that could not reach Rasa's database is made up for; a message on its way is left alone."""
    kept.talk("ours")
    kept.rasa_hears("erased once", now() - dt.timedelta(hours=2))
    kept.rasa_hears("just speaking", now())
    kept.keeping.purge()
    assert kept.rasa_knows() == {"ours", "just speaking"}


def test_rasa_database_away_stops_no_erasure(kept: Kept) -> None:
    """Our own records go although Rasa's cannot be reached."""
    kept.talk("mine")
    with kept.tracker.begin() as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
    kept.keeping.erase("mine")
    assert kept.keeping.purge() == 0
    assert kept.turns.last("mine") == []


def test_code_stops_working_after_its_time(kept: Kept) -> None:
    """A code found later leads nowhere; one that is good is read however it is typed."""
    code = kept.handover.code("mine")
    assert kept.handover.conversation(f" {code[:4].upper()}-{code[4:]} ") == "mine"
    with Session(kept.ours) as session, session.begin():
        session.execute(update(StoredCode).values(expires_at=now() - dt.timedelta(seconds=1)))
    assert kept.handover.conversation(code) is None


def test_message_is_marked_as_done_and_purged_after_its_time(kept: Kept) -> None:
    """Staff work the queue off in its order; nothing stays longer than people were told."""
    first, second = (kept.messages.leave("mine", said, "", consent=False, checklist=None) for said in ("一", "二"))
    assert [one.text for one in kept.messages.waiting()] == ["一", "二"]
    assert kept.messages.done(first.id).done_at
    assert [one.id for one in kept.messages.waiting()] == [second.id]
    with Session(kept.ours) as session, session.begin():
        session.execute(update(StoredMessage).values(at=now() - dt.timedelta(days=KEPT_DAYS + 1)))
    kept.keeping.purge()
    assert kept.messages.waiting() == []


def test_messages_are_listed_and_ticked_off_on_the_command_line(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The window reads the queue with a command, and ticks off what is done."""
    url = f"sqlite:///{tmp_path / 'daoban.db'}"
    monkeypatch.setenv("DAOBAN_DATABASE", url)
    left = Messages(connected(url)).leave("mine", "证丢了咋退", "138-0013-8000", consent=True, checklist="abc")
    listed = CliRunner().invoke(messages, [])
    assert "13800138000" in listed.output
    assert "证丢了咋退" in listed.output
    assert "/c/abc" in listed.output
    assert "没有等着办的留言" in CliRunner().invoke(messages, ["--done", str(left.id)]).output
