"""A team by the name that somebody gives. Called wherever a policy is shown or changed."""

from phasewise.core.rulebook import Rulebook, Team
from phasewise.errors import NotFoundError
from phasewise.i18n.speaking import _


def team_named(rulebook: Rulebook, name: str | None) -> Team:
    """The team of that name; None: the default one. Raises NotFoundError that says which there are."""
    if name is None:
        return rulebook.default
    for team in rulebook.teams:
        if team.name == name:
            return team
    known = ", ".join(team.name for team in rulebook.teams)
    raise NotFoundError(_("There is no such team; there are: %(known)s", known=known))
