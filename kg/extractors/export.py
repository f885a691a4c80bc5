"""Trained arrays in, an ONNX file out: the encoder and the labels' layer, in 8 bits or in 32.

The graph reads one text at a time, without padding. Activations are rounded with a scale for each
piece, so that no outlier, and no other text, changes how a piece is rounded.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper

from kg.extractors import heads

Array = npt.NDArray[np.generic]

#: Heads of attention are this wide.
HEAD = 32
#: Opset and version of the format, as low as the operators used allow.
OPSET, IR = 20, 9


#: The last axis; the steps to either side of the middle of 8 bits; the least scale of a row.
_LAST = np.array([-1], dtype=np.int64)
_LIMIT, _LEAST = (np.array(value, dtype=np.float32) for value in (127.0, 1e-12))
_MIDDLE, _ZERO = np.array(128, dtype=np.uint8), np.array(0, dtype=np.int8)


class Graph:
    """Nodes and constants of an ONNX graph under construction."""

    def __init__(self, quantised: bool) -> None:
        """Begin an empty graph, with weights in 8 bits or as they are."""
        self.quantised = quantised
        self.nodes: list[Any] = []
        self.constants: dict[str, Array] = {}

    def constant(self, name: str, value: Array) -> str:
        """Keep an array under a name."""
        self.constants[name] = value
        return name

    def add(self, operator: str, inputs: Sequence[str], *, outputs: int = 1, **options: Any) -> Any:
        """Add a node; give the name of its output, or the names where there are several."""
        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **options))
        return names[0] if outputs == 1 else names

    def linear(self, name: str, x: str, weight: Array, bias: Array) -> str:
        """Multiply rows by a matrix of inputs x outputs and add a bias."""
        added = self.constant(f"{name}.bias", bias)
        if not self.quantised:
            return str(
                self.add("Add", [self.add("MatMul", [x, self.constant(name, weight)]), added])
            )
        small, scale = to_int8(weight, axis=0)
        # A scale for each row, that is each piece: a few pieces have far larger values than the
        # rest, and one scale for all would leave the rest few steps.
        most = self.add(
            "ReduceMax", [self.add("Abs", [x]), self.constant("last", _LAST)], keepdims=0
        )
        limit, least = self.constant("limit", _LIMIT), self.constant("least", _LEAST)
        row_scale = self.add("Max", [self.add("Div", [most, limit]), least])
        middles = self.add("Expand", [self.constant("middle8", _MIDDLE), self.add("Shape", [most])])
        rows = self.add("QuantizeLinear", [x, row_scale, middles], axis=0)
        product = self.add(
            "MatMulInteger",
            [rows, self.constant(name, small), "middle8", self.constant("zero8", _ZERO)],
        )
        columns = self.add("DequantizeLinear", [product, row_scale], axis=0)
        real = self.add("Mul", [columns, self.constant(f"{name}.scale", scale)])
        return str(self.add("Add", [real, added]))

    def table(self, name: str, ids: str, rows: Array) -> str:
        """Look rows of a table up."""
        if not self.quantised:
            return str(self.add("Gather", [self.constant(name, rows), ids]))
        small, scale = to_int8(rows, axis=1)
        found = self.add("Cast", [self.add("Gather", [self.constant(name, small), ids])], to=1)
        scales = self.constant(f"{name}.scale", scale[:, None])
        return str(self.add("Mul", [found, self.add("Gather", [scales, ids])]))

    def norm(self, name: str, x: str, arrays: Mapping[str, Array]) -> str:
        """Normalise each row."""
        names = [
            self.constant(f"{name}.{part}", arrays[f"{name}.{part}"]) for part in ("weight", "bias")
        ]
        return str(self.add("LayerNormalization", [x, *names], axis=-1, epsilon=1e-12))


def to_int8(values: Array, *, axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Round to 8 bits with a scale for each column (axis 0) or row (axis 1)."""
    scale = np.abs(values).max(axis=axis) / 127
    scale = np.maximum(scale, 1e-12).astype(np.float32)
    rounded = np.rint(values / np.expand_dims(scale, axis))
    return rounded.astype(np.int8), scale


