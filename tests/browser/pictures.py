"""`make pictures`: the pages as they are, of a scripted team at a fixed instant, into docs/pictures.

The same history, clock and browser give the same pictures, so that a change of one is a change of the pages.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from phasewise.core.model import Group, Policy
from phasewise.demo_records import record_some
from phasewise.sandbox import catalogue
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.paging import Paging
from phasewise.usecases.reviews import begin_review
from phasewise.usecases.show_projects import show_projects
from phasewise.web.app import create_app
from phasewise.web.review_page import address_of
from phasewise.web.visitors import Doors
from tests.browser.chromium import launch
from tests.browser.serving import serving
from tests.usecases.syncing import desk_of
from tests.web.test_set_up import setting_up

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
NOW = 1_795_080_600_000
"""Thursday, November 19, 2026, 09:30 UTC."""
SEED, PEOPLE, WEEKS = 1, 8, 26
PAUSED, WATCHED = "10072", "10071"
PICTURES = {
    "portfolio-light": ("/", 1440, "light"),
    "portfolio-dark": ("/", 1440, "dark"),
    "portfolio-390": ("/", 390, "light"),
    "board-light": ("/board", 1440, "light"),
    "project-light": ("project", 1440, "light"),
    "untidy-light": ("/untidy", 1440, "light"),
    "review-light": ("review", 1200, "light"),
    "report-light": ("/reports/default/2026-W46", 1440, "light"),
    "setup-light": ("set-up", 1200, "light"),
}
"""By file: path, width, colour scheme. The project is the one with the most returns; of a review the first
exception, of the set-up the step of the mapping."""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        told(Path(folder)) as deps,
        served(deps) as address,
        sync_playwright() as playwright,
    ):
        chromium = launch(playwright)
        with being_set_up(Path(folder)) as step:
            places = {
                "project": address + busiest(deps),
                "review": address + reviewed(deps),
                "set-up": step,
            }
            for name, (path, width, scheme) in PICTURES.items():
                take(chromium, places.get(path, address + path), width, scheme, name)
        chromium.close()


def take(chromium: Browser, address: str, width: int, scheme: str, name: str) -> None:
    """One picture of the whole page."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="en-US",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    context.close()


@contextmanager
def told(folder: Path) -> Iterator[Deps]:
    """A store that has read the whole history of the team, as of the fixed instant."""
    world = World("cloud", seed=SEED, clock=lambda: NOW)
    settle_team(world, seed=SEED, team_size=PEOPLE, weeks=WEEKS, end_ms=NOW - 60_000, zone="Europe/Berlin")
    database = Database(f"sqlite:///{folder / 'pictures.db'}")
    upgrade(database)
    groups = {PAUSED: Group.PAUSED, WATCHED: Group.WATCHING}
    _forget(world)
    with desk_of(
        database, world, scope="project is not EMPTY", base_url="https://example.atlassian.net"
    ) as desk:
        desk.deps = replace(desk.deps, policy=Policy(status_overrides=groups), board_moves=True)
        desk.sync()
        judge(desk.deps)
        record_some(desk.deps)
        yield desk.deps
    database.close()


def _forget(world: World) -> None:
    """The team is tidy: of its open tickets three lose what a lead then sets."""
    first = [
        one.id for one in world.issues.values() if one.status == catalogue.TODO and world.level(one) == 0
    ]
    at = NOW - 30_000
    world.edit(at, world.service_user, first[0], {catalogue.PHASE_FIELD: None})
    world.edit(at, world.service_user, first[1], {"parent": None, catalogue.PHASE_FIELD: None})
    world.edit(at, world.service_user, first[2], {"status": catalogue.IN_PROGRESS, "assignee": None})


def busiest(deps: Deps) -> str:
    """The path of the project with the most returns."""
    found = show_projects(deps, None, Paging(limit=500)).items
    return "/projects/" + max(found, key=lambda one: (one.loops, one.key)).key


def reviewed(deps: Deps) -> str:
    """The path of a review that has begun."""
    return address_of(begin_review(deps, "default", "2026-W47", 0))


@contextmanager
def being_set_up(folder: Path) -> Iterator[str]:
    """The address of the step in which phases and statuses are mapped."""
    (folder / "set-up").mkdir()
    with setting_up(folder / "set-up") as setting:
        setting.until("mapping")
        with serving(setting.browser.app) as address:
            yield f"{address}/setup/mapping"


@contextmanager
def served(deps: Deps) -> Iterator[str]:
    """The product over it, on a port of the system's choice."""
    with serving(create_app(deps, doors=Doors.ALWAYS)) as address:
        yield address


if __name__ == "__main__":
    main()
