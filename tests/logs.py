"""The log as it was before a test that ran a command in its own process."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from phasewise.masking import hide

TOUCHED = (logging.getLogger(), logging.getLogger("phasewise"), logging.getLogger("dbos"))


@contextmanager
def log_as_it_was() -> Iterator[None]:
    """Whatever a command sets up is taken back at the end."""
    before = [(one, one.handlers[:], one.level, one.propagate) for one in TOUCHED]
    hooks = sys.excepthook, threading.excepthook
    try:
        yield
    finally:
        for one, handlers, level, propagate in before:
            one.handlers[:], one.propagate = handlers, propagate
            one.setLevel(level)
        sys.excepthook, threading.excepthook = hooks
        structlog.reset_defaults()
        hide(())
