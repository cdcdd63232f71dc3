"""What a piece of work took, printed as JSON: shared by the contenders' programs, in whose environments little is there."""

import json
import resource
import sys
import time


def report(work):
    """Run it once; the last line printed is its figures, and what it returned, a dictionary."""
    began, before = time.perf_counter(), _cpu()
    found = work()
    wall, cpu = time.perf_counter() - began, _cpu() - before
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    json.dump({"wall": wall, "cpu": cpu, "peak_mb": peak, **found}, sys.stdout)


def _cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
