"""Run an object detector of the user's own, an ONNX file."""

import ast
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from string import capwords

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from vision.detector_outputs import layout_of, read_output
from vision.errors import DetectorError
from vision.images import Picture
from vision.shapes import Box, Detection

# onnxruntime's exceptions have no base class of their own.
_ORT_ERRORS = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)
_PADDING_GREY = 114  # what YOLO models are trained with around an image


class ObjectDetector:
    """Find objects with an ONNX model; may be shared by threads.

    The input is [1, 3, S, S], float32, RGB from 0 to 1, the image letterboxed with grey 114. For
    the outputs see `detector_outputs.layout_of`. Class names come from `names_file`, one a line,
    or else from the model's metadata `names`. Raises DetectorError for a model of any other kind.
    """

    def __init__(self, model: Path, names_file: Path | None, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        content = model.read_bytes()
        self.version = f"detector-{model.stem}-{sha256(content).hexdigest()[:8]}"
        try:
            self._session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except _ORT_ERRORS as error:
            raise DetectorError(f"{model} is not an ONNX model that can be run: {error}") from error
        self._input, self._side = _input_of(self._session)
        metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        names = _names_from_file(names_file) if names_file else _names_from_metadata(metadata)
        self._names = [capwords(name) for name in names]
        # Output shapes may be symbolic, so the layout is taken from a run on an empty image.
        empty = np.zeros((1, 3, self._side, self._side), dtype=np.float32)
        self._layout = layout_of(self._run(empty).shape, len(self._names))

    def find(self, picture: Picture) -> list[Detection]:
        """Answer the objects found; confidence is the detector's score, in percent.

        Names are written as Rekognition writes labels: `traffic light` becomes `Traffic Light`.
        """
        scale = self._side / max(picture.width, picture.height)
        found = read_output(self._run(_letterbox(picture.rgb, self._side, scale)), self._layout)
        return [
            Detection(
                self._names[class_index],
                100 * min(1.0, float(score)),
                Box.around(
                    (float(x) / scale / picture.width, float(y) / scale / picture.height)
                    for x, y in ((left, top), (right, bottom))
                ),
            )
            for (left, top, right, bottom), score, class_index in zip(
                found.boxes, found.scores, found.classes, strict=True
            )
        ]

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._session.run(None, {self._input: batch})[0])


def _input_of(session: onnxruntime.InferenceSession) -> tuple[str, int]:
    inputs = session.get_inputs()
    shapes = [f"{found.type} {found.shape}" for found in inputs]
    if len(inputs) == 1 and inputs[0].type == "tensor(float)" and len(inputs[0].shape) == 4:
        _, channels, height, width = inputs[0].shape
        if channels == 3 and isinstance(height, int) and height == width:
            return inputs[0].name, height
    raise DetectorError(
        f"The detector's input is {', '.join(shapes)}; supported is one tensor(float) [1, 3, S, S] "
        "with a fixed side S."
    )


def _letterbox(rgb: NDArray[np.uint8], side: int, scale: float) -> NDArray[np.float32]:
    # The image lies at the top left, so that a box is scaled back without an offset.
    height, width = rgb.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = np.full((side, side, 3), _PADDING_GREY, dtype=np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(
        canvas.transpose(2, 0, 1)[np.newaxis], dtype=np.float32
    ) / np.float32(255)


def _names_from_file(path: Path) -> Sequence[str]:
    names = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    names = [name for name in names if name]
    if not names:
        raise DetectorError(f"{path} has no class names; one a line is expected.")
    return names


def _names_from_metadata(metadata: Mapping[str, str]) -> Sequence[str]:
    # Ultralytics writes a Python dictionary, {0: 'person', 1: 'bicycle'}; others a list.
    if "names" not in metadata:
        raise DetectorError("The detector's metadata has no `names`; give a file of class names.")
    try:
        names = ast.literal_eval(metadata["names"])
    except (SyntaxError, ValueError) as error:
        raise DetectorError(f"The detector's metadata `names` cannot be read: {error}.") from error
    if isinstance(names, dict) and sorted(names) == list(range(len(names))):
        names = [names[index] for index in range(len(names))]
    if not isinstance(names, list) or not names:
        raise DetectorError(
            "The detector's metadata `names` is neither a list nor numbered from 0."
        )
    return [str(name) for name in names]
