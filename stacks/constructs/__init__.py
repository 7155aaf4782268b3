"""Business capabilities that the stacks are composed of, one in each file."""
