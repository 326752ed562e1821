"""A question put together from the ways of speaking in sayings.yaml, and the slips of people who type it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.sounds import sounds

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("sayings.yaml").read_text(encoding="utf-8"))
LICENCE, TRADE, STORY = "说证", "说行当", "讲经过"


def say(chance: random.Random, thing: str, kind: str, issuers: tuple[str, ...]) -> str:
    """One way to ask about a thing; `kind` is one of the three families of templates."""
    filled: str = chance.choice(WORDS[kind]).format(
        o=thing,
        how=chance.choice(WORDS["怎么"]),
        act=chance.choice(WORDS["办什么"]),
        ask=chance.choice(WORDS["问什么"]),
        stopped=chance.choice(WORDS["不干了"]),
        that=chance.choice(WORDS["哪个"]),
        paper=chance.choice(WORDS["证的说法"]),
        place=chance.choice(WORDS["在哪"]),
        years=chance.choice(WORDS["几年"]),
        reason=chance.choice(WORDS["为什么"]),
        aside=chance.choice(WORDS["插话"]) if chance.random() < 0.6 else "",
        issuer=chance.choice(issuers) if issuers else "",
    )
    filled = filled.replace("，的", "，").replace("的的", "的")
    if chance.random() < 0.2:
        filled = chance.choice(WORDS["开头"]) + filled
    return filled + (chance.choice(WORDS["结尾"]) if chance.random() < 0.25 else "")


@lru_cache(maxsize=1)
def _same_sound() -> dict[str, list[str]]:
    """Common characters (the first level of GB 2312) by their sound without tone."""
    found: dict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            character = bytes((high, low)).decode("gb2312", errors="ignore")
            if character:
                found[sounds(character)[0]].append(character)
    return found


def mistyped(chance: random.Random, text: str) -> str:
    """The text with one slip: another character of the same sound or look, one lost, two swapped, some in pinyin."""
    places = [m.start() for m in re.finditer(r"[一-鿿]", text)]
    if len(places) < 3:
        return text
    at = chance.choice(places)
    slip = chance.random()
    if slip < 0.6:
        others = [c for c in _same_sound().get(sounds(text[at])[0], ()) if c != text[at]]
        return text[:at] + chance.choice(others or [text[at]]) + text[at + 1 :]
    if slip < 0.73:
        return "".join(WORDS["形近"].get(c, c) if chance.random() < 0.5 else c for c in text)
    if slip < 0.85:
        return text[:at] + text[at + 1 :]
    if slip < 0.94:
        return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    end = min(at + chance.randint(2, 4), len(text))
    return text[:at] + "".join(sounds(text[at:end])) + text[end:]
