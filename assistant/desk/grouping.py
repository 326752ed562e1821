"""Questions that mean the same brought together: by the vectors of the service's encoder, without one by their words.

Whoever was said most often leads; each further question joins the leader it is nearest to, or leads a group of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from assistant.retrieval.encoder import Encoder
from assistant.retrieval.words import STOP, pair_terms

# Over the sample questions of all guides three of four pairs as near as this are of the same guide, and those samples
# were written to differ as much as they can.
NEAR = 0.84
SHARED = 0.5  # of the pairs of characters of both together
REMEMBERED = 6000  # vectors, 384 floats each; on no disk, as these are people's words
Likeness = Callable[[list[int], int], np.ndarray]  # of some leaders to a text


def groups(texts: Sequence[str], encoder: Encoder | None) -> list[list[int]]:
    """The numbers of the texts that mean the same; each group has its leader first. The order of the texts is theirs."""
    alike, limit = (_by_meaning(texts, encoder), NEAR) if encoder else (_by_words(texts), SHARED)
    found: list[list[int]] = []
    leaders: list[int] = []
    for number in range(len(texts)):
        near = alike(leaders, number) if leaders else np.zeros(1)
        best = int(near.argmax())
        if leaders and near[best] >= limit:
            found[best].append(number)
        else:
            leaders.append(number)
            found.append([number])
    return found


def _by_meaning(texts: Sequence[str], encoder: Encoder) -> Likeness:
    """The cosines of the vectors."""
    vectors = np.stack([_vector(encoder, text) for text in texts]) if texts else np.zeros((0, 1))  # type: ignore[arg-type]
    return lambda leaders, number: vectors[leaders] @ vectors[number]


@lru_cache(maxsize=REMEMBERED)
def _vector(encoder: Encoder, text: str) -> np.ndarray:
    vector: np.ndarray = encoder.encode([text])[0]
    return vector


def _by_words(texts: Sequence[str]) -> Likeness:
    """How much of the pairs of characters of two texts is in both (Jaccard), without pairs that any question has."""
    pairs = [{pair for pair in pair_terms(text) if not STOP.issuperset(pair)} for text in texts]

    def shared(one: int, other: int) -> float:
        together = pairs[one] | pairs[other]
        return len(pairs[one] & pairs[other]) / len(together) if together else 0.0

    return lambda leaders, number: np.array([shared(leader, number) for leader in leaders])
