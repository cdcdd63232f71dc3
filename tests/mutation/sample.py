"""Run mutants of rules, queries and actions against the tests that run their lines: docs/mutation.md.

python -m tests.mutation.sample --seed 20261129 --count 300
python -m tests.mutation.sample --every --below registry/versions/rules/policies.py
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.judge import AT_IMPORT, KILLED, SURVIVED, TIMED_OUT
from tests.mutation.mutants import ROOT, Mutant, modules, mutants_of

MOST_TESTS_AT_IMPORT = 150
LONGEST_S = 6 * 3_600


def sample(seed: int, count: int, below: list[str]) -> list[Mutant]:
    """The mutants that a seed chooses, in the order of the source."""
    every = every_mutant(below)
    return sorted(random.Random(seed).sample(every, min(count, len(every))))


def every_mutant(below: list[str]) -> list[Mutant]:
    return [mutant for path in modules(below) for mutant in mutants_of((ROOT / path).read_text(), path)]


def noun_of(path: str) -> str:
    return str(Path(*Path(path).parts[:2]))


def targets_of(path: str, *, near: bool = False) -> list[str]:
    """What is run against a module, nearest first: its doctests, its mirrored tests, those of its name, its noun's."""
    module, noun = Path(path), Path("tests", noun_of(path))
    mirrored = Path("tests", module.parent, f"test_{module.stem}.py")
    same_name = sorted(file.relative_to(ROOT) for file in (ROOT / noun).rglob(f"test_{module.stem}.py"))
    chosen = dict.fromkeys([mirrored, *same_name, *([] if near else [noun])])
    return [path, *(str(target) for target in chosen if (ROOT / target).exists())]


def verdicts_in(file: Path) -> dict[Mutant, tuple[str, list[str]]]:
    """The last verdict of each mutant, and the tests that gave it."""
    rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return {Mutant(*row["mutant"]): (row["verdict"], row["tests"]) for row in rows}


def judge(mutants: list[Mutant], tests: list[str], most_s: float, file: Path) -> None:
    """What the tests say of each mutant, in the file as it comes. One process judges all that lie in functions, each in a copy
    of itself."""
    with TemporaryDirectory(prefix="plumbline-mutants-") as folder:
        chosen, verdicts = Path(folder, "mutants.json"), Path(folder, "verdicts")
        chosen.write_text(json.dumps(mutants))
        verdicts.symlink_to(file.resolve())
        before = len(file.read_text().splitlines())
        pytest("tests.mutation.judge", tests, LONGEST_S, MUTANTS=chosen, VERDICTS=verdicts, MOST_SECONDS=most_s)
        judged = len(file.read_text().splitlines()) - before
        if judged < len(mutants):
            sys.exit(f"{' '.join(tests)}: {judged} of {len(mutants)} mutants were judged. Run these tests alone.")


def at_import(mutant: Mutant, tests: list[str], most_s: float) -> str:
    """The same for a mutant that takes effect when its module is imported, in a process of its own: the tests that run any of
    its lines."""
    with TemporaryDirectory(prefix="plumbline-mutant-") as folder:
        source = Path(folder) / "mutated.py"
        source.write_text(mutant.apply((ROOT / mutant.path).read_text()))
        own = [name for name in tests if f"/test_{Path(mutant.path).stem}.py::" in name]
        chosen = [*own, *tests[len(own) :][:MOST_TESTS_AT_IMPORT]] or targets_of(mutant.path)  # its own are the first
        variables = {"MUTANT_MODULE": mutant.path, "MUTANT_SOURCE": source}
        code = pytest("tests.mutation.plugin", ["-x", *chosen], 60 + 5 * most_s, **variables)
    return TIMED_OUT if code is None else KILLED if code else SURVIVED


