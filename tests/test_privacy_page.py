"""The page that says what is kept of people."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from assistant.cases.keeping import KEPT_YEARS
from assistant.messages import KEPT_DAYS
from tests.page_app import page_app


@pytest.fixture
def visitor() -> TestClient:
    """A browser without JavaScript."""
    return TestClient(page_app())


def test_privacy_page_tells_the_times_that_are_kept(visitor: TestClient) -> None:
    """The times are those of the settings and of the code, so a city that changes one changes the page."""
    service = visitor.app.state.service  # type: ignore[attr-defined]
    visitor.app.state.service = replace(service, settings=replace(service.settings, kept_days=17))  # type: ignore[attr-defined]
    page = visitor.get("/privacy").text
    for words in ("留 17 天", f"留 {KEPT_DAYS} 天", f"留 {KEPT_YEARS} 年"):
        assert words in page


def test_privacy_page_leads_to_what_it_promises(visitor: TestClient) -> None:
    """Each link on it opens, and erasing is one of them."""
    main = visitor.get("/privacy").text.split("<main", 1)[1].split("</main>")[0]
    links = set(re.findall(r'href="(/[^"]*)"', main))
    assert links == {"/new", "/told", "/message"}
    assert [one for one in links if visitor.get(one).status_code != 200] == []


def test_privacy_page_is_one_link_away_from_every_page(visitor: TestClient) -> None:
    """It stands at the foot of the pages of the people."""
    for path in ("/", "/form", "/guides", "/progress", "/new", "/privacy"):
        assert 'href="/privacy"' in visitor.get(path).text, path


def test_privacy_page_leaves_nothing_in_the_browser(visitor: TestClient) -> None:
    """Who reads it gets no number."""
    visitor.get("/privacy")
    assert not visitor.cookies


def test_channel_that_is_not_there_is_not_told_of(visitor: TestClient) -> None:
    """Without an official account nothing is said of one."""
    assert "公众号" not in visitor.get("/privacy").text
