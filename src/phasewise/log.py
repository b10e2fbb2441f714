"""Structured logs: one fixed event name each, data as fields, to standard error. No secret ever.

What libraries log goes the same way: its event is the library's name, what it said is `message`. A line that
cannot be written is lost; the service goes on.
"""

import logging
import os
import sys
import threading
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

from phasewise.masking import masked
from phasewise.meters import LOG_EVENTS

OURS = "phasewise"
OWN_HANDLERS = ("dbos",)
"""Libraries that would write by themselves, past the format and past the masking."""

_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_SPREADING = (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Line ends that are not in ASCII, and what turns the direction of the text around it."""
_ESCAPES = _CONTROLS | {code: f"\\u{code:04x}" for code in _SPREADING}
_IN_TRACEBACKS = {code: text for code, text in _ESCAPES.items() if code != 0x0A}


def configure_log(log_format: str, level: int = logging.INFO) -> None:
    """Set up the log of this process, once. `log_format` is `json` or `console`."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = ProcessorFormatter(
        foreign_pre_chain=[*shared, _of_a_library],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_secrets,
            *_rendering(log_format),
        ],
    )
    handler = Lines()
    handler.setFormatter(formatter)
    _take_over(handler, level)
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: logging.getLogger(OURS),
        cache_logger_on_first_use=True,
    )


def get_log(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger bound to the name of the module that speaks."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return log


class Lines(logging.Handler):
    """Writes each line at once, past Python's buffers: what a full disk refuses must not come back later."""

    def emit(self, record: logging.LogRecord) -> None:
        LOG_EVENTS.labels(record.levelname.lower()).inc()
        try:
            rest = (self.format(record) + "\n").encode(errors="backslashreplace")
            while rest:
                rest = rest[os.write(2, rest) :]
        except Exception:  # Whatever a line meets, the work that it tells of goes on.
            return


def open_standard_streams() -> None:
    """Give the numbers 0 to 2 back to what they stand for where they were closed before the start: the next
    file to be opened, perhaps the database, would have them, and be written to by mistake."""
    for number, mode, name in ((0, "r", "stdin"), (1, "w", "stdout"), (2, "w", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  (for good)


# ------------------------------------------------------------------ who writes


def _take_over(handler: logging.Handler, level: int) -> None:
    """Everything that is logged comes by this handler: ours from `level` on, of libraries what is amiss."""
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours.setLevel(level)
    for name in OWN_HANDLERS:
        logging.getLogger(name).handlers[:] = [handler]
        logging.getLogger(name).propagate = False
    sys.excepthook = _process_crashed
    threading.excepthook = _thread_crashed


def _process_crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    get_log("log").critical("process_crashed", exc_info=(kind, error, trace))


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    name = crash.thread.name if crash.thread else None
    error = crash.exc_value or crash.exc_type()
    get_log("log").critical("thread_crashed", thread=name, exc_info=error)


# ------------------------------------------------------------------ what is written


def _of_a_library(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    record: logging.LogRecord = line["_record"]
    line["message"], line["event"] = line["event"], record.name
    return line


def _without_secrets(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    return {name: _safe(value) for name, value in line.items()}


def _safe(value: Any) -> Any:
    """The value without secrets; what is no plain data is told as Python shows it."""
    if isinstance(value, str):
        return masked(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {masked(str(name)): _safe(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(entry) for entry in value]
    return masked(repr(value))


def _rendering(log_format: str) -> tuple[Processor, ...]:
    if log_format == "json":
        return (structlog.processors.JSONRenderer(),)
    plain = structlog.dev.plain_traceback
    return _on_one_line, structlog.dev.ConsoleRenderer(colors=os.isatty(2), exception_formatter=plain)


def _on_one_line(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    """Nothing in a value can begin another line, move the cursor, or colour the terminal. The lines of a
    traceback are indented, so that none of them can be taken for an event."""
    trace = line.pop("exception", None)
    shown: EventDict = {name: _printable(value) for name, value in line.items()}
    if trace is not None:
        lines = str(trace).translate(_IN_TRACEBACKS).splitlines()
        shown["exception"] = "\n".join(f"    | {text}" for text in lines)
    return shown


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, dict | list):
        return str(value).translate(_ESCAPES)
    return value
