"""A channel that is off: people read where to go instead, at once and in every process, and the staff can still come in."""

import asyncio
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from api import chat, pages, staff
from api import switches as following
from api.app import create_app
from api.limits import Gate, let_in
from api.switches import followed
from assistant import phrases
from assistant.channels import Channel, Switches
from assistant.checklist.profile import Profile
from assistant.cli_channel import channel
from assistant.db import connected
from assistant.errors import DaobanError
from assistant.settings import Settings, from_environment
from assistant.staff.audit import Audit
from tests.page_app import page_app
from tests.wechat import builders as b
from tests.wechat.builders import Slow, WeChat, at_the_door, wechat_app
from tests.wechat.test_webhook import Door

WHERE_TO_GO = (phrases.CHANNEL_OFF, "12345", "代办服务专窗")


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path))


def typed(*arguments: str) -> Result:
    """The result of one command of `daoban channel`."""
    return CliRunner().invoke(channel, arguments)


def log() -> list[tuple[str, str, str]]:
    """The log, oldest first."""
    settings = from_environment()
    deeds = Audit(connected(settings.database_url), settings.data).latest()
    return [(deed.who, deed.sentence, deed.about) for deed in reversed(deeds)]


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The pages of the people and of the staff behind the switches of the data folder."""
    inner = page_app()
    app = FastAPI(dependencies=[Depends(let_in)])
    app.state.service, app.state.folder = inner.state.service, inner.state.folder
    app.state.gate = Gate(Switches(tmp_path))
    for part in (chat, pages, staff):
        app.include_router(part.router)
    pages.register_errors(app)
    return app


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    """Somebody with a browser."""
    return TestClient(app, follow_redirects=False)


def tells_where_to_go(text: str) -> bool:
    """Whether all is said: that it is off, the hotline, the window."""
    return all(part in text for part in WHERE_TO_GO)


# ---- the web


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/"), ("GET", "/form"), ("POST", "/form")])
def test_page_tells_where_to_go(visitor: TestClient, method: str, path: str) -> None:
    """A page in kind words, and the status that programs understand; on again, the usual page."""
    typed("off", "web", "--reason", "内容要核一遍")
    off = visitor.request(method, path, data={"text": "食品证", "licences": "shipin"} if method == "POST" else None)
    assert off.status_code == 503
    assert tells_where_to_go(off.text)
    assert "内容要核一遍" not in off.text
    typed("on", "web")
    assert visitor.get(path).status_code == 200


def test_conversation_gets_a_card(app: FastAPI, visitor: TestClient) -> None:
    """Programs and pages that are open get a card that sends people to people; the dialogue hears nothing."""
    typed("off", "web", "--reason", "内容要核一遍")
    answer = visitor.post("/api/chat", json={"conversation_id": "me", "text": "食品证"})
    assert (answer.status_code, answer.json()["status"]) == (200, "handed_over")
    assert answer.json()["conversation_id"] == "me"
    assert tells_where_to_go(answer.text)
    here = visitor.post("/say", data={"text": "食品证"})
    assert here.status_code == 200
    assert tells_where_to_go(here.text)
    assert app.state.service.conversations.last("me") == []


def test_what_was_given_out_can_be_read(app: FastAPI, visitor: TestClient) -> None:
    """Checklists and their papers, guides, how far a case is, a message to the window."""
    facts = Profile(enterprise_type="geti", place="shilixian", licences=("shipin",))
    token, _ = app.state.service.checklists.issue(facts)
    typed("off", "web", "--reason", "内容要核一遍")
    for path in (f"/c/{token}", f"/c/{token}.ics", "/guides/shipin", "/progress", "/message"):
        assert visitor.get(path).status_code == 200, path


def test_staff_can_still_come_in(visitor: TestClient) -> None:
    """Whatever is off: their door is open, and what lies behind it leads there."""
    for one in Channel:
        typed("off", one.value, "--reason", "演练")
    assert visitor.get("/staff/sign-in").status_code == 200
    behind = visitor.get("/staff", headers={"Accept": "text/html"})
    assert behind.headers["location"].startswith("/staff/sign-in")


# ---- the other channels


def test_wechat_is_told_where_to_go(tmp_path: Path) -> None:
    """A reply in WeChat, and nothing reaches the dialogue; the web goes on. On again, the next message is answered."""
    engine = connected(f"sqlite:///{tmp_path}/door.db")
    talk, other = Slow(engine), WeChat()
    app = wechat_app(engine, talk)
    app.state.gate = Gate(Switches(tmp_path))

    async def told(text: str) -> str:
        async with at_the_door(app) as door:
            query, body = other.delivery(b.words(text))
            response = await door.post("/wechat", params=query, content=body)
            return other.opened(response.text)["Content"]

    typed("off", "wechat", "--reason", "号被仿冒")
    assert tells_where_to_go(asyncio.run(told("食品证")))
    assert talk.asked == []
    typed("on", "wechat")
    assert "食品经营许可证" in asyncio.run(told("食品证"))
    engine.dispose()


def test_webhook_is_told_where_to_go(tmp_path: Path) -> None:
    """A message in the shape of every other, with the status that sends people to people."""
    door = Door(tmp_path)
    door.app.state.gate = Gate(Switches(tmp_path))
    typed("off", "webhook", "--reason", "对方在查")
    answer = door.send(text="食品证怎么退")
    assert (answer.status_code, answer.json()["status"], answer.json()["choices"]) == (200, "handed_over", [])
    assert tells_where_to_go(answer.text)
    assert door.talk.heard == []
    typed("on", "webhook")
    assert door.send(text="食品证怎么退", id="2").json()["status"] == "answered"
    door.engine.dispose()


def test_one_channel_off_leaves_the_others(visitor: TestClient) -> None:
    """WeChat off, the page is as usual."""
    typed("off", "wechat", "--reason", "号被仿冒")
    assert visitor.get("/").status_code == 200


# ---- the command


def test_every_switch_is_in_the_log() -> None:
    """Who, which, why; twice on is said and not noted twice."""
    typed("off", "wechat", "--reason", "  号被\n仿冒  ")
    assert "号被 仿冒" in typed("list").output
    typed("on", "wechat")
    assert "本来就开着" in typed("on", "wechat").output
    assert log() == [("命令行", "停了渠道", "wechat 号被 仿冒"), ("命令行", "开了渠道", "wechat")]
    assert typed("list").output.count("开着") == 3


@pytest.mark.parametrize("reason", ["", "  ", "长" * 61])
def test_no_reason_no_switch(tmp_path: Path, reason: str) -> None:
    """Without a reason that fits into the log nothing is switched."""
    assert isinstance(typed("off", "web", "--reason", reason).exception, DaobanError)
    assert typed("off", "web").exit_code != 0
    assert not Switches(tmp_path).is_off(Channel.WEB)
    assert log() == []


def test_switch_works_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong may be the database: the channel is off all the same, and it is said that nobody wrote it down."""
    monkeypatch.setenv("DAOBAN_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    result = typed("off", "web", "--reason", "数据库坏了")
    assert Switches(tmp_path).is_off(Channel.WEB)
    assert result.exit_code == 1
    assert "没写进操作记录" in result.output


# ---- several hosts


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Switches]:
    """Two hosts with data folders of their own and one database."""
    monkeypatch.setenv("DAOBAN_DATABASE", f"sqlite:///{tmp_path}/shared.db")
    return {name: Switches(tmp_path / name) for name in ("one", "other")}