def pytest(plugin: str, arguments: list[str], limit_s: float, **variables: object) -> int | None:
    """Run pytest with a plugin in a process and a state directory of its own; its exit code, None beyond the limit."""
    with TemporaryDirectory(prefix="plumbline-state-", ignore_cleanup_errors=True) as state:
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        texts = {name: str(value) for name, value in variables.items()}  # with bytecode, or each run compiles all anew
        environment = inherited | {"STATE_DIR": state, "PLUMBLINE_TEST_LAWS": "brief"} | texts
        command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-p", plugin, *arguments]
        out = None if os.environ.get("MUTATION_LOUD") else subprocess.DEVNULL
        try:
            return subprocess.run(
                command, cwd=ROOT, env=environment, timeout=limit_s, stdout=out, stderr=out
            ).returncode
        except subprocess.TimeoutExpired:
            return None


def described(mutant: Mutant) -> str:
    return f"{mutant.path}:{mutant.line} {mutant.kind} -> {mutant.text!r:.100}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--every", action="store_true", help="every mutant instead of a sample")
    parser.add_argument("--below", action="append", default=[], help="only modules below this path; may be repeated")
    parser.add_argument(
        "--part", action="append", default=[], help="of the chosen, only those below this path; repeatable"
    )
    parser.add_argument("--tests", action="append", default=[], help="run these tests too; may be repeated")
    parser.add_argument("--near", action="store_true", help="only each module's own tests, not the rest of its noun's")
    parser.add_argument("--most", type=float, default=60, help="seconds of tests for each mutant")
    parser.add_argument("--verdicts", type=Path, help="a file of verdicts: what it has as caught is not judged again")
    parser.add_argument("--list", action="store_true", help="print the chosen mutants and run nothing")
    options = parser.parse_args()
    chosen = every_mutant(options.below) if options.every else sample(options.seed, options.count, options.below)
    if options.part:
        chosen = [mutant for mutant in chosen if any(Path(mutant.path).is_relative_to(part) for part in options.part)]
    if options.list:
        print("\n".join(map(described, chosen)))
        return
    with TemporaryDirectory(prefix="plumbline-verdicts-") as folder:
        results = verdicts_of(chosen, options, options.verdicts or Path(folder, "verdicts"))
    for path in sorted({mutant.path for mutant in results}):
        report(path, Counter(verdict for mutant, verdict in results.items() if mutant.path == path))
    report("all", Counter(results.values()))


def verdicts_of(chosen: list[Mutant], options: argparse.Namespace, file: Path) -> dict[Mutant, str]:
    """The verdict of each mutant; of those caught in an earlier run, that of then. Noun by noun, the nearest tests all at once;
    what takes effect at import comes last."""
    file.touch()
    caught = {mutant for mutant, (verdict, _) in verdicts_in(file).items() if verdict in {KILLED, TIMED_OUT}}
    groups: defaultdict[str, list[Mutant]] = defaultdict(list)
    for mutant in chosen:
        if mutant not in caught:
            groups["" if options.near else noun_of(mutant.path)].append(mutant)
    for group in groups.values():
        nearest = [targets_of(mutant.path, near=options.near) for mutant in group]
        judge(group, [*dict.fromkeys(chain(*nearest)), *options.tests], options.most, file)
    results = {}
    for mutant in chosen:
        verdict, names = verdicts_in(file)[mutant]
        if verdict == AT_IMPORT:
            verdict = at_import(mutant, names, options.most)
            with file.open("a") as lines:
                lines.write(json.dumps({"mutant": mutant, "verdict": verdict, "tests": names}) + "\n")
        results[mutant] = verdict
        print(f"{verdict:9} {described(mutant)}", flush=True)
    return results


def report(name: str, outcomes: Counter[str]) -> None:
    caught = outcomes[KILLED] + outcomes[TIMED_OUT]
    total = outcomes.total()
    print(f"{name}: {caught} of {total} caught, {100 * caught / max(total, 1):.1f}%: {dict(outcomes)}")


if __name__ == "__main__":
    main()
