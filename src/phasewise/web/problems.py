"""Every error as an RFC 9457 problem document. Says what is wrong, never what was sent nor where it broke."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from phasewise.errors import PhasewiseError, TooOftenError
from phasewise.i18n.speaking import _, marked
from phasewise.log import get_log

PROBLEM_TYPE = "application/problem+json"
TITLES = {
    400: marked("Bad request"),
    401: marked("Not authorised"),
    403: marked("Not allowed"),
    404: marked("Not found"),
    405: marked("Method not allowed"),
    408: marked("Too slow"),
    413: marked("Too large"),
    415: marked("Encoding not taken"),
    422: marked("Bad request"),
    429: marked("Too often"),
    500: marked("Something went wrong"),
    503: marked("Not now"),
}

MISSING = marked("Field required")
"""What pydantic says of a parameter that was not given."""

UNAVAILABLE = marked(
    "This cannot be answered at the moment; try again soon, or look into the log of the service"
)

log = get_log(__name__)


class Problem(BaseModel):
    """What is wrong: the `title` names the kind of trouble, `detail` says it in a sentence."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class UnauthorisedError(PhasewiseError):
    """No token, or one that is unknown, expired or revoked."""

    http_status = 401
    title = TITLES[401]


def problem(
    status: int, detail: str, title: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    """The response for one problem."""
    body = Problem(title=title or TITLES.get(status, "Error"), status=status, detail=detail)
    return Response(body.model_dump_json(), status, headers, PROBLEM_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer, for the OpenAPI document."""
    schema = Problem.model_json_schema()
    return {
        status: {"description": TITLES[status], "content": {PROBLEM_TYPE: {"schema": schema}}}
        for status in statuses
    }


def add_problem_handlers(app: FastAPI) -> None:
    """From here on, everything that goes wrong in `app` is answered as a problem."""
    app.add_exception_handler(PhasewiseError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _known(request: Request, error: Exception) -> Response:
    if not isinstance(error, PhasewiseError):
        return _unexpected(request, error)
    if error.http_status >= 500:
        # The sentence is for whoever runs the service: it may name files and hosts.
        log.error("request_failed", route=_route(request), error=str(error))
        return problem(error.http_status, _(UNAVAILABLE), error.title, {"retry-after": "5"})
    headers = {"www-authenticate": 'Bearer realm="phasewise"'} if error.http_status == 401 else None
    if isinstance(error, TooOftenError):
        headers = {"retry-after": str(error.wait_seconds)}
    return problem(error.http_status, str(error), error.title, headers)


def _invalid(request: Request, error: Exception) -> Response:
    """Names each parameter and its trouble. What was sent is not echoed: it may not even be printable."""
    entries = error.errors() if isinstance(error, RequestValidationError) else []
    sentences = [f"{entry['loc'][-1]}: {_(entry['msg'])}" for entry in entries]
    return problem(422, "; ".join(sentences) or _("The request cannot be understood"))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unexpected(request, error)
    details = {404: _("There is nothing at this address"), 405: _("This address does not take that method")}
    return problem(error.status_code, details.get(error.status_code, error.detail), headers=_plain(error))


def _route(request: Request) -> str | None:
    """The route as it was declared: what was really asked for may hold anything, line breaks too."""
    return getattr(request.scope.get("route"), "path", None)


def _plain(error: HTTPException) -> dict[str, str] | None:
    return dict(error.headers) if error.headers else None


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request_crashed", route=_route(request), exc_info=error)
    return problem(500, _("The server could not answer; its log says why"))
