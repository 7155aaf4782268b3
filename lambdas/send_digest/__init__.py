"""Gathers results into readable emails."""
