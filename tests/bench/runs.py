"""What stands around a check: message, claim, record, audit. Small checks on real workers, one alone and many at once."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from platform_site.roof.launcher import programs
from platform_site.roof.launcher.broker import Broker
from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.processes import Program
from tests.bench.scratch import manage, migrate, scratch_environment
from tests.bench.servers import PROJECT

ALONE, MANY, SMALL = 40, 400, 5
GOAL_MS, GOAL_A_SECOND = 50, 20
FILL = """
import numpy, pyarrow, pyarrow.parquet
from django.conf import settings
from platform_site.access import SYSTEM
from registry.checks.actions import checks
from registry.data.actions import datasets
root = settings.DATA_ROOTS[0]
root.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(5)
for name in ("before", "after"):
    rows = {"id": numpy.arange(1_000), "day": numpy.datetime64("2024-01-01") + numpy.arange(1_000) // 10}
    rows |= {f"x{number}": random.normal(size=1_000) for number in range(5)}
    pyarrow.parquet.write_table(pyarrow.table(rows), root / f"{name}.parquet")
    datasets.add_dataset(name=name, kind="parquet", location=f"{name}.parquet", key=["id"], event_time="day", actor=SYSTEM)
sides = {"reference": "before", "current": "after"}
checks.define_check("drift", name="drift", parameters=sides, actor=SYSTEM)
checks.define_check("schema", name="schema", parameters={"dataset": "before"}, actor=SYSTEM)
"""
ASK = """
import json, time
from statistics import median
from platform_site.access import SYSTEM
from registry.checks.actions import kinds
from registry.checks.actions.checks import queue_run
from registry.models import Check, CheckRun
class Quiet:
    def report(self, done, total, what): pass
    def beat(self): return False
def asked(many):
    return [queue_run(check, actor=SYSTEM).pk for _ in range(many)]
def ended(ids):
    deadline = time.monotonic() + 300
    while CheckRun.objects.filter(pk__in=ids, finished_at=None).exists():
        assert time.monotonic() < deadline, "the runs do not end"
        time.sleep(0.002 if len(ids) == 1 else 0.05)
    found = CheckRun.objects.filter(pk__in=ids).values_list("created_at", "finished_at", "outcome")
    assert {{outcome for *_, outcome in found}} == {{"passed"}}, found[0]
    return [begin for begin, *_ in found], [end for _, end, _ in found]
check = Check.objects.get(name="{name}")
ended(asked(4))
whole = []
for _ in range({alone}):
    (begin,), (end,) = ended(asked(1))
    whole.append((end - begin).total_seconds() * 1000)
work, run = [], CheckRun.objects.select_related("check_definition__feature").first()
for _ in range({alone}):
    began = time.perf_counter()
    kinds.work(run, Quiet())
    work.append((time.perf_counter() - began) * 1000)
begins, ends = ended(asked({many}))
print(json.dumps([median(whole), median(work), {many} / (max(ends) - min(begins)).total_seconds()]))
"""


def run(say: Any, *, small: bool) -> None:
    """A scratch installation with a broker and a worker of two processes; each kind of check, then what it took."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        state = Path(folder)
        embedded = Broker(state / "broker")
        own = scratch_environment(folder) | {"REDIS_URL": embedded.url, "DATA_ROOTS": str(state / "data")}
        migrate(own)
        manage(own, "shell", "-v", "0", "-c", FILL)
        with _running(programs.broker(embedded, own), state), _running(programs.worker(own), state):
            say(f"{'':10}{'whole ms':>10}{'work ms':>10}{'around ms':>11}{'a second':>10}")
            for name in ("drift", "schema"):
                words = {"name": name, "alone": SMALL if small else ALONE, "many": SMALL if small else MANY}
                whole, work, rate = json.loads(manage(own, "shell", "-v", "0", "-c", ASK.format(**words)))
                say(f"{name:10}{whole:10.1f}{work:10.1f}{whole - work:11.1f}{rate:10.1f}")
                say(f"  around: goal {GOAL_MS} ms, {'holds' if whole - work <= GOAL_MS else 'MISSED'}; a second: goal "
                    f"{GOAL_A_SECOND}, {'holds' if rate >= GOAL_A_SECOND else 'MISSED'}")  # fmt: skip


@contextlib.contextmanager
def _running(program: Program, state: Path) -> Iterator[None]:
    with (state / f"{program.name}.log").open("wb") as out:
        process = subprocess.Popen(
            tied_to_parent(program.command), cwd=PROJECT, env=dict(program.environment), stdin=subprocess.DEVNULL, stdout=out,
            stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        time.sleep(1)
        yield
    finally:
        process.send_signal(program.ending)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(program.patience_s)
        process.kill()
        process.wait()
