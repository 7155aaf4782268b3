import pytest

from vision.plates import find_plates, is_plate
from vision.shapes import Box
from vision.text import Line


@pytest.mark.parametrize(
    "text",
    [
        "AB12 CDE", "GB AB12 CDE", "A123 BCD", "AM12 ABC",  # Great Britain
        "M AB 1234", "B-XY 123", "HH AB 123E", "D M AB 1234",  # Germany
        "AB-123-CD", "F AB-123-CD", "FG 123 HJ",  # France, Italy
        "1234 BCD", "1-ABC-123", "12-AB-34", "AB-12-CD", "XK-123-B",  # ES, BE, NL
        "ABC 123", "ABC 12D", "AB 12345", "1AB 2345", "CA 1234 AB",  # SE, NO, CZ, BG
        "ZH 123456", "KA 01 AB 1234", "ABC1D23",  # Switzerland, India, Brazil
        "7ABC123", "ABC-1234", "123 ABC",  # California, New York, other states
    ],
)  # fmt: skip
def test_number_plates_are_recognised(text: str) -> None:
    assert is_plate(text)


@pytest.mark.parametrize(
    "text",
    [
        "SPEED LIMIT 30", "EXIT 12", "ROOM 101", "Parking", "12:30", "1234567", "ABCDEF",
        "6 am to 8 pm", "AM 10", "ab12 cde", "MAY 2024", "ISO 9001", "ISO9001", "GO TO 10",
        "A 1", "BUS 123", "COVID-19", "2024", "+49 30 1234", "CALL 555 1234", "TEL 1234", "",
        "AB 12 CD 34 EF 56",
    ],
)  # fmt: skip
def test_other_writing_is_not_a_plate(text: str) -> None:
    assert not is_plate(text)


def test_a_plate_has_its_lines_confidence_and_place() -> None:
    square = ((0.1, 0.2), (0.5, 0.2), (0.5, 0.3), (0.1, 0.3))
    lines = [Line("AB12 CDE", 93.5, square, ()), Line("STOP", 99.0, square, ())]
    (plate,) = find_plates(lines)
    assert (plate.name, plate.confidence) == ("License Plate", 93.5)
    assert plate.box == Box.around(square)
