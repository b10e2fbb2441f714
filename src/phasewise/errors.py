"""Errors a user can do something about. Each says what is wrong and what to do, in one line.

The command line prints the text and exits 1; the web answers a problem document with `http_status`.
"""

from phasewise.masking import masked


class PhasewiseError(Exception):
    """Base of all of them. `title` names the kind of trouble; `str(error)` is the whole sentence."""

    http_status = 500
    title = "Something went wrong"

    def __str__(self) -> str:
        return masked(super().__str__())


class SettingsError(PhasewiseError):
    """One or more settings are missing or wrong: all of them at once, by variable name, never the value."""

    title = "Settings"


class StoreError(PhasewiseError):
    """The database cannot be opened or used (locked, newer, full, unreachable)."""

    http_status = 503
    title = "Database"


class CannotHoldError(StoreError):
    """A text or number that is beyond what a column can hold: whoever gave it should give another."""

    http_status = 422
    title = "Bad request"


class RetiredError(StoreError):
    """Work was told to end: whoever asked for it has stopped, or has lost the right to go on."""


class JiraError(PhasewiseError):
    """Jira refused, failed or could not be reached. `retryable` says whether the same call may work later."""

    http_status = 502
    title = "Jira"

    def __init__(self, message: str, *, retryable: bool = False, status: int | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.status = status


class NotFoundError(PhasewiseError):
    http_status = 404
    title = "Not found"


class BadRequestError(PhasewiseError):
    """A parameter that cannot be understood (an `as_of` in the future, a malformed cursor)."""

    http_status = 422
    title = "Bad request"


class ForbiddenError(PhasewiseError):
    """Somebody who is known, and may not do this."""

    http_status = 403
    title = "Not allowed"


class TooOftenError(PhasewiseError):
    """Tried too often; it may be tried again after `wait_seconds`."""

    http_status = 429
    title = "Too often"

    def __init__(self, message: str, wait_seconds: int) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class ConflictError(PhasewiseError):
    """What is asked for no longer fits what is there."""

    http_status = 409
    title = "Not possible now"
