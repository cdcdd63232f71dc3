"""A schema check (P4): every expectation that a data set does not meet, all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.compute.engines.columns import Side
from registry.compute.engines.key_counts import ColumnCounts, Statements, count, count_rows, repeated
from registry.compute.kinds.coverage import Coverage
from registry.compute.kinds.report import ColumnReport, OnProgress, Report, plain
from registry.compute.kinds.schema.expectations import Finding, breaches
from registry.compute.kinds.schema.parameters import Expectation
from registry.compute.stats.result import Outcome

KIND = "schema"
WORST_FIRST = (Outcome.FAILED, Outcome.NOT_APPLICABLE, Outcome.NOT_ENOUGH_DATA, Outcome.PASSED)


class SchemaInputs(NamedTuple):
    """``types``: by column; ``key``: columns that together tell rows apart; ``orders``: each source table's name with
    the columns that put its rows in order."""

    side: Side
    types: Mapping[str, str]
    expectations: Sequence[Expectation]
    key: Sequence[str]
    orders: Sequence[tuple[str, Sequence[str]]]


def judge(duck: Statements, inputs: SchemaInputs, *, on_progress: OnProgress) -> Report:
    """Count and judge. ``on_progress`` is called before each column; what it raises stops the work."""
    wanted = _by_column(inputs.expectations)
    total = len(wanted) + 1
    measured = {}
    for done, (name, expectations) in enumerate(wanted.items()):
        on_progress(done, total, name)
        if name in inputs.types and (counted := _count(duck, inputs.side, name, expectations)):
            measured[name] = counted
    on_progress(len(wanted), total, "Keys")
    findings = list(dict.fromkeys(breaches(inputs.expectations, inputs.types, measured)))
    findings += _repeated_keys(duck, inputs)
    rows = count_rows(duck, inputs.side)
    failed = [finding for finding in findings if finding.issue != "ties"]
    columns = [*_reported(wanted, failed, rows), *_keys_not_looked_at(inputs)]
    columns.sort(key=lambda column: WORST_FIRST.index(Outcome(column.outcome)))
    coverage = Coverage.of(columns, (rows, 0), [])
    content = {
        "findings": [finding.as_dict() for finding in findings],
        "rows_cur": rows,
        "types": dict(inputs.types),
        **coverage.as_dict(),
    }
    outcome, summary = _overall(failed, columns, coverage)
    return Report(str(outcome), summary, rows, plain(content), tuple(columns))


def _overall(failed: Sequence[Finding], columns: Sequence[ColumnReport], coverage: Coverage) -> tuple[Outcome, str]:
    """Every breach; without one passed, unless something expected could not be looked at, or nothing was expected."""
    if failed:
        named = " ".join(finding.sentence for finding in failed[:3])
        return Outcome.FAILED, f"{len(failed)} breaches. {named}" if len(failed) > 1 else named
    if not columns:
        return (
            Outcome.NOT_ENOUGH_DATA,
            "Nothing was compared: no key, no feature and no column of this check expects anything. Add expectations.",
        )
    if coverage.not_compared:
        reasons = " ".join(dict.fromkeys(column.sentence for column in coverage.not_compared[:3]))
        return Outcome.NOT_ENOUGH_DATA, f"No expectation is broken, but not all were looked at. {reasons}"
    noun = "column meets its" if len(columns) == 1 else "columns meet their"
    return Outcome.PASSED, f"{len(columns)} {noun} expectations."


def _keys_not_looked_at(inputs: SchemaInputs) -> Iterator[ColumnReport]:
    """The key where the data do not have it and no expectation names what is missing."""
    missing = [name for name in inputs.key if name not in inputs.types]
    expected = {expectation.name for expectation in inputs.expectations}
    if missing and not expected & {*missing}:
        key, gone = ", ".join(inputs.key), ", ".join(missing)
        sentence = f"The key {key} could not be looked at: the data have no {gone}."
        yield ColumnReport(key, KIND, str(Outcome.NOT_APPLICABLE), sentence)


def _by_column(expectations: Sequence[Expectation]) -> dict[str, list[Expectation]]:
    by_column = defaultdict(list)
    for expectation in expectations:
        by_column[expectation.name].append(expectation)
    return dict(by_column)


def _count(duck: Statements, side: Side, name: str, expectations: Sequence[Expectation]) -> ColumnCounts | None:
    """Only what somebody expects is counted; a column that may hold anything is not read."""
    allowed = next((expectation.allowed for expectation in expectations if expectation.allowed is not None), None)
    unique = any(expectation.unique for expectation in expectations)
    if not any(map(_is_about_values, expectations)):
        return None
    return count(duck, side, name, distinct=unique, allowed=allowed)


def _repeated_keys(duck: Statements, inputs: SchemaInputs) -> Iterator[Finding]:
    if inputs.key and all(name in inputs.types for name in inputs.key):
        rows, columns = repeated(duck, inputs.side, inputs.key), ", ".join(inputs.key)
        if rows:
            yield Finding(columns, "not_unique", f"The key {columns} repeats in {rows:,} rows.", rows)
    for table, order in inputs.orders:
        if all(name in inputs.types for name in order):
            rows = repeated(duck, inputs.side, order)
            if rows:
                columns = ", ".join(order)
                yield Finding(columns, "ties", f"{rows:,} rows of source table {table} tie in {columns}.", rows)


def _reported(
    wanted: Mapping[str, Sequence[Expectation]], failed: Sequence[Finding], rows: int
) -> Iterator[ColumnReport]:
    breached = _by_name(failed)
    for name in sorted({*wanted, *breached}, key=lambda name: (name not in breached, name)):
        findings = breached.get(name, [])
        sentence = " ".join(finding.sentence for finding in findings) or "As expected."
        outcome = Outcome.FAILED if findings else Outcome.PASSED
        if not findings and not rows and any(map(_is_about_values, wanted[name])):
            outcome, sentence = Outcome.NOT_ENOUGH_DATA, "There is no row to look at."
        content = {"expectations": [expectation._asdict() for expectation in wanted.get(name, ())]}
        yield ColumnReport(name, KIND, str(outcome), sentence, content=plain(content))


def _is_about_values(expectation: Expectation) -> bool:
    return not expectation.nullable or expectation.unique or expectation.allowed is not None


def _by_name(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    by_column = defaultdict(list)
    for finding in findings:
        by_column[finding.column].append(finding)
    return dict(by_column)
