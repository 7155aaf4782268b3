"""`sightline estimate`: how many images there are, and what they would cost."""
