import pytest
from PIL import Image

from tests.unit.vision.pictures import SIZE, encoded, plain, qr_code, sign
from vision.images import decode
from vision.qr_codes import find_qr_codes
from vision.shapes import Box


@pytest.mark.parametrize("degrees", [0, 20, 90])
def test_a_qr_code_is_found(degrees: int) -> None:
    image = sign("SCAN ME")
    code = qr_code("https://example.org").rotate(degrees, expand=True, fillcolor="white")
    image.paste(code, (500, 200))
    (found,) = find_qr_codes(decode(encoded(image)))
    place = Box.around(
        [
            (500 / SIZE[0], 200 / SIZE[1]),
            ((500 + code.width) / SIZE[0], (200 + code.height) / SIZE[1]),
        ]
    )
    assert (found.name, found.confidence) == ("QR Code", 100)
    assert found.box.share_inside(place) > 0.95


def test_several_codes_are_found() -> None:
    image = plain("white", (800, 400))
    image.paste(qr_code("one"), (50, 100))
    image.paste(qr_code("two"), (500, 100))
    assert len(find_qr_codes(decode(encoded(image)))) == 2


def test_a_code_that_cannot_be_decoded_is_not_claimed() -> None:
    image = plain("white", (400, 400))
    code = qr_code("https://example.org/a/longer/address", 300)
    code.paste(plain("white", (200, 100)).convert("L"), (90, 120))
    image.paste(code, (50, 50))
    assert find_qr_codes(decode(encoded(image))) == []
    assert find_qr_codes(decode(encoded(Image.new("RGB", (100, 100))))) == []
