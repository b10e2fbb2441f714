"""Every write lands in the changelog the way Jira writes it."""

from typing import TYPE_CHECKING, Any

import pytest
from tests.sandbox.builders import START, Site

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Change, Deployment

if TYPE_CHECKING:
    from phasewise.sandbox.events import Event


def items(site: Site, issue_id: int) -> list[tuple[Any, ...]]:
    """What each item says: field, field id, from, fromString, to, toString."""
    return [
        (c.shape.field, c.shape.field_id, c.before, c.before_text, c.after, c.after_text)
        for c in site.world.issues[issue_id].changes
        if c.shape is not None
    ]


def last_item(site: Site, issue_id: int) -> tuple[Any, ...]:
    return items(site, issue_id)[-1]


def test_a_new_issue_has_no_history() -> None:
    site = Site()
    task = site.task(phase=catalogue.MODELING, assignee=site.ada)
    assert items(site, task) == []
    assert site.world.issues[task].status == catalogue.TODO


def test_a_status_change_names_both_statuses() -> None:
    site = Site()
    task = site.task()
    site.edit(task, status=catalogue.IN_PROGRESS)
    assert items(site, task) == [("status", "status", "10000", "To Do", "3", "In Progress")]


def test_done_sets_the_resolution_and_reopening_clears_it() -> None:
    site = Site()
    task = site.task()
    site.edit(task, 1, status=catalogue.DONE)
    assert [item[0] for item in items(site, task)] == ["resolution", "status"]
    assert site.world.issues[task].resolved == START + 86_400_000
    site.edit(task, 2, status=catalogue.TODO)
    assert site.world.issues[task].resolution is None
    assert ("resolution", "resolution", "10000", "Done", None, None) in items(site, task)


def test_several_fields_in_one_edit_are_one_history() -> None:
    site = Site()
    task = site.task()
    history_id = site.edit(task, status=catalogue.IN_PROGRESS, assignee=site.ada, phase=catalogue.RESEARCH)
    assert {change.history_id for change in site.world.issues[task].changes} == {history_id}
    assert len(site.world.issues[task].changes) == 3


def test_an_edit_that_changes_nothing_is_no_history() -> None:
    site = Site()
    task = site.task(phase=catalogue.RESEARCH)
    before = site.world.issues[task].updated
    assert site.edit(task, phase=catalogue.RESEARCH, flagged=False, assignee=None) is None
    assert site.world.issues[task].updated == before


def test_the_phase_is_written_with_option_ids() -> None:
    site = Site()
    task = site.task(phase=catalogue.RESEARCH)
    site.edit(task, phase=catalogue.AB_TESTING)
    assert last_item(site, task) == (
        "Phase",
        catalogue.PHASE_FIELD,
        catalogue.RESEARCH,
        "Research",
        catalogue.AB_TESTING,
        "A/B Testing",
    )
    site.edit(task, 2, phase=None)
    assert last_item(site, task)[4:] == (None, None)


def test_the_flag_is_a_bracketed_option_id_and_empty_when_cleared() -> None:
    """Fact 119."""
    site = Site()
    task = site.task()
    site.edit(task, flagged=True)
    assert last_item(site, task)[2:] == ("", "", "[10019]", "Impediment")
    site.edit(task, 2, flagged=False)
    assert last_item(site, task)[2:] == ("[10019]", "Impediment", "", "")


def test_a_new_parent_on_cloud_is_an_association_without_a_field_id() -> None:
    """Fact 53."""
    site = Site()
    epic, task = site.epic(), site.task()
    site.edit(task, parent=epic)
    assert items(site, task) == [("IssueParentAssociation", None, None, None, str(epic), "ML-1")]


def test_a_new_epic_on_data_center_is_an_epic_link_and_the_epic_notes_its_child() -> None:
    """Facts 53 and 55; no item of Data Center has a field id."""
    site = Site("datacenter")
    epic, task = site.epic(), site.task()
    site.edit(task, parent=epic)
    assert items(site, task) == [("Epic Link", None, None, None, str(epic), "ML-1")]
    assert items(site, epic) == [("Epic Child", None, None, None, str(task), "ML-2")]
    site.edit(task, 2, parent=None)
    assert last_item(site, epic) == ("Epic Child", None, str(task), "ML-2", None, None)


