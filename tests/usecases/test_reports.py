"""Weekly reports: made from the history as of their instant, said something in, frozen."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import select
from tests.store.records import DOING, DONE, TODO, at, epic, moved, task
from tests.web.story import ADA, BOB, MODELING, RESEARCH, deps_of, story, tell

from phasewise.core.digest import Digest, ReportState, from_json, to_json
from phasewise.core.health import Colour
from phasewise.core.model import Phase, Rule, State
from phasewise.core.returns import ReturnReason
from phasewise.core.rights import Asker, Role
from phasewise.errors import BadRequestError, ConflictError, NotFoundError
from phasewise.store import reports
from phasewise.store.account_tables import audit_log
from phasewise.store.db import Database
from phasewise.store.migrate import upgrade
from phasewise.store.reports import Report
from phasewise.usecases.choose_reason import choose_reason
from phasewise.usecases.deps import Deps
from phasewise.usecases.reports.edit_draft import (
    Said,
    resume_report,
    save_note,
    save_remark,
    skip_report,
)
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.show_report import show_report

TEAM, WEEK, NEXT = "default", "2026-W10", "2026-W11"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was told the story, to be copied: that is much cheaper than to tell it again."""
    file = tmp_path_factory.mktemp("told") / "told.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        upgrade(database)
        tell(deps_of(database), story())
    return file


@pytest.fixture
def deps(told: Path, tmp_path: Path) -> Iterator[Deps]:
    copyfile(told, tmp_path / "told.db")
    with closing(Database(f"sqlite:///{tmp_path / 'told.db'}")) as database:
        yield deps_of(database)


def kept(deps: Deps, week: str = WEEK) -> Report | None:
    with deps.database.read() as connection:
        return reports.report_of(connection, deps.site_id, TEAM, week)


def frozen_body(deps: Deps, week: str = WEEK) -> Any:
    with deps.database.read() as connection:
        return reports.body_of(connection, deps.site_id, TEAM, week)


def digest_of(deps: Deps, week: str = WEEK) -> Digest:
    return show_report(deps, week).digest


def test_e2_a_report_tells_what_happened_in_its_week(deps: Deps) -> None:
    digest = digest_of(deps)
    project = next(one for one in digest.projects if one.key == "ML-1")
    assert [(one.ticket.key, one.age_days) for one in project.finished] == [("ML-2", 2.0)]
    assert [one.ticket.key for one in project.started] == ["ML-2", "ML-3"]
    assert [(one.phase, one.came_from) for one in project.phase_moves] == [
        (Phase.RESEARCH, None),
        (Phase.MODELING, Phase.RESEARCH),
    ]
    assert {one.person.id: one.days for one in project.people} == {"ada": 2.0, "bob": 2.0}
    assert (project.week_days, project.spent_weeks, digest.totals.finished) == (4.0, 0.8, 1)


def test_a_report_knows_nothing_that_came_later(deps: Deps) -> None:
    project = next(one for one in digest_of(deps).projects if one.key == "ML-1")
    assert (project.loops, project.problems) == (0, ())
    later = next(one for one in digest_of(deps, NEXT).projects if one.key == "ML-1")
    assert later.loops == 1
    assert [one.rule for one in later.problems] == [Rule.FIVE_DAYS]


def test_a_running_week_is_told_up_to_now(deps: Deps) -> None:
    digest = digest_of(deps, NEXT)
    assert (digest.is_running, digest.instant) == (True, at(11))


def test_a_return_is_told_with_the_reason_that_was_chosen(deps: Deps) -> None:
    choose_reason(deps, "ML-1", Phase.RESEARCH, at(9), ReturnReason.DATA_WRONG)
    (move,) = next(one for one in digest_of(deps, NEXT).projects if one.key == "ML-1").phase_moves
    assert (move.is_return, move.came_from, move.reason) == (True, Phase.MODELING, ReturnReason.DATA_WRONG)


def test_who_has_too_much_in_hand_is_told_with_the_person_and_colours_no_project(deps: Deps) -> None:
    digest = digest_of(deps, NEXT)
    busy = {one.person.id: [problem.rule for problem in one.problems] for one in digest.people}
    assert Rule.ONE_ACTIVE in busy["ada"]
    project = next(one for one in digest.projects if one.key == "ML-1")
    assert (project.health.reason, project.findings_open) == ("breach", 1)
    assert project.health.arguments["rule"] == "five_days"


def test_the_report_that_comes_next_is_shown_unless_one_is_asked_for(deps: Deps) -> None:
    assert show_report(deps).digest.week == WEEK
    freeze_report(deps, TEAM, WEEK)
    assert show_report(deps).digest.week == NEXT
    assert show_report(deps, as_of=at(3)).digest.week == WEEK


