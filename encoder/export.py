"""A sentence-transformers model as a small directory: one int8 ONNX, its tokenizer, and how to load them."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from sentence_transformers import SentenceTransformer
from transformers import PreTrainedTokenizerFast

from encoder.fused import fused
from encoder.quantise import quantise
from encoder.source import WHEEL, WHEEL_SHA256, sha256

MODEL, TOKENIZER, SETTINGS = "model_int8.onnx", "tokenizer.json", "onnx_sentence.json"
REFERENCE = (
    "食品经营许可证",
    "饭店黄了，食品证咋退",
    "烟草证不干了咋退",
    "公共场所卫生许可证注销",
    "药店关门了，药品经营许可证交给谁",
    "我那个小旅馆不开了，派出所发的证还要不要管",
    "营业执照注销",
    "税务清税要多久",
    "网吧转让了，文化部门那个证怎么办",
    "危化品的证不要了",
    "林区木材加工厂停产",
    "道路运输证 报废车 怎么注消",
    "spjyxkz zhuxiao",
    "SC证 JY开头",
    "民办幼儿园",
    "浴池",
    "叉车",
    "什么材料",
    "今天天气怎么样",
    "在加格达奇开了八年的超市，去年老伴身体不好就关了，东西也处理完了，就想问问墙上挂的那几个证要退到哪儿去，得带啥",
)


class Sentence(torch.nn.Module):
    """The whole way from token numbers to a unit vector."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.body = model[0].model
        self.top = model[2].linear

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """First token's state, through the dense layer, to length one."""
        state = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state[:, 0]
        return torch.nn.functional.normalize(self.top(state), dim=-1)


def to_onnx(network: torch.nn.Module, output: str) -> onnx.ModelProto:
    """The fp32 ONNX graph of a network that makes one row of `output` of token numbers and their mask."""
    ids = torch.randint(5, 1000, (3, 17))
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
    shape = {0: batch, 1: length}
    return graph_of(network, {"input_ids": (ids, shape), "attention_mask": (mask, shape)}, output)


def graph_of(
    network: torch.nn.Module, given: Mapping[str, tuple[torch.Tensor, dict[int, Any]]], output: str
) -> onnx.ModelProto:
    """The fp32 ONNX graph of a network; for each input of `forward` an example, and which of its sizes may vary."""
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            fused(network.eval()),
            tuple(example for example, _ in given.values()),
            dynamo=True,
            verbose=False,
            opset_version=20,
            dynamic_shapes={name: shape for name, (_, shape) in given.items()},
            input_names=list(given),
            output_names=[output],
        )
        program.save(str(Path(scratch) / "fp32.onnx"))
        return onnx.load(str(Path(scratch) / "fp32.onnx"))


def _slim(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Drop what the exporter noted about this machine's source files and keep what runs."""
    del graph.metadata_props[:]
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*graph.graph.input, *graph.graph.output, *graph.graph.initializer):
        del value.metadata_props[:]
    del graph.graph.metadata_props[:]
    return graph


def write_json(path: Path, value: object) -> None:
    """Readable JSON with a last newline."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_model(
    graph: onnx.ModelProto, tokenizer: PreTrainedTokenizerFast, licence: Path, target: Path
) -> dict[str, str]:
    """Write a graph as int8 ONNX, the tokenizer and the licence; the hashes of the first two come back."""
    target.mkdir(parents=True, exist_ok=True)
    onnx.save(_slim(quantise(graph)), str(target / MODEL))
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.save(str(target / TOKENIZER))
    shutil.copyfile(licence, target / "LICENSE")
    return {name: sha256(target / name) for name in (MODEL, TOKENIZER)}


def export(model: SentenceTransformer, licence: Path, target: Path, *, fine_tuned: bool) -> dict[str, Any]:
    """Write all of the directory but its card, notice and module code; what encoder.json says comes back."""
    files = write_model(to_onnx(Sentence(model), "sentence_embedding"), model.tokenizer, licence, target)
    write_json(
        target / SETTINGS,
        {"model_file": MODEL, "tokenizer_file": TOKENIZER, "max_seq_length": 64, "dimension": 384},
    )
    write_json(target / "modules.json", [{"idx": 0, "name": "0", "path": "", "type": "onnx_sentence.OnnxSentence"}])
    write_json(
        target / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    described = {
        "name": "roformer-sim-small" + ("-zhuxiao" if fine_tuned else ""),
        "dimension": 384,
        "max_length": 64,
        "files": files,
        "source": {"wheel": WHEEL, "sha256": WHEEL_SHA256},
        "fine_tuned": fine_tuned,
    }
    write_json(target / "encoder.json", described)
    write_reference(target)
    return described


def write_reference(target: Path) -> None:
    """Encode the reference sentences with the directory just written and keep the vectors beside it."""
    from assistant.retrieval.encoder import OnnxEncoder

    vectors = OnnxEncoder(target).encode(REFERENCE)
    lines = [
        json.dumps({"text": text, "vector": [round(float(x), 6) for x in vector]}, ensure_ascii=False)
        for text, vector in zip(REFERENCE, np.asarray(vectors), strict=True)
    ]
    (target / "reference_vectors.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
