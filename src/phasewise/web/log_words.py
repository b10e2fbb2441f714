"""What was decided and by whom, in words: the actions of the audit log, and who is no account.

Called by `users` and by the pages that say who did something.
"""

from collections.abc import Mapping

from phasewise.core.rights import ANONYMOUS_ADMIN, OPERATOR, Role
from phasewise.i18n.speaking import _, marked
from phasewise.terms import DECISIONS, decision_name, role_name

ACTIONS: Mapping[str, str] = {
    "ab_test.checked": marked("A/B test checked"),
    "ab_test.saved": marked("A/B test saved"),
    "account.disabled": marked("account disabled"),
    "account.enabled": marked("account enabled"),
    "account.language": marked("language chosen"),
    "account.linked": marked("account linked to its identity"),
    "account.made": marked("account made"),
    "account.person": marked("person of an account set"),
    "account.role": marked("role changed"),
    "card.moved": marked("card moved"),
    "deliverable.reviewed": marked("deliverable reviewed"),
    "deliverable.saved": marked("deliverable saved"),
    "kill_criterion.saved": marked("kill criterion saved"),
    "move.undone": marked("move undone"),
    "password.asked": marked("new password asked for"),
    "password.changed": marked("password changed"),
    "password.chosen": marked("password chosen"),
    "password.link_made": marked("link for a password made"),
    "password.set": marked("password set"),
    "person.erased": marked("person erased"),
    "plan.accepted": marked("plan accepted"),
    "plan.presented": marked("plan presented"),
    "plan.saved": marked("plan saved"),
    "policy.changed": marked("policy changed"),
    "report.note": marked("note of a report changed"),
    "report.remark": marked("remark of a report changed"),
    "report.resumed": marked("report no longer skipped"),
    "report.seen": marked("report seen"),
    "report.sent_now": marked("report sent at once"),
    "report.skipped": marked("report skipped"),
    "report.tested": marked("report sent as a test"),
    "report_comment.read": marked("comments on a report read"),
    "report_link.made": marked("link to reports made"),
    "report_link.revoked": marked("link to reports revoked"),
    "report_mail.resent": marked("mail of a report sent again"),
    "report_plan.changed": marked("plan of reports changed"),
    "report_recipient.added": marked("recipient added"),
    "report_recipient.changed": marked("recipient changed"),
    "report_recipient.removed": marked("recipient removed"),
    "report_recipient.subscribed": marked("recipient subscribed again"),
    "report_recipient.unsubscribed": marked("recipient unsubscribed"),
    "result.saved": marked("result saved"),
    "return.reason": marked("reason of a return chosen"),
    "review.began": marked("review begun"),
    "review.ended": marked("review ended"),
    "session.begun": marked("signed in"),
    "session.ended": marked("session ended"),
    "session.refused": marked("sign-in refused"),
    "task.split": marked("task split"),
    "ticket.set": marked("fields of a ticket set"),
    "token.made": marked("token made"),
    "token.revoked": marked("token revoked"),
    "waiver.declined": marked("waiver declined"),
    "waiver.granted": marked("waiver granted"),
}


def action_words(action: str) -> str:
    """What was done; what is new here by its own name."""
    if action not in ACTIONS and action in DECISIONS:
        return decision_name(action)
    return _(ACTIONS[action]) if action in ACTIONS else action.replace(".", " ").replace("_", " ")


WHO: Mapping[str, str] = {
    OPERATOR.name: marked("command line"),
    ANONYMOUS_ADMIN.name: marked("this machine"),
    "an unknown account": marked("an unknown account"),
    "all": marked("all of them"),
    "all others": marked("all others"),
}
"""Whoever is no account, and what is not one of several."""

LINK, TOKEN, LEAD_OF = "link: ", "token ", "lead of "


def who_words(name: str) -> str:
    """Who did something, or to whom it was done."""
    if name in WHO:
        return _(WHO[name])
    if name.startswith(LINK):
        return _("link: %(label)s", label=name.removeprefix(LINK))
    if name.startswith(TOKEN):
        return _("token %(name)s", name=name.removeprefix(TOKEN))
    return name


def led_words(role: str) -> str:
    """`member`, or `lead of vision, search`, as the log keeps them."""
    if role.startswith(LEAD_OF):
        return _("lead of %(teams)s", teams=role.removeprefix(LEAD_OF))
    return role_name(Role(role)) if role in set(Role) else role
