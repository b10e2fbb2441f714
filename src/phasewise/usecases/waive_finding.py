"""A lead lets somebody go on with what a finding is about, on a form of the pages."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from phasewise.core.answers import REASON_MOST
from phasewise.core.calendar import Calendar
from phasewise.core.findings import seen_at
from phasewise.core.ladder import Grant
from phasewise.core.model import Finding, Instant, Rule
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import ladder, sites, waivers
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.db import Connection
from phasewise.store.hands import assignee_of, names_of
from phasewise.store.ladder import FindingId
from phasewise.store.waivers import Waiver
from phasewise.usecases.as_of.findings import finding_rows
from phasewise.usecases.as_of.seeing import may_see
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment, present_by
from phasewise.usecases.own_teams import require_lead_of_finding
from phasewise.usecases.views import FindingShown

LONGEST = timedelta(days=366)
SUBJECT_LONGEST = 255


class FieldError(BadRequestError):
    """One field of a form was filled in wrongly; the text says how to put it right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ToWaive:
    """An open finding, whom it is about by name, and today where their team is."""

    finding: FindingShown
    person: str | None
    today: date


def finding_to_waive(deps: Deps, finding_id: str) -> ToWaive:
    """The open finding with this id. Raises NotFoundError where there is none, or it is over."""
    with moment(deps, None) as at:
        finding = _open_finding(deps, at, finding_id)
        (row,) = finding_rows(at, [finding])
        person = _person_of(at, row)
        name = None if person is None else names_of(at.connection, at.site_id, [person]).get(person, person)
        return ToWaive(row, name, at.policies.for_finding(finding).calendar.local_date(at.as_of))


def waive_finding(deps: Deps, finding_id: str, until: str, reason: str, by: str) -> None:
    """Grant a waiver of an open finding until the end of a day like 2026-12-01, where
    the team is whose it is. Twice alike, it is one.

    Raises NotFoundError where the finding is not there or over, FieldError for a field that cannot be taken.
    """
    with moment(deps, None) as at:
        finding = _open_finding(deps, at, finding_id)
        end = _end_of(until, at.policies.for_finding(finding).calendar, at.as_of)
        person = _person_of(at, finding_rows(at, [finding])[0]) or ""
    reason = " ".join(reason.split())
    if not reason:
        raise FieldError("reason", _("Say why, in a few words: everybody can read it"))
    if len(reason) > REASON_MOST:
        raise FieldError(
            "reason",
            _("Say it in at most %(most)s characters; these are %(n)s", most=REASON_MOST, n=len(reason)),
        )
    one = _parsed(finding_id)
    digest = hashlib.sha256(f"{finding_id} {end} {reason}".encode()).hexdigest()[:32]
    waiver = Waiver(f"page-{digest}", *one, person, reason, end, Grant.ASKED, asked_at=deps.now())
    deps.database.transact(partial(_grant, deps, waiver, by))


def _grant(deps: Deps, waiver: Waiver, by: str, connection: Connection) -> None:
    sites.lock(connection, ladder.ENFORCING, deps.site_id)
    at = present_by(deps.now(), sites.sync_state(connection, deps.site_id))
    waivers.add_waiver(connection, deps.site_id, replace(waiver, asked_at=at))
    waivers.decide_waiver(connection, deps.site_id, waiver.waiver_id, Grant.GRANTED, by, at)
    step = ladder.steps_by_id(connection, deps.site_id, [waiver.finding]).get(waiver.finding)
    if step is not None:
        ladder.save_step(connection, deps.site_id, replace(step, look_at=at))
    # The reason stays with the waiver: what is told of somebody is emptied there when they are erased.
    detail = {"until": waiver.until, "waiver": waiver.waiver_id}
    entry = Entry(at, by, "waiver.granted", ":".join(map(str, waiver.finding)), detail)
    add_entry(connection, deps.site_id, entry)
    sites.raise_revision(connection, deps.site_id)


def _open_finding(deps: Deps, at: Moment, finding_id: str) -> Finding:
    one = _parsed(finding_id)
    whole = ladder.findings_by_id(at.connection, at.site_id, [one]).get(one)
    finding = None if whole is None else seen_at(whole, at.as_of)
    if whole is None or finding is None or finding.end is not None or not may_see(at, finding):
        raise NotFoundError(_("This finding is over, or was never there: nothing is left to be waived"))
    require_lead_of_finding(deps, at.connection, one)
    return whole


def _parsed(finding_id: str) -> FindingId:
    """`rule:subject:start`; a subject may hold colons, too."""
    rule, __, rest = finding_id.partition(":")
    subject, __, start = rest.rpartition(":")
    is_known = rule in set(Rule) and len(subject) <= SUBJECT_LONGEST
    if not (is_known and start.isascii() and start.isdigit() and len(start) < 17):
        raise NotFoundError(_("There is no finding with this id"))
    return FindingId(rule, subject, int(start))


def _person_of(at: Moment, row: FindingShown) -> str | None:
    """Whom it is about; for a task's finding whose the task is."""
    if row.person is not None or row.task is None:
        return row.person
    return assignee_of(at.connection, at.site_id, int(row.task))


def _end_of(until: str, calendar: Calendar, at: Instant) -> Instant:
    """The end of the day, as an instant."""
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise FieldError("until", _("Give a day like 2026-12-01")) from None
    today = calendar.local_date(at)
    if day < today:
        raise FieldError("until", _("This day is over: give %(day)s or a later one", day=today.isoformat()))
    if day > today + LONGEST:
        raise FieldError("until", _("This is more than a year ahead: give an earlier day"))
    return calendar.midnight(day + timedelta(days=1))
