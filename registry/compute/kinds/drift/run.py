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
from registry.compute.kinds.drift import drift_single_period, quality
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.periods import Period, effect, together
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.drift.windows import Series, series_of
from registry.compute.kinds.report import ColumnReport, Report, plain
from registry.compute.kinds.schema.expectations import Finding
from registry.compute.stats.calibration import FEWEST_WINDOWS
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.result import Outcome

Told = Callable[[int, int, str], None]
MOST_NAMED = 3
MOST_PERIODS = 60
WORST_FIRST = (Outcome.DRIFTED, Outcome.ERRORED, Outcome.NOT_APPLICABLE, Outcome.NOT_ENOUGH_DATA, Outcome.PASSED)


def judge(duck: Duck, inputs: DriftInputs, *, told: Told) -> Report:
    """Compare and judge all columns. ``told`` hears of each before it is begun; what it raises stops the work."""
    readers = Reader(duck, inputs.reference), Reader(duck, inputs.current)
    parameters, total = inputs.parameters, len(inputs.columns) + 1
    told(0, total, "Reading the rows")
    rows = readers[0].rows(), readers[1].rows()
    plan = _plan(readers, parameters) if parameters.window else None
    done = count(1)
    columns = list(_columns(duck, inputs, plan, lambda name: told(next(done), total, name)))
    columns += quality.judge(readers, parameters)
    return report_of(columns, inputs, rows, plan)


def report_of(
    columns: Sequence[ColumnReport], inputs: DriftInputs, rows: tuple[int, int], plan: Plan | None = None
) -> Report:
    """The columns ranked by what matters, and what they say together."""
    parameters = inputs.parameters
    ranked = sorted(columns, key=lambda one: _rank(one, parameters.importance))
    outcome, summary = _overall(ranked, inputs.findings)
    content = {
        "rows_ref": rows[0],
        "rows_cur": rows[1],
        "outcomes": Counter(one.outcome for one in ranked),
        "findings": [finding.as_dict() for finding in inputs.findings],
        "windows": _windows(plan, ranked, parameters) if plan else None,
        "parameters": parameters.as_dict(),
    }
    return Report(str(outcome), summary, sum(rows), plain(content), tuple(ranked))


def _plan(readers: tuple[Reader, Reader], parameters: DriftParameters) -> Plan:
    cuts = [Cut.of(reader.windows(parameters.window)) for reader in readers]
    return Plan(*cuts, parameters.window, parameters.calibrated, parameters.minimum_rows)


def _columns(duck: Duck, inputs: DriftInputs, plan: Plan | None, told: Callable[[str], None]) -> Iterator[ColumnReport]:
    if plan is None and inputs.reference.every == inputs.current.every == 1:
        yield from drift_single_period.judge(duck, inputs, told=told)
        return
    readers = Reader(duck, inputs.reference), Reader(duck, inputs.current)
    for name in inputs.columns:
        told(name)
        yield _column(readers, name, inputs.parameters, plan)


def _column(readers: tuple[Reader, Reader], name: str, parameters: DriftParameters, plan: Plan | None) -> ColumnReport:
    try:
        reference, current = (reader.column(name) for reader in readers)
        limits = parameters.limits_of(name)
        found = drift.compare(name, reference, current, limits=limits, minimum_rows=parameters.minimum_rows)
        if plan and found.verdict.outcome is not Outcome.NOT_APPLICABLE:
            return _over_windows(found, series_of(reference, current, plan, limits))
    except drift.TROUBLE as error:
        return drift.errored(name, error)
    return drift.column_report(found)


def _over_windows(found: drift.ColumnFound, series: Sequence[Series]) -> ColumnReport:
    """The column's outcome by its windows; the comparison of both whole sides stays beside it."""
    points = [(one, point) for one in series for point in one.points if point["value"] is not None or point["above"]]
    content = found.content | plain({"series": [one.as_dict() for one in series]})
    if not points:
        sentence = "No window has enough rows to say anything."
        return ColumnReport(found.column, found.kind, str(Outcome.NOT_ENOUGH_DATA), sentence, content=content)
    alarmed = [one for one in series if one.alarms]
    in_alarm = {(one.statistic, period.furthest) for one in series for period in one.periods}
    worst, point = max(points, key=lambda pair: ((pair[0].statistic, pair[1]["window"]) in in_alarm, effect(pair[1])))
    outcome = Outcome.DRIFTED if alarmed else Outcome.PASSED
    sentence = " ".join(_alarms_told(one) for one in alarmed) or _calm(worst)
    return ColumnReport(
        found.column, found.kind, str(outcome), sentence, worst.statistic, point["value"], point["limit"], effect(point), content
    )  # fmt: skip


