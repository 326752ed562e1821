"""A guide as a card."""

from __future__ import annotations

import pytest

from assistant.guide_card import HEADINGS, guide_card
from assistant.knowledge.load import load
from assistant.settings import ROOT

KNOWLEDGE = load(ROOT / "knowledge", demo=True)


@pytest.mark.parametrize("guide_id", KNOWLEDGE.guides)
def test_every_guide_says_what_it_is_and_then_what_was_asked(guide_id: str) -> None:
    """The summary comes first and alone has no heading; what was asked for follows it, and is never empty."""
    for aspect in HEADINGS:
        card = guide_card(KNOWLEDGE, guide_id, region="mohe", aspect=aspect)
        assert card.sections[0].lines[0].text == KNOWLEDGE.guides[guide_id].summary
        assert [section.heading for section in card.sections].count(None) == 1
        assert card.sections[1].heading == HEADINGS[aspect]


def test_window_that_is_not_confirmed_is_shown_with_the_hotline() -> None:
    """In a real county the address is 待核 with a number to call; in 示例区 it is there, marked as 演示数据."""
    real = guide_card(KNOWLEDGE, "shipin-jingying-xuke", region="mohe", aspect="where").sections[1].lines
    assert any(line.tag == "待核" and line.phone == "12315" for line in real)
    fictional = guide_card(KNOWLEDGE, "shipin-jingying-xuke", region="shiliqu", aspect="where").sections[1].lines
    assert any(line.text.startswith("地址：示例区") for line in fictional)
    assert any(line.tag == "演示数据" for line in fictional)
