"""GET /metrics, for Prometheus: what this process counted, and what the store holds at this moment.

Who asks on the same machine, by a loopback name and not through a proxy, needs no token; others do.
"""

import platform
import time
from collections.abc import Iterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phasewise import __version__
from phasewise.errors import StoreError
from phasewise.log import get_log
from phasewise.meters import HTTP_REQUESTS, REGISTRY
from phasewise.usecases.show_load import Load, show_load
from phasewise.web.deps import Given
from phasewise.web.problems import UnauthorisedError
from phasewise.web.visitors import TOKEN_WANTED, by_token, is_this_machine, token_of

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMEASURED = frozenset({"/events"})
"""It lasts as long as somebody looks: that says nothing of how quick we are."""

router = APIRouter(include_in_schema=False)
log = get_log(__name__)


class Timed:
    """Measures every request, by its route as it was declared: what was really asked for may be anything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = route_of(scope)
            if route not in UNMEASURED:
                method = scope["method"] if scope["method"] in METHODS else "other"
                HTTP_REQUESTS.labels(method, route, str(status)).observe(time.perf_counter() - began)


def route_of(scope: Scope) -> str:
    """The template of the route that answered; `static` for files, `none` where nothing is."""
    route = getattr(scope.get("route"), "path", None)
    if isinstance(route, str):
        return route
    return "static" if scope["path"].startswith("/static/") else "none"


def let_in(request: Request, deps: Given) -> None:
    """Raises UnauthorisedError for those who are neither on this machine nor hold a token."""
    token = token_of(request)
    if token is not None:
        by_token(deps, token)
    elif not is_this_machine(request):
        raise UnauthorisedError(TOKEN_WANTED)


@router.get("/metrics", dependencies=[Depends(let_in)])
def get_metrics(request: Request, deps: Given) -> Response:
    """In Prometheus' text format. Without a database it has what this process counted."""
    load: Load | None
    try:
        load = show_load(deps)
    except StoreError as error:
        log.warning("metrics_without_store", error=str(error))
        load = None
    now = CollectorRegistry()
    now.register(Now(load, deps.database.dialect, request.app.state.live.open_streams))
    return Response(generate_latest(REGISTRY) + generate_latest(now), media_type=CONTENT_TYPE_LATEST)


class Now(Collector):
    """What holds at this moment. `load` is None where the database does not answer."""

    def __init__(self, load: Load | None, dialect: str, open_streams: int) -> None:
        self._load = load
        self._dialect = dialect
        self._open_streams = open_streams

    def collect(self) -> Iterator[Metric]:
        build = {"version": __version__, "python": platform.python_version(), "database": self._dialect}
        yield InfoMetricFamily("phasewise_build", "What runs here.", build)
        yield _one("phasewise_event_streams", "Open pages that are kept up to date.", self._open_streams)
        yield _one("phasewise_store_up", "1 where the database answers.", int(self._load is not None))
        if self._load is not None:
            yield from _sync(self._load)
            yield from _work(self._load)


def _sync(load: Load) -> Iterator[Metric]:
    sync = load.sync
    if sync.lag_seconds is not None:
        yield _one(
            "phasewise_sync_lag_seconds", "How far behind Jira's clock the store is.", sync.lag_seconds
        )
    if sync.last_success_at is not None:
        yield _one(
            "phasewise_sync_last_success_timestamp_seconds",
            "When Jira was last read completely.",
            sync.last_success_at / 1000,
        )
    yield _one("phasewise_sync_failing", "1 where the last synchronisation failed.", int(load.is_failing))
    yield _one("phasewise_sync_stopped", "1 where Jira is asked nothing more.", int(load.is_stopped))


def _work(load: Load) -> Iterator[Metric]:
    deliveries = GaugeMetricFamily("phasewise_deliveries", "Deliveries kept, by state.", labels=["state"])
    for delivery, number in load.deliveries.items():
        deliveries.add_metric([delivery], number)
    yield deliveries
    yield _one(
        "phasewise_inbox_oldest_seconds",
        "How long the oldest delivery waits; 0 where none does.",
        load.oldest_delivery_seconds or 0.0,
    )
    effects = GaugeMetricFamily("phasewise_effects", "Effects kept, by state.", labels=["state"])
    for effect, number in load.effects.items():
        effects.add_metric([effect.value], number)
    yield effects
    mails = GaugeMetricFamily(
        "phasewise_report_mails", "Mails of weekly reports kept, by state.", labels=["state"]
    )
    for state, number in load.report_mails.items():
        mails.add_metric([state.value], number)
    yield mails
    yield _one(
        "phasewise_report_overdue",
        "1 where a weekly report should have been sent.",
        int(load.is_report_overdue),
    )
    findings = GaugeMetricFamily("phasewise_findings_open", "Open findings.", labels=["rule", "severity"])
    for (rule, severity), number in sorted(load.findings.items()):
        findings.add_metric([rule.value, severity.value], number)
    yield findings


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)
