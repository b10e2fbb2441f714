"""Whose policy counts when: versions, teams one after another, memberships by the day."""

from datetime import date

from tests.core.builders import ANA, BEN, UTC_WEEK, utc

from phasewise.core.calendar import TICKS_PER_DAY, calendar_of
from phasewise.core.calendars import calendar_by
from phasewise.core.leave import leave_in
from phasewise.core.model import CalendarRules, Limits, Policy, Rule, Strength, Strengths
from phasewise.core.rulebook import (
    DEFAULT_TEAM,
    EVER,
    Membership,
    PolicyVersion,
    Rulebook,
    StrengthsByTeam,
    Team,
    one_team,
)

MONDAY, WEDNESDAY = utc("2026-03-02 00:00"), utc("2026-03-04 12:00")
FOUR_DAYS = CalendarRules(weekdays=(0, 1, 2, 3))


def team(name: str, *limits: tuple[int, Limits], zone: str = "UTC") -> Team:
    """A team whose limits changed at these instants."""
    return Team(
        name,
        tuple(
            PolicyVersion(name, n, start, Policy(one, CalendarRules(zone)))
            for n, (start, one) in enumerate(limits, 1)
        ),
    )


COMPANY = team(DEFAULT_TEAM, (EVER, Limits()), (WEDNESDAY, Limits(one_active=2)))
SEARCH = team("search", (EVER, Limits(one_active=3)), zone="Asia/Tokyo")


def book(*memberships: Membership) -> Rulebook:
    return Rulebook((SEARCH, COMPANY), memberships)


def test_one_team_has_one_version_for_ever() -> None:
    along = one_team(Policy()).for_person(ANA)
    assert along.at(EVER - 1) == along.at(MONDAY) == one_team(Policy()).default.newest
    assert along.calendar is calendar_of(CalendarRules())
    assert len(along.windows) == 1


def test_a_version_is_in_force_from_its_instant_on() -> None:
    along = book().for_project(None)
    assert [along.at(at).number for at in (WEDNESDAY - 1, WEDNESDAY)] == [1, 2]
    assert along.limits_at(WEDNESDAY) == Limits(version=2, one_active=2)


def test_a_team_that_is_not_there_is_the_default_team() -> None:
    assert book().team("sold").name == DEFAULT_TEAM


def test_a_version_that_changes_no_limit_opens_no_window() -> None:
    same = team(DEFAULT_TEAM, (EVER, Limits()), (WEDNESDAY, Limits(private_days=3.0)))
    assert len(Rulebook((same,)).for_project(None).windows) == 1


def test_a_membership_begins_and_ends_at_midnight_in_the_zone_of_the_team() -> None:
    turns = book(Membership(ANA, "search", "2026-03-02", "2026-03-03")).teams_of(ANA)
    begins, ends = utc("2026-03-01 15:00"), utc("2026-03-03 15:00")
    assert turns == [(EVER, DEFAULT_TEAM), (begins, "search"), (ends, DEFAULT_TEAM)]


def test_a_membership_without_days_is_for_ever() -> None:
    assert book(Membership(ANA, "search")).teams_of(ANA) == [(EVER, "search")]
    assert book(Membership(ANA, "search")).teams_of(BEN) == [(EVER, DEFAULT_TEAM)]


def test_memberships_that_touch_are_one() -> None:
    both = (Membership(ANA, "search", None, "2026-03-03"), Membership(ANA, "search", "2026-03-04"))
    assert book(*both).teams_of(ANA) == [(EVER, "search")]


def test_where_memberships_overlap_the_first_counts() -> None:
    twice = book(Membership(ANA, DEFAULT_TEAM, "2026-03-02"), Membership(ANA, "search"))
    assert twice.teams_of(ANA) == [(EVER, "search"), (MONDAY, DEFAULT_TEAM)]


def test_a_person_counts_by_the_version_of_the_team_of_the_moment() -> None:
    along = book(Membership(ANA, "search", None, "2026-03-05")).for_person(ANA)
    seen = [along.limits_at(at).one_active for at in (MONDAY, WEDNESDAY, utc("2026-03-06 00:00"))]
    assert seen == [3, 3, 2]


