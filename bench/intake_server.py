"""The webhook endpoint as a process of its own: `python -m bench.intake_server DATABASE_URL|none`.

It prints its port. With `none` a delivery is read, checked and parsed the same, and kept nowhere.
"""

import socket
import sys

import uvicorn

from phasewise.bootstrap import clock
from phasewise.core.model import Policy
from phasewise.memory import tune_memory
from phasewise.serving import server_config
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
from phasewise.usecases.deps import Deps
from phasewise.usecases.receive_deliveries import Received
from phasewise.web.app import create_app
from phasewise.web.intake import Intake

SECRET = b"bench"
JIRA = "https://example.atlassian.net"
NOWHERE = "none"


class Nowhere(Intake):
    """Accepts at once, and keeps nothing."""

    async def accept(self, received: Received) -> None:
        return


def main(url: str, scratch: str) -> None:
    tune_memory()  # as `phasewise serve` does
    database = Database(scratch if url == NOWHERE else url)
    upgrade(database)
    with database.write() as connection:
        site_id = sites.site_of(connection, JIRA)
    app = create_app(Deps(database, site_id, Policy(), clock, webhook_secrets=(SECRET,), jira_urls=(JIRA,)))
    if url == NOWHERE:
        app.state.intake = Nowhere(lambda batch: None, lambda: None)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(server_config(app)).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
