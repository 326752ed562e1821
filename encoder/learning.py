"""How the models learn: batch by batch, one step after the other, in the numbers that the processor is fast with."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch

RATE, HEAD_RATE = 1.5e-4, 1e-3
SORTED = 20  # batches whose rows are sorted by length, so that little is padding


def in_half() -> torch.autocast:
    """Computing in bfloat16 where the processor can; one that only imitates it takes fifteen times as long as in full."""
    can = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=any(can.get(name) for name in ("avx512_bf16", "amx_bf16")))


def fitted(
    reader: torch.nn.Module,
    batches: Sequence[Sequence[int]],
    read: Callable[[Sequence[int]], torch.Tensor],
    loss: Callable[[torch.Tensor, Sequence[int]], torch.Tensor],
) -> None:
    """Teach a reader (with `body` and `head`) the rows of each batch in turn; `read` makes the logits that `loss` takes."""
    groups = [
        {"params": reader.body.parameters(), "lr": RATE},  # type: ignore[union-attr]
        {"params": reader.head.parameters(), "lr": HEAD_RATE},  # type: ignore[union-attr]
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [RATE, HEAD_RATE], len(batches) + 1, pct_start=0.1, anneal_strategy="linear", cycle_momentum=False
    )
    reader.train()
    for step, batch in enumerate(batches, 1):
        with in_half():
            logits = read(batch)
        value = loss(logits.float(), batch)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 200 == 0 or step == len(batches):
            print(f"  step {step}/{len(batches)}, loss {value.item():.4f}", flush=True)
    reader.eval()


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token numbers and their mask, both of shape (rows, longest)."""
    longest = max(map(len, rows))
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for line, row in enumerate(rows):
        ids[line, : len(row)] = torch.tensor(row)
        mask[line, : len(row)] = 1
    return ids, mask


def batches_of(lengths: Sequence[int], size: int) -> list[list[int]]:
    """All rows once in batches, those of similar length together, in an order of chance."""
    order = random.sample(range(len(lengths)), len(lengths))
    chunks = (order[at : at + size * SORTED] for at in range(0, len(order), size * SORTED))
    alike = [sorted(chunk, key=lengths.__getitem__) for chunk in chunks]
    batches = [chunk[at : at + size] for chunk in alike for at in range(0, len(chunk) - size + 1, size)]
    random.shuffle(batches)
    return batches
