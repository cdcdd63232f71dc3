"""What the windows of a column, and those of all columns together, say: alarms as periods, false alarms to expect, the smallest
change that would be seen, and by which columns it would not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from platform_site.text.wording import counted
from registry.compute.kinds.coverage import BEYOND, FEW_IN_WINDOW, LeftOut
from registry.compute.kinds.drift.column import ColumnDrift
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.periods import effect, together
from registry.compute.kinds.drift.series import Series
from registry.compute.kinds.drift.window_distances import Plan
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.calibration import FEWEST_WINDOWS
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.result import Outcome

MOST_NAMED = 3
MOST_PERIODS = 60


def over_windows(finding: ColumnDrift, series: Sequence[Series]) -> ColumnReport:
    """The column's outcome by its windows; the comparison of both whole sides stays beside it."""
    content = finding.content | {"series": list(series)}
    points = [
        (over_time, point)
        for over_time in series
        for point in over_time.points
        if point.value is not None or point.above
    ]
    outcome, sentence = _outcome(finding, series)
    if not points:
        return ColumnReport(finding.column, finding.kind, str(outcome), sentence, content=content)
    in_alarm = {(over_time.statistic, period.furthest) for over_time in series for period in over_time.periods}
    worst, point = max(
        points, key=lambda pair: ((pair[0].statistic, pair[1].window) in in_alarm, effect(pair[1]._asdict()))
    )
    return ColumnReport(
        finding.column,
        finding.kind,
        str(outcome),
        sentence or _calm(worst),
        worst.statistic,
        point.value,
        point.limit,
        effect(point._asdict()),
        content,
    )


def _outcome(finding: ColumnDrift, series: Sequence[Series]) -> tuple[Outcome, str]:
    """The outcome, and the sentence where it is not the one of calm windows."""
    alarmed = [over_time for over_time in series if over_time.alarms]
    if alarmed:
        return Outcome.DRIFTED, " ".join(_alarms_sentence(over_time) for over_time in alarmed)
    if finding.verdict.outcome in (Outcome.BLIND, Outcome.NOT_ENOUGH_DATA):
        return finding.verdict.outcome, finding.verdict.sentence
    if series and series[0].blind:
        return Outcome.BLIND, series[0].blind
    trends = [
        f"{ENTRIES[over_time.statistic].title}: {over_time.trend.sentence}" for over_time in series if over_time.trend
    ]
    return Outcome.PASSED, " ".join(trends)


def outside_windows(plan: Plan) -> Iterator[LeftOut]:
    """The rows beyond the calendar, and those of current windows that have too few, where others have enough."""
    yield LeftOut("reference", BEYOND, plan.reference.beyond)
    yield LeftOut("current", BEYOND, plan.current.beyond)
    sizes = [rows.size for rows in plan.current.rows]
    if any(size >= plan.minimum_rows for size in sizes):
        yield LeftOut("current", FEW_IN_WINDOW, sum(size for size in sizes if size < plan.minimum_rows))


def windows_of(plan: Plan, columns: Sequence[ColumnReport], parameters: DriftParameters) -> dict[str, Any]:
    """How the windows were judged, in numbers and in sentences."""
    series = [(column.column, over_time) for column in columns for over_time in column.content.get("series", ())]
    able = [(name, over_time) for name, over_time in series if not over_time.blind]
    calibrated = any(over_time.calibrated for _, over_time in able)
    counted = [
        over_time.expected_alarms_a_week for _, over_time in able if over_time.expected_alarms_a_week is not None
    ]
    expected = sum(counted) if counted else None
    shifts = {name: over_time.detectable for name, over_time in able if over_time.statistic == "wasserstein_normed"}
    return {
        "window": parameters.window,
        "reference": len(plan.reference.labels),
        "current": len(plan.current.labels),
        "calibrated": calibrated,
        "expected_alarms_a_week": expected,
        "detectable_shift": _seen_by_all(shifts),
        "sentence": f"{_limits_sentence(plan, calibrated=calibrated, expected=expected)}{_power_sentence(shifts)}",
        "alarms": _periods(columns)[:MOST_PERIODS],
        "unusual": _unusual([over_time for _, over_time in able if over_time.calibrated])[:MOST_PERIODS],
    }


def _seen_by_all(shifts: dict[str, float | None]) -> float | None:
    """The shift that every column of numbers would see; None when there is none, or one would see no planted shift."""
    known = [shift for shift in shifts.values() if shift is not None]
    return max(known) if known and len(known) == len(shifts) else None


def _limits_sentence(plan: Plan, *, calibrated: bool, expected: float | None) -> str:
    if calibrated:
        own = "each column's own for each month of the year" if plan.is_seasonal else "each column's own"
        return f"Limits are {own}; the reference itself would have raised {expected or 0:.1f} alarms a week."
    if not plan.calibrated:
        return "The limits are fixed."
    have = len(plan.reference.labels)
    if have < FEWEST_WINDOWS:
        windows = f"{counted(have, 'reference window')} {'is' if have == 1 else 'are'}"
        return f"The limits are fixed: {windows} too few to calibrate, {FEWEST_WINDOWS} are needed."
    return "The limits are fixed: no column has values enough in the reference's windows to calibrate its own."


def _power_sentence(shifts: dict[str, float | None]) -> str:
    """What would be seen within a week, by which columns of numbers; nothing where none of them could alarm."""
    known = {name: shift for name, shift in shifts.items() if shift is not None}
    if not known:
        return ""
    largest = max(known.values())
    noun = "the column of numbers" if len(known) == 1 else f"each of the {len(known)} columns of numbers"
    able = "" if len(known) == len(shifts) else " that can alarm"
    unit = "standard deviation" if largest == 1 else "standard deviations"
    return f" A shift of {largest:g} {unit} would be seen within a week in {noun}{able}."


def _calm(series: Series) -> str:
    above = sum(point.above for point in series.points)
    if above:
        return f"{above} of {counted(len(series.points), 'window')} above the limit, never two of three in a row: no alarm."
    judged = sum(point.value is not None for point in series.points)
    lacking = len(series.points) - judged
    few = f" {lacking} {'has' if lacking == 1 else 'have'} too few values." if lacking else ""
    return f"{counted(judged, 'window')} within {'its limit' if judged == 1 else 'their limits'}.{few}"


def _alarms_sentence(series: Series) -> str:
    periods = series.periods
    worst = max(periods, key=lambda period: effect(period._asdict()))
    value = "without bound" if worst.value is None else f"{worst.value:.3g}"
    sentence = f"{ENTRIES[series.statistic].title} {value} on {worst.furthest}, limit {worst.limit:.3g}"
    if len(periods) == 1:
        return f"{sentence}: an alarm, {worst.dates}."
    return f"{sentence}: {len(periods)} alarms, the first {periods[0].dates}, the last {periods[-1].dates}."


def _periods(columns: Sequence[ColumnReport]) -> list[dict[str, Any]]:
    """When alarms were raised, over all columns; of each period the number of columns and those with the
    largest effects."""
    by_column = (
        (column.column, [period for over_time in column.content.get("series", ()) for period in over_time.periods])
        for column in columns
    )
    return [
        group | {"columns": group["columns"][:MOST_NAMED], "count": len(group["columns"])}
        for group in together(by_column)
    ]


def _unusual(series: Sequence[Series]) -> list[dict[str, Any]]:
    """The reference windows that stand out among their own, and so widen calibrated limits, and in how many series, the most
    first."""
    counted = Counter(window for over_time in series for window in over_time.unusual)
    return [{"window": window, "count": count} for window, count in counted.most_common()]
