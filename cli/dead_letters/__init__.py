"""Dead letters: looking at them, and `sightline redrive`, which brings them back."""
