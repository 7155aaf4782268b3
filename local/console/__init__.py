"""The console on this machine: one origin for its files, its API, its sign-in and its images."""
