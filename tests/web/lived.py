"""An installation in use, over the story of `story`: records, reports, a review, and a log of every kind.

What people type is Greek here, which none of the languages of the pages is.
"""

from dataclasses import dataclass, replace

from phasewise.core.deliverables import Slot
from phasewise.core.health import Colour
from phasewise.core.review import ReviewChoice
from phasewise.core.rights import Asker, Role
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.effects import Effect, EffectKind, add_effect
from phasewise.store.inbox import NewDelivery, add_deliveries
from phasewise.usecases.deps import Deps
from phasewise.usecases.records.decide import decide, set_criterion
from phasewise.usecases.records.record_plan import accept_plan, present_plan, record_plan
from phasewise.usecases.records.record_test import check_in, record_result, record_test
from phasewise.usecases.records.save_deliverable import review_deliverable, save_deliverable
from phasewise.usecases.reports.choices import show_choices
from phasewise.usecases.reports.edit_draft import Said, save_note, save_remark
from phasewise.usecases.reports.freeze_report import freeze_report
from phasewise.usecases.reports.links import make_link
from phasewise.usecases.reports.recipient_fields import recipient_fields
from phasewise.usecases.reports.recipients import add_recipient
from phasewise.usecases.reviews import begin_review, end_review, keep_decision
from phasewise.web.review_page import address_of
from tests.web.story import NOW

TYPED = "Λόγος"
FROZEN, DRAFT = "2026-W10", "2026-W11"
ONE, TWO = "0" * 12, "1" * 12
LEAD = Asker(Role.ADMIN, "lead@example.com")
PLAN = {
    **{f"{phase}_likely": "2" for phase in ("data_exploration", "modeling", "productization", "ab_testing")},
    "results_analysis_not_needed": TYPED,
    "success_metric": TYPED,
    "method": TYPED,
}
TEST = {"title": TYPED, "control": TYPED, "reading_rule": TYPED, "traffic": "60", "surface": TYPED}
LOGGED = {
    "account.language": {"language": "ja"},
    "account.person": {"before": None, "after": "ada"},
    "account.role": {"before": "member", "after": f"lead of {TYPED}"},
    "card.moved": {"from": "1", "to": "3"},
    "report.sent_now": {"mails": 2},
    "report.seen": {"comment": True},
    "report.remark": {"length": 12},
    "report.skipped": {"reason": TYPED},
    "report_recipient.changed": {"team": TYPED, "changed": ["quiet_from", "zone", "bounced_at"]},
    "report_plan.changed": {"weekday": "Friday", "minute": 540, "on": False, "standup": None},
    "return.reason": {"reason": "method_failed"},
    "review.ended": {"team": TYPED, "week": FROZEN, "seconds": 700},
    "session.begun": {"by": "password"},
    "task.split": {"effect": "12"},
    "ticket.set": {"phase": "7", "assignee": "ada"},
    "token.revoked": {},
    "waiver.granted": {"until": NOW, "waiver": "12"},
}


@dataclass(frozen=True)
class Lived:
    """Where its review, and its report for who has a link, are."""

    review: str
    link: str


def live(deps: Deps) -> Lived:
    """Everything that people do in an installation, done once."""
    deps = replace(deps, asker=LEAD)
    _record(deps)
    _work(deps)
    review = _review(deps)
    return Lived(review, _report(deps))


def _record(deps: Deps) -> None:
    plan = record_plan(deps, "ML-1", PLAN, 0)
    accept_plan(deps, "ML-1", present_plan(deps, "ML-1", {"audience": TYPED}, plan.edit).edit)
    link = {"link": "https://wiki.example/1", "state": "accepted"}
    kept = save_deliverable(deps, "ML-1", Slot.PROTOTYPE, link, 0)
    words = {"audience": TYPED, "feedback": TYPED, "verdict": "accepted"}
    review_deliverable(deps, "ML-1", Slot.PROTOTYPE, words, kept.edit)
    decide(deps, "ML-1", ONE, {"choice": "go", "reason": TYPED}, 0)
    set_criterion(deps, "ML-1", ONE, {"text": TYPED, "by": "2026-03-16"}, 0)
    test = record_test(deps, "ML-1", ONE, TEST | {"state": "running", "check_ins": "2026-03-12"}, 0)
    check_in(deps, "ML-1", ONE, {"on": "2026-03-12", "outcome": TYPED}, test.edit)
    record_test(deps, "ML-1", TWO, TEST | {"state": "running"}, 0)
    record_result(deps, "ML-1", ONE, {"verdict": "won", "link": "https://wiki.example/2"}, 0)


def _work(deps: Deps) -> None:
    rows = [
        NewDelivery(f"{n}", NOW - n * 60_000, "jira:issue_updated", (2, 3), state, why, b"{}")
        for n, (state, why) in enumerate((("applied", None), ("failed", "names no issue"), ("pending", None)))
    ]
    with deps.database.write() as connection:
        add_deliveries(connection, deps.site_id, rows)
        add_effect(connection, deps.site_id, Effect("1", EffectKind.MAIL, "ada@example.com", {}), NOW)
        for n, (action, detail) in enumerate(LOGGED.items()):
            who = ("lead@example.com", "command line", "this machine", "an unknown account")[n % 4]
            subject = "all" if action == "token.revoked" else TYPED
            add_entry(connection, deps.site_id, Entry(NOW - n, who, action, subject, dict(detail)))


def _review(deps: Deps) -> str:
    over = begin_review(deps, "default", DRAFT, 1)
    keep_decision(deps, over.review_id, "project-1", ReviewChoice.HELP, TYPED)
    end_review(deps, over.review_id)
    return address_of(begin_review(deps, "default", DRAFT, 2))


def _report(deps: Deps) -> str:
    save_remark(deps, "default", FROZEN, TYPED)
    save_note(deps, "default", FROZEN, 1, Said(TYPED, Colour.RED, TYPED))
    freeze_report(deps, "default", FROZEN)
    save_note(deps, "default", DRAFT, 1, Said(TYPED, Colour.AMBER, TYPED))
    choices = show_choices(deps)
    form = {"address": "ada@example.com", "name": TYPED, "zone": "Asia/Tokyo"}
    add_recipient(deps, choices, "default", recipient_fields(form))
    return make_link(deps, choices, {"label": TYPED, "team": "default", "language": "en", "days": "9"})
