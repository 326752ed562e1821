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
OPSET = 21  # the first that has a scale for each row
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
        self.maker: dict[str, str] = {}  # activation -> what made it, however it is laid out since
        for node in model.graph.node:
            again = self.maker.get(node.input[0]) if node.op_type == "Reshape" else None
            self.maker |= dict.fromkeys(node.output, again or node.op_type)
        self.rows: dict[str, tuple[str, str]] = {}  # activation -> (its whole numbers, its row scales)
        self.columns: dict[str, int] = {}  # activation -> how long its rows are
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
        if self.maker[name] == "Gelu":  # counted from its least value, which a row is never made of alone
            return [
                helper.make_node("Add", [name, "gelu_least"], [rest]),
                helper.make_node("ReduceMax", [rest, "last_axis"], [top], keepdims=1),
                helper.make_node("Mul", [top, "gelu_step"], [scale]),
                helper.make_node("QuantizeLinear", [rest, scale], [whole], axis=-1, block_size=self.columns[name]),
            ]
        if self.set_apart(name):
            nodes = [
                helper.make_node("Mul", [name, "usual_columns"], [rest]),
                helper.make_node("Gather", [name, "large_columns"], [f"{name}:large"], axis=-1),
            ]
        else:
            nodes, rest = [], name
        return [
            *nodes,
            helper.make_node("Abs", [rest], [big]),
            helper.make_node("ReduceMax", [big, "last_axis"], [top], keepdims=1),
            helper.make_node("Max", [top, "tiny"], [f"{top}:safe"]),
            helper.make_node("Mul", [f"{top}:safe", "row_step"], [scale]),
            helper.make_node("Shape", [scale], [f"{scale}:shape"]),
            helper.make_node("Expand", ["middle", f"{scale}:shape"], [f"{scale}:middle"]),
            helper.make_node(
                "QuantizeLinear", [rest, scale, f"{scale}:middle"], [whole], axis=-1, block_size=self.columns[name]
            ),
        ]

    def matmul(self, node: NodeProto) -> list[NodeProto]:
        """The nodes that stand for a product with a constant matrix."""
        weight = self.matrix(node.input[1])
        return [node] if weight is None else self.product(node.input[0], weight, None, node.output[0])

    def gemm(self, node: NodeProto) -> list[NodeProto]:
        """The nodes that stand for a product with a constant matrix that something is added to.

        What is done with one row of each text, at the end, costs little and stays as exact as it is.
        """
        weight = self.matrix(node.input[1])
        if weight is None or self.maker[node.input[0]] == "Gather":
            return [node]
        turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
        return self.product(node.input[0], weight.T if turned else weight, node.input[2], node.output[0])

    def product(self, source: str, weight: Floats, bias: str | None, out: str) -> list[NodeProto]:
        """The nodes that multiply an activation with a matrix, and add the bias."""
        gelu, apart = self.maker[source] == "Gelu", self.set_apart(source)
        whole_weight, scale = _whole(weight, 0, WEIGHT_LEVELS)
        self.columns[source] = len(weight)
        nodes = [] if source in self.rows else self.quantised_rows(source)
        whole, row_scale = self.rows[source]
        added = numpy_helper.to_array(self.constants[bias]) if bias else None
        if gelu:  # what was added to every value comes off again
            shift = -GELU_LEAST * whole_weight.sum(axis=0) * scale[0]
            added = shift if added is None else added + shift
        middle = "none" if gelu else "middle"
        last = f"{out}:product" if apart or added is not None else out
        nodes += [
            helper.make_node(
                "MatMulIntegerToFloat",
                [whole, self.keep(f"{out}:w", whole_weight), "one", self.keep(f"{out}:s", scale[0]), middle],
                [f"{out}:columns"],
                domain="com.microsoft",
            ),
            helper.make_node("Mul", [f"{out}:columns", row_scale], [last]),
        ]
        if apart:
            few = self.keep(f"{out}:few", weight[self.large])
            if added is None:
                nodes.append(helper.make_node("MatMul", [f"{source}:large", few], [f"{out}:large"]))
            else:
                bias = self.keep(f"{out}:b", added.astype(np.float32))
                nodes.append(helper.make_node("Gemm", [f"{source}:large", few, bias], [f"{out}:large"]))
            nodes.append(helper.make_node("Add", [last, f"{out}:large"], [out]))
        elif added is not None:
            nodes.append(helper.make_node("Add", [last, self.keep(f"{out}:b", added.astype(np.float32))], [out]))
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
            ("tiny", 1e-9),
            ("row_step", 1 / ROW_LEVELS),
            ("gelu_step", 1 / 255),
            ("gelu_least", GELU_LEAST),
        ):
            self.keep(name, np.array(number, np.float32))
        self.keep("one", np.array(1, np.float32))
        self.keep("none", np.array(0, np.uint8))
        self.keep("middle", np.array(128, np.uint8))
        handlers = {"MatMul": self.matmul, "Gemm": self.gemm, "Gather": self.gather}
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
    versions = {one.domain: one.version for one in model.opset_import} | {"": OPSET, "com.microsoft": 1}
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in versions.items())
    onnx.checker.check_model(model)
    return model
