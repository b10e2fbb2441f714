"""The phase field, made on a Jira Cloud that has none."""

from collections.abc import Iterator

import pytest
from tests.usecases.syncing import quiet, team_world

from phasewise.errors import JiraError
from phasewise.jira.client import JiraAccess, JiraClient
from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import Running, start_in_thread

OPTIONS = ("Research", "Modeling")


@pytest.fixture
def jira() -> Iterator[Running]:
    world = team_world()
    world.delete_field(catalogue.PHASE_FIELD)
    with start_in_thread(world) as running:
        yield running


def client_of(jira: Running) -> JiraClient:
    return JiraClient(JiraAccess(url=jira.url, email="sync@example.com", token="t"), clock=quiet([]))


def spaces(jira: Running) -> list[str]:
    return list(jira.world.spaces)


def test_the_field_is_made_with_its_options_and_can_be_searched(jira: Running) -> None:
    made = client_of(jira).phase_field("Phase", OPTIONS).make(spaces(jira))
    field = jira.world.fields[made.field_id]
    assert (field.name, field.searchable) == ("Phase", True)
    assert [option.name for option in field.options.values()] == list(OPTIONS)
    assert len(made.said) == 3


def test_what_an_earlier_try_made_is_made_whole_and_not_twice(jira: Running) -> None:
    first = client_of(jira).phase_field("Phase", OPTIONS[:1]).make([])
    again = client_of(jira).phase_field("Phase", OPTIONS).make(spaces(jira))
    assert again.field_id == first.field_id
    assert [option.name for option in jira.world.fields[again.field_id].options.values()] == list(OPTIONS)


def test_the_plan_changes_nothing(jira: Running) -> None:
    before = set(jira.world.fields)
    assert "six" not in " ".join(client_of(jira).phase_field("Phase", OPTIONS).plan())
    assert set(jira.world.fields) == before


def test_without_administer_jira_it_says_who_can(jira: Running) -> None:
    jira.trouble.may_administer = False
    with pytest.raises(JiraError, match="Administer Jira"):
        client_of(jira).phase_field("Phase", OPTIONS).make([])
