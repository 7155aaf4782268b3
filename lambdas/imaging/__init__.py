"""Images as bytes and pixels: opening them safely, recipes, and copies; no AWS."""
