"""A pytest plugin that judges the mutants of some modules in one process.

The chosen tests run once, unmutated, and coverage records which test runs which lines of the modules. Then each mutant has a
copy of this process, with a database of its own: the mutated code takes the place of its function's, and the tests that run
its line go until one fails. `MUTANTS` is a file with the mutants, `VERDICTS` the file that gets a line for each.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import shutil
import signal
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from coverage import Coverage

from tests import built_once
from tests.mutation.mutants import ROOT, Mutant

KILLED, SURVIVED, TIMED_OUT, UNTESTED, AT_IMPORT = "killed", "survived", "timed out", "untested", "at import"
SHORTEST_LIMIT_S, TIMES_UNMUTATED = 30, 5
BUILDS = "built once: "


class Judge:
    """Which tests run which lines, and what they say of each mutant."""

    def __init__(self, mutants: list[Mutant], verdicts: Path, most_s: float) -> None:
        self.mutants, self.verdicts, self.most_s = mutants, verdicts, most_s
        self.failed: set[str] = set()
        self.seconds: dict[str, float] = {}
        self.builds: defaultdict[str, set[str]] = defaultdict(set)
        self.running = ""
        self.coverage: Coverage | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._record(session.items)
        close_connections()
        items = [item for item in session.items if item.nodeid not in self.failed]
        steady = self._in_a_copy(lambda: self._failing(items), 10_000)
        items = [item for item in items if item.nodeid not in set(json.loads(steady or "[]"))]
        for mutant in self.mutants:
            verdict, names = self._judge(mutant, items)
            with self.verdicts.open("a") as file:
                file.write(json.dumps({"mutant": mutant, "verdict": verdict, "tests": names}) + "\n")
        return True

    def _record(self, items: list[pytest.Item]) -> None:
        """Run every test once, and remember its lines, its builds and its duration."""
        paths = sorted({str(ROOT / mutant.path) for mutant in self.mutants})
        self.coverage = Coverage(data_file=None, include=paths, config_file=False)
        self.coverage.start()
        for item in items:
            self.running = item.nodeid
            self.coverage.switch_context(item.nodeid)
            began = time.monotonic()
            run_item(item, items)
            self.seconds[item.nodeid] = time.monotonic() - began
        self.coverage.stop()
        self.running = ""

    def built(self, name: str, build: Callable[[], Any]) -> Callable[[], Any]:
        """A build whose lines count for every test that gets its rows."""
        if not self.running or self.coverage is None:
            return build
        self.builds[self.running].add(name)

        def run() -> Any:
            assert self.coverage
            self.coverage.switch_context(BUILDS + name)
            try:
                return build()
            finally:
                self.coverage.switch_context(self.running)

        return run

    @cached_property
    def contexts(self) -> dict[str, dict[int, list[str]]]:
        assert self.coverage
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no test ran a line of any of them
            data = self.coverage.get_data()
        return {path: data.contexts_by_lineno(str(ROOT / path)) for path in {mutant.path for mutant in self.mutants}}

    def _covering(self, mutant: Mutant, items: list[pytest.Item], lines: set[int] | None) -> list[pytest.Item]:
        """The tests that run the lines, all of the module where none are said; its own first, then the quick ones."""
        by_line = self.contexts[mutant.path]
        names = {name for line, contexts in by_line.items() if lines is None or line in lines for name in contexts}
        builds = {name.removeprefix(BUILDS) for name in names if name.startswith(BUILDS)}
        own = f"test_{Path(mutant.path).stem}.py"
        chosen = [item for item in items if item.nodeid in names or builds & self.builds[item.nodeid]]
        return sorted(chosen, key=lambda item: (item.path.name != own, self.seconds[item.nodeid]))

    def _judge(self, mutant: Mutant, items: list[pytest.Item]) -> tuple[str, list[str]]:
        source = (ROOT / mutant.path).read_text()
        covering = self._covering(mutant, items, lines_of(source, mutant))
        if not in_a_function(source, mutant):
            return AT_IMPORT, [item.nodeid for item in self._covering(mutant, items, None)]
        if not covering:
            return UNTESTED, []
        total = sum(self.seconds[item.nodeid] for item in covering)
        limit = max(SHORTEST_LIMIT_S, TIMES_UNMUTATED * min(total, self.most_s))

        def run() -> str:
            if not put_in_place(mutant.path, source, mutant.apply(source)):
                return AT_IMPORT
            return KILLED if self._failing(covering, first=True) else SURVIVED

        verdict = self._in_a_copy(run, limit) or TIMED_OUT
        return verdict, [item.nodeid for item in (covering if verdict == AT_IMPORT else covering[:3])]

    def _failing(self, items: list[pytest.Item], *, first: bool = False) -> str:
        """The tests that fail, as JSON, or "" for none; only the first of them, and within the time for one mutant."""
        self.failed.clear()
        began = time.monotonic()
        for item in items:
            run_item(item, items)
            if first and (self.failed or time.monotonic() - began > self.most_s):
                break
        return json.dumps(sorted(self.failed)) if self.failed else ""

    def _in_a_copy(self, function: Callable[[], str], limit_s: float) -> str | None:
        """What a function returns in a copy of this process, on a copy of its database; None beyond the limit."""
        answer = self.verdicts.with_suffix(".answer")
        answer.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            try:
                with own_database():
                    built_once._changes.clear()
                    built_once._seen.clear()
                    answer.write_text(function())
            finally:
                os._exit(0)
        ends = time.monotonic() + limit_s
        while time.monotonic() < ends:
            if os.waitpid(child, os.WNOHANG)[0]:
                return answer.read_text() if answer.exists() else KILLED  # it died of the mutant
            time.sleep(0.02)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return None


def run_item(item: pytest.Item, items: list[pytest.Item]) -> None:
    """One test, whichever ran before; what the session and its database are built from stays."""
    item.session._setupstate.teardown_exact(item)
    another = next((other for other in items if other is not item), item)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=another)


def close_connections() -> None:
    from django.db import connections

    connections.close_all()


class own_database:
    """A copy of the test database for a copy of the process."""

    def __enter__(self) -> None:
        from django.db import connection

        name = Path(connection.settings_dict["NAME"])
        if name.is_file():
            self.copy = name.with_name(f"mutant-{os.getpid()}.sqlite3")
            shutil.copy(name, self.copy)
            connection.settings_dict["NAME"] = str(self.copy)

    def __exit__(self, *_: object) -> None:
        close_connections()
        for path in self.copy.parent.glob(f"{self.copy.name}*"):
            path.unlink()


def put_in_place(path: str, source: str, mutated: str) -> bool:
    """Give every function of a module the code of its mutated source; whether one is another now."""
    file = str(ROOT / path)
    before, after = (dict(codes(compile(text, file, "exec"))) for text in (source, mutated))
    changed = {key: code for key, code in after.items() if key in before and differs(before[key], code)}
    replaced: list[FunctionType] = []
    functions = [each for each in gc.get_objects() if type(each) is FunctionType]  # a weak reference may be dead
    functions = [each for each in functions if each.__code__.co_filename == file]
    for function in sorted(functions, key=lambda each: each.__code__.co_firstlineno):
        code = function.__code__
        places = [
            key for key in before if key[0] == code.co_qualname and before[key].co_firstlineno == code.co_firstlineno
        ]
        for key in places[:1]:
            if key in changed and changed[key].co_freevars == code.co_freevars:
                function.__code__ = changed[key]
                replaced.append(function)
    for each in gc.get_objects():  # what a cached function returned before
        if callable(getattr(type(each), "cache_clear", None)) and getattr(each, "__wrapped__", None) in replaced:
            each.cache_clear()
    return bool(replaced)


def codes(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    """Every code within a code, by its qualified name and its number among those of that name."""
    seen: Counter[str] = Counter()

    def walk(outer: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
        for inner in outer.co_consts:
            if isinstance(inner, CodeType):
                yield (inner.co_qualname, seen[inner.co_qualname]), inner
                seen[inner.co_qualname] += 1
                yield from walk(inner)

    return walk(code)


def differs(before: CodeType, after: CodeType) -> bool:
    """Whether two codes compute something else, whatever lines they are on."""
    plain = [[each for each in code.co_consts if not isinstance(each, CodeType)] for code in (before, after)]
    inner = [[each for each in code.co_consts if isinstance(each, CodeType)] for code in (before, after)]
    return (
        before.co_code != after.co_code
        or repr(plain[0]) != repr(plain[1])
        or before.co_names != after.co_names
        or len(inner[0]) != len(inner[1])
        or any(differs(*pair) for pair in zip(*inner, strict=True))
    )


def in_a_function(source: str, mutant: Mutant) -> bool:
    """Whether the mutated text runs when a function is called, and not when the module is imported."""
    return any(
        start <= mutant.start and mutant.end <= end
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for body in (node.body if isinstance(node.body, list) else [node.body])
        for start, end in [span(source, body)]
    )


def lines_of(source: str, mutant: Mutant) -> set[int]:
    """The lines of the innermost statement around the mutant: of a block, those of its first line alone."""
    lines = {mutant.line}
    smallest = float("inf")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            start, end = span(source, node)
            if start <= mutant.start and mutant.end <= end and end - start < smallest:
                smallest = end - start
                body = getattr(node, "body", None)
                last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
                lines = set(range(node.lineno, max(last, mutant.line) + 1))
    return lines


def span(source: str, node: Any) -> tuple[int, int]:
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


if "MUTANTS" in os.environ:
    judge = Judge(
        [Mutant(*row) for row in json.loads(Path(os.environ["MUTANTS"]).read_text())],
        Path(os.environ["VERDICTS"]),
        float(os.environ.get("MOST_SECONDS", "60")),
    )
    plain_built_once = built_once.built_once
    built_once.built_once = lambda name, build: plain_built_once(name, judge.built(name, build))  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    if "MUTANTS" in os.environ:
        config.pluginmanager.register(judge)
