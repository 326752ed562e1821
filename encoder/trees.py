"""Boosted trees of scikit-learn as one ONNX graph, so that they run without it."""

from __future__ import annotations

from typing import Any

from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier

_NODES = (
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_featureids",
    "nodes_modes",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_missing_value_tracks_true",
)
_LEAVES = ("target_treeids", "target_nodeids", "target_ids", "target_weights")


def as_onnx(trees: HistGradientBoostingClassifier) -> bytes:
    """The trees as a TreeEnsembleRegressor: figures in, one utility for none, held, not held out."""
    nodes: dict[str, list[Any]] = {name: [] for name in _NODES}
    leaves: dict[str, list[Any]] = {name: [] for name in _LEAVES}
    each = ((label, tree) for step in trees._predictors for label, tree in enumerate(step))
    for number, (label, tree) in enumerate(each):
        for at, node in enumerate(tree.nodes):
            leaf = bool(node["is_leaf"])
            branch = (int(node["feature_idx"]), "BRANCH_LEQ", float(node["num_threshold"]))
            feature, mode, limit = (0, "LEAF", 0.0) if leaf else branch
            ways = (0, 0) if leaf else (int(node["left"]), int(node["right"]))
            values = (number, at, feature, mode, limit, *ways, int(node["missing_go_to_left"]))
            for name, value in zip(_NODES, values, strict=True):
                nodes[name].append(value)
            if leaf:
                for name, value in zip(_LEAVES, (number, at, label, float(node["value"])), strict=True):
                    leaves[name].append(value)
    base = [float(value) for value in trees._baseline_prediction.ravel()]
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["signs"],
        ["utility"],
        domain="ai.onnx.ml",
        n_targets=3,
        base_values=base,
        **nodes,
        **leaves,
    )
    taken = helper.make_tensor_value_info("signs", TensorProto.FLOAT, [None, trees.n_features_in_])
    given = helper.make_tensor_value_info("utility", TensorProto.FLOAT, [None, 3])
    graph = helper.make_graph([ensemble], "paper_judge", [taken], [given])
    opsets = [helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("", 17)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())
