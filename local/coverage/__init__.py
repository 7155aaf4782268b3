"""Is everything in the template provided on the laptop? What is not, and why."""