def test_a_subtask_of_data_center_changes_its_parent() -> None:
    site = Site("datacenter")
    first, second = site.task(), site.task()
    subtask = site.subtask(first)
    site.edit(subtask, parent=second)
    assert last_item(site, subtask) == ("Parent", None, str(first), "ML-1", str(second), "ML-2")


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_move_keeps_the_id_and_changes_the_key(deployment: Deployment) -> None:
    """Fact 87: the sub-tasks come along, and old keys still lead to the issue."""
    site = Site(deployment)
    task = site.task()
    subtask = site.subtask(task)
    site.world.move(START, site.ada, task, "DS")
    assert (site.key(task), site.key(subtask)) == ("DS-1", "DS-2")
    fields = [(item[0], item[3], item[5]) for item in items(site, task)]
    assert fields == [("project", "Machine Learning", "Data Science"), ("Key", "ML-1", "DS-1")]
    assert site.world.issue("ml-1") is site.world.issues[task]


def test_a_move_into_a_team_managed_space_also_changes_type_and_status() -> None:
    site = Site()
    task = site.task()
    site.edit(task, status=catalogue.IN_REVIEW)
    site.world.move(START, site.ada, task, "GROW")
    moved = site.world.issues[task]
    assert (moved.type, moved.status) == (catalogue.TEAM_TASK, catalogue.TEAM_IN_PROGRESS)
    assert [item[0] for item in items(site, task)][1:] == ["project", "Key", "issuetype", "status"]


def test_deleting_an_epic_leaves_its_tasks_without_parent() -> None:
    site = Site()
    epic = site.epic()
    task = site.task(parent=epic)
    site.world.delete(START, site.ada, epic)
    assert site.world.issue(epic) is None
    assert site.world.issues[task].parent is None
    assert last_item(site, task)[2:] == (str(epic), "ML-1", None, None)


def test_deleting_a_task_takes_its_subtasks_with_it() -> None:
    site = Site()
    task = site.task()
    subtask = site.subtask(task)
    site.world.delete(START, site.ada, task)
    assert sorted(site.world.deleted) == [task, subtask]
    assert site.found("project = ML") == []


def test_comments_and_properties_leave_the_changelog_alone() -> None:
    """Facts 13, 74 and 78: a comment bumps `updated` (nothing says so in writing), a property does not."""
    site = Site()
    task = site.task()
    site.world.set_property(task, "seen", value=True)
    assert site.world.issues[task].updated == START
    comment = site.world.comment(START + 5, site.ada, task, "Hello")
    assert site.world.issues[task].updated == START + 5
    site.world.change_comment(START + 6, site.ada, task, comment.id, "Hello again")
    site.world.change_comment(START + 7, site.ada, task, comment.id, None)
    assert items(site, task) == []


def test_history_ids_grow_over_the_whole_site() -> None:
    site = Site()
    first, second = site.task(), site.task()
    made = [site.edit(issue, summary=f"New {n}") for n, issue in enumerate([first, second, first])]
    assert made == sorted(made, key=lambda id: id or 0)
    assert len(set(made)) == 3


def test_listeners_hear_each_write_with_its_changes() -> None:
    site = Site()
    heard: list[Event] = []
    site.world.listeners.append(heard.append)
    task = site.task()
    site.edit(task, assignee=site.ada)
    site.world.delete(START, site.ada, task)
    assert [(event.kind, event.type_name) for event in heard] == [
        ("jira:issue_created", "issue_created"),
        ("jira:issue_updated", "issue_assigned"),
        ("jira:issue_deleted", "issue_deleted"),
    ]
    assert [type(change) for change in heard[1].changes] == [Change]


def test_names_are_translated_and_ids_are_not() -> None:
    english, french = Site(), Site(language="fr")
    assert english.world.statuses.keys() == french.world.statuses.keys()
    assert french.world.statuses[catalogue.DONE].name == "Terminé"
    task = french.task()
    french.edit(task, phase=catalogue.RESEARCH, flagged=True)
    assert [item[0] for item in items(french, task)] == ["Phase", "Marqué"]
    assert items(french, task)[0][5] == "Recherche"


def test_the_language_can_change_and_change_back() -> None:
    site = Site()
    site.world.set_language("ja")
    assert site.world.types[catalogue.EPIC].name == "エピック"
    site.world.set_language("en")
    assert site.world.types[catalogue.EPIC].name == "Epic"
    assert "Epic Link" in site.world.fields[catalogue.EPIC_LINK_FIELD].clauses
