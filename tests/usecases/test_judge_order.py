"""Any order, batching and duplication of the same news ends in the same rows, on both databases."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from tests.store.records import at
from tests.usecases.rows import all_rows
from tests.usecases.sites import deps_of, remove, save
from tests.usecases.worlds import make_world

from phasewise.core.model import Limits, Policy
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge


def in_order(database: Database, seed: int) -> dict[str, list[str]]:
    """The plain way: the last record of everything at once, judged once."""
    deps = deps_of(database)
    save(deps, *(record for life in make_world(seed) for record in life))
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
        save(deps, *feed[:size])
        feed = feed[size:]
        if random.random() < 0.4:
            judge(replace(deps, policy=random.choice([Policy(), Policy(limits=Limits(five_days=2.0))])))
    remove_some(deps)
    judge(deps)
    return all_rows(database)


def remove_some(deps: Deps) -> None:
    for issue, days in ((2, 9.0), (11, 3.0), (31, 2.0)):
        remove(deps, issue, at(days))


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
