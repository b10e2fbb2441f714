"""`phasewise demo`: a scripted team's sandbox Jira and the whole product on it, in one process."""

import os
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from phasewise.bootstrap import clock, open_deps
from phasewise.core.rights import Role
from phasewise.demo_records import record_some
from phasewise.sandbox.hooks import Hook
from phasewise.sandbox.mailbox import PATH as MAILBOX_PATH
from phasewise.sandbox.mailbox import Mailbox
from phasewise.sandbox.mailbox import routes as mailbox_pages
from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import TeamLife, settle_team
from phasewise.sandbox.world import World
from phasewise.serving import require_free, run_service
from phasewise.settings import PREFIX, TOML, Settings, load_settings
from phasewise.usecases.accounts.administer import account_by_email, invite, set_password
from phasewise.usecases.deps import Deps
from phasewise.usecases.issue_token import create_token
from phasewise.usecases.reports.choices import show_choices
from phasewise.usecases.reports.recipient_fields import recipient_fields
from phasewise.usecases.reports.recipients import add_recipient
from phasewise.usecases.reports.send_now import last_week, send_now
from phasewise.web.visitors import Doors
from phasewise.worker.synchronise import synchronise
from phasewise.working import leave_in_order

ZONE = "Europe/Berlin"
LEAD = "lead@demo.example"
POLL_SECONDS = 10
MOVE_SECONDS = 15.0
EVENTS = ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted")
POLICY = """
[statuses]
"10071" = "watching"  # Testing: an A/B test runs while its owner does something else
"10072" = "paused"    # Blocked
"""


def run_demo(
    *, port: int, team_size: int, weeks: int, seed: int, living: bool, say: Callable[[str], None]
) -> None:
    """Run until Ctrl-C. `say` is told the addresses once the first synchronisation is on the pages."""
    leave_in_order()
    port = require_free("127.0.0.1", port)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="phasewise-demo-")))
        world = World("cloud", seed=seed)
        settle_team(world, seed=seed, team_size=team_size, weeks=weeks, end_ms=clock(), zone=ZONE)
        jira = start_in_thread(world)
        stack.callback(jira.stop)
        mailbox = Mailbox()
        mailbox.start()
        stack.callback(mailbox.stop)
        jira.app.include_router(mailbox_pages(mailbox))
        stack.enter_context(_only_these_settings(folder, jira.url, port, mailbox.port))
        settings = load_settings()
        password = secrets.token_urlsafe(12)
        token = _first_synchronisation(settings, password)
        if living:
            stack.enter_context(_living_team(world, seed))

        def ready(address: str, _first_link: str | None) -> None:
            _register_webhook(jira, address, settings.webhook_secret[0].get_secret_value())
            _tell(say, address, jira.url, token, password)

        run_service(settings, "127.0.0.1", port, ready, Doors.ALWAYS)


def _register_webhook(jira: Running, address: str, secret: str) -> None:
    """Have the sandbox tell the service what happens: it is on the page at once, and not with a poll."""
    number = int(jira.world.next_id())
    url = f"{address}/webhooks/jira"
    jira.app.hooks.hooks[number] = Hook(number, "Phasewise", url, list(EVENTS), secret=secret)


def _tell(say: Callable[[str], None], address: str, jira_url: str, token: str, password: str) -> None:
    say(f"Phasewise     {address}")
    say(f"Sandbox Jira  {jira_url}")
    say(f"API token     {token}  (curl -H 'Authorization: Bearer {token}' {address}/api/v1/projects)")
    say(f"Mails         {jira_url}{MAILBOX_PATH}  (the weekly report is there in a moment)")
    say(f"Login         {LEAD}  {password}  (not needed on this machine: {address}/login)")
    say("Ctrl-C stops it and leaves nothing behind.")


def _first_synchronisation(settings: Settings, password: str) -> str:
    deps = open_deps(settings, jira=True)
    try:
        synchronise(deps, census=True)
        record_some(deps)
        invite(deps, LEAD, "Lead", Role.LEAD)
        set_password(deps, account_by_email(deps, LEAD).account_id, password)
        _send_a_report(deps)
        return create_token(deps, name="demo", days=1).token
    finally:
        deps.database.close()


def _send_a_report(deps: Deps) -> None:
    """The lead gets the report of the last week, so that there is a mail to look at."""
    team, week = last_week(deps, None)
    add_recipient(deps, show_choices(deps), team, recipient_fields({"address": LEAD, "name": "Lead"}))
    send_now(deps, team, week)


@contextmanager
def _only_these_settings(folder: Path, jira_url: str, port: int, mail_port: int) -> Iterator[None]:
    """The demo reads no setting of the installation around it: not its environment, not its files."""
    before, was_in = dict(os.environ), Path.cwd()
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update(
        PHASEWISE_DATA_DIR=str(folder),
        PHASEWISE_BASE_URL=f"http://127.0.0.1:{port}",
        PHASEWISE_JIRA_URL=jira_url,
        PHASEWISE_JIRA_EMAIL="phasewise@example.com",
        PHASEWISE_JIRA_TOKEN="demo",  # noqa: S106  (the sandbox takes any)
        PHASEWISE_JIRA_SCOPE="project is not EMPTY",
        PHASEWISE_JIRA_POLL_SECONDS=str(POLL_SECONDS),
        PHASEWISE_SMTP_URL=f"smtp://127.0.0.1:{mail_port}",
        PHASEWISE_MAIL_FROM="phasewise@demo.example",
        PHASEWISE_WEBHOOK_SECRET=secrets.token_urlsafe(32),
        PHASEWISE_TIMEZONE=ZONE,
        PHASEWISE_LOG_FORMAT="console",
    )
    (folder / TOML).write_text(POLICY, encoding="utf-8")
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(was_in)
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _living_team(world: World, seed: int) -> Iterator[None]:
    stop = threading.Event()
    life = TeamLife(world, seed=seed)
    thread = threading.Thread(target=life.live, args=(stop, MOVE_SECONDS), name="team", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(MOVE_SECONDS)
