"""The colours of CSS and the twelve simplified names that stand for them."""

from PIL.ImageColor import colormap, getrgb

# Rekognition answers one of 12 simplified names and publishes neither them nor the assignment.
# These are the eleven basic colour terms of English and cyan; the assignment is by eye.
_SIMPLIFIED = {
    "black": "black",
    "white": "white aliceblue antiquewhite azure cornsilk floralwhite ghostwhite honeydew ivory "
    "lavenderblush linen mintcream oldlace seashell snow whitesmoke",
    "grey": "darkgrey darkslategrey dimgrey gainsboro grey lightgrey lightslategrey silver "
    "slategrey",
    "red": "red brown crimson darkred firebrick indianred maroon",
    "pink": "pink deeppink hotpink lightcoral lightpink mistyrose palevioletred salmon lightsalmon "
    "darksalmon rosybrown",
    "orange": "orange coral darkorange orangered tomato sandybrown",
    "yellow": "yellow beige darkkhaki gold khaki lemonchiffon lightgoldenrodyellow lightyellow "
    "palegoldenrod goldenrod papayawhip",
    "brown": "saddlebrown sienna chocolate peru burlywood tan wheat bisque blanchedalmond "
    "moccasin navajowhite peachpuff darkgoldenrod",
    "green": "green chartreuse darkgreen darkolivegreen darkseagreen forestgreen greenyellow "
    "lawngreen lightgreen lime limegreen mediumseagreen mediumspringgreen olive "
    "olivedrab palegreen seagreen springgreen yellowgreen",
    "cyan": "cyan aquamarine darkcyan darkturquoise lightcyan lightseagreen mediumaquamarine "
    "mediumturquoise paleturquoise teal turquoise",
    "blue": "blue blueviolet cadetblue cornflowerblue darkblue darkslateblue deepskyblue "
    "dodgerblue lightblue lightskyblue lightsteelblue mediumblue mediumslateblue "
    "midnightblue navy powderblue royalblue skyblue slateblue steelblue",
    "purple": "purple darkmagenta darkorchid darkviolet fuchsia indigo lavender mediumorchid "
    "mediumpurple mediumvioletred orchid plum rebeccapurple thistle violet",
}

SIMPLIFIED_OF = {css: simple for simple, names in _SIMPLIFIED.items() for css in names.split()}


def css_colours() -> dict[str, tuple[int, int, int]]:
    """Answer the colours of CSS by name, as red, green and blue from 0 to 255, each colour once."""
    colours: dict[str, tuple[int, int, int]] = {}
    for name in colormap:
        if name in SIMPLIFIED_OF:
            red, green, blue = getrgb(name)[:3]
            colours[name] = (red, green, blue)
    return colours
