"""The laptop: the real template, deployed to an emulator with recognition beside it."""
