"""Choose the sort that numpy uses in a worker: measured on this machine, before numpy is imported there.

numpy picks the sort with the widest instructions that the processor has. On some processors that one is several times
slower than the next (its compressing stores are microcode there), and a drift check is mostly sorting. Both are tried,
each in a process of its own, for a fraction of a second.
"""

from __future__ import annotations

import os
import subprocess
import sys

VARIABLE = "NPY_DISABLE_CPU_FEATURES"
WIDEST = "X86_V4 AVX512_SKX AVX512_ICL AVX512_SPR"
WORTH_IT = 0.8  # of the time; less is within the noise of a machine that does other things too
ANSWER_S = 60
TRIED = """
import time
from warnings import simplefilter
simplefilter("ignore")
import numpy as np
values, best = np.random.default_rng(1).normal(size=500_000), 9.0
for _ in range(5):
    room = values.copy()
    began = time.perf_counter()
    room.sort()
    best = min(best, time.perf_counter() - began)
print(best)
"""


def environment() -> dict[str, str]:
    """The variable to start a worker with; empty when numpy's own choice is best, or somebody has already chosen."""
    if VARIABLE in os.environ:
        return {}
    plain, narrower = _seconds({}), _seconds({VARIABLE: WIDEST})
    if plain is None or narrower is None or narrower > WORTH_IT * plain:
        return {}
    return {VARIABLE: WIDEST}


def _seconds(variables: dict[str, str]) -> float | None:
    """The best of a few sorts in a fresh interpreter; None when it does not answer."""
    command = [sys.executable, "-W", "ignore", "-c", TRIED]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, env={**os.environ, **variables}, capture_output=True, text=True, check=True, timeout=ANSWER_S
        )
        return float(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
