"""Who is in the first teams, as typed in the set-up: one a line, found in Jira. `teams` and `init` call it.

A name that Jira does not know is refused, never kept: phasewise.toml would name nobody by it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _
from phasewise.jira.ahead import Asking
from phasewise.jira.client import JiraClient
from phasewise.jira.jql import scope_clause
from phasewise.jira.people import Known, People
from phasewise.settings_teams import meet, period_of
from phasewise.store.upsert import batched
from phasewise.usecases.set_up.answers import with_jira
from phasewise.usecases.set_up.draft import Draft, Member

MOST = 100
"""People of a team that a form has room for; more stand in phasewise.toml."""
AT_ONCE = 8
"""Questions to Jira side by side."""
LINES = re.compile(r"[\n;；]")
COMMAS = re.compile(r"[,，、]")
DAYS_AT_END = re.compile(r"\s+(?P<period>[\d-]*/[\d-]*)$")

Meant = Mapping[str, list[Known]]


@dataclass(frozen=True, slots=True)
class Line:
    """One person as typed for a team."""

    team: str
    who: str
    period: str


def people_of(draft: Draft) -> list[str]:
    """Who had issues lately of those that are followed, by name. Raises BadRequestError."""
    clause = scope_clause(draft.get("JIRA_SCOPE"))
    return [one.name for one in with_jira(draft, {}, lambda client: client.people().lately(clause))]


def members(draft: Draft, typed: Mapping[str, str]) -> dict[str, tuple[Member, ...]]:
    """The members of each team by its name, of what was typed for it. Raises BadRequestError."""
    typed = {team: text for team, text in typed.items() if text.strip()}
    if not typed:
        return {}

    def found(client: JiraClient) -> list[tuple[Line, list[Known]]]:
        people = client.people()
        lately = people.lately(scope_clause(draft.get("JIRA_SCOPE")))
        return list(_found(people, lately, typed))

    lines = with_jira(draft, {}, found)
    _require_one_each(lines)
    made: dict[str, list[Member]] = {}
    for line, (one,) in lines:
        several = made.setdefault(line.team, [])
        if not any((other.id, other.period) == (one.id, line.period) for other in several):
            several.append(Member(one.id, one.name, line.who, line.period))
    require_one_team({team: tuple(several) for team, several in made.items()})
    return {team: tuple(several) for team, several in made.items()}


def typed_again(several: Iterable[Member]) -> str:
    """The members as they were typed."""
    return "\n".join(f"{one.typed} {one.period}".strip() for one in several)


def require_one_team(members: Mapping[str, Collection[Member]]) -> None:
    """BadRequestError where somebody is in two teams on a day."""
    for (team, some), (other, others) in combinations(members.items(), 2):
        for one in some:
            days = [period_of(same.period) for same in others if same.id == one.id]
            if meet([period_of(one.period)], days):
                raise BadRequestError(
                    _(
                        "%(name)s is in the teams %(team)s and %(other)s on the same days: a person has one "
                        "team; days can follow the name, like 2026-01-01/2026-06-30",
                        name=one.name,
                        team=team,
                        other=other,
                    )
                )


def _found(
    people: People, lately: list[Known], typed: Mapping[str, str]
) -> Iterator[tuple[Line, list[Known]]]:
    """Each line with who is meant by it. Names can have commas: where nobody has the whole, it is a list."""
    lines = [_line(team, text) for team, several in typed.items() for text in _lines(team, several)]
    whole = _meant(people, lately, {line.who for line in lines})
    lists = {line: _parts(line) for line in lines if not whole[line.who] and COMMAS.search(line.who)}
    apart = _meant(people, lately, {part.who for parts in lists.values() for part in parts})
    for line in lines:
        if line in lists:
            yield from ((part, apart[part.who]) for part in lists[line])
        else:
            yield line, whole[line.who]


def _lines(team: str, text: str) -> list[str]:
    lines = [line.strip() for line in LINES.split(text) if line.strip(" \t\r,，、")]
    if len(lines) > MOST:
        raise BadRequestError(
            _(
                "The team %(team)s has more than %(most)s people: name the others in phasewise.toml",
                team=team,
                most=MOST,
            )
        )
    return lines


def _parts(line: Line) -> list[Line]:
    *before, last = [part.strip() for part in COMMAS.split(line.who) if part.strip()]
    return [*(_line(line.team, part) for part in before), Line(line.team, last, line.period)]


def _line(team: str, text: str) -> Line:
    days = DAYS_AT_END.search(text)
    if days is None:
        return Line(team, text, "")
    who, period = text[: days.start()], days["period"]
    try:
        period_of(period)
    except ValueError:
        raise BadRequestError(
            _("The days of %(name)s are written like 2026-01-01/2026-06-30, the first one first", name=who)
        ) from None
    return Line(team, who, "" if period == "/" else period)


def _meant(people: People, lately: list[Known], texts: Collection[str]) -> Meant:
    """Who is meant by each text: those who had issues lately before all others."""
    meant = {text: [one for one in lately if one.is_called(text)] for text in texts}
    for some in batched(sorted(text for text, known in meant.items() if not known), AT_ONCE):
        with Asking() as asking:
            asked = {text: asking.ask(partial(people.meant_by, text)) for text in some}
            meant |= {text: answer() for text, answer in asked.items()}
    return meant


def _require_one_each(lines: Iterable[tuple[Line, list[Known]]]) -> None:
    """BadRequestError with all that are called as nobody is, or with one who could be several."""
    lines = list(lines)
    unknown = ", ".join(dict.fromkeys(_("“%(name)s”", name=line.who) for line, known in lines if not known))
    if unknown:
        raise BadRequestError(
            _(
                "Jira shows nobody called %(names)s: write the name as Jira shows it, the e-mail address or "
                "the account id, or leave it out",
                names=unknown,
            )
        )
    for line, known in lines:
        if len(known) > 1:
            raise BadRequestError(
                _(
                    "Several people are called “%(name)s”: write the e-mail address or one of these ids "
                    "instead: %(ids)s",
                    name=line.who,
                    ids=", ".join(one.id for one in known),
                )
            )
