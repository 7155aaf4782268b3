"""Sample images for the demo: free photographs that a library carries, and rendered signs."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from skimage import data

WHITE, BLACK = (245, 245, 242), (20, 20, 22)
Colour = tuple[int, int, int]

# scikit-image's own sample photographs: NASA's are in the public domain, the others CC0.
_PHOTOGRAPHS: dict[str, Callable[[], Any]] = {
    "astronaut.jpg": data.astronaut,
    "coffee.jpg": data.coffee,
    "cat.jpg": data.chelsea,
}


def write_samples(folder: Path) -> list[Path]:
    """Write the samples to a folder and return their paths; one of them is damaged on purpose."""
    folder.mkdir(parents=True, exist_ok=True)
    images = {name: Image.fromarray(load()) for name, load in _PHOTOGRAPHS.items()}
    images |= {
        "street-sign.png": _sign("MAPLE STREET", (0, 96, 56), WHITE),
        "speed-limit.jpg": _sign("SPEED\nLIMIT\n55", WHITE, BLACK),
        "shop-window.webp": _sign("OPEN DAILY\n9 TO 17", (130, 24, 28), WHITE),
        "parcel.png": _parcel("PARCEL 4711"),
        "number-plate.jpg": _car_with_plate("AB12 CDE"),
    }
    paths = []
    for name, image in images.items():
        path = folder / name
        image.save(path)
        paths.append(path)
    damaged = folder / "cut-off.jpg"
    buffer = io.BytesIO()
    images["coffee.jpg"].save(buffer, "JPEG")
    damaged.write_bytes(buffer.getvalue()[: buffer.tell() // 2])
    return [*paths, damaged]


def _sign(text: str, background: Colour, ink: Colour) -> Image.Image:
    """Return a sign on a post before a plain sky, a little turned and blurred as photos are."""
    scene = Image.new("RGB", (1200, 800), (150, 180, 210))
    draw = ImageDraw.Draw(scene)
    draw.rectangle((590, 400, 610, 800), fill=(90, 90, 95))
    draw.rounded_rectangle((180, 140, 1020, 620), radius=40, fill=background)
    draw.rounded_rectangle((200, 160, 1000, 600), radius=30, outline=ink, width=8)
    _centred(draw, text, (600, 380), size=110 if "\n" in text else 96, ink=ink)
    turned = scene.rotate(2, Image.Resampling.BICUBIC, fillcolor=(150, 180, 210))
    return turned.filter(ImageFilter.GaussianBlur(0.8))


def _car_with_plate(text: str) -> Image.Image:
    """Return the rear of a drawn car with its number plate."""
    scene = Image.new("RGB", (1200, 800), (120, 124, 128))
    draw = ImageDraw.Draw(scene)
    draw.rounded_rectangle((200, 160, 1000, 640), radius=90, fill=(28, 60, 120))
    draw.rounded_rectangle((300, 200, 900, 360), radius=50, fill=(40, 44, 50))
    for left in (230, 870):
        draw.rounded_rectangle((left, 420, left + 100, 480), radius=20, fill=(190, 20, 24))
    draw.rounded_rectangle((400, 480, 800, 580), radius=12, fill=WHITE, outline=BLACK, width=6)
    _centred(draw, text, (600, 530), size=76, ink=BLACK)
    for left in (260, 820):
        draw.ellipse((left, 580, left + 140, 720), fill=BLACK)
    return scene.filter(ImageFilter.GaussianBlur(0.8))


def _parcel(text: str) -> Image.Image:
    """Return a parcel's label with a QR code and the same in letters."""
    scene = Image.new("RGB", (1200, 800), (176, 132, 84))
    draw = ImageDraw.Draw(scene)
    draw.rectangle((300, 100, 900, 700), fill=WHITE)
    code = Image.fromarray(cv2.QRCodeEncoder.create().encode(text)).convert("RGB")
    scene.paste(code.resize((360, 360), Image.Resampling.NEAREST), (420, 140))
    _centred(draw, text, (600, 600), size=72, ink=BLACK)
    return scene.filter(ImageFilter.GaussianBlur(0.8))


def _centred(
    draw: ImageDraw.ImageDraw, text: str, centre: tuple[int, int], *, size: int, ink: Colour
) -> None:
    font = ImageFont.load_default(size)
    draw.multiline_text(centre, text, font=font, fill=ink, anchor="mm", align="center")
