"""`daoban bench scale`: what the index costs and misses from a hundred passages to a million, one process a step.

The passages are generated (see scale_texts.py) and encoded once; the exact search that recall is measured against scores
every passage. Memory is what the serving process holds after all questions, its encoder included.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from assistant.bench.scale_texts import Question, Texts, bare
from assistant.bench.scale_vectors import THREADS, encoded
from assistant.errors import SettingsError
from assistant.knowledge.load import load
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.index.index import Found, Index, Names, build
from assistant.retrieval.index.meaning import CHUNK, chunks
from assistant.retrieval.index.passages import Passage
from assistant.retrieval.index.terms import read_terms
from assistant.settings import from_environment

TIMED, JUDGED, UPDATED = 500, 200, 20  # questions with a clock, questions against exact search, guides written anew
TOP = 10
EQUAL = 1e-5  # scores that differ by less are equal
BATCH = 20  # questions that are put to exact search together
DIGEST = "bench"

Result = TypeVar("Result")
Given = ParamSpec("Given")


@dataclass(frozen=True)
class Timed(Generic[Result]):
    """What a step gave, and what it took in seconds: by the clock, and of the processor."""

    result: Result
    clock: float
    processor: float


@dataclass(frozen=True)
class Row:
    """The figures of one size; milliseconds include the encoding of the question."""

    passages: int
    counties: int
    different: int  # texts, when the counties' names are taken out
    kind: str
    build_s: float  # without encoding
    build_mb: float
    disk_mb: float
    open_s: float
    memory_mb: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_p95_ms: float  # of the processor: what stays the same when others use it too
    search_p95_ms: float  # without encoding
    recall: float
    filtered_p95_ms: float
    filtered_recall: float
    update_s: float  # the slowest
    reading_p95_ms: float  # of questions asked meanwhile, on the same cores
    reading_max_ms: float


HEADS = {
    "passages": "段落", "counties": "县", "different": "去掉县名后不同的", "kind": "做法", "build_s": "建索引（秒）",
    "build_mb": "建时内存（MB）", "disk_mb": "磁盘（MB）", "open_s": "打开（秒）", "memory_mb": "内存（MB）",
    "p50_ms": "p50（毫秒）", "p95_ms": "p95", "p99_ms": "p99", "cpu_p95_ms": "处理器 p95", "search_p95_ms": "不算编码 p95", "recall": "recall@10",
    "filtered_p95_ms": "按县或部门筛 p95", "filtered_recall": "筛后 recall@10", "update_s": "改一份（秒，最慢）",
    "reading_p95_ms": "改的同时问 p95", "reading_max_ms": "最慢",
}  # fmt: skip
FLAT, LARGE = "内存里逐条", "tantivy + IVF SQ8"


def run(sizes: Sequence[int], folder: Path, as_json: bool) -> str:
    """Measure every size, the smallest first; a Markdown table, or JSON."""
    rows = [_measured(size, folder) for size in sorted(sizes)]
    if as_json:
        return json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
    names = [field.name for field in fields(Row)]
    lines = [
        [HEADS[name] for name in names],
        ["---:"] * len(names),
        *([_shown(getattr(row, name)) for name in names] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if value < 10 else f"{value:.0f}"
    return str(value)


def _measured(size: int, folder: Path) -> Row:
    figures = _apart(_make, size, folder)
    floors = _apart(_judge, size, folder)
    figures |= _apart(_serve, size, folder)
    found = [figures.pop("found"), figures.pop("found_filtered")]
    recalls = [_recall(own, floor) for own, floor in zip(found, floors, strict=True)]
    return Row(**figures, recall=recalls[0], filtered_recall=recalls[1])


def _apart(step: Callable[[int, Path], Result], size: int, folder: Path) -> Result:
    """One step in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(step, size, folder).result()


@dataclass(frozen=True)
class _Set:
    """What a step works with."""

    texts: Texts
    encoder: Encoder
    folder: Path

    @property
    def index(self) -> Path:
        """Where the index is."""
        return self.folder / "index"


def _set(size: int, folder: Path) -> _Set:
    settings = from_environment()
    encoder = load_encoder(settings.encoder_path)
    if encoder is None:
        raise SettingsError("这个测量要用编码器，请检查 DAOBAN_ENCODER")
    return _Set(Texts(load(settings.knowledge)), encoder, folder / f"scale-{size}")


def _vectors(given: _Set, passages: Sequence[Passage]) -> np.ndarray:
    texts = [passage.text for passage in passages]
    beginning = sha256("\n".join(given.texts.sample()).encode("utf-8")).hexdigest()
    file = given.folder.parent / f"vectors-{given.encoder.digest[:12]}-{beginning[:12]}.f16"
    return encoded(file, texts, given.encoder)


# ---- steps, each in its own process -----------------------------------------------------------------------------------


def _make(size: int, folder: Path) -> dict[str, Any]:
    """Build the index."""
    given = _set(size, folder)
    passages = given.texts.passages(size)
    vectors = _vectors(given, passages)
    began = time.perf_counter()
    index = build(given.index, passages, DIGEST, given.encoder, vectors=vectors, threads=THREADS)
    took = time.perf_counter() - began
    return {
        "passages": size,
        "counties": len({passage.region for passage in passages}),
        "different": bare(passages),
        "kind": LARGE if index.view.manifest.large else FLAT,
        "build_s": took,
        "build_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(file.stat().st_size for file in given.index.rglob("*") if file.is_file()) / 1e6,
    }


