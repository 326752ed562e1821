"""Facts that no word of the lists tells are read from whole clauses; words and readings check each other."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.checklist import facts as facts_module
from assistant.checklist.facts import FactFinder
from assistant.sayings.reader import Saying
from tests.builders import a_knowledge


def told_when_read(
    monkeypatch: pytest.MonkeyPatch, text: str, share: dict[str, float], asked: str | None = None
) -> dict[str, Any]:
    """The facts of a sentence if every clause of it is read like this."""
    monkeypatch.setattr(facts_module, "read", lambda clauses: [Saying(clause, share, 0.9) for clause in clauses])
    return FactFinder(a_knowledge()).find(text, asked=asked).facts


def test_reading_fills_what_words_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A label that is read for sure becomes the fact."""
    told = told_when_read(monkeypatch, "某句听不出来的话", {"proxy=self": 0.97, "bank_account=no": 0.95})
    assert told == {"proxy": "self", "bank_account": False}


def test_unsure_reading_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A label that is likely, but not sure, does not become a fact by itself."""
    assert told_when_read(monkeypatch, "某句听不出来的话", {"proxy=self": 0.8}) == {}


def test_what_was_asked_needs_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same likelihood is enough where just that was asked."""
    assert told_when_read(monkeypatch, "某句听不出来的话", {"proxy=self": 0.8}, "proxy") == {"proxy": "self"}


def test_words_outweigh_a_reading_that_is_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """What words say stands, unless the clause plainly reads like the contrary."""
    assert told_when_read(monkeypatch, "我自己去办", {"proxy=proxy": 0.95, "proxy=self": 0.2})["proxy"] == "self"
    assert told_when_read(monkeypatch, "我自己去办", {"proxy=proxy": 0.99, "proxy=self": 0.0})["proxy"] == "proxy"


def test_question_tells_no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks about leaving by proxy does not say that he wants it; what he has, he tells even so."""
    share = {"proxy=proxy": 0.97, "seal=yes": 0.97, "asks=yes": 0.97}
    assert told_when_read(monkeypatch, "某句听不出来的话", share) == {"seal": True}


def test_who_will_not_say_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clause that refuses to tell is not read as telling."""
    assert told_when_read(monkeypatch, "这个我不想说", {"debts=yes": 0.97}) == {}


@pytest.mark.parametrize("text", ["没有分店分公司", "没有分公司分店", "底下没有分店也没设分公司"])
def test_enterprise_without_branches_is_no_branch(text: str) -> None:
    """Branches that one has not are no enterprise type."""
    told = FactFinder(a_knowledge()).find(text).facts
    assert told["branches"] is False
    assert "enterprise_type" not in told


def test_branch_that_one_has_is_not_what_one_is() -> None:
    """底下还有个加油站，是分公司: the enterprise has a branch."""
    assert "enterprise_type" not in FactFinder(a_knowledge()).find("底下还有个加油站，是分公司").facts


def test_what_is_said_of_a_licence_is_not_said_of_the_business() -> None:
    """A licence that stays does not make the business stay."""
    finder = FactFinder(a_knowledge())
    assert (
        "whole_or_licence_only"
        not in finder.find("烟草证先留一留", asked="whole_or_licence_only", papers=["烟草证"]).facts
    )


@pytest.mark.parametrize(
    "text",
    [
        "我司兽药经营资质拟注销，主体存续",
        "只退这个证，公司主体保留",
        "刚才说合作社也注销那话收回",
        "公司注销那句话不算",
    ],
)
def test_business_that_stays_keeps_its_registration(text: str) -> None:
    """Whoever says that the firm lives on, or takes the word back, cancels only the licences."""
    assert FactFinder(a_knowledge()).find(text).facts["whole_or_licence_only"] == "licence_only"


def test_word_about_a_licence_taken_back_says_nothing_of_the_business() -> None:
    """消防证注销那话收回 is of a paper."""
    assert "whole_or_licence_only" not in FactFinder(a_knowledge()).find("消防证注销那话收回").facts


def test_who_goes_in_person_is_no_private_person() -> None:
    """我本人过去 says who goes; 证是我本人的 says whose the paper is."""
    finder = FactFinder(a_knowledge())
    assert finder.find("我本人过去").facts == {"proxy": "self"}
    assert "enterprise_type" not in finder.find("我本人", asked="proxy").facts
