"""A ticket gets the phase, the epic or the assignee that it lacks, in Jira, by the queue of effects.

Called by web/untidy. Only where PHASEWISE_BOARD_MOVES says so; what somebody sets meanwhile stays.
"""

from collections.abc import Mapping
from functools import partial

from phasewise.core.model import PHASES, Finding, Instant, Rule
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.i18n.speaking import _
from phasewise.store import sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.boards import issues_by_id
from phasewise.store.db import Connection
from phasewise.store.effect_pages import result_of
from phasewise.store.effects import Effect, EffectKind, EffectState, add_effect
from phasewise.store.splitting import is_cloud, open_findings
from phasewise.store.untidy import Held, assignable, epics, held_by, options_used
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import moment
from phasewise.usecases.own_teams import require_lead_of_task
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.untidy import DRY, GONE, NAMED, OFF, WHICH, Choice, Missing, ToSet, is_empty

Missed = Mapping[Missing, Instant]
"""What a ticket lacks, and since when."""


def ticket_to_set(deps: Deps, issue_id: int) -> ToSet:
    """What a form needs. Raises ConflictError where nothing is set from here, NotFoundError where there is no
    such task, or nothing is missing on it."""
    if not deps.board_moves:
        raise ConflictError(_(OFF))
    with moment(deps, None) as at:
        held, missed = _lacking(deps, issue_id, at.connection)
        row = issues_by_id(at.connection, deps.site_id, [issue_id])[issue_id]
        return ToSet(
            frame=frame_at(deps, at),
            ticket=Ticket(row.id, row.key, row.summary, at.url(row.key)),
            choices={what: _choices(deps, held, what, at.connection) for what in missed},
        )


def set_missing(deps: Deps, issue_id: int, wanted: Mapping[Missing, str]) -> str:
    """Have the ticket given all that is wanted, once; gives its key.

    Raises ConflictError where nothing is set from here, somebody was faster, or nothing is written in a dry
    run; NotFoundError where there is no such task; BadRequestError for what cannot be chosen.
    """
    if not deps.board_moves:
        raise ConflictError(_(OFF))
    if not wanted:
        raise BadRequestError(_("Choose at least one thing to set"))
    return deps.database.transact(partial(_set, deps, issue_id, wanted))


def _set(deps: Deps, issue_id: int, wanted: Mapping[Missing, str], connection: Connection) -> str:
    if deps.rulebook(connection).default.newest.policy.dry_run:
        raise ConflictError(_(DRY))
    held, missed = _lacking(deps, issue_id, connection)
    for what, value in wanted.items():
        if what not in missed:
            raise ConflictError(
                _(
                    "Somebody has set the %(what)s of %(key)s meanwhile: it is left as it is",
                    what=what,
                    key=held.key,
                )
            )
        if value not in {choice.value for choice in _choices(deps, held, what, connection)}:
            raise BadRequestError(
                _("This %(what)s is not known; choose one of the list", what=_(NAMED[what]))
            )
    added = [_add(deps, held, what, (value, missed[what]), connection) for what, value in wanted.items()]
    if any(added):
        detail = {what.value: value for what, value in wanted.items()}
        add_entry(
            connection, deps.site_id, entry_of(deps.asker, deps.now(), "ticket.set", held.key, **detail)
        )
        sites.raise_revision(connection, deps.site_id)
    return held.key


def _add(deps: Deps, held: Held, what: Missing, wanted: tuple[str, Instant], connection: Connection) -> bool:
    """Have it set; `wanted` is the value, and since when there has been none."""
    value, since = wanted
    field, form = _as_jira_has_it(deps, what, value, connection)
    effect = Effect(
        key=f"set:{held.id}:{what}:{since}:{value}"[:255],
        kind=EffectKind.FIELD,
        target=str(held.id),
        body={"field": field, "value": form},
        subject=f"set:{held.id}:{what}",
    )
    if add_effect(connection, deps.site_id, effect, deps.now()):
        return True
    known = result_of(connection, deps.site_id, effect.key)
    if known is not None and known[0] is EffectState.FAILED:
        raise ConflictError(
            _(
                "Jira refused this %(what)s before: choose another one, or see why under Effects",
                what=_(NAMED[what]),
            )
        )
    return False


def _as_jira_has_it(deps: Deps, what: Missing, value: str, connection: Connection) -> tuple[str, str]:
    """The id of the field, and the value as an effect carries it."""
    fields = sites.site_fields(connection, deps.site_id)
    if what is Missing.ASSIGNEE:
        return "assignee", value
    if what is Missing.PHASE:
        return fields.phase_field or "", value
    if is_cloud(connection, deps.site_id):
        return "parent", value
    return fields.epic_link_field or "", next(
        epic.key for epic in epics(connection, deps.site_id) if str(epic.id) == value
    )


# ------------------------------------------------------------------ what is missing, what there is


def _lacking(deps: Deps, issue_id: int, connection: Connection) -> tuple[Held, Missed]:
    """The task, and what hygiene says it lacks and Jira has nothing for."""
    held = held_by(connection, deps.site_id, [issue_id]).get(issue_id)
    if held is None:
        raise NotFoundError(_(GONE))
    require_lead_of_task(deps, connection, issue_id)
    missed = {
        what: found[-1].start
        for rule, what in WHICH.items()
        if is_empty(held, what) and (found := _open(deps, rule, issue_id, connection))
    }
    if not missed:
        raise NotFoundError(_(GONE))
    return held, missed


def _open(deps: Deps, rule: Rule, issue_id: int, connection: Connection) -> list[Finding]:
    return open_findings(connection, deps.site_id, rule, str(issue_id))


def _choices(deps: Deps, held: Held, what: Missing, connection: Connection) -> tuple[Choice, ...]:
    if what is Missing.ASSIGNEE:
        return tuple(Choice(person, name) for person, name in assignable(connection, deps.site_id))
    if what is Missing.PHASE:
        return _phases(deps, held, connection)
    fields = sites.site_fields(connection, deps.site_id)
    if fields.epic_link_field is None and not is_cloud(connection, deps.site_id):
        return ()
    found = epics(connection, deps.site_id)
    return tuple(
        Choice(str(one.id), f"{one.summary} ({one.key})", one.space_key == held.space_key) for one in found
    )


def _phases(deps: Deps, held: Held, connection: Connection) -> tuple[Choice, ...]:
    """The options that mean a phase, in the order of the phases; of several with the same name the one that
    the ticket's Jira project uses."""
    fields = sites.site_fields(connection, deps.site_id)
    if fields.phase_field is None or fields.phase_is_gone:
        return ()
    newest = deps.rulebook(connection).default.newest.policy
    phases = sites.site_mapping(connection, deps.site_id, newest).phases
    used = options_used(connection, deps.site_id, held.space_key)
    by_name: dict[str, sites.PhaseOption] = {}
    for option in sites.phase_options(connection, deps.site_id):
        if phases.get(option.id) in PHASES and (option.name not in by_name or option.id in used):
            by_name[option.name] = option
    ordered = sorted(by_name.values(), key=lambda one: (PHASES.index(phases[one.id]), one.name))
    return tuple(Choice(option.id, option.name) for option in ordered)
