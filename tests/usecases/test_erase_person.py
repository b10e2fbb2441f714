"""A person who is erased is nowhere any more, in no table, and does not come back with what Jira tells."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from tests.store.records import DOING, TODO, item, moved, task
from tests.web.story import BOB, MODELING, NOW, deps_of, story, tell

from phasewise.core.ladder import Grant
from phasewise.core.model import IssueRecord
from phasewise.core.review import ReviewChoice
from phasewise.core.rights import Asker, Role
from phasewise.errors import BadRequestError, NotFoundError
from phasewise.store.account_tables import erased
from phasewise.store.all_tables import metadata
from phasewise.store.audit_log import Entry, add_entry, entry_of
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.tables import findings, intervals, people, policies
from phasewise.store.waivers import Waiver, add_waiver
from phasewise.store.work_tables import ladder, waivers
from phasewise.usecases.accounts.administer import invite, list_accounts
from phasewise.usecases.deps import Deps
from phasewise.usecases.erase_person import PREFIX, erase_person
from phasewise.usecases.reviews import begin_review, keep_decision

BOB_ID = "712020:bob-in-jira"
HIS = {"assignee": BOB_ID, "assignee_name": "Robert Bobson"}
ADMIN = Asker(Role.ADMIN, "boss@example.com")


def his_records() -> list[IssueRecord]:
    """The story, with an id and a name as Jira Cloud has them; and a ticket that once was his."""
    given = [replace(one, **HIS) if one.assignee == BOB["assignee"] else one for one in story()]
    handed_on = replace(
        item(91, 5, "assignee", BOB_ID, "ada"), author=BOB_ID, before_text="Robert Bobson", after_text="Ada"
    )
    return [*given, task(9, moved(90, 4, TODO, DOING), handed_on, assignee="ada", **MODELING)]


@pytest.fixture
def deps(database: Database) -> Deps:
    told = replace(deps_of(database), asker=ADMIN)
    tell(told, his_records())
    return told


def traces(deps: Deps, *marks: str) -> Iterator[str]:
    """The tables that hold one of these, in any form."""
    with deps.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                if any(mark in str(tuple(row)) for mark in marks):
                    yield table.name


def rows(deps: Deps, table: object) -> list[tuple[object, ...]]:
    with deps.database.read() as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))  # type: ignore[call-overload]


def test_nothing_is_left_of_them_and_all_that_follows_stays_as_it_was(deps: Deps) -> None:
    before = [len(rows(deps, table)) for table in (intervals, findings, people)]
    with deps.database.write() as connection:
        body = {"leave": {BOB_ID: ["2026-03-02"]}, "n": 1}
        entry = {"site_id": deps.site_id, "team": "default", "version": 99, "effective_from": 0, "body": body}
        connection.execute(policies.insert().values(entry))
        mail = Effect("weekly:bob", EffectKind.MAIL, "bob@example.com", {"text": "hello"})
        add_effect(connection, deps.site_id, mail, NOW)
        said = Effect("says:1", EffectKind.COMMENT, "3", {"text": f"[~accountid:{BOB_ID}] hello"})
        add_effect(connection, deps.site_id, said, NOW)
        noted = entry_of(ADMIN, NOW, "waiver.granted", f"one_active:{BOB_ID}:7", person=BOB_ID)
        add_entry(connection, deps.site_id, noted)
        asked = Entry(NOW, "bob@example.com", "session.begun", "bob@example.com", {}, "203.0.113.9")
        add_entry(connection, deps.site_id, asked)
    invite(deps, "bob@example.com", "Robert Bobson", Role.MEMBER, BOB_ID)
    assert len(set(traces(deps, BOB_ID, "Bobson", "bob@example.com"))) > 8

    pseudonym = erase_person(deps, BOB_ID)

    assert pseudonym.startswith(PREFIX)
    assert list(traces(deps, BOB_ID, "Bobson", "bob@example.com", "203.0.113.9")) == []
    assert [len(rows(deps, table)) for table in (intervals, findings, people)] == before
    assert list_accounts(deps) == []


def test_what_jira_tells_later_is_told_of_somebody_else(deps: Deps) -> None:
    pseudonym = erase_person(deps, BOB_ID)
    kept = rows(deps, findings), rows(deps, intervals)
    tell(deps, [replace(one, updated=one.updated + 1) for one in his_records()])
    assert list(traces(deps, BOB_ID, "Bobson")) == []
    assert (rows(deps, findings), rows(deps, intervals)) == kept
    assert erase_person(deps, pseudonym) == pseudonym
    assert len(rows(deps, erased)) == 1


def test_what_they_still_ask_in_jira_is_asked_by_the_pseudonym(deps: Deps) -> None:
    pseudonym = erase_person(deps, BOB_ID)
    asked = Waiver("1", "five_days", "3", NOW, BOB_ID, "why not", NOW + 1, Grant.ASKED, NOW)
    with deps.database.write() as connection:
        add_waiver(connection, deps.site_id, asked)
    assert pseudonym in str(rows(deps, waivers))
    assert list(traces(deps, BOB_ID)) == []


@pytest.mark.parametrize("person", [BOB_ID, "bob"])
def test_what_a_review_said_about_them_is_nobodys_and_emptied(database: Database, person: str) -> None:
    deps = replace(deps_of(database), asker=ADMIN)
    tell(deps, his_records() if person == BOB_ID else story())
    review = begin_review(deps, "default", "2026-W11", 2)
    for name in (f"person-{person}", "project-1"):
        keep_decision(deps, review.review_id, name, ReviewChoice.HELP, f"about {name[:7]}")
    pseudonym = erase_person(deps, person)
    assert set(traces(deps, f"person-{person}", f"'{person}'", "about person")) == set()
    kept = rows(deps, metadata.tables["review_decisions"])
    assert [(row[2], row[4]) for row in kept] == [(f"person-{pseudonym}", ""), ("project-1", "about project")]
    assert "about project" in str(rows(deps, metadata.tables["audit_log"]))


def test_a_short_id_is_only_replaced_where_it_is_one(sqlite_database: Database) -> None:
    deps = replace(deps_of(sqlite_database), asker=ADMIN)
    tell(deps, story())
    with sqlite_database.write() as connection:
        said = Effect("says:bob:1", EffectKind.COMMENT, "3", {"text": "[~bob] ask bobby"})
        add_effect(connection, deps.site_id, said, NOW)
        connection.execute(update(people).where(people.c.person_id == "ada").values(display_name="bobby"))
    pseudonym = erase_person(deps, "bob")
    texts = [str(row) for row in rows(deps, metadata.tables["effects"])]
    assert f"[~{pseudonym}] ask bobby" in texts[0]
    assert f"says:{pseudonym}:1" in texts[0]
    assert set(traces(deps, "'bob'", "'Bob'")) == set()


def test_what_they_did_is_told_of_the_pseudonym_in_whatever_words(deps: Deps) -> None:
    invite(deps, "bob@example.com", "Bob", Role.ADMIN, BOB_ID)
    invite(deps, "eve@example.com", "Eve", Role.ADMIN)
    [account, _] = list_accounts(deps)
    himself = Asker(Role.ADMIN, "bob@example.com (token mine)", account.account_id, BOB_ID)
    step = {"rule": "one_active", "subject": "ada", "start": 5, "key": "k", "strength": "act", "taken_at": 1}
    undone = {"issue_id": 4, "move": "undoing", "note": "undone by bob@example.com"}
    with deps.database.write() as connection:
        connection.execute(ladder.insert().values(site_id=deps.site_id, **step, **undone))
        add_entry(connection, deps.site_id, entry_of(himself, NOW, "token.made", "1"))
    pseudonym = erase_person(replace(deps, asker=himself), BOB_ID)
    assert list(traces(deps, "bob@example.com")) == []
    assert f"undone by {pseudonym}" in str(rows(deps, ladder))


def test_somebody_with_a_longer_id_or_address_stays_who_they_are(sqlite_database: Database) -> None:
    deps = replace(deps_of(sqlite_database), asker=ADMIN)
    tell(deps, [replace(one, assignee="jonathan") if one.assignee == "bob" else one for one in story()])
    invite(deps, "ann@example.com", "Ann", Role.MEMBER, "jonathan")
    invite(deps, "joann@example.com", "Joann", Role.MEMBER)
    body = {"leave": {"jonathan2": ["2026-03-02"]}, "said": "joann@example.com, x.jonathan"}
    entry = {"site_id": deps.site_id, "team": "default", "version": 99, "effective_from": 0, "body": body}
    with sqlite_database.write() as connection:
        connection.execute(policies.insert().values(entry))
    erase_person(deps, "jonathan")
    assert [account.email for account in list_accounts(deps)] == ["joann@example.com"]
    assert str(body) in str(rows(deps, policies))


def test_the_only_admin_is_not_erased(deps: Deps) -> None:
    invite(deps, "bob@example.com", "Bob", Role.ADMIN, BOB_ID)
    with pytest.raises(BadRequestError, match="only admin left"):
        erase_person(deps, BOB_ID)
    assert [account.email for account in list_accounts(deps)] == ["bob@example.com"]


def test_whom_jira_never_named_cannot_be_erased(deps: Deps) -> None:
    with pytest.raises(NotFoundError):
        erase_person(deps, "nobody")
