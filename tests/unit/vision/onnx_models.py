"""Small ONNX models, written byte by byte: the `onnx` package is not needed to make them.

The field numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_FLOAT, _INT64 = 1, 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _value(name: str, shape: Sequence[int | str], kind: int = _FLOAT) -> bytes:
    dims = b"".join(
        _bytes(1, _number(1, side) if isinstance(side, int) else _bytes(2, side)) for side in shape
    )
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dims)))


def _tensor(name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    kind = _INT64 if values.dtype == np.int64 else _FLOAT
    dims = b"".join(_number(1, side) for side in values.shape)
    return dims + _number(2, kind) + _bytes(8, name) + _bytes(9, values.tobytes())


def _node(operation: str, inputs: Sequence[str], output: str, attributes: bytes = b"") -> bytes:
    names = b"".join(_bytes(1, name) for name in inputs)
    return names + _bytes(2, output) + _bytes(4, operation) + attributes


def _integer(name: str, value: int) -> bytes:
    return _bytes(5, _bytes(1, name) + _number(3, value) + _number(20, 2))


def _integers(name: str, values: Sequence[int]) -> bytes:
    listed = b"".join(_number(8, value) for value in values)
    return _bytes(5, _bytes(1, name) + listed + _number(20, 7))


def _model(graph: bytes, names: str | None) -> bytes:
    metadata = _bytes(14, _bytes(1, "names") + _bytes(2, names)) if names else b""
    opset = _bytes(8, _bytes(1, "") + _number(2, 13))
    return _number(1, 8) + opset + _bytes(7, graph) + metadata


def constant_model(
    output: NDArray[np.float32],
    names: str | None = None,
    input_shape: Sequence[int | str] = (1, 3, 64, 64),
) -> bytes:
    """A detector that finds the same things in every image."""
    graph = (
        _bytes(1, _node("Identity", ["found"], "output"))
        + _bytes(2, "constant")
        + _bytes(5, _tensor("found", output))
        + _bytes(11, _value("images", input_shape))
        + _bytes(12, _value("output", output.shape))
    )
    return _model(graph, names)


def colour_model(box: tuple[float, float, float, float], side: int) -> bytes:
    """A detector of red, green and blue: each one's score is its channel's mean.

    It has the layout [1, 4 + 3, 1] with a symbolic number of candidates, and names in metadata.
    """
    graph = (
        _bytes(1, _node("ReduceMean", ["images"], "means", _integers("axes", [2, 3])))
        + _bytes(1, _node("Reshape", ["means", "shape"], "scores"))
        + _bytes(1, _node("Concat", ["box", "scores"], "output", _integer("axis", 1)))
        + _bytes(2, "colours")
        + _bytes(5, _tensor("box", np.array(box, dtype=np.float32).reshape(1, 4, 1)))
        + _bytes(5, _tensor("shape", np.array([1, 3, 1], dtype=np.int64)))
        + _bytes(11, _value("images", (1, 3, side, side)))
        + _bytes(12, _value("output", (1, 7, "candidates")))
    )
    return _model(graph, "{0: 'red', 1: 'traffic green', 2: 'blue'}")
