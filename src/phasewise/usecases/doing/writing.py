"""One attempt at a write to Jira: look whether it happened, ask whether it is ours, do it, say how it went.

Called by do_effects.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phasewise.errors import JiraError
from phasewise.jira.comment_text import pieces_of
from phasewise.jira.field_writes import FieldWrites, Wish
from phasewise.jira.remote_links import RemoteLink, RemoteLinks
from phasewise.jira.sending import Outcome, Sent
from phasewise.jira.siblings import Sibling, Siblings
from phasewise.jira.trouble import RateLimitedError, RefusalError
from phasewise.jira.writes import NOT_FOUND, Writes
from phasewise.log import get_log
from phasewise.store.effects import Claimed, EffectKind, EffectState
from phasewise.usecases.doing.verdicts import (
    ClaimLostError,
    Confirm,
    Verdict,
    done,
    dropped,
    failed,
    later,
)

log = get_log("writing")

GONE = "the issue is deleted, or no longer shown to the account"
IN_FLIGHT_SECONDS = 10.0
"""How long after a lost answer is looked: what went out may still be on its way."""
LOOK_BACK_MS = 48 * 3_600_000
"""How much earlier than the effect its comment may have been written: two clocks never agree."""

CommentOf = Callable[[str], tuple[EffectState, dict[str, Any]] | None]
"""State and result of the effect with a key, None if there is none."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Attempts for one account of one Jira."""

    writes: Writes
    siblings: Siblings
    fields: FieldWrites
    links: RemoteLinks
    account: str
    comment_of: CommentOf

    def attempt(self, claimed: Claimed, confirm: Confirm) -> Verdict:
        """Try it once. ClaimLostError where another node has it now."""
        doing = {
            EffectKind.COMMENT: self._comment,
            EffectKind.EDIT: self._edit,
            EffectKind.PROPERTY: self._property,
            EffectKind.TRANSITION: self._transition,
            EffectKind.SPLIT: self._split,
            EffectKind.FIELD: self._field,
            EffectKind.LINK: self._link,
        }[claimed.effect.kind]
        try:
            return doing(claimed, int(claimed.effect.target), confirm)
        except RateLimitedError as error:
            return later(str(error), error.asked_seconds, "site" if error.whole_site else "kind")
        except RefusalError as error:
            return dropped(GONE) if error.status == NOT_FOUND else failed(str(error))
        except JiraError as error:  # of a look: nothing was sent
            return later(str(error))
        except (ValueError, KeyError, TypeError) as error:
            return failed(f"what is to be done cannot be read: {error}")

    # ------------------------------------------------------------ comments

    def _comment(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        text = pieces_of(claimed.effect.body["text"])
        # Even at the first try: a store that was restored has forgotten what it did since its backup.
        if found := self.settle_doubles(claimed):
            return done(comment_id=found)
        addressed = self.writes.addressed(text)
        _still_ours(confirm)
        sent = self.writes.add_comment(issue_id, addressed, claimed.effect.key)
        if sent.outcome is not Outcome.APPLIED:
            return self._verdict(sent, issue_id)
        return done(comment_id=sent.answer)

    def settle_doubles(self, claimed: Claimed) -> str | None:
        """The comment that the effect has become, the later ones deleted; None if there is none.

        There are two where a process was frozen between its last question and its request, and another one
        took over meanwhile.
        """
        effect = claimed.effect
        since = claimed.created_at - LOOK_BACK_MS
        found = self.writes.comments_marked(int(effect.target), effect.key, self.account, since)
        for double in found[1:]:
            sent = self.writes.delete_comment(int(effect.target), double)
            log.warning("effect_doubled", key=effect.key, comment_id=double, deleted=sent.outcome.value)
        return found[0] if found else None

    def _edit(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        text = pieces_of(claimed.effect.body["text"])
        made = self.comment_of(str(claimed.effect.body["comment"]))
        if made is None:
            return failed("names a comment that was never to be written")
        state, result = made
        if state in (EffectState.DUE, EffectState.CLAIMED):
            return later("its comment is not written yet")
        if "comment_id" not in result:
            return dropped("its comment was not written")
        addressed = self.writes.addressed(text)
        _still_ours(confirm)
        sent = self.writes.edit_comment(issue_id, str(result["comment_id"]), addressed)
        if sent.status == NOT_FOUND:
            return dropped("somebody has deleted the comment")
        return self._verdict(sent, issue_id)

    # ------------------------------------------------------------ properties and transitions

    def _property(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        name, value = str(claimed.effect.body["name"]), claimed.effect.body["value"]
        _still_ours(confirm)
        if value is None:
            return self._verdict(self.writes.delete_property(issue_id, name), issue_id)
        return self._verdict(self.writes.put_property(issue_id, name, value), issue_id)

    def _transition(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        wanted = str(claimed.effect.body["to"])
        status = self.writes.status_of(issue_id)
        if status is None:
            return dropped(GONE)
        if status == wanted:
            return done(already=not claimed.may_have_happened)
        origin = claimed.noted.get("from") or claimed.effect.body.get("from")
        if origin is not None and status != str(origin):
            return dropped(f"somebody has moved the issue to another status ({status}) meanwhile")
        way = next((one for one in self.writes.transitions(issue_id) if one.to_status == wanted), None)
        if way is None:
            return failed(
                f"no transition leads from status {status} to {wanted}, or the account lacks the permission "
                "Transition Issues"
            )
        _still_ours(confirm, noted={"from": status})
        sent = self.writes.transition(issue_id, way.id)
        if sent.outcome is Outcome.REFUSED and self.writes.status_of(issue_id) == wanted:
            return done(already=True)
        return self._verdict(sent, issue_id)

    def _field(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        """Set a field that is empty. What somebody chose meanwhile stays."""
        body = claimed.effect.body
        wish = Wish(str(body["field"]), str(body["value"]))
        if value := self.fields.value_of(issue_id, wish):
            if value == wish.value:
                return done(already=not claimed.may_have_happened)
            return dropped("somebody has set it to something else meanwhile: it is left as it is")
        form = self.fields.form_of(wish)
        _still_ours(confirm)
        return self._verdict(self.fields.put(issue_id, wish, form), issue_id)

    def _link(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        """A link to a page of ours; Jira knows it by its global id, so that there is one."""
        body = claimed.effect.body
        link = RemoteLink(str(body["global_id"]), str(body["url"]), str(body["title"]))
        if self.links.url_of(issue_id, link.global_id) == link.url:
            return done(already=not claimed.may_have_happened)
        _still_ours(confirm)
        return self._verdict(self.links.put(issue_id, link), issue_id)

    # ------------------------------------------------------------ splitting

    def _split(self, claimed: Claimed, issue_id: int, confirm: Confirm) -> Verdict:
        key = claimed.effect.key
        # Even at the first try, as with comments.
        if made := self.siblings.made(issue_id, key):
            return done(issue=made)
        link_type = self.siblings.link_type()
        if link_type is None:
            return failed("this Jira has no issue links: without one the new task could be made twice")
        sibling = Sibling(issue_id, claimed.effect.body["fields"], key)
        _still_ours(confirm)
        sent = self.siblings.create(sibling, link_type)
        return done(issue=sent.answer) if sent.outcome is Outcome.APPLIED else self._verdict(sent, issue_id)

    # ------------------------------------------------------------ how it went

    def _verdict(self, sent: Sent, issue_id: int) -> Verdict:
        if sent.outcome is Outcome.APPLIED:
            return done()
        if sent.outcome is Outcome.UNKNOWN:
            return later(f"{sent.said} (looked for before it is done again)", IN_FLIGHT_SECONDS)
        if sent.outcome is Outcome.NOT_SENT:
            return later(sent.said, sent.wait_seconds, _held_by(sent))
        if sent.status == NOT_FOUND and self.writes.status_of(issue_id) is None:
            return dropped(GONE)
        return failed(sent.said)


def _still_ours(confirm: Confirm, noted: dict[str, str] | None = None) -> None:
    if not confirm(noted=noted):
        raise ClaimLostError


def _held_by(sent: Sent) -> str | None:
    if sent.wait_seconds is None:
        return None
    return "site" if sent.whole_site else "issue" if sent.one_issue else "kind"
