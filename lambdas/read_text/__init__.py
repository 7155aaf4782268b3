"""Second stage: reads the text of an image."""
