"""Blocks of memory that numpy asks for and gives back for every chunk, kept for the next one.

glibc fetches blocks of more than 128 KiB from the system one by one at first, and touching a page of fresh memory costs
more than the arithmetic on it. mallopt(3) has the two settings; where there is no glibc nothing happens.
"""

from __future__ import annotations

import ctypes
import functools

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES, MOST_FREE_BYTES = 4 << 20, 16 << 20


@functools.cache
def keep_blocks() -> bool:
    """Keep blocks of up to 4 MiB in this process, and at most 16 MiB of them unused; whether that was taken."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)) and bool(mallopt(M_TRIM_THRESHOLD, MOST_FREE_BYTES))
