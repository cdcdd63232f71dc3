"""The steps of continuous integration: `.ci/run` runs all but those of `ONLY_BY_NAME`, `.ci/run lint coverage` those named.

Three steps run at a time on two cores: the longest first, beside them those that wait for processes and servers half of their
time, and the browser last, which fits beside whatever is left. Each prints its whole output when it has ended, below a heading
with its seconds. All run, whatever fails, and none longer than `PATIENCE_S`; the exit code is the worst of theirs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import IO, NamedTuple

from tests.runner import PROJECT

MANAGE_TEST = ("manage.py", "test")
REPORT = ("-rfE", "--durations=20")  # what failed, a line each, and what took longest
SLOW = "slow and not worker and not browser and not neighbours"
COVERAGE = ("--cov", "--cov-report=term")
STEPS: dict[str, tuple[tuple[str, ...], ...]] = {  # arguments of Python, in the order in which they begin
    "slow-second": ((*MANAGE_TEST, "--sqlite", "-m", f"{SLOW} and second_run", *REPORT),),
    "workers": ((*MANAGE_TEST, "--sqlite", "-m", "slow and worker and not browser and not neighbours", *REPORT),),
    "slow": ((*MANAGE_TEST, "--sqlite", "-m", f"{SLOW} and not second_run", *REPORT),),
    "tests": ((*MANAGE_TEST, "--sqlite", "-m", "not slow and not browser", *REPORT),),
    "postgresql": ((*MANAGE_TEST, "--postgresql", "--slow", *REPORT),),
    "browser": ((*MANAGE_TEST, "--sqlite", "-m", "browser", *REPORT),),
    "coverage": ((*MANAGE_TEST, "--sqlite", "-m", "not slow and not browser", *COVERAGE),),
    "neighbours": ((*MANAGE_TEST, "--neighbours", *REPORT),),
    "types": (("-m", "mypy"),),
    "lint": (("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", ".")),
}
# Installing dbt, Feast and MLflow takes longer than the half hour that the rest has; `coverage` runs `tests` once more and
# takes nearly twice their time, for figures that decide nothing.
ONLY_BY_NAME = {"coverage", "neighbours"}
AT_ONCE = 3
PATIENCE_S = 4_800  # a step that hangs is ended and named; a starved machine took 62 minutes for one that passed
FAILED = re.compile(r"^(?:FAILED|ERROR) \S+::.*", re.MULTILINE)
CLOSING = re.compile(r"^=* ?((?:\d+ \w+(?:, )?)+) in \d[\d.]*s", re.MULTILINE)


class Outcome(NamedTuple):
    """How a step ended: its exit code, its seconds of wall time, what it printed, its seconds of CPU."""

    step: str
    code: int
    seconds: float
    output: str
    cpu: float = 0.0

    @property
    def verdict(self) -> str:
        """One line: the step, whether it passed, its seconds."""
        ended = "passed" if self.code == 0 else f"FAILED (exit code {self.code})"
        return f"{self.step}: {ended}, {self.seconds:.0f} s ({self.cpu:.0f} s of CPU)"


def main(names: Sequence[str], *, spark: bool = False) -> int:
    """Run the steps of these names; without names all but those of `ONLY_BY_NAME`. Return the worst exit code, 2 for an
    unknown name."""
    if unknown := set(names) - set(STEPS):
        print(f"{', '.join(sorted(unknown))} is not a step. Choose from {', '.join(STEPS)}.", file=sys.stderr)
        return 2
    chosen = [step for step in STEPS if step in names or not (names or step in ONLY_BY_NAME)]
    for step in sorted(ONLY_BY_NAME & set(STEPS) - set(chosen)):
        print(f"!!!!! {step}: NOT run here, only by its name: .ci/run {step} !!!!!", flush=True)
    outcomes = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(run_step, step, spark=spark) for step in chosen]
        for ended in as_completed(waiting):
            outcomes.append(ended.result())
            print(f"\n===== {outcomes[-1].verdict} =====\n{outcomes[-1].output}", flush=True)
    print("\n===== what failed =====", *(failed_tests(outcomes) or ["nothing"]), sep="\n")
    print("\n===== all steps =====", *(outcome.verdict for outcome in outcomes), sep="\n")
    print(closing_line(outcomes), flush=True)
    return max(outcome.code for outcome in outcomes)


def run_step(step: str, *, spark: bool = False) -> Outcome:
    """Run every command of a step, each whatever became of those before it."""
    print(f"===== {step}: started =====", flush=True)
    started, codes, cpu = time.monotonic(), [], 0.0
    with tempfile.NamedTemporaryFile("w") as out:
        for command in STEPS[step]:
            words = [sys.executable, *command, *(["--spark"] if spark and command[:2] == MANAGE_TEST else [])]
            process = subprocess.Popen(words, cwd=PROJECT, stdout=out, stderr=out)
            end = threading.Timer(PATIENCE_S, _end, [process, out])  # what it started is tied to it, and ends too
            end.start()
            _, status, used = os.wait4(process.pid, 0)
            end.cancel()
            end.join()  # it may be writing
            process.returncode = os.waitstatus_to_exitcode(status)
            codes.append(abs(process.returncode))
            cpu += used.ru_utime + used.ru_stime
        output = Path(out.name).read_text(errors="replace")
    return Outcome(step, max(codes), time.monotonic() - started, output, cpu)


def _end(process: subprocess.Popen[bytes], out: IO[str]) -> None:
    process.kill()
    out.write(f"\n!!!!! Ended after {PATIENCE_S} s: what stands above is how far it came !!!!!\n")
    out.flush()


def failed_tests(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each failed test, and for each failed step in which no test failed: all that one needs at the end of
    a long log."""
    lines = []
    for outcome in outcomes:
        if outcome.code:
            lines += FAILED.findall(outcome.output) or [outcome.verdict]
    return lines


def closing_line(outcomes: Sequence[Outcome]) -> str:
    """Add up the closing lines of all runs of pytest: "8,000 tests" is what one reads last. A failed step without a
    failed test (a linter's finding, a server that did not start) counts as one failure."""
    counts = Counter(passed=0, failed=0)
    for outcome in outcomes:
        closing = Counter()
        for line in CLOSING.findall(outcome.output):
            closing += Counter({word: int(number) for number, word in re.findall(r"(\d+) (\w+)", line)})
        failed = closing["failed"] + closing["error"] + closing["errors"]
        counts += Counter(passed=closing["passed"], skipped=closing["skipped"])
        counts["failed"] += failed or int(outcome.code != 0)
    return ", ".join(
        f"{counts[word]} {word}" for word in ("passed", "failed", "skipped") if counts[word] or word != "skipped"
    )
