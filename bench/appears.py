"""From a change in Jira to the open page in a real browser: webhook, drain, event, the page fetched again."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright
from tests.browser.chromium import launch

from bench.latency import PER_SECOND, SECRET, moving, register
from bench.report import Figure, at_most, seen
from bench.service import Service, serving
from bench.site import first_sync, sandbox

CHANGES = 20
PAUSE_SECONDS = 1.7
"""Not a whole number of what the page waits between two fetches: changes come at any time of it."""


def measure(folder: Path, issues: int) -> list[Figure]:
    """A project is renamed, and the portfolio watched until it says so: while nothing else happens, and while
    tickets move at a steady pace, so that the page is fetched again as often as it ever is."""
    data = folder / "data"
    with sandbox("--issues", str(issues)) as jira:
        first_sync(jira.url, data)
        with serving(jira.url, data, webhook_secret=SECRET) as service, sync_playwright() as playwright:
            register(jira.url, service.url)
            browser = launch(playwright)
            page = browser.new_page()
            page.goto(service.url)
            page.locator("#freshness", has_text="Live").wait_for()
            project, task = _keys(service)
            quiet = sorted(_watch(jira.url, page, project, "quiet"))
            with moving(jira.url, [task]):
                busy = sorted(_watch(jira.url, page, project, "busy"))
            browser.close()
    name, longest = "from a change in Jira to the open page", f"longest of {CHANGES}"
    while_busy = f"{name}, {PER_SECOND} a second"
    return [
        seen(name, "median", statistics.median(quiet), " s"),
        at_most(name, longest, quiet[-1], 2.0, " s"),
        seen(while_busy, "median", statistics.median(busy), " s"),
        seen(while_busy, longest, busy[-1], " s"),
    ]


def _keys(service: Service) -> tuple[str, str]:
    """A project that the portfolio shows, and a task to move meanwhile."""
    headers = {"Authorization": f"Bearer {service.token}"}

    def first(path: str) -> str:
        items = requests.get(f"{service.url}/api/v1/{path}", headers=headers, timeout=60).json()["items"]
        return str(next(one["key"] for one in items if one.get("state") != "done"))

    return first("projects"), first("tasks")


def _watch(jira: str, page: Page, project: str, word: str) -> Iterator[float]:
    """Seconds from each change to the page that shows it."""
    for number in range(CHANGES):
        title = f"{word} change {number} of the bench"
        began = time.perf_counter()
        change = {"issue": project, "fields": {"summary": title}}
        requests.post(f"{jira}/_sandbox/edit", json=change, timeout=60).raise_for_status()
        page.get_by_text(title).first.wait_for(state="attached")
        yield time.perf_counter() - began
        page.wait_for_timeout(PAUSE_SECONDS * 1000)
