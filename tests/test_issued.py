"""Issued checklists live on: found by code, ticked off, compared with today's knowledge, brought up to date."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from assistant.changes import at_home
from assistant.db import StoredChecklist, connected, now
from assistant.errors import NotFound
from assistant.issued import ALPHABET, IssuedChecklists, code_of
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from tests.builders import COUNTY, a_guide, a_knowledge, a_material, a_profile, an_item

TODAY = dt.date(2026, 11, 20)


def knowing(phone: str = "12315", *materials: str, **facts: Any) -> Knowledge:
    """示例市 with a food licence that has this hotline and asks for these materials."""
    guide = a_guide("食品经营许可证", *(a_material(name) for name in materials or ("旧证",)))
    return a_knowledge(
        an_item("shipin", "食品经营许可证", hotline=phone, **facts),
        an_item("yancao", "烟草专卖零售许可证", department="yancaoju"),
        guides={"shipin": guide},
        digest=f"{phone}{materials}",
    )


def issuing(knowledge: Knowledge) -> IssuedChecklists:
    """Checklists in an empty database."""
    engine = connected("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return IssuedChecklists(knowledge, engine, lambda: TODAY)


@pytest.fixture
def lists() -> IssuedChecklists:
    """Checklists of the knowledge that the tests start from."""
    return issuing(knowing())


# ---- short codes -----------------------------------------------------------------------------------------------
def test_code_finds_its_checklist_however_it_is_typed(lists: IssuedChecklists) -> None:
    """Eight characters without look-alikes; blanks, hyphens and capitals do not matter."""
    token, _ = lists.issue(a_profile("shipin"))
    code = code_of(token)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01ilo")
    for typed in (code, code.upper(), f" {code[:4]} {code[4:]} ", f"{code[:4]}-{code[4:]}"):
        assert lists.by_code(typed) == token


@pytest.mark.parametrize("typed", ["", "2345", "22222222", "%%%%%%%%", "________", "2345678923456789"])
def test_wrong_code_finds_nothing(lists: IssuedChecklists, typed: str) -> None:
    """Unknown, too short, too long, and the wildcards of a database."""
    lists.issue(a_profile("shipin"))
    assert lists.by_code(typed) is None


def test_checklist_of_an_older_program_is_told_kindly(lists: IssuedChecklists) -> None:
    """What can no longer be read is no fault of the person who scans an old paper."""
    with Session(lists.engine) as session, session.begin():
        session.add(StoredChecklist(token="a" * 12, body={"of": "long ago"}, issued_at=now()))
    with pytest.raises(NotFound, match="旧版"):
        lists.get("a" * 12)


# ---- pinned to its knowledge ------------------------------------------------------------------------------------
def test_checklist_stays_as_it_was_issued(lists: IssuedChecklists) -> None:
    """New knowledge changes nothing on it, and what differs is told entry by entry, old and new."""
    token, issued = lists.issue(a_profile("shipin", "yancao"))
    assert lists.since(token, issued).changes == ()
    lists.use(knowing("0457-1234567", "旧证", "说明"))
    assert lists.get(token) == issued
    (change,) = lists.since(token, lists.get(token)).changes
    assert change.item.id == "shipin"
    assert any("12315" in one and "0457-1234567" in one for one in change.sentences)
    assert "要多带：说明。" in change.sentences


def test_new_and_needless_entries_are_told(lists: IssuedChecklists) -> None:
    """A licence that the knowledge no longer has is gone; one whose id changed is the same one."""
    token, issued = lists.issue(a_profile("shipin", "yancao"))
    renamed = an_item("shipin-xin", "食品经营许可证", hotline="12315", old_ids=("shipin",))
    lists.use(a_knowledge(renamed, guides={"shipin-xin": a_guide("食品经营许可证", a_material("旧证"))}, digest="new"))
    changes = lists.since(token, issued).changes
    assert [(one.item.id, one.gone) for one in changes] == [
        ("shipin-xin", False),
        ("shipin", True),
        ("yancao", True),
    ]


def test_profile_in_todays_names_has_nothing_unknown() -> None:
    """Old ids become new ones; what today's knowledge does not know is as if it had not been told."""
    knowledge = a_knowledge(an_item("xin", old_ids=("jiu",)))
    told = a_profile("jiu", "verloren", place="verloren", proxy_by_entry={"jiu": "self", "verloren": "self"})
    home = at_home(knowledge, told)
    assert (home.licences, home.place, home.enterprise_type) == (("xin",), None, "geti")
    assert home.proxy_by_entry == {"xin": "self"}


