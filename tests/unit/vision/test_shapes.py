import pytest

from vision.shapes import Box, geometry


def test_a_box_is_clipped_to_the_image() -> None:
    assert Box.around([(-0.1, 0.5), (0.5, 1.2)]) == Box(0.0, 0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("other", "share"),
    [
        (Box(0, 0, 1, 1), 1.0),
        (Box(0.2, 0, 1, 1), 0.5),
        (Box(0.5, 0.5, 0.1, 0.1), 0.0),
    ],
)
def test_share_inside(other: Box, share: float) -> None:
    assert Box(0.1, 0.1, 0.2, 0.2).share_inside(other) == pytest.approx(share)


def test_nothing_of_an_empty_box_is_inside() -> None:
    assert Box(0.1, 0.1, 0, 0.2).share_inside(Box(0, 0, 1, 1)) == 0


def test_geometry_bounds_its_polygon() -> None:
    found = geometry([(0.1, 0.2), (0.4, 0.1), (0.5, 0.3), (0.2, 0.4)])
    assert found["BoundingBox"] == pytest.approx(
        {"Left": 0.1, "Top": 0.1, "Width": 0.4, "Height": 0.3}
    )
    assert found["Polygon"][1] == {"X": 0.4, "Y": 0.1}
