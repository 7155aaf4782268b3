"""Text from outside, made safe to show: keys, what is read on images, reasons."""


def printable(text: str) -> str:
    """Return the text with a `?` for every character that is not printed.

    Line breaks, which would begin lines of their own in an email, and the escapes that steer a
    terminal are among them.
    """
    return "".join(character if character.isprintable() else "?" for character in text)
