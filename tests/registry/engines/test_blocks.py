import subprocess
import sys

from tests.installation import PROJECT

FAULTS = """
import resource
import sys
import numpy as np
from registry.engines.blocks import keep_blocks
if sys.argv[1] == "kept":
    assert keep_blocks()
held, before = np.ones(1 << 17), resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(200):
    moved = held - 1, held + 1, held * 2, held / 2
    del moved
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_memory_that_comes_and_goes_is_touched_for_the_first_time_once():
    faults = {
        how: int(
            subprocess.run(
                [sys.executable, "-c", FAULTS, how], cwd=PROJECT, capture_output=True, text=True, check=True
            ).stdout
        )
        for how in ("kept", "as it is")
    }
    assert faults["kept"] * 10 < faults["as it is"], faults
