"""B3 and M9: a process that does effects is killed again and again: none is lost, none doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from phasewise.bootstrap import clock
from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import start_in_thread
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.work_tables import effects
from tests.mail.post_office import PostOffice, post_office
from tests.story.commands import eventually

WORKER = """
import sys, time
from phasewise.bootstrap import clock
from phasewise.core.model import Policy
from phasewise.jira.client import JiraAccess, JiraClients
from phasewise.log import configure_log
from phasewise.mail.access import SmtpAccess
from phasewise.mail.smtp import Smtp
from phasewise.store import nodes
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.worker.effects import EffectsRunner
url, jira, port, name = sys.argv[1:]
configure_log("json")
database = Database(url)
with database.write() as connection:
    nodes.end_claims(connection, 1, [])  # as a node does that takes over from a dead one
clients = JiraClients(JiraAccess(url=jira, email="sync@example.com", token="t", scope="project = ML"))
mailer = Smtp(SmtpAccess("127.0.0.1", int(port), "phasewise@example.com"))
deps = Deps(database, 1, Policy(), clock, jira=clients, mailer=mailer)
EffectsRunner(deps, name).start()
print("ready", flush=True)
time.sleep(600)
"""
COMMENTS = int(os.environ.get("CHAOS_COMMENTS", "40"))
MAILS = int(os.environ.get("CHAOS_MAILS", "16"))
KILLS = int(os.environ.get("CHAOS_KILLS", "4"))
"""Few in `make test`, many in `make chaos`."""
A_SECOND = 10
"""So many writes does one Jira get at most."""


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_b3_m9_kills_lose_nothing_and_double_nothing(request: pytest.FixtureRequest, kind: str) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "pg_url")
    chance, database, world = random.Random(7), Database(url), World()
    with start_in_thread(world, Trouble(latency_ms=40)) as jira, post_office(slow_seconds=0.05) as post:
        tasks = add_all(database, world, jira.url)
        for kill in range(KILLS):
            assert is_waiting(database)  # it is killed at work
            worker = started(url, jira.url, post.port, f"node-{kill}")
            time.sleep(chance.uniform(0.1, 1.2))
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)
        worker = started(url, jira.url, post.port, "last")
        assert eventually(lambda: not is_waiting(database), 60 + 2 * COMMENTS / A_SECOND)
        worker.kill()
        worker.wait(10)
        assert [len(world.issues[task].extras.comments) for task in tasks] == [1] * COMMENTS  # type: ignore[union-attr]
        assert_mails(database, post)
    database.close()


def started(url: str, jira: str, port: int, name: str) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, url, jira, str(port), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert worker.stdout is not None
    with worker.stdout as said:
        assert said.readline() == "ready\n"
    return worker


def add_all(database: Database, world: World, jira: str) -> list[int]:
    """Comments on issues of their own, and mails to people of their own."""
    with database.write() as connection:
        site_id = sites.site_of(connection, jira)
        sites.save_site(connection, site_id, deployment="cloud", account=world.service_user)
        tasks = [
            world.create_issue(
                world.now(), world.service_user, space="ML", type_id=catalogue.TASK, summary="Try it"
            )
            for _ in range(COMMENTS)
        ]
        for task in tasks:
            body: dict[str, Any] = {"text": [["Two are active."]]}
            add_effect(connection, site_id, Effect(f"c:{task}", EffectKind.COMMENT, str(task), body), clock())
        for number in range(MAILS):
            mail = Effect(
                f"m:{number}", EffectKind.MAIL, f"{number}@example.com", {"subject": "s", "text": "t"}
            )
            add_effect(connection, site_id, mail, clock())
    return tasks


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(effects)))


def is_waiting(database: Database) -> bool:
    return any(row.state in ("due", "claimed") for row in rows(database))


def assert_mails(database: Database, post: PostOffice) -> None:
    """What is done arrived once; what is unknown at most once, and there is no more of it than kills."""
    arrived = Counter(to for to, _ in post.accepted)
    mails = [row for row in rows(database) if row.kind == "mail"]
    assert max(arrived.values()) == 1
    assert {row.state for row in mails} <= {"done", "unknown"}
    assert all(arrived[row.target] == 1 for row in mails if row.state == "done")
    assert sum(row.state == "unknown" for row in mails) <= KILLS
