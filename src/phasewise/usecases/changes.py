"""The facts of the page of changes: what show_changes finds out, and web/changes puts into words."""

from collections.abc import Mapping
from dataclasses import dataclass

from phasewise.core.model import Instant, Phase
from phasewise.store.finding_lists import FindingLine
from phasewise.usecases.as_of.frame import Frame
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.views import ProjectListed


@dataclass(frozen=True, slots=True)
class Entered:
    """A project came into a phase; `is_return` where it was in a later one before."""

    phase: Phase
    at: Instant
    is_return: bool


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """A project before and after, as the API tells it (None: it was not there), and the phases it entered."""

    ticket: Ticket
    before: ProjectListed | None
    after: ProjectListed | None
    entered: tuple[Entered, ...]

    @property
    def is_change(self) -> bool:
        """Whether anything but the passing of time shows."""
        if self.before is None or self.after is None:
            return True
        same = ("state", "phases_now", "loops", "effort_days", "findings_open", "owner")
        return bool(self.entered) or any(
            getattr(self.before, one) != getattr(self.after, one) for one in same
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in `[since, until)`: to every project there was before or after, and the findings that
    opened or ended, latest first. `names` are by person id, `tickets` by issue id; `teams` are those
    to choose from."""

    frame: Frame
    since: Instant
    until: Instant
    projects: tuple[ProjectChange, ...]
    opened: tuple[FindingLine, ...]
    ended: tuple[FindingLine, ...]
    is_cut: bool
    names: Mapping[str, str]
    tickets: Mapping[int, Ticket]
    teams: tuple[str, ...] = ()
