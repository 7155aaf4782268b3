"""Lists what a batch consists of, feeds it to the pipeline, and reports what became of it."""
