"""Pictures of the main screens for the README and the docs: `make screenshots`.

Each in light, in dark and as on a phone, with the demo's sample images and users, of a local stack
that is made for it. Written to docs/pictures/, each smaller than MAX_BYTES.
"""

import io
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from cli.console.welcome import prepare_console
from cli.samples import write_samples
from local.demo_users import DemoUser, ensure_demo_users
from local.paths import CHECKOUT
from local.ports import Ports
from local.progress import Progress
from tests.local.api.people import Door, Person, Pool
from tests.local.deployed import Deployed
from tests.local.stack import deployed_stack
from tests.patience import eventually
from tests.web.browser import started_browser
from tests.web.screens import SCREENS, Screen
from tests.web.visit import PHONE, WIDE, Visit, Visits

FOLDER = CHECKOUT / "docs" / "pictures"
MAX_BYTES = 200_000
_COLOURS = 256
_ARCHIVE = "photo-archive"
# So that there is something to decide on: the number plate is a License Plate at 97.
_SETTINGS = (("review_rule", "labels:98,missing-text"),)
_MAX_HEIGHT = 1100
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": WIDE},
    "dark": {"color_scheme": "dark", "viewport": WIDE},
    "phone": {"color_scheme": "light", "viewport": PHONE},
}
_PICTURED = (
    *("sign-in", "gallery", "image", "image-history", "review", "review-image", "review-correct"),
    *("dashboard", "batches", "batch"),
)
_CONTENT_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class _Known(Person):
    """A demo user, who asks the API too."""

    def __init__(self, door: Door, pool: Pool, user: DemoUser) -> None:
        self.door, self.pool = door, pool
        self.email, self.password = user.email, user.password


@dataclass
class Studio:
    """Who and what is in the pictures."""

    visits: Visits
    people: dict[str, _Known]
    samples: list[Path]
    ids: dict[str, str]


def make_pictures(browser: Browser, deployed: Deployed) -> list[Path]:
    """Write all pictures, and return their paths."""
    prepare_console(deployed.port, Progress())
    studio = _studio(browser, deployed)
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = []
    for look, options in LOOKS.items():
        for name in _PICTURED:
            (screen,) = [one for one in SCREENS if one.name == name]
            paths.append(_save(f"{name}-{look}", _of_screen(studio, screen, options)))
    # Last, since the gallery has more in it afterwards.
    for look, options in LOOKS.items():
        paths.append(_save(f"upload-{look}", _of_upload(studio, options)))
    return paths


def _studio(browser: Browser, deployed: Deployed) -> Studio:
    door, pool = Door(deployed), Pool(deployed)
    users = ensure_demo_users(deployed.stack)
    people = {user.group.removesuffix("s"): _Known(door, pool, user) for user in users}
    folder = Path(tempfile.mkdtemp(dir=deployed.stack.files.root))
    samples = write_samples(folder)
    sent = {
        path.name: people["uploader"].send(
            path.name, path.read_bytes(), _CONTENT_TYPES[path.suffix]
        )
        for path in samples
    }
    found = {name: people["uploader"].result(task)["id"] for name, task in sent.items()}
    ids = {"sign": found["street-sign.png"], "in_review": found["number-plate.jpg"]}
    ids["batch"] = _batches(people["admin"], deployed, samples)
    return Studio(Visits(browser, Ports(deployed.port).console_origin), people, samples, ids)


def _batches(admin: _Known, deployed: Deployed, samples: list[Path]) -> str:
    """Make one batch that has run, and return the id of one that waits for its start."""
    s3 = deployed.client("s3")
    s3.create_bucket(Bucket=_ARCHIVE)
    for folder in ("2025/", "2026/"):
        for path in samples[:6]:
            s3.put_object(Bucket=_ARCHIVE, Key=folder + path.name, Body=path.read_bytes())
    made: list[str] = []
    for year in ("2025", "2026"):
        body = {"bucket": _ARCHIVE, "prefix": f"{year}/", "name": f"archive-{year}"}
        made.append(f"/batches/{admin.ask('POST', '/batches', body).body['id']}")
        _wait_for(admin, made[-1], "listed")
    assert admin.ask("POST", f"{made[0]}/start").status == 200
    _wait_for(admin, made[0], "closed")
    return made[1].rpartition("/")[2]


def _wait_for(admin: _Known, path: str, state: str) -> None:
    eventually(lambda: admin.ask("GET", path).body["state"] == state, f"{path} is {state}")


def _of_screen(studio: Studio, screen: Screen, options: dict[str, Any]) -> bytes:
    at = studio.visits(studio.people.get(screen.who), **options)
    at.go(screen.path.format(**studio.ids))
    screen.prepare(at)
    if screen.name == "image":
        at.test_id("findings-text").get_by_role("listitem").first.hover()
    return _picture(studio, at)


def _of_upload(studio: Studio, options: dict[str, Any]) -> bytes:
    at = studio.visits(studio.people["uploader"], **options)
    at.go("/upload")
    at.drop(*studio.samples)
    for sample in studio.samples:
        row = at.upload_row(sample.name)
        row.and_(at.page.locator("[data-phase=ended]")).wait_for()
    return _picture(studio, at)


def _picture(studio: Studio, at: Visit) -> bytes:
    at.comes_to_rest()
    picture = at.page.screenshot(full_page=True)
    studio.visits.close()
    return picture


def _save(name: str, picture: bytes) -> Path:
    """Write a PNG of few colours, a third of the size; what is far down is left out."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, _MAX_HEIGHT)))
    path = FOLDER / f"{name}.png"
    few = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    if path.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes, more than {MAX_BYTES}.")
    return path


def main() -> None:
    with ExitStack() as stack:
        deployed = stack.enter_context(deployed_stack(*_SETTINGS))
        browser = stack.enter_context(started_browser())
        paths = make_pictures(browser, deployed)
    sys.stdout.writelines(f"{path.relative_to(CHECKOUT)}\n" for path in paths)


if __name__ == "__main__":
    main()
