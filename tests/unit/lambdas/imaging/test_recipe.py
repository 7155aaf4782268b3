import re

import pytest

from lambdas.imaging.operations import OPERATIONS
from lambdas.imaging.recipe import Recipe
from tests.images import photo


@pytest.mark.parametrize(
    ("text", "what_to_write"),
    [
        ("", "'' is no operation of a recipe; there are autocontrast, blur"),
        ("greyscale,", "'' is no operation"),
        ("grayscale", "'grayscale' is no operation of a recipe; there are"),
        ("resize", "needs width and height, such as resize:256x256"),
        ("resize:256", "such as resize:256x256"),
        ("resize:256x", "such as resize:256x256"),
        ("fit:-1x5", "such as fit:256x256"),
        ("cover:0x5", "needs sides from 1 to 4096 pixels"),
        ("pad:5x4097", "needs sides from 1 to 4096 pixels"),
        ("resize:²x5", "such as resize:256x256"),
        ("greyscale:1", "'greyscale' takes no argument, got '1'"),
        ("equalize:x", "'equalize' takes no argument, got 'x'"),
        ("blur", "as in blur:2"),
        ("blur:0", "up to 100, as in blur:2"),
        ("blur:101", "up to 100"),
        ("blur:nan", "up to 100"),
        ("blur:much", "up to 100"),
        ("autocontrast:50", "needs a percentage from 0 to 49"),
        ("autocontrast:-1", "needs a percentage from 0 to 49"),
        ("sharpen:0", "needs a percentage from 1 to 500"),
        ("sharpen:501", "needs a percentage from 1 to 500"),
    ],
)
def test_a_wrong_recipe_is_refused_with_what_to_write_instead(
    text: str, what_to_write: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(what_to_write)):
        Recipe.parse(text)


def test_operations_run_in_the_order_written() -> None:
    # Given: two orders with different results, and spaces as people write them
    blurred_first = Recipe.parse(" blur:8 , resize:40x30 ")
    blurred_last = Recipe.parse("resize:40x30,blur:8")
    # When / Then
    assert [type(step).__name__ for step in blurred_first.operations] == ["Blur", "Resize"]
    assert blurred_first.apply(photo()).size == (40, 30)
    assert blurred_first.apply(photo()) != blurred_last.apply(photo())


@pytest.mark.parametrize(
    ("recipe", "starts_grey"),
    [("greyscale", True), ("greyscale,blur:2", True), ("blur:2,greyscale", False)],
)
def test_colour_is_skipped_only_if_the_first_step_discards_it(
    recipe: str, starts_grey: bool
) -> None:
    assert Recipe.parse(recipe).starts_grey is starts_grey


@pytest.mark.parametrize(
    ("recipe", "needed"),
    [
        ("greyscale", (4000, 3000)),
        ("greyscale,resize:256x256", (256, 256)),
        ("fit:400x400", (400, 300)),
        ("pad:400x400", (400, 300)),
        ("cover:300x300", (400, 300)),
        ("blur:2,resize:256x256", (4000, 3000)),
        ("greyscale,autocontrast,resize:256x256", (4000, 3000)),
        ("equalize", (4000, 3000)),
        ("sharpen", (4000, 3000)),
        ("resize:256x256,blur:2", (256, 256)),
    ],
)
def test_no_fewer_pixels_are_decoded_than_the_first_step_with_a_need_for_them_says(
    recipe: str, needed: tuple[int, int]
) -> None:
    assert Recipe.parse(recipe).needed_size((4000, 3000)) == needed


def test_every_operation_says_what_it_needs() -> None:
    arguments = {"blur": "2", "cover": "9x9", "fit": "9x9", "pad": "9x9", "resize": "9x9"}
    needs = {
        name: kind.parse(arguments.get(name, "")).needed_size((900, 900))
        for name, kind in OPERATIONS.items()
    }
    assert {name for name, need in needs.items() if need is None} == {"greyscale"}
    assert {name for name, need in needs.items() if need == (9, 9)} == {
        "cover",
        "fit",
        "pad",
        "resize",
    }
