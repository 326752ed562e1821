"""The shelf of the guides: every filter shows those it means and no others, says how many, and lets go again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.editors.shelf import Wish, filters
from assistant.cards import Card, ItemRef, Turn
from assistant.cases.store import Cases
from assistant.cases.tables import StoredCase, StoredRating
from assistant.db import now
from assistant.desk import counted
from assistant.desk.drafts import Drafts
from assistant.desk.shelf import Row, chosen
from assistant.knowledge import model as m
from assistant.knowledge.coverage import ELEMENTS
from assistant.knowledge.load import load
from assistant.staff.roles import Role
from assistant.turnlog import TurnLog
from assistant.wrong_facts import FAULTS, Fact, WrongFacts
from tests.cases.builders import an_entry, opened
from tests.desk.builders import GUIDE
from tests.staff.builders import at_work


@pytest.fixture
def engine(app: FastAPI) -> Engine:
    """The database behind the pages."""
    found: Engine = app.state.service.checklists.engine
    return found


def listed(client: TestClient, query: str = "") -> list[str]:
    """The names of the guides on the shelf, in order."""
    page = client.get(f"/editors{query}").text
    return re.findall(r'<th scope="row"><a href="/editors/edit/guides/[\w-]+\.yaml">([^<]+)</a>', page)


def test_shelf_has_every_guide_in_the_order_of_the_catalogue(editor: TestClient) -> None:
    """Items, then topics."""
    assert listed(editor) == ["歌厅许可", "网吧许可", "税务注销"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=gt", ["歌厅许可"]),
        ("?q=唱歌", ["歌厅许可"]),
        ("?department=文旅局", ["歌厅许可", "网吧许可", "税务注销"]),
        ("?state=open", ["歌厅许可", "网吧许可", "税务注销"]),
        ("?state=confirmed", []),
        ("?missing=受理条件", []),
        ("?missing=申请材料", ["网吧许可", "税务注销"]),
        ("?missing=申请材料&q=税", ["税务注销"]),
        ("?stale=1", []),
        ("?missing=没有这一样", ["歌厅许可", "网吧许可", "税务注销"]),
    ],
)
def test_shelf_shows_what_is_wished(editor: TestClient, query: str, names: list[str]) -> None:
    """Words and filters work together."""
    assert listed(editor, query) == names


TODAY = dt.date(2026, 11, 22)
SOON = TODAY + dt.timedelta(days=90)
NAMES = tuple(ELEMENTS)


def a_row(own: str, *states: m.State | None, department: str = "文旅局", **facts: Any) -> Row:
    """A guide on the shelf, with these states of its first elements."""
    usual = {"reviewed_on": TODAY, "review_by": SOON, "published": True, "draft": None}
    return Row(own, own, department, dict(zip(NAMES, states, strict=False)), **{**usual, **facts})


SHELF = [
    a_row("confirmed", m.State.CONFIRMED, m.State.CONFIRMED, asked=2),
    a_row("sourced", m.State.CONFIRMED, m.State.SOURCED, department="税务局", blamed=3),
    a_row("unconfirmed", m.State.OPEN, m.State.SOURCED, asked=5, blamed=1),
    a_row("missing", m.State.SOURCED, None, department="税务局"),
    a_row("overdue", m.State.CONFIRMED, review_by=TODAY - dt.timedelta(days=1)),
    a_row("long-ago", m.State.CONFIRMED, reviewed_on=TODAY - dt.timedelta(days=367)),
    a_row("nobody-looks", m.State.CONFIRMED, review_by=None),
    a_row("unwritten", published=False, reviewed_on=None, review_by=None),
]


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        (Wish(department="税务局"), ["sourced", "missing"]),
        (Wish(state="confirmed"), ["confirmed", "overdue", "long-ago", "nobody-looks"]),
        (Wish(state="sourced"), ["sourced"]),
        (Wish(state="open"), ["unconfirmed", "missing"]),
        (Wish(state="unpublished"), ["unwritten"]),
        (Wish(missing=NAMES[1]), ["missing"]),
        (Wish(missing=NAMES[0]), []),
        (Wish(stale="1"), ["overdue", "long-ago", "nobody-looks"]),
        (Wish(department="税务局", state="open"), ["missing"]),
        (Wish(order="asked"), ["unconfirmed", "confirmed", *[row.id for row in SHELF if not row.asked]]),
        (Wish(order="blamed"), ["sourced", "unconfirmed", *[row.id for row in SHELF if not row.blamed]]),
    ],
)
def test_filter_shows_those_and_no_others(wish: Wish, found: list[str]) -> None:
    """Department, state, 待核, what is missing, what is old, most asked, most blamed: each by itself, and together."""
    assert [row.id for row in chosen(SHELF, wish, TODAY, None)] == found


def test_filter_counts_what_is_behind_it() -> None:
    """The figure on a filter is the number of guides it leads to, when the other wishes stay."""
    wish = Wish(department="税务局")
    told = {
        (key, link.label): (link.count, link.on) for key, links in filters(SHELF, wish, TODAY).items() for link in links
    }
    assert told["state", "有待核的"] == told["state", "没有待核"] == (1, False)
    assert ("state", "全部已核") not in told
    assert told["department", "税务局"] == (2, True)
    assert told["department", "文旅局"] == (6, False)
    assert {label for key, label in told if key == "order"} == {"最常问的在前", "差评、纠错多的在前"}


def test_filters_are_links_that_count_and_let_go(editor: TestClient) -> None:
    """A filter says how many guides are behind it; once more, and it is gone."""
    page = editor.get("/editors").text
    assert re.search(r'href="/editors\?missing=[%\w]+"[^>]*>申请材料 <b>2</b>', page)
    page = editor.get("/editors?state=open&missing=申请材料").text
    assert re.search(r'<a href="/editors\?missing=[%\w]+" rel="nofollow" aria-current="true">有待核的', page)


def test_guide_that_is_too_old_is_stale(app: FastAPI, drafts: Drafts) -> None:
    """After the day by which it had to be looked at again it stands under 该再核了."""
    old = (drafts.folder / GUIDE).read_text("utf-8").replace("2027-05-01", "2026-11-02")
    (drafts.folder / GUIDE).write_text(old, "utf-8")
    known = load(drafts.folder, demo=True)
    app.state.service.finder.knowledge = known
    assert listed(at_work(app, Role.EDITOR), "?stale=1") == ["歌厅许可"]


def test_most_asked_guide_is_first(editor: TestClient, engine: Engine) -> None:
    """What people were answered about counts, once for an answer."""
    card = Card(kind="answer", title="网吧许可", item=ItemRef(id="wangba", name="网吧许可"))
    for talk in ("one", "two"):
        TurnLog(engine).keep(talk, "网吧的证", Turn(status="answered", cards=(card, card)))
    assert counted.asked(engine) == {"wangba": 2}
    assert listed(editor, "?order=asked")[0] == "网吧许可"


def test_most_blamed_guide_is_first(editor: TestClient, engine: Engine) -> None:
    """What people said is wrong, and nobody has checked, counts."""
    WrongFacts(engine).report(Fact("shuiwu", "税务注销", "收费", "不收费"), next(iter(FAULTS)))
    assert counted.complaints(engine) == {"shuiwu": 1}
    assert listed(editor, "?order=blamed")[0] == "税务注销"


def test_low_ratings_of_cases_count_for_their_items(editor: TestClient, engine: Engine) -> None:
    """One or two stars for a case blame each of its items once; three stars blame nobody."""
    for level in (1, 2, 3):
        case = opened(Cases(engine), an_entry("geting"), an_entry("wangba"))
        with Session(engine) as session, session.begin():
            own = session.scalars(select(StoredCase.id).where(StoredCase.number == case.number)).one()
            session.add(StoredRating(case_id=own, level=level, reasons=[], words="", at=now()))
    assert counted.complaints(engine) == {"geting": 2, "wangba": 2}
