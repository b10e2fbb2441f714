"""The lines of `phasewise check` in the reader's language, for the pages of the set-up that show some."""

from phasewise.i18n.speaking import _, marked
from phasewise.usecases.checks import Checked
from phasewise.web.retold import retold

OF_TEAM = "Team "

LABELS = frozenset(
    (
        marked("Account"),
        marked("Clock"),
        marked("Database"),
        marked("Epic link field"),
        marked("Flag field"),
        marked("Flag field several"),
        marked("Jira"),
        marked("Last synchronisation"),
        marked("Mail"),
        marked("Permissions"),
        marked("Phase field"),
        marked("Phase field gone"),
        marked("Phase field no select"),
        marked("Phase field none"),
        marked("Phase field several"),
        marked("Policy"),
        marked("Reading Jira"),
        marked("Scope"),
        marked("Unreadable issue"),
        marked("Webhook"),
        marked("Webhook address"),
        marked("Webhook filter"),
        marked("Webhooks"),
    )
)
"""What is looked at."""


def check_words(one: Checked) -> tuple[str, str]:
    """What was looked at, and how it is."""
    if one.what.startswith(OF_TEAM):
        return _("Team %(name)s", name=one.what.removeprefix(OF_TEAM)), retold(one.text)
    return (_(one.what) if one.what in LABELS else one.what), retold(one.text)
