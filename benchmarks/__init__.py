"""What Sightline claims of its speed and size, reproducible: `python -m benchmarks [NAME ...]`."""
