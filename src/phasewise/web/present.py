"""The portfolio page: facts become ready-made values, everything that a template prints. Called by pages.

The parts are in `rows` (projects), `lanes` (people) and `freshness` (what frames the page).
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from phasewise.core.model import PHASE_RANK, PHASES, Instant, Phase, Rule, Severity, State
from phasewise.i18n.speaking import _, marked, ngettext, pgettext
from phasewise.usecases.portfolio import Portfolio, ProjectFacts, Ticket, Trouble
from phasewise.web import wording
from phasewise.web.dates import Dates
from phasewise.web.freshness import chrome_of, unknowns_of
from phasewise.web.lanes import lanes_of
from phasewise.web.ribbon import axis_of, spark_points, window_of
from phasewise.web.rows import row_of
from phasewise.web.tables import Column, files_of, heads_of, sorted_by
from phasewise.web.values import (
    EmptyPage,
    Figure,
    FilterLink,
    LegendEntry,
    PortfolioPage,
    Sparkline,
)
from phasewise.web.wording import comma_list, number, phase_tag

Show = Literal["all", "attention", "done"]
DEFAULT_WEEKS = 26
STATE_ORDER = (*(state for state in State if state is not State.DONE), State.DONE)
TICKETS_IN_A_LINK = 100
"""A search address with more ids than this is longer than servers take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `as_of` is as it was written, None for now."""

    show: Show = "all"
    weeks: int = DEFAULT_WEEKS
    as_of: str | None = None
    sort: str | None = None

    def href(self, **changes: str | None) -> str:
        """The address of this page with some parameters changed; None and defaults are left out."""
        values: dict[str, str | None] = {"show": self.show, "weeks": str(self.weeks), "as_of": self.as_of}
        values["sort"] = self.sort
        values |= changes
        defaults = {"show": "all", "weeks": str(DEFAULT_WEEKS)}
        query = {name: value for name, value in values.items() if value and value != defaults.get(name)}
        return "/?" + urlencode(query) if query else "/"


def portfolio_page(facts: Portfolio, asked: Asked) -> PortfolioPage:
    """The whole page. The key figures are the same whatever is shown; the filter only chooses rows."""
    dates = Dates(facts.zone, facts.as_of)
    window = window_of(facts.as_of, facts.weeks)
    needy = [project for project in facts.projects if needs_attention(project)]
    shown = sorted_by(shown_of(facts, asked), COLUMNS, asked.sort)
    lanes, anchors = lanes_of(facts, dates)
    return PortfolioPage(
        chrome=chrome_of(facts.sync, facts.now, dates, is_live=asked.as_of is None),
        date_line=_date_line(dates),
        figures=_figures(facts),
        legend=_legend(facts),
        filters=_filters(facts, asked, len(needy)),
        axis=axis_of(window, dates),
        rows=tuple(row_of(project, facts, window, dates, anchors) for project in shown),
        heads=heads_of(COLUMNS, asked.sort, asked.href),
        files=files_of(asked.href) if shown else (),
        nothing_shown=_nothing_shown(asked.show),
        done_fold=_done_fold(facts, asked),
        rule_line=wording.rule_line(facts.limits),
        active_count=len(_active(facts)),
        lanes=lanes,
        lanes_more=_lanes_more(facts.lanes_more),
        unknowns=unknowns_of(facts.gaps),
        lead_note=_lead_note(facts),
    )


def _lead_note(facts: Portfolio) -> str:
    """What waits for a lead; empty where nothing does."""
    told = (
        ngettext("%(num)s finding for the lead", "%(num)s findings for the lead", facts.lead.told)
        if facts.lead.told
        else ""
    )
    asked = (
        ngettext("%(num)s waiver to decide on", "%(num)s waivers to decide on", facts.lead.waivers)
        if facts.lead.waivers
        else ""
    )
    return comma_list(filter(None, (told, asked)))


def empty_page(facts: Portfolio, asked: Asked) -> EmptyPage:
    """Instead of the portfolio, while there is no project at all."""
    sync = facts.sync
    dates = Dates(facts.zone, facts.as_of)
    chrome = chrome_of(sync, facts.now, dates, is_live=asked.as_of is None)
    if facts.as_of < facts.now and sync.synced_at is not None:
        return EmptyPage(
            chrome, _("No project then"), _("No project existed yet at the instant you asked for."), ()
        )
    if sync.synced_at is None:
        progress = (
            ngettext(
                "%(done)s of %(num)s issue read.",
                "%(done)s of %(num)s issues read.",
                sync.backfill_total,
                done=sync.backfill_done,
            )
            if sync.backfill_total
            else ""
        )
        text = f"{_('Jira has not been read completely yet.')} {progress}".strip()
        steps = (
            _("If nothing is running, start phasewise serve, or read Jira once with phasewise sync."),
            _("If it does not finish, phasewise check names what is missing."),
            _("Then load this page again."),
        )
        return EmptyPage(chrome, _("The first synchronisation is not finished"), text, steps)
    steps = (
        _("A project is an epic: make one in Jira for each machine-learning project."),
        _("See that PHASEWISE_JIRA_SCOPE matches the tasks of those epics."),
        _("Run phasewise sync, then load this page again."),
    )
    return EmptyPage(chrome, _("No project yet"), _("Jira was read, but no epic is in scope."), steps)


# ------------------------------------------------------------------ order and filters

COLUMNS: tuple[Column[ProjectFacts], ...] = (
    Column("project", marked("Project"), lambda one: one.epic.summary),
    Column(
        "phase",
        marked("Phase"),
        lambda one: max((PHASE_RANK[phase] for phase in phases_of(one)), default=None),
    ),
    Column("weeks", marked("Weeks spent"), lambda one: one.effort_weeks),
    Column("state", marked("State"), lambda one: STATE_ORDER.index(one.state)),
    Column("problems", marked("Problems"), lambda one: len(one.troubles)),
)
"""What the table of projects sorts by; without a word it is the worst first."""


def shown_of(facts: Portfolio, asked: Asked) -> list[ProjectFacts]:
    """The projects that are asked for, worst first."""
    needy = [project for project in facts.projects if needs_attention(project)]
    choices = {"all": facts.projects, "attention": needy, "done": facts.done_projects}
    return sorted(choices[asked.show], key=badness)


def phases_of(project: ProjectFacts) -> list[Phase]:
    """The phases a project is in, else the one it was in last."""
    return [now.phase for now in project.phases_now] or ([project.last_phase] if project.last_phase else [])


def badness(project: ProjectFacts) -> tuple[int, int, int, Instant, int, str]:
    """Worst first: open breaches, then warnings, then by state, then the older trouble, then by key."""
    serious = [trouble for trouble in project.troubles if trouble.severity is not Severity.HINT]
    breaches = sum(trouble.severity is Severity.BREACH for trouble in serious)
    oldest = min((trouble.since for trouble in serious), default=0)
    state, key = STATE_ORDER.index(project.state), project.epic.key
    return -breaches, breaches - len(serious), state, oldest, len(key), key


def needs_attention(project: ProjectFacts) -> bool:
    return any(trouble.severity is not Severity.HINT for trouble in project.troubles)


def _filters(facts: Portfolio, asked: Asked, needy: int) -> tuple[FilterLink, ...]:
    choices: tuple[tuple[Show, str, int], ...] = (
        ("all", _("All"), len(facts.projects)),
        ("attention", _("Needs attention"), needy),
        ("done", _("Done"), facts.done),
    )
    return tuple(FilterLink(name, n, asked.href(show=show), show == asked.show) for show, name, n in choices)


def _done_fold(facts: Portfolio, asked: Asked) -> FilterLink | None:
    if asked.show != "all" or not facts.done:
        return None
    label = ngettext("%(num)s project done: show it", "%(num)s projects done: show them", facts.done)
    return FilterLink(label, facts.done, asked.href(show="done"), False)


def _nothing_shown(show: Show) -> str:
    return {
        "all": _("No project is under way."),
        "attention": _("Nothing needs attention: no rule is broken, and no task is near its limit."),
        "done": _("No project is done yet."),
    }[show]


def _legend(facts: Portfolio) -> tuple[LegendEntry, ...]:
    now = [phase.phase for project in facts.projects for phase in project.phases_now]
    return tuple(LegendEntry(phase_tag(phase), now.count(phase)) for phase in PHASES)


# ------------------------------------------------------------------ the head


def _date_line(dates: Dates) -> str:
    at = dates.as_of
    return _("%(day)s · week %(week)s", day=dates.full_day(at), week=dates.local(at).isocalendar().week)


# ------------------------------------------------------------------ the key figures


def _figures(facts: Portfolio) -> tuple[Figure, ...]:
    return (
        _active_projects(facts),
        _active_tickets(facts),
        _over_age(facts),
        _breaches(facts),
        _finished(facts),
        _cycle_time(facts),
    )


def _lanes_more(people: int) -> str:
    """Of whom the board has a lane, and this page none."""
    return (
        ngettext("and %(num)s more, on the board", "and %(num)s more, on the board", people) if people else ""
    )


def _active(facts: Portfolio) -> dict[int, Ticket]:
    shown = (card.ticket for lane in facts.lanes for card in lane.active)
    return {ticket.id: ticket for ticket in (*shown, *facts.active_more)}


def _breaches_of(facts: Portfolio) -> list[Trouble]:
    return [trouble for trouble in facts.troubles if trouble.severity is Severity.BREACH]


def _active_projects(facts: Portfolio) -> Figure:
    states = [project.state for project in facts.projects]
    return Figure(
        _("Active projects"),
        str(states.count(State.ACTIVE)),
        "",
        ngettext("of %(num)s open", "of %(num)s open", len(states)),
        "",
        None,
    )


def _active_tickets(facts: Portfolio) -> Figure:
    people = facts.lanes_more + sum(1 for lane in facts.lanes if lane.person is not None)
    active = list(_active(facts).values())
    note = ngettext("for %(num)s person", "for %(num)s people", people)
    return Figure(_("Active tickets"), str(len(active)), "", note, "", _search(facts, active))


def _over_age(facts: Portfolio) -> Figure:
    over = [trouble for trouble in _breaches_of(facts) if trouble.rule is Rule.FIVE_DAYS]
    oldest = max((trouble.age_days or 0.0 for trouble in over), default=0.0)
    tickets = [trouble.tickets[0] for trouble in over if trouble.tickets]
    note = _("oldest %(days)s", days=wording.days_text(oldest)) if over else _("none")
    label = _("Over %(days)s days", days=number(facts.limits.five_days))
    return Figure(label, str(len(over)), "", note, "bad" if over else "", _search(facts, tickets))


def _breaches(facts: Portfolio) -> Figure:
    broken = _breaches_of(facts)
    tickets = [ticket for trouble in broken for ticket in trouble.tickets]
    note = ngettext("%(num)s new today", "%(num)s new today", facts.breaches_today)
    return Figure(
        _("Rule breaches"), str(len(broken)), "", note, "bad" if broken else "", _search(facts, tickets)
    )


def _finished(facts: Portfolio) -> Figure:
    finished = facts.flow.finished
    spark = _sparkline([float(n) for n in finished], _("Tickets finished in each of the last 12 weeks"))
    return Figure(_("Finished a week"), str(finished[-1]) if finished else "–", "", "", "", None, spark)


def _cycle_time(facts: Portfolio) -> Figure:
    cycle = facts.flow.cycle_days
    latest = cycle[-1] if cycle else None
    known = [value for value in cycle if value is not None]
    spark = _sparkline(known, _("85th percentile of cycle time in working days, week by week"))
    value, unit = (
        ("–", "") if latest is None else (wording.tenth(latest), pgettext("days, after a number", "d"))
    )
    return Figure(_("Cycle time, 85 %"), value, unit, "", "", None, spark)


def _sparkline(values: list[float], label: str) -> Sparkline | None:
    if len(values) < 2:
        return None
    points = spark_points(values)
    return Sparkline(
        points=" ".join(f"{x},{y}" for x, y in points),
        end_x=points[-1][0],
        end_y=points[-1][1],
        label=f"{label}: {comma_list(number(value) for value in values)}",
    )


def _search(facts: Portfolio, tickets: list[Ticket]) -> str | None:
    """The tickets behind a number, as a search in Jira by their ids; no link for none or too many."""
    ids = sorted({ticket.id for ticket in tickets})
    if not ids or len(ids) > TICKETS_IN_A_LINK or facts.jira_url is None:
        return None
    jql = f"issue in ({', '.join(map(str, ids))})"
    return wording.safe_href(f"{facts.jira_url}/issues/?jql={quote(jql)}")
