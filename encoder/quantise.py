"""Eight-bit weights and, for each token by itself, eight-bit activations.

The usual dynamic quantisation takes one scale for a whole batch, so that a sentence's vector depends on its
neighbours in the batch. Here every row (token) has its own scale: a sentence gets the same vector alone or among
others. Weights use 7 of the 8 bits, because older x86 kernels saturate otherwise and would give other vectors than
newer ones. Two things keep the vectors near the original's: the few columns that are far larger than all others in
every layer stay as they are, and what comes out of GELU, never below -0.17, is counted from there.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

WEIGHT_LEVELS = 63.0  # 7 bits with sign
ROW_LEVELS = 127.0  # 8 bits with sign
GELU_LEAST = 0.17  # GELU's values are never below minus this
LARGER = 1.4  # a column stays as it is where three layer norms weigh it this many times the usual

Floats = NDArray[np.float32]


def _whole(weight: Floats, axis: int, levels: float) -> tuple[NDArray[np.int8], Floats]:
    """A matrix as small whole numbers with one scale along the axis that is left."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-12).astype(np.float32) / np.float32(levels)
    return np.round(weight / scale).astype(np.int8), scale


class _Rewriter:
    """Replaces the nodes of one graph that use large constant matrices."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.graph = model.graph
        self.constants = {t.name: t for t in model.graph.initializer}
        self.maker = {name: node.op_type for node in model.graph.node for name in node.output}
        self.rows: dict[str, tuple[str, str]] = {}  # activation -> (its whole numbers, its row scales)
        self.tables: dict[str, tuple[str, str]] = {}  # table -> (its whole numbers, its row scales)
        norms = [n.input[1] for n in model.graph.node if n.op_type == "LayerNormalization"]
        sizes = np.abs([numpy_helper.to_array(self.constants[name]) for name in norms])
        self.width = sizes.shape[1]
        # The columns that several layer norms make larger than the others: the same ones in most layers.
        often = (sizes > LARGER * np.median(sizes, axis=1, keepdims=True)).sum(axis=0)
        self.large = np.flatnonzero(often >= 3).astype(np.int64)

    def keep(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant to the graph."""
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def matrix(self, name: str) -> Floats | None:
        """The value of a large two-dimensional float constant, or None."""
        t = self.constants.get(name)
        if t is None or t.data_type != TensorProto.FLOAT or len(t.dims) != 2 or min(t.dims) < 64:
            return None
        return numpy_helper.to_array(t).astype(np.float32)

    def set_apart(self, name: str) -> bool:
        """Whether an activation has the large columns: whatever comes out of a layer norm."""
        return bool(len(self.large)) and self.maker[name] == "LayerNormalization"

    def quantised_rows(self, name: str) -> list[NodeProto]:
        """Nodes that turn an activation into whole numbers 0 … 255 and a scale for each row."""
        big, top, scale, whole, rest = (f"{name}:{part}" for part in ("big", "max", "scale", "whole", "rest"))
        self.rows[name] = (whole, scale)
        gelu = self.maker[name] == "Gelu"
        if gelu:
            nodes, big = [helper.make_node("Add", [name, "gelu_least"], [rest])], rest
        elif self.set_apart(name):
            nodes = [
                helper.make_node("Mul", [name, "usual_columns"], [rest]),
                helper.make_node("Gather", [name, "large_columns"], [f"{name}:large"], axis=-1),
                helper.make_node("Abs", [rest], [big]),
            ]
        else:
            nodes, rest = [helper.make_node("Abs", [name], [big])], name
        return [
            *nodes,
            helper.make_node("ReduceMax", [big, "last_axis"], [top], keepdims=1),
            helper.make_node("Max", [top, "tiny"], [f"{top}:safe"]),
            helper.make_node("Mul", [f"{top}:safe", "gelu_step" if gelu else "row_step"], [scale]),
            helper.make_node("Div", [rest, scale], [f"{whole}:ratio"]),
            helper.make_node("Round", [f"{whole}:ratio"], [f"{whole}:round"]),
            helper.make_node("Add", [f"{whole}:round", "none" if gelu else "middle"], [f"{whole}:up"]),
            helper.make_node("Cast", [f"{whole}:up"], [whole], to=TensorProto.UINT8),
        ]

    def matmul(self, node: NodeProto) -> list[NodeProto]:
        """The nodes that stand for a product with a constant matrix."""
        weight = self.matrix(node.input[1])
        if weight is None:
            return [node]
        source, out = node.input[0], node.output[0]
        gelu, apart = self.maker[source] == "Gelu", self.set_apart(source)
        whole_weight, scale = _whole(weight, 0, WEIGHT_LEVELS)
        nodes = [] if source in self.rows else self.quantised_rows(source)
        whole, row_scale = self.rows[source]
        zero = "zero_gelu" if gelu else "zero"
        last = f"{out}:product" if gelu or apart else out
        nodes += [
            helper.make_node("MatMulInteger", [whole, self.keep(f"{out}:w", whole_weight), zero], [f"{out}:int"]),
            helper.make_node("Cast", [f"{out}:int"], [f"{out}:float"], to=TensorProto.FLOAT),
            # First the columns, then the rows: the other way round onnxruntime fuses them as if rows had one scale.
            helper.make_node("Mul", [f"{out}:float", self.keep(f"{out}:s", scale[0])], [f"{out}:columns"]),
            helper.make_node("Mul", [f"{out}:columns", row_scale], [last]),
        ]
        if gelu:  # what was added to every value comes off again
            shift = self.keep(f"{out}:shift", (-GELU_LEAST * whole_weight.sum(axis=0) * scale[0]).astype(np.float32))
            nodes.append(helper.make_node("Add", [last, shift], [out]))
        elif apart:
            few = self.keep(f"{out}:few", weight[self.large])
            nodes.append(helper.make_node("MatMul", [f"{source}:large", few], [f"{out}:large"]))
            nodes.append(helper.make_node("Add", [last, f"{out}:large"], [out]))
        return nodes

    def gather(self, node: NodeProto) -> list[NodeProto]:
        """The nodes that stand for looking up rows of a large table."""
        table = self.matrix(node.input[0])
        if table is None:
            return [node]
        out, ids = node.output[0], node.input[1]
        if node.input[0] not in self.tables:
            whole, scale = _whole(table, 1, ROW_LEVELS)
            self.tables[node.input[0]] = self.keep(f"{out}:table", whole), self.keep(f"{out}:s", scale)
        rows, steps = self.tables[node.input[0]]
        return [
            helper.make_node("Gather", [rows, ids], [f"{out}:int"]),
            helper.make_node("Cast", [f"{out}:int"], [f"{out}:float"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [steps, ids], [f"{out}:step"]),
            helper.make_node("Mul", [f"{out}:float", f"{out}:step"], [out]),
        ]

    def rewrite(self) -> None:
        """Rewrite the graph in place and drop the constants nobody uses any more."""
        usual = np.ones(self.width, np.float32)
        usual[self.large] = 0
        self.keep("usual_columns", usual)
        self.keep("large_columns", self.large)
        self.keep("last_axis", np.array([-1], np.int64))
        for name, number in (
            ("none", 0.0),
            ("middle", 128.0),
            ("tiny", 1e-9),
            ("row_step", 1 / ROW_LEVELS),
            ("gelu_step", 1 / 255),
            ("gelu_least", GELU_LEAST),
        ):
            self.keep(name, np.array(number, np.float32))
        self.keep("zero", np.array(128, np.uint8))
        self.keep("zero_gelu", np.array(0, np.uint8))
        handlers = {"MatMul": self.matmul, "Gather": self.gather}
        nodes = [new for old in self.graph.node for new in handlers.get(old.op_type, lambda n: [n])(old)]
        del self.graph.node[:]
        self.graph.node.extend(nodes)
        used = {name for node in nodes for name in node.input}
        kept = [t for t in self.graph.initializer if t.name in used]
        del self.graph.initializer[:]
        self.graph.initializer.extend(kept)


def quantise(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model with large matrices as whole numbers of 8 bits."""
    _Rewriter(model).rewrite()
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model
