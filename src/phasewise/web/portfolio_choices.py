"""Which projects the portfolio shows: what its address asks for, and other choices. Called by present."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from urllib.parse import urlencode

from phasewise.core.health import Colour
from phasewise.core.model import PHASES, Instant, Phase, Severity, State
from phasewise.i18n.speaking import _, ngettext
from phasewise.terms import phase_name
from phasewise.usecases.portfolio import Portfolio, ProjectFacts
from phasewise.web.choices import choice_of, teams_choice
from phasewise.web.values import Choice, FilterLink, LegendEntry
from phasewise.web.wording import phase_tag

PEOPLE = 30
"""Persons to choose from, at most: the first by name, as of a team there are fewer."""


class Which(StrEnum):
    """The tables of the page."""

    PROJECTS = "projects"
    STAYS = "stays"


Show = Literal["all", "attention", "done"]
DEFAULT_WEEKS = 26
COLOURS = tuple(Colour)
STATE_ORDER = (*(state for state in State if state is not State.DONE), State.DONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `as_of` is as it was written, None for now; `team`, `person` and `phase` are
    those of the projects, None: any. `stays`: the ribbons as a table, too, sorted by `stays_sort`."""

    show: Show = "all"
    weeks: int = DEFAULT_WEEKS
    as_of: str | None = None
    sort: str | None = None
    team: str | None = None
    person: str | None = None
    phase: Phase | None = None
    stays: bool = False
    stays_sort: str | None = None

    def href(self, **changes: str | None) -> str:
        """The address of this page with some parameters changed; None and defaults are left out."""
        values: dict[str, str | None] = {"show": self.show, "team": self.team, "person": self.person}
        values |= {"phase": self.phase, "weeks": str(self.weeks), "as_of": self.as_of}
        values |= {"stays": "1" if self.stays else None, "table": self.stays_sort and Which.STAYS}
        values |= {"sort": self.stays_sort or self.sort}
        values |= changes
        defaults = {"show": "all", "weeks": str(DEFAULT_WEEKS)}
        query = {name: value for name, value in values.items() if value and value != defaults.get(name)}
        return "/?" + urlencode(query) if query else "/"

    @property
    def picks(self) -> bool:
        """Whether some of the projects are picked by who works on them, or by their phase."""
        return self.person is not None or self.phase is not None

    @property
    def everything(self) -> str | None:
        """The way back to all projects; None where all are shown."""
        is_narrow = self.picks or self.team is not None
        return self.href(team=None, person=None, phase=None) if is_narrow else None

    def takes(self, project: ProjectFacts, but: str = "") -> bool:
        """Whether a project is picked, whatever is asked of the facet `but`."""
        by_person = but == "person" or self.person is None or self.person in _people(project)
        phases = phases_of(project) or [Phase.NONE]
        return by_person and (but == "phase" or self.phase is None or self.phase in phases)


def shown_of(facts: Portfolio, asked: Asked) -> list[ProjectFacts]:
    """The projects that are asked for, worst first."""
    return sorted((one for one in _listed(facts, asked.show) if asked.takes(one)), key=badness)


def _listed(facts: Portfolio, show: Show) -> Sequence[ProjectFacts]:
    if show == "attention":
        return [project for project in facts.projects if needs_attention(project)]
    return facts.projects if show == "all" else facts.done_projects


def phases_of(project: ProjectFacts) -> list[Phase]:
    """The phases a project is in, else the one it was in last."""
    return [now.phase for now in project.phases_now] or ([project.last_phase] if project.last_phase else [])


def _people(project: ProjectFacts) -> list[str]:
    return [member.person.id for member in project.members]


