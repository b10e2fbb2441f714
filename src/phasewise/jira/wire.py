"""One exchange with Jira: sent through the `jira` library's session, received whole, read as JSON.

`retry` calls it. Redirects are never followed, answers have a deadline and a size cap, and the library's
own `request` is passed by: it would read any amount of an error's body and raise it with its headers.
"""

import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import requests
import urllib3

from jira import JIRA
from phasewise import __version__
from phasewise.errors import JiraError
from phasewise.jira.access import JiraAccess
from phasewise.jira.clock import Clock
from phasewise.jira.pace import waiting
from phasewise.jira.trouble import (
    BrokenAnswerError,
    TooBigError,
    no_answer,
    no_json,
    rate_limited,
    refusal,
)
from phasewise.jira.watching import watch
from phasewise.meters import JIRA_CALLS

CHUNK = 65_536
TOO_LONG_FOR_AN_INTEGER = 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how large one answer may be. `total_seconds` bounds an answer that dribbles in."""

    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    total_seconds: float = 180.0
    bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` starts with a slash, behind the API base. `shrink` drops from the JSON of the
    answer what nobody needs, as soon as it is read. The answer to a write may be empty."""

    method: str
    path: str
    params: Mapping[str, str | int] | None = None
    body: Any = None
    shrink: Callable[[Any], None] | None = None
    is_write: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytearray


class Wire:
    """Exchanges with one Jira from any number of threads: each exchange has a library client to itself."""

    def __init__(self, access: JiraAccess, clock: Clock, bounds: Bounds) -> None:
        self.access = access
        self._clock = clock
        self._bounds = bounds
        self._idle: queue.SimpleQueue[JIRA] = queue.SimpleQueue()
        self._count_lock = threading.Lock()
        self._reading = threading.Lock()
        self.exchanges = 0

    def exchange(self, request: Request) -> tuple[Any, Mapping[str, str]]:
        """The JSON of a 2xx answer and its headers; JiraError (one of `trouble`'s) for everything else."""
        with self._count_lock:
            self.exchanges += 1
        status = "none"
        try:
            with self._client() as client:
                answer = self._send(client, request)
            status = str(answer.status)
        except (requests.exceptions.RequestException, ValueError) as error:
            raise no_answer(error, self.access) from None
        finally:
            JIRA_CALLS.labels(status).inc()
        return self._read(request, answer), answer.headers

    def close(self) -> None:
        """Close the connections that are idle."""
        while not self._idle.empty():
            self._idle.get_nowait()._session.close()

    @contextmanager
    def _client(self) -> Iterator[JIRA]:
        try:
            client = self._idle.get_nowait()
        except queue.Empty:
            client = self._new_client()
        try:
            yield client
        finally:
            self._idle.put(client)

    def _new_client(self) -> JIRA:
        access = self.access
        client = JIRA(
            server=access.api,
            options={"headers": {"User-Agent": f"phasewise/{__version__}", "Accept": "application/json"}},
            basic_auth=(access.email, access.token) if access.email else None,
            token_auth=None if access.email else access.token,
            get_server_info=False,
            max_retries=0,
            timeout=(self._bounds.connect_seconds, self._bounds.read_seconds),
            logging=False,
        )
        watch(client._session)
        return client

    def _send(self, client: JIRA, request: Request) -> Answer:
        session = client._session
        prepared = session.prepare_request(
            requests.Request(
                request.method,
                client.server_url + request.path,
                params=request.params,
                data=None if request.body is None else orjson.dumps(request.body),
            )
        )
        surroundings = session.merge_environment_settings(prepared.url, {}, True, None, None)
        deadline = self._clock.monotonic() + self._bounds.total_seconds
        with waiting():
            response = session.send(prepared, timeout=session.timeout, allow_redirects=False, **surroundings)
        with response:
            return Answer(response.status_code, response.headers, self._body(response, deadline))

    def _body(self, response: requests.Response, deadline: float) -> bytearray:
        """The whole body. `read1` returns what there is, so that a slow drip meets its deadline."""
        body = bytearray()
        host = self.access.host
        try:
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._bounds.bytes:
                    raise TooBigError(f"{host} sent more than {self._bounds.bytes >> 20} MiB in one answer")
                if self._clock.monotonic() > deadline:
                    raise BrokenAnswerError(
                        f"{host} did not finish its answer within {self._bounds.total_seconds:.0f} s: "
                        "check the network, or try again later",
                        retryable=True,
                    )
        except (urllib3.exceptions.HTTPError, OSError):
            raise BrokenAnswerError(
                f"The answer of {host} broke off in the middle: try again later", retryable=True
            ) from None
        return body

    def _read(self, request: Request, answer: Answer) -> Any:
        is_json = "json" in answer.headers.get("Content-Type", "").lower()
        if answer.status == 429:
            raise rate_limited(answer.headers, self._clock.now())
        if not 200 <= answer.status < 300:
            raise refusal(
                answer.status, answer.headers, _said(answer.content) if is_json else "", self.access
            )
        if request.is_write and not answer.content:
            return None
        if not is_json:
            raise no_json(answer.status, self.access)
        with self._reading:  # read, an answer is many times larger: only one at a time is in its full size
            data = loads(answer.content, self.access.host)
            if request.shrink is not None:
                request.shrink(data)
        return data


def loads(content: bytearray, host: str) -> Any:
    """JSON, also with what orjson refuses: lone surrogates, invalid UTF-8, NaN, endless integers.

    Those are single values; the page around them is good, and `translate` judges them issue by issue.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(
            content.decode("utf-8", "replace"),
            strict=False,
            parse_int=lambda digits: int(digits) if len(digits) < TOO_LONG_FOR_AN_INTEGER else digits,
            parse_constant=lambda _: None,
        )
    except (ValueError, RecursionError):
        raise BrokenAnswerError(
            f"The answer of {host} is no whole JSON: it was cut on its way; try again later", retryable=True
        ) from None


def _said(content: bytearray) -> str:
    """Jira's own error messages, in the shapes it has for them."""
    try:
        said = loads(content[:CHUNK], "")
    except JiraError:
        return ""
    if not isinstance(said, dict):
        return ""
    messages = said.get("errorMessages")
    errors = said.get("errors")
    parts = [str(part) for part in messages] if isinstance(messages, list) else []
    parts += [str(part) for part in errors.values()] if isinstance(errors, dict) else []
    parts += [str(part) for part in errors] if isinstance(errors, list) else []
    alone = (said.get(name) for name in ("message", "errorMessage", "error", "detail"))
    return "; ".join(parts) or next((text for text in alone if isinstance(text, str) and text), "")
