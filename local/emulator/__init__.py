"""What runs inside the emulator's process: the emulator itself and what it lacks.

These modules run in the emulator's own virtual environment. They import the standard library,
the emulator and its server, and of this project only what does the same.
"""