@pytest.mark.parametrize("week", ["2026-W12", "next", "2026-W99"])
def test_a_week_that_has_not_begun_or_is_none_is_refused(deps: Deps, week: str) -> None:
    with pytest.raises(BadRequestError):
        show_report(deps, week)


def test_a_team_that_there_is_not_is_refused_with_those_there_are(deps: Deps) -> None:
    with pytest.raises(NotFoundError, match="there are: default"):
        show_report(deps, WEEK, "search")


def test_a_week_of_a_team_in_which_nothing_was_is_a_report_all_the_same(sqlite_database: Database) -> None:
    digest = digest_of(deps_of(sqlite_database))
    assert (digest.projects, digest.people, digest.compliance.usual) == ((), (), None)
    assert digest.unknown.never_synced
    assert from_json(to_json(digest)) == digest


# ------------------------------------------------------------------ frozen


def test_frozen_numbers_never_change(deps: Deps) -> None:
    before = digest_of(deps)
    assert freeze_report(deps, TEAM, WEEK)
    changed = [*story(), task(8, moved(81, 1, TODO, DOING), moved(82, 4, DOING, DONE), **BOB, **MODELING)]
    tell(deps, changed)
    assert digest_of(deps) == before
    made_anew = show_report(deps, WEEK, as_of=at(7)).digest
    assert made_anew.totals.finished == before.totals.finished + 1


def test_a_report_is_frozen_once(deps: Deps) -> None:
    assert freeze_report(deps, TEAM, WEEK)
    body = frozen_body(deps)
    assert not freeze_report(deps, TEAM, WEEK, late=True, state=ReportState.ARCHIVED)
    report = kept(deps)
    assert report is not None
    assert (report.state, report.late, frozen_body(deps)) == (ReportState.FROZEN, False, body)


def test_a_week_that_runs_is_not_frozen(deps: Deps) -> None:
    with pytest.raises(ConflictError, match="not over yet"):
        freeze_report(deps, TEAM, NEXT)
    assert kept(deps, NEXT) is None


def test_what_is_frozen_holds_no_name_of_a_person_and_is_shown_with_those_of_today(deps: Deps) -> None:
    freeze_report(deps, TEAM, WEEK)
    assert "Ada" not in str(frozen_body(deps))
    assert "Ada" in str(to_json(digest_of(deps)))


def test_the_same_history_gives_the_same_hash_and_another_one_another(deps: Deps) -> None:
    freeze_report(deps, TEAM, WEEK)
    first = kept(deps)
    again = forgotten(deps)
    tell(deps, [*story(), task(9, created=at(8.5), **ADA, **RESEARCH)])
    freeze_report(again, TEAM, WEEK)
    same = kept(deps)
    forgotten(deps)
    tell(deps, [*story(), task(8, moved(81, 1, TODO, DOING), **BOB, **MODELING)])
    freeze_report(deps, TEAM, WEEK)
    other = kept(deps)
    assert first is not None
    assert same is not None
    assert other is not None
    assert first.inputs_hash == same.inputs_hash != other.inputs_hash


def forgotten(deps: Deps) -> Deps:
    """The report is a draft of which nothing is kept."""
    with deps.database.write() as connection:
        values = {"state": ReportState.DRAFT, "frozen_at": None, "body": None, "inputs_hash": None}
        reports.change(connection, deps.site_id, TEAM, WEEK, **values)
    return deps


def test_what_changed_is_told_since_the_last_report_that_was_not_skipped(deps: Deps) -> None:
    freeze_report(deps, TEAM, "2026-W09")
    skip_report(deps, TEAM, WEEK, "holidays")
    digest = digest_of(deps, NEXT)
    assert digest.since == at(0)
    assert [one.ticket.key for one in digest.projects[0].finished] == ["ML-2"]
    assert digest.people[0].days == 3.0


def test_a_long_pause_is_told_of_four_weeks_at_most(deps: Deps) -> None:
    freeze_report(deps, TEAM, "2026-W01")
    assert digest_of(deps).since == at(0) - 28 * 86_400_000


# ------------------------------------------------------------------ what leads say


def test_e4_e5_what_a_lead_says_is_shown_and_frozen_with_the_report(deps: Deps) -> None:
    save_remark(deps, TEAM, WEEK, "  <b>Well</b> done  ")
    save_note(deps, TEAM, WEEK, 1, Said("Data is late", Colour.RED, "the client said so"))
    freeze_report(deps, TEAM, WEEK)
    digest = digest_of(deps)
    project = next(one for one in digest.projects if one.id == 1)
    assert digest.remark is not None
    assert (digest.remark.text, digest.remark.by) == ("<b>Well</b> done", "command line")
    assert (project.colour, project.health.colour) == (Colour.RED, Colour.GREEN)
    assert project.override is not None
    assert project.override.reason == "the client said so"
    assert digest.totals.by_colour[Colour.RED] == 1