def _calm(series: Series) -> str:
    above = sum(point["above"] for point in series.points)
    if above:
        return f"{above} of {len(series.points)} windows above the limit, never two of three in a row: no alarm."
    return f"{len(series.points)} windows within their limits."


def _alarms_told(series: Series) -> str:
    found = series.periods
    worst = max(found, key=lambda period: effect(period._asdict()))
    value = "without bound" if worst.value is None else f"{worst.value:.3g}"
    told = f"{ENTRIES[series.statistic].title} {value} on {worst.furthest}, limit {worst.limit:.3g}"
    if len(found) == 1:
        return f"{told}: an alarm, {worst.told}."
    return f"{told}: {len(found)} alarms, the first {found[0].told}, the last {found[-1].told}."


def _windows(plan: Plan, columns: Sequence[ColumnReport], parameters: DriftParameters) -> dict[str, Any]:
    """How the windows were judged, in numbers and in one sentence."""
    series = [one for column in columns for one in column.content.get("series", ())]
    calibrated = [one for one in series if one["calibrated"]]
    expected = sum(one["expected_alarms_a_week"] for one in calibrated)
    shifts = [one["detectable_shift"] for one in calibrated if one["detectable_shift"]]
    told = "The limits are fixed."
    if calibrated:
        told = f"Limits are each column's own; the reference itself would have raised {expected:.1f} alarms a week."
    elif parameters.calibrated:
        have = len(plan.reference.labels)
        told = f"The limits are fixed: {have} reference windows are too few to calibrate, {FEWEST_WINDOWS} are needed."
    return {
        "window": parameters.window,
        "reference": len(plan.reference.labels),
        "current": len(plan.current.labels),
        "calibrated": bool(calibrated),
        "expected_alarms_a_week": expected if calibrated else None,
        "detectable_shift": max(shifts, default=None),
        "sentence": told,
        "alarms": _periods(columns)[:MOST_PERIODS],
        "unusual": _unusual(series)[:MOST_PERIODS],
    }


def _periods(columns: Sequence[ColumnReport]) -> list[dict[str, Any]]:
    """When alarms were raised, over all columns; of each period the columns that were furthest, and how many there are."""
    by_column = (
        (one.column, [Period(**p) for s in one.content.get("series", ()) for p in s["periods"]]) for one in columns
    )
    return [one | {"columns": one["columns"][:MOST_NAMED], "count": len(one["columns"])} for one in together(by_column)]


def _unusual(series: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reference windows that stand out among their own, and in how many series, the most first."""
    counted = Counter(window for one in series for window in one["unusual"])
    return [{"window": window, "count": count} for window, count in counted.most_common()]


def _rank(column: ColumnReport, importance: Mapping[str, float]) -> tuple[int, float, str]:
    weight = importance.get(column.column, 1.0)
    return WORST_FIRST.index(Outcome(column.outcome)), -(column.effect or 0.0) * weight, column.column


def _overall(columns: Sequence[ColumnReport], findings: Sequence[Finding]) -> tuple[Outcome, str]:
    by_outcome = {outcome: [one for one in columns if one.outcome == outcome] for outcome in Outcome}
    drifted, errored, passed = (by_outcome[one] for one in (Outcome.DRIFTED, Outcome.ERRORED, Outcome.PASSED))
    broken = [finding.sentence for finding in findings if finding.issue != "new"]
    figures = " and figures" if any(one.kind == quality.KIND for one in columns) else ""
    of_all = f"of {len(columns)} columns{figures}"
    if drifted or broken:
        named = ", ".join(one.column for one in drifted[:MOST_NAMED])
        more = f" and {len(drifted) - MOST_NAMED} more" if len(drifted) > MOST_NAMED else ""
        told = [f"{len(drifted)} {of_all} drifted: {named}{more}."] if drifted else []
        return Outcome.FAILED, " ".join([*told, *broken[:MOST_NAMED]])
    if errored:
        return Outcome.ERRORED, f"{len(errored)} {of_all} could not be compared; the others passed or had too little."
    if not passed:
        return Outcome.NOT_ENOUGH_DATA, "No column has enough data to say anything."
    return Outcome.PASSED, f"{len(passed)} {of_all} are within their limits."
