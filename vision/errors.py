"""Errors of the recognisers, named as Amazon Rekognition names them."""

from typing import ClassVar


class RecognitionError(Exception):
    """A request that cannot be answered; `code` is the exception name in Rekognition's API."""

    code: ClassVar[str] = "InternalServerError"


class InvalidImageFormatError(RecognitionError):
    """The bytes are not a readable JPEG or PNG."""

    code = "InvalidImageFormatException"


class ImageTooLargeError(RecognitionError):
    """The image has more bytes than Rekognition accepts."""

    code = "ImageTooLargeException"


class InvalidParameterError(RecognitionError):
    """A parameter, or the image's width or height, is outside Rekognition's limits."""

    code = "InvalidParameterException"


class UnsupportedFeatureError(RecognitionError):
    """Rekognition has this feature and these recognisers do not."""

    code = "UnsupportedOperationException"


class DetectorError(Exception):
    """The user's ONNX detector cannot be used; raised while it is loaded, not by a request."""
