"""The stacks that `cdk deploy` makes, and the settings they are made from."""