def build(arrays: Mapping[str, Array], *, quantised: bool = True) -> bytes:
    """Build the ONNX file of the network whose state is given by torch's names.

    Inputs: ``ids`` (n), ``shapes`` (n x 2). Outputs: ``vectors`` (n x what heads read), ``scores``
    (n x labels).
    """
    graph = Graph(quantised)
    width = arrays["words.weight"].shape[1]
    whole = graph.constant("zero", np.array([0], dtype=np.int64))
    length = graph.add("Shape", ["ids"])
    places = graph.add(
        "Slice", [graph.constant("places", arrays["places.weight"]), whole, length, whole]
    )
    shapes = graph.add("Gather", [graph.constant("shape_table", arrays["shapes.weight"]), "shapes"])
    one = graph.constant("one", np.array([1], dtype=np.int64))
    shapes = graph.add("ReduceSum", [shapes, one], keepdims=0)
    x = graph.add("Add", [graph.table("words", "ids", arrays["words.weight"]), places])
    x = graph.norm("norm", graph.add("Add", [x, shapes]), arrays)
    number = 0
    while f"layers.{number}.qkv.weight" in arrays:
        x = _layer(graph, f"layers.{number}", x, arrays, width)
        number += 1
    weight, bias = arrays["labels.weight"].T, arrays["labels.bias"]
    product = graph.add("MatMul", [x, graph.constant("labels", weight)])
    graph.nodes.append(
        helper.make_node("Add", [product, graph.constant("labels.bias", bias)], ["scores"])
    )
    first = np.concatenate(
        [arrays[f"heads.{name.replace('.', '_')}"] for name in heads.PARTS], axis=1
    )
    vectors = graph.linear("heads", x, first, np.zeros(first.shape[1], dtype=np.float32))
    graph.nodes.append(helper.make_node("Identity", [vectors], ["vectors"]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "kg-tagger",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"]),
                helper.make_tensor_value_info("shapes", TensorProto.INT64, ["n", 2]),
            ],
            [
                helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", first.shape[1]]),
                helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", len(bias)]),
            ],
            [
                numpy_helper.from_array(np.asarray(value, order="C"), name)
                for name, value in graph.constants.items()
            ],
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="kg",
    )
    checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _layer(graph: Graph, name: str, x: str, arrays: Mapping[str, Array], width: int) -> str:
    """Add one layer; the scale of attention is folded into the queries' weights."""
    count = width // HEAD
    weight = arrays[f"{name}.qkv.weight"].T.copy()
    bias = arrays[f"{name}.qkv.bias"].copy()
    weight[:, :width] *= HEAD**-0.5  # type: ignore[misc]
    bias[:width] *= HEAD**-0.5  # type: ignore[misc]
    qkv = graph.linear(f"{name}.qkv", x, weight, bias)
    cut = graph.constant("cut", np.array([0, 3, count, HEAD], dtype=np.int64))
    parts = graph.add("Transpose", [graph.add("Reshape", [qkv, cut])], perm=[1, 2, 0, 3])
    query, key, value = (
        graph.add(
            "Gather", [parts, graph.constant(f"part{at}", np.array(at, dtype=np.int64))], axis=0
        )
        for at in range(3)
    )
    seen = graph.add("MatMul", [query, graph.add("Transpose", [key], perm=[0, 2, 1])])
    seen = graph.add("MatMul", [graph.add("Softmax", [seen], axis=-1), value])
    seen = graph.add("Transpose", [seen], perm=[1, 0, 2])
    joined = graph.constant("join", np.array([0, width], dtype=np.int64))
    seen = graph.add("Reshape", [seen, joined])
    out = graph.linear(
        f"{name}.out", seen, arrays[f"{name}.out.weight"].T, arrays[f"{name}.out.bias"]
    )
    x = graph.norm(f"{name}.norm1", graph.add("Add", [x, out]), arrays)
    up = graph.linear(f"{name}.up", x, arrays[f"{name}.up.weight"].T, arrays[f"{name}.up.bias"])
    down = graph.linear(
        f"{name}.down",
        graph.add("Gelu", [up]),
        arrays[f"{name}.down.weight"].T,
        arrays[f"{name}.down.bias"],
    )
    return graph.norm(f"{name}.norm2", graph.add("Add", [x, down]), arrays)
