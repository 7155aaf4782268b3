"""The terms by which an image is found: its labels, and the words of its text; pure.

An image has an item for each, `label#Car` or `word#taxi`, and the indexes have its key,
`label:car` or `word:taxi`. Case makes no difference, neither here nor in what people search for.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from lambdas.common.message import bounded_labels, bounded_lines
from lambdas.common.result import Result

MAX_WORDS = 50
"""Different words by which an image is found, the first of its text: each costs writes."""
MIN_CHARACTERS, MAX_CHARACTERS = 2, 40
"""Of a word. A single letter finds too much; a number or a CJK character is one by itself."""
_MAX_NAME_CHARACTERS = 100
"""Of a label's name in a key: normalised text may be longer, and an index takes 2,048 bytes."""

# Chinese and Japanese are written without spaces: there each character is a word.
_CJK = (
    (0x3005, 0x3007),
    (0x3041, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True)
class Term:
    """One of them: the item that the image has for it, and its key.

    `confidence` is the label's, from 0 to 100; None for a word.
    """

    item: str
    key: str
    confidence: float | None = None

    @property
    def name(self) -> str:
        """The label as it is written, or the word."""
        return self.item.partition("#")[2]

    @property
    def is_label(self) -> bool:
        """False for a word."""
        return self.confidence is not None


def label_key(name: str) -> str:
    """Return the key of a label, however it is written."""
    return f"label:{_folded(' '.join(name.split()))[:_MAX_NAME_CHARACTERS]}"


def word_key(word: str) -> str:
    """Return the key of a word as `words_in` returns it."""
    return f"word:{word}"


def words_in(text: str) -> list[str]:
    """Return the different words of a text, in order.

    The same for what an image shows and for what people search: letters, digits and their marks,
    normalised (NFKC) and without case. A text without any has none.
    """
    return list(dict.fromkeys(word for word in _runs(_folded(text)) if _is_word(word)))


def words_of(lines: Iterable[str]) -> list[str]:
    """Return the words by which an image with these lines of text is found."""
    words = (word for line in lines for word in words_in(line))
    return list(islice(dict.fromkeys(words), MAX_WORDS))


def terms(labels: Iterable[tuple[str, float]], lines: Iterable[str]) -> dict[str, Term]:
    """Return the terms of labels (name and confidence, best first) and lines, by item."""
    found: dict[str, Term] = {}
    keys: set[str] = set()
    for name, confidence in labels:
        key = label_key(name)
        # A detector may give a label twice, and an image is to be once in a list.
        if key not in keys:
            keys.add(key)
            found[f"label#{name}"] = Term(f"label#{name}", key, confidence)
    for word in words_of(lines):
        found[f"word#{word}"] = Term(f"word#{word}", word_key(word))
    return found


def terms_of(result: Result) -> dict[str, Term]:
    """Return the terms of a result, by item: of what its record and its announcement have."""
    labels = ((label["name"], label["confidence"]) for label in bounded_labels(result))
    return terms(labels, bounded_lines(result))


def rarest(words: Sequence[str]) -> str:
    """Return the word that probably finds fewest images: the longest."""
    return max(words, key=lambda word: (len(word), word))


def _folded(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).casefold()
    # Folding may take apart what normalising had put together.
    return unicodedata.normalize("NFKC", normal)


def _runs(text: str) -> Iterable[str]:
    run = ""
    for character in text:
        if _is_cjk(character):
            yield run
            yield character
            run = ""
        elif unicodedata.category(character)[0] in "LMN":
            run += character
        else:
            yield run
            run = ""
    yield run


def _is_word(run: str) -> bool:
    kinds = {unicodedata.category(character)[0] for character in run}
    if not kinds & {"L", "N"}:
        return False
    if len(run) == 1 and (kinds == {"N"} or _is_cjk(run)):
        return True
    return MIN_CHARACTERS <= len(run) <= MAX_CHARACTERS


def _is_cjk(character: str) -> bool:
    code = ord(character)
    return code >= _CJK[0][0] and any(first <= code <= last for first, last in _CJK)
