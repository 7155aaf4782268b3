"""The operations that a recipe can name, one in each file."""

from lambdas.imaging.operations.autocontrast import Autocontrast
from lambdas.imaging.operations.blur import Blur
from lambdas.imaging.operations.cover import Cover
from lambdas.imaging.operations.equalize import Equalize
from lambdas.imaging.operations.fit import Fit
from lambdas.imaging.operations.greyscale import Greyscale
from lambdas.imaging.operations.operation import Operation
from lambdas.imaging.operations.pad import Pad
from lambdas.imaging.operations.resize import Resize
from lambdas.imaging.operations.sharpen import Sharpen

OPERATIONS: dict[str, type[Operation]] = {
    "autocontrast": Autocontrast,
    "blur": Blur,
    "cover": Cover,
    "equalize": Equalize,
    "fit": Fit,
    "greyscale": Greyscale,
    "pad": Pad,
    "resize": Resize,
    "sharpen": Sharpen,
}
"""Operations by the name that a recipe gives them."""
