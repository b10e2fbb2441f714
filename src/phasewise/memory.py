"""How the process uses memory; `cli` settles it once, before anything else runs."""

import ctypes
import gc

M_ARENA_MAX = -8
"""glibc's number for the most heaps that `malloc` keeps (malloc.h)."""


def tune_memory() -> None:
    """Collect garbage seldom, and keep one heap for all threads.

    Answers and rows are trees that are gone with their last reader: a collector that walks all of them at
    every 700 allocations costs a fifth of a synchronisation and finds nothing. A heap for each thread that
    reads Jira would stay as large as the largest answer that the thread ever read.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    except (AttributeError, OSError):
        return  # another libc, which has its own ways