def follows(switches: Switches) -> None:
    """A host looks into the log."""
    settings = from_environment()
    followed(switches, Audit(connected(settings.database_url), settings.data))


def at_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, *arguments: str) -> Result:
    """A command typed at one of the hosts."""
    monkeypatch.setenv("DAOBAN_DATA", str(tmp_path / name))
    return typed(*arguments)


def test_other_hosts_follow(hosts: dict[str, Switches], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off here, it is off there with the same reason and moment; on there, it is on here; looking twice changes nothing."""
    at_host(monkeypatch, tmp_path, "one", "off", "wechat", "--reason", "号被 仿冒")
    for _ in range(2):
        follows(hosts["other"])
        follows(hosts["one"])
    here, there = (hosts[name].off(Channel.WECHAT) for name in hosts)
    assert here == there is not None
    assert there.reason == "号被 仿冒"
    assert hosts["other"].off(Channel.WEB) is None
    at_host(monkeypatch, tmp_path, "other", "on", "wechat")
    follows(hosts["one"])
    assert not hosts["one"].is_off(Channel.WECHAT)


def test_what_was_switched_without_the_log_stays(
    hosts: dict[str, Switches], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off while the database was away, a channel is not opened again by lines that were there before."""
    at_host(monkeypatch, tmp_path, "one", "off", "web", "--reason", "演练")
    at_host(monkeypatch, tmp_path, "one", "on", "web")
    follows(hosts["one"])
    hosts["one"].turn_off(Channel.WEB, "数据库坏了")
    follows(hosts["one"])
    assert hosts["one"].is_off(Channel.WEB)


def test_running_service_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that runs on another host closes the channel by itself."""
    monkeypatch.setattr(following, "LOOK_EVERY", 0.01)
    shared = f"sqlite:///{tmp_path}/shared.db"
    monkeypatch.setenv("DAOBAN_DATABASE", shared)
    told = {"encoder": "none", "rasa_port": 1, "demo": True, "database": shared, "data": tmp_path / "other"}
    with TestClient(create_app(Settings(**told)), follow_redirects=False) as elsewhere:
        assert elsewhere.get("/").status_code == 200
        typed("off", "web", "--reason", "内容要核一遍")
        until = time.monotonic() + 30
        while elsewhere.get("/").status_code != 503:
            assert time.monotonic() < until
            time.sleep(0.01)
