"""The body of a RoFormer as onnxruntime runs it fastest: one product for query, key and value, its own attention."""

from __future__ import annotations

import copy
from typing import NamedTuple

import torch
from transformers import RoFormerModel

LONGEST = 512  # tokens that can be told apart by where they stand


def fused(network: torch.nn.Module) -> torch.nn.Module:
    """A copy of a network with each RoFormerModel in it as a FusedBody, to be exported."""
    network = copy.deepcopy(network)
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, RoFormerModel):
                setattr(module, name, FusedBody(child))
    return network


class States(NamedTuple):
    """What transformers' models give, as far as it is read here."""

    last_hidden_state: torch.Tensor


class _Layer(torch.nn.Module):
    """One layer; what it computes is what the original's computes, in fewer steps."""

    def __init__(self, layer: torch.nn.Module, heads: int) -> None:
        super().__init__()
        own, self.after, self.wide, self.narrow = (
            layer.attention.self,  # type: ignore[union-attr]
            layer.attention.output,  # type: ignore[union-attr]
            layer.intermediate,
            layer.output,
        )
        parts = (own.query, own.key, own.value)  # type: ignore[union-attr]
        self.looks = torch.nn.Linear(parts[0].in_features, 3 * parts[0].out_features)  # type: ignore[union-attr,arg-type,operator]
        self.looks.weight = torch.nn.Parameter(torch.cat([part.weight for part in parts]))  # type: ignore[union-attr,misc]
        self.looks.bias = torch.nn.Parameter(torch.cat([part.bias for part in parts]))  # type: ignore[union-attr,misc]
        self.heads = heads

    def forward(
        self, states: torch.Tensor, keep: torch.Tensor, places: torch.Tensor, cosines: torch.Tensor, sines: torch.Tensor
    ) -> torch.Tensor:
        """The states (texts · tokens, figures) after this layer; `keep` is (texts, tokens)."""
        query, key, value = self.looks(states).unflatten(0, keep.shape).chunk(3, -1)
        turned = (self._turned(one, places, cosines, sines) for one in (query, key))
        seen = torch.onnx.ops.symbolic(
            "com.microsoft::MultiHeadAttention",
            [*turned, value, None, keep],
            {"num_heads": self.heads},
            dtype=value.dtype,
            shape=value.shape,
            version=1,
        )
        states = self.after(seen.flatten(0, 1), states)
        return self.narrow(self.wide(states), states)  # type: ignore[no-any-return]

    def _turned(
        self, rows: torch.Tensor, places: torch.Tensor, cosines: torch.Tensor, sines: torch.Tensor
    ) -> torch.Tensor:
        return torch.onnx.ops.symbolic(
            "com.microsoft::RotaryEmbedding",
            [rows, places, cosines, sines],
            {"num_heads": self.heads, "interleaved": 1},
            dtype=rows.dtype,
            shape=rows.shape,
            version=1,
        )


class FusedBody(torch.nn.Module):
    """What stands for a RoFormerModel where it is exported; it cannot be run by torch."""

    def __init__(self, body: torch.nn.Module) -> None:
        super().__init__()
        heads = body.config.num_attention_heads  # type: ignore[union-attr]
        self.embeddings = body.embeddings
        self.layers = torch.nn.ModuleList(_Layer(layer, heads) for layer in body.encoder.layer)  # type: ignore[union-attr,arg-type]
        places = body.encoder.embed_positions.weight[:LONGEST].detach()  # type: ignore[union-attr,index]
        sines, cosines = places.chunk(2, -1)  # type: ignore[operator]
        self.register_buffer("sines", sines.contiguous())
        self.register_buffer("cosines", cosines.contiguous())

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> States:
        """The states of all tokens after the last layer; tokens whose mask is 0 are not looked at."""
        kinds = torch.zeros_like(input_ids) if token_type_ids is None else token_type_ids
        own, said = self.embeddings.word_embeddings, self.embeddings.token_type_embeddings
        states = self.embeddings.LayerNorm(own(input_ids.flatten()) + said(kinds.flatten()))  # type: ignore[operator]
        keep = attention_mask.to(torch.int32)
        first = torch.zeros(1, dtype=torch.int64)
        for layer in self.layers:
            states = layer(states, keep, first, self.cosines, self.sines)
        return States(states.unflatten(0, keep.shape))
