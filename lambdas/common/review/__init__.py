"""People's decisions about images: what they are, what they make of a result, how they are kept."""
