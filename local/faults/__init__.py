"""Faults that an operator or a test injects between the functions and the APIs that they call.

Both the emulator and the recognition endpoint run this, so what they share imports the standard
library only; `catalogue` runs in commands and tests.
"""
