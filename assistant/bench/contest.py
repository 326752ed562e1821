"""Who takes part in the comparison, and one system's turn in it: built once, started again, asked."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.bench.questions import Question
from assistant.bench.worker import GUIDES, KNOWLEDGE, MODEL, QUESTIONS, RESULT
from assistant.errors import DaobanError
from assistant.knowledge.whole import Knowledge
from assistant.retrieval.entries import Kind, entries_of
from assistant.retrieval.equipment import Equipment
from assistant.settings import ROOT, Settings

COMPARED = ROOT / "build" / "compared"  # models that `make bench` fetches; see setup/compared.py
ENCODER_PYTHON = ROOT / ".venv-encoder" / "bin" / "python"
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    "1",
)
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "HF_HUB_OFFLINE": "1",
}


@dataclass(frozen=True)
class Contestant:
    """One system: what it is called, what runs it, and why it cannot take part, where it cannot."""

    title: str
    system: str  # module:class
    python: Path = Path(sys.executable)
    given: Path | None = None  # the directory of its model, or its settings
    missing: str | None = None


@dataclass(frozen=True)
class Turn:
    """What a system found, and what it took."""

    ranked: tuple[tuple[str, ...], ...]  # the first three guides of each question
    decided: tuple[str, ...]  # only ours decides whether to answer at all
    p50_ms: float
    p95_ms: float
    start_s: float
    build_s: float  # the first start, when nothing is kept from before
    memory_mb: float  # the whole process
    disk_mb: float  # its model, and what it keeps


def contestants(settings: Settings, equipment: Equipment) -> tuple[Contestant, ...]:
    """Ours, the plain systems of the field, single encoders, and Rasa's own way."""
    no_bm25 = None if importlib.util.find_spec("bm25s") else "没有装 bm25s，make bench 会装"
    no_rasa = None if settings.rasa_python.is_file() else "没有 Rasa 的环境，make bench 会装"
    encoder = settings.encoder_path
    without = equipment.warning or (None if equipment.encoder else "设了 DAOBAN_ENCODER=none")
    no_encoder = None if encoder and encoder.is_dir() else without

    def brought(folder: str) -> str | None:
        there = ENCODER_PYTHON.is_file() and (COMPARED / folder).is_dir()
        return None if there else f"没有 {folder}（或装它的环境），make bench 会取来"

    def single(title: str, folder: str) -> Contestant:
        return Contestant(
            title, "assistant.bench.baselines:Encoder", ENCODER_PYTHON, COMPARED / folder, brought(folder)
        )

    return (
        Contestant("智能导办", "assistant.bench.ours:WithEncoder", given=encoder, missing=without),
        Contestant("智能导办，不用编码器", "assistant.bench.ours:Words"),
        Contestant("BM25，jieba 分词", "assistant.bench.baselines:JiebaWords", missing=no_bm25),
        Contestant("BM25，单字和双字", "assistant.bench.baselines:Characters", missing=no_bm25),
        Contestant("只用本系统的编码器", "assistant.bench.baselines:Encoder", given=encoder, missing=no_encoder),
        single("只用没调过的 RoFormer-Sim", "roformer-sim-small-original"),
        single("只用 m3e-small", "m3e-small"),
        Contestant(
            "Rasa 的 ResponseSelector",
            "assistant.bench.rasa_faq:Faq",
            settings.rasa_python,
            ROOT / "nlu" / "config.yml",
            no_rasa,
        ),
    )


def write_task(folder: Path, knowledge: Knowledge, equipment: Equipment, questions: Sequence[Question]) -> None:
    """The same names, aliases, scope words, samples and known questions for all; ours also gets the knowledge they stand in."""
    guides = [
        {"name": entry.name, "texts": [phrase.text for phrase in entry.phrases]}
        for entry in entries_of(knowledge)
        if entry.kind in (Kind.ITEM, Kind.TOPIC)
    ]
    asked = [question.model_dump(mode="json") for question in questions]
    for name, value in ((GUIDES, guides), (QUESTIONS, asked)):
        (folder / name).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    for name, thing in ((KNOWLEDGE, knowledge), (MODEL, equipment.model)):
        (folder / name).write_bytes(pickle.dumps(thing))


def turn(one: Contestant, folder: Path) -> Turn:
    """One system's turn; DaobanError where its process failed."""
    own = folder / one.system.replace(":", ".") / (one.given.name if one.given else "")
    own.mkdir(parents=True)
    command = [str(one.python), "-m", "assistant.bench.worker", one.system, str(folder), str(own), str(one.given or "")]
    environment = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT)}
    found = []
    for more, threads in (([], {}), (["--ask"], ONE_THREAD)):
        ran = subprocess.run(
            [*command, *more], cwd=own, env=environment | threads, check=False, capture_output=True, text=True
        )
        if ran.returncode:
            last = (ran.stderr.strip() or "没有说为什么").splitlines()[-1]
            raise DaobanError(f"没有跑成：{last}")
        found.append(json.loads((own / RESULT).read_text("utf-8")))
    built, asked = found
    p50, p95 = np.percentile(asked["milliseconds"] or [0], [50, 95])
    model = _megabytes(one.given) if one.given else 0
    return Turn(
        ranked=tuple(map(tuple, asked["ranked"])),
        decided=tuple(asked["decided"]),
        p50_ms=float(p50),
        p95_ms=float(p95),
        start_s=asked["ready_s"],
        build_s=built["ready_s"],
        memory_mb=asked["memory_mb"],
        disk_mb=model + _megabytes(own),
    )


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
