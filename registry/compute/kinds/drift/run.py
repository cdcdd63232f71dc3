"""A whole drift check (P3): every column of two sides, over windows where asked, ranked by what matters.

One column's trouble is that column's outcome and stops no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count

from registry.compute.engines.columns import Reader, has_unreadable
from registry.compute.engines.duck import Duck
from registry.compute.kinds.coverage import BOTH, NO_EVENT_TIME, UNREADABLE, Coverage, LeftOut
from registry.compute.kinds.drift import column as drift
from registry.compute.kinds.drift import drift_single_period, side_values
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.over_windows import outside_windows, over_windows, windows_of
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.series import stored
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.drift.windows import series_of
from registry.compute.kinds.quality import run as quality
from registry.compute.kinds.quality.verdict import KIND as QUALITY
from registry.compute.kinds.quality.verdict import groups_that_decide, unanswerable
from registry.compute.kinds.report import TROUBLE, ColumnReport, OnProgress, Report, plain
from registry.compute.kinds.schema.expectations import NOTES, Finding
from registry.compute.stats.catalogue import default_limit
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import percent

MOST_NAMED = 3
WORST_FIRST = (
    Outcome.DRIFTED, Outcome.ERRORED, Outcome.BLIND, Outcome.NOT_APPLICABLE, Outcome.NOT_ENOUGH_DATA, Outcome.PASSED,
)  # fmt: skip


def judge(duck: Duck, inputs: DriftInputs, *, on_progress: OnProgress) -> Report:
    """Compare and judge all columns. ``on_progress`` hears of each before it is begun; what it raises stops the work."""
    readers = Reader(duck, inputs.reference), Reader(duck, inputs.current)
    parameters, total = inputs.parameters, len(inputs.columns) + 1
    on_progress(0, total, "Reading the rows")
    rows = readers[0].rows(), readers[1].rows()
    plan = _plan(readers, parameters) if parameters.window else None
    done = count(1)
    columns = list(_columns(duck, inputs, plan, lambda name: on_progress(next(done), total, name)))
    labels = Reader(duck, inputs.labels) if inputs.labels else None
    judged = quality.judge(readers, parameters, plan, labels=labels, label_key=inputs.label_key)
    if parameters.labels_late:
        columns = list(quality.without_late(columns, parameters.label, judged.overview))
    columns += judged.reports
    columns = [_with_unreadable(readers, column) for column in columns]
    left_out = [*_untimed(readers, inputs), *(outside_windows(plan) if plan else ())]
    report = report_of(columns, inputs, rows, plan=plan, left_out=left_out)
    overview = {"predictions": judged.overview} if judged.overview else {}
    return report._replace(content=report.content | overview)


def report_of(
    columns: Sequence[ColumnReport],
    inputs: DriftInputs,
    rows: tuple[int, int],
    *,
    plan: Plan | None = None,
    left_out: Sequence[LeftOut] = (),
) -> Report:
    """The columns ranked by what matters, what they say together, and what was left out."""
    parameters = inputs.parameters
    ranked = sorted(columns, key=lambda column: _rank(column, parameters.importance))
    coverage = Coverage.of(ranked, rows, [*left_out, *_unreadable(ranked)])
    findings = [*inputs.findings, *_timeless(left_out, rows)]
    outcome, summary = _overall(ranked, findings, coverage, parameters)
    content = {
        "rows_ref": rows[0],
        "rows_cur": rows[1],
        "outcomes": Counter(column.outcome for column in ranked),
        **coverage.as_dict(),
        "findings": [finding.as_dict() for finding in findings],
        "windows": windows_of(plan, ranked, parameters) if plan else None,
        "parameters": parameters.as_dict(),
    }
    return Report(str(outcome), summary, sum(rows), plain(content), tuple(_stored(column) for column in ranked))


def _with_unreadable(readers: tuple[Reader, Reader], column: ColumnReport) -> ColumnReport:
    """The column with the cells of each side that are not of its kind, where there are some."""
    if column.kind == QUALITY or "unreadable_ref" in column.content or not any(map(has_unreadable, readers)):
        return column
    counts = {
        f"unreadable_{side}": reader.unreadable(column.column)
        for side, reader in zip(("ref", "cur"), readers, strict=True)
    }
    return column._replace(content=column.content | counts) if any(counts.values()) else column


def _unreadable(columns: Sequence[ColumnReport]) -> Iterator[LeftOut]:
    for column in columns:
        for side, name in (("reference", "unreadable_ref"), ("current", "unreadable_cur")):
            yield LeftOut(side, UNREADABLE, column.content.get(name, 0), column.column)


def untimed(counts: tuple[int, int], inputs: DriftInputs) -> list[LeftOut]:
    """The rows without an event time, counted once where both sides are of one data set."""
    if inputs.parameters.current_name == inputs.parameters.reference:
        return [LeftOut(BOTH, NO_EVENT_TIME, counts[0])]
    return [LeftOut(side, NO_EVENT_TIME, count) for side, count in zip(("reference", "current"), counts, strict=True)]


def _untimed(readers: tuple[Reader, Reader], inputs: DriftInputs) -> list[LeftOut]:
    if not inputs.parameters.is_cut_by_time:
        return []
    return untimed((readers[0].without_event_time(), readers[1].without_event_time()), inputs)


def _timeless(left_out: Sequence[LeftOut], rows: tuple[int, int]) -> list[Finding]:
    """A finding where the share of rows without an event time rose as much as that of nulls may at most."""
    missing = {entry.side: entry.count for entry in left_out if entry.reason == NO_EVENT_TIME}
    shares = [
        missing[side] / (missing[side] + of_side) if missing.get(side) else 0.0
        for side, of_side in zip(("reference", "current"), rows, strict=True)
    ]
    if shares[1] - shares[0] <= default_limit("null_share_change"):
        return []
    sentence = f"{percent(shares[1])} of the current rows have no event time, {percent(shares[0])} of the reference's."
    return [Finding("", "no_event_time", sentence, missing["current"])]


def _stored(column: ColumnReport) -> ColumnReport:
    if "series" not in column.content:
        return column
    return column._replace(content=column.content | {"series": plain(stored(column.content["series"]))})


def _plan(readers: tuple[Reader, Reader], parameters: DriftParameters) -> Plan:
    reference, current = (Cut.of(reader.windows(parameters.window)) for reader in readers)
    return Plan(reference, current, parameters.window, parameters.calibrated, parameters.minimum_rows)


def _columns(
    duck: Duck, inputs: DriftInputs, plan: Plan | None, on_column: Callable[[str], None]
) -> Iterator[ColumnReport]:
    if plan is None and inputs.reference.every == inputs.current.every == 1:
        yield from drift_single_period.judge(duck, inputs, on_column=on_column)
        return
    readers = Reader(duck, inputs.reference), Reader(duck, inputs.current)
    for name in inputs.columns:
        on_column(name)
        yield _column(readers, name, inputs.parameters, plan)


def _column(readers: tuple[Reader, Reader], name: str, parameters: DriftParameters, plan: Plan | None) -> ColumnReport:
    try:
        values = side_values.read(readers, name, parameters.kinds)
        limits = parameters.limits_of(name)
        finding = drift.compare(name, values, limits=limits, minimum_rows=parameters.minimum_rows)
        if plan and finding.verdict.outcome is not Outcome.NOT_APPLICABLE:
            return over_windows(finding, series_of(values, plan, limits))
    except TROUBLE as error:
        return drift.errored(name, error)
    return drift.to_report(finding)


def _rank(column: ColumnReport, importance: Mapping[str, float]) -> tuple[int, float, str]:
    weight = importance.get(column.column, 1.0)
    return WORST_FIRST.index(Outcome(column.outcome)), -(column.effect or 0.0) * weight, column.column


def _overall(
    columns: Sequence[ColumnReport], findings: Sequence[Finding], coverage: Coverage, parameters: DriftParameters
) -> tuple[Outcome, str]:
    by_outcome = {outcome: [column for column in columns if column.outcome == outcome] for outcome in Outcome}
    drifted, errored, passed = (by_outcome[outcome] for outcome in (Outcome.DRIFTED, Outcome.ERRORED, Outcome.PASSED))
    broken = [finding.sentence for finding in findings if finding.issue not in NOTES]
    figures = " and figures" if any(column.kind == QUALITY for column in columns) else ""
    of_all = f"of {len(columns)} columns{figures}"
    if drifted or broken:
        named = ", ".join(column.column for column in drifted[:MOST_NAMED])
        more = f" and {len(drifted) - MOST_NAMED} more" if len(drifted) > MOST_NAMED else ""
        sentences = [f"{len(drifted)} {of_all} drifted: {named}{more}."] if drifted else []
        return Outcome.FAILED, " ".join([*sentences, *groups_that_decide(drifted), *broken[:MOST_NAMED]])
    if errored:
        return Outcome.ERRORED, f"{len(errored)} {of_all} could not be compared; the others passed or had too little."
    if sentences := unanswerable(columns):
        return Outcome.NOT_ENOUGH_DATA, " ".join(sentences)
    if not passed:
        return Outcome.NOT_ENOUGH_DATA, f"Nothing can be said about any column. {coverage.sentence}"
    limits = parameters.columns_left_out_limit, parameters.rows_left_out_limit
    if not coverage.is_within(columns_limit=limits[0], rows_limit=limits[1]):
        return (
            Outcome.NOT_ENOUGH_DATA,
            f"{len(passed)} {of_all} are within their limits, but too much was left out. {coverage.sentence}",
        )
    left_out = f" {coverage.sentence}" if coverage.not_compared or coverage.left_out else ""
    return Outcome.PASSED, f"{len(passed)} {of_all} are within their limits.{left_out}"
