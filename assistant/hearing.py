"""What kind of thing was said, by its likeness to the examples that Rasa learns from: for the time in which Rasa is away."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from assistant.settings import ROOT
from assistant.text import compact

EXAMPLES = ROOT / "nlu" / "data" / "nlu.yml"
ALIKE = 0.6
BY_THEIR_WORDS = {"ask", "tell", "yes", "no", "choose"}  # what our actions understand better by themselves
LONGEST = 14  # characters; what is longer tells or asks something, and is understood by its words
_INTENT = re.compile(r"^  - intent: (\w+)$")
_EXAMPLE = re.compile(r"^      - (.+)$")


def intent_of(text: str) -> str:
    """The intent of the example that is most alike; nlu_fallback, as Rasa has it, where none is alike enough."""
    said = compact(text)
    if not said or len(said) > LONGEST:
        return "nlu_fallback"
    pairs = _pairs(said)
    alike, intent = max((_likeness(pairs, known), intent) for known, intent in _examples())
    return intent if alike >= ALIKE and intent not in BY_THEIR_WORDS else "nlu_fallback"


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """How much two texts have in common: 1 for the same, 0 for nothing."""
    return 2 * (one & other).total() / (one.total() + other.total())


def _pairs(text: str) -> Counter[str]:
    """The characters and neighbouring pairs of a text, its ends among them."""
    ends = f"^{text}$"
    return Counter((*text, *(ends[at : at + 2] for at in range(len(ends) - 1))))


@cache
def _examples(path: Path = EXAMPLES) -> list[tuple[Counter[str], str]]:
    """The examples with their intents, read line by line: the file has one simple shape."""
    found: list[tuple[Counter[str], str]] = []
    intent: str | None = None
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("  - "):
            heading = _INTENT.match(line)
            intent = heading[1] if heading else None
        elif intent and (example := _EXAMPLE.match(line)):
            found.append((_pairs(compact(example[1])), intent))
    return found
