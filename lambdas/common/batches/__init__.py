"""Batches: what they are, how far they are, what is done next for one."""
