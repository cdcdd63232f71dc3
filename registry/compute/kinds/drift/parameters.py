"""The parameters of a drift check (P3): a reference and current data, compared column by column.

>>> DriftParameters.parse({"reference": "flights", "calibrated": True})[0][0].message
'calibrated needs windows. Choose day, week or month for window.'
>>> DriftParameters.parse({"reference": "flights", "window": "day"})[1].current_name
'flights'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from registry.compute.kinds.parameters import (
    COUNT,
    LIMITS,
    LIMITS_BY_COLUMN,
    MOMENT,
    NAME,
    NAMES,
    ROWS,
    SHARE,
    SWITCH,
    ParameterFault,
    Rule,
    below_zero,
    is_after,
    one_of,
    parse,
)  # fmt: skip
from registry.compute.kinds.quality import parameters as predictions
from registry.compute.kinds.quality.parameters import PredictionParameters
from registry.compute.stats.fairness import FIGURES

WINDOWS = ("day", "week", "month")
KINDS = ("number", "category", "text", "id", "ignore")  # the last two are not compared
KINDS_BY_COLUMN = Rule(
    lambda value: isinstance(value, Mapping) and all(kind in KINDS for kind in value.values()),
    f"an object of kinds by column: {', '.join(KINDS)}",
)
LIMITED = (
    "psi", "wasserstein_normed", "ks", "jensen_shannon", "cramers_v", "l_infinity", "null_share_change",
    "nan_share_change", "metric_change", *FIGURES,
)  # fmt: skip
RULES = {
    "reference": NAME, "current": NAME, "reference_from": MOMENT, "reference_to": MOMENT, "current_from": MOMENT,
    "current_to": MOMENT, "window": one_of("", *WINDOWS), "columns": NAMES, "limits": LIMITS,
    "column_limits": LIMITS_BY_COLUMN, "importance": LIMITS, "minimum_rows": ROWS, "calibrated": SWITCH,
    **predictions.RULES,
    "ignore": NAMES, "kinds": KINDS_BY_COLUMN, "labels_late": SWITCH,
    "columns_left_out_limit": COUNT, "rows_left_out_limit": SHARE,
}  # fmt: skip


class DriftParameters(NamedTuple):
    """``reference`` and ``current``: data sets, the same when current is empty; ``*_from`` (included) and ``*_to`` (not
    included) cut them by event time. ``window``: cut the current side into days, weeks or months.

    ``columns``: all but key and event time when empty. ``limits``: by statistic, ``column_limits``: by column and
    statistic; a statistic with a limit decides. ``importance``: a weight of a column, 1 when not given. ``calibrated``:
    each column's limit from the reference's own windows. ``prediction`` and what follows: see `PredictionParameters`.
    ``ignore``: columns that are not compared; ``kinds``: number, category or text, for a column whose type says something
    else, id or ignore for one that is not compared. ``labels_late``: rows without a label get one later, and break no rule.
    ``columns_left_out_limit``, ``rows_left_out_limit`` (a share): with more left out a run does not pass.
    """

    reference: str
    current: str = ""
    reference_from: str = ""
    reference_to: str = ""
    current_from: str = ""
    current_to: str = ""
    window: str = ""
    columns: list[str] = []
    limits: dict[str, float] = {}
    column_limits: dict[str, dict[str, float]] = {}
    importance: dict[str, float] = {}
    minimum_rows: int = 200
    calibrated: bool = False
    prediction: str = ""
    label: str = ""
    group: str = ""
    prediction_kind: str = ""
    positive: str = ""
    favourable: str = ""
    threshold: float = 0.5
    labels: str = ""
    estimate: bool = False
    ignore: list[str] = []
    kinds: dict[str, str] = {}
    labels_late: bool = True
    columns_left_out_limit: int = 0
    rows_left_out_limit: float = 0.01

    @property
    def about_predictions(self) -> PredictionParameters:
        """What is asked about predictions."""
        return PredictionParameters(*(getattr(self, name) for name in PredictionParameters._fields))

    @property
    def current_name(self) -> str:
        """The data set that is compared with the reference."""
        return self.current or self.reference

    @property
    def is_cut_by_time(self) -> bool:
        """Whether the data sets need an event time."""
        moments = (self.reference_from, self.reference_to, self.current_from, self.current_to)
        return bool(self.window or any(moments))

    @property
    def not_compared(self) -> set[str]:
        """The columns that somebody left out on purpose."""
        return {*self.ignore, *(name for name, kind in self.kinds.items() if kind in KINDS[3:])}

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()

    def limits_of(self, column: str) -> dict[str, float]:
        """The limits that were set for a column, by statistic."""
        return {**self.limits, **self.column_limits.get(column, {})}

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> tuple[list[ParameterFault], DriftParameters | None]:
        """Every fault of the given parameters, and the parameters; None when one is not of its kind."""
        values, both = _one_minimum(values)
        faults, parsed = parse(cls, RULES, values)
        faults += [*both, *_limit_faults(values)]
        if parsed:
            faults += list(_faults(parsed))
        return faults, parsed


def _one_minimum(values: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[ParameterFault]]:
    """`minimum_values` is the contract's name of `minimum_rows`."""
    if "minimum_values" not in values:
        return values, []
    others = {name: value for name, value in values.items() if name != "minimum_values"}
    both = "minimum_rows" in others and others["minimum_rows"] != values["minimum_values"]
    message = f"minimum_values is {values['minimum_values']} and minimum_rows {others.get('minimum_rows')}: they are one. Give one."
    faults = [ParameterFault("minimum_values", "contradicts", message)] if both else []
    return others | {"minimum_rows": values["minimum_values"]}, faults


def _faults(parsed: DriftParameters) -> Iterator[ParameterFault]:
    if parsed.calibrated and not parsed.window:
        yield ParameterFault(
            "calibrated", "needs_windows", "calibrated needs windows. Choose day, week or month for window."
        )
    if not parsed.is_cut_by_time and parsed.current_name == parsed.reference:
        yield ParameterFault(
            "current", "same_rows", "Reference and current are the same rows. Name another data set, or cut by time."
        )
    for side in ("reference", "current"):
        since, until = getattr(parsed, f"{side}_from"), getattr(parsed, f"{side}_to")
        if is_after(since, until):
            yield ParameterFault(f"{side}_to", "empty_period", f"No row is from {since} on and before {until}.")
    yield from predictions.faults(parsed.about_predictions)
    if both := sorted(set(parsed.columns) & parsed.not_compared):
        yield ParameterFault(
            "ignore", "contradicts", f"{', '.join(both)} is asked for and ignored. Take it out of one."
        )


def _limit_faults(values: Mapping[str, Any]) -> Iterator[ParameterFault]:
    by_column = values.get("column_limits")
    named = {f"column_limits.{column}": limits for column, limits in _object(by_column).items()}
    yield from below_zero("importance", values.get("importance"))
    for field, limits in {"limits": values.get("limits"), **named}.items():
        yield from below_zero(field, limits)
        for name in set(_object(limits)) - set(LIMITED):
            yield ParameterFault(
                field, "unknown_statistic", f"{name!r} takes no limit. Choose from {', '.join(LIMITED)}."
            )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
