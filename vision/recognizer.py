"""Answer `DetectLabels` and `DetectText` about an image."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2

from vision.detector import ObjectDetector
from vision.errors import InvalidParameterError, UnsupportedFeatureError
from vision.faces import FaceFinder
from vision.images import MAX_INLINE_BYTES, MIN_LABEL_SIDE_PIXELS, Picture, decode
from vision.labels import compose_labels, text_as_detections
from vision.plates import find_plates
from vision.properties import DEFAULT_MAX_COLOURS, image_properties
from vision.qr_codes import find_qr_codes
from vision.shared_cache import SharedCache
from vision.text import MODEL_VERSION, Line, TextReader
from vision.text_response import text_detections

_LABEL_PARAMETERS = {"MaxLabels", "MinConfidence", "Features", "Settings"}
_TEXT_PARAMETERS = {"Filters"}
_ONNXRUNTIME = f"onnxruntime-{version('onnxruntime')}"


@dataclass(frozen=True)
class RecognizerSettings:
    """How a recogniser runs.

    `threads` bounds onnxruntime's and OpenCV's threads for one image; OpenCV's for the whole
    process. `remembered_texts` is how many images' texts are kept, so that labels and text of one
    image cost one reading; a text takes a few kilobytes.
    """

    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    remembered_texts: int = 256
    detector: Path | None = None
    detector_names: Path | None = None


class Recognizer:
    """Answer in Rekognition's shapes; may be shared by threads.

    Coordinates are fractions of the image after its EXIF orientation was applied, as Rekognition's.
    """

    def __init__(self, settings: RecognizerSettings | None = None) -> None:
        settings = settings or RecognizerSettings()
        # rapidocr takes all cores when it is asked for more than there are.
        threads = max(1, min(settings.threads, os.cpu_count() or 1))
        cv2.setNumThreads(threads)
        self._reader = TextReader(threads)
        self._faces = FaceFinder()
        self._texts: SharedCache[tuple[Line, ...]] = SharedCache(settings.remembered_texts)
        self._detector = (
            ObjectDetector(settings.detector, settings.detector_names, threads)
            if settings.detector
            else None
        )

    @property
    def label_model_version(self) -> str:
        """What `DetectLabels` answers as `LabelModelVersion`."""
        parts = [f"local-opencv-{cv2.__version__}", MODEL_VERSION, _ONNXRUNTIME]
        return "-".join(parts + ([self._detector.version] if self._detector else []))

    @property
    def text_model_version(self) -> str:
        """What `DetectText` answers as `TextModelVersion`."""
        return f"local-{MODEL_VERSION}-{_ONNXRUNTIME}"

    def detect_labels(
        self,
        content: bytes,
        parameters: Mapping[str, Any] | None = None,
        *,
        max_bytes: int = MAX_INLINE_BYTES,
    ) -> dict[str, Any]:
        """Answer Rekognition's `DetectLabels` for a JPEG or PNG.

        `parameters` are those of the request but `Image`. Raises a `RecognitionError`.
        """
        parameters = parameters or {}
        _refuse_others(parameters, _LABEL_PARAMETERS)
        features = set(parameters.get("Features") or ["GENERAL_LABELS"])
        _refuse_others(dict.fromkeys(features), {"GENERAL_LABELS", "IMAGE_PROPERTIES"})
        _check_features(features, parameters)
        picture = decode(content, max_bytes=max_bytes, min_side=MIN_LABEL_SIDE_PIXELS)
        answer: dict[str, Any] = {"LabelModelVersion": self.label_model_version}
        if "GENERAL_LABELS" in features:
            lines = self._read(picture)
            found = [*text_as_detections(lines), *find_plates(lines), *self._faces.find(picture)]
            found += find_qr_codes(picture)
            if self._detector:
                found += self._detector.find(picture)
            answer["Labels"] = compose_labels(found, parameters)
        if "IMAGE_PROPERTIES" in features:
            settings = parameters.get("Settings", {}).get("ImageProperties", {})
            answer["ImageProperties"] = image_properties(
                picture, settings.get("MaxDominantColors", DEFAULT_MAX_COLOURS)
            )
        return answer

    def detect_text(
        self,
        content: bytes,
        parameters: Mapping[str, Any] | None = None,
        *,
        max_bytes: int = MAX_INLINE_BYTES,
    ) -> dict[str, Any]:
        """Answer Rekognition's `DetectText` for a JPEG or PNG.

        `parameters` are those of the request but `Image`. Raises a `RecognitionError`.
        """
        parameters = parameters or {}
        _refuse_others(parameters, _TEXT_PARAMETERS)
        lines = self._read(decode(content, max_bytes=max_bytes))
        return {
            "TextDetections": text_detections(lines, parameters.get("Filters", {})),
            "TextModelVersion": self.text_model_version,
        }

    def _read(self, picture: Picture) -> tuple[Line, ...]:
        return self._texts.get(picture.digest, lambda: self._reader.read(picture))


def _refuse_others(given: Mapping[str, Any], supported: set[str]) -> None:
    others = sorted(set(given) - supported)
    if others:
        raise UnsupportedFeatureError(f"Local recognition does not support {', '.join(others)}.")


def _check_features(features: set[str], parameters: Mapping[str, Any]) -> None:
    if "GENERAL_LABELS" in features:
        return
    for name in ("MaxLabels", "MinConfidence"):
        if name in parameters:  # Rekognition documents both as "only valid" with that feature.
            raise InvalidParameterError(
                f"Request has invalid parameters: {name} is valid only with GENERAL_LABELS."
            )
