"""The meaning part: exact vectors on disk (float16), and when there are many, clusters of coarse ones that say which to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

CHUNK = 16_384  # vectors at a time
POINTS_A_CLUSTER = 40  # to learn from
PROBED = 64  # clusters that are looked into
TRAINING_SEED = 20261121


class Vectors:
    """Unit vectors by number; the file is read, not mapped: what is not asked for takes no memory."""

    def __init__(self, file: Path, dimension: int) -> None:
        self._width = 2 * dimension
        self._file = file.open("rb")
        self._dimension = dimension
        self.size = file.stat().st_size // self._width

    def all(self) -> np.ndarray:
        """Every vector, float32."""
        return np.fromfile(self._file.name, np.float16).reshape(-1, self._dimension).astype(np.float32)

    def cosines(self, vector: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """How alike these are to one vector."""
        handle, width = self._file.fileno(), self._width
        read = b"".join(os.pread(handle, width, width * number) for number in numbers.tolist())
        found = np.frombuffer(read, np.float16).reshape(-1, self._dimension).astype(np.float32)
        return np.asarray(found @ vector)


class Clusters:
    """FAISS IVF with 8-bit vectors, memory-mapped."""

    def __init__(self, file: Path) -> None:
        import faiss

        faiss.omp_set_num_threads(1)  # one thread a worker: two are worse under load
        self._index: Any = faiss.read_index(str(file), faiss.IO_FLAG_MMAP)

    def best(self, vector: np.ndarray, wanted: int, allowed: np.ndarray | None = None) -> np.ndarray:
        """The numbers of about the nearest vectors; the fewer are allowed, the more clusters are looked into."""
        import faiss

        parameters: Any = faiss.SearchParametersIVF
        selector: Any = faiss.IDSelectorBitmap
        if allowed is None:
            chosen = parameters(nprobe=PROBED)
        else:
            share = max(int(np.count_nonzero(allowed)), 1) / len(allowed)
            kept = selector(np.packbits(allowed, bitorder="little"))
            chosen = parameters(sel=kept, nprobe=min(int(PROBED / share), self._index.nlist))
        _, numbers = self._index.search(vector[None], wanted, params=chosen)
        return np.asarray(numbers[0][numbers[0] >= 0], np.int64)


def write_clusters(file: Path, vectors: np.ndarray, threads: int) -> None:
    """Learn the clusters from a sample and put all vectors into them."""
    import faiss

    faiss.omp_set_num_threads(threads)
    size, dimension = vectors.shape
    clusters = max(int(4 * size**0.5), 1)
    index: Any = faiss.index_factory(dimension, f"IVF{clusters},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = TRAINING_SEED
    index.cp.max_points_per_centroid = POINTS_A_CLUSTER
    chance = np.random.default_rng(TRAINING_SEED)
    sample = np.sort(chance.choice(size, min(size, clusters * POINTS_A_CLUSTER), replace=False))
    index.train(np.asarray(vectors[sample], np.float32))
    for part in chunks(vectors):
        index.add(part)
    faiss.write_index(index, str(file))
    faiss.omp_set_num_threads(1)


def chunks(vectors: np.ndarray) -> Iterator[np.ndarray]:
    """The vectors part by part, as float32."""
    for at in range(0, len(vectors), CHUNK):
        yield np.ascontiguousarray(vectors[at : at + CHUNK], np.float32)
