"""The story of tests/web/story.py, told once and served from a copy for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from phasewise.store.db import Database
from tests.web.story import Api, deps_of, story, tell


@pytest.fixture(scope="session")
def told(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("told") / "told.db"
    shutil.copyfile(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    tell(deps_of(database), story())
    database.close()
    return path


@pytest.fixture
def api(told: Path, tmp_path: Path) -> Iterator[Api]:
    """The API over the story."""
    path = tmp_path / "phasewise.db"
    shutil.copyfile(told, path)
    path.chmod(0o600)
    database = Database(f"sqlite:///{path}")
    yield Api(deps_of(database))
    database.close()
