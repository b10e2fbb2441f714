"""Passwords: what is a good one, and their argon2id hashes. Called by whatever sets or checks one."""

import threading
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _

SHORTEST = 12
LONGEST = 256
FEWEST_DIFFERENT = 6
ONE_AFTER_ANOTHER = (
    "abcdefghijklmnopqrstuvwxyz 01234567890123456789 qwertyuiopasdfghjklzxcvbnm passwordpassword"
)

_turns = threading.BoundedSemaphore(3)
"""A hash takes 64 MB for a moment: so many at once, the others wait."""


def require_good(password: str, *told: str) -> None:
    """Raises BadRequestError for one that is easily guessed; `told` is what others know of its owner."""
    if len(password) < SHORTEST:
        raise BadRequestError(_("The password is too short: use at least %(n)s characters", n=SHORTEST))
    if len(password) > LONGEST:
        raise BadRequestError(_("The password is too long: use at most %(n)s characters", n=LONGEST))
    folded = password.casefold()
    known = [part for one in told for part in (one.casefold(), *one.casefold().split("@"))]
    if len(set(folded)) < FEWEST_DIFFERENT or folded in ONE_AFTER_ANOTHER or folded in known:
        raise BadRequestError(
            _("The password is too easy to guess: use several words that do not belong together")
        )


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its own salt."""
    with _turns:
        return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. It takes as long where there is none, so that nobody learns of it."""
    with _turns:
        try:
            right = _hasher().verify(password[: LONGEST + 1], kept or _nobodys())
        except UnknownHashError:
            return False
    return right and kept is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody's password")
