"""Texts sound as pypinyin reads them, though only a part of its dictionaries is kept."""

from __future__ import annotations

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from assistant.bench.questions import DEFAULT, read_questions
from assistant.sounds import all_syllables, sounds


def test_phrases_and_characters_sound_as_in_pypinyin() -> None:
    """Every phrase and every character that it knows has the sounds that it gives."""
    known = (*PHRASES_DICT, *map(chr, PINYIN_DICT))
    assert [text for text in known if list(sounds(text)) != lazy_pinyin(text)] == []


def test_questions_sound_as_in_pypinyin() -> None:
    """So do whole sentences, with what stands between Chinese characters left as it is."""
    texts = [question.text for question in read_questions(DEFAULT)]
    texts += ["", "abc", "银行A证，行不行？", "🙂还没还", "长春 2026年的会计师证"]
    assert [text for text in texts if list(sounds(text)) != lazy_pinyin(text)] == []


def test_syllables_are_all_that_a_character_may_sound_like() -> None:
    """Also the rarer readings, without their tones."""
    assert all_syllables() == {to_normal(one) for many in PINYIN_DICT.values() for one in many.split(",")}
