"""`[teams.NAME]`: what a team has and how it differs, and what contradicts itself."""

from pathlib import Path

import pytest

from phasewise.core.model import Limits, Phase, Rule, Strength
from phasewise.core.rulebook import Membership, Rulebook, Source
from phasewise.errors import SettingsError
from phasewise.settings import load_settings
from phasewise.settings_teams import rulebook_of


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def declared(text: str) -> Rulebook:
    Path("phasewise.toml").write_text(text)
    settings = load_settings()
    return rulebook_of(settings, settings.teams)


def test_a_team_has_what_it_says_and_else_what_the_default_team_has() -> None:
    book = declared(
        """
        timezone = "Asia/Tokyo"
        [rules]
        one_active = 2
        five_days = 4
        [statuses]
        "1" = "watching"
        "2" = "paused"
        [strength.modeling]
        five_days = "ask"
        no_phase = "off"
        [teams.NLP]
        scope = "project = NLP"
        [teams.NLP.rules]
        five_days = 3
        [teams.NLP.statuses]
        "2" = "active"
        [teams.NLP.strength.modeling]
        five_days = "nudge"
        """
    )
    policy, general = book.team("NLP").newest.policy, book.default.newest.policy
    assert policy.limits == Limits(one_active=2, five_days=3.0)
    assert general.limits == Limits(one_active=2, five_days=4.0)
    assert policy.status_overrides == {"1": "watching", "2": "active"}
    assert policy.calendar == general.calendar
    assert policy.strengths.of(Rule.FIVE_DAYS, Phase.MODELING) is Strength.NUDGE
    assert policy.strengths.of(Rule.NO_PHASE, Phase.MODELING) is Strength.OFF


def test_the_teams_stand_in_the_order_of_the_file_and_the_default_team_last() -> None:
    book = declared('[teams.B]\nscope = "a = 1"\n[teams.A]\nscope = "a = 2"\n')
    assert [(team.name, team.scope) for team in book.teams] == [
        ("B", "a = 1"),
        ("A", "a = 2"),
        ("default", None),
    ]
    assert [(one.number, one.effective_from, one.source) for one in book.default.versions] == [
        (1, 0, Source.FILE)
    ]


def test_members_are_so_for_ever_or_for_some_days() -> None:
    book = declared(
        """
        [teams.NLP.members]
        "ana" = ""
        "bo" = "2026-01-01/2026-06-30"
        "cy" = ["/2026-01-31", "2026-03-01/"]
        """
    )
    assert book.memberships == (
        Membership("ana", "NLP"),
        Membership("bo", "NLP", "2026-01-01", "2026-06-30"),
        Membership("cy", "NLP", None, "2026-01-31"),
        Membership("cy", "NLP", "2026-03-01", None),
    )


SCOPE = 'scope = "a = 1"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[teams.NLP]\n", "line 1: [teams.NLP] has neither scope nor members"),
        ("[teams.default]\n" + SCOPE, "line 1: [teams.default] is the team of all others"),
        ('[teams." "]\n' + SCOPE, "line 1: [teams. ] must be a name"),
        ('[teams.NLP]\nscope = "(a"', "line 2: [teams.NLP] scope must be JQL"),
        ("[teams.NLP]\nscoop = 1\n" + SCOPE, "line 2: [teams.NLP] scoop is no setting"),
        (
            "[teams.NLP]\n" + SCOPE + "[teams.NLP.rules]\none_active = 0",
            "line 4: [teams.NLP] rules.one_active must",
        ),
        ("[teams.A]\n" + SCOPE + "[teams.B]\n" + SCOPE, "line 4: [teams.B] scope is that of A already"),
        ('[teams.A.members]\nana = "2026-01-01"', 'line 2: [teams.A] members.ana.0 must be "" for always'),
        ('[teams.A.members]\nana = "2026-02-01/2026-01-01"', "members.ana.0 must not end before it begins"),
        ('[teams.A.members]\nana = "x/y"', 'members.ana.0 must be ""'),
        (
            '[teams.A.members]\nana = "/2026-01-31"\n[teams.B.members]\nana = "2026-01-31/"',
            "line 4: [teams.B] members.ana is in A on some of these days",
        ),
        (
            "[calendar]\nextra = [2026-12-19]\n[teams.A]\n" + SCOPE + "calendar = {removed = [2026-12-19]}",
            "line 5: [teams.A] calendar contradicts [calendar]: 2026-12-19",
        ),
    ],
)
def test_d14_what_no_team_can_mean_is_refused_by_its_line(text: str, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        declared(text)
    assert problem in str(caught.value)


def test_a_person_may_change_from_one_team_to_another() -> None:
    book = declared('[teams.A.members]\nana = "/2026-01-31"\n[teams.B.members]\nana = "2026-02-01/"\n')
    assert [team for _, team in book.teams_of("ana")] == ["A", "B"]
