"""Run a seeded sample of the mutants of all rules, queries and actions against their tests: docs/mutation.md.

python -m tests.mutation.sample --seed 20261129 --count 300
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.mutants import ROOT, Mutant, modules, mutants_of

KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"
SHORTEST_LIMIT_S, TIMES_UNMUTATED = 120, 4


def sample(seed: int, count: int, below: list[str]) -> list[Mutant]:
    """The mutants that a seed chooses, in the order of the source."""
    every = [mutant for path in modules(below) for mutant in mutants_of((ROOT / path).read_text(), path)]
    return sorted(random.Random(seed).sample(every, min(count, len(every))))


def targets_of(path: str) -> list[str]:
    """What is run against a module, nearest first: its doctests, its mirrored tests, those of its name, its noun's."""
    module = Path(path)
    noun = Path("tests", *module.parts[:2])
    mirrored = Path("tests", module.parent, f"test_{module.stem}.py")
    same_name = sorted(file.relative_to(ROOT) for file in (ROOT / noun).rglob(f"test_{module.stem}.py"))
    chosen = dict.fromkeys([mirrored, *same_name, noun])
    return [path, *(str(target) for target in chosen if (ROOT / target).exists())]


def run(tests: list[str], limit_s: float, mutant: Mutant | None = None) -> str:
    """Run tests in a process and a state directory of their own, with the mutant in place of its module."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow", "-p", "tests.mutation.plugin", *tests]
    with TemporaryDirectory(prefix="plumbline-mutant-") as folder:
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = inherited | {"STATE_DIR": folder}  # with bytecode, or each run compiles every test anew
        if mutant:
            source = Path(folder) / "mutated.py"
            source.write_text(mutant.apply((ROOT / mutant.path).read_text()))
            environment |= {"MUTANT_MODULE": mutant.path, "MUTANT_SOURCE": str(source)}
        try:
            ended = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                timeout=limit_s,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return TIMED_OUT
    return SURVIVED if ended.returncode == 0 else KILLED


def limits(paths: set[str]) -> dict[str, float]:
    """The time limit of each module's mutants, from one run of its tests without a mutant, which must pass."""
    values: dict[tuple[str, ...], float] = {}
    for path in sorted(paths):
        tests = targets_of(path)
        noun = tuple(tests[-1:])
        if noun not in values:
            began = time.monotonic()
            outcome = run(tests, 3_600)
            if outcome != SURVIVED:
                sys.exit(f"{' '.join(tests)}: the tests {outcome} without a mutant. Make them pass first.")
            values[noun] = max(SHORTEST_LIMIT_S, TIMES_UNMUTATED * (time.monotonic() - began))
    return {path: values[tuple(targets_of(path)[-1:])] for path in paths}


def judge(limit_of: dict[str, float], mutant: Mutant) -> str:
    outcome = run(targets_of(mutant.path), limit_of[mutant.path], mutant)
    print(f"{outcome:9} {mutant.path}:{mutant.line} {mutant.kind} -> {mutant.text!r:.100}", flush=True)
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--below", action="append", default=[], help="only modules below this path; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="how many mutants are run at the same time")
    parser.add_argument("--list", action="store_true", help="print the chosen mutants and run nothing")
    options = parser.parse_args()
    chosen = sample(options.seed, options.count, options.below)
    if options.list:
        print("\n".join(f"{mutant.path}:{mutant.line} {mutant.kind} -> {mutant.text!r:.100}" for mutant in chosen))
        return
    limit_of = limits({mutant.path for mutant in chosen})
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = Counter(pool.map(partial(judge, limit_of), chosen))
    caught = outcomes[KILLED] + outcomes[TIMED_OUT]
    print(f"{len(chosen)} mutants: {dict(outcomes)}. {100 * caught / max(len(chosen), 1):.1f}% caught.")


if __name__ == "__main__":
    main()