def badness(project: ProjectFacts) -> tuple[int, int, int, int, Instant, int, str]:
    """Worst first: by health, as in the report; of one health by open breaches, then warnings, then by state,
    then the older trouble, then by key."""
    serious = [trouble for trouble in project.troubles if trouble.severity is not Severity.HINT]
    breaches = sum(trouble.severity is Severity.BREACH for trouble in serious)
    oldest = min((trouble.since for trouble in serious), default=0)
    health, state = COLOURS.index(project.health.colour), STATE_ORDER.index(project.state)
    key = project.epic.key
    return health, -breaches, breaches - len(serious), state, oldest, len(key), key


def needs_attention(project: ProjectFacts) -> bool:
    """Whether its health is not green, as the review asks, or somebody who works on it broke a limit."""
    if project.health.colour is not Colour.GREEN:
        return True
    return any(trouble.severity is not Severity.HINT for trouble in project.troubles)


# ------------------------------------------------------------------ the links


def filters_of(facts: Portfolio, asked: Asked) -> tuple[FilterLink, ...]:
    """All, those that need attention, those that are done: how many of each are picked."""
    choices: tuple[tuple[Show, str], ...] = (
        ("all", _("All")),
        ("attention", _("Needs attention")),
        ("done", _("Done")),
    )
    return tuple(
        FilterLink(name, _count(facts, asked, show), asked.href(show=show), show == asked.show)
        for show, name in choices
    )


def _count(facts: Portfolio, asked: Asked, show: Show) -> int:
    """Projects that are done are there only where they are asked for, or picked among."""
    if show == "done" and not asked.picks:
        return facts.done
    return sum(asked.takes(one) for one in _listed(facts, show))


def choices_of(facts: Portfolio, asked: Asked) -> tuple[Choice, ...]:
    """The choice of a team, where there are several, and of a person, for those who see persons."""
    teams = teams_choice(facts.teams, asked.team, lambda team: asked.href(team=team))
    found = [one for one in _listed(facts, asked.show) if asked.takes(one, but="person")]
    people = {member.person for one in found for member in one.members}
    if not people and asked.person is None:
        return teams
    counts = Counter(person for one in found for person in _people(one))
    named = sorted((one.name or _("Unknown person"), one.id) for one in people)
    listed = (one for n, one in enumerate(named) if n < PEOPLE or one[1] == asked.person)
    options = ((person, name, counts[person]) for name, person in listed)
    return *teams, choice_of(
        _("Person"), options, asked.person, lambda person: asked.href(person=person), len(found)
    )


def chosen_of(asked: Asked, choices: Sequence[Choice]) -> list[str]:
    """What is chosen, in words: for the head of the page, which is printed, too."""
    chosen = [f"{one.label}: {one.chosen}" for one in choices if not one.links[0].current]
    return [*chosen, *([phase_name(asked.phase)] if asked.phase else [])]


def legend_of(facts: Portfolio, asked: Asked) -> tuple[LegendEntry, ...]:
    """The phases, with how many projects are in each, and the links to these; the chosen one leads back."""
    found = [one for one in _listed(facts, asked.show) if asked.takes(one, but="phase")]
    counts = Counter(phase for one in found for phase in phases_of(one))
    return tuple(
        LegendEntry(
            phase_tag(phase),
            counts[phase],
            asked.href(phase=None if phase is asked.phase else phase),
            phase is asked.phase,
        )
        for phase in PHASES
    )


def done_fold_of(facts: Portfolio, asked: Asked) -> FilterLink | None:
    """The link to what is done, below what is not."""
    done = _count(facts, asked, "done")
    if asked.show != "all" or not done:
        return None
    label = ngettext("%(num)s project done: show it", "%(num)s projects done: show them", done)
    return FilterLink(label, done, asked.href(show="done"), False)


def nothing_of(asked: Asked) -> str:
    """Why the table is empty."""
    if asked.everything is not None:
        return _("No project is like that. Take a filter away.")
    return {
        "all": _("No project is under way."),
        "attention": _(
            "Nothing needs attention: no rule is broken, no task is near its limit, no plan is exceeded."
        ),
        "done": _("No project is done yet."),
    }[asked.show]
