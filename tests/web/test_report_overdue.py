"""M12 as people and machines see it: /readyz is red, and pages say so."""

from phasewise.store import report_recipients
from phasewise.store.report_recipients import Recipient
from tests.web.story import NOW, Api, deps_of

WEEK_MS = 7 * 86_400_000


def with_recipient(api: Api) -> Api:
    """The same, a week later, with somebody who should have got a report."""
    made = Recipient(
        recipient_id="ada",
        team="default",
        address="ada@example.com",
        name="Ada",
        audience="team",
        language="en",
        format="html",
        created_at=NOW - 4 * WEEK_MS,
        created_by="lead",
        secret="s",
    )
    with api.deps.database.write() as connection:
        report_recipients.add_recipient(connection, api.deps.site_id, made)
    return Api(deps_of(api.deps.database, now=NOW + WEEK_MS))


def test_m12_a_scheduler_that_is_dead_makes_readyz_red(api: Api) -> None:
    assert api.ask("GET", "/readyz").json()["overdue"]["report"] is False
    answer = with_recipient(api).ask("GET", "/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["overdue"]["report"] is True
    assert any(
        reason.startswith("Report overdue: the one of default for") for reason in answer.json()["reasons"]
    )


def test_m12_metrics_say_it_too(api: Api) -> None:
    said = with_recipient(api).ask("GET", "/metrics").text
    assert "phasewise_report_overdue 1.0" in said
    assert 'phasewise_report_mails{state="unknown"} 0.0' in said


def test_when_the_next_report_is_due_is_told(api: Api) -> None:
    answer = api.ask("GET", "/readyz").json()
    assert answer["next_report_at"].endswith("Z")
    assert answer["last_report_at"] is None
