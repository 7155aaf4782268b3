"""The API: what signed-in people may ask of their images, of reviews, of batches."""
