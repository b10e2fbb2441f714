"""What everybody does with their own account: change the password, see and end sessions."""

from dataclasses import dataclass

from phasewise.errors import BadRequestError
from phasewise.i18n.languages import LANGUAGES
from phasewise.i18n.speaking import _, marked
from phasewise.store import accounts, attempts, sessions
from phasewise.store.audit_log import Entry, add_entry
from phasewise.store.sessions import Session
from phasewise.usecases.accounts import passwords
from phasewise.usecases.accounts.session import Known, SignedIn, begin, is_over, revoke_tokens
from phasewise.usecases.accounts.throttle import Client, count_attempt, key_of
from phasewise.usecases.deps import Deps

WRONG = marked("The current password is not right")


@dataclass(frozen=True, slots=True)
class NewPassword:
    """The password there is and the one there is to be; `with_tokens`: API tokens are revoked, too."""

    current: str
    password: str
    with_tokens: bool = False


def change_password(deps: Deps, known: Known, wanted: NewPassword, client: Client) -> SignedIn:
    """A new password; every session ends and this browser gets a new one.

    Raises BadRequestError where the current one is wrong or the new one bad, TooOftenError.
    """
    account = known.account
    key = key_of("device", f"change:{account.account_id}")
    with deps.database.write() as connection:
        count_attempt(connection, deps.site_id, [key], deps.now())
    if not passwords.matches(wanted.current, account.password):
        raise BadRequestError(_(WRONG))
    passwords.require_good(wanted.password, account.email, account.name)
    kept = passwords.hashed(wanted.password)
    with deps.database.write() as connection:
        attempts.forgive(connection, deps.site_id, key)
        accounts.change(connection, deps.site_id, account.account_id, password=kept)
        sessions.end_sessions(connection, deps.site_id, account.account_id)
        sessions.drop_links(connection, deps.site_id, account_id=account.account_id, purpose="password")
        if wanted.with_tokens:
            revoke_tokens(connection, deps, account, client)
        entry = Entry(deps.now(), account.email, "password.changed", account.email, {}, client.address[:64])
        add_entry(connection, deps.site_id, entry)
        return begin(connection, deps, account, client, "password change")


def choose_language(deps: Deps, known: Known, language: str) -> None:
    """In which language somebody has the pages; empty: as the browser says. Raises BadRequestError."""
    if language and language not in LANGUAGES:
        raise BadRequestError(_("This language is not known; choose one of the list"))
    account = known.account
    with deps.database.write() as connection:
        accounts.change(connection, deps.site_id, account.account_id, language=language or None)
        detail = {"language": language or None}
        entry = Entry(deps.now(), account.email, "account.language", account.email, detail)
        add_entry(connection, deps.site_id, entry)


def own_sessions(deps: Deps, known: Known) -> list[Session]:
    """Where the account is signed in, the one seen last first."""
    with deps.database.read() as connection:
        found = sessions.sessions_of(connection, deps.site_id, known.account.account_id)
    return [session for session in found if not is_over(session, deps.now())]


def end_own_session(deps: Deps, known: Known, session_id: str | None) -> None:
    """End one session of the account; None: every one but this."""
    site_id, account = deps.site_id, known.account
    with deps.database.write() as connection:
        if session_id is None:
            sessions.end_sessions(connection, site_id, account.account_id, but=known.session.digest)
        else:
            for one in sessions.sessions_of(connection, site_id, account.account_id):
                if one.session_id == session_id:
                    sessions.end_session(connection, site_id, one.digest)
        subject = "all others" if session_id is None else session_id[:36]
        add_entry(connection, site_id, Entry(deps.now(), account.email, "session.ended", subject))
