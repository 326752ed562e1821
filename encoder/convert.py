"""The original ONNX (exported from Keras) as a sentence-transformers model with the same vectors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, RoFormerConfig, RoFormerModel

LAYERS, HIDDEN, HEADS, MAX_LENGTH = 6, 384, 6, 64


def tokenizer_from(vocabulary: Path) -> Tokenizer:
    """The original's tokenizer: lower case, one token per Chinese character, word pieces for the rest."""
    tokens = vocabulary.read_text(encoding="utf-8").splitlines()
    ids = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=200))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return tokenizer


def weights_from(onnx_file: Path) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The weights of the original under the names of RoFormerModel and of the dense layer on top."""
    raw = {
        t.name.removesuffix(":0").removesuffix("/ReadVariableOp").removesuffix("/Tensordot/Reshape_1"): t
        for t in onnx.load(str(onnx_file)).graph.initializer
        if t.data_type == onnx.TensorProto.FLOAT and len(t.dims) in (1, 2)
    }

    def tensor(name: str, transpose: bool = False) -> torch.Tensor:
        value = numpy_helper.to_array(raw[name])
        return torch.from_numpy(np.array(value.T if transpose else value, dtype=np.float32, order="C"))

    def dense(name: str, target: str) -> dict[str, torch.Tensor]:
        return {f"{target}.weight": tensor(name, True), f"{target}.bias": tensor(f"{name}/BiasAdd")}

    def norm(name: str, target: str) -> dict[str, torch.Tensor]:
        return {f"{target}.weight": tensor(f"{name}/mul"), f"{target}.bias": tensor(f"{name}/add_1")}

    state = {
        "embeddings.word_embeddings.weight": tensor("Embedding-Token/embeddings"),
        "embeddings.token_type_embeddings.weight": tensor("Embedding-Segment/embeddings"),
        **norm("Embedding-Norm", "embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        attention, forward = f"Transformer-{layer}-MultiHeadSelfAttention", f"Transformer-{layer}-FeedForward"
        ours = f"encoder.layer.{layer}"
        parts = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
        for number, part in enumerate((*parts, "intermediate.dense", "output.dense"), start=6 * layer):
            name = f"dense_{number}" if number else "dense"
            state |= dense(f"{attention if number < 6 * layer + 4 else forward}/{name}", f"{ours}.{part}")
        state |= norm(f"{attention}-Norm", f"{ours}.attention.output.LayerNorm")
        state |= norm(f"{forward}-Norm", f"{ours}.output.LayerNorm")
    top = {"linear.weight": tensor("Pooler-Dense/MatMul", True), "linear.bias": tensor("Pooler-Dense/BiasAdd")}
    return state, top


def convert(source: Path, target: Path) -> SentenceTransformer:
    """Build the sentence-transformers model (Transformer, first-token pooling, Dense, Normalize) from `source`."""
    target.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_from(source / "roformer_vocab.txt")
    state, top = weights_from(source / "roformer_unilm_small.onnx")
    config = RoFormerConfig(
        vocab_size=tokenizer.get_vocab_size(),
        embedding_size=HIDDEN,
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=512,
    )
    model = RoFormerModel(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any("embed_positions" not in name for name in missing):
        raise SystemExit(f"weights do not fit: missing {missing}, unexpected {unexpected}")
    model.save_pretrained(target)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
        model_max_length=MAX_LENGTH,
    ).save_pretrained(target)
    (target / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": MAX_LENGTH}), encoding="utf-8")
    head = Dense(HIDDEN, HIDDEN, activation_function=None)
    head.load_state_dict(top)
    transformer = Transformer(str(target), max_seq_length=MAX_LENGTH)
    pooling = Pooling(HIDDEN, pooling_mode="cls")
    return SentenceTransformer(modules=[transformer, pooling, head, Normalize()], device="cpu")
