"""Any table the pages show, as CSV, JSON or XLSX, written row by row. Called by `phasewise export`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from pydantic import BaseModel

from phasewise.core.model import Instant
from phasewise.errors import BadRequestError
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.sheets import FORMATS, write_json, write_sheet
from phasewise.usecases.tables.index import TABLES


def export_table(deps: Deps, table: str, format: str, out: IO[bytes], as_of: Instant | None = None) -> int:
    """Write the table as of an instant (None: now) to `out`; answers how many rows there were.

    Raises BadRequestError for a table or a format that does not exist.
    """
    require_known(table, format)
    named = TABLES[table]
    columns = named.columns
    with moment(deps, as_of) as at:
        if format == "json":  # the objects that the API shows
            return write_json((row.model_dump(mode="json") for row in named.rows(at)), out)
        return write_sheet(format, columns, _values(named.rows(at), columns), out)


def require_known(table: str, format: str) -> None:
    """Raises BadRequestError for a table or a format that does not exist."""
    if table not in TABLES:
        raise BadRequestError(f"There is no table {table!r}; there are {', '.join(TABLES)}")
    if format not in FORMATS:
        raise BadRequestError(f"There is no format {format!r}; there are {', '.join(FORMATS)}")


def _values(rows: Iterable[BaseModel], columns: list[str]) -> Iterator[list[Any]]:
    for row in rows:
        values = _flat(row.model_dump(mode="json"))
        yield [values.get(column) for column in columns]


def _flat(values: dict[str, Any]) -> Mapping[str, Any]:
    for phase, numbers in values.pop("by_phase", {}).items():
        values.update({f"{phase}_{name}": number for name, number in numbers.items()})
    return values
