"""`phasewise serve` where nothing is set yet: the set-up in the browser. `cli` goes on with the service."""

import secrets
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from phasewise.bootstrap import clock, open_deps
from phasewise.masking import hide
from phasewise.serving import doors_of, listen_on, server_config
from phasewise.settings import TOML, Settings, load_settings
from phasewise.usecases.accounts.links import first_link
from phasewise.usecases.deps import Deps
from phasewise.usecases.set_up.draft import Draft, DraftFile
from phasewise.usecases.set_up.files import decided, write_mapping, write_settings
from phasewise.usecases.set_up.teams import invite_leads
from phasewise.web.guard import is_loopback_name
from phasewise.web.set_up import Installation, create_set_up_app
from phasewise.web.visitors import Doors
from phasewise.working import leave_in_order

DRAFT = "set-up.json"
LAST_ANSWER_SECONDS = 0.5


def is_nothing_set(settings: Settings) -> bool:
    """Whether there is nothing about Jira at all: half of it is a mistake, which is said in one line."""
    return not (settings.jira_url or settings.jira_email or settings.jira_token or settings.jira_scope)


def set_up(settings: Settings, host: str, port: int, on_ready: Callable[[str, str | None], None]) -> None:
    """Serve the set-up until it is complete. `on_ready` is told the address, and the link to begin by: with a
    code where others could reach it. Raises SettingsError for a port in use."""
    leave_in_order()
    with listen_on(host, port) as listener:
        # Where people reach it by another name, a proxy passes them on, which need not say so.
        is_here = doors_of(host) is not Doors.NEVER and _is_local(settings.base_url)
        name = f"[{host}]" if ":" in host else host
        here = f"http://{name}:{listener.getsockname()[1]}"
        address = here if is_here else settings.base_url
        code = None if is_here else secrets.token_urlsafe(24)
        stopping = threading.Event()
        installation = Installation(
            file=DraftFile(settings.data_dir / DRAFT),
            opened=_opened,
            complete=lambda draft: _complete(installation.file, draft, stopping, is_here=is_here),
            address=address,
            now=clock,
            code=code,
            has_mapping=Path(TOML).exists,
            may_be_private=settings.allow_private_network,
        )
        server = uvicorn.Server(server_config(create_set_up_app(installation)))
        threading.Thread(target=_stop, args=(server, stopping), daemon=True).start()
        on_ready(here, f"{address}/setup" + (f"?code={code}" if code else ""))
        server.run(sockets=[listener])
        if not stopping.is_set():  # somebody has asked the process to end
            raise SystemExit(0)


def _is_local(base_url: str) -> bool:
    return is_loopback_name(urlsplit(base_url).netloc)


def _opened(values: Mapping[str, str]) -> Deps:
    """As the service will, with what was typed so far."""
    settings = load_settings(jira=True, typed={name.lower(): value for name, value in values.items()})
    hide(settings.secrets)
    return open_deps(settings, jira=True)


def _complete(file: DraftFile, draft: Draft, stopping: threading.Event, *, is_here: bool) -> str:
    """Write the files; the address at which the service then is of use to whoever set it up."""
    write_settings(Path(), draft.values)
    write_mapping(Path(), decided(draft.phases, draft.statuses, draft.teams, draft.members))
    deps = _opened(draft.values)
    invite_leads(deps, draft.leads)
    link = None if is_here and _is_local(deps.base_url) else first_link(deps)
    deps.database.close()
    file.forget()
    stopping.set()
    return link or "/begin"


def _stop(server: uvicorn.Server, stopping: threading.Event) -> None:
    """End the server once its last answer is out."""
    stopping.wait()
    threading.Event().wait(LAST_ANSWER_SECONDS)
    server.should_exit = True
