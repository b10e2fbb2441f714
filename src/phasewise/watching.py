"""For those who watch a worker from outside, such as a health check: little to load, as it is asked often."""

import socket

from phasewise.bootstrap import open_deps
from phasewise.errors import StoreError
from phasewise.settings import Settings
from phasewise.store import nodes


def require_worker(settings: Settings) -> None:
    """Raises StoreError where no worker of this host holds a lease: for those who watch it."""
    deps = open_deps(settings, jira=False)
    with deps.database.read() as connection:
        host = socket.gethostname()
        if not nodes.is_alive(connection, deps.site_id, "worker", host, deps.now()):
            raise StoreError("no worker of this host holds a lease")
