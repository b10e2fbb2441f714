"""The portfolio page: facts become ready-made values, everything that a template prints. Called by pages.

The parts are in `rows` (projects), `lanes` (people) and `freshness` (what frames the page).
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from phasewise.core.model import PHASE_RANK, Rule, Severity, State
from phasewise.i18n.speaking import _, marked, ngettext, pgettext
from phasewise.usecases.portfolio import Portfolio, ProjectFacts, Ticket, Trouble
from phasewise.web import wording
from phasewise.web.dates import Dates
from phasewise.web.freshness import chrome_of, unknowns_of
from phasewise.web.lanes import lanes_of
from phasewise.web.portfolio_choices import (
    STATE_ORDER,
    Asked,
    Which,
    choices_of,
    chosen_of,
    done_fold_of,
    filters_of,
    legend_of,
    nothing_of,
    phases_of,
    shown_of,
)
from phasewise.web.portfolio_values import EmptyPage, PortfolioPage, StayTable
from phasewise.web.ribbon import axis_of, spark_points, window_of
from phasewise.web.rows import RowGround, row_of
from phasewise.web.stay_tables import stay_table, stays
from phasewise.web.tables import Column, files_of, framed, heads_of, sorted_by
from phasewise.web.values import Figure, Sparkline
from phasewise.web.wording import comma_list, number

TICKETS_IN_A_LINK = 100
"""A search address with more ids than this is longer than servers take."""


def portfolio_page(facts: Portfolio, asked: Asked) -> PortfolioPage:
    """The whole page. The key figures are the same whatever is shown; the filter only chooses rows."""
    dates = Dates(facts.zone, facts.as_of)
    window = window_of(facts.as_of, facts.weeks)
    shown = sorted_by(shown_of(facts, asked), COLUMNS, asked.sort)
    lanes, anchors = lanes_of(facts, dates)
    choices = choices_of(facts, asked)
    ground = RowGround(facts, window, dates, anchors)
    main = replace(asked, stays_sort=None)
    return PortfolioPage(
        chrome=chrome_of(facts.sync, facts.now, dates, is_live=asked.as_of is None),
        date_line=" · ".join((_date_line(dates), *chosen_of(asked, choices))),
        figures=_figures(facts),
        legend=legend_of(facts, asked),
        filters=filters_of(facts, asked),
        choices=choices,
        everything=asked.everything,
        axis=axis_of(window, dates),
        rows=tuple(row_of(project, ground) for project in shown),
        heads=heads_of(COLUMNS, main.sort, main.href),
        files=files_of(main.href) if shown else (),
        nothing_shown=nothing_of(asked),
        done_fold=done_fold_of(facts, asked),
        rule_line=wording.rule_line(*(facts.team_limits or (facts.limits,))),
        active_count=len(_active(facts)),
        lanes=lanes,
        lanes_more=_lanes_more(facts.lanes_more),
        unknowns=unknowns_of(facts.gaps, asked.team),
        lead_note=_lead_note(facts),
        stays=_stays(shown, asked, dates) if asked.stays else None,
        stays_href=main.href(stays=None if asked.stays else "1") + "#table-stays",
    )


def _stays(shown: Sequence[ProjectFacts], asked: Asked, dates: Dates) -> StayTable:
    """What the ribbons show, as a table."""
    own: dict[str, str | None] = {"table": Which.STAYS, "sort": asked.stays_sort}
    table = framed(stays(shown), asked.stays_sort, lambda **to: asked.href(**own | to))
    return stay_table(table, dates, _("now"))


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
        unread = _("Jira has not been read completely yet.")
        text = f"{unread} {progress}".strip()
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
    limits = {one.five_days for one in facts.team_limits or (facts.limits,)}
    is_one = len(limits) == 1
    label = _("Over %(days)s days", days=number(limits.pop())) if is_one else _("Over their limit of days")
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
