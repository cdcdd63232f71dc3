"""A whole drift check (P3): every column of two sides, over windows where asked, ranked by what matters.

One column's trouble is that column's outcome and stops no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from registry.compute.engines.columns import Reader
from registry.compute.engines.duck import Duck
from registry.compute.kinds.drift import column as drift
from registry.compute.kinds.drift import drift_single_period
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.periods import Period, effect, together
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.drift.windows import Series, series_of
from registry.compute.kinds.quality import run as quality
from registry.compute.kinds.quality.verdict import KIND as QUALITY
from registry.compute.kinds.quality.verdict import groups_that_decide, unanswerable
from registry.compute.kinds.report import ColumnReport, OnProgress, Report, plain
from registry.compute.kinds.schema.expectations import Finding
from registry.compute.stats.calibration import FEWEST_WINDOWS
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.result import Outcome

MOST_NAMED = 3
MOST_PERIODS = 60
WORST_FIRST = (Outcome.DRIFTED, Outcome.ERRORED, Outcome.NOT_APPLICABLE, Outcome.NOT_ENOUGH_DATA, Outcome.PASSED)


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
    columns += quality.judge(readers, parameters, plan, labels=labels, label_key=inputs.label_key)
    return report_of(columns, inputs, rows, plan)


def report_of(
    columns: Sequence[ColumnReport], inputs: DriftInputs, rows: tuple[int, int], plan: Plan | None = None
) -> Report:
    """The columns ranked by what matters, and what they say together."""
    parameters = inputs.parameters
    ranked = sorted(columns, key=lambda column: _rank(column, parameters.importance))
    outcome, summary = _overall(ranked, inputs.findings)
    content = {
        "rows_ref": rows[0],
        "rows_cur": rows[1],
        "outcomes": Counter(column.outcome for column in ranked),
        "findings": [finding.as_dict() for finding in inputs.findings],
        "windows": _windows(plan, ranked, parameters) if plan else None,
        "parameters": parameters.as_dict(),
    }
    return Report(str(outcome), summary, sum(rows), plain(content), tuple(ranked))


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
        reference, current = (reader.column(name) for reader in readers)
        limits = parameters.limits_of(name)
        finding = drift.compare(name, reference, current, limits=limits, minimum_rows=parameters.minimum_rows)
        if plan and finding.verdict.outcome is not Outcome.NOT_APPLICABLE:
            return _over_windows(finding, series_of(reference, current, plan, limits))
    except drift.TROUBLE as error:
        return drift.errored(name, error)
    return drift.to_report(finding)


def _over_windows(finding: drift.ColumnDrift, series: Sequence[Series]) -> ColumnReport:
    """The column's outcome by its windows; the comparison of both whole sides stays beside it."""
    points = [
        (over_time, point)
        for over_time in series
        for point in over_time.points
        if point["value"] is not None or point["above"]
    ]
    content = finding.content | plain({"series": [over_time.as_dict() for over_time in series]})
    if not points:
        sentence = "No window has enough rows to say anything."
        return ColumnReport(finding.column, finding.kind, str(Outcome.NOT_ENOUGH_DATA), sentence, content=content)
    alarmed = [over_time for over_time in series if over_time.alarms]
    in_alarm = {(over_time.statistic, period.furthest) for over_time in series for period in over_time.periods}
    worst, point = max(points, key=lambda pair: ((pair[0].statistic, pair[1]["window"]) in in_alarm, effect(pair[1])))
    outcome = Outcome.DRIFTED if alarmed else Outcome.PASSED
    sentence = " ".join(_alarms_sentence(over_time) for over_time in alarmed) or _calm(worst)
    return ColumnReport(
        finding.column, finding.kind, str(outcome), sentence, worst.statistic, point["value"], point["limit"], effect(point), content
    )  # fmt: skip


def _calm(series: Series) -> str:
    above = sum(point["above"] for point in series.points)
    if above:
        return f"{above} of {len(series.points)} windows above the limit, never two of three in a row: no alarm."
    return f"{len(series.points)} windows within their limits."


def _alarms_sentence(series: Series) -> str:
    periods = series.periods
    worst = max(periods, key=lambda period: effect(period._asdict()))
    value = "without bound" if worst.value is None else f"{worst.value:.3g}"
    sentence = f"{ENTRIES[series.statistic].title} {value} on {worst.furthest}, limit {worst.limit:.3g}"
    if len(periods) == 1:
        return f"{sentence}: an alarm, {worst.dates}."
    return f"{sentence}: {len(periods)} alarms, the first {periods[0].dates}, the last {periods[-1].dates}."


def _windows(plan: Plan, columns: Sequence[ColumnReport], parameters: DriftParameters) -> dict[str, Any]:
    """How the windows were judged, in numbers and in one sentence."""
    series = [content for column in columns for content in column.content.get("series", ())]
    calibrated = [content for content in series if content["calibrated"]]
    expected = sum(content["expected_alarms_a_week"] for content in calibrated)
    shifts = [content["detectable_shift"] for content in calibrated if content["detectable_shift"]]
    sentence = "The limits are fixed."
    if calibrated:
        sentence = f"Limits are each column's own; the reference itself would have raised {expected:.1f} alarms a week."
    elif parameters.calibrated:
        have = len(plan.reference.labels)
        sentence = (
            f"The limits are fixed: {have} reference windows are too few to calibrate, {FEWEST_WINDOWS} are needed."
        )
    return {
        "window": parameters.window,
        "reference": len(plan.reference.labels),
        "current": len(plan.current.labels),
        "calibrated": bool(calibrated),
        "expected_alarms_a_week": expected if calibrated else None,
        "detectable_shift": max(shifts, default=None),
        "sentence": sentence,
        "alarms": _periods(columns)[:MOST_PERIODS],
        "unusual": _unusual(series)[:MOST_PERIODS],
    }


def _periods(columns: Sequence[ColumnReport]) -> list[dict[str, Any]]:
    """When alarms were raised, over all columns; of each period the number of columns and those with the
    largest effects."""
    by_column = (
        (column.column, [Period(**p) for s in column.content.get("series", ()) for p in s["periods"]])
        for column in columns
    )
    return [
        group | {"columns": group["columns"][:MOST_NAMED], "count": len(group["columns"])}
        for group in together(by_column)
    ]


def _unusual(series: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reference windows that stand out among their own, and in how many series, the most first."""
    counted = Counter(window for statistic in series for window in statistic["unusual"])
    return [{"window": window, "count": count} for window, count in counted.most_common()]


def _rank(column: ColumnReport, importance: Mapping[str, float]) -> tuple[int, float, str]:
    weight = importance.get(column.column, 1.0)
    return WORST_FIRST.index(Outcome(column.outcome)), -(column.effect or 0.0) * weight, column.column


def _overall(columns: Sequence[ColumnReport], findings: Sequence[Finding]) -> tuple[Outcome, str]:
    by_outcome = {outcome: [column for column in columns if column.outcome == outcome] for outcome in Outcome}
    drifted, errored, passed = (by_outcome[outcome] for outcome in (Outcome.DRIFTED, Outcome.ERRORED, Outcome.PASSED))
    broken = [finding.sentence for finding in findings if finding.issue != "new"]
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
        return Outcome.NOT_ENOUGH_DATA, "No column has enough data to say anything."
    return Outcome.PASSED, f"{len(passed)} {of_all} are within their limits."
