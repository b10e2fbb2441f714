"""What the options of the phase field and the statuses are taken for, with how many issues have each.

A proposal is by name, in five languages, and by category; what is chosen otherwise goes into phasewise.toml.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from phasewise.core.model import PHASES, Group, Phase
from phasewise.errors import BadRequestError, JiraError
from phasewise.i18n.speaking import _
from phasewise.jira import jql
from phasewise.jira.ahead import Asking
from phasewise.jira.client import CLOUD, JiraClient
from phasewise.store import sites
from phasewise.usecases.check_site import check_site
from phasewise.usecases.checks import FINE, Checked
from phasewise.usecases.deps import Deps
from phasewise.usecases.set_up.draft import Draft

MOST_COUNTED = 40
"""Values whose issues are counted: each takes Jira a question."""

FIELD_NAME = "Phase"
OPTIONS = ("Research", "Data Exploration", "Modeling", "Productization", "A/B Testing", "Results Analysis")


@dataclass(frozen=True, slots=True)
class Value:
    """An option or a status: what it is taken for now ("" for none), and about how many issues have it."""

    id: str
    name: str
    means: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """`field` is the phase field's id, None where there is none or several, and `candidates` (id, name) the
    fields that could be it. `warnings` are what the check has to say about the rest."""

    field: str | None
    candidates: tuple[tuple[str, str], ...]
    options: tuple[Value, ...]
    statuses: tuple[Value, ...]
    warnings: tuple[Checked, ...]
    is_cloud: bool


def look(deps: Deps, draft: Draft) -> Found:
    """Ask Jira. Raises BadRequestError with what it refused."""
    assert deps.jira is not None  # noqa: S101 - whoever sets up has said where Jira is
    report = check_site(deps)
    if not report.has_read_jira:
        raise BadRequestError(report.checks[-1].text)
    client = deps.jira.client()
    with deps.database.read() as connection:
        fields = sites.site_fields(connection, deps.site_id)
        mapping = sites.site_mapping(connection, deps.site_id, deps.policy)
        options = sites.phase_options(connection, deps.site_id)
        statuses = sites.statuses(connection, deps.site_id)
    phases = {**mapping.phases, **draft.phases}
    groups = {**mapping.groups, **draft.statuses}
    counts = _counts(
        client,
        fields.phase_field,
        [one.id for one in options][:MOST_COUNTED],
        [one.id for one in statuses][:MOST_COUNTED],
    )
    return Found(
        fields.phase_field,
        tuple((one["id"], one["name"]) for one in fields.phase_candidates),
        tuple(
            Value(one.id, one.name, phases.get(one.id) or "", counts.get(("option", one.id)))
            for one in options
        ),
        tuple(
            Value(one.id, one.name, groups.get(one.id, Group.TODO), counts.get(("status", one.id)))
            for one in statuses
        ),
        tuple(one for one in report.checks if one.level != FINE),
        client.deployment == CLOUD,
    )


def chosen(found: Found, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was chosen otherwise than it is taken for: phases by option, groups by status."""
    phases = dict(_changed(found.options, typed, "option", [*PHASES, ""]))
    return phases, dict(_changed(found.statuses, typed, "status", list(Group)))


def make_field(deps: Deps) -> tuple[str, tuple[str, ...]]:
    """Make the phase field on Cloud. Raises BadRequestError with what Jira refused, and what to do."""
    assert deps.jira is not None  # noqa: S101 - whoever sets up has said where Jira is
    client = deps.jira.client()
    try:
        made = client.phase_field(FIELD_NAME, OPTIONS).make(client.project_ids(100))
    except JiraError as error:
        raise BadRequestError(str(error)) from None
    return made.field_id, made.said


def _changed(
    values: Iterable[Value],
    typed: Mapping[str, str],
    kind: str,
    known: list[str] | list[Phase | str] | list[Group],
) -> Iterable[tuple[str, str]]:
    for one in values:
        wanted = typed.get(f"{kind}-{one.id}", one.means)
        if wanted not in known:
            raise BadRequestError(
                _("%(wanted)s is nothing that %(name)s could mean", wanted=repr(wanted), name=one.name)
            )
        if wanted != one.means:
            yield one.id, wanted


def _counts(
    client: JiraClient, field: str | None, options: list[str], statuses: list[str]
) -> dict[tuple[str, str], int | None]:
    clause = jql.scope_clause(client.access.scope)
    asked: dict[tuple[str, str], Callable[[], int | None]] = {}
    with Asking() as asking:
        for status in statuses:
            asked["status", status] = asking.ask(
                _counting(client, f"{clause} AND status = {jql.quote(status)}")
            )
        number = (field or "").removeprefix("customfield_")
        for option in options if number else ():
            condition = f"{clause} AND cf[{number}] = {jql.quote(option)}"
            asked["option", option] = asking.ask(_counting(client, condition))
        return {name: count() for name, count in asked.items()}


def _counting(client: JiraClient, clause: str) -> Callable[[], int | None]:
    def count() -> int | None:
        try:
            return client.approximate_count(clause)
        except JiraError:  # a value that only histories know cannot be asked for
            return None

    return count
