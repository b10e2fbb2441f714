"""The Chromium of the tests. Debian's headless shell is the same browser without a window and its compositor:
it takes less than half of the processor time, so it goes before the whole one where both are there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page, Playwright

Scheme = Literal["light", "dark"]

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """Start it. LookupError where the machine has none."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise LookupError("Chromium is missing: run 'make browser'")
    return playwright.chromium.launch(executable_path=path, args=ARGS)


@contextmanager
def still_page(chromium: Browser, width: int, scheme: Scheme) -> Iterator[Page]:
    """A page in a window of this width, in one theme, on which nothing moves by itself."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()