def _judge(size: int, folder: Path) -> list[list[float]]:
    """The tenth best score of each question, unfiltered and filtered, when every passage is scored."""
    given = _set(size, folder)
    passages = given.texts.passages(size)
    vectors = _vectors(given, passages)
    vocabulary, cut = read_terms(given.index)
    columns = [np.array([str(p.region) for p in passages]), np.array([str(p.department) for p in passages])]
    questions = given.texts.questions(size, JUDGED)
    floors: list[list[float]] = [[], []]
    for at in range(0, len(questions), BATCH):
        part = questions[at : at + BATCH]
        asking = given.encoder.encode([question.text for question in part])
        cosines = np.concatenate([few @ asking.T for few in chunks(vectors)])
        for column, question in enumerate(part):
            terms = vocabulary.asked(question.text)
            shares = [cut.shares(terms, vocabulary, numbers) for numbers in _parts(size)]
            score = np.concatenate(shares) + cosines[:, column]
            where = _filter(at + column, question)
            kept = np.full(size, True)
            for names, own in zip(where, columns, strict=True):
                if names is not None:
                    kept &= np.isin(own, list(map(str, names)))
            floors[0].append(_tenth(score))
            floors[1].append(_tenth(score[kept]))
    return floors


def _parts(size: int) -> Iterator[np.ndarray]:
    for at in range(0, size, CHUNK):
        yield np.arange(at, min(at + CHUNK, size))


def _tenth(scores: np.ndarray) -> float:
    return float(np.sort(np.partition(scores, -TOP)[-TOP:])[0]) if len(scores) >= TOP else -1.0


def _filter(number: int, question: Question) -> tuple[Names, Names]:
    """By county, by department, by both in turn: those that the question is about."""
    regions, departments = {question.region}, {question.department}
    return [(regions, None), (None, departments), (regions, departments)][number % 3]


def _serve(size: int, folder: Path) -> dict[str, Any]:
    """Open the index, put questions to it, change it while it is read."""
    given = _set(size, folder)
    began = time.perf_counter()
    index = Index(given.index, DIGEST, given.encoder)
    open_s = time.perf_counter() - began
    questions = given.texts.questions(size, TIMED)
    for question in questions[:20]:
        index.search(question.text, TOP)
    whole = [_timed(index.search, question.text, TOP) for question in questions]
    searched = [
        _timed(index.view.search, question.text, given.encoder.encode([question.text])[0], TOP, None, None)
        for question in questions
    ]
    filtered: list[Timed[list[Found]]] = []
    for number, question in enumerate(questions):
        regions, departments = _filter(number, question)
        filtered.append(_timed(index.search, question.text, TOP, regions=regions, departments=departments))
    figures = {
        "open_s": open_s,
        **dict(
            zip(("p50_ms", "p95_ms", "p99_ms"), _percentiles([one.clock for one in whole], 50, 95, 99), strict=True)
        ),
        "cpu_p95_ms": _percentiles([one.processor for one in whole], 95)[0],
        "search_p95_ms": _percentiles([one.clock for one in searched], 95)[0],
        "filtered_p95_ms": _percentiles([one.clock for one in filtered], 95)[0],
        "memory_mb": _memory_mb(),
        **_changing(given, index, questions),
    }
    return {
        **figures,
        "found": [[found.score for found in one.result] for one in whole[:JUDGED]],
        "found_filtered": [[found.score for found in one.result] for one in filtered[:JUDGED]],
    }


def _changing(given: _Set, index: Index, questions: Sequence[Question]) -> dict[str, float]:
    """Guides written anew one after another, while another thread goes on asking."""
    entries = list(
        dict.fromkeys(index.view.built.passages[n].entry for n in range(0, len(index.view.built.passages), 37))
    )
    meanwhile: list[float] = []
    stop = threading.Event()

    def read() -> None:
        for question in cycle(questions):
            if stop.is_set():
                return
            meanwhile.append(_timed(index.search, question.text, TOP).clock)

    reader = threading.Thread(target=read)
    reader.start()
    took = [_timed(index.replace, entry, given.texts.rewritten(entry), DIGEST).clock for entry in entries[:UPDATED]]
    stop.set()
    reader.join()
    p95, most = _percentiles(meanwhile, 95, 100)
    return {"update_s": max(took), "reading_p95_ms": p95, "reading_max_ms": most}


def _timed(step: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Timed[Result]:
    clock, processor = time.perf_counter(), time.thread_time()
    result = step(*args, **kwargs)
    return Timed(result, time.perf_counter() - clock, time.thread_time() - processor)


def _percentiles(seconds: Sequence[float], *shares: int) -> list[float]:
    """In milliseconds."""
    return [1000 * float(value) for value in np.percentile(seconds, shares)]


def _memory_mb() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _recall(found: Sequence[Sequence[float]], floors: Sequence[float]) -> float:
    """The share of the ten best that was found, where there are ten."""
    hits = [
        sum(score >= floor - EQUAL for score in own) for own, floor in zip(found, floors, strict=True) if floor > -1
    ]
    return sum(hits) / (TOP * len(hits)) if hits else 1.0
