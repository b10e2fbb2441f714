"""An open page keeps up with Jira by itself, says when it cannot, and leaves its reader alone."""

import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from tests.browser.readable import accessibility_violations
from tests.story.commands import PATIENCE_SECONDS, LoadedShell, Process, Shell

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Service:
    """`phasewise serve` before a sandbox, on a port that it keeps when it is started again."""

    jira: Running
    shell: Shell
    port: int
    process: Process | None = None

    def start(self) -> None:
        """Unless it runs."""
        if self.process is None:
            self.process = self.shell.start("serve", "--port", str(self.port))
            assert self.process.stdout is not None
            assert str(self.port) in self.process.stdout.readline()

    def stop(self) -> int | None:
        """With which code it ended."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def rename(self, page: Page, summary: str) -> None:
        """Give the first project on the page another name, in Jira."""
        row = page.locator("tr[id^=project-]").first.get_attribute("id") or ""
        self.rename_issue(int(row.removeprefix("project-")), summary)

    def rename_issue(self, issue: int, summary: str) -> None:
        world = self.jira.world
        world.edit(time.time_ns() // 1_000_000, world.service_user, issue, {"summary": summary})


@pytest.fixture(scope="module")
def synchronised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all tests: each gives another name in Jira."""
    world = World("cloud", seed=5)
    settle_team(world, seed=5, team_size=4, weeks=8, end_ms=time.time_ns() // 1_000_000)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with start_in_thread(world) as jira:
        shell = LoadedShell(
            tmp_path_factory.mktemp("live"),
            JIRA_URL=jira.url,
            JIRA_TOKEN="any",
            JIRA_SCOPE="project is not EMPTY",
            JIRA_POLL_SECONDS="0.5",
        )
        assert shell.run("sync").code == 0
        service = Service(jira, shell, port)
        yield service
        service.stop()


@pytest.fixture
def service(synchronised: Service) -> Service:
    """At work, though the test before may have stopped it."""
    synchronised.start()
    return synchronised


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def never_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.marked === true"))


def look_at(page: Page, service: Service, path: str = "/") -> None:
    page.goto(f"http://127.0.0.1:{service.port}{path}")
    page.evaluate("window.marked = true")


def test_a_change_in_jira_reaches_the_open_page_without_a_reload(service: Service, page: Page) -> None:
    look_at(page, service)
    service.rename(page, "Renamed while the page was open")
    expect(page.get_by_text("Renamed while the page was open").first).to_be_visible()
    assert never_reloaded(page)


def test_focus_and_scroll_stay_when_the_page_changes(service: Service, page: Page) -> None:
    look_at(page, service)
    link = page.locator("section.lane a").last
    link.focus()
    focused, scrolled = page.evaluate("[document.activeElement.href, scrollY]")
    service.rename(page, "Renamed under the reader's eyes")
    expect(page.get_by_text("Renamed under the reader's eyes").first).to_be_attached()
    assert page.evaluate("[document.activeElement.href, scrollY]") == [focused, scrolled]
    assert scrolled > 0
    assert never_reloaded(page)


def test_a_table_that_was_opened_stays_open_when_the_page_changes(service: Service, page: Page) -> None:
    issue = min(service.jira.world.issues)
    look_at(page, service, f"/projects/{issue}")
    page.get_by_text("Show as table").first.click()
    service.rename_issue(issue, "Renamed under an open table")
    expect(page.get_by_text("Renamed under an open table").first).to_be_attached()
    expect(page.locator("details.as-table").first).to_have_attribute("open", "")
    assert never_reloaded(page)


def test_an_open_popover_stays_open(service: Service, page: Page) -> None:
    look_at(page, service)
    page.locator("button.more").first.click()
    service.rename(page, "Renamed behind a popover")
    expect(page.get_by_text("Renamed behind a popover").first).to_be_attached()
    expect(page.locator("[popover]:popover-open")).to_have_count(1)


def test_the_past_is_not_live(service: Service, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    look_at(page, service, "/?as_of=2026-01-01T00:00:00Z")
    page.wait_for_timeout(500)
    assert not [url for url in asked if url.endswith("/events")]


def test_after_a_restart_the_page_says_so_and_catches_up(service: Service, page: Page) -> None:
    look_at(page, service)
    expect(page.locator("#freshness")).to_contain_text("Live")
    service.stop()
    expect(page.locator("#freshness")).to_have_text("Offline · trying again")
    expect(page.locator("#connection")).to_contain_text("lost")
    assert accessibility_violations(page) == []
    service.rename(page, "Renamed while the service was away")
    service.start()
    expect(page.get_by_text("Renamed while the service was away").first).to_be_visible()
    expect(page.locator("#freshness")).to_contain_text("Live")
    assert never_reloaded(page)


def test_d6_open_pages_do_not_hold_up_the_stop(service: Service, chromium: Browser) -> None:
    context = chromium.new_context()
    for _ in range(3):
        look_at(context.new_page(), service)
    assert service.stop() == 0
    assert "graceful shutdown exceeded" not in service.shell.log.read_text()
    context.close()