def test_renewed_checklist_keeps_the_ticks_that_still_hold(lists: IssuedChecklists) -> None:
    """更新清单: what is the same stays ticked, what changed does not; the old one leads to the new one."""
    token, issued = lists.issue(a_profile("shipin", "yancao"))
    tobacco = next(entry for entry in issued.entries if entry.item.id == "yancao")
    for key in ("e-shipin", "e-yancao", *(f"m-{one}" for one in tobacco.materials)):
        lists.ticks.put(token, key, TODAY)
    lists.use(knowing("0457-1234567"))
    new = lists.renew(token)
    assert set(lists.ticks.of(new)) == {"e-yancao", *(f"m-{one}" for one in tobacco.materials)}
    assert lists.get(new).entries[0].hotline == "0457-1234567"
    assert lists.since(token, issued).newer == new
    assert lists.renew(token) == new
    assert lists.since(new, lists.get(new)).newer is None


def test_renewed_twice_the_first_leads_to_the_last(lists: IssuedChecklists) -> None:
    """However old the paper in somebody's hand is, its address knows the newest checklist."""
    first, issued = lists.issue(a_profile("shipin"))
    lists.use(knowing("0457-1"))
    second = lists.renew(first)
    lists.use(knowing("0457-2"))
    third = lists.renew(second)
    assert lists.since(first, issued).newer == third
    assert lists.renew(first) == third


def test_nothing_new_makes_no_new_checklist(lists: IssuedChecklists) -> None:
    """更新清单 under the same knowledge is the same checklist."""
    token, _ = lists.issue(a_profile("shipin"))
    assert lists.renew(token) == token


def test_choice_for_one_entry_goes_to_the_newest_checklist(lists: IssuedChecklists) -> None:
    """Chosen one after the other from the first paper, both choices hold."""
    token, _ = lists.issue(a_profile("shipin", "yancao", proxy="proxy"))
    lists.choose(token, "shipin", "self")
    newest = lists.choose(token, "yancao", "self")
    assert lists.get(newest).profile.proxy_by_entry == {"shipin": "self", "yancao": "self"}
    assert lists.get(token).profile.proxy_by_entry == {}


def test_withdrawn_checklist_leaves_nothing(lists: IssuedChecklists) -> None:
    """Erased with everything that took its place, and with the ticks of all."""
    token, _ = lists.issue(a_profile("shipin"))
    lists.use(knowing("0457-1"))
    new = lists.renew(token)
    lists.ticks.put(new, "e-shipin", TODAY)
    lists.withdraw(token)
    for gone in (token, new):
        with pytest.raises(NotFound):
            lists.get(gone)
        assert lists.by_code(code_of(gone)) is None
    assert lists.ticks.of(new) == {}


FACTS: list[tuple[str, dict[str, Any], str]] = [
    ("tier", {"tier": m.ProxyTier.DIRECT}, "分级"),
    ("hotline", {"hotline": "12333"}, "咨询电话"),
]


@pytest.mark.parametrize(("name", "facts", "told"), FACTS, ids=[one[0] for one in FACTS])
def test_change_of_one_fact_is_one_sentence(name: str, facts: dict[str, Any], told: str) -> None:
    """Each fact that sends somebody elsewhere is named with what it was and what it is."""
    before = a_knowledge(an_item("shipin", hotline="12315"))
    lists = issuing(before)
    token, issued = lists.issue(a_profile("shipin", place=COUNTY))
    lists.use(dataclasses.replace(a_knowledge(an_item("shipin", **{"hotline": "12315", **facts})), digest="new"))
    (change,) = lists.since(token, issued).changes
    assert any(one.startswith(f"{told}：原来是") for one in change.sentences)


# ---- ticks -----------------------------------------------------------------------------------------------------
def test_tick_keeps_its_first_day(lists: IssuedChecklists) -> None:
    """Ticked twice it was done on the first day; taken away it is open again."""
    lists.ticks.put("token", "e-x", TODAY)
    lists.ticks.put("token", "e-x", TODAY + dt.timedelta(days=3))
    assert lists.ticks.of("token") == {"e-x": TODAY}
    lists.ticks.take("token", "e-x")
    assert lists.ticks.of("token") == {}
