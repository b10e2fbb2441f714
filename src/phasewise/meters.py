"""What this process counts of itself: for GET /metrics. Whoever does the thing counts it here.

One registry of our own, so that no library adds to it. No label ever holds what somebody wrote.
"""

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

HTTP_REQUESTS = Histogram(
    "phasewise_http_request_duration_seconds",
    "How long requests took, by the route as it was declared.",
    ("method", "route", "status"),
    buckets=SECONDS,
    registry=REGISTRY,
)
JIRA_CALLS = Counter(
    "phasewise_jira_calls",
    "Exchanges with Jira by the status it answered; none: no whole answer came.",
    ("status",),
    registry=REGISTRY,
)
LOG_EVENTS = Counter(
    "phasewise_log_events",
    "Lines logged, by level: a rising number of errors is worth a look into the log.",
    ("level",),
    registry=REGISTRY,
)
JUDGED = Counter(
    "phasewise_judged",
    "Issues, projects and persons judged because something changed: one delivery costs a few of each.",
    ("what",),
    registry=REGISTRY,
)
REJUDGE_DIFFERENCES = Counter(
    "phasewise_rejudge_differences",
    "Rows that came out otherwise when everything was judged again at night: any at all is a fault.",
    registry=REGISTRY,
)
