"""What the database knows of how its rows are spread, by which it chooses indexes.

`migrate` calls it for a new SQLite file, `judge` after it has written much.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from phasewise.store.work_tables import metadata

ROWS = 1_000_000
SHARES = {
    "site_id": 1,
    "kind": 3,
    "group": 5,
    "severity": 3,
    "rule": 12,
    "phase": 6,
    "space_key": 20,
    "project_id": 100,
    "person": 200,
    "day": 1_000,
    "reference": 10_000,
    "parent_id": 100_000,
    "parent_key": 100_000,
    "task_id": 100_000,
    "issue_id": 100_000,
}
"""How many values a column has where there are so many rows; one that is not named here: `OTHERS`."""

OTHERS = 300_000
SPREAD_TABLES = (
    "issues",
    "issue_keys",
    "parents_seen",
    "changes",
    "intervals",
    "pieces",
    "visits",
    "findings",
    "completions",
)
"""Those that grow with history."""


def learn_spread(connection: Connection) -> None:
    """PostgreSQL looks at the rows as they are now.

    SQLite is told what a long history looks like: it looks by itself only when asked, at all rows or at the
    first few hundred, of which all have one site and most one group. Then it takes `site_id` to tell rows
    apart, and reads whole tables where an index would find ten rows. A plan for a long history is good for a
    short one, too, and does not change while the history grows.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE")
        return
    connection.exec_driver_sql("PRAGMA analysis_limit=1")
    connection.exec_driver_sql("ANALYZE")  # It makes the table of statistics, which nothing else can.
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    insert = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)"
    connection.exec_driver_sql(insert, list(_expected(connection)))
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them again


def _expected(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """(table, index, statistics) of each index of the tables that grow."""
    for table in SPREAD_TABLES:
        is_clustered = not metadata.tables[table].dialect_options["sqlite"]["with_rowid"]
        for _, index, _, origin, _ in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
            columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index})").all()]
            name = table if is_clustered and origin == "pk" else index
            yield table, name, _statistics(columns, is_unique=origin == "pk")


def _statistics(columns: Sequence[str], *, is_unique: bool) -> str:
    """The rows of the table, then how many have the same first column, the same first two, and so on."""
    counts, same = [ROWS], ROWS
    for column in columns:
        same = max(2, same // SHARES.get(column, OTHERS))
        counts.append(same)
    if is_unique:
        counts[-1] = 1
    return " ".join(map(str, counts))
