"""A weekly report from evidence, as of its instant.

Called by show_report and freeze_report.
"""

from dataclasses import dataclass, replace

from phasewise.core.digest import Digest
from phasewise.core.digest_views import totals_of
from phasewise.usecases.moment import Moment
from phasewise.usecases.reports.around import (
    compliance_of,
    decisions_of,
    freshness_of,
    unknown_of,
    waivers_of,
)
from phasewise.usecases.reports.ground import Ground, Wanted, ground_of
from phasewise.usecases.reports.happened import happened_in
from phasewise.usecases.reports.people_parts import loose_problems, people_of
from phasewise.usecases.reports.problems import problems_of
from phasewise.usecases.reports.project_parts import projects_of
from phasewise.usecases.reports.recorded import recorded_in
from phasewise.usecases.reports.work import work_in_week


@dataclass(frozen=True, slots=True)
class Built:
    """A report in which people have no names yet, and what it was made from."""

    digest: Digest
    ground: Ground


def build_digest(at: Moment, wanted: Wanted) -> Built:
    """What is known at the instant of `at`, which is the end of the week, or earlier while it runs."""
    at = replace(at, counts=at.policies.rulebook.for_project(wanted.team))
    ground = ground_of(at, wanted)
    found, work = problems_of(ground), work_in_week(ground)
    projects = projects_of(ground, found, happened_in(ground), work)
    people, loose = people_of(ground, found, work), loose_problems(ground, found)
    recorded = recorded_in(ground)
    digest = Digest(
        team=wanted.team,
        week=wanted.week.label,
        start=wanted.week.start,
        end=wanted.week.end,
        instant=at.as_of,
        since=wanted.since,
        zone=at.policy.calendar.zone,
        ribbon_start=ground.ribbon_start,
        compliance=compliance_of(at, wanted.team),
        freshness=freshness_of(at),
        projects=projects,
        people=people,
        loose_problems=loose,
        waivers=waivers_of(ground),
        decisions=decisions_of(ground),
        tests=recorded.tests,
        delivered=recorded.delivered,
        due=recorded.due,
        unknown=unknown_of(ground),
        done=ground.done,
    )
    return Built(with_totals(digest), ground)


def with_totals(digest: Digest) -> Digest:
    """The digest with the sums of what is in it: colours are those that are shown."""
    problems = [*digest.loose_problems, *(one for person in digest.people for one in person.problems)]
    people = [one.person.id for one in digest.people]
    return replace(digest, totals=totals_of(digest.projects, problems, people))
