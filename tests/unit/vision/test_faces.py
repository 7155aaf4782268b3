import cv2
import numpy as np
from PIL import Image

from tests.unit.vision.pictures import encoded, photo, plain
from vision.faces import FaceFinder
from vision.images import decode
from vision.shapes import Box

# The astronaut's face by eye, in her portrait of 512 x 512 px.
ASTRONAUT_FACE = Box(180 / 512, 70 / 512, 85 / 512, 100 / 512)


def test_the_astronauts_face_is_found() -> None:
    (face,) = FaceFinder().find(decode(encoded(photo("astronaut"))))
    assert face.name == "Face"
    assert 80 < face.confidence < 100
    assert ASTRONAUT_FACE.share_inside(face.box) > 0.8
    assert face.box.share_inside(ASTRONAUT_FACE) > 0.6


def test_coordinates_are_those_of_the_upright_image() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = np.rot90(photo("astronaut"))  # shown upright by a viewer that turns it clockwise
    (face,) = FaceFinder().find(decode(encoded(np.ascontiguousarray(lying), exif=exif.tobytes())))
    assert ASTRONAUT_FACE.share_inside(face.box) > 0.8


def test_there_is_no_face_in_coffee_a_cat_and_a_wall() -> None:
    finder = FaceFinder()
    for image in (photo("coffee"), photo("chelsea"), photo("brick")):
        assert finder.find(decode(encoded(image))) == []
    assert finder.find(decode(encoded(plain("white")))) == []


def test_most_of_labelled_faces_and_no_other_patch_is_found() -> None:
    """100 faces and 100 other patches of 25 x 25 px, from Labeled Faces in the Wild."""
    finder = FaceFinder()
    found = []
    for patch in photo("lfw_subset"):
        grey = cv2.resize((patch * 255).astype(np.uint8), (100, 100), interpolation=cv2.INTER_CUBIC)
        framed = cv2.copyMakeBorder(grey, 20, 20, 20, 20, cv2.BORDER_REPLICATE)
        found.append(bool(finder.find(decode(encoded(framed, "PNG")))))
    assert sum(found[:100]) >= 95
    assert sum(found[100:]) <= 1