def test_what_a_lead_says_can_be_taken_back(deps: Deps) -> None:
    save_remark(deps, TEAM, WEEK, "x")
    save_note(deps, TEAM, WEEK, 1, Said("x"))
    save_remark(deps, TEAM, WEEK, " ")
    save_note(deps, TEAM, WEEK, 1, Said())
    shown = show_report(deps, WEEK)
    assert (shown.digest.remark, shown.digest.projects[0].remark, shown.notes) == (None, None, {})


def test_nothing_is_said_in_a_report_that_is_frozen(deps: Deps) -> None:
    freeze_report(deps, TEAM, WEEK)
    for edit in (
        lambda: save_remark(deps, TEAM, WEEK, "late"),
        lambda: save_note(deps, TEAM, WEEK, 1, Said("late")),
        lambda: skip_report(deps, TEAM, WEEK, "late"),
    ):
        with pytest.raises(ConflictError, match="no draft any more"):
            edit()


def test_a_health_takes_a_reason_and_texts_have_an_end(deps: Deps) -> None:
    with pytest.raises(BadRequestError, match="Say why"):
        save_note(deps, TEAM, WEEK, 1, Said(health=Colour.GREEN))
    with pytest.raises(BadRequestError, match="at most 2,000 characters; these are 2,001"):
        save_remark(deps, TEAM, WEEK, "x" * 2001)
    with pytest.raises(BadRequestError, match="Say why nothing is sent"):
        skip_report(deps, TEAM, WEEK, " ")
    with pytest.raises(BadRequestError, match="Choose the health that this is the reason of"):
        save_note(deps, TEAM, WEEK, 1, Said("x", None, "Legal looks at it"))
    with pytest.raises(NotFoundError):
        save_note(deps, TEAM, WEEK, 404, Said("x"))


def test_a_week_that_is_skipped_is_not_frozen_until_it_is_resumed(deps: Deps) -> None:
    skip_report(deps, TEAM, WEEK, "holidays")
    assert not freeze_report(deps, TEAM, WEEK)
    resume_report(deps, TEAM, WEEK)
    with pytest.raises(ConflictError, match="not skipped"):
        resume_report(deps, TEAM, WEEK)
    assert freeze_report(deps, TEAM, WEEK)


def test_every_edit_is_in_the_audit_log(deps: Deps) -> None:
    save_remark(deps, TEAM, WEEK, "x")
    save_note(deps, TEAM, WEEK, 1, Said("", Colour.AMBER, "why"))
    skip_report(deps, TEAM, WEEK, "why")
    resume_report(deps, TEAM, WEEK)
    with deps.database.read() as connection:
        found = list(connection.scalars(select(audit_log.c.action).order_by(audit_log.c.action)))
    assert found == ["report.note", "report.remark", "report.resumed", "report.skipped"]


def test_stakeholders_are_shown_no_person(deps: Deps) -> None:
    reader = replace(deps, asker=Asker(Role.STAKEHOLDER, "Eve"))
    freeze_report(deps, TEAM, WEEK)
    for week in (WEEK, NEXT):
        body = to_json(digest_of(reader, week))
        assert not any(name in str(body) for name in ("'ada'", "Ada", ":ada:", "'bob'", "Bob"))
        assert body["totals"] == to_json(digest_of(deps, week))["totals"]


# ------------------------------------------------------------------ projects that end, or fall silent


def test_a_project_that_was_finished_is_told_once(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    tell(deps, [epic(1, moved(91, 5, TODO, DONE)), task(2, moved(21, 1, TODO, DOING), **ADA, **RESEARCH)])
    (project,) = digest_of(deps).projects
    assert (project.state, project.is_new) == (State.DONE, True)
    digest = digest_of(deps, NEXT)
    assert (digest.projects, digest.done) == ((), 1)


def test_e6_a_project_of_which_nothing_was_heard_is_named(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database, now=at(30))
    tell(deps, [epic(1), task(2, moved(21, 1, TODO, DOING), **ADA, **RESEARCH), epic(10)])
    (silent,) = digest_of(deps, "2026-W13").unknown.silent
    assert (silent.ticket.key, silent.since) == ("ML-1", at(1))
    assert digest_of(deps, NEXT).unknown.silent == ()
