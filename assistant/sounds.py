"""How Chinese text sounds, without tones: pypinyin's dictionaries, the longest phrase first.

Only the sounds are kept of them: pypinyin itself would hold a list for every character of its 47,000 phrases, 50 MB in all.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from assistant.packaged import packaged

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
_UMLAUT = "u\u0308"
_BEYOND = 0x32400  # the code points of Chinese characters
_KEY = re.compile(r'"([^"]+)":\s*')  # of an entry


class _Dictionaries(NamedTuple):
    """What is known of sounds."""

    sounds: tuple[str, ...]  # each once; the first is none
    character: array[int]  # by code point the number of its commonest sound
    phrases: dict[str, tuple[str, ...] | None]  # None where the characters sound as each by itself
    longest: dict[str, int]  # by the first character of phrases how long the longest is
    syllables: frozenset[str]  # all sounds of all characters


def sounds(text: str) -> tuple[str, ...]:
    """The sound of each Chinese character; what stands between them stays as it is, in one piece."""
    known = _known()
    found: list[str] = []
    at = between = 0
    while at < len(text):
        if not _number(known, text[at]):
            at += 1
            continue
        if between < at:
            found.append(text[between:at])
        phrase = next(
            (
                text[at:end]
                for end in range(min(len(text), at + known.longest.get(text[at], 1)), at + 1, -1)
                if text[at:end] in known.phrases
            ),
            text[at],
        )
        found += known.phrases.get(phrase) or (known.sounds[_number(known, one)] for one in phrase)
        at = between = at + len(phrase)
    return (*found, text[between:]) if between < len(text) else tuple(found)


def all_syllables() -> frozenset[str]:
    """The sounds that any character may have."""
    return _known().syllables


def _number(known: _Dictionaries, character: str) -> int:
    """The number of a character's sound; 0 where it has none."""
    point = ord(character)
    return known.character[point] if point < len(known.character) else 0


@lru_cache(maxsize=1)
def _known() -> _Dictionaries:
    character = array("H", bytes(2 * _BEYOND))
    number: dict[str, int] = {"": 0}
    syllables: set[str] = set()
    for point, many in _shipped("pinyin_dict"):
        reading = [_toneless(one) for one in many.split(",")]
        character[int(point)] = number.setdefault(reading[0], len(number))
        syllables.update(reading)
    each = tuple(number)
    alike = {one: one for one in syllables}
    phrases: dict[str, tuple[str, ...] | None] = {}
    longest: dict[str, int] = {}
    for word, spoken in _shipped("phrases_dict"):
        own = tuple(alike.setdefault(one, one) for one in (_toneless(sound[0]) for sound in spoken))
        usual = tuple(each[character[ord(one)]] for one in word)
        phrases[word] = None if own == usual else own
        longest[word[0]] = max(longest.get(word[0], 1), len(word))
    return _Dictionaries(each, character, phrases, longest, frozenset(syllables))


@lru_cache(maxsize=4096)
def _toneless(sound: str) -> str:
    """A sound as it is typed: lǜ is lv."""
    plain = unicodedata.normalize("NFD", sound).translate(_TONES)
    return unicodedata.normalize("NFC", plain.replace(_UMLAUT, "v"))


def _shipped(name: str) -> Iterator[tuple[str, Any]]:
    """The entries of a dictionary that comes with pypinyin.

    One by one, as what was read of all of them at once would leave 25 MB of gaps between what is kept.
    """
    text = packaged("pypinyin", f"{name}.json").read_text("utf-8")
    decoder = json.JSONDecoder()
    for key in _KEY.finditer(text):
        yield key[1], decoder.raw_decode(text, key.end())[0]