def test_versions_that_come_while_a_team_counts_are_in_its_time() -> None:
    along = book().along([(EVER, DEFAULT_TEAM), (utc("2026-03-09 00:00"), "search")])
    assert [(version.team, version.number) for _, version in along.versions] == [
        (DEFAULT_TEAM, 1),
        (DEFAULT_TEAM, 2),
        ("search", 1),
    ]


def test_a_day_counts_by_the_rules_in_force_then() -> None:
    friday = utc("2026-03-06 00:00")
    calendar = calendar_by([(EVER, UTC_WEEK), (friday, FOUR_DAYS)])
    assert calendar.working_ticks(MONDAY, utc("2026-03-14 00:00")) == 8 * TICKS_PER_DAY
    assert [calendar.is_working(date(2026, 2, 27)), calendar.is_working(date(2026, 3, 6))] == [True, False]
    assert [calendar.week_days_at(at) for at in (friday - 1, friday)] == [5, 4]


def test_midnight_is_in_the_zone_in_force_then() -> None:
    calendar = calendar_by([(EVER, UTC_WEEK), (WEDNESDAY, CalendarRules("Asia/Tokyo"))])
    assert calendar.midnight(date(2026, 3, 4)) == utc("2026-03-04 00:00")
    assert calendar.midnight(date(2026, 3, 6)) == utc("2026-03-05 15:00")
    assert calendar.local_date(utc("2026-03-05 20:00")) == date(2026, 3, 6)


def test_rules_that_are_the_same_again_make_one_calendar() -> None:
    assert calendar_by([(EVER, UTC_WEEK), (MONDAY, UTC_WEEK)]) is calendar_of(UTC_WEEK)


def test_a_team_that_came_later_counted_as_the_default_team_before() -> None:
    young = Rulebook((team("young", (WEDNESDAY, Limits(one_active=4))), COMPANY))
    along = young.for_project("young")
    assert [along.limits_at(at).one_active for at in (MONDAY, WEDNESDAY)] == [1, 4]


def test_strengths_are_those_of_each_team_and_of_who_is_in_it_then() -> None:
    asks = Strengths({Rule.ONE_ACTIVE: Strength.ASK})
    strict = Team("strict", (PolicyVersion("strict", 1, EVER, Policy(strengths=asks)),))
    named = Rulebook(
        (strict, COMPANY), (Membership(ANA, "strict", None, "2026-03-02"), Membership(BEN, "strict"))
    )
    told = named.strengths_at(WEDNESDAY)
    assert isinstance(told, StrengthsByTeam)
    assert (told.rules, told.teams, told.persons) == ({}, {"strict": asks}, {BEN: "strict"})
    assert Rulebook((COMPANY,)).strengths_at(WEDNESDAY) == Strengths()


def test_working_time_is_reached_by_the_rules_on_the_way() -> None:
    friday = utc("2026-03-06 00:00")
    calendar = calendar_by([(EVER, UTC_WEEK), (friday, FOUR_DAYS)])
    after = [calendar.position(MONDAY) + n * TICKS_PER_DAY for n in (4, 5)]
    assert [calendar.first_at(position) for position in after] == [friday, utc("2026-03-10 00:00")]
    assert [calendar.first_after(position) for position in after] == [
        utc("2026-03-09 00:00"),
        utc("2026-03-10 00:00"),
    ]


def test_leave_counts_while_a_person_is_in_the_team_that_says_it() -> None:
    away = Policy(leave={ANA: (("2026-03-02", "2026-03-05"),)})
    grants = Team("grants", (PolicyVersion("grants", 1, EVER, away),))
    named = Rulebook((grants, COMPANY), (Membership(ANA, "grants", "2026-03-04"),))
    assert leave_in(named) == {ANA: [(utc("2026-03-04 00:00"), utc("2026-03-06 00:00"))]}
    assert leave_in(one_team(away)) == {ANA: [(MONDAY, utc("2026-03-06 00:00"))]}
    assert one_team(away).for_project(None).newest.policy == away
