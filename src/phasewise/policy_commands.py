"""`phasewise policy`: what is in force, what a change would do, and making it so."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from phasewise.bootstrap import open_deps
from phasewise.core.model import Policy, Rule
from phasewise.core.rulebook import PolicyVersion
from phasewise.errors import BadRequestError
from phasewise.terminal import line, print_json, settings_of_this_process
from phasewise.usecases.deps import Deps

policy_commands = typer.Typer(help="Policies: show, history, diff, apply.", no_args_is_help=True)

TeamName = Annotated[str | None, typer.Option("--team", help="A team; default the default team.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Values = Annotated[
    list[str] | None,
    typer.Argument(help="What to change, like rules.five_days=3; without any, what phasewise.toml says."),
]


@policy_commands.command("show")
def policy_show(team: TeamName = None, as_json: AsJson = False) -> None:
    """What is in force."""
    from phasewise.terms import rule_name
    from phasewise.usecases.policies.plain import plain_of
    from phasewise.usecases.policies.words import facts, strength_words
    from phasewise.usecases.show_policy import show_policy

    newest = show_policy(_deps(), team).team.newest
    if as_json:
        print_json({**_version(newest), "policy": plain_of(newest.policy)})
        return
    strengths = [(rule_name(rule), strength_words(newest.policy, rule)) for rule in Rule]
    _pairs([("Team", newest.team), ("Version", str(newest.number)), *facts(newest.policy), *strengths])


@policy_commands.command("history")
def policy_history(team: TeamName = None, as_json: AsJson = False) -> None:
    """The versions, the latest first. From when, by whom, and what changed."""
    from phasewise.usecases.show_policy import show_policy

    shown = show_policy(_deps(), team).versions
    if as_json:
        print_json([{**_version(one.version), "changed": _changed(one.changed)} for one in shown])
        return
    for one in shown:
        told = _version(one.version)
        line(
            "  ".join(str(told[name]) for name in ("version", "effective_from", "source", "by") if told[name])
        )
        for change in one.changed:
            line(f"  {change.text}")


@policy_commands.command("diff")
def policy_diff(values: Values = None, team: TeamName = None, as_json: AsJson = False) -> None:
    """What would change, and be found of the last 30 days. Nothing is written."""
    deps = _deps()
    found = _differences(deps, _proposed(deps, team, values or ()))
    if as_json:
        print_json(found)
    else:
        _print_differences(found)


@policy_commands.command("apply")
def policy_apply(
    values: Values = None,
    team: TeamName = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    remark: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make it so from now on. Each policy that changes gets a new version; those before stay."""
    from phasewise.usecases.save_policy import Proposal, apply_file, save_policy

    if team is not None and not values:
        raise BadRequestError("phasewise.toml is applied whole: leave --team out, or name what to change")
    deps = _deps()
    proposed = _proposed(deps, team, values or ())
    found = _differences(deps, proposed)
    if not as_json:
        _print_differences(found)
    if found and not yes:
        _ask()
    if values:
        made = [save_policy(deps, Proposal(name, policy, remark=remark)) for name, policy in proposed]
    else:
        made = apply_file(deps)
    if as_json:
        print_json([_version(one) for one in made])
        return
    for one in made:
        line(f"Version {one.number} of the policy of {one.team} is in force.")


def _deps() -> Deps:
    return open_deps(settings_of_this_process(), jira=False)


def _ask() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadRequestError("Say --yes to make it so: nobody is there to be asked")
    typer.confirm("Make it so?", abort=True)


# ------------------------------------------------------------------ what would change


def _proposed(deps: Deps, team: str | None, values: Sequence[str]) -> list[tuple[str, Policy]]:
    """The policies that are proposed, by team: one with other values, or all that the file has."""
    from phasewise.usecases.policies.naming import team_named
    from phasewise.usecases.policies.plain import plain_of, read_plain

    with deps.database.read() as connection:
        rulebook = deps.rulebook(connection)
    if not values:
        return [
            (one.name, one.newest.policy)
            for one in deps.declared_rulebook.teams
            if team in (None, one.name) and any(one.name == kept.name for kept in rulebook.teams)
        ]
    chosen = team_named(rulebook, team)
    fields = dict(value.partition("=")[::2] for value in values)
    unknown = sorted(fields.keys() - plain_of(Policy()).keys())
    if unknown:
        raise BadRequestError(f"There is no {', '.join(unknown)}: phasewise policy show --json has the names")
    return [(chosen.name, read_plain(fields, chosen.newest.policy))]


def _differences(deps: Deps, proposed: Iterable[tuple[str, Policy]]) -> list[dict[str, Any]]:
    """What would change and what would be found, of each team whose policy would change."""
    from phasewise.usecases.policies.words import changes
    from phasewise.usecases.preview_policy import preview_policy

    with deps.database.read() as connection:
        rulebook = deps.rulebook(connection)
    found = []
    for team, policy in proposed:
        changed = changes(rulebook.team(team).newest.policy, policy)
        if changed:
            preview = preview_policy(deps, team, policy).as_dict()
            found.append({"team": team, "changed": _changed(changed), "last_30_days": preview})
    return found


def _print_differences(found: Sequence[dict[str, Any]]) -> None:
    if not found:
        line("Nothing would change.")
    for one in found:
        line(f"Team {one['team']}")
        for change in one["changed"]:
            line(f"  {change['label']}: {change['old']} -> {change['new']}")
        for sentence in one["last_30_days"]["sentences"]:
            line(f"  {sentence}")
        for row in one["last_30_days"]["findings"]:
            line(f"    {row['change']}  {row['rule']}  {row['name']}  {row['start']}")


def _changed(changed: Iterable[Any]) -> list[dict[str, str]]:
    return [{"key": one.key, "label": one.label, "old": one.old, "new": one.new} for one in changed]


def _version(version: PolicyVersion) -> dict[str, Any]:
    from phasewise.usecases.instants import rfc3339

    return {
        "team": version.team,
        "version": version.number,
        "effective_from": rfc3339(version.effective_from) if version.effective_from else "ever",
        "source": version.source.value,
        "by": version.by,
        "remark": version.remark,
    }


def _pairs(pairs: Sequence[tuple[str, str]]) -> None:
    width = max(len(label) for label, _ in pairs)
    for label, value in pairs:
        line(f"{label:<{width}}  {value}")
