"""Read text with rapidocr's PP-OCR models, which are in its wheel: nothing is downloaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import cv2
from rapidocr import RapidOCR

from vision.images import Picture
from vision.shapes import Box, Point

# On photographs of signs and plates, lower scores were mostly wrong readings.
MIN_SCORE = 0.8
# The text detector sees the image at this size: larger costs seconds and finds little more.
DETECTOR_SIDE_PIXELS = 960

MODEL_VERSION = f"rapidocr-{version('rapidocr')}"


@dataclass(frozen=True)
class Word:
    """Characters without a space between them, and where they are."""

    text: str
    box: Box


@dataclass(frozen=True)
class Line:
    """A line of text; `polygon` runs clockwise from the top left of its first character.

    `confidence` is the mean of the recogniser's probabilities of the line's characters, in percent.
    """

    text: str
    confidence: float
    polygon: tuple[Point, ...]
    words: tuple[Word, ...]


class TextReader:
    """Find and read the lines of text in a picture; may be shared by threads."""

    def __init__(self, threads: int) -> None:
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.text_score": MIN_SCORE,
                "Global.return_word_box": True,
                "Det.limit_type": "max",
                "Det.limit_side_len": DETECTOR_SIDE_PIXELS,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Picture) -> tuple[Line, ...]:
        """Answer the lines of two characters and more with a score of at least 0.8."""
        found: Any = self._engine(cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2BGR))
        if found.txts is None:
            return ()
        lines = []
        pieces = _PieceReader(found.word_results, picture)
        for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True):
            polygon = tuple(
                (float(x) / picture.width, float(y) / picture.height) for x, y in corners
            )
            box = Box.around(polygon)
            words = tuple(pieces.words_of(text)) or tuple(Word(w, box) for w in text.split())
            if len(text.strip()) > 1:
                lines.append(Line(text.strip(), 100 * float(score), polygon, words))
        return tuple(lines)


class _PieceReader:
    """Join rapidocr's word boxes into what Rekognition calls a word: no space within it.

    rapidocr cuts also between scripts and at wide gaps, and leaves out the boxes of some lines,
    whose words then have the line's place.
    Version 3.10 pairs each box with the score of a character, not of the word: it is not used.
    """

    def __init__(self, results: Sequence[Sequence[Any]], picture: Picture) -> None:
        self._lines = list(results)
        self._width, self._height = picture.width, picture.height

    def words_of(self, text: str) -> Iterator[Word]:
        tokens = text.split()
        if not self._lines or "".join(piece[0] for piece in self._lines[0]) != "".join(tokens):
            return
        pieces = iter(self._lines.pop(0))
        for token in tokens:
            points: list[Point] = []
            read = 0
            while read < len(token):
                piece, _, corners = next(pieces)
                read += len(piece)
                points += [(x / self._width, y / self._height) for x, y in corners]
            yield Word(token, Box.around(points))
