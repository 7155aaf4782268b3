"""`sightline review`: what people decide about images."""
