"""Which deliveries are ours, where Jira calls itself otherwise than we do: W18, and its other side."""

import orjson
import pytest
from tests.sandbox.receiver import receiving
from tests.usecases.syncing import NOW, Desk, desk_of, team_world

from phasewise.sandbox.hooks import Hook
from phasewise.store import inbox, sites
from phasewise.store.boards import Page
from phasewise.store.db import Database
from phasewise.usecases.receive_deliveries import keep_deliveries, read_delivery

INSIDE = "http://jira.internal:8080/jira"
"""What Jira calls itself, while we reach it through another name and port."""


def delivered(desk: Desk) -> bytes:
    """What Jira sends of an edit that happens now."""
    with receiving() as receiver:
        desk.running.app.hooks.hooks[1] = Hook(1, "Phasewise", receiver.url, ["jira:issue_updated"])
        desk.edit(desk.some(), summary="Another summary")
        ((_, _, body),) = receiver.wait_for(1)
    return body


def states(desk: Desk, *bodies: bytes) -> set[tuple[str, str | None]]:
    """What becomes of each, by state and reason."""
    keep_deliveries(desk.deps, [read_delivery(desk.deps, body, []) for body in bodies])
    with desk.database.read() as connection:
        rows = inbox.deliveries_at(connection, desk.deps.site_id, 2 * NOW, None, Page(50))
    return {(row.state, row.reason) for row in rows}


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_jira_behind_a_proxy_is_heard_by_the_address_it_calls_its_own(
    database: Database, deployment: str
) -> None:
    with desk_of(database, team_world(deployment), base_url=INSIDE) as desk:
        desk.sync()
        body = delivered(desk)
        assert orjson.loads(body)["issue"]["self"].startswith(INSIDE)
        assert states(desk, body) == {("pending", None)}


def test_w18_another_site_is_ignored_behind_a_proxy_too(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), base_url=INSIDE) as desk:
        desk.sync()
        issue = {"id": "5", "self": "http://jira.internal:8081/rest/api/2/issue/5"}
        foreign = orjson.dumps({"webhookEvent": "jira:issue_updated", "issue": issue})
        assert states(desk, foreign) == {("ignored", "of another Jira site")}


def test_the_address_is_learnt_at_every_synchronisation(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), base_url=INSIDE) as desk:
        desk.sync()
        desk.running.app.desk.base_url = "https://jira.example.com/"
        desk.poll()
        with desk.database.read() as connection:
            assert sites.base_url_of(connection, desk.deps.site_id) == "https://jira.example.com"


def test_a_jira_that_does_not_say_its_address_is_known_by_ours(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.running.app.desk.base_url = "nonsense"
        desk.sync()
        with desk.database.read() as connection:
            assert sites.base_url_of(connection, desk.deps.site_id) is None
        assert states(desk, delivered(desk)) == {("pending", None)}
