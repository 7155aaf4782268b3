"""What functions, stacks and the command line share: names, shapes, and access to AWS."""
