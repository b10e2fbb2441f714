"""How far a site is synchronised, what was asked of it, what its statuses and options mean."""

import pytest

from phasewise.core.model import Group, Phase, Policy, Tracked, TrackedFields
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.sites import PhaseOption, SiteFields, Status, SyncRequest, SyncState
from tests.store.records import at


@pytest.fixture
def site_id(database: Database) -> int:
    with database.write() as connection:
        return sites.site_of(connection, "https://example.atlassian.net")


def test_a_site_is_found_again_by_its_address(database: Database, site_id: int) -> None:
    with database.write() as connection:
        assert sites.site_of(connection, "https://example.atlassian.net/") == site_id
        assert sites.only_site(connection) == site_id
        assert sites.site_of(connection, "https://jira.example.org") == site_id + 1
        assert sites.only_site(connection) is None


def test_the_state_of_a_site_that_was_never_synchronised_is_empty(database: Database, site_id: int) -> None:
    with database.read() as connection:
        assert sites.sync_state(connection, site_id) == SyncState()


def test_only_the_named_columns_of_the_state_change(database: Database, site_id: int) -> None:
    warnings = [{"code": "no_phase_field", "text": "No field looks like a phase"}]
    with database.write() as connection:
        sites.save_sync_state(connection, site_id, watermark=at(1), warnings=warnings, no_access=["ML"])
        sites.save_sync_state(connection, site_id, polls_since_census=3, last_error=None)
        state = sites.sync_state(connection, site_id)
    assert state == SyncState(
        watermark=at(1), warnings=tuple(warnings), no_access=("ML",), polls_since_census=3, revision=1
    )


def test_a_request_is_handed_over_and_answered(database: Database, site_id: int) -> None:
    with database.write() as connection:
        sites.add_request(connection, site_id, "b", True, at(2))
        sites.add_request(connection, site_id, "a", False, at(1))
        assert sites.next_request(connection, site_id, at(3)) == SyncRequest("a", at(1), False, at(3))
        sites.finish_request(connection, site_id, "a", at(4), report={"issues": 7})
        done = sites.request(connection, site_id, "a")
        assert sites.next_request(connection, site_id, at(5)) == SyncRequest("b", at(2), True, at(5))
    assert done == SyncRequest("a", at(1), False, at(3), at(4), None, {"issues": 7})


def test_a_request_left_by_a_killed_process_comes_again(database: Database, site_id: int) -> None:
    with database.write() as connection:
        sites.add_request(connection, site_id, "a", False, at(1))
        for when in (2, 3):
            taken = sites.next_request(connection, site_id, at(when))
            assert taken is not None
            assert taken.started_at == at(when)
        sites.finish_request(connection, site_id, "a", at(4), error="Jira is down")
        assert sites.next_request(connection, site_id, at(5)) is None
        assert sites.request(connection, site_id, "other") is None


def test_which_field_is_which_is_kept(database: Database, site_id: int) -> None:
    fields = SiteFields(
        phase_field="customfield_1",
        phase_candidates=({"id": "customfield_1", "name": "Phase"},),
        epic_types=("10000",),
        names=(("Phase", Tracked.PHASE),),
    )
    with database.write() as connection:
        assert sites.site_fields(connection, site_id) == SiteFields()
        sites.save_site_fields(connection, site_id, fields)
        assert sites.site_fields(connection, site_id) == fields
    assert fields.tracked == TrackedFields("customfield_1", None, None, (("Phase", Tracked.PHASE),))


def test_x2_a_status_follows_jiras_list_and_not_what_is_seen(database: Database, site_id: int) -> None:
    with database.write() as connection:
        sites.save_statuses(connection, site_id, [Status("3", "Doing", "indeterminate")])
        sites.save_statuses(connection, site_id, [Status("3", "Old name", "new", listed=False)])
        assert sites.statuses(connection, site_id) == (Status("3", "Doing", "indeterminate"),)
        sites.save_statuses(connection, site_id, [Status("3", "In work", "done")])
        assert sites.statuses(connection, site_id) == (Status("3", "In work", "done"),)


@pytest.mark.parametrize("issue_first", [True, False])
def test_a_status_seen_on_an_issue_outweighs_one_of_a_history(
    database: Database, site_id: int, issue_first: bool
) -> None:
    seen = [Status("9", "Now", "done", listed=False), Status("9", "Then", "undefined", listed=False)]
    with database.write() as connection:
        for status in seen if issue_first else reversed(seen):
            sites.save_statuses(connection, site_id, [status])
        assert sites.statuses(connection, site_id) == (seen[0],)


def test_an_options_phase_is_proposed_once_and_then_kept(database: Database, site_id: int) -> None:
    with database.write() as connection:
        sites.save_phase_options(connection, site_id, [PhaseOption("1", "Modeling", Phase.MODELING)])
        sites.save_phase_options(connection, site_id, [PhaseOption("1", "Research", Phase.RESEARCH)])
        sites.save_phase_options(connection, site_id, [PhaseOption("2", "Tea", None)])
        sites.save_phase_options(connection, site_id, [PhaseOption("2", "A/B", Phase.AB_TESTING)])
        options = sites.phase_options(connection, site_id)
    assert options == (
        PhaseOption("1", "Research", Phase.MODELING),
        PhaseOption("2", "A/B", Phase.AB_TESTING),
    )


def test_a_name_is_not_forgotten_by_who_does_not_know_it(database: Database, site_id: int) -> None:
    with database.write() as connection:
        sites.save_people(connection, site_id, {"ada": "Ada", "bob": None})
        sites.save_people(connection, site_id, {"ada": None, "bob": "Bob"})
        people = connection.exec_driver_sql("SELECT person_id, display_name FROM people ORDER BY 1").all()
    assert [tuple(row) for row in people] == [("ada", "Ada"), ("bob", "Bob")]


def test_the_mapping_is_by_category_unless_the_policy_says_otherwise(
    database: Database, site_id: int
) -> None:
    known = [("1", "new"), ("2", "undefined"), ("3", "indeterminate"), ("4", "indeterminate"), ("5", "done")]
    policy = Policy(
        status_overrides={"4": Group.WATCHING, "8": Group.PAUSED}, phase_overrides={"12": Phase.NONE}
    )
    with database.write() as connection:
        sites.save_statuses(
            connection,
            site_id,
            [Status(*status, category) for *status, category in ((i, i, c) for i, c in known)],
        )
        sites.save_statuses(connection, site_id, [Status(i, i, "indeterminate", listed=False) for i in "78"])
        sites.save_phase_options(
            connection, site_id, [PhaseOption("11", "x", Phase.MODELING), PhaseOption("12", "y")]
        )
        mapping = sites.site_mapping(connection, site_id, policy)
    groups = {
        "1": "todo",
        "2": "todo",
        "3": "active",
        "4": "watching",
        "5": "done",
        "7": "active",
        "8": "paused",
    }
    assert mapping.groups == groups
    assert mapping.unmapped_statuses == {"7"}
    assert mapping.phases == {"11": "modeling", "12": "none"}
