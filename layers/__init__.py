"""Lambda layers: one folder each with its requirements, and the builder."""
