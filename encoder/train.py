"""Fine-tuning: a question moves towards the phrase it means and away from all others of its batch."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from encoder.known import Known
from encoder.learning import in_half
from encoder.pairs import Maker

READ = 40  # tokens of each text


def fine_tune(
    model: SentenceTransformer,
    known: dict[str, Known],
    *,
    steps: int,
    seed: int,
    rate: float = 1e-4,
    say: Callable[[str], None] = print,
) -> None:
    """Train the model in place, the same way every time for the same seed and knowledge."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    maker = Maker(known, seed)
    loss = MultipleNegativesRankingLoss(model, scale=20.0)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=rate, total_steps=steps, pct_start=0.1, anneal_strategy="linear", cycle_momentum=False
    )
    longest, model.max_seq_length = model.max_seq_length, READ  # a batch is as slow as its longest question
    model.train()
    started, mean = time.monotonic(), 0.0
    for step in range(1, steps + 1):
        triples = maker.batch()
        columns = ([t.question for t in triples], [t.near for t in triples], [t.far for t in triples])
        with in_half():
            value = loss([model.preprocess(column) for column in columns], torch.empty(0))
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        mean = value.item() if step == 1 else 0.95 * mean + 0.05 * value.item()
        if step % 50 == 0 or step == steps:
            say(f"  step {step}/{steps}, loss {mean:.3f}, {time.monotonic() - started:.0f} s")
    model.eval()
    model.max_seq_length = longest
