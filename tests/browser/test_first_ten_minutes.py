"""A newcomer: `phasewise serve` in an empty folder, the set-up in a real browser, the first portfolio."""

import resource
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import start_in_thread
from tests.browser.readable import accessibility_violations, sideways
from tests.story.commands import Shell
from tests.usecases.syncing import team_world

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_SCREENS, MOST_CPU_SECONDS = 12, 180
LONG = 120_000  # milliseconds: other tests may run beside this one


def free_port() -> int:
    """One that the service finds free after the set-up, too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def cpu_seconds() -> float:
    """What this process used, the sandbox in it, and the service once it has ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def set_up(page: Page, jira: str, *, is_cloud: bool, has_field: bool) -> None:
    """Every step, as somebody takes it who knows no more than the pages say."""
    page.get_by_label("Jira’s address").fill(f" {jira}/browse/ML-1 ")
    press(page, "Look there")
    if is_cloud:
        page.get_by_label("E-mail address of the account").fill("lead@example.com")
    page.get_by_label("Token").fill(' "a-token" ')
    press(page, "Try it")
    expect(page.get_by_label("JQL")).to_have_value('project in ("DS", "GROW", "ML")', timeout=LONG)
    press(page, "Count them")
    if not has_field and is_cloud:
        press(page, "Make the field in Jira")
        expect(page.get_by_text("made the field Phase")).to_be_visible(timeout=LONG)
    elif not has_field:
        expect(page.get_by_text("Select List (single choice)")).to_be_visible(timeout=LONG)
    press(page, "That is right")
    page.get_by_label("Country, for its public holidays").fill("FR")
    page.get_by_label("Name of the team").fill("Growth")
    page.get_by_label("Its projects, as JQL").fill("project = GROW")
    page.get_by_label("Who is in it, one a line").fill("Hanna Lindqvist\nKwame Mensah 2026-01-01/")
    press(page, "Keep it")
    press(page, "Go on")
    press(page, "No mail for now")
    press(page, "Begin")


@pytest.mark.parametrize(
    ("deployment", "has_field"), [("cloud", True), ("cloud", False), ("datacenter", True)]
)
def test_from_an_empty_folder_to_the_first_portfolio(
    tmp_path: Path, chromium: Browser, deployment: str, has_field: bool
) -> None:
    world, before = team_world(deployment), cpu_seconds()
    if not has_field:
        world.delete_field(catalogue.PHASE_FIELD)
    shell = Shell(tmp_path, ALLOW_PRIVATE_NETWORK="1")
    page = chromium.new_page()
    page.set_default_timeout(LONG)
    screens: set[str] = set()
    page.on("domcontentloaded", lambda at: screens.add(urlsplit(at.url).path))
    with start_in_thread(world) as jira, shell.running("serve", "--port", str(free_port())) as (__, address):
        page.goto(address)
        set_up(page, jira.url, is_cloud=deployment == "cloud", has_field=has_field)
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit", timeout=LONG)
        assert (accessibility_violations(page), sideways(page)) == ([], 0)
        page.get_by_role("link", name="Portfolio", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio", timeout=LONG)
        assert page.locator("th.col-project").count() > 3
        page.close()
    assert len(screens) <= MOST_SCREENS, screens
    assert cpu_seconds() - before < MOST_CPU_SECONDS
    written = (tmp_path / "phasewise.toml").read_text()
    assert '[teams."Growth".members]' in written
    assert '"2026-01-01/"  # Kwame Mensah' in written
