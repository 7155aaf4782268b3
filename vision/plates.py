"""Recognise number plates among the lines of text that were read."""

import re
from collections.abc import Iterable

from vision.shapes import Box, Detection
from vision.text import Line

# Formats in force, without spaces, hyphens and dots: A is a letter, 9 a digit.
_COMPACT_FORMATS = (
    "AA99AAA",  # Great Britain, Romania
    "AA999AA",  # France, Italy, Slovakia, Albania, Georgia
    "9999AAA",  # Spain
    "9AAA999",  # Belgium, California
    "AAA999",  # Sweden, Lithuania, Finland, Hungary, Malta, many states of the USA
    "999AAA",  # several states of the USA
    "AAA9999",  # Brazil before 2018, Greece, Texas, New York, Pennsylvania, Ohio
    "AAA9A99",  # Brazil (Mercosur)
    "AA99999",  # Norway, Denmark, Poland, Illinois
    "AAA99A",  # Sweden since 2019
    "9A99999",  # Czechia
    "9AA9999",  # Czechia
    "AA9999AA",  # Bulgaria, Ukraine
    "A9999AA",  # Bulgaria
    "A999AAA",  # Bucharest; Great Britain before 2001
    "AA9999A",  # India's shorter form, Croatia
    "AA999A",  # Croatia
    "AA99AA9999",  # India
    "AA99A9999",  # India
    "99A9999",  # Ireland before 2013 (Dublin)
    "999A9999",  # Ireland (Dublin)
    "999A99999",  # Ireland (Dublin)
    "AA9A999",  # Poland
)
# Formats that are common also in other writing, so the plate's own hyphens or gaps are required.
_SEPARATED_FORMATS = (
    r"[A-ZÄÖÜ]{1,3}[ \-.·:]{1,2}[A-Z]{1,2}[ \-.]?\d{2,4}[EH]?",  # Germany
    r"[A-Z]{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}",  # Netherlands, Portugal
    r"[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2}-[A-Z]{2}|\d{2}-\d{2}-[A-Z]{2}",  # the same
    r"\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{2}-\d{3}-[A-Z]",  # the same
    # Switzerland, by canton
    r"(?:A[GIR]|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|UR|V[DS]|Z[GH])[ \-.·]\d{2,6}",
)
_COMPACT = re.compile(
    "|".join(sorted({form.replace("9", r"\d").replace("A", "[A-Z]") for form in _COMPACT_FORMATS}))
)
_SEPARATED = re.compile("|".join(_SEPARATED_FORMATS))
_COUNTRY_BAND = re.compile(r"(?:A|B|BG|CZ|D|DK|E|EST|F|FIN|GB|H|I|IRL|L|LT|LV|N|NL|P|PL|RO|S|UK) ")
# Words that stand before a number on signs and papers, where a plate has its letters.
_NOT_PLATE_WORDS = """
    AM AND APR AT AUG AVE BUS BY CAM DAY DEC DIN EST EXT FAX FEB FIG FOR FROM IN ISO JAN JUL
    JUN KM MAR MAX MAY MIN NO NOV OCT OF ON PIN PM PO REF RM RUE SEP TEL THE TO VAT VOL ZIP
"""
_NOT_PLATES = frozenset(_NOT_PLATE_WORDS.split())


def find_plates(lines: Iterable[Line]) -> list[Detection]:
    """Answer one `License Plate` for each line that reads as a whole like a number plate.

    The formats are those of about thirty countries. Confidence is the line's: how surely these
    characters were read. Matching the format is yes or no and adds nothing to it, so a product code
    of the same format is a plate too.
    """
    return [
        Detection("License Plate", line.confidence, Box.around(line.polygon))
        for line in lines
        if is_plate(line.text)
    ]


def is_plate(text: str) -> bool:
    """Say whether a line of text is a number plate's, with or without a country's letters first."""
    candidates = [text.strip()]
    band = _COUNTRY_BAND.match(text)
    if band:
        candidates.append(text[band.end() :].strip())
    return any(_matches(candidate) for candidate in candidates)


def _matches(text: str) -> bool:
    parts = re.split(r"[ \-.·]+", text)
    # A word of two letters counts only by itself: AM12 ABC is a plate, and AM 10 is a time.
    words = {*parts, *(group for group in re.findall(r"[A-Z]+", text) if len(group) > 2)}
    if words & _NOT_PLATES:
        return False
    if re.fullmatch(_SEPARATED, text):
        return True
    # Three separators at most (India): more is a sentence, a list or a telephone number.
    return len(parts) <= 4 and re.fullmatch(_COMPACT, "".join(parts)) is not None
