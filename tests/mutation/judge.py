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
from collections.abc import Callable, Iterable, Iterator
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
        self.steady: dict[str, bool] = {}
        self.builds: defaultdict[str, set[str]] = defaultdict(set)
        self.running = ""
        self.building: list[str] = []
        self.coverage: Coverage | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._record(session.items)
        close_connections()
        items = [item for item in session.items if item.nodeid not in self.failed]
        assert self.live is not None  # read here, not in every copy
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
        """A build whose lines count for every test that gets its rows, those of the builds within it too."""
        if not self.running or self.coverage is None:
            return build
        self.builds[self.running].add(name)

        def run() -> Any:
            self.building.append(name)
            self._switch()
            try:
                return build()
            finally:
                self.building.pop()
                self._switch()

        return run

    def _switch(self) -> None:
        assert self.coverage
        self.coverage.switch_context(BUILDS + json.dumps(self.building) if self.building else self.running)

    @cached_property
    def live(self) -> tuple[list[FunctionType], list[Any]]:
        return live_of({mutant.path for mutant in self.mutants})

    @cached_property
    def contexts(self) -> dict[str, dict[int, list[str]]]:
        assert self.coverage
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no test ran a line of any of them
            data = self.coverage.get_data()
        return {path: data.contexts_by_lineno(str(ROOT / path)) for path in {mutant.path for mutant in self.mutants}}

    def _names(self, mutant: Mutant, lines: set[int] | None) -> set[str]:
        """The tests and the builds that run the lines, or any of the module where none are said."""
        by_line = self.contexts[mutant.path]
        return {name for line, contexts in by_line.items() if lines is None or line in lines for name in contexts}

    def _covering(self, mutant: Mutant, items: list[pytest.Item], names: set[str]) -> list[pytest.Item]:
        """The tests among those names, and those that get the rows of such a build; its own first, then the quick ones."""
        builds = self._builds(names)
        own = f"test_{Path(mutant.path).stem}.py"
        chosen = [item for item in items if item.nodeid in names or builds & self.builds[item.nodeid]]
        return sorted(chosen, key=lambda item: (item.path.name != own, self.seconds[item.nodeid]))

    @staticmethod
    def _builds(contexts: set[str]) -> set[str]:
        stacks = [json.loads(name.removeprefix(BUILDS)) for name in contexts if name.startswith(BUILDS)]
        return {name for stack in stacks for name in stack}

    def _judge(self, mutant: Mutant, items: list[pytest.Item]) -> tuple[str, list[str]]:
        source = (ROOT / mutant.path).read_text()
        names = self._names(mutant, lines_of(source, mutant))
        covering = self._covering(mutant, items, names)
        if not in_a_function(source, mutant):
            return AT_IMPORT, [item.nodeid for item in self._covering(mutant, items, self._names(mutant, None))]
        if not covering:
            return UNTESTED, []
        total = sum(self.seconds[item.nodeid] for item in covering)
        limit = max(SHORTEST_LIMIT_S, TIMES_UNMUTATED * min(total, self.most_s))

        def run() -> str:
            if not put_in_place(mutant.path, source, mutant.apply(source), self.live):
                return AT_IMPORT
            return self._failing(covering, first=True) or SURVIVED

        anew = bool(self._builds(names))
        verdict = self._in_a_copy(run, limit, anew=anew) or TIMED_OUT
        if verdict.startswith("["):
            failing = json.loads(verdict)[0]
            before = covering[: [item.nodeid for item in covering].index(failing) + 1]
            if not self._is_steady(failing, before, limit, anew=anew):
                return self._judge(mutant, [item for item in items if item.nodeid != failing])
            return KILLED, [failing]
        return verdict, [item.nodeid for item in (covering if verdict == AT_IMPORT else covering[:3])]

    def _is_steady(self, name: str, items: list[pytest.Item], limit_s: float, *, anew: bool) -> bool:
        """Whether a test that failed on a mutant passes without one, after the same tests, in a copy as well."""
        if name not in self.steady:
            failing = self._in_a_copy(lambda: self._failing(items) or "[]", limit_s, anew=anew) or ""
            self.steady[name] = failing.startswith("[") and name not in json.loads(failing)
        return self.steady[name]

    def _failing(self, items: list[pytest.Item], *, first: bool = False) -> str:
        """The tests that fail, as JSON, or "" for none; only the first of them, and within the time for one mutant."""
        self.failed.clear()
        began = time.monotonic()
        for item in items:
            run_item(item, items)
            if first and (self.failed or time.monotonic() - began > self.most_s):
                break
        return json.dumps(sorted(self.failed)) if self.failed else ""

    def _in_a_copy(self, function: Callable[[], str], limit_s: float, *, anew: bool) -> str | None:
        """What a function returns in a copy of this process, on a copy of its database; None beyond the limit. ``anew``: what
        was built once is built again, because the mutated line runs in a build."""
        answer = self.verdicts.with_suffix(".answer")
        answer.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            gc.disable()  # it writes to every page, which would be copied
            try:
                with own_database():
                    if anew:
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
    if doctest := getattr(item, "dtest", None):  # it forgets its names after it ran
        names = item.__dict__.setdefault("names_of_doctest", dict(doctest.globs))
        doctest.globs = dict(names)
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


def put_in_place(
    path: str, source: str, mutated: str, live: tuple[list[FunctionType], list[Any]] | None = None
) -> bool:
    """Give every function of a module the code of its mutated source; whether one is another now. ``live``: as `live_of`
    has it, where it was read before: it takes longer than a test."""
    file = str(ROOT / path)
    before, after = (dict(codes(compile(text, file, "exec"))) for text in (source, mutated))
    changed = {key: code for key, code in after.items() if key in before and differs(before[key], code)}
    replaced: list[FunctionType] = []
    functions, caches = live or live_of([path])
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
    for each in caches:  # what a cached function returned before
        if each.__wrapped__ in replaced:
            each.cache_clear()
    return bool(replaced)


def live_of(paths: Iterable[str]) -> tuple[list[FunctionType], list[Any]]:
    """The functions of modules that this process holds, and the caches around them."""
    gc.unfreeze()  # what `tests/conftest.py` froze is not among the objects
    files, objects = {str(ROOT / path) for path in paths}, gc.get_objects()
    functions = [each for each in objects if type(each) is FunctionType]  # a weak reference may be dead
    functions = [each for each in functions if each.__code__.co_filename in files]
    caches = [each for each in objects if callable(getattr(type(each), "cache_clear", None))]
    return functions, [each for each in caches if getattr(each, "__wrapped__", None) in functions]


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
