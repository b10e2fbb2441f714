"""The five-day rule said in Jira: a warning that becomes a breach by itself, phase by phase; and `off`."""

from tests.usecases.effecting import BOTH
from tests.usecases.enforced import Floor, floor

from phasewise.core.ladder import Said
from phasewise.core.model import Phase, Rule, Strength
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.usecases.paging import Paging
from phasewise.usecases.show_findings import AskedFindings, show_findings
from phasewise.usecases.show_projects import show_projects

DAY = 1440
RESEARCH = catalogue.PHASE_OPTIONS[0][0]
QUIET_RESEARCH = {Phase.RESEARCH: {Rule.FIVE_DAYS: Strength.OFF}}


def ripen(at: Floor, days: float) -> None:
    """Time goes by, and nothing is read: what was judged long ago comes of age."""
    at.wait(days * DAY * 60)
    at.enforce()
    at.do_until_over()


def shown(at: Floor) -> list[str]:
    wanted = AskedFindings(rule=Rule.FIVE_DAYS)
    return [row.state for row in show_findings(at.deps, None, Paging(50), wanted).items]


@BOTH
def test_a_warning_becomes_a_breach_by_itself_in_one_comment(database: Database, deployment: str) -> None:
    with floor(database, deployment, five_days="nudge") as at:
        ticket = at.ticket(status=catalogue.IN_PROGRESS)
        at.look()
        ripen(at, 6.1)
        assert at.step().said is Said.NUDGE
        ripen(at, 2)
        assert at.step().said is Said.NUDGE_BREACH
        (comment,) = at.comments(ticket)
        assert "more than 5 working days" in at.text(comment)
        at.move(ticket, catalogue.DONE)
        at.look()
        assert "Settled" in at.text(comment)
        assert len(at.comments(ticket)) == 1


def test_a_phase_has_a_strength_of_its_own(database: Database) -> None:
    with floor(database, five_days="nudge", phases=QUIET_RESEARCH) as at:
        fields = {"phase": RESEARCH}
        quiet, told = at.ticket(fields=fields), at.ticket()
        for ticket in (quiet, told):
            at.start(ticket)
        at.look()
        ripen(at, 9)
        assert (len(at.comments(quiet)), len(at.comments(told))) == (0, 1)
        assert shown(at) == ["open"]


def test_what_is_off_is_in_no_list_and_no_count(database: Database) -> None:
    with floor(database) as at:
        epic = at.desk.world.create_issue(
            at.desk.now, at.ada, space="ML", type_id=catalogue.EPIC, summary="A project"
        )
        at.ticket(status=catalogue.IN_PROGRESS, parent=epic)
        at.look()
        at.look(minutes=9 * DAY)
        assert shown(at) == ["open"]
        assert [row.findings_open for row in show_projects(at.deps, None, Paging(9)).items] == [1]
        at.strengths(five_days="off")
        assert shown(at) == []
        assert [row.findings_open for row in show_projects(at.deps, None, Paging(9)).items] == [0]
