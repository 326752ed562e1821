import base64
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.page_links import GOOD_FOR, PATH, PageLinks
from tests.page_app import page_app

BEGAN = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
TALK = "wx-Zk3n0PVb1sUdKq8w2LmT9xYa"
SECRET = "a secret of the tests"


def links(at: dt.datetime = BEGAN, secret: str = SECRET) -> PageLinks:
    """Links as they are made and read at one moment."""
    return PageLinks(secret, lambda: at)


def a_link(talk: str = TALK, at: dt.datetime = BEGAN) -> str:
    """The part of an address that is the link."""
    path = links(at).path(talk)
    assert path.startswith(PATH)
    return path.removeprefix(PATH)


@pytest.fixture
def app() -> FastAPI:
    """The pages, with the secret of the tests."""
    made = page_app()
    made.state.service = replace(made.state.service, actions_secret=SECRET)
    return made


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """A browser that was never here."""
    with TestClient(app) as client:
        yield client


def fresh(talk: str = TALK) -> str:
    """A link made now."""
    return a_link(talk, dt.datetime.now(dt.UTC))


# ---- the link itself
@pytest.mark.parametrize("after", [dt.timedelta(0), MINUTE, GOOD_FOR - MINUTE])
def test_link_gives_its_conversation_for_half_an_hour(after: dt.timedelta) -> None:
    """Until its time is over a link leads to the conversation it was made for."""
    assert links(BEGAN + after).conversation(a_link()) == TALK


@pytest.mark.parametrize("after", [GOOD_FOR + MINUTE, dt.timedelta(days=400), -2 * MINUTE])
def test_link_is_refused_outside_its_time(after: dt.timedelta) -> None:
    """One that is too old gives nothing, nor does one that claims to be made in the future."""
    assert links(BEGAN + after).conversation(a_link()) is None


def test_link_of_another_secret_is_refused() -> None:
    """Nobody makes links without our secret."""
    assert links(secret="another").conversation(a_link()) is None


def test_every_changed_character_breaks_the_link() -> None:
    """Whatever single character is changed, the link gives nothing."""
    link = a_link()
    for place, letter in enumerate(link):
        other = link[:place] + ("A" if letter != "A" else "B") + link[place + 1 :]
        # The last character may carry bits that stand for nothing.
        decoded = [base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in (link, other)]
        assert decoded[0] == decoded[1] or links().conversation(other) is None, place


@pytest.mark.parametrize("link", ["", "x", "=", "%", "甲" * 20, "\x00", "A" * 120, "gAAAAA", "A" * 100_000, "a b c"])
def test_what_is_no_link_gives_nothing(link: str) -> None:
    """Anything else, however long or strange, is answered with nothing and raises nothing."""
    assert links().conversation(link) is None
    assert not links().leads_to(link, TALK)


def test_link_shows_nothing_of_the_conversation() -> None:
    """What stands in a chat, and may be passed on, holds no number that anybody could use; two links look different."""
    link = a_link()
    assert re.fullmatch(r"[A-Za-z0-9_-]{100,200}", link)
    raw = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
    assert TALK.encode() not in raw
    assert TALK not in link
    assert a_link() != link


# ---- the page
def test_link_asks_before_it_goes_on(app: FastAPI, visitor: TestClient) -> None:
    """Opening the link, as WeChat's own look at it does, changes nothing; the button brings the conversation, no code asked."""
    with TestClient(app) as chat:
        chat.cookies.set("daoban_talk", TALK)
        chat.post("/", data={"text": "食品证怎么退"})
    link = fresh()
    asked = visitor.get("/on", params={"link": link})
    assert asked.status_code == 200
    assert "daoban_talk" not in visitor.cookies
    assert 'name="code"' not in asked.text
    assert f'name="link" value="{link}"' in asked.text
    assert "食品证怎么退" not in visitor.get("/").text
    assert "食品证怎么退" in visitor.post("/on", data={"link": link}).text
    assert visitor.cookies["daoban_talk"] == TALK


@pytest.mark.parametrize("age", [MINUTE, 10 * GOOD_FOR])
def test_link_opened_again_goes_straight_on(visitor: TestClient, age: dt.timedelta) -> None:
    """Who is in the conversation already needs no button, not even when the link has grown old in the chat."""
    visitor.cookies.set("daoban_talk", TALK)
    link = a_link(at=dt.datetime.now(dt.UTC) - age)
    answer = visitor.get("/on", params={"link": link}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/#end")


@pytest.mark.parametrize("way", ["get", "post"])
def test_old_link_leads_nowhere(visitor: TestClient, way: str) -> None:
    """A link whose time is over gives no conversation, and says where to get another."""
    old = a_link(at=dt.datetime.now(dt.UTC) - GOOD_FOR - MINUTE)
    sent = {"params": {"link": old}} if way == "get" else {"data": {"link": old}}
    answer = visitor.request(way, "/on", **sent)
    assert answer.status_code == 404
    assert "过期" in answer.text
    assert "daoban_talk" not in visitor.cookies


def test_link_warns_who_has_another_conversation(visitor: TestClient) -> None:
    """A browser with a conversation of its own is told that it changes; until the button nothing has."""
    visitor.post("/", data={"text": "哪些证"})
    mine = visitor.cookies["daoban_talk"]
    assert "会换成那一段" in visitor.get("/on", params={"link": fresh()}).text
    assert visitor.cookies["daoban_talk"] == mine


def test_pages_of_a_link_are_not_kept(visitor: TestClient) -> None:
    """No browser keeps a copy of the page that holds the link."""
    assert visitor.get("/on", params={"link": fresh()}).headers["cache-control"] == "no-store"
