"""Make the shipped reader of clauses: `python -m encoder.clause_reader` (a few minutes; needs requirements/encoder.txt).

The lower layers of the same original as the encoder's, with one logistic head, learn what clauses tell (nlu/sayings).
A fifth of the clauses is kept apart to measure, and to find from which probability a label counts as told by itself;
then the model is trained on all, exported as int8 ONNX, and its card is written.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.sayings.clauses import Clause, masked, read_clauses
from encoder.build import ROOT, original
from encoder.card import notice
from encoder.export import MODEL, to_onnx, write_json, write_model
from encoder.learning import fitted, padded
from encoder.source import fetch

TARGET = ROOT / "encoder" / "clause-reader"
LAYERS, HIDDEN, LONGEST = 3, 384, 48
BATCH = 48
FOLDS = 5
CHANGES = f"the lower {LAYERS} of its 6 layers kept, one layer added, taught with the clauses of nlu/sayings, and "
WRONG_AT_MOST = 0.03  # of the labels that are taken for told

Figures = NDArray[np.float64]


class ClauseReader(torch.nn.Module):
    """Token numbers in, one logit for each label out."""

    def __init__(self, body: torch.nn.Module, labels: int) -> None:
        super().__init__()
        body.encoder.layer = body.encoder.layer[:LAYERS]  # type: ignore[union-attr,index]
        self.body = body
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(2 * HIDDEN, labels)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """The first token's state and the mean of all, through the head."""
        states = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        share = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * share).sum(1) / share.sum(1)
        return self.head(self.dropout(torch.cat([states[:, 0], mean], 1)))


@dataclass(frozen=True)
class Measured:
    """How well clauses are read that were kept apart."""

    clauses: int
    apart: int
    f1: float  # over all labels, from one half on
    sure: float  # the probability from which a label counts as told
    precision: float  # ... and how much of that is right
    recall: float


class Lesson:
    """The clauses with their labels as tensors."""

    def __init__(self, clauses: Sequence[Clause], source: Path) -> None:
        self.labels = sorted({label for clause in clauses for label in clause.labels})
        model = original(source)
        self.tokenizer = model.tokenizer  # type: ignore[attr-defined]
        self._tokens = [self.tokenizer.encode(masked(c.text))[:LONGEST] for c in clauses]
        self._truth = torch.tensor([[float(label in c.labels) for label in self.labels] for c in clauses])
        self.fold = np.array([_number(clause.text) % FOLDS for clause in clauses])
        self._source = source

    def taught(self, rows: Sequence[int], epochs: int, seed: int) -> ClauseReader:
        """A reader that learned from these clauses, the same every time for the same seed."""
        random.seed(seed)
        torch.manual_seed(seed)
        reader = ClauseReader(original(self._source)[0].model, len(self.labels))  # type: ignore[index]
        batches = list(_batches(rows, epochs))
        fitted(reader, batches, lambda rows: reader(*padded([self._tokens[row] for row in rows])), self._loss)
        return reader

    def _loss(self, logits: torch.Tensor, rows: Sequence[int]) -> torch.Tensor:
        value = torch.nn.functional.binary_cross_entropy_with_logits(logits, self._truth[rows])
        return value * len(self.labels)

    def measured(self, reader: ClauseReader, rows: Sequence[int]) -> Measured:
        """The figures on clauses that the reader has not learned from."""
        with torch.no_grad():
            parts = [
                reader(*padded([self._tokens[row] for row in rows[at : at + 256]])) for at in range(0, len(rows), 256)
            ]
        share: Figures = torch.sigmoid(torch.cat(parts)).numpy()
        truth = self._truth[rows].numpy() > 0
        right = int(((share >= 0.5) & truth).sum())
        f1 = 2 * right / ((share >= 0.5).sum() + truth.sum())
        for sure in np.arange(0.5, 1.0, 0.01):
            told = share >= sure
            if (told & ~truth).sum() <= WRONG_AT_MOST * told.sum():
                break
        found = (told & truth).sum()
        return Measured(
            len(self.fold), len(rows), float(f1), round(float(sure), 2), found / told.sum(), found / truth.sum()
        )


def _batches(rows: Sequence[int], epochs: int) -> Iterator[list[int]]:
    for _ in range(epochs):
        order = random.sample(list(rows), len(rows))
        yield from (order[at : at + BATCH] for at in range(0, len(order) - BATCH + 1, BATCH))


def _number(text: str) -> int:
    """A number that is the same for a text in every run."""
    return sum(ord(character) * (7 * at + 3) for at, character in enumerate(text))


def build(epochs: int, seed: int, cache: Path, target: Path) -> None:
    """Everything, from the clauses to the directory that ships."""
    started = time.monotonic()
    source = fetch(cache)
    lesson = Lesson(read_clauses(ROOT / "nlu" / "sayings"), source)
    apart = np.flatnonzero(lesson.fold == 0).tolist()
    print(f"learning without {len(apart)} clauses, to measure", flush=True)
    found = lesson.measured(lesson.taught(np.flatnonzero(lesson.fold).tolist(), epochs, seed), apart)
    print(f"{found}\nlearning from all", flush=True)
    reader = lesson.taught(range(len(lesson.fold)), epochs, seed)
    files = write_model(to_onnx(reader, "logits"), lesson.tokenizer, source / "LICENSE", target)
    (target / "NOTICE").write_text(notice(CHANGES), "utf-8")
    described = {"max_length": LONGEST, "labels": lesson.labels, "sure": found.sure, "files": files}
    write_json(target / "reader.json", described | {"measured": asdict(found)})
    minutes = (time.monotonic() - started) / 60
    size = (target / MODEL).stat().st_size / 1e6
    (target / "README.md").write_text(_card(found, lesson.labels, minutes, size, epochs, seed), "utf-8")
    print(f"{size:.1f} MB, {minutes:.1f} minutes", flush=True)


def _card(found: Measured, labels: Sequence[str], minutes: float, size: float, epochs: int, seed: int) -> str:
    """The model card, in Chinese like the encoder's."""
    return f"""# 读句模型

一小段话（两个逗号之间）说明了什么：是整体退出还是只退证、自己办还是代办、公户公章社保户有没有、欠不欠钱、这张证有没有、是不是在问。
原模型是 RoFormer-Sim small（出处、许可见 NOTICE 和 LICENSE）的前 {LAYERS} 层，上面加一层，用 `nlu/sayings` 里的 {found.clauses} 小段话教出来。

- 标签 {len(labels)} 个：{"、".join(labels)}
- 训练：{epochs} 遍，种子 {seed}，两次训练（先留出五分之一来量，再用全部）共 {minutes:.1f} 分钟；`make reader` 再做一遍
- 留出的 {found.apart} 小段：F1 {found.f1:.3f}；把握到 {found.sure} 才算说了，这样算对 {found.precision:.3f}，说了的认出 {found.recall:.3f}
- int8 ONNX，{size:.1f} MB，不需要 PyTorch

例句是照着各种人的口气写的，不是真人的聊天记录；没有个人信息。没见过的说法、方言里的反话会读错，所以把握不够时仍按字词判断；记下的都列在“我说过的”里，本人一点就改。
"""


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "encoder", help="where the original is kept")
    parser.add_argument("--target", type=Path, default=TARGET)
    chosen = parser.parse_args()
    build(chosen.epochs, chosen.seed, chosen.cache, chosen.target)


if __name__ == "__main__":
    main()
