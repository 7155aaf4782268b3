"""The operations that a recipe can name, one in each file."""

from lambdas.inspect_image.operations.autocontrast import Autocontrast
from lambdas.inspect_image.operations.blur import Blur
from lambdas.inspect_image.operations.cover import Cover
from lambdas.inspect_image.operations.equalize import Equalize
from lambdas.inspect_image.operations.fit import Fit
from lambdas.inspect_image.operations.greyscale import Greyscale
from lambdas.inspect_image.operations.operation import Operation
from lambdas.inspect_image.operations.pad import Pad
from lambdas.inspect_image.operations.resize import Resize
from lambdas.inspect_image.operations.sharpen import Sharpen

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
