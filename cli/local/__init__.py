"""`sightline local`: the whole app on this machine, and its faults."""
