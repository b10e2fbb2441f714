"""The stand-in at work, as Cloud and as Data Center."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.calls import User, user_of
from tests.blackbox.issues import small_project
from tests.blackbox.strange_jira import StrangeJira, running


@pytest.fixture(params=["cloud", pytest.param("datacenter", marks=pytest.mark.slow)])
def jira(request: pytest.FixtureRequest) -> Iterator[StrangeJira]:
    cloud = request.param == "cloud"
    with running(StrangeJira(list(small_project(cloud)), cloud)) as strange:
        yield strange


@pytest.fixture
def cloud_jira() -> Iterator[StrangeJira]:
    with running(StrangeJira(list(small_project()))) as strange:
        yield strange


@pytest.fixture
def user(jira: StrangeJira, tmp_path: Path) -> User:
    return user_of(jira, tmp_path)


@pytest.fixture
def cloud_user(cloud_jira: StrangeJira, tmp_path: Path) -> User:
    return user_of(cloud_jira, tmp_path)
