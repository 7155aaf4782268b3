import pytest

from lambdas.common.batches.counting import FAN_OUT, children_of, images_below, nodes_at, root_level

SIZES = [1, 2, 99, 100, 101, 199, 200, 9_999, 10_000, 10_001, 1_000_000, 1_000_001, 10_000_000]


@pytest.mark.parametrize(
    ("images", "level"),
    [(1, 0), (100, 0), (101, 1), (10_000, 1), (10_001, 2), (1_000_000, 2), (10_000_000, 3)],
)
def test_the_tree_has_as_many_levels_as_it_takes(images: int, level: int) -> None:
    assert root_level(images) == level
    assert nodes_at(images, level) == 1


@pytest.mark.parametrize("images", SIZES)
def test_the_children_of_a_level_are_all_that_is_below_it(images: int) -> None:
    below = images
    for level in range(root_level(images) + 1):
        nodes = nodes_at(images, level)
        last = children_of(images, level, nodes - 1)
        assert 1 <= last <= FAN_OUT
        assert (nodes - 1) * FAN_OUT + last == below
        if nodes > 1:
            assert children_of(images, level, 0) == FAN_OUT
        below = nodes
    assert below == 1


@pytest.mark.parametrize("images", [1, 100, 101, 250, 10_001, 10_101])
def test_the_children_of_every_level_stand_for_all_images(images: int) -> None:
    for level in range(root_level(images) + 1):
        assert images == sum(
            images_below(images, level, node, place)
            for node in range(nodes_at(images, level))
            for place in range(children_of(images, level, node))
        )


@pytest.mark.parametrize(("level", "node"), [(0, -1), (0, 3), (1, 1), (2, 1)])
def test_a_node_that_the_tree_does_not_have_is_refused(level: int, node: int) -> None:
    with pytest.raises(ValueError, match="have no node"):
        children_of(201, level, node)
