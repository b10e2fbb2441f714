"""M12: a report that nobody sends is told within the hour, by looking at the clock and the store alone."""

from dataclasses import replace

import pytest
from tests.usecases.sending import LONG_AGO, Desk, paris, sending

from phasewise.core.send_times import Hitch, Overdue
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.usecases.reports.show_sending import show_sending
from phasewise.usecases.show_load import show_load


def overdue_at(desk: Desk, text: str) -> Overdue | None:
    desk.clock[0] = paris(text)
    return show_sending(desk.deps).overdue


@pytest.mark.parametrize("at", ["2026-11-23 08:31", "2026-11-25 12:00", "2026-11-30 07:00"])
def test_m12_a_report_that_nobody_begins_is_overdue_within_the_hour(database: Database, at: str) -> None:
    with sending(database) as desk:
        desk.recipient("ada")
        desk.at("2026-11-16 09:00")
        desk.mail()
        assert overdue_at(desk, "2026-11-23 08:29") is None
        found = overdue_at(desk, at)
        assert found == Overdue(Hitch.NOT_BEGUN, paris("2026-11-23 08:00"), "default", "2026-W47")
        assert show_load(desk.deps).is_report_overdue


def test_m12_mails_that_wait_for_their_server_are_overdue(sqlite_database: Database) -> None:
    with sending(sqlite_database, mail="451 later") as desk:
        desk.recipient("ada")
        desk.at("2026-11-23 08:00")
        desk.mail()
        found = overdue_at(desk, "2026-11-23 08:31")
        assert found is not None
        assert found.hitch is Hitch.WAITS
        desk.deps = replace(desk.deps, mailer=None)
        assert show_sending(desk.deps).overdue == Overdue(Hitch.NO_SERVER, paris("2026-11-23 08:00"))
        desk.deps = replace(desk.deps, mailer=desk.post.smtp())
        desk.post.mail = "250 OK"
        desk.mail()
        desk.look()
        shown = show_sending(desk.deps)
        assert (shown.overdue, shown.last_at) == (None, desk.clock[0])
        assert shown.next_at == paris("2026-11-30 08:00")


def test_where_nobody_is_to_get_it_nothing_is_overdue(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        assert overdue_at(desk, "2026-11-23 12:00") is None
        desk.recipient("ada", created_at=paris("2026-11-23 12:00"))
        assert overdue_at(desk, "2026-11-23 13:00") is None


def test_before_jira_was_read_that_is_what_is_told(sqlite_database: Database) -> None:
    with sending(sqlite_database) as desk:
        desk.recipient("ada")
        with sqlite_database.write() as connection:
            sites.save_sync_state(connection, desk.deps.site_id, last_success_at=None)
        assert overdue_at(desk, "2026-11-23 12:00") is None
        with sqlite_database.write() as connection:
            sites.save_sync_state(connection, desk.deps.site_id, last_success_at=LONG_AGO)
        assert overdue_at(desk, "2026-11-23 12:00") is not None
