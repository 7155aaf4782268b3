"""Read the three output layouts of common ONNX object detectors."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import DetectorError

# Below this a detector's candidates are noise; Rekognition's own default is 55.
MIN_SCORE = 0.25
# Of two boxes of one class that overlap by more, the surer one is kept: YOLO's usual value.
MAX_OVERLAP = 0.45


@dataclass(frozen=True)
class Candidates:
    """Boxes (left, top, right, bottom, in the detector's pixels), scores (0 to 1), classes."""

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.intp]


def layout_of(shape: tuple[int, ...], class_count: int) -> str:
    """Name the layout of an output, from its shape and the number of class names.

    `rows`: [1, 300, 6], each left, top, right, bottom, score, class; already suppressed.
    `columns`: [1, 4 + classes, N], each centre x, centre y, width, height, score per class.
    `objectness`: [1, N, 5 + classes], as before with a score for "an object" ahead of the classes'.
    Raises DetectorError for any other shape.
    """
    if len(shape) == 3 and shape[0] == 1:
        if shape[1:] == (300, 6):
            return "rows"
        if shape[1] == 4 + class_count:
            return "columns"
        if shape[2] == 5 + class_count:
            return "objectness"
    raise DetectorError(
        f"The detector's output has the shape {list(shape)} and there are {class_count} class "
        f"names; supported are [1, 300, 6], [1, {4 + class_count}, N] "
        f"and [1, N, {5 + class_count}]."
    )


def read_output(output: NDArray[Any], layout: str) -> Candidates:
    """Answer the candidates with a score of at least 0.25, without overlapping duplicates."""
    values = np.asarray(output[0], dtype=np.float32)
    if layout == "rows":
        sure = values[values[:, 4] >= MIN_SCORE]
        return Candidates(sure[:, :4], sure[:, 4], sure[:, 5].astype(np.intp))
    if layout == "columns":
        rows = values.T
        class_scores = rows[:, 4:]
    else:
        rows = values
        class_scores = rows[:, 5:] * rows[:, 4:5]
    classes = class_scores.argmax(axis=1)
    scores = class_scores.max(axis=1)
    sure_rows = scores >= MIN_SCORE
    centres, sizes = rows[sure_rows, :2], rows[sure_rows, 2:4]
    boxes = np.hstack([centres - sizes / 2, centres + sizes / 2], dtype=np.float32)
    return _suppress(Candidates(boxes, scores[sure_rows], classes[sure_rows]))


def _suppress(found: Candidates) -> Candidates:
    corners_and_sizes = found.boxes.copy()
    corners_and_sizes[:, 2:] -= corners_and_sizes[:, :2]
    kept = cv2.dnn.NMSBoxesBatched(
        corners_and_sizes.tolist(),
        found.scores.tolist(),
        found.classes.tolist(),
        MIN_SCORE,
        MAX_OVERLAP,
    )
    index = np.asarray(kept, dtype=np.intp).reshape(-1)
    return Candidates(found.boxes[index], found.scores[index], found.classes[index])
