"""OpenCV and OCR recognisers that answer in the shapes of Amazon Rekognition's responses."""

import os

# onnxruntime reads this once, when it is first imported: it must be set before any submodule is.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
