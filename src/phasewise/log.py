"""Structured logs: one fixed event name each, data as fields, to standard error. No secret ever."""

import logging
import sys

import structlog


def configure_log(log_format: str, level: int = logging.INFO) -> None:
    """Set up structlog once per process. `log_format` is `json` or `console`."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def get_log(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger bound to the name of the module that speaks."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return log
