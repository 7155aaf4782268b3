"""First stage: preprocesses an image and finds its labels."""
