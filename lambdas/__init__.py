"""The code that runs on AWS Lambda: one package per function, and what they share."""
