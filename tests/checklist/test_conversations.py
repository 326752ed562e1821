"""What the labelled conversations of nlu/conversations tell of a business, read turn by turn with what was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.checklist.facts import FactFinder
from assistant.knowledge.load import load
from assistant.settings import ROOT

CONVERSATIONS = ROOT / "nlu" / "conversations"
AT_LEAST = {
    "whole_or_licence_only": 0.93,
    "bank_account": 0.7,
    "seal": 0.75,
    "debts": 0.7,
}  # a little under what was measured


def turns() -> Iterator[dict[str, Any]]:
    """Every turn that tells of a business by its labels."""
    for path in sorted(CONVERSATIONS.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield from (turn for turn in json.loads(line)["turns"] if turn.get("told"))


@pytest.fixture(scope="module")
def finder() -> FactFinder:
    """Over the knowledge that ships."""
    return FactFinder(load(Path(ROOT / "knowledge")))


@pytest.mark.parametrize("key", AT_LEAST)
def test_conversations_are_read_as_labelled(finder: FactFinder, key: str) -> None:
    """Of the turns labelled with this fact, this share is read exactly so."""
    labelled = [turn for turn in turns() if key in turn["told"]]
    right = [
        finder.find(turn["said"], asking=turn["intent"] == "ask", asked=turn["asked"]).facts.get(key)
        == turn["told"][key]
        for turn in labelled
    ]
    assert sum(right) / len(right) >= AT_LEAST[key]
