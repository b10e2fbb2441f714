"""A team's policy changed: a new version from now on; those before it stay. Called by the page and the
command line."""

from dataclasses import dataclass
from functools import partial

from phasewise.core.model import Policy
from phasewise.core.rulebook import PolicyVersion, Source
from phasewise.errors import BadRequestError, ConflictError
from phasewise.i18n.languages import ENGLISH
from phasewise.i18n.speaking import _, speaking
from phasewise.log import get_log
from phasewise.store import policies, sites
from phasewise.store.audit_log import add_entry, entry_of
from phasewise.store.db import Connection
from phasewise.store.policies import ADOPTING
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import present_by
from phasewise.usecases.own_teams import require_lead_of_team
from phasewise.usecases.policies.naming import team_named
from phasewise.usecases.policies.words import changes

log = get_log(__name__)

REMARK_MOST = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy for a team. `seen` is the number of the version that it was made of; None: whichever is
    newest. `remark` says why, in the history."""

    team: str
    policy: Policy
    seen: int | None = None
    remark: str = ""
    source: Source = Source.PAGE


def save_policy(deps: Deps, proposal: Proposal) -> PolicyVersion:
    """The new version, in force from now on, under the name of who asks.

    Raises NotFoundError, ForbiddenError for leads of other teams, ConflictError where somebody changed the
    policy meanwhile, and BadRequestError where nothing would change.
    """
    require_lead_of_team(deps, proposal.team)
    version = deps.database.transact(partial(_save, deps, proposal))
    log.info("policy_saved", team=version.team, version=version.number, by=version.by)
    return version


def _save(deps: Deps, proposal: Proposal, connection: Connection) -> PolicyVersion:
    sites.lock(connection, ADOPTING, deps.site_id)
    state = sites.sync_state(connection, deps.site_id)
    now = present_by(deps.now(), state)
    if not policies.is_kept(connection, deps.site_id):  # no service has begun on this database yet
        policies.adopt(connection, deps.site_id, deps.declared_rulebook, now, is_new=state.watermark is None)
    newest = team_named(deps.rulebook(connection), proposal.team).newest
    if proposal.seen is not None and proposal.seen != newest.number:
        raise ConflictError(_("Somebody changed this policy meanwhile: look at the changes again"))
    if not changes(newest.policy, proposal.policy):
        raise BadRequestError(_("Nothing would change: the policy in force is the same"))
    made = PolicyVersion(
        team=proposal.team,
        number=newest.number + 1,
        effective_from=now,
        policy=proposal.policy,
        source=proposal.source,
        by=deps.asker.name,
        created_at=now,
        remark=proposal.remark[:REMARK_MOST] or None,
    )
    version = policies.add_version(connection, deps.site_id, made)
    _note(deps, connection, version, newest.policy)
    return version


def _note(deps: Deps, connection: Connection, version: PolicyVersion, before: Policy | None) -> None:
    with speaking(ENGLISH):  # the log is one for everybody, whoever reads it
        changed = [] if before is None else [one.text for one in changes(before, version.policy)]
    told = {"version": version.number, "changed": changed}
    entry = entry_of(deps.asker, version.created_at, "policy.changed", version.team, **told)
    add_entry(connection, deps.site_id, entry)
    sites.raise_revision(connection, deps.site_id)


def apply_file(deps: Deps) -> list[PolicyVersion]:
    """The versions that make each team's policy what phasewise.toml says now; none where it is so already."""
    return deps.database.transact(partial(_apply_file, deps))


def _apply_file(deps: Deps, connection: Connection) -> list[PolicyVersion]:
    sites.lock(connection, ADOPTING, deps.site_id)
    state = sites.sync_state(connection, deps.site_id)
    now, declared = present_by(deps.now(), state), deps.declared_rulebook
    made = policies.adopt(connection, deps.site_id, declared, now, is_new=state.watermark is None)
    for one in made:
        _note(deps, connection, one.version, one.before)
    rulebook = deps.rulebook(connection)
    changed_on_a_page = [
        Proposal(team.name, team.newest.policy, source=Source.FILE)
        for team in declared.teams
        if changes(rulebook.team(team.name).newest.policy, team.newest.policy)
    ]
    return [one.version for one in made] + [_save(deps, one, connection) for one in changed_on_a_page]
