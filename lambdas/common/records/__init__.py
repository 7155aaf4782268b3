"""The record table: items, conditional writes, attempts at an image, and questions."""
