"""Columns that tables of several pages have: a phase, an instant. The `*_tables` make theirs of them."""

from collections.abc import Callable

from phasewise.core.model import Instant, Phase
from phasewise.i18n.speaking import marked
from phasewise.usecases.instants import rfc3339
from phasewise.web.tables import Column, Row

IN_ORDER = {phase: n for n, phase in enumerate(Phase)}


def phase_column(of: Callable[[Row], Phase | None]) -> Column[Row]:
    """Sorts in the order of the phases, `none` behind them; files have the word of the API."""

    def rank(row: Row) -> int | None:
        phase = of(row)
        return None if phase is None else IN_ORDER[phase]

    def written(row: Row) -> str | None:
        phase = of(row)
        return None if phase is None else phase.value

    return Column("phase", marked("Phase"), rank, written)


def instant_column(name: str, title: str, of: Callable[[Row], Instant | None]) -> Column[Row]:
    """Files have it as the API writes it; what has not come to its end has none."""

    def written(row: Row) -> str | None:
        at = of(row)
        return None if at is None else rfc3339(at)

    return Column(name, title, of, written)
