"""Made-up histories through the whole product: loaded into the sandbox as an export, synchronised, judged and
asked for over the API, where every answer has to be the naive reading's."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from phasewise.sandbox.load import load_world
from phasewise.sandbox.serve import start_in_thread
from tests.naive.facts import World, as_jira_tells, world
from tests.naive.histories import make_history
from tests.naive.jira_shapes import FLAG, PHASE, settings_of, site_of
from tests.naive.oracle import Settings, Site
from tests.story.stage import all_differences, stage

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def as_toml(settings: Settings) -> str:
    """What of the settings is the team's policy, as phasewise.toml."""
    weekdays = json.dumps([WEEKDAYS[number] for number in settings.weekdays])
    statuses = [f'"{status}" = "{group}"' for status, group in settings.statuses.items()]
    rules = ("one_active", "five_days", "grace_minutes", "watching", "paused")
    calendar = [f"weekdays = {weekdays}", f"extra = [{', '.join(settings.extra)}]"]
    calendar += [f"removed = [{', '.join(settings.removed)}]"]
    limits = [f"{name} = {getattr(settings, name)}" for name in rules]
    leave = [
        f"{json.dumps(person)} = {json.dumps([f'{first}/{last}' for first, last in away])}"
        for person, away in settings.leave.items()
    ]
    return "\n".join(
        ["[calendar]", *calendar, "[rules]", *limits, "[statuses]", *statuses, "[leave]", *leave]
    )


def as_export(site: Site) -> str:
    names = {field["id"]: field["name"] for field in site.fields}
    schema = {field["id"]: field["schema"] for field in site.fields}
    return json.dumps({"names": names, "schema": schema, "issues": list(site.issues)})


def can_be_loaded(made: World, *, cloud: bool) -> World:
    """Without what an export cannot hold (what is gone, or came in part), and on Data Center without levels
    above epics."""
    tickets = [replace(as_jira_tells(ticket), removed_at=None, whole=True) for ticket in made.tickets]
    return world([ticket for ticket in tickets if cloud or ticket.kind != "other"], made.policy)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize(("seed", "deployment"), [(n, ("cloud", "datacenter")[n % 2]) for n in range(12)])
def test_every_answer_about_a_loaded_history_is_the_naive_readings(
    seed: int, deployment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = make_history(seed)
    made = can_be_loaded(history.world, cloud=deployment == "cloud")
    settings = settings_of(made.policy)
    (tmp_path / "phasewise.toml").write_text(as_toml(settings), encoding="utf-8")
    export = tmp_path / "export.json"
    export.write_text(as_export(site_of(made, cloud=deployment == "cloud")), encoding="utf-8")
    chosen = {"JIRA_PHASE_FIELD": PHASE, "JIRA_FLAG_FIELD": FLAG, "TIMEZONE": settings.timezone}
    if settings.country:
        chosen["COUNTRY"] = settings.country
    with (
        start_in_thread(load_world(export, deployment)) as jira,  # type: ignore[arg-type]  # a parameter
        stage(jira, tmp_path, monkeypatch, **chosen) as on,
    ):
        on.synchronise()
        oracle = on.oracle(replace(settings, browse_url=jira.url))
        found = [line for at in history.looks(3) for line in all_differences(on, oracle, at)]
        assert found == []
