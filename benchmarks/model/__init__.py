"""The pipeline as a model: what happens to ten thousand, a million, a hundred million images.

`python -m benchmarks model` simulates it and writes the tables of docs/scaling.md. Nothing is
measured here; `measured.py` says how a measured run is put beside it.
"""

from benchmarks.model.tables import run

__all__ = ["run"]
