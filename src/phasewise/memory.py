"""How the process uses memory; `cli` settles it once, before anything else runs."""

import ctypes
import gc

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""glibc's numbers (malloc.h): the size from which on a block has pages of its own, and the most heaps."""
OWN_PAGES = 256 * 1024


def tune_memory() -> None:
    """Collect garbage seldom, and keep one heap for all threads.

    Answers and rows are trees that are gone with their last reader: a collector that walks all of them at
    every 700 allocations costs a fifth of a synchronisation and finds nothing. A heap for each thread that
    reads Jira would stay as large as the largest answer that the thread ever read. An answer has pages of its
    own, which go back with it: among smaller blocks each leaves a hole in the heap that nothing else fills.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, OWN_PAGES)
    except (AttributeError, OSError):
        return  # another libc, which has its own ways
