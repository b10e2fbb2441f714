"""Any table the pages show, as CSV, JSON or XLSX, written row by row. Called by `phasewise export`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from pydantic import BaseModel

from phasewise.core.model import Instant, Phase
from phasewise.errors import BadRequestError
from phasewise.usecases.as_of.tables import TABLES
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.sheets import FORMATS, write_json, write_sheet
from phasewise.usecases.views import PhaseNumbers, ProjectListed


def export_table(deps: Deps, table: str, format: str, out: IO[bytes], as_of: Instant | None = None) -> int:
    """Write the table as of an instant (None: now) to `out`; answers how many rows there were.

    Raises BadRequestError for a table or a format that does not exist.
    """
    require_known(table, format)
    model, rows_of = TABLES[table]
    columns = columns_of(model)
    with moment(deps, as_of) as at:
        if format == "json":  # the objects that the API shows
            return write_json((row.model_dump(mode="json") for row in rows_of(at)), out)
        return write_sheet(format, columns, _values(rows_of(at), columns), out)


def require_known(table: str, format: str) -> None:
    """Raises BadRequestError for a table or a format that does not exist."""
    if table not in TABLES:
        raise BadRequestError(f"There is no table {table!r}; there are {', '.join(TABLES)}")
    if format not in FORMATS:
        raise BadRequestError(f"There is no format {format!r}; there are {', '.join(FORMATS)}")


def columns_of(model: type[BaseModel]) -> list[str]:
    """The columns of a table: the fields of its rows, with those of every phase beside each other."""
    columns = [name for name in model.model_fields if name != "by_phase"]
    if model is ProjectListed:
        columns += [f"{phase}_{name}" for phase in Phase for name in PhaseNumbers.model_fields]
    return columns


def _values(rows: Iterable[BaseModel], columns: list[str]) -> Iterator[list[Any]]:
    for row in rows:
        values = _flat(row.model_dump(mode="json"))
        yield [values.get(column) for column in columns]


def _flat(values: dict[str, Any]) -> Mapping[str, Any]:
    for phase, numbers in values.pop("by_phase", {}).items():
        values.update({f"{phase}_{name}": number for name, number in numbers.items()})
    return values
