"""The story of tests/web/story.py, told and served."""

import pytest

from phasewise.store.db import Database
from tests.web.story import Api, deps_of, story, tell


@pytest.fixture
def api(sqlite_database: Database) -> Api:
    deps = deps_of(sqlite_database)
    tell(deps, story())
    return Api(deps)
