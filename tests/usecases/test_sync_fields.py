"""Finding the phase, whatever it is called; and fields, statuses and people that change shape."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.usecases.syncing import HOUR, Desk, desk_of, task_in, team_world

from phasewise.core.model import Group, Phase
from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Field, Option
from phasewise.store import sites, tables
from phasewise.store.db import Database

SELECT = {"type": "option", "custom": catalogue.SELECT, "customId": 10900}


def phases(desk: Desk) -> dict[str, Phase | None]:
    with desk.database.read() as connection:
        return {o.id: o.phase for o in sites.phase_options(connection, desk.deps.site_id)}


def phase_field(desk: Desk) -> str | None:
    with desk.database.read() as connection:
        return sites.site_fields(connection, desk.deps.site_id).phase_field


def another_field(name: str, *options: str) -> Field:
    listed = {str(10900 + n): Option(str(10900 + n), text) for n, text in enumerate(options)}
    return Field("customfield_10900", name, SELECT, ("cf[10900]", name), listed)


@pytest.mark.parametrize("language", ["en", "fr", "ja", "ru", "zh"])
@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_the_phases_are_proposed_in_five_languages(
    sqlite_database: Database, language: Any, deployment: str
) -> None:
    with desk_of(sqlite_database, team_world(deployment, language=language)) as desk:
        report = desk.sync()
        named = {option: phase for option, phase in phases(desk).items() if phase}
        expected = dict(zip([option for option, _ in catalogue.PHASE_OPTIONS], Phase, strict=False))
        assert named.items() <= expected.items()
        assert named.keys() == phases(desk).keys()
        assert report.warnings == ()


def test_two_fields_called_phase_are_none_and_the_setting_is_named(sqlite_database: Database) -> None:
    world = team_world()
    world.add_field(another_field("Phase", "Alpha"))
    with desk_of(sqlite_database, world) as desk:
        desk.sync()
        assert phase_field(desk) is None
        text = next(w["text"] for w in desk.state().warnings if w["code"] == "phase_field_several")
        assert "PHASEWISE_JIRA_PHASE_FIELD" in text
        assert "customfield_10900" in text
        assert catalogue.PHASE_FIELD in text


def test_setting_the_field_reads_every_issue_again(sqlite_database: Database) -> None:
    world = team_world()
    world.add_field(another_field("Phase", "Alpha"))
    with desk_of(sqlite_database, world) as desk:
        desk.sync()
        desk.scoped("project in (ML, DS)", phase_field=catalogue.PHASE_FIELD)
        desk.pass_time(HOUR)
        desk.poll()
        assert desk.stored() == desk.scope_truth()
        assert "phase_field_several" not in desk.codes()


def test_a_field_of_another_name_is_known_by_its_options(sqlite_database: Database) -> None:
    world = team_world()
    world.fields[catalogue.PHASE_FIELD].name = "Kind of work"
    world.add_field(another_field("Colour", "Research", "Green"))
    with desk_of(sqlite_database, world) as desk:
        desk.sync()
        assert phase_field(desk) == catalogue.PHASE_FIELD


def test_no_phase_field_is_a_warning_and_no_error(sqlite_database: Database) -> None:
    world = team_world()
    world.delete_field(catalogue.PHASE_FIELD)
    with desk_of(sqlite_database, world) as desk:
        desk.sync()
        assert "phase_field_none" in desk.codes()
        assert len(desk.stored()) == len(desk.scope_truth())


def test_x1_a_renamed_phase_field_stays_the_phase_field(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.world.fields[catalogue.PHASE_FIELD].name = "Stage of something"
        desk.world.meta_version += 1
        desk.pass_time(HOUR)
        desk.edit(desk.some(2), phase=catalogue.AB_TESTING)
        assert desk.poll().warnings == ()
        assert desk.stored() == desk.scope_truth()


def test_x1_a_deleted_phase_field_keeps_the_last_phases_and_is_named(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        task = desk.some(2)
        desk.edit(task, phase=catalogue.AB_TESTING)
        desk.sync()
        desk.world.delete_field(catalogue.PHASE_FIELD)
        desk.pass_time(HOUR)
        desk.edit(task, status=catalogue.DONE)
        desk.sync()
        assert desk.issue(task).phase_option == catalogue.AB_TESTING
        assert "phase_field_gone" in desk.codes()


def test_a_setting_that_names_no_field_is_said_and_forgotten_with_it(sqlite_database: Database) -> None:
    world = team_world()
    world.fields[catalogue.PHASE_FIELD].name = "Kind of work"
    scope = "project in (ML, DS)"
    with desk_of(sqlite_database, world) as desk:
        desk.scoped(scope, phase_field="customfield_99999", flag_field="customfield_99998")
        desk.sync()
        assert {"phase_field_unknown", "flag_field_unknown"} <= set(desk.codes())
        assert all("no longer" not in warning["text"] for warning in desk.state().warnings)
        desk.sync()
        assert {"phase_field_unknown", "flag_field_unknown"} <= set(desk.codes())
        desk.scoped(scope, phase_field=None, flag_field=None)
        desk.sync()
        assert phase_field(desk) == catalogue.PHASE_FIELD
        assert desk.stored() == desk.scope_truth()


def test_a_flag_that_is_called_otherwise_now_is_known_in_histories_of_data_center(
    sqlite_database: Database,
) -> None:
    world = team_world("datacenter")
    flag, task = catalogue.FLAG_FIELD, min(world.issues)
    was_called = world.shape("Flagged", "custom", None)
    with desk_of(sqlite_database, world) as desk:
        world.fields[flag].name = flag
        desk.edit(task, flagged=True)
        changes = world.issues[task].changes
        world.issues[task].changes = (*changes[:-1], changes[-1]._replace(shape=was_called))
        desk.scoped("project in (ML, DS)", flag_field=flag)
        desk.sync()
        with desk.database.read() as connection:
            of_task = tables.changes.c.issue_id == task
            assert flag in connection.scalars(select(tables.changes.c.field).where(of_task)).all()


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_x2_a_renamed_status_is_followed_by_its_id(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        desk.sync()
        desk.world.rename_status(catalogue.IN_PROGRESS, "Doing")
        desk.pass_time(HOUR)
        desk.poll()
        with desk.database.read() as connection:
            named = {s.id: s.name for s in sites.statuses(connection, desk.deps.site_id)}
        assert named[catalogue.IN_PROGRESS] == "Doing"
        assert desk.stored() == desk.scope_truth()


def test_an_option_that_no_synonym_knows_is_named_in_a_warning(sqlite_database: Database) -> None:
    world = team_world()
    world.fields[catalogue.PHASE_FIELD].options["10199"] = Option("10199", "Coffee")
    task_in(world, fields={"phase": "10199"})
    with desk_of(sqlite_database, world) as desk:
        desk.sync()
        text = next(w["text"] for w in desk.state().warnings if w["code"] == "unmapped_phase_options")
        assert '"10199" (Coffee)' in text
        assert "phasewise.toml" in text


def test_ids_of_the_mapping_that_jira_does_not_have_are_named_in_warnings(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        overrides = {
            "phase_overrides": {catalogue.MODELING: Phase.MODELING, "99": Phase.RESEARCH},
            "status_overrides": {catalogue.IN_PROGRESS: Group.ACTIVE, "98": Group.WATCHING},
        }
        desk.deps = replace(desk.deps, policy=replace(desk.deps.policy, **overrides))
        desk.sync()
        told = {w["code"]: w["text"] for w in desk.state().warnings}
        assert '"99"' in told["unknown_phases"]
        assert catalogue.MODELING not in told["unknown_phases"]
        assert '"98"' in told["unknown_statuses"]


def test_a_proposal_once_stored_outlives_a_new_name(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        desk.sync()
        desk.world.fields[catalogue.PHASE_FIELD].options[catalogue.MODELING].name = "Research"
        desk.world.meta_version += 1
        desk.sync(full=True)
        assert phases(desk)[catalogue.MODELING] is Phase.MODELING


def test_x7_a_person_who_was_deleted_is_still_grouped_by_id(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        person = next(issue.assignee for issue in desk.world.issues.values() if issue.assignee)
        desk.world.users[person].display_name = None  # type: ignore[assignment]
        desk.world.meta_version += 1
        desk.sync()
        assert desk.stored() == desk.scope_truth()
        people = tables.people.c
        with desk.database.read() as connection:
            known = connection.scalars(select(people.person_id).where(people.person_id == person)).all()
        assert known == [person]
