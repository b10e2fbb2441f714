"""M12 as people and machines see it: /readyz is red, and pages say so."""

from phasewise.core.send_times import Hitch, Overdue
from phasewise.store import report_recipients
from phasewise.store.report_recipients import Recipient
from phasewise.web.freshness import overdue_banner
from phasewise.web.health import overdue_text
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


def test_m12_every_page_says_so_until_it_is_sent(api: Api) -> None:
    late = with_recipient(api)
    for page in ("/", "/board"):
        shown = late.ask("GET", page).text
        assert "The weekly report is overdue." in shown
        assert "nobody began it" in shown


def test_m12_mails_that_wait_are_told_with_what_to_do() -> None:
    now = NOW + 3_600_000
    told = {hitch: overdue_banner(Overdue(hitch, NOW), now).text for hitch in Hitch}
    assert "PHASEWISE_SMTP_URL" in told[Hitch.NO_SERVER]
    assert "phasewise check" in told[Hitch.WAITS]
    assert [overdue_text(Overdue(hitch, NOW)) is None for hitch in Hitch] == [False] * len(Hitch)
