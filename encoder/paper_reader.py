"""The reader of papers: what a part of a message, in its place, says of the paper it speaks of.

The same small network as the reader of clauses. It learns from the places in which the licences of nlu/told and
nlu/conversations stand (assistant.actions.paper_signs.in_its_place), and from the clauses of nlu/sayings standing alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from assistant.actions.paper_judge import GONE, HELD, NONE
from assistant.actions.paper_signs import NEXT
from assistant.sayings.clauses import masked, read_clauses
from encoder.build import ROOT, original
from encoder.card import notice
from encoder.clause_reader import BATCH, ClauseReader
from encoder.export import write_json, write_model
from encoder.learning import fitted, padded
from encoder.source import fetch

SAYINGS = ROOT / "nlu" / "sayings"
CACHE = ROOT / "build" / "encoder"
LONGEST = 128  # tokens
EPOCHS = 4
AT_ONCE = 2  # trainings side by side, one thread each
OF_NO_PAPER = 0.4  # of the clauses that speak of none are learned from
SORTED = 20  # batches whose rows are sorted by length, so that little is padding
CHANGES = (
    "the lower 3 of its 6 layers kept, one layer added, taught with nlu/told, nlu/conversations and nlu/sayings, and "
)


@dataclass(frozen=True)
class Lesson:
    """A place and what it says: none, held or not held."""

    place: str
    says: int


def of_sayings(seed: int) -> list[Lesson]:
    """The clauses of nlu/sayings, each in a place where nothing stands around it."""
    chosen = random.Random(seed)
    found = []
    for clause in read_clauses(SAYINGS):
        held, gone = "licence=held" in clause.labels, "licence=not_held" in clause.labels
        if held != gone or (not held and chosen.random() < OF_NO_PAPER):
            found.append(Lesson(f"{clause.text}{NEXT}{NEXT}", HELD if held else GONE if gone else NONE))
    return found


def learned(lessons: Sequence[Lesson], seed: int) -> ClauseReader:
    """A reader that learned these lessons, the same every time for the same seed."""
    source = fetch(CACHE)
    model = original(source)
    tokens = [_tokens(model, lesson.place) for lesson in lessons]
    truth = torch.tensor([lesson.says for lesson in lessons])
    random.seed(seed)
    torch.manual_seed(seed)
    reader = ClauseReader(model[0].model, 3)  # type: ignore[index]
    batches = [batch for _ in range(EPOCHS) for batch in _batches(tokens)]

    def loss(logits: torch.Tensor, rows: Sequence[int]) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(logits, truth[rows], label_smoothing=0.02)

    fitted(reader, tokens, batches, loss)
    return reader


def read_apart(parts: Sequence[tuple[Sequence[Lesson], Sequence[str]]], seed: int) -> list[dict[str, list[float]]]:
    """For each part what a reader that learned only its lessons reads in its places."""
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as beside:
        return list(beside.map(_read_by_one, parts, [seed] * len(parts)))


def _read_by_one(part: tuple[Sequence[Lesson], Sequence[str]], seed: int) -> dict[str, list[float]]:
    lessons, places = part
    reader = learned(lessons, seed)
    model = original(fetch(CACHE))
    texts = sorted(set(places), key=len)
    found: dict[str, list[float]] = {}
    with torch.no_grad():
        for at in range(0, len(texts), BATCH):
            some = texts[at : at + BATCH]
            shares = torch.softmax(reader(*padded([_tokens(model, text) for text in some])), 1).tolist()
            found |= dict(zip(some, shares, strict=True))
    return found


def write(reader: ClauseReader, target: Path) -> None:
    """The directory that ships, but for its card."""
    source = fetch(CACHE)
    tokenizer = original(source).tokenizer  # type: ignore[attr-defined]
    files = write_model(reader, "logits", tokenizer, source / "LICENSE", target)
    (target / "NOTICE").write_text(notice(CHANGES), "utf-8")
    write_json(target / "reader.json", {"max_length": LONGEST, "files": files})


def _tokens(model: object, place: str) -> list[int]:
    ids: list[int] = model.tokenizer.encode(masked(place))  # type: ignore[attr-defined]
    return ids[:LONGEST]


def _batches(tokens: Sequence[Sequence[int]]) -> list[list[int]]:
    """All rows once, those of similar length together, in an order of chance."""
    order = random.sample(range(len(tokens)), len(tokens))
    chunks = (order[at : at + BATCH * SORTED] for at in range(0, len(order), BATCH * SORTED))
    alike = [sorted(chunk, key=lambda row: len(tokens[row])) for chunk in chunks]
    batches = [chunk[at : at + BATCH] for chunk in alike for at in range(0, len(chunk) - BATCH + 1, BATCH)]
    random.shuffle(batches)
    return batches
