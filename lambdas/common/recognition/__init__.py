"""Paid calls: made in the quota's pace, and their answers kept by content."""
