"""Any order, batching and duplication of the same news ends in the same rows, on both databases."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from tests.store.records import NAMES, PHASE_FIELD, at
from tests.usecases.rows import all_rows
from tests.usecases.worlds import make_world

from phasewise.core.model import IssueRecord, Limits, Phase, Policy
from phasewise.store import issues, sites
from phasewise.store.census import mark_removed
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge

OPTIONS = {"10101": Phase.RESEARCH, "10102": Phase.MODELING, "10103": Phase.AB_TESTING}


def deps_of(database: Database, policy: Policy | None = None) -> Deps:
    """The site with its fields, statuses and options, as `map_site` leaves it."""
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://example.atlassian.net")
        sites.save_site_fields(connection, site_id, sites.SiteFields(phase_field=PHASE_FIELD))
        statuses = [sites.Status(id, *named) for id, named in NAMES.items()]
        sites.save_statuses(connection, site_id, statuses)
        options = [sites.PhaseOption(id, phase.title(), phase) for id, phase in OPTIONS.items()]
        sites.save_phase_options(connection, site_id, options)
    return Deps(database, site_id, policy or Policy(), now=lambda: at(1000))


def save(deps: Deps, records: list[IssueRecord]) -> None:
    with deps.database.write() as connection:
        issues.save_records(connection, deps.site_id, records)


def remove_some(deps: Deps) -> None:
    for issue, days in ((2, 9.0), (11, 3.0), (31, 2.0)):
        with deps.database.write() as connection:
            mark_removed(connection, deps.site_id, issue, at(days), exactly=True)


def in_order(database: Database, seed: int) -> dict[str, list[str]]:
    """The plain way: the last record of everything at once, judged once."""
    deps = deps_of(database)
    save(deps, [record for life in make_world(seed) for record in life])
    remove_some(deps)
    judge(deps)
    return all_rows(database)


def in_disorder(database: Database, seed: int) -> dict[str, list[str]]:
    """Records in any order, some twice, in batches of any size, judged now and then; another policy first."""
    random = Random(seed)
    deps = deps_of(database)
    feed = [record for life in make_world(seed) for record in life]
    feed += random.sample(feed, len(feed) // 3)
    random.shuffle(feed)
    while feed:
        size = random.choice([1, 1, 3, 10])
        save(deps, feed[:size])
        feed = feed[size:]
        if random.random() < 0.4:
            judge(replace(deps, policy=random.choice([Policy(), Policy(limits=Limits(five_days=2.0))])))
    remove_some(deps)
    judge(deps)
    return all_rows(database)


@pytest.fixture
def other(tmp_path: Path, migrated_sqlite: Path) -> Database:
    """A second database to compare with."""
    path = tmp_path / "other.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    return Database(f"sqlite:///{path}")


@pytest.mark.parametrize("seed", range(2))
def test_any_order_gives_the_same_rows_on_both_databases(
    database: Database, other: Database, seed: int
) -> None:
    compare(database, other, seed)


@pytest.mark.parametrize("seed", range(2, 14))
def test_any_order_gives_the_same_rows(sqlite_database: Database, other: Database, seed: int) -> None:
    compare(sqlite_database, other, seed)


def compare(database: Database, other: Database, seed: int) -> None:
    expected, found = in_order(other, seed), in_disorder(database, seed)
    other.close()
    assert expected["intervals"]
    assert expected["findings"]
    assert found == expected
    assert found["dirty"] == []
