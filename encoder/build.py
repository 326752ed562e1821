"""Make the shipped encoder: `python -m encoder.build` (about twenty minutes on two cores; needs requirements/encoder.txt).

Takes the original by hash, converts it, proves by training without a fifth of the guides that fine-tuning carries over,
then trains on all, exports int8 ONNX and writes the model card. Nothing is replaced unless held-out guides got better.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from encoder.measure import Figures, held_out, measure

ROOT = Path(__file__).resolve().parent.parent
CONVERTED = "converted to sentence-transformers, "
TUNED = f"{CONVERTED}fine-tuned on questions made from the knowledge of this repository, and "
SHIPPED = ROOT / "encoder" / "roformer-sim-small"


class Batched:
    """A sentence-transformers model with quiet encoding."""

    def __init__(self, model: object) -> None:
        self.model = model

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """One unit vector for each text."""
        vectors = self.model.encode(texts, batch_size=64, show_progress_bar=False)  # type: ignore[attr-defined]
        return np.asarray(vectors, dtype=np.float32)


def difference_from_original(model: object, source: Path) -> float:
    """The largest difference between a model's vectors and those of the original ONNX."""
    from encoder.convert import tokenizer_from
    from encoder.export import REFERENCE

    tokenizer = tokenizer_from(source / "roformer_vocab.txt")
    session = onnxruntime.InferenceSession(str(source / "roformer_unilm_small.onnx"))
    largest = 0.0
    for text, ours in zip(REFERENCE, Batched(model).encode(list(REFERENCE)), strict=True):
        ids = np.array([tokenizer.encode(text).ids], dtype=np.float32)
        vector = session.run(None, {"Input-Token": ids, "Input-Segment": np.zeros_like(ids)})[0][0]
        largest = max(largest, float(np.abs(vector / np.linalg.norm(vector) - ours).max()))
    return largest


def original(source: Path) -> object:
    """The original as a sentence-transformers model."""
    import torch

    from encoder.convert import convert

    torch.set_num_threads(1)  # two threads wait for each other as soon as somebody else uses a core
    with tempfile.TemporaryDirectory() as scratch:
        return convert(source, Path(scratch))


def proof(source: Path, steps: int, seed: int) -> Figures:
    """How well guides are found that the training never saw."""
    from encoder.known import load_known
    from encoder.train import fine_tune

    known = load_known(ROOT / "knowledge")
    apart = held_out(known)
    model = original(source)
    without = {i: one for i, one in known.items() if i not in apart}
    fine_tune(model, without, steps=steps, seed=seed, say=lambda line: print(f"  (proof){line}", flush=True))
    return measure(Batched(model), known, apart)


def build(steps: int, seed: int, cache: Path, target: Path) -> None:
    """Everything, the proof beside the training itself; `steps` 0 leaves the weights as they are."""

    from assistant.retrieval.encoder import OnnxEncoder
    from encoder.card import Story, card, notice
    from encoder.export import export, write_json
    from encoder.known import load_known
    from encoder.pairs import BATCH
    from encoder.source import fetch
    from encoder.train import fine_tune

    started = time.monotonic()
    source = fetch(cache)
    known = load_known(ROOT / "knowledge")
    guides = {one.id for one in known.values() if one.is_guide}
    apart = held_out(known)

    model = original(source)
    difference = difference_from_original(model, source)
    print(f"converted: largest difference from the original {difference:.1e}", flush=True)
    if difference > 1e-4:
        raise SystemExit("the converted model does not give the original's vectors")
    all_before = measure(Batched(model), known, guides)
    before = after = measure(Batched(model), known, apart)
    print(f"original, all guides: {all_before}\noriginal, held out: {before}", flush=True)
    if steps:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
            proving = beside.submit(proof, source, steps, seed)
            print(f"training on all, and beside it without {len(apart)} guides", flush=True)
            fine_tune(model, known, steps=steps, seed=seed)
            after = proving.result()
        print(f"fine-tuned without them, held out: {after}", flush=True)
    fine_tuned = after.first > before.first
    if not fine_tuned:
        model = original(source)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        described = export(model, source / "LICENSE", made, fine_tuned=fine_tuned)
        phrases = [p for one in known.values() for p in one.phrases]
        small, large = OnnxEncoder(made).encode(phrases), Batched(model).encode(phrases)
        story = Story(
            fine_tuned=fine_tuned,
            difference=difference,
            steps=steps if fine_tuned else 0,
            seed=seed,
            batch=BATCH,
            guides=len(guides),
            phrases=len(phrases),
            held_out=len(apart),
            before=before,
            after=after,
            all_before=all_before,
            all_shipped=measure(OnnxEncoder(made), known, guides),
            cosine_to_fp32=float((small * large).sum(axis=1).mean()),
            minutes=(time.monotonic() - started) / 60,
            megabytes=sum(f.stat().st_size for f in made.iterdir()) / 1e6,
        )
        write_json(made / "encoder.json", described | {"measured": story.as_json()})
        (made / "README.md").write_text(card(story), encoding="utf-8")
        (made / "NOTICE").write_text(notice(TUNED if fine_tuned else CONVERTED), encoding="utf-8")
        target.mkdir(parents=True, exist_ok=True)
        for file in (*made.iterdir(), SHIPPED / "onnx_sentence.py"):
            if file.parent != target:
                shutil.copyfile(file, target / file.name)
    print(
        f"shipped, all guides: {story.all_shipped}\n{story.megabytes:.1f} MB, {story.minutes:.1f} minutes", flush=True
    )


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=350, help="training steps of 32 (0: leave the weights alone)")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "encoder", help="where the original is kept")
    parser.add_argument("--target", type=Path, default=SHIPPED)
    chosen = parser.parse_args()
    build(chosen.steps, chosen.seed, chosen.cache, chosen.target)


if __name__ == "__main__":
    main()
