"""Links by which a report is read without an account, and what is written by them."""

import pytest

from phasewise.store import report_links as links
from phasewise.store.db import Database
from phasewise.store.report_links import Comment, Link

SITE = 1


def link(name: str, team: str = "default", at: int = 1) -> Link:
    return Link(name, f"digest-{name}", team, f"For {name}", "en", "Lea", created_at=at, expires_at=100)


def test_a_link_is_found_by_its_digest_and_its_team(database: Database) -> None:
    with database.write() as connection:
        for one in (link("a"), link("b", at=2), link("c", team="search")):
            links.add_link(connection, SITE, one)
        assert links.link_by_digest(connection, SITE, "digest-c") == link("c", team="search")
        assert links.link_by_digest(connection, SITE, "forged") is None
        assert [one.link_id for one in links.links_of(connection, SITE, "default")] == ["b", "a"]
        assert len(links.links_of(connection, SITE)) == 3


def test_a_link_is_revoked_once_and_counts_how_often_it_was_used(database: Database) -> None:
    with database.write() as connection:
        links.add_link(connection, SITE, link("a"))
        links.note_seen(connection, SITE, "a", 5)
        links.note_seen(connection, SITE, "a", 7)
        assert links.revoke_link(connection, SITE, "a", 9)
        assert not links.revoke_link(connection, SITE, "a", 10)
        (kept,) = links.links_of(connection, SITE)
    assert (kept.first_seen_at, kept.last_seen_at, kept.seen, kept.revoked_at) == (5, 7, 2, 9)


@pytest.mark.parametrize(("at", "opens"), [(8, True), (9, False), (100, False)])
def test_a_link_opens_until_it_is_revoked_or_runs_out(at: int, opens: bool) -> None:
    assert Link("a", "d", "default", "x", "en", "Lea", 1, 100, revoked_at=9).opens_at(at) is opens
    assert link("a").opens_at(at) is (at < 100)


def test_comments_come_newest_first_and_are_read_once(database: Database) -> None:
    written = [Comment(str(n), "a", "default", f"2026-W4{n}", "Thanks", at=n) for n in (6, 7)]
    with database.write() as connection:
        for one in written:
            links.add_comment(connection, SITE, one)
        links.mark_read(connection, SITE, ["7"], 8)
        links.mark_read(connection, SITE, ["7", "6"], 9)
        found = links.comments_of(connection, SITE)
        assert [(one.comment_id, one.read_at) for one in found] == [("7", 8), ("6", 9)]
        assert len(links.comments_of(connection, SITE, "default", "2026-W46")) == 1
        assert links.comments_of(connection, SITE, "search") == []
