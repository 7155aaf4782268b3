"""The programs that are compared: each makes a thumbnail, in a process of its own."""
