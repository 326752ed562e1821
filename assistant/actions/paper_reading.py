"""A message as the reader of papers reads it: the words once, and for each licence what points at which of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.neural import Figures
from assistant.retrieval.mentions import Mention

Numbers = NDArray[np.int64]
UNLIKELY = 1e-6
LONGEST, LONGEST_NAMES = 126, 80  # tokens of a message with what came before, and of all names of a licence
SAID_BEFORE = 32  # characters of the last message
POINTS, OWN = 7, 9  # figures for each licence at each token, and for each licence
_SCALE = 5.0  # logarithms and ranks are about as large as the other figures then
_ASKED = {
    "licences": "有哪些证",
    "other_licences": "还有别的证吗",
    "which_licence": "是哪一张证",
    "whole_or_licence_only": "执照也销吗",
    "proxy": "谁去办",
    "place": "在哪个县区",
    "enterprise_type": "个体还是公司",
    "industry": "做什么买卖",
}  # behind other questions papers are seldom told of


@dataclass(frozen=True)
class Candidate:
    """A licence that the message may tell of: its names, how likely each part speaks of it, and what is known of it."""

    item: str
    names: str
    shares: tuple[float, ...]  # for each part
    in_trade: tuple[float, ...]  # the same, said in the trade that was told
    views: tuple[float, ...]  # shape (3,): the logarithms for the message, behind the last one, in the trade
    before: bool  # told before


@dataclass(frozen=True)
class Reading:
    """One message: what was asked, what was said before, its parts, the names in them, and the candidates."""

    asked: str | None
    last: str
    parts: tuple[str, ...]
    named: tuple[Mention, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Tensors:
    """What goes into the network, T tokens and N licences: shapes (T,), (T,), (N, names), (N, T, POINTS), (N, OWN)."""

    tokens: Numbers
    kinds: Numbers  # 0 what came before, 1 the message
    names: Numbers
    pointing: Figures
    own: Figures


def tensors(reading: Reading, tokenizer: Any) -> Tensors:
    """A reading as numbers, with a tokenizer of the `tokenizers` library."""
    around = f"{_ASKED.get(reading.asked or '', '')}。{reading.last[-SAID_BEFORE:]}"
    tokens: list[int] = tokenizer.encode(around).ids
    end = tokens[-1]
    part_of = [-1] * len(tokens)
    places: list[tuple[int, int]] = [(0, 0)] * len(tokens)  # characters of its part
    for number, part in enumerate(reading.parts):
        encoded = tokenizer.encode(f"，{part}" if number else part, add_special_tokens=False)
        room = max(0, LONGEST - 1 - len(tokens))
        before = 1 if number else 0
        tokens += encoded.ids[:room]
        places += [(start - before, stop - before) for start, stop in encoded.offsets[:room]]
        part_of += [number] * len(encoded.ids[:room])
    tokens.append(end)
    part_of.append(-1)
    places.append((0, 0))
    context = next((at for at, part in enumerate(part_of) if part >= 0), len(tokens) - 1)
    kinds = np.array([0] * context + [1] * (len(tokens) - context), np.int64)
    where = _Where(np.array(part_of), places, reading.parts)
    return Tensors(
        np.array(tokens, np.int64),
        kinds,
        _names(reading.candidates, tokenizer),
        np.array([_pointing(one, reading.named, where, kinds) for one in reading.candidates], np.float32),
        np.array([_own(one, reading) for one in reading.candidates], np.float32),
    )


@dataclass(frozen=True)
class _Where:
    part_of: NDArray[np.int64]
    places: Sequence[tuple[int, int]]
    parts: Sequence[str]

    def of(self, text: str) -> list[int]:
        """The tokens that stand where a text stands."""
        found = []
        for number, part in enumerate(self.parts):
            at = part.find(text)
            while text and at >= 0:
                own = np.flatnonzero(self.part_of == number).tolist()
                found += [t for t in own if self.places[t][0] < at + len(text) and self.places[t][1] > at]
                at = part.find(text, at + 1)
        return found


def _pointing(one: Candidate, named: Sequence[Mention], where: _Where, kinds: Numbers) -> Figures:
    """What points at a licence at each token, shape (T, POINTS)."""
    points = np.zeros((len(kinds), POINTS), np.float32)
    likest = max(range(len(one.shares)), key=one.shares.__getitem__)
    for number, (share, in_trade) in enumerate(zip(one.shares, one.in_trade, strict=True)):
        points[where.part_of == number, :4] = (
            math.log(max(share, UNLIKELY)) / _SCALE,
            share,
            number == likest,
            math.log(max(in_trade, UNLIKELY)) / _SCALE,
        )
    for name in named:
        if one.item in name.owners:
            points[where.of(name.text), 4:6] = 1 / len(name.owners), float(name.paper)
    points[:, 6] = kinds
    return points


def _own(one: Candidate, reading: Reading) -> tuple[float, ...]:
    return (
        float(one.before),
        float(reading.asked in ("licences", "other_licences")),
        float(reading.asked == "which_licence"),
        float(reading.asked is None),
        math.log(max(*one.shares, UNLIKELY)) / _SCALE,
        *(view / _SCALE for view in one.views),
        len(reading.parts) / _SCALE,
    )


def _names(candidates: Sequence[Candidate], tokenizer: Any) -> Numbers:
    """The tokens of the names of each licence, zero behind them."""
    result = np.zeros((len(candidates), LONGEST_NAMES), np.int64)
    for line, one in zip(result, candidates, strict=True):
        ids = _tokens(tokenizer, one.names)
        line[: len(ids)] = ids
    return result


@lru_cache(maxsize=512)
def _tokens(tokenizer: Any, names: str) -> Numbers:
    """The tokens of the names of a licence: the same ones in many messages."""
    return np.array(tokenizer.encode(names, add_special_tokens=False).ids[:LONGEST_NAMES], np.int64)


def names_of(official: str, aliases: Sequence[str]) -> str:
    """The names of a licence as its candidate carries them."""
    return "".join(dict.fromkeys((official, *aliases)))[: 2 * LONGEST_NAMES]
