"""The photographs that the users upload: each its own."""

from pathlib import Path

from benchmarks.photographs import different

SIZE = (1200, 800)


def write_pictures(folder: Path, users: int, of_each: int) -> None:
    """Write `USER-COUNT.jpg` for every upload of every user."""
    for user in range(users):
        for count in range(of_each):
            path = folder / f"{user}-{count}.jpg"
            path.write_bytes(different(user * of_each + count, SIZE))
