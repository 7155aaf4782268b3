from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from vision.images import Picture
from vision.shapes import Box
from vision.text import TextReader

PICTURE = Picture(np.zeros((100, 200, 3), np.uint8), "")


def square(left: int, right: int) -> list[list[int]]:
    return [[left, 10], [right, 10], [right, 30], [left, 30]]


def reader(monkeypatch: pytest.MonkeyPatch, words: list[list[tuple[str, Any]]]) -> TextReader:
    """A reader whose engine found "AB 12CD" and "X" above each other, with these word boxes."""
    found = SimpleNamespace(
        txts=("AB 12CD", "X"),
        scores=(0.9, 0.95),
        boxes=np.array([square(20, 180), square(20, 40)], dtype=np.float32),
        word_results=tuple(tuple((word, 1.0, box) for word, box in line) for line in words),
    )
    made = TextReader(threads=1)
    monkeypatch.setattr(made, "_engine", lambda _: found)
    return made


def test_pieces_become_words_between_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [("AB", square(20, 60)), ("12", square(80, 120)), ("CD", square(120, 180))]
    (line,) = reader(monkeypatch, [pieces, [("X", square(20, 40))]]).read(PICTURE)
    assert [word.text for word in line.words] == ["AB", "12CD"]
    box = line.words[1].box
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((0.4, 0.1, 0.9, 0.3))
    assert line.confidence == pytest.approx(90)


def test_a_line_without_word_boxes_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = reader(monkeypatch, [[("X", square(20, 40))]]).read(PICTURE)
    assert [word.text for word in line.words] == ["AB", "12CD"]
    assert {word.box for word in line.words} == {Box.around(line.polygon)}
