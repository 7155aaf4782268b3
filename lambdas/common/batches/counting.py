"""The tree that tells when a batch is complete: arithmetic only.

Images are numbered from 0. A node of level 0 has up to 100 images as children, a node of each
further level up to 100 nodes of the level below, and the root is the only node of its level. So
no item of the table gets more than 100 different writes, however many images a batch has.
"""

FAN_OUT = 100
"""Children of a node: a set of 100 numbers stays within one write unit of DynamoDB (1 KB)."""


def nodes_at(images: int, level: int) -> int:
    """Return how many nodes a level has."""
    return -(-images // int(FAN_OUT ** (level + 1)))


def root_level(images: int) -> int:
    """Return the level of the root: 0 for up to 100 images, 1 for up to 10,000, and so on."""
    level = 0
    while nodes_at(images, level) > 1:
        level += 1
    return level


def children_of(images: int, level: int, node: int) -> int:
    """Return how many children a node has; the last of a level may have fewer than the others.

    Raises ValueError when there is no such node.
    """
    below = images if level == 0 else nodes_at(images, level - 1)
    children = min(FAN_OUT, below - node * FAN_OUT)
    if node < 0 or children < 1:
        raise ValueError(f"{images} images have no node {node} of level {level}")
    return children


def images_below(images: int, level: int, node: int, place: int) -> int:
    """Return how many images one child of a node stands for."""
    size = int(FAN_OUT**level)
    first = (node * FAN_OUT + place) * size
    return max(0, min(size, images - first))
