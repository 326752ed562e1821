"""The reader of papers: it reads a message once, and says of each licence whether it is told of as held, or as not held.

The lower layers of the same original as the encoder's. What each licence is called, and which words of the message point
at it (assistant.actions.paper_reading), says where to look; that is all it knows of a licence, so that a new one needs no
training. It learns from the messages of nlu/told and nlu/conversations.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from assistant.actions.paper_reading import LONGEST_NAMES, OWN, POINTS, Reading, Tensors, tensors
from encoder.build import ROOT, original
from encoder.card import notice
from encoder.export import graph_of, write_json, write_model
from encoder.learning import batches_of, fitted
from encoder.source import fetch

CACHE = ROOT / "build" / "encoder"
LAYERS, HIDDEN, HEADS, LOOKS_WITH = 6, 384, 4, 48
EPOCHS = 4
BATCH = 24
AT_ONCE = 2  # trainings side by side, one thread each
SPREAD = 3.0  # the mean of a licence's letters is small
NOT_THERE = -100  # no licence at this place of a batch
CHANGES = "a head added that looks for licences, taught with nlu/told and nlu/conversations, and "


@dataclass(frozen=True)
class Lesson:
    """A message with what it says of each candidate (none, held or not held), and how much it counts."""

    reading: Reading
    says: tuple[int, ...]
    counts: float


Batch = tuple[torch.Tensor, ...]


class PaperNetwork(torch.nn.Module):
    """Looks from each licence at the tokens of its message, and says what it sees there."""

    def __init__(self, body: torch.nn.Module) -> None:
        super().__init__()
        body.encoder.layer = body.encoder.layer[:LAYERS]  # type: ignore[union-attr,index]
        self.body = body
        wide, linear = HEADS * LOOKS_WITH, torch.nn.Linear
        self.head = torch.nn.ModuleDict(
            {
                "asks": linear(HIDDEN, wide),
                "answers": linear(HIDDEN, wide),
                "pointed": linear(POINTS, HEADS),
                "content": linear(HIDDEN, HIDDEN),
                "named": linear(HIDDEN, wide),
                "seen": linear(HIDDEN, wide),
                "own": linear(OWN, 64),
                "weighs": linear(2 * HIDDEN + wide + 64, 256),
                "says": linear(256, 3),
            }
        )
        self.dropout = torch.nn.Dropout(0.15)

    def forward(
        self,
        tokens: torch.Tensor,
        mask: torch.Tensor,
        kinds: torch.Tensor,
        names: torch.Tensor,
        pointing: torch.Tensor,
        own: torch.Tensor,
    ) -> torch.Tensor:
        """Logits of shape (messages, licences, 3)."""
        head = self.head
        states = self.body(input_ids=tokens, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        letters = (names > 0).unsqueeze(-1).to(states.dtype)
        licences = (self.body.embeddings.word_embeddings(names) * letters).sum(2)  # type: ignore[union-attr,operator]
        licences = licences / letters.sum(2).clamp(min=1) * SPREAD
        asks, answers = self._looks(head["asks"](licences)), self._looks(head["answers"](states))
        found = asks @ answers.transpose(-1, -2) / math.sqrt(LOOKS_WITH)
        found = found + head["pointed"](pointing).permute(0, 3, 1, 2)
        found = found.masked_fill(mask[:, None, None, :] == 0, -1e4).softmax(-1)
        seen = (found @ self._looks(head["content"](states))).transpose(1, 2).flatten(2)
        whole = states[:, :1].expand(-1, seen.shape[1], -1)
        alike = head["named"](licences) * head["seen"](seen)
        everything = torch.cat([seen, whole, alike, torch.relu(head["own"](own))], -1)
        weighed = torch.nn.functional.gelu(head["weighs"](self.dropout(everything)))
        return head["says"](self.dropout(weighed))  # type: ignore[no-any-return]

    def _looks(self, rows: torch.Tensor) -> torch.Tensor:
        """One row for each head: (messages, heads, rows, figures)."""
        return rows.unflatten(-1, (HEADS, -1)).transpose(1, 2)


class OneMessage(torch.nn.Module):
    """The network as it ships: one message at a time, nothing to mask."""

    def __init__(self, network: PaperNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        tokens: torch.Tensor,
        kinds: torch.Tensor,
        names: torch.Tensor,
        pointing: torch.Tensor,
        own: torch.Tensor,
    ) -> torch.Tensor:
        """Logits of shape (1, licences, 3)."""
        return self.network(tokens, torch.ones_like(tokens), kinds, names, pointing, own)  # type: ignore[no-any-return]


def learned(lessons: Sequence[Lesson], seed: int) -> PaperNetwork:
    """A reader that learned these lessons, the same every time for the same seed."""
    model = original(fetch(CACHE))
    given = _given(model, [lesson.reading for lesson in lessons])
    random.seed(seed)
    torch.manual_seed(seed)
    reader = PaperNetwork(model[0].model)  # type: ignore[index]
    batches = [batch for _ in range(EPOCHS) for batch in batches_of([len(one.tokens) for one in given], BATCH)]

    def loss(logits: torch.Tensor, rows: Sequence[int]) -> torch.Tensor:
        says = torch.full(logits.shape[:2], NOT_THERE)
        counts = torch.zeros(logits.shape[:2])
        for line, row in enumerate(rows):
            says[line, : len(lessons[row].says)] = torch.tensor(lessons[row].says)
            counts[line, : len(lessons[row].says)] = lessons[row].counts
        each = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), says.flatten(), ignore_index=NOT_THERE, label_smoothing=0.02, reduction="none"
        )
        return (each * counts.flatten()).sum() / counts.sum()

    fitted(reader, batches, lambda rows: reader(*together([given[row] for row in rows])), loss)
    return reader


def read_apart(
    parts: Sequence[tuple[Sequence[Lesson], Sequence[Reading]]], lessons: Sequence[Lesson], seed: int
) -> tuple[list[list[list[list[float]]]], PaperNetwork]:
    """For each part what a reader reads that learned only its lessons; beside these the reader that learned all.

    Of each message and candidate three shares.
    """
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as beside:
        of_all = beside.submit(learned, lessons, seed)  # the longest first
        return list(beside.map(_read_by_one, parts, [seed] * len(parts))), of_all.result()


def _read_by_one(part: tuple[Sequence[Lesson], Sequence[Reading]], seed: int) -> list[list[list[float]]]:
    lessons, readings = part
    reader = learned(lessons, seed)
    given = _given(original(fetch(CACHE)), readings)
    order = sorted(range(len(given)), key=lambda row: len(given[row].tokens))
    found: dict[int, list[list[float]]] = {}
    with torch.no_grad():
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            shares = reader(*together([given[row] for row in rows])).softmax(-1)
            found |= {row: one[: len(given[row].own)].tolist() for row, one in zip(rows, shares, strict=True)}
    return [found[row] for row in range(len(readings))]


def write(reader: PaperNetwork, target: Path) -> None:
    """The directory that ships, but for its card."""
    source = fetch(CACHE)
    tokenizer = original(source).tokenizer  # type: ignore[attr-defined]
    files = write_model(_graph(reader), tokenizer, source / "LICENSE", target)
    (target / "NOTICE").write_text(notice(CHANGES), "utf-8")
    write_json(target / "reader.json", {"files": files})


def _graph(reader: PaperNetwork) -> object:
    length, licences = torch.export.Dim("length", min=3, max=256), torch.export.Dim("licences", min=1, max=512)
    tokens = torch.randint(5, 1000, (1, 17))
    return graph_of(
        OneMessage(reader),
        {
            "tokens": (tokens, {1: length}),
            "kinds": (torch.ones_like(tokens), {1: length}),
            "names": (torch.randint(5, 1000, (1, 6, LONGEST_NAMES)), {1: licences}),
            "pointing": (torch.rand(1, 6, 17, POINTS), {1: licences, 2: length}),
            "own": (torch.rand(1, 6, OWN), {1: licences}),
        },
        "logits",
    )


def together(messages: Sequence[Tensors]) -> Batch:
    """The tensors of several messages, filled up with nothing; the mask is the second."""
    longest, most = max(len(one.tokens) for one in messages), max(len(one.own) for one in messages)
    size = len(messages)
    tokens, mask, kinds = (torch.zeros(size, longest, dtype=torch.long) for _ in range(3))
    names = torch.zeros(size, most, LONGEST_NAMES, dtype=torch.long)
    pointing, own = torch.zeros(size, most, longest, POINTS), torch.zeros(size, most, OWN)
    for line, one in enumerate(messages):
        length, licences = len(one.tokens), len(one.own)
        tokens[line, :length], mask[line, :length] = torch.from_numpy(one.tokens), 1
        kinds[line, :length] = torch.from_numpy(one.kinds)
        names[line, :licences] = torch.from_numpy(one.names)
        pointing[line, :licences, :length] = torch.from_numpy(one.pointing)
        own[line, :licences] = torch.from_numpy(one.own)
    return tokens, mask, kinds, names, pointing, own


def _given(model: object, readings: Sequence[Reading]) -> list[Tensors]:
    tokenizer = model.tokenizer.backend_tokenizer  # type: ignore[attr-defined]
    return [tensors(reading, tokenizer) for reading in readings]
