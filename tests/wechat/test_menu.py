"""The menu and the commands about it, as somebody types them on the server."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.actions.brain import Brain
from assistant.actions.said import Said
from assistant.alone import answered_alone
from assistant.cli_wechat import wechat
from assistant.db import connected
from assistant.errors import DaobanError, SettingsError
from assistant.exchanges import Exchange
from assistant.hearing import intent_of
from assistant.knowledge.load import load
from assistant.retrieval.equipment import equipped
from assistant.retrieval.finder import Finder
from assistant.settings import Settings, from_environment
from assistant.turnlog import Progress
from assistant.wechat.inbound import Kind, heard
from assistant.wechat.menu import ASK, HUMAN, LIST, menu
from tests import vectors
from tests.wechat.fake_api import APP_ID, SECRET, FakeWeChat, Fault
from tests.wechat.our_side import SOMEBODY, met, put, sent_all

TOKEN = "the0token0of0the0account"


@pytest.fixture(autouse=True)
def _connected(tmp_path: Path, fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.clock = time.time  # as the commands have it
    told = {"APP_ID": APP_ID, "TOKEN": TOKEN, "SECRET": SECRET, "VERIFIED": "1", "API": fake.url}
    for name, value in told.items():
        monkeypatch.setenv(f"DAOBAN_WECHAT_{name}", value)
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path))
    monkeypatch.setenv("DAOBAN_PUBLIC_URL", "https://daoban.example/")


def typed(*arguments: str) -> Result:
    """The result of one command, which must not have failed on its own account."""
    result = CliRunner().invoke(wechat, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit | DaobanError), result.exception
    assert SECRET not in result.output + str(result.exception)
    assert TOKEN not in result.output + str(result.exception)
    return result


def buttons() -> list[dict[str, str]]:
    """All buttons that do something."""
    return [below for one in menu("https://daoban.example")["button"] for below in one.get("sub_button", [one])]


def test_menu_is_taken_by_wechat(fake: FakeWeChat) -> None:
    """With its five buttons, the page at the address of ours."""
    output = typed("menu").output
    (taken,) = fake.taken
    assert taken.body == menu("https://daoban.example")
    for name in ("查怎么退证", "开清单", "办到哪了", "打开网页", "人工"):
        assert name in output
    assert [one["url"] for one in buttons() if one["type"] == "view"] == ["https://daoban.example/"]


@pytest.mark.parametrize("button", [one for one in buttons() if one["type"] == "click"], ids=lambda one: one["name"])
def test_key_of_a_button_is_heard_as_if_it_had_been_typed(button: dict[str, str]) -> None:
    """A tap arrives with the sentence that its button stands for."""
    fields = {"FromUserName": SOMEBODY, "ToUserName": "gh_1", "CreateTime": "1", "MsgType": "event"}
    tapped = heard(fields | {"Event": "CLICK", "EventKey": button["key"]})
    assert (tapped.kind, tapped.text) == (Kind.TAPPED, button["key"])


@pytest.fixture(scope="module")
def brain() -> Brain:
    """What answers, over the real knowledge."""
    settings = Settings()
    knowledge = load(settings.knowledge)
    equipment = equipped(settings.encoder_path, vectors.kept())
    return Brain(knowledge, Finder(knowledge, equipment.encoder, equipment.model), lambda *_: "", demo=False)


@pytest.mark.parametrize("intent", ["ask", "tell", "nlu_fallback"])
@pytest.mark.parametrize(("sentence", "asked"), [(ASK, "industry"), (LIST, "enterprise_type")])
def test_buttons_lead_to_their_first_question(brain: Brain, sentence: str, asked: str, intent: str) -> None:
    """Whatever Rasa takes the sentence for: which licence it is about, or the first question of a checklist."""
    last = answered_alone(brain, Exchange("k", Progress()), Said(sentence, intent=intent)).turns[-1]
    assert last.asks
    assert last.asks.key == asked


def test_button_for_a_person_is_what_rasa_was_taught() -> None:
    """Word for word among the examples of that intent."""
    assert intent_of(HUMAN) == "human"


def test_menu_without_an_address_of_ours_is_refused(fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page could not be opened."""
    monkeypatch.setenv("DAOBAN_PUBLIC_URL", "")
    assert isinstance(typed("menu").exception, SettingsError)
    assert fake.taken == []


def test_menu_without_a_secret_is_refused(fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could not be sent."""
    monkeypatch.setenv("DAOBAN_WECHAT_SECRET", "")
    monkeypatch.setenv("DAOBAN_WECHAT_VERIFIED", "0")
    assert "DAOBAN_WECHAT_SECRET" in str(typed("menu").exception)
    assert fake.calls.total() == 0


def test_menu_that_wechat_refuses_is_told_with_its_code(fake: FakeWeChat) -> None:
    """One Chinese sentence, not a traceback."""
    fake.fails("menu/create", Fault(code=48001))
    assert "没有这个接口的权限（微信返回码 48001）" in str(typed("menu").exception)


def test_check_fetches_the_token_and_names_what_is_set(fake: FakeWeChat) -> None:
    """What is set is named; what is secret is not shown; what WeChat's form wants is told."""
    result = typed("check")
    assert result.exit_code == 0
    assert "微信令牌：取到了" in result.output
    assert "https://daoban.example/wechat" in result.output
    assert "只收明文" in result.output
    assert fake.fetches == [False]


def test_check_says_why_there_is_no_token(fake: FakeWeChat) -> None:
    """The commonest fault of a new account: the machine is not on the list of addresses."""
    fake.fails("stable_token", Fault(code=40164))
    result = typed("check")
    assert result.exit_code == 1
    assert "IP 白名单" in result.output


def test_check_of_nothing_says_what_to_set(monkeypatch: pytest.MonkeyPatch, fake: FakeWeChat) -> None:
    """Where no account is connected it says how to connect one."""
    for name in ("APP_ID", "TOKEN", "SECRET", "VERIFIED"):
        monkeypatch.setenv(f"DAOBAN_WECHAT_{name}", "")
    assert "DAOBAN_WECHAT_APP_ID" in str(typed("check").exception)
    assert fake.calls.total() == 0


def test_check_names_a_template_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template needs its fields."""
    monkeypatch.setenv("DAOBAN_WECHAT_TEMPLATE", "only-the-id")
    assert isinstance(typed("check").exception, SettingsError)


def test_check_counts_what_did_not_go_out(fake: FakeWeChat) -> None:
    """With the reasons that WeChat gave."""
    engine = connected(from_environment().database_url)
    for number in range(3):
        met(fake, engine, f"o-{number}")
        put(fake, engine, f"o-{number}", "好了")
    fake.fails("custom/send", Fault(code=45002), Fault(code=45002))
    sent_all(fake, engine)
    output = typed("check").output
    assert "七天里发出：1 条；没发出去：2 条" in output
    assert "2 条：消息太长（微信返回码 45002）" in output
