"""The engine that runs the jobs, so that what one node begins another can end: the only module that knows it.

A tick puts a job into a queue of the database, where it waits or runs at most once over all nodes. One of
them takes it; what a dead one had taken goes back into the queue. `worker.shift` starts and stops it.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, WorkflowStatus, error

from phasewise.errors import PhasewiseError, RetiredError, StoreError
from phasewise.log import get_log
from phasewise.usecases.deps import Deps
from phasewise.worker.jobs import Job

log = get_log("engine")

NAME = "phasewise"
VERSION = "1"
"""Constant: work that a release left in the queue is done by the next one."""

AT_ONCE = 4
QUEUE_LOOK_SECONDS = 0.2
CONNECTIONS = 8
THREADS = 16
PRUNE_SECONDS = 600.0
PRUNED_AT_ONCE = 500
KEPT_SECONDS = 3600.0
REPEAT_SECONDS = 30.0
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
WAITING = ["ENQUEUED", "PENDING"]

_engine: "Engine | None" = None
"""The engine of this process: a workflow is a function of the module and finds its job here."""


@DBOS.workflow(name="job")
def _job(name: str) -> None:
    if _engine is not None:
        _engine.run(name)


@DBOS.workflow(name="scheduled_job")
def _scheduled_job(_at: datetime, name: str) -> None:
    if _engine is not None:
        _engine.run(name)


class Engine:
    """Runs jobs at this node, until it is stopped. There is one at a time in a process."""

    def __init__(self, deps: Deps, jobs: Sequence[Job], node_id: str) -> None:
        self._deps = deps
        self._jobs = {job.name: job for job in jobs}
        self._node_id = node_id
        self._queue = f"site-{deps.site_id}"
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="ticker", daemon=True)
        self._running: list[str] = []
        self._cut: list[str] = []
        self._idle: set[str] = set()
        self._changed = threading.Condition()

    # ---------------------------------------------------------------- life

    def start(self) -> None:
        """Open the engine's tables in our database, and begin. Raises StoreError where that cannot be."""
        global _engine
        _speak_seldom()
        try:
            DBOS(config=_config(self._deps, self._node_id))
            DBOS.listen_queues([self._queue])
            DBOS.launch()
            DBOS.register_queue(
                self._queue, worker_concurrency=AT_ONCE, polling_interval_sec=QUEUE_LOOK_SECONDS
            )
            self._schedule()
        except Exception as failure:  # it hands on whatever its drivers raise
            DBOS.destroy()
            raise StoreError(f"The engine cannot use the database {self._deps.database.name}") from failure
        _engine = self
        self._ticker.start()

    def stop(self, patience_seconds: float = 1.0) -> None:
        """Begin nothing more, wait so long for what runs, cut what still does between two transactions."""
        global _engine
        self._stop.set()
        if self._ticker.is_alive():
            self._ticker.join()
        self._wait_for_jobs(patience_seconds)
        self._deps.database.retire()
        self._wait_for_jobs(1.0)
        for name in self._cut:
            self._attempt(name, partial(self._enqueue, name))
        _engine = None
        DBOS.destroy()

    def _schedule(self) -> None:
        for job in self._jobs.values():
            if job.cron is not None:
                DBOS.apply_schedules(
                    [
                        {
                            "schedule_name": f"{self._queue}-{job.name}",
                            "workflow_fn": _scheduled_job,
                            "schedule": job.cron,
                            "cron_timezone": job.zone,
                            "context": job.name,
                            "queue_name": self._queue,
                        }
                    ]
                )

    def _wait_for_jobs(self, patience_seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._running, patience_seconds)

    # ---------------------------------------------------------------- ticks

    def _tick(self) -> None:
        """Look, job by job, whether its time has come. A tick that was missed is not made up for."""
        due = {job.name: time.monotonic() for job in self._jobs.values() if job.every_seconds is not None}
        prune_at = time.monotonic() + PRUNE_SECONDS
        while not self._stop.wait(max(0.0, min([prune_at, *due.values()]) - time.monotonic())):
            for name in [name for name, at in due.items() if at <= time.monotonic()]:
                self._attempt(name, partial(self._look, self._jobs[name]))
                due[name] = time.monotonic() + (self._jobs[name].every_seconds or 0.0)
            if prune_at <= time.monotonic():
                self._attempt("prune", self.prune)
                prune_at = time.monotonic() + PRUNE_SECONDS

    def _attempt(self, name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except PhasewiseError as failure:
            log.warning("job_not_begun", job=name, error=str(failure))
            self._stop.wait(1.0)
        except Exception:  # whatever it is, it must not end the only thread that begins jobs
            log.exception("tick_crashed", job=name)
            self._stop.wait(1.0)

    def _look(self, job: Job) -> None:
        if job.name not in self._running and job.is_due() and not self._waits(job.name):
            self._enqueue(job.name)

    def _waits(self, name: str) -> bool:
        """Whether the job waits or runs at any node already."""
        found = DBOS.list_workflows(status=WAITING, queue_name=self._queue, load_output=False)
        return any(workflow.input and name in workflow.input["args"] for workflow in found)

    def _enqueue(self, name: str) -> None:
        try:
            with SetEnqueueOptions(deduplication_id=name):
                DBOS.enqueue_workflow(self._queue, _job, name)
        except error.DBOSQueueDeduplicatedError:
            pass  # another node was faster

    # ---------------------------------------------------------------- runs

    def run(self, name: str) -> None:
        """Do a job that was taken from the queue. What it raises is logged: its next time will come."""
        job = self._jobs.get(name)
        if job is None:
            log.warning("job_unknown", job=name)  # of another release
            return
        with self._changed:
            self._running.append(name)
        try:
            job.run()
        except RetiredError:
            self._cut.append(name)
        except PhasewiseError as failure:
            log.warning("job_failed", job=name, error=str(failure))
        except Exception:  # it must not end the engine, and there is nobody else to tell
            log.exception("job_crashed", job=name)
        finally:
            with self._changed:
                self._running.remove(name)
                self._changed.notify_all()

    def take_over(self, alive: Collection[str]) -> int:
        """Put back into the queue what nodes had taken that are not `alive`, and what this one took and does
        not do, at two looks in a row: a database that crashes meanwhile leaves it so; how much that was."""
        taken = DBOS.list_workflows(status="PENDING", queue_name=self._queue, load_output=False)
        idle = {one.workflow_id for one in taken if one.executor_id == self._node_id and not self._runs(one)}
        lost = [one.workflow_id for one in taken if one.executor_id not in alive]
        lost += sorted((idle & self._idle).difference(lost))
        self._idle = idle.difference(lost)
        if lost:
            DBOS.resume_workflows(lost, queue_name=self._queue)
            log.info("work_taken_over", jobs=len(lost))
        return len(lost)

    def _runs(self, workflow: WorkflowStatus) -> bool:
        args = workflow.input["args"] if workflow.input else ()
        return any(name in args for name in self._running)

    def prune(self, keep_seconds: float = KEPT_SECONDS) -> int:
        """Forget what ended longer ago than that; how much. A poll every second must not fill the disk."""
        before = (datetime.now(UTC) - timedelta(seconds=keep_seconds)).isoformat()
        pruned = 0
        while not self._stop.is_set():
            ended = DBOS.list_workflows(
                status=OVER,
                completed_before=before,
                limit=PRUNED_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if not ended:
                break
            DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
            pruned += len(ended)
        return pruned


def _config(deps: Deps, node_id: str) -> DBOSConfig:
    return {
        "name": NAME,
        "system_database_url": deps.database.address,
        "application_version": VERSION,
        "executor_id": node_id,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "enable_otlp": False,
        "use_listen_notify": False,
        "max_executor_threads": THREADS,
        "db_engine_kwargs": {
            "pool_size": CONNECTIONS,
            "max_overflow": THREADS,
            "connect_args": {"application_name": node_id},
        },
    }


class _Seldom(logging.Filter):
    """Lets a complaint through once in a while: each thread of the engine says several times a second that
    the database is away."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        what, now = str(record.msg)[:60], time.monotonic()
        self._said = {text: at for text, at in self._said.items() if now - at < REPEAT_SECONDS}
        return self._said.setdefault(what, now) == now


def _speak_seldom() -> None:
    spoken = logging.getLogger("dbos")
    if not any(isinstance(one, _Seldom) for one in spoken.filters):
        spoken.addFilter(_Seldom())
