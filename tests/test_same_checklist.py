"""Form, program and conversation are three doors to one checklist."""

import datetime as dt
import itertools
import random
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.pages.form import RARE, Filled
from assistant.checklist.model import Checklist
from assistant.checklist.plan import make_checklist
from assistant.checklist.profile import QUESTIONS, SITUATIONS, TOLD_ONLY, Profile, resolved
from assistant.issued import IssuedChecklists
from tests.page_app import page_app
from tests.papers.test_situations import known
from tests.test_dialogue import Talk

DAY = dt.date(2026, 11, 23)

# What is said in a conversation, and the same on the form.
SAID: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (
        ("我是个体户，店在塔河县，开饭店", "就一个食品经营许可证，别的没有", "执照一起销", "我自己办"),
        {
            "enterprise_type": "geti",
            "place": "tahe",
            "industry": "饭店",
            "licences": ["shipin-jingying-xuke"],
            "whole_or_licence_only": "whole",
            "proxy": "self",
        },
    ),
    (
        ("烟草证不干了", "个体户", "在漠河", "食杂店", "还有食品经营许可证，没有别的了", "执照留着", "你们替我跑"),
        {
            "enterprise_type": "geti",
            "place": "mohe",
            "industry": "shangdian",
            "licences": ["yancao-lingshou-xuke", "shipin-jingying-xuke"],
            "whole_or_licence_only": "licence_only",
            "proxy": "proxy",
        },
    ),
]


def without_order(checklist: Checklist) -> dict[str, Any]:
    """A checklist without what records in which order things were told."""
    body = checklist.model_dump(mode="json", by_alias=True)
    return {key: value for key, value in body.items() if key not in ("profile", "summary")}


def from_the_form(data: dict[str, Any]) -> Checklist:
    """What the page of the form issues."""
    app = page_app(known(), lambda: DAY)
    with TestClient(app) as visitor:
        where = visitor.post("/form", data=data, follow_redirects=False).headers["location"]
    lists: IssuedChecklists = app.state.service.checklists
    return lists.get(where.removeprefix("/c/"))


def test_form_offers_every_question() -> None:
    """Whatever the conversation asks or takes in can be told on the form."""
    besides = {"which_licence", "other_licences"}  # told by ticking licences
    assert {*QUESTIONS, *SITUATIONS, *TOLD_ONLY} - besides <= set(Filled.model_fields)
    assert tuple(RARE) == TOLD_ONLY
    with TestClient(page_app(known())) as visitor:
        page = visitor.get("/form").text
    for key in {*QUESTIONS, *SITUATIONS, *TOLD_ONLY} - besides:
        assert f'name="{key}"' in page, key


@pytest.mark.parametrize(("said", "filled"), SAID, ids=["饭店", "食杂店"])
def test_conversation_and_form_give_the_same_checklist(
    said: tuple[str, ...], filled: dict[str, Any], tmp_path: Path
) -> None:
    """Sentence by sentence or on one page: one checklist."""
    talk = Talk(tmp_path)
    talk.say(*said)
    profile = Profile.model_validate(talk.profile())
    spoken = make_checklist(known(), profile, DAY)
    assert without_order(spoken) == without_order(from_the_form(filled))


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """Facts as the form sends them, told or left out."""
    items = sorted(known().items)
    yes_no = {key: st.sampled_from(["有", "没有"]) for key in (*SITUATIONS, *TOLD_ONLY)}
    places = [one.id for one in known().counties(demo=True)]
    return st.fixed_dictionaries(
        {"licences": st.lists(st.sampled_from(items), min_size=1, max_size=5, unique=True)},
        optional={
            "enterprise_type": st.sampled_from(sorted(known().enterprise_types)),
            "place": st.sampled_from(places),
            "industry": st.sampled_from(sorted(known().industries)),
            "whole_or_licence_only": st.sampled_from(["whole", "licence_only"]),
            "proxy": st.sampled_from(["proxy", "self"]),
            **yes_no,
        },
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts(), st.randoms(use_true_random=False))
def test_order_of_facts_does_not_matter(told: dict[str, Any], chance: random.Random) -> None:
    """The form, a program that sends the same facts, and one that sends them in another order agree."""
    program = {**told, "no_other_licences": True}
    shuffled = list(program.items())
    chance.shuffle(shuffled)
    checklists = [
        make_checklist(known(), resolved(known(), dict(one)), DAY)
        for one in (Filled.model_validate(told).facts(), program, shuffled)
    ]
    for one, other in itertools.pairwise(checklists):
        assert without_order(one) == without_order(other)
