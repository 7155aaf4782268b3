"""Messages of a queue: worked off, tried again, given up."""
