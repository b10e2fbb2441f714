"""What a list can be narrowed to, each choice a link that can be kept. Called by pages that have lists."""

from collections.abc import Callable, Iterable, Sequence

from phasewise.i18n.speaking import _
from phasewise.web.values import Choice, FilterLink

MOST = 60
"""Values to choose from, at most: the first by name; the others are found by search."""


def choice_of(
    label: str,
    options: Iterable[tuple[str, str, int]],
    chosen: str | None,
    href: Callable[[str | None], str],
    total: int | None = None,
) -> Choice:
    """The links of one facet; options are value, label and count. `total` is of all of them where that is not
    their sum."""
    found = [*options][:MOST]
    links = [FilterLink(text, n, href(value), value == chosen) for value, text, n in found]
    count = sum(n for *__, n in found) if total is None else total
    text = next((text for value, text, __ in found if value == chosen), chosen or _("All"))
    return Choice(label, text, (FilterLink(_("All"), count, href(None), not chosen), *links))


def teams_choice(
    teams: Sequence[str], chosen: str | None, href: Callable[[str | None], str]
) -> tuple[Choice, ...]:
    """The choice of a team; nothing where there is only one."""
    if not teams:
        return ()
    links = (FilterLink(name, None, href(name), name == chosen) for name in teams)
    every = FilterLink(_("All"), None, href(None), chosen is None)
    return (Choice(_("Team"), chosen or _("All"), (every, *links)),)
